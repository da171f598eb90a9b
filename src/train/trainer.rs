//! The run: which mini-batch comes next, when to evaluate, and when it is over.
//!
//! `advance` does one small piece of work, so that whoever drives it (a worker between messages, a command line)
//! can stop, look or change a setting between any two. What was measured is asked for with `measure` and handed back
//! with `take_in`, for on a GPU it takes a while to arrive.

use super::metrics::{Evaluation, Measured, Pending, Recent, Report};
use super::settings::{Applies, SETTINGS, Settings, SettingsError, Value};
use crate::backend::{Backend, OptimizerState, StepConfig, Tap};
use crate::data::{Dataset, Split};
use crate::network::{Plan, initial_parameters};
use crate::rng::{Rng, Stream};
use serde::Serialize;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use web_time::Instant;

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
pub struct Status {
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
    /// Why it diverged.
    pub message: Option<String>,
}

/// Images evaluated by one `advance`.
const SLICE: u32 = 256;
/// The validation set is tried in part this many times an epoch, so that its curve is seen to move.
const CHECKS: u32 = 8;
/// How many validation images that part has.
const CHECKED: u32 = 1_000;

/// An evaluation under way.
struct Evaluating {
    split: Split,
    images: Range<u32>,
}

/// Everything that a reset starts anew.
struct Run {
    /// Those of `Settings` that apply at a reset, as they were then.
    seed: u32,
    train_on_all: bool,
    phase: Phase,
    message: Option<String>,
    goal: Goal,
    step: u32,
    epochs_done: u32,
    /// The images of this epoch in their order, and how many of them are done.
    order: Vec<u32>,
    position: usize,
    /// The epoch at which the schedule started.
    schedule_start: f64,
    /// Spent on this run's mini-batches and evaluations.
    seconds: f64,
    evaluating: VecDeque<Evaluating>,
    evaluated: Vec<Pending>,
    reported_steps: u32,
    step_seconds: Vec<f32>,
    recent: Recent,
    rate: Rate,
    validation_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
}

/// Images a second, over the last second.
#[derive(Clone, Copy, Default)]
struct Rate {
    images: f64,
    seconds: f64,
    last: f64,
}

impl Rate {
    fn add(&mut self, images: usize, seconds: f64) {
        self.images += images as f64;
        self.seconds += seconds;
        if self.seconds >= 1.0 || self.last == 0.0 {
            self.last = self.images / self.seconds.max(1e-9);
        }
        if self.seconds >= 1.0 {
            (self.images, self.seconds) = (0.0, 0.0);
        }
    }
}

/// A network learning from data on a backend.
pub struct Trainer {
    plan: Plan,
    dataset: Arc<Dataset>,
    backend: Box<dyn Backend>,
    settings: Settings,
    /// Counts resets.
    runs: u32,
    run: Run,
}

impl Trainer {
    /// At the start of a first run. `backend` has to be of `plan` and `dataset`.
    pub fn new(plan: Plan, dataset: Arc<Dataset>, backend: Box<dyn Backend>, settings: Settings) -> Self {
        let run = Run::new(&settings, &dataset);
        let mut trainer = Trainer { plan, dataset, backend, settings, runs: 0, run };
        trainer.reset();
        trainer
    }

    /// The network.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it learns from.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// How many runs there have been, this one included.
    pub fn runs(&self) -> u32 {
        self.runs
    }

    /// The settings, those that wait for a reset too.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What computes.
    pub fn backend(&mut self) -> &mut dyn Backend {
        &mut *self.backend
    }

