//! Schedules of the learning rate over a run.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The shape of the learning rate over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// A constant rate.
    Constant,
    /// The rate rises for the first fifth of the run and then falls to almost zero (Smith, Topin 2018), along the
    /// cosine of PyTorch's `OneCycleLR`: from 1/25 of the peak to the peak, then to 1/250,000 of it. Momentum moves in
    /// the opposite direction, by up to 0.05 above or below its setting.
    OneCycle,
    /// The rate falls from its full value to zero along half a cosine (Loshchilov, Hutter 2017, equation 5).
    Cosine,
}

impl Schedule {
    /// The factor on the learning rate at `progress`, which is 0 at the start of the run and 1 at its end.
    pub fn share(self, progress: f64) -> f64 {
        const WARM_UP: f64 = 0.2;
        const START: f64 = 1.0 / 25.0;
        const END: f64 = START / 10_000.0;
        let progress = progress.clamp(0.0, 1.0);
        match self {
            Schedule::Constant => 1.0,
            Schedule::OneCycle if progress < WARM_UP => cosine(START, 1.0, progress / WARM_UP),
            Schedule::OneCycle => cosine(1.0, END, (progress - WARM_UP) / (1.0 - WARM_UP)),
            Schedule::Cosine => cosine(1.0, 0.0, progress),
        }
    }

    /// The number that is added to the momentum at `progress`.
    pub fn momentum_shift(self, progress: f64) -> f64 {
        match self {
            Schedule::OneCycle => 0.05 - 0.1 * self.share(progress),
            Schedule::Constant | Schedule::Cosine => 0.0,
        }
    }
}

/// A point between `from` and `to` on half a cosine. `libm` gives the same bits on every machine.
fn cosine(from: f64, to: f64, progress: f64) -> f64 {
    to + (from - to) * (1.0 + libm::cos(PI * progress)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cycle_passes_through_its_three_points() {
        let share = |progress| Schedule::OneCycle.share(progress);
        assert!((share(0.0) - 0.04).abs() < 1e-12);
        assert!((share(0.2) - 1.0).abs() < 1e-12);
        assert!((share(1.0) - 4e-6).abs() < 1e-12);
        assert!(share(0.1) < share(0.15) && share(0.5) > share(0.6));
    }

    #[test]
    fn cosine_falls_from_one_over_a_half_to_zero_and_stays() {
        let share = |progress| Schedule::Cosine.share(progress);
        assert_eq!(share(0.0), 1.0);
        assert!((share(0.5) - 0.5).abs() < 1e-12);
        assert!(share(1.0).abs() < 1e-12 && share(1.5).abs() < 1e-12);
        assert_eq!(Schedule::Constant.share(0.7), 1.0);
    }
}
