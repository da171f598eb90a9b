//! Evaluations during an epoch and at its end, and early stopping, which they decide.

use super::Trainer;
use crate::backend::{Failure, Tap};
use crate::data::Split;
use crate::train::metrics::{Awaited, Evaluation};
use crate::train::run::Best;
use crate::train::status::Phase;

/// The number of images that one `advance` evaluates.
const SLICE: u32 = 256;
/// The number of validation images evaluated during an epoch.
const CHECKED: u32 = 512;

impl Trainer {
    /// Queues an evaluation of the test set, as at the end of an epoch.
    pub fn evaluate_soon(&mut self) {
        self.queue_evaluation(Split::Test, u32::MAX);
    }

    /// Evaluates a whole split now. The run does not record it.
    pub fn evaluate(&mut self, split: Split) -> impl Future<Output = Result<Evaluation, Failure>> + use<> {
        while !self.run.evaluating.is_empty() {
            self.evaluate_slice();
        }
        let images: Vec<u32> = self.dataset.split(split, self.run.train_on_all).collect();
        self.backend.evaluate(&images);
        self.read_evaluation(split).arrive()
    }

    /// Early stopping: keeps the best parameters, and ends the run with them when `patience` epochs brought no better ones.
    pub(super) fn judge(&mut self, candidates: &[(Evaluation, Vec<f32>)]) {
        for (evaluation, parameters) in candidates {
            self.run.waiting = false;
            let (accuracy, epoch) = (evaluation.accuracy(), evaluation.epoch);
            let Some(best) = self.run.best.as_ref().filter(|best| accuracy <= best.accuracy) else {
                self.run.best = Some(Best { accuracy, epoch, parameters: parameters.clone() });
                continue;
            };
            let patience = f64::from(self.settings.patience);
            let continues = matches!(self.run.phase, Phase::Training | Phase::Paused);
            let stops = epoch - best.epoch >= patience && continues;
            if patience > 0.0 && (stops || self.run.phase == Phase::Finished) {
                self.backend.write_parameters(&best.parameters);
                self.written += 1;
                self.kept.position = self.run.position.clone();
                self.kept.parameters.clone_from(&best.parameters);
                self.run.message = Some(format!(
                    "{}: the parameters of epoch {:.0} are back, with {:.2} % of the validation images correct.",
                    if stops { "Stopped early" } else { "Finished" },
                    best.epoch,
                    100.0 * best.accuracy,
                ));
                self.run.validation_accuracy = Some(best.accuracy);
                self.run.phase = Phase::Finished;
                self.run.drop_evaluations();
                self.queue_evaluation(Split::Test, u32::MAX);
            }
        }
    }

    /// Queues an evaluation of some validation images, if they have arrived. They are the last images in the file.
    pub(super) fn check_on_the_way(&mut self) {
        if self.dataset.has(self.dataset.split(Split::Validation, false)) {
            self.queue_evaluation(Split::Validation, CHECKED);
        }
    }

    pub(super) fn queue_evaluation(&mut self, split: Split, max: u32) {
        let images = self.dataset.split(split, false);
        let images = images.start..images.end.min(images.start.saturating_add(max));
        let trained_on = split == Split::Validation && self.run.train_on_all;
        if !images.is_empty() && !trained_on {
            self.run.queue_evaluation(split, images);
        }
    }

    pub(super) fn evaluate_slice(&mut self) {
        let run = &mut self.run;
        let Some(evaluating) = run.evaluating.front_mut() else {
            return;
        };
        let left = &mut evaluating.left;
        let end = left.end.min(left.start + SLICE);
        let slice: Vec<u32> = (left.start..end).collect();
        left.start = end;
        self.backend.evaluate(&slice);
        if left.start == left.end {
            let split = evaluating.split;
            let whole = evaluating.images.len() == self.dataset.split(split, false).len();
            run.evaluating.pop_front();
            let mut pending = self.read_evaluation(split);
            // A small validation set is evaluated as a whole during an epoch too.
            let epoch_over = self.run.position.share() == 0.0;
            if self.settings.patience > 0 && split == Split::Validation && whole && epoch_over {
                pending.parameters = Some(self.backend.read(Tap::Parameters));
                self.run.waiting = true;
            }
            self.run.evaluated.push(pending);
        }
    }

    /// Reads the evaluation that was just made. No mini-batch comes between its images, so the run still stands where the
    /// evaluation began.
    pub(super) fn read_evaluation(&mut self, split: Split) -> Awaited {
        let run = &self.run;
        let (step, epoch, seconds) = (run.position.step, run.position.epoch(), run.clock.seconds());
        Awaited { split, step, epoch, seconds, numbers: self.backend.read(Tap::Evaluation), parameters: None }
    }
}
