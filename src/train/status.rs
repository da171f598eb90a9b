//! The status of a run: its goal, its phase and its numbers.

use super::sampling::DigitShare;
use serde::Serialize;

/// The goal of training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The end of the schedule; if that is already reached, the end of another one.
    Schedule,
    /// This many more mini-batches.
    Steps(u32),
    /// This many more epochs.
    Epochs(f64),
}

/// The phase of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Phase {
    /// No mini-batch has been trained on.
    Ready,
    /// It trains towards a goal.
    Training,
    /// It stopped before the end of the schedule.
    Paused,
    /// It reached the end of the schedule.
    Finished,
    /// A loss was not finite. Only a reset starts another run.
    Diverged,
}

/// The state of a run in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunStatus {
    /// The phase.
    pub phase: Phase,
    /// The seed of the run.
    pub seed: u32,
    /// The number of mini-batches done.
    pub step: u32,
    /// The number of epochs done, with the fraction of the present one.
    pub epoch: f64,
    /// The epoch at which the schedule ends.
    pub epochs: f64,
    /// The number of mini-batches in an epoch.
    pub steps_per_epoch: u32,
    /// The seconds of training so far.
    pub seconds: f64,
    /// Training images per second over about the last second of training; it stays when training stops.
    pub images_per_second: f64,
    /// The mean loss over the last 50 mini-batches.
    pub train_loss: Option<f32>,
    /// The accuracy over the last 50 mini-batches, each measured before its step.
    pub train_accuracy: Option<f32>,
    /// The accuracy in the latest evaluation of the validation set.
    pub validation_accuracy: Option<f64>,
    /// The accuracy in the latest evaluation of the test set.
    pub test_accuracy: Option<f64>,
    /// The learning rate of the next step.
    pub learning_rate: f64,
    /// The share of each digit in the training images.
    pub digits: Vec<DigitShare>,
    /// A sentence about the phase, such as why the run diverged.
    pub message: Option<String>,
}
