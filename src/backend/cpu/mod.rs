//! The CPU backend. Each block of eight images goes forward and then backward through the whole network before the next
//! block, so that its activations stay in the cache; `lenet_kernels::lanes` says why it is eight.
//!
//! A mini-batch is divided among workers (`shards`, `worker`, `crew`). Sums have a fixed order, so the same parameters and
//! images give the same bits natively and in WebAssembly, with any number of workers.
//!
//! # Where the time goes
//! Nearly all of it goes into the sums of products of the convolutions. `cargo xtask bench` compares each operation with
//! the inner loop alone (`product_rate`). Forward and the gradients of the input reach most of its speed; they lose the rest
//! at the ends of short runs, of 5 numbers in C1. The gradients of the filters reach half: each pair of loads serves only
//! 3 × 3 products of four images, where forward has 4 × 8 for one load, and a larger tile would spill V8's 15 registers.
//! Pooling and activations wait for the cache and take a twentieth of the time. A mini-batch of ten is two blocks of eight
//! with six empty places.

mod crew;
mod network;
mod optimizer;
mod profile;
mod shards;
mod slide;
#[cfg(not(target_arch = "wasm32"))]
mod threads;
mod trace;
mod worker;

pub use crew::{Alone, Crew};
pub use optimizer::update;
pub use profile::{Profile, ProfiledOperation, product_rate};
pub use shards::MAX_SHARDS;
pub use slide::{ScoreMap, Slider};
#[cfg(not(target_arch = "wasm32"))]
pub use threads::Threads;
pub use trace::{BackwardPass, Pass, Tracer, probabilities};
pub use worker::{Job, Task, Worker};

use super::{Backend, Objective, OptimizerState, Pending, Readback, StepConfig, Tap};
use crate::data::Dataset;
use crate::network::Plan;
use lenet_kernels::lanes::LANES;
use shards::{shards, sum_tree};
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use worker::images_of;

/// How many images of an evaluation are divided among the workers at once.
const EVALUATED_AT_ONCE: usize = 256;

/// The result of a future that is ready immediately, as all futures of this backend are. Natively those of the GPU are
/// too, because they block.
///
/// # Panics
/// The future is not ready.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the future is not ready"),
    }
}

/// A network on this thread and the threads of its crew.
///
/// `train_step` distributes a mini-batch, and the next call adds up its results. Meanwhile the helpers work, and the
/// caller can wait for them with `room`, without blocking its thread.
pub struct CpuBackend {
    dataset: Arc<Dataset>,
    plan: Plan,
    worker: Worker,
    crew: Box<dyn Crew>,
    /// Whether the crew has received the worker's latest parameters.
    told: bool,
    underway: Option<Underway>,
    /// The results of the last `Task::Gradients`.
    numbers: Vec<f32>,
    spare: Vec<Vec<f32>>,
    optimizer: OptimizerState,
    objective: Objective,
    loss: [f32; 2],
    steps: Vec<f32>,
    evaluation: Vec<f32>,
    activations: Vec<Vec<f32>>,
}

/// A mini-batch that was distributed and whose results are not added up yet.
struct Underway {
    task: Task,
    batch: usize,
    images: Vec<u8>,
    labels: Vec<u8>,
    /// The parts that helpers have taken. This thread did the first part; its results are in `numbers`.
    given: Vec<bool>,
    numbers: Vec<f32>,
    objective: Objective,
    /// The update that follows. None if only the gradients are requested.
    step: Option<StepConfig>,
}

impl Underway {
    fn job(&self, part: usize) -> Job<'_> {
        let parts = self.given.len();
        let own = images_of(self.batch, part, parts);
        let pixels = self.images.len() / self.batch;
        let images = &self.images[own.start * pixels..own.end * pixels];
        let Underway { task, batch, ref objective, .. } = *self;
        Job { task, batch, part, parts, images, labels: &self.labels[own], objective }
    }
}

impl CpuBackend {
    /// A network of `plan` on `dataset`, all parameters zero, on this thread alone.
    pub fn new(plan: Plan, dataset: Arc<Dataset>) -> Self {
        Self::with_crew(plan, dataset, Box::new(Alone))
    }

    /// A network with helpers, which must have the same plan.
    pub fn with_crew(plan: Plan, dataset: Arc<Dataset>, crew: Box<dyn Crew>) -> Self {
        let count = plan.parameters;
        CpuBackend {
            dataset,
            worker: Worker::new(plan.clone()),
            crew,
            told: false,
            underway: None,
            numbers: vec![0.0; Task::Gradients.numbers(&plan)],
            spare: Vec::new(),
            optimizer: OptimizerState { first: vec![0.0; count], second: vec![0.0; count], updates: 0 },
            objective: Objective::default(),
            loss: [0.0; 2],
            steps: Vec::new(),
            evaluation: vec![0.0; Task::Evaluation.numbers(&plan)],
            activations: vec![Vec::new(); plan.layers.len()],
            plan,
        }
    }

