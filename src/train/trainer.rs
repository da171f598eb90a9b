//! The trainer of a run: it chooses the next mini-batch, decides when to evaluate (`evaluating`), and ends the run.
//!
//! `advance` does one small piece of work, so that its caller can stop, read values or change a setting between two
//! pieces. `measure` requests measurements, which take a while on a GPU; `take_in` receives them.

mod evaluating;
mod remarks;
mod saving;

use super::metrics::{Measured, Report};
use super::position::Position;
use super::run::Run;
use super::settings::{Applies, SETTINGS, Settings};
use super::status::{Goal, Phase, RunStatus};
use crate::backend::{Backend, Failure, Objective, OptimizerState, StepConfig, Tap};
use crate::data::{Dataset, Split};
use crate::declare::Value;
use crate::network::{Plan, initial_parameters};
use crate::refusal::Refusal;
use lenet_kernels::loss::Target;
use lenet_kernels::noise::scatter;
use std::sync::Arc;

/// Part of the validation set is evaluated this many times per epoch, so that its curve has points within an epoch.
const CHECKS: f64 = 8.0;

/// Trains a network on a dataset with a backend.
pub struct Trainer {
    plan: Plan,
    dataset: Arc<Dataset>,
    backend: Box<dyn Backend>,
    settings: Settings,
    /// The number of resets.
    runs: u32,
    run: Run,
    /// How often parameters or an optimizer's state were written: what was read before that is out of date.
    written: u32,
    kept: Kept,
    start: Vec<f32>,
}

/// A run's position, parameters and optimizer state at one moment, from which another backend can continue it.
pub struct Kept {
    /// `Trainer::written` at that moment.
    written: u32,
    position: Position,
    parameters: Vec<f32>,
    optimizer: OptimizerState,
}

impl Trainer {
    /// A trainer at the start of its first run. `backend` must be made for `plan` and `dataset`.
    pub fn new(plan: Plan, dataset: Arc<Dataset>, backend: Box<dyn Backend>, settings: Settings) -> Self {
        let run = Run::new(&settings, &dataset);
        let position = run.position.clone();
        let kept = Kept { written: 0, position, parameters: Vec::new(), optimizer: OptimizerState::default() };
        let mut trainer =
            Trainer { plan, dataset, backend, settings, runs: 0, run, written: 0, kept, start: Vec::new() };
        trainer.reset();
        trainer
    }

    /// The network.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The dataset.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The number of runs so far, including the present one.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// The settings, including those that take effect at the next reset.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The number of the machine's threads that it trains on.
    pub fn workers(&self) -> usize {
        self.backend.workers()
    }

    /// The backend that computes.
    pub fn backend(&mut self) -> &mut dyn Backend {
        &mut *self.backend
    }

