//! Measurements of a run: the loss of every mini-batch, and evaluations.

use crate::backend::{Failure, Readback};
use crate::data::Split;
use ndarray::Array2;
use std::collections::VecDeque;

/// How well a network predicts some images.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The split that the images are from.
    pub split: Split,
    /// Mini-batches done when it was made.
    pub step: u32,
    /// Epochs done when it was made.
    pub epoch: f64,
    /// Seconds of training when it was made.
    pub seconds: f64,
    /// Mean cross-entropy, nats.
    pub loss: f64,
    /// [label, predicted] counts.
    pub confusion: Array2<u32>,
}

impl Evaluation {
    /// The number of images.
    pub fn images(&self) -> u32 {
        self.confusion.sum()
    }

    /// The share of correct predictions.
    pub fn accuracy(&self) -> f64 {
        f64::from(self.confusion.diag().sum()) / f64::from(self.images())
    }
}

/// An evaluation whose numbers have not arrived from the backend yet.
pub(super) struct Awaited {
    pub split: Split,
    pub step: u32,
    pub epoch: f64,
    pub seconds: f64,
    pub numbers: Readback,
    /// The parameters that were evaluated, if early stopping needs them.
    pub parameters: Option<Readback>,
}

impl Awaited {
    pub async fn arrive(self) -> Result<Evaluation, Failure> {
        let numbers = self.numbers.await?;
        let classes = (numbers.len() - 1).isqrt();
        let counts = numbers[1..].iter().map(|&count| count as u32).collect();
        let confusion = Array2::from_shape_vec((classes, classes), counts)
            .expect("Tap::Evaluation has a count for each label and answer");
        Ok(Evaluation {
            split: self.split,
            step: self.step,
            epoch: self.epoch,
            seconds: self.seconds,
            loss: f64::from(numbers[0]) / f64::from(confusion.sum().max(1)),
            confusion,
        })
    }
}

/// Measurements that have not arrived from the backend yet. They borrow nothing, so they can be awaited while training
/// continues.
pub struct Measured {
    pub(super) run: u32,
    pub(super) first_step: u32,
    pub(super) seconds: Vec<f32>,
    pub(super) steps: Readback,
    pub(super) evaluations: Vec<Awaited>,
}

impl Measured {
    /// Waits for the numbers.
    ///
    /// # Errors
    /// The backend failed on the way.
    pub async fn arrive(self) -> Result<Report, Failure> {
        let steps = self.steps.await?;
        let mut candidates = Vec::new();
        let mut evaluations = Vec::with_capacity(self.evaluations.len());
        for mut pending in self.evaluations {
            let Awaited { parameters, .. } = &mut pending;
            let parameters = parameters.take();
            let evaluation = pending.arrive().await?;
            if let Some(parameters) = parameters {
                candidates.push((evaluation.clone(), parameters.await?));
            }
            evaluations.push(evaluation);
        }
        Ok(Report {
            run: self.run,
            first_step: self.first_step,
            losses: steps.iter().step_by(2).copied().collect(),
            accuracies: steps.iter().skip(1).step_by(2).copied().collect(),
            seconds: self.seconds,
            evaluations,
            candidates,
        })
    }
}

/// Everything that happened since the last report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The number of the run; each reset begins another.
    pub run: u32,
    /// The step of the first of `losses`, counted from 1.
    pub first_step: u32,
    /// Mean loss of each mini-batch.
    pub losses: Vec<f32>,
    /// The accuracy on each mini-batch before its step.
    pub accuracies: Vec<f32>,
    /// Seconds of training when each mini-batch was done.
    pub seconds: Vec<f32>,
    /// Complete evaluations.
    pub evaluations: Vec<Evaluation>,
    /// For early stopping: the parameters at the end of an epoch, and their evaluation on the validation set.
    pub candidates: Vec<(Evaluation, Vec<f32>)>,
}

impl Report {
    /// Adds the report that follows this one. If it is about a later run, it replaces this one. If the run went back to an
    /// earlier step, it replaces everything after that step.
    pub fn append(&mut self, more: Report) {
        if self.run == more.run && self.first_step <= more.first_step {
            let before = (more.first_step - self.first_step) as usize;
            self.losses.truncate(before);
            self.accuracies.truncate(before);
            self.seconds.truncate(before);
            self.evaluations.retain(|evaluation| evaluation.step < more.first_step);
            self.losses.extend(more.losses);
            self.accuracies.extend(more.accuracies);
            self.seconds.extend(more.seconds);
            self.evaluations.extend(more.evaluations);
            self.candidates.extend(more.candidates);
        } else {
            *self = more;
        }
    }
}

/// The losses and accuracies of the last mini-batches.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    steps: VecDeque<(f32, f32)>,
    /// The step of the last of them.
    last: u32,
}

impl Recent {
    /// The number of mini-batches in the mean.
    const LENGTH: usize = 50;

    /// Adds mini-batches from step `first` on, which replace those that a lost backend has made.
    pub fn add(&mut self, first: u32, measured: impl Iterator<Item = (f32, f32)>) {
        let again = (self.last + 1).saturating_sub(first) as usize;
        self.steps.truncate(self.steps.len().saturating_sub(again));
        self.last = self.last.min(first.saturating_sub(1));
        for (step, both) in (first..).zip(measured) {
            self.last = step;
            if self.steps.len() == Self::LENGTH {
                self.steps.pop_front();
            }
            self.steps.push_back(both);
        }
    }

    /// The mean loss and accuracy, once there is a mini-batch.
    pub fn means(&self) -> Option<(f32, f32)> {
        let count = self.steps.len() as f32;
        let sum = self.steps.iter().fold((0.0, 0.0), |sum, step| (sum.0 + step.0, sum.1 + step.1));
        (count > 0.0).then_some((sum.0 / count, sum.1 / count))
    }
}