    /// Changes a setting. Takes effect when its declaration says.
    ///
    /// # Errors
    /// As `Settings::set`.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), SettingsError> {
        let optimizer = self.settings.optimizer;
        self.settings.set(name, value)?;
        if self.settings.optimizer != optimizer {
            // A velocity is no first moment: the other rule starts with an empty memory.
            self.backend.write_optimizer_state(&OptimizerState::default());
        }
        if self.run.step == 0 && SETTINGS.iter().any(|s| s.name == name && s.applies == Applies::Reset) {
            // Nothing has been trained that a reset could lose.
            self.reset();
        }
        Ok(())
    }

    /// Starts a new run: the seed's own parameters, and all settings.
    pub fn reset(&mut self) {
        self.runs += 1;
        self.run = Run::new(&self.settings, &self.dataset);
        // What the old run measured and nobody asked for is not the new one's.
        drop(self.backend.read(Tap::Steps));
        drop(self.backend.read(Tap::Evaluation));
        let parameters = initial_parameters(&self.plan, self.settings.initialization, self.settings.seed);
        self.write_parameters(&parameters);
    }

    /// Puts other parameters into the run; the optimiser forgets what it knew of the old ones.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.backend.write_parameters(parameters);
        self.backend.write_optimizer_state(&OptimizerState::default());
    }

    /// Works towards `goal` from now on. A run that has diverged stays as it is.
    pub fn start(&mut self, goal: Goal) {
        if self.run.phase == Phase::Diverged {
            return;
        }
        let schedule_over = self.run.epoch() >= self.schedule_end();
        let run = &mut self.run;
        if schedule_over {
            run.schedule_start = run.epoch();
        }
        run.goal = match goal {
            Goal::Schedule => Goal::Schedule,
            Goal::Steps(steps) => Goal::Steps(run.step.saturating_add(steps)),
            Goal::Epochs(epochs) => Goal::Epochs(run.epoch() + epochs),
        };
        run.phase = Phase::Training;
        self.check_goal();
    }

    /// Stops after what is done.
    pub fn pause(&mut self) {
        if self.run.phase == Phase::Training {
            self.run.phase = Phase::Paused;
        }
    }

    /// Whether `advance` has anything to do.
    pub fn is_busy(&self) -> bool {
        self.run.phase == Phase::Training || !self.run.evaluating.is_empty()
    }

    /// Does the next small piece of work: some images of an evaluation, or a mini-batch.
    pub fn advance(&mut self) {
        let start = Instant::now();
        if !self.run.evaluating.is_empty() {
            self.evaluate_slice();
            self.run.seconds += start.elapsed().as_secs_f64();
        } else if self.run.phase == Phase::Training {
            let images = self.train_step();
            let seconds = start.elapsed().as_secs_f64();
            self.run.seconds += seconds;
            self.run.rate.add(images, seconds);
            self.run.step_seconds.push(self.run.seconds as f32);
            self.check_goal();
        }
    }

    /// Evaluates the test set as soon as there is time, as at an epoch's end.
    pub fn evaluate_soon(&mut self) {
        self.queue_evaluation(Split::Test, u32::MAX);
    }

    /// Evaluates a whole split now, for whoever asks; it leaves no trace in the run.
    pub fn evaluate(&mut self, split: Split) -> impl Future<Output = Evaluation> + use<> {
        while !self.run.evaluating.is_empty() {
            self.evaluate_slice();
        }
        let images: Vec<u32> = self.dataset.split(split, self.run.train_on_all).collect();
        self.backend.evaluate(&images);
        self.read_evaluation(split).arrive()
    }

    /// Loss and gradients of the mean over `images`, without a step; it leaves no trace in the run.
    pub fn gradients(&mut self, images: &[u32]) -> impl Future<Output = (f32, Vec<f32>)> + use<> {
        self.backend.gradients(images);
        let (loss, gradients) = (self.backend.read(Tap::Loss), self.backend.read(Tap::Gradients));
        async { (loss.await[0], gradients.await) }
    }

    /// Asks for everything measured since the last time.
    pub fn measure(&mut self) -> Measured {
        let first_step = self.run.reported_steps + 1;
        self.run.reported_steps = self.run.step;
        Measured {
            run: self.runs,
            first_step,
            seconds: std::mem::take(&mut self.run.step_seconds),
            steps: self.backend.read(Tap::Steps),
            evaluations: std::mem::take(&mut self.run.evaluated),
        }
    }

    /// Learns what has arrived: means, accuracies, and whether a loss was not a number.
    pub fn take_in(&mut self, report: &Report) {
        if report.run != self.runs {
            return;
        }
        let run = &mut self.run;
        for (&loss, &accuracy) in report.losses.iter().zip(&report.accuracies) {
            run.recent.add(loss, accuracy);
        }
        for evaluation in &report.evaluations {
            match evaluation.split {
                Split::Validation => run.validation_accuracy = Some(evaluation.accuracy()),
                Split::Test => run.test_accuracy = Some(evaluation.accuracy()),
                Split::Train => {}
            }
        }
        if run.phase != Phase::Diverged
            && let Some(bad) = report.losses.iter().position(|loss| !loss.is_finite())
        {
            run.phase = Phase::Diverged;
            run.evaluating.clear();
            run.message = Some(format!(
                "The loss is {} at step {}: a learning rate of {} is too high for these settings. Lower it and press \
                 Reset.",
                if report.losses[bad].is_nan() { "NaN (not a number)" } else { "infinite" },
                report.first_step + bad as u32,
                self.settings.learning_rate,
            ));
        }
    }

    /// The run in numbers, as of the last `take_in`.
    pub fn status(&self) -> Status {
        let run = &self.run;
        let means = run.recent.means();
        Status {
            phase: run.phase,
            seed: run.seed,
            step: run.step,
            epoch: run.epoch(),
            epochs: self.schedule_end(),
            steps_per_epoch: run.order.len().div_ceil(self.settings.batch_size as usize) as u32,
            images_per_second: if run.phase == Phase::Training { run.rate.last } else { 0.0 },
            train_loss: means.map(|means| means.0),
            train_accuracy: means.map(|means| means.1),
            validation_accuracy: run.validation_accuracy,
            test_accuracy: run.test_accuracy,
            learning_rate: self.learning_rate(),
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

    /// How much of the schedule is over, 0 to 1.
    fn progress(&self) -> f64 {
        (self.run.epoch() - self.run.schedule_start) / f64::from(self.settings.epochs)
    }

    /// One mini-batch; returns how many images it had. An epoch's last may be smaller.
    fn train_step(&mut self) -> usize {
        let step = StepConfig {
            optimizer: self.settings.optimizer,
            learning_rate: self.learning_rate() as f32,
            momentum: self.momentum() as f32,
            weight_decay: self.settings.weight_decay,
        };
        let run = &mut self.run;
        if run.position == 0 {
            Rng::new(run.seed, Stream::Shuffle(run.epochs_done)).shuffle(&mut run.order);
        }
        let before = run.position;
        let end = (before + self.settings.batch_size as usize).min(run.order.len());
        self.backend.train_step(&run.order[before..end], &step);
        run.position = end;
        run.step += 1;
        if end == run.order.len() {
            run.epochs_done += 1;
            run.position = 0;
            self.queue_evaluation(Split::Validation, u32::MAX);
            self.queue_evaluation(Split::Test, u32::MAX);
        } else {
            let part = |position: usize| position * CHECKS as usize / run.order.len();
            if part(before) != part(end) {
                self.queue_evaluation(Split::Validation, CHECKED);
            }
        }
        end - before
    }

    fn queue_evaluation(&mut self, split: Split, most: u32) {
        let images = self.dataset.split(split, false);
        let images = images.start..images.end.min(images.start.saturating_add(most));
        let trained_on = split == Split::Validation && self.run.train_on_all;
        if !images.is_empty() && !trained_on {
            self.run.evaluating.push_back(Evaluating { split, images });
        }
    }

    fn evaluate_slice(&mut self) {
        let run = &mut self.run;
        let Some(evaluating) = run.evaluating.front_mut() else {
            return;
        };
        let end = evaluating.images.end.min(evaluating.images.start + SLICE);
        let slice: Vec<u32> = (evaluating.images.start..end).collect();
        evaluating.images.start = end;
        self.backend.evaluate(&slice);
        if evaluating.images.is_empty() {
            let split = evaluating.split;
            run.evaluating.pop_front();
            let pending = self.read_evaluation(split);
            self.run.evaluated.push(pending);
        }
    }

    /// The numbers of the evaluation that has just been made. No mini-batch comes between its images, so the run
    /// stands where it stood when the evaluation began.
    fn read_evaluation(&mut self, split: Split) -> Pending {
        let run = &self.run;
        let (step, epoch, seconds) = (run.step, run.epoch(), run.seconds);
        Pending { split, step, epoch, seconds, numbers: self.backend.read(Tap::Evaluation) }
    }

    /// The epoch at which the schedule ends.
    fn schedule_end(&self) -> f64 {
        self.run.schedule_start + f64::from(self.settings.epochs)
    }

    fn check_goal(&mut self) {
        let schedule_over = self.run.epoch() >= self.schedule_end();
        let run = &mut self.run;
        let reached = match run.goal {
            Goal::Schedule => schedule_over,
            Goal::Steps(step) => run.step >= step,
            // Half an image's tolerance for the fractions.
            Goal::Epochs(epochs) => run.epoch() + 0.5 / run.order.len() as f64 >= epochs,
        };
        if reached {
            run.phase = if schedule_over { Phase::Finished } else { Phase::Paused };
        } else if schedule_over {
            run.schedule_start = run.epoch();
        }
    }
}

impl Run {
    fn new(settings: &Settings, dataset: &Dataset) -> Self {
        Run {
            seed: settings.seed,
            train_on_all: settings.train_on_all,
            phase: Phase::Ready,
            message: None,
            goal: Goal::Schedule,
            step: 0,
            epochs_done: 0,
            order: dataset.split(Split::Train, settings.train_on_all).collect(),
            position: 0,
            schedule_start: 0.0,
            seconds: 0.0,
            evaluating: VecDeque::new(),
            evaluated: Vec::new(),
            reported_steps: 0,
            step_seconds: Vec::new(),
            recent: Recent::default(),
            rate: Rate::default(),
            validation_accuracy: None,
            test_accuracy: None,
        }
    }

    fn epoch(&self) -> f64 {
        f64::from(self.epochs_done) + self.position as f64 / self.order.len() as f64
    }
}
