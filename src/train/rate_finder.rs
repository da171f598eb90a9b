//! A sweep for the learning rate: the rate grows with every mini-batch, and the loss tells which rates are of use
//! (Smith, *Cyclical learning rates for training neural networks*, 2017, section 3.3; fast.ai's `lr_find`).
//!
//! The rate grows geometrically from the least to the most one may set. At first it is too low for anything to change;
//! then the loss falls, ever faster; then it rises, and the sweep stops. It has a backend to itself, and the run that it
//! is about may go on meanwhile.

use super::Trainer;
use super::schedule::Schedule;
use super::settings::Settings;
use crate::backend::{Backend, Failure, Readback, StepConfig, Tap};
use crate::data::Dataset;
use crate::network::Plan;
use std::sync::Arc;

/// The first mini-batch's rate, and the last one's: the range of the setting.
const RATES: [f64; 2] = [1e-5, 10.0];
/// Mini-batches of a whole sweep: twenty for each factor of ten.
pub const SWEEP: usize = 121;
/// How much of the smoothed loss comes from the losses before.
const MEMORY: f64 = 0.9;
/// The sweep stops when the smoothed loss is so many times its best (fast.ai's rule) …
const HOPELESS: f64 = 4.0;
/// … and above this: that of a trained network is so low that a single odd mini-batch multiplies it.
const GUESSING: f64 = std::f64::consts::LN_10;
/// After so many mini-batches the smoothed loss is a mean of enough to be held against.
const SETTLED: usize = 10;
/// What the loss has to fall by for a rate to have been of use, in nats: a tenth of what a guess costs.
const FALL: f32 = 0.23;
/// Mini-batches asked for at once where nobody waits for each.
const TOGETHER: usize = 8;

/// What a sweep found; one number of each for each mini-batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateCurve {
    /// η.
    pub rates: Vec<f32>,
    /// Mean loss before the step.
    pub losses: Vec<f32>,
    /// Exponential mean of the losses so far, free of the bias towards its start (as Adam's moments).
    pub smoothed: Vec<f32>,
    /// The rate to train with, two figures of it. None before the end, and where no rate made the loss fall.
    pub suggestion: Option<f64>,
}

/// A sweep under way.
pub struct RateFinder {
    /// A run of its own: the same settings, and its own place among the images.
    trainer: Trainer,
    asked: usize,
    curve: RateCurve,
    mean: f64,
    over: bool,
}

impl RateFinder {
    /// A sweep of a network with these parameters, by these settings but for the schedule, with an optimiser that
    /// remembers nothing. `backend` has to be of `plan` and `dataset`, and is the sweep's own.
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

    /// Whether there is nothing more to do.
    pub fn is_done(&self) -> bool {
        self.over
    }

    /// What was found so far.
    pub fn curve(&self) -> &RateCurve {
        &self.curve
    }

    /// Asks for the next mini-batch. Its images have to be there.
    pub fn advance(&mut self) {
        if self.asked < SWEEP {
            let step = StepConfig { learning_rate: rate(self.asked), ..self.trainer.next_step() };
            self.trainer.mini_batch(&step);
            self.asked += 1;
        }
    }

    /// Asks for the losses since the last time, as `Tap::Steps` has them; hand them to `take_in`.
    pub fn measure(&mut self) -> Readback {
        self.trainer.backend().read(Tap::Steps)
    }

    /// Learns the losses that have arrived; those after the end do not count, however many were asked for at once.
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
        let hopeless = smoothed > (HOPELESS * f64::from(best)).max(GUESSING);
        self.over = !smoothed.is_finite() || hopeless || step + 1 == SWEEP;
        if smoothed.is_finite() {
            curve.rates.push(rate(step));
            curve.losses.push(loss);
            curve.smoothed.push(smoothed as f32);
        }
    }

    /// Makes the whole sweep; the images have to be there.
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

/// Of the n-th mini-batch, counted from 0.
fn rate(n: usize) -> f32 {
    let [least, most] = RATES;
    (least * libm::pow(most / least, n as f64 / (SWEEP - 1) as f64)) as f32
}

/// A tenth of the rate at which the smoothed loss is lowest, before it rises again by half of what it had fallen (what
/// comes after that is chaos, and may be low by chance). The lowest point itself is on the edge: what falls there falls
/// by what lower rates have done. One of fast.ai's rules; its other one, the point of steepest descent, depends on how
/// bad the start is: better by 0.3 % at most, worse by 5 (`tests/native/rate_finder.rs` compares).
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
        // It rises as far as it fell, and sooner.
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
