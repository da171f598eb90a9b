//! The state of a run: everything that a reset starts again.

use super::metrics::{Awaited, Recent};
use super::position::{Position, comes};
use super::sampling::{self, DigitShare};
use super::saved::{SavedBest, SavedRun, of_reset};
use super::settings::Settings;
use super::status::{Goal, Phase};
use crate::backend::OptimizerState;
use crate::data::{Dataset, Split};
use crate::rng::{Rng, Stream};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use web_time::Instant;

/// A run: which images come next, how many steps are done, and what was measured.
pub struct Run {
    /// The seed at the time the run began; a new seed takes effect at a reset.
    pub seed: u32,
    pub train_on_all: bool,
    /// All settings at that time, so that a checkpoint can restore the run.
    started: Settings,
    /// The samples that balanced sampling draws from.
    balanced: Option<Arc<Vec<u32>>>,
    pub digits: Vec<DigitShare>,
    /// The parameters that did best on the validation set, for early stopping.
    pub best: Option<Best>,
    /// Whether early stopping waits for `take_in` to receive the evaluation of the last epoch.
    pub waiting: bool,
    pub phase: Phase,
    pub message: Option<String>,
    pub goal: Goal,
    pub position: Position,
    pub clock: Clock,
    pub evaluating: VecDeque<Evaluating>,
    /// The evaluations whose results `take_in` has not received yet: they are made again if the backend fails.
    due: Vec<Due>,
    pub evaluated: Vec<Awaited>,
    pub reported_steps: u32,
    pub step_seconds: Vec<f32>,
    pub recent: Recent,
    pub rate: Rate,
    pub validation_accuracy: Option<f64>,
    pub test_accuracy: Option<f64>,
    /// The step and the loss of the first mini-batch since the run began, or was continued from a file.
    pub first_loss: Option<(u32, f32)>,
}

/// A loss that no settings cause in one step: guessing has ln 10 = 2.3.
const BROKEN: f32 = 1e3;

/// The parameters that did best on the validation set.
pub struct Best {
    pub accuracy: f64,
    pub epoch: f64,
    pub parameters: Vec<f32>,
}

/// An evaluation in progress.
pub struct Evaluating {
    pub split: Split,
    pub images: Range<u32>,
    /// The images that are not evaluated yet.
    pub left: Range<u32>,
}

/// An evaluation that belongs to a step.
struct Due {
    step: u32,
    split: Split,
    images: Range<u32>,
}

impl Run {
    /// A run before its first step.
    pub fn new(settings: &Settings, dataset: &Dataset) -> Self {
        let samples = Arc::new(sampling::samples(settings, dataset));
        Run {
            digits: sampling::digits(settings, &samples, dataset),
            balanced: settings.balanced_sampling.then(|| samples.clone()),
            best: None,
            waiting: false,
            seed: settings.seed,
            train_on_all: settings.train_on_all,
            started: of_reset(settings),
            phase: Phase::Ready,
            message: None,
            goal: Goal::Schedule,
            position: Position::new(samples, settings, dataset),
            clock: Clock::default(),
            evaluating: VecDeque::new(),
            due: Vec::new(),
            evaluated: Vec::new(),
            reported_steps: 0,
            step_seconds: Vec::new(),
            recent: Recent::default(),
            rate: Rate::default(),
            validation_accuracy: None,
            test_accuracy: None,
            first_loss: None,
        }
    }

    /// Whether the parameters were beyond use before the run's first mini-batch here, so that its settings are not to blame
    /// for the loss at `step`. The first loss is measured before the first update.
    pub fn is_broken_from_the_start(&self, step: u32) -> bool {
        self.first_loss.is_some_and(|(first, loss)| first == step || !loss.is_finite() || loss > BROKEN)
    }

    /// Whether the run has an evaluation or training to do.
    pub fn is_busy(&self) -> bool {
        self.phase == Phase::Training || !self.evaluating.is_empty()
    }

    /// Takes the next mini-batch.
    pub fn next(&mut self, size: usize, dataset: &Dataset) -> Vec<u32> {
        if self.position.done == 0 {
            self.draw(dataset);
        }
        self.position.next(self.seed, size)
    }

