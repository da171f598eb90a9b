//! A sweep for the learning rate: the rate grows with every mini-batch, and the loss shows which rates are useful
//! (Smith, *Cyclical learning rates for training neural networks*, 2017, section 3.3; fast.ai's `lr_find`).
//!
//! The rate grows geometrically from the minimum to the maximum of the setting. At first it is too low to change
//! anything; then the loss falls faster and faster; then it rises, and the sweep stops. The sweep has its own backend,
//! so the run can continue meanwhile.

use super::Trainer;
use super::schedule::Schedule;
use super::settings::Settings;
use crate::backend::{Backend, Failure, Readback, StepConfig, Tap};
use crate::data::Dataset;
use crate::network::Plan;
use std::sync::Arc;

/// The rates of the first and of the last mini-batch: the range of the setting.
const RATES: [f64; 2] = [1e-5, 10.0];
/// The number of mini-batches in a whole sweep: twenty for each factor of ten.
pub const SWEEP: usize = 121;
/// The share of the earlier losses in the smoothed loss.
const MEMORY: f64 = 0.9;
/// The sweep stops when the smoothed loss is this many times its minimum (fast.ai's rule) …
const HOPELESS: f64 = 4.0;
/// … and above the loss of guessing: that of a trained network is so low that a single odd mini-batch multiplies it.
const GUESSING: f64 = std::f64::consts::LN_10;
/// The number of mini-batches after which the smoothed loss is reliable.
const SETTLED: usize = 10;
/// The minimum fall of the loss for a rate to be useful, in nats: a tenth of the loss of guessing.
const FALL: f32 = 0.23;
/// The number of mini-batches between two measurements in `sweep`.
const TOGETHER: usize = 8;

/// The result of a sweep, with one number per mini-batch in each list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateCurve {
    /// The learning rate η.
    pub rates: Vec<f32>,
    /// Mean loss before the step.
    pub losses: Vec<f32>,
    /// Exponential mean of the losses so far, corrected for its bias towards the start as Adam's moments are.
    pub smoothed: Vec<f32>,
    /// The rate to train with, to two figures. None before the end, and if no rate made the loss fall.
    pub suggestion: Option<f64>,
}

/// A sweep in progress.
pub struct RateFinder {
    /// A trainer of its own, with the run's settings and its own position among the images.
    trainer: Trainer,
    asked: usize,
    curve: RateCurve,
    mean: f64,
    over: bool,
}

impl RateFinder {
    /// A sweep with these settings, except the schedule. It starts from these parameters and an empty optimizer state.
    /// `backend` must be made for `plan` and `dataset`.
    pub fn new(
        plan: Plan,
        dataset: Arc<Dataset>,
        backend: Box<dyn Backend>,
        settings: &Settings,
        parameters: &[f32],
    ) -> Self {
        let settings = Settings { schedule: Schedule::Constant, ..settings.clone() };
        let mut trainer = Trainer::new(plan, dataset, backend, settings);
        trainer.write_parameters(parameters);
        RateFinder { trainer, asked: 0, curve: RateCurve::default(), mean: 0.0, over: false }
    }

    /// Whether the sweep has ended.
    pub fn is_done(&self) -> bool {
        self.over
    }

