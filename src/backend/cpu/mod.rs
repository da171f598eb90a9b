//! The CPU backend: a mini-batch goes through the whole network a block of eight images at a time, forward and at
//! once backward, so that a block's activations stay in the cache; see `lenet_kernels::lanes` for why eight.
//!
//! A mini-batch is divided among workers (`shards`, `worker`, `crew`). Sums are taken in a fixed order: the same
//! parameters and images give the same bits, natively and in WebAssembly, on any number of workers.
//!
//! # Where the time goes
//! Nearly all of it goes into the sums of products of the convolutions. Held against the inner loop alone (`product_rate`;
//! `cargo xtask bench` prints each operation's share), the sums of forward and of the input's gradients reach most of
//! it; what they lack are the starts and ends of short runs, 5 numbers in C1. The gradients of the filters reach half:
//! a place brings only 3 × 3 products of four images to each pair of loads, where forward has 4 × 8 to one; a larger
//! tile would spill V8's 15 registers. Pooling and activations do no products and wait for the cache, a twentieth of
//! all. A mini-batch of ten is two blocks of eight with six empty places.

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
pub use profile::{Operation, Profile, product_rate};
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

/// Images of an evaluation that are divided among the workers at once.
const EVALUATED_AT_ONCE: usize = 256;

/// The outcome of a future that has nothing to wait for, as all of this backend's are, and natively the GPU's too, whose
/// futures wait themselves.
///
/// # Panics
/// On a future that makes one wait.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the CPU backend made us wait"),
    }
}

/// A network on the CPU, on this thread and those of its crew.
///
/// A mini-batch is given out when it is asked for, and added up when the next thing is: meanwhile the helpers work, and
/// whoever drives the backend may wait for them without holding the thread, by `room`.
pub struct CpuBackend {
    dataset: Arc<Dataset>,
    plan: Plan,
    worker: Worker,
    crew: Box<dyn Crew>,
    /// Whether the crew has the worker's parameters.
    told: bool,
    underway: Option<Underway>,
    /// What the last work on gradients came to, see `Task::Gradients`.
    numbers: Vec<f32>,
    spare: Vec<Vec<f32>>,
    optimizer: OptimizerState,
    objective: Objective,
    loss: [f32; 2],
    steps: Vec<f32>,
    evaluation: Vec<f32>,
    activations: Vec<Vec<f32>>,
}

/// Work that was given out and has not been added up.
struct Underway {
    task: Task,
    batch: usize,
    images: Vec<u8>,
    labels: Vec<u8>,
    /// Which parts the helpers took. The first was this thread's, and what it came to stands in `numbers`.
    given: Vec<bool>,
    numbers: Vec<f32>,
    objective: Objective,
    /// What to do with the gradients.
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

    /// The same with helpers, who have to be of the same network.
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

    /// Gives the crew its parts of the work on `images`, and does the first part.
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

    /// Adds up the work under way, does what no helper has done, and makes the update.
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