    /// Draws the samples of a new epoch if sampling is balanced. Otherwise every epoch has the same samples.
    fn draw(&mut self, dataset: &Dataset) {
        if let Some(samples) = &self.balanced {
            let mut rng = Rng::new(self.seed, Stream::Balance(self.position.epochs_done));
            self.position.order = Arc::new(sampling::balanced(samples, dataset, &mut rng));
        }
    }

    /// Everything that is needed to continue the run, except the parameters and the optimizer state.
    pub fn saved(&self, settings: &Settings, dataset: &Dataset) -> SavedRun {
        let Run { position, phase, .. } = self;
        let images = position.images() as u32;
        let validation = dataset.split(Split::Validation, false).len();
        let waiting = self.waiting.then_some((Split::Validation, validation as u32));
        let evaluating = self.evaluating.iter().map(|Evaluating { split, images, .. }| (*split, images.len() as u32));
        let best = self.best.as_ref().map(|best| SavedBest {
            epoch: best.epoch as u32,
            right: (best.accuracy * validation as f64).round() as u32,
            parameters: best.parameters.clone(),
        });
        SavedRun {
            settings: settings.clone(),
            started: self.started.clone(),
            step: position.step,
            epochs_done: position.epochs_done,
            images_done: position.done as u32,
            images,
            fingerprint: dataset.fingerprint(),
            schedule_start: (position.schedule_start * f64::from(images)).round() as u64,
            phase: if *phase == Phase::Training { Phase::Paused } else { *phase },
            message: self.message.clone(),
            due: waiting.into_iter().chain(evaluating).collect(),
            optimizer: OptimizerState::default(),
            best,
            validation_accuracy: self.validation_accuracy,
            test_accuracy: self.test_accuracy,
            seconds: self.clock.seconds(),
        }
    }

    /// Restores a saved run.
    ///
    /// # Errors
    /// The run was trained on other images.
    pub fn resumed(saved: &SavedRun, dataset: &Dataset) -> Result<Self, String> {
        let mut run = Run::new(&saved.started, dataset);
        let images = run.position.images();
        if images != saved.images as usize {
            return Err(format!(
                "its run has {} training images per epoch, and with this data it would have {images}: it was made with \
                 other data",
                saved.images
            ));
        }
        if let (Some(own), Some(these)) = (saved.fingerprint, dataset.fingerprint())
            && own != these
        {
            return Err("its run was trained on other images than these: it was made with other data".into());
        }
        // Each epoch shuffles the order of the epoch before, so all epochs are repeated. A balanced epoch is drawn
        // independently of the one before.
        let begun = saved.epochs_done + u32::from(saved.images_done > 0);
        for epoch in if run.balanced.is_some() { begun.saturating_sub(1) } else { 0 }..begun {
            run.position.epochs_done = epoch;
            run.draw(dataset);
            run.position.shuffle(run.seed);
        }
        let place = |done: u64| (done / images as u64, (done % images as u64) as usize);
        let (epochs, done) = place(saved.schedule_start);
        run.position.schedule_start = epochs as f64 + done as f64 / images as f64;
        run.position.epochs_done = saved.epochs_done;
        run.position.done = saved.images_done as usize;
        run.position.step = saved.step;
        run.reported_steps = saved.step;
        run.phase = saved.phase;
        run.message.clone_from(&saved.message);
        for &(split, count) in &saved.due {
            let images = dataset.split(split, false);
            let images = images.start..images.end.min(images.start.saturating_add(count));
            if !images.is_empty() {
                run.queue_evaluation(split, images);
            }
        }
        let validation = dataset.split(Split::Validation, false).len() as f64;
        run.best = saved.best.as_ref().map(|best| Best {
            accuracy: f64::from(best.right) / validation,
            epoch: f64::from(best.epoch),
            parameters: best.parameters.clone(),
        });
        run.clock.before = saved.seconds;
        run.validation_accuracy = saved.validation_accuracy;
        run.test_accuracy = saved.test_accuracy;
        Ok(run)
    }