    /// The share of the sweep that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        if self.over { 1.0 } else { self.curve.rates.len() as f64 / SWEEP as f64 }
    }

    /// The result so far.
    pub fn curve(&self) -> &RateCurve {
        &self.curve
    }

    /// Trains on the next mini-batch, whose images must have arrived.
    pub fn advance(&mut self) {
        if self.asked < SWEEP {
            let step = StepConfig { learning_rate: rate(self.asked), ..self.trainer.next_step() };
            self.trainer.mini_batch(&step);
            self.asked += 1;
        }
    }

    /// Requests the losses since the last call (`Tap::Steps`). `take_in` takes the answer.
    pub fn measure(&mut self) -> Readback {
        self.trainer.backend().read(Tap::Steps)
    }

    /// Takes the losses that have arrived. Losses after the end of the sweep are ignored.
    pub fn take_in(&mut self, steps: &[f32]) {
        for &loss in steps.iter().step_by(2) {
            if !self.over {
                self.add(loss);
            }
        }
        if self.over {
            self.curve.suggestion = suggestion(&self.curve);
        }
    }

    fn add(&mut self, loss: f32) {
        let curve = &mut self.curve;
        let step = curve.losses.len();
        self.mean = MEMORY * self.mean + (1.0 - MEMORY) * f64::from(loss);
        let smoothed = self.mean / (1.0 - libm::pow(MEMORY, (step + 1) as f64));
        let best = curve.smoothed.iter().fold(f32::INFINITY, |best, &each| best.min(each));
        let is_hopeless = smoothed > (HOPELESS * f64::from(best)).max(GUESSING);
        self.over = !smoothed.is_finite() || is_hopeless || step + 1 == SWEEP;
        if smoothed.is_finite() {
            curve.rates.push(rate(step));
            curve.losses.push(loss);
            curve.smoothed.push(smoothed as f32);
        }
    }

    /// Does the whole sweep. All images must have arrived.
    ///
    /// # Errors
    /// The backend failed.
    pub async fn sweep(mut self) -> Result<RateCurve, Failure> {
        while !self.is_done() {
            for _ in 0..TOGETHER {
                if !self.trainer.backend().has_room() {
                    self.trainer.backend().room().await?;
                }
                self.advance();
            }
            let steps = self.measure().await?;
            self.take_in(&steps);
        }
        Ok(self.curve)
    }
}

/// The rate of mini-batch `n`, counted from 0.
fn rate(n: usize) -> f32 {
    let [minimum, maximum] = RATES;
    (minimum * libm::pow(maximum / minimum, n as f64 / (SWEEP - 1) as f64)) as f32
}

/// A tenth of the rate at which the smoothed loss is lowest, before it rises again by half of its fall: after that it is
/// erratic, and may be low by chance. The rate at the lowest point itself is too high: the loss is still falling there
/// because of the lower rates before. This is one of fast.ai's rules. The other, the point of steepest descent, depends on
/// how bad the start is: better by 0.3 % at most, worse by 5 (`tests/native/rate_finder.rs` compares).
fn suggestion(curve: &RateCurve) -> Option<f64> {
    let smoothed = curve.smoothed.get(SETTLED..)?;
    let start = *smoothed.first()?;
    let (mut lowest, mut at) = (start, 0);
    for (n, &loss) in smoothed.iter().enumerate() {
        let fall = start - lowest;
        if fall >= FALL && loss > lowest + fall / 2.0 {
            break;
        }
        if loss < lowest {
            (lowest, at) = (loss, n);
        }
    }
    let rate = f64::from(curve.rates[SETTLED + at]) / 10.0;
    (start - lowest >= FALL).then(|| two_figures(rate.max(RATES[0])))
}

/// 0.004467 → 0.0045.
fn two_figures(rate: f64) -> f64 {
    let mut scale = 1.0;
    while rate * scale < 10.0 {
        scale *= 10.0;
    }
    libm::round(rate * scale) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(loss: impl Fn(f32) -> f32) -> RateCurve {
        let mut finder = RateCurve::default();
        for step in 0..SWEEP {
            finder.rates.push(rate(step));
            finder.smoothed.push(loss(rate(step).log10()));
        }
        finder
    }

    #[test]
    fn rates_go_from_one_end_of_the_range_to_the_other() {
        assert_eq!((rate(0), rate(20), rate(SWEEP - 1)), (1e-5, 1e-4, 10.0));
    }

    #[test]
    fn a_tenth_of_the_rate_of_the_lowest_loss_is_suggested() {
        assert_eq!(suggestion(&curve(|x| 1.0 + (x + 1.0).powi(2))), Some(0.01));
        assert_eq!(suggestion(&curve(|x| 1.0 + (x + 1.35).powi(2))), Some(0.0045));
    }

    #[test]
    fn what_is_low_by_chance_after_a_rise_does_not_count() {
        // The loss rises by as much as it fell, but over fewer steps.
        let chaos = |x: f32| if x > 0.5 { 0.1 } else { 1.0 + (x + 1.0).powi(2) * if x > -1.0 { 6.0 } else { 1.0 } };
        assert_eq!(suggestion(&curve(chaos)), Some(0.01));
    }

    #[test]
    fn where_nothing_falls_nothing_is_suggested() {
        assert_eq!(suggestion(&curve(|_| 2.3)), None);
        assert_eq!(suggestion(&curve(|x| if x < 0.0 { 0.02 - 0.003 * x } else { 2.0 })), None);
        assert_eq!(suggestion(&RateCurve::default()), None);
    }
}
