//! A run as one speaks of it: what it works towards, where it stands, its numbers.

use super::sampling::DigitShare;
use serde::Serialize;

/// What training works towards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The end of the schedule; when that is reached already, of another one.
    Schedule,
    /// So many mini-batches from here.
    Steps(u32),
    /// So many epochs from here.
    Epochs(f64),
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Phase {
    /// Not begun.
    Ready,
    /// On its way to a goal.
    Training,
    /// Stopped before the schedule's end.
    Paused,
    /// At the schedule's end.
    Finished,
    /// A loss was not a number; nothing but a reset helps.
    Diverged,
}

/// A run in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunStatus {
    /// Where it stands.
    pub phase: Phase,
    /// The seed it was started with.
    pub seed: u32,
    /// Mini-batches done.
    pub step: u32,
    /// Epochs done, with the fraction of the one under way.
    pub epoch: f64,
    /// The epoch at which the schedule ends.
    pub epochs: f64,
    /// Mini-batches in an epoch.
    pub steps_per_epoch: u32,
    /// Training images a second over about the last second of training.
    pub images_per_second: f64,
    /// Mean over the last 50 mini-batches.
    pub train_loss: Option<f32>,
    /// The share right over the last 50 mini-batches, each before its step.
    pub train_accuracy: Option<f32>,
    /// Of the latest evaluation.
    pub validation_accuracy: Option<f64>,
    /// Of the latest evaluation.
    pub test_accuracy: Option<f64>,
    /// What the next step will use.
    pub learning_rate: f64,
    /// What it trains on: how often each digit is there, is drawn in an epoch, and what it weighs.
    pub digits: Vec<DigitShare>,
    /// Why it diverged.
    pub message: Option<String>,
}