    /// Goes on with the training images that will arrive (`Dataset::split`), for some will not.
    pub fn make_do(&mut self, settings: &Settings, dataset: &Dataset) {
        self.position.make_do(dataset);
        if let Some(samples) = &mut self.balanced {
            Arc::make_mut(samples).retain(|&sample| comes(sample, dataset));
        }
        let samples = self.balanced.as_ref().unwrap_or(&self.position.order);
        self.digits = sampling::digits(settings, samples, dataset);
        let train_on_all = self.train_on_all;
        let comes = |split, images: &Range<u32>| {
            let coming = dataset.split(split, train_on_all);
            coming.start <= images.start && images.end <= coming.end
        };
        self.evaluating.retain(|evaluating| comes(evaluating.split, &evaluating.images));
        self.due.retain(|due| comes(due.split, &due.images));
    }

    /// Queues an evaluation of these images.
    pub fn queue_evaluation(&mut self, split: Split, images: Range<u32>) {
        self.due.push(Due { step: self.position.step, split, images: images.clone() });
        self.evaluating.push_back(Evaluating { split, left: images.clone(), images });
    }

    /// Forgets the evaluations that are queued.
    pub fn drop_evaluations(&mut self) {
        self.evaluating.clear();
        self.due.clear();
    }

    /// Called when the result of an evaluation of so many images has arrived.
    pub fn evaluation_arrived(&mut self, split: Split, step: u32, images: u32) {
        let this = |due: &Due| (due.split, due.step, due.images.len()) == (split, step, images as usize);
        if let Some(at) = self.due.iter().position(this) {
            self.due.remove(at);
        }
    }

    /// Goes back to an earlier position. The steps since then are made and measured again.
    pub fn go_back(&mut self, position: Position) {
        let reached = self.position.step;
        if position.step < reached {
            match self.phase {
                // It comes to rest where it was.
                Phase::Paused => (self.phase, self.goal) = (Phase::Training, Goal::Steps(reached)),
                // The steps that finished it are lost.
                Phase::Finished => (self.phase, self.message) = (Phase::Training, None),
                _ => {}
            }
        }
        // Later steps will queue theirs again.
        self.due.retain(|due| due.step <= position.step);
        let again = |Due { split, images, .. }: &Due| Evaluating {
            split: *split,
            left: images.clone(),
            images: images.clone(),
        };
        self.evaluating = self.due.iter().map(again).collect();
        self.waiting = false;
        self.evaluated.clear();
        self.step_seconds.clear();
        self.reported_steps = position.step;
        self.rate = Rate::default();
        self.position = position;
    }
}

/// Measures the seconds in which the run is busy.
#[derive(Default)]
pub struct Clock {
    before: f64,
    since: Option<Instant>,
}

impl Clock {
    /// Starts or stops the clock.
    pub fn run(&mut self, on: bool) {
        if !on {
            self.before = self.seconds();
            self.since = None;
        } else if self.since.is_none() {
            self.since = Some(Instant::now());
        }
    }

    pub fn seconds(&self) -> f64 {
        self.before + self.since.map_or(0.0, |since| since.elapsed().as_secs_f64())
    }
}

/// Measures images per second, over about a second.
#[derive(Clone, Copy, Default)]
pub struct Rate {
    images: usize,
    start: Option<f64>,
    last: f64,
}

impl Rate {
    /// The time until the first reading, in seconds. It is short so that there is an early, less exact value.
    const SOON: f64 = 0.2;

    /// Counts `images` more. `seconds` is the present time of the run's clock.
    pub fn add(&mut self, images: usize, seconds: f64) {
        let elapsed = seconds - *self.start.get_or_insert(seconds);
        self.images += images;
        if elapsed >= if self.last == 0.0 { Self::SOON } else { 1.0 } {
            self.last = self.images as f64 / elapsed;
            (self.images, self.start) = (0, Some(seconds));
        }
    }

    /// The last reading; 0 before the first.
    pub fn images_per_second(&self) -> f64 {
        self.last
    }
}