    /// The bytes of these images, one image after the other.
    fn pixels(&self, images: &[u32]) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(images.len() * self.dataset.pixels());
        images.iter().for_each(|&image| self.dataset.put_sample(image, &mut pixels));
        pixels
    }

    /// Gives the crew its parts of a task on `images`, and does the first part.
    fn begin(&mut self, task: Task, images: &[u32], step: Option<StepConfig>) {
        self.finish();
        if images.is_empty() {
            return;
        }
        let workers = 1 << (1 + self.crew.helpers()).ilog2();
        let parts = shards(images.len()).len().min(workers);
        if parts > 1 && !self.told {
            self.crew.write_parameters(&self.worker.parameters);
            self.told = true;
        }
        let mut underway = Underway {
            task,
            batch: images.len(),
            images: self.pixels(images),
            labels: images.iter().map(|&image| self.dataset.label(self.dataset.image_of(image))).collect(),
            given: vec![false; parts],
            numbers: self.spare.pop().unwrap_or_default(),
            objective: self.objective.clone(),
            step,
        };
        for part in 1..parts {
            underway.given[part] = self.crew.give(part - 1, &underway.job(part));
        }
        let mut numbers = std::mem::take(&mut underway.numbers);
        numbers.resize(task.numbers(&self.plan), 0.0);
        self.worker.work(&underway.job(0), &mut numbers);
        underway.numbers = numbers;
        self.underway = Some(underway);
    }

    /// Adds up the results of the mini-batch under way, computes those that no helper has delivered, and makes the update.
    fn finish(&mut self) {
        let Some(underway) = self.underway.take() else { return };
        let mut sum = match underway.task {
            Task::Gradients => std::mem::take(&mut self.numbers),
            Task::Evaluation => self.spare.pop().unwrap_or_default(),
        };
        sum.resize(underway.numbers.len(), 0.0);
        let mut spare = std::mem::take(&mut self.spare);
        sum_tree(0..underway.given.len(), &mut sum, &mut spare, &mut |part, into| {
            if part == 0 {
                into.copy_from_slice(&underway.numbers);
            } else if !(underway.given[part] && self.crew.take(part - 1, into)) {
                self.worker.work(&underway.job(part), into);
            }
        });
        self.spare = spare;
        let batch = underway.batch as f32;
        match underway.task {
            Task::Evaluation => self.evaluation.iter_mut().zip(&sum).for_each(|(all, x)| *all += x),
            Task::Gradients => self.loss = [sum[0] / batch, sum[1] / batch],
        }
        if let Some(step) = &underway.step {
            self.steps.extend(self.loss);
            let (plan, state) = (&self.plan, &mut self.optimizer);
            self.worker.change_parameters(|own| optimizer::update(plan, own, &sum[2..], state, step));
            self.told = false;
        }
        self.spare.push(underway.numbers);
        match underway.task {
            Task::Gradients => self.numbers = sum,
            Task::Evaluation => self.spare.push(sum),
        }
    }
}

impl Backend for CpuBackend {
    fn write_parameters(&mut self, parameters: &[f32]) {
        self.finish();
        self.worker.write_parameters(parameters);
        self.told = false;
    }

    fn write_optimizer_state(&mut self, state: &OptimizerState) {
        self.finish();
        let count = self.plan.parameters;
        self.optimizer.clone_from(state);
        self.optimizer.first.resize(count, 0.0);
        self.optimizer.second.resize(count, 0.0);
    }

    fn write_objective(&mut self, objective: &Objective) {
        self.objective.clone_from(objective);
    }

    fn gradients(&mut self, images: &[u32]) {
        self.begin(Task::Gradients, images, None);
    }

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        self.begin(Task::Gradients, images, Some(*step));
    }

    fn evaluate(&mut self, images: &[u32]) {
        for slice in images.chunks(EVALUATED_AT_ONCE) {
            self.begin(Task::Evaluation, slice, None);
        }
    }

    fn forward(&mut self, images: &[u32]) {
        self.finish();
        self.activations.iter_mut().for_each(Vec::clear);
        for chunk in images.chunks(LANES) {
            let pixels = self.pixels(chunk);
            self.worker.forward_block(&pixels, &[]);
            for image in 0..chunk.len() {
                for (layer, kept) in self.activations.iter_mut().enumerate() {
                    kept.extend(self.worker.network.activation(layer, image));
                }
            }
        }
    }

    fn read(&mut self, tap: Tap) -> Readback {
        self.finish();
        Box::pin(ready(Ok(match tap {
            Tap::Parameters => self.worker.parameters.clone(),
            Tap::Gradients => self.numbers[2..].to_vec(),
            Tap::Loss => self.loss.to_vec(),
            Tap::Steps => std::mem::take(&mut self.steps),
            Tap::Evaluation => std::mem::replace(&mut self.evaluation, vec![0.0; Task::Evaluation.numbers(&self.plan)]),
            Tap::Activation(layer) => self.activations[layer].clone(),
        })))
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        self.finish();
        Box::pin(ready(Ok(self.optimizer.clone())))
    }

    fn workers(&self) -> usize {
        1 + self.crew.present()
    }

    fn has_room(&self) -> bool {
        self.underway.is_none() || self.crew.is_done()
    }

    fn room(&mut self) -> Pending<()> {
        self.crew.done()
    }
}