    /// Changes a setting; it takes effect when its declaration says.
    ///
    /// # Errors
    /// The name is unknown or the value is out of range, as `Settings::set` says.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), Refusal> {
        let optimizer = self.settings.optimizer;
        self.settings.set(name, value)?;
        if self.settings.optimizer != optimizer {
            // A velocity is not a first moment, so the other optimizer starts with an empty state.
            self.written += 1;
            self.kept.optimizer = OptimizerState::default();
            self.backend.write_optimizer_state(&self.kept.optimizer);
        }
        if self.run.position.step == 0 && SETTINGS.iter().any(|s| s.name == name && s.applies == Applies::Reset) {
            // No step has been made that a reset could lose.
            self.reset();
        }
        Ok(())
    }

    /// Starts a new run from the seed's initial parameters, with all present settings.
    pub fn reset(&mut self) {
        let mut parameters = initial_parameters(&self.plan, self.settings.initialization, self.settings.seed);
        if self.dataset.has_statistics(&self.plan) {
            self.dataset.put_statistics(&self.plan, &mut parameters);
        }
        self.begin(Run::new(&self.settings, &self.dataset), &parameters);
    }

    fn begin(&mut self, run: Run, parameters: &[f32]) {
        self.runs += 1;
        self.run = run;
        // Measurements of the old run must not count for the new one.
        drop(self.backend.read(Tap::Steps));
        drop(self.backend.read(Tap::Evaluation));
        self.write_parameters(parameters);
    }

    /// Replaces the run's parameters and clears the optimizer state.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.start = parameters.to_vec();
        self.run.first_loss = None;
        self.written += 1;
        self.kept = Kept {
            written: self.written,
            position: self.run.position.clone(),
            parameters: parameters.to_vec(),
            optimizer: OptimizerState::default(),
        };
        self.backend.write_parameters(&self.kept.parameters);
        self.backend.write_optimizer_state(&self.kept.optimizer);
    }

    /// The parameters at the start of the run, or those that `write_parameters` wrote last.
    pub fn start_parameters(&self) -> &[f32] {
        &self.start
    }

    /// Reads the state from which another backend could continue the run, for `keep`.
    pub fn read_state(&mut self) -> impl Future<Output = Result<Kept, Failure>> + use<> {
        let (written, position) = (self.written, self.run.position.clone());
        let (parameters, optimizer) = (self.backend.read(Tap::Parameters), self.backend.read_optimizer_state());
        async move { Ok(Kept { written, position, parameters: parameters.await?, optimizer: optimizer.await? }) }
    }

    /// Keeps a state that `read_state` has read, in case the backend fails.
    pub fn keep(&mut self, state: Kept) {
        if state.written == self.written && state.position.step >= self.kept.position.step {
            self.kept = state;
        }
    }

    /// Whether the run would lose nothing if the backend failed now.
    pub fn is_kept(&self) -> bool {
        self.kept.written == self.written && self.kept.position.step == self.run.position.step
    }

    /// Continues on another backend for the same network and dataset, from the last state that was kept.
    pub fn move_to(&mut self, mut backend: Box<dyn Backend>) {
        backend.write_parameters(&self.kept.parameters);
        backend.write_optimizer_state(&self.kept.optimizer);
        self.backend = backend;
        self.run.go_back(self.kept.position.clone());
    }

    /// Trains towards `goal` from now on. A run that has diverged does not start again.
    pub fn start(&mut self, goal: Goal) {
        if self.run.phase == Phase::Diverged {
            return;
        }
        let schedule_over = self.run.position.epoch() >= self.schedule_end();
        let Run { position, .. } = &mut self.run;
        if schedule_over {
            position.schedule_start = position.epoch();
        }
        self.run.goal = match goal {
            Goal::Schedule => Goal::Schedule,
            Goal::Steps(steps) => Goal::Steps(position.step.saturating_add(steps)),
            Goal::Epochs(epochs) => Goal::Epochs(position.epoch() + epochs),
        };
        self.run.phase = Phase::Training;
        self.check_goal();
        self.run.clock.run(self.run.is_busy());
    }

    /// Stops before the next mini-batch.
    pub fn pause(&mut self) {
        if self.run.phase == Phase::Training {
            self.run.phase = Phase::Paused;
        }
        self.run.clock.run(self.run.is_busy());
    }

    /// Makes some of the pen's digits before a mini-batch needs them. Returns whether there are more to make.
    pub fn draw_ahead(&self) -> bool {
        self.settings.pen_share > 0.0 && self.dataset.draw_ahead()
    }

    /// Whether `advance` has work to do.
    pub fn is_busy(&self) -> bool {
        self.run.is_busy()
    }

    /// The phase of the run after the last `take_in`.
    pub fn phase(&self) -> Phase {
        self.run.phase
    }

    /// Whether an evaluation is in progress. The next mini-batch follows its end.
    pub fn is_evaluating(&self) -> bool {
        !self.run.evaluating.is_empty()
    }

    /// The number of mini-batches done.
    pub fn step(&self) -> u32 {
        self.run.position.step
    }

    /// The number of epochs done, with the fraction of the present one.
    pub fn epoch(&self) -> f64 {
        self.run.position.epoch()
    }

    /// Whether the images of the next small piece of work have arrived.
    pub fn has_data(&self) -> bool {
        let images = match self.run.evaluating.front() {
            Some(evaluating) => evaluating.images.clone(),
            None => self.run.position.needs(self.settings.batch_size as usize),
        };
        self.dataset.has(images)
    }

    /// Goes on with the training images that have arrived, because no more will (`Dataset::cut_short`). An epoch has only
    /// those from now on, the present one included. Validation images that have not arrived are not evaluated.
    pub fn make_do(&mut self) {
        self.run.make_do(&self.settings, &self.dataset);
        self.kept.position.make_do(&self.dataset);
    }

    /// Stops the clock while training has to wait for images.
    pub fn rest(&mut self) {
        self.run.clock.run(false);
    }

    /// Does the next small piece of work: some images of an evaluation, or a mini-batch. Before the call, `has_data`
    /// must be true and the backend must have room.
    pub fn advance(&mut self) {
        if self.is_waiting() {
            return;
        }
        self.run.clock.run(true);
        if !self.run.evaluating.is_empty() {
            self.evaluate_slice();
        } else if self.run.phase == Phase::Training {
            let images = self.train_step();
            let seconds = self.run.clock.seconds();
            self.run.rate.add(images, seconds);
            self.run.step_seconds.push(seconds as f32);
            self.check_goal();
        }
        self.run.clock.run(self.run.is_busy());
    }

    /// The mean loss over `images` and its gradients. The run does not change.
    pub fn gradients(&mut self, images: &[u32]) -> impl Future<Output = Result<(f32, Vec<f32>), Failure>> + use<> {
        self.backend.gradients(images);
        let (loss, gradients) = (self.backend.read(Tap::Loss), self.backend.read(Tap::Gradients));
        async { Ok((loss.await?[0], gradients.await?)) }
    }

    /// Requests all measurements since the last call.
    pub fn measure(&mut self) -> Measured {
        let first_step = self.run.reported_steps + 1;
        self.run.reported_steps = self.run.position.step;
        Measured {
            run: self.runs,
            first_step,
            seconds: std::mem::take(&mut self.run.step_seconds),
            steps: self.backend.read(Tap::Steps),
            evaluations: std::mem::take(&mut self.run.evaluated),
        }
    }

    /// Receives measurements that have arrived: updates means and accuracies, and stops the run if a loss is not
    /// finite.
    pub fn take_in(&mut self, report: &Report) {
        if report.run != self.runs {
            return;
        }
        let run = &mut self.run;
        run.recent.add(report.first_step, report.losses.iter().copied().zip(report.accuracies.iter().copied()));
        if run.first_loss.is_none() {
            run.first_loss = report.losses.first().map(|&loss| (report.first_step, loss));
        }
        for evaluation in &report.evaluations {
            run.evaluation_arrived(evaluation.split, evaluation.step, evaluation.images());
            match evaluation.split {
                Split::Validation => run.validation_accuracy = Some(evaluation.accuracy()),
                Split::Test => run.test_accuracy = Some(evaluation.accuracy()),
                Split::Train => {}
            }
        }
        self.judge(&report.candidates);
        let run = &mut self.run;
        if run.phase != Phase::Diverged
            && let Some(bad) = report.losses.iter().position(|loss| !loss.is_finite())
        {
            run.phase = Phase::Diverged;
            run.drop_evaluations();
            let what = if report.losses[bad].is_nan() { "NaN (not a number)" } else { "infinite" };
            let step = report.first_step + bad as u32;
            run.message = Some(if run.is_broken_from_the_start(step) {
                format!(
                    "The loss is {what} at step {step}: the parameters that it began with are to blame, not the settings."
                )
            } else {
                let rate = self.settings.learning_rate;
                format!(
                    "The loss is {what} at step {step}: a learning rate of {rate} is too high for these settings, so take a lower one."
                )
            });
        }
    }

    /// Whether the run waits for `take_in`, because early stopping needs the last evaluation first.
    pub fn is_waiting(&self) -> bool {
        self.run.waiting && self.run.evaluating.is_empty()
    }

    /// The state of the run in numbers, after the last `take_in`.
    pub fn status(&self) -> RunStatus {
        let run = &self.run;
        let means = run.recent.means();
        RunStatus {
            phase: run.phase,
            seed: run.seed,
            step: run.position.step,
            epoch: run.position.epoch(),
            epochs: self.schedule_end(),
            steps_per_epoch: run.position.images().div_ceil(self.settings.batch_size as usize) as u32,
            seconds: run.clock.seconds(),
            images_per_second: run.rate.images_per_second(),
            train_loss: means.map(|means| means.0),
            train_accuracy: means.map(|means| means.1),
            validation_accuracy: run.validation_accuracy,
            test_accuracy: run.test_accuracy,
            learning_rate: self.learning_rate(),
            digits: run.digits.clone(),
            message: run.message.clone(),
        }
    }

    fn learning_rate(&self) -> f64 {
        f64::from(self.settings.learning_rate) * self.settings.schedule.share(self.progress())
    }

    fn momentum(&self) -> f64 {
        let shift = self.settings.schedule.momentum_shift(self.progress());
        (f64::from(self.settings.momentum) + shift).clamp(0.0, 0.999)
    }

    /// The share of the schedule that is done, 0 to 1.
    fn progress(&self) -> f64 {
        (self.run.position.epoch() - self.run.position.schedule_start) / f64::from(self.settings.epochs)
    }

    /// The settings of the next update.
    pub fn next_step(&self) -> StepConfig {
        StepConfig {
            optimizer: self.settings.optimizer,
            learning_rate: self.learning_rate() as f32,
            momentum: self.momentum() as f32,
            weight_decay: self.settings.weight_decay,
            l2: self.settings.l2 / self.run.position.images() as f32,
            l1: self.settings.l1 / self.run.position.images() as f32,
            max_norm: self.settings.max_norm,
        }
    }

    /// The objective of the next update.
    fn next_objective(&self) -> Objective {
        let Run { seed, position, digits, .. } = &self.run;
        let weights = digits.iter().map(|digit| digit.weight).collect();
        Objective {
            target: Target { smoothing: self.settings.label_smoothing, weights },
            augmentation: self.settings.augmentation(),
            noise: scatter(scatter(*seed).wrapping_add(position.step)).max(1),
        }
    }

    /// Trains on one mini-batch and queues the evaluations that are due after it. Returns the number of images, which
    /// may be smaller at the end of an epoch.
    fn train_step(&mut self) -> usize {
        let part = |position: &Position| (position.share() * CHECKS) as u32;
        let (epochs_before, part_before) = (self.run.position.epochs_done, part(&self.run.position));
        let images = self.mini_batch(&self.next_step());
        let run = &self.run;
        if run.position.epochs_done > epochs_before {
            self.queue_evaluation(Split::Validation, u32::MAX);
            self.queue_evaluation(Split::Test, u32::MAX);
        } else if part(&run.position) > part_before {
            self.check_on_the_way();
        }
        images
    }

    /// Trains on the next mini-batch with this update. Returns the number of images.
    pub(super) fn mini_batch(&mut self, step: &StepConfig) -> usize {
        let objective = self.next_objective();
        let batch = self.run.next(self.settings.batch_size as usize, &self.dataset);
        self.backend.write_objective(&objective);
        self.backend.train_step(&batch, step);
        batch.len()
    }

    /// The epoch at which the schedule ends.
    fn schedule_end(&self) -> f64 {
        self.run.position.schedule_start + f64::from(self.settings.epochs)
    }

    fn check_goal(&mut self) {
        let schedule_over = self.run.position.epoch() >= self.schedule_end();
        let Run { goal, position, phase, .. } = &mut self.run;
        let reached = match *goal {
            Goal::Schedule => schedule_over,
            Goal::Steps(step) => position.step >= step,
            // Fractions of an epoch are not exact, so an error of half an image is tolerated.
            Goal::Epochs(epochs) => position.epoch() + 0.5 / position.images() as f64 >= epochs,
        };
        if reached {
            *phase = if schedule_over { Phase::Finished } else { Phase::Paused };
        } else if schedule_over {
            position.schedule_start = position.epoch();
        }
    }
}
