//! The CPU backend. Each block of eight images goes forward and then backward through the whole network before the next
//! block, so that its activations stay in the cache; `lenet_kernels::lanes` says why it is eight.
//!
//! A mini-batch is divided into shards, which the workers take one after the other (`shards`, `worker`, `crew`). Sums have a
//! fixed order, so the same parameters and images give the same bits natively and in WebAssembly, with any number of workers.
//!
//! # Where the time goes
//! `cargo xtask bench speed` and `lenet bench` compare each operation with the inner loop alone (`product_rate`). In Chromium
//! a step of LeNet-5 on 64 images and one worker reaches 73 % of that rate, and one of Nielsen's two convolutions 80 %. By the
//! operations' shares of the step of LeNet-5 on an EPYC:
//!
//! | operation | share | of the rate | why not all of it |
//! |---|---|---|---|
//! | C3 and the dense layers, forward and input gradients | 40 % | 94 to 103 % | |
//! | C1 forward | 10 % | 76 % | runs of five numbers: a loop ends after five products |
//! | gradients of C3's and C1's filters | 34 % | 68 and 70 % | see below |
//! | gradients of dense weights | 6 % | 65 % | each is read and written for eight products |
//! | pooling | 5 % | 8 % | it has one operation for each number that comes from the cache |
//! | the rest | 5 % | | images fetched, shards added up, loss, update |
//!
//! The gradients of the filters sum 3 × 3 products of four images from six loads, in 13 of V8's 15 registers; a larger tile
//! spills. Their speed follows the products for each load: tiles of 4 × 2 reach 58 %, of 2 × 4 65 %. Tried without gain:
//! gradients of a tile of filters packed side by side, the window's rows in the innermost loop, buffers aligned to 64 bytes.
//! A mini-batch of ten is two blocks of eight with six empty places.

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
pub use shards::{MAX_SHARDS, Sums, part, shards};
pub use slide::{ScoreMap, Slider};
#[cfg(not(target_arch = "wasm32"))]
pub use threads::Threads;
pub use trace::{BackwardPass, Pass, Tracer, probabilities};
pub use worker::{Job, Task, Worker};

use super::{Backend, Objective, OptimizerState, Pending, Readback, StepConfig, Tap};
use crate::data::Dataset;
use crate::network::Plan;
use lenet_kernels::lanes::LANES;
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

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
    sums: Sums,
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
    images: Vec<u8>,
    labels: Vec<u8>,
    objective: Objective,
    /// Which helpers have received the job.
    given: Vec<bool>,
    /// The update that follows. None if only the gradients are requested.
    step: Option<StepConfig>,
}

impl Underway {
    fn job(&self) -> Job<'_> {
        Job { task: self.task, images: &self.images, labels: &self.labels, objective: &self.objective }
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
            sums: Sums::default(),
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

    /// Distributes a task on `images` among the crew, and does as many shards of it as the crew leaves.
    fn begin(&mut self, task: Task, images: &[u32], step: Option<StepConfig>) {
        // The images are collected before the last mini-batch ends, while its helpers may still be at work.
        let mut underway = Underway {
            task,
            images: self.pixels(images),
            labels: images.iter().map(|&image| self.dataset.label_of(image)).collect(),
            objective: self.objective.clone(),
            given: Vec::new(),
            step,
        };
        self.finish();
        if images.is_empty() {
            return;
        }
        let workers = (1 << (1 + self.crew.helpers()).ilog2()).min(shards(images.len()).len());
        if workers > 1 && !self.told {
            self.crew.write_parameters(&self.worker.parameters);
            self.told = true;
        }
        self.crew.begin();
        for worker in 1..workers {
            underway.given.push(self.crew.give(worker - 1, worker, workers, &underway.job()));
        }
        let (job, crew) = (underway.job(), &mut self.crew);
        self.worker.work(&job, (0, workers), MAX_SHARDS, &mut self.sums, |shard| crew.claim(shard));
        self.underway = Some(underway);
    }

    /// Adds up the results of the mini-batch under way, computes those that no helper has delivered, and makes the update.
    fn finish(&mut self) {
        let Some(underway) = self.underway.take() else { return };
        let (job, batch) = (underway.job(), underway.labels.len());
        for helper in (0..underway.given.len()).filter(|&helper| underway.given[helper]) {
            self.crew.take(helper, job.task.numbers(&self.plan), &mut self.sums);
        }
        let shards = shards(batch);
        for shard in 0..shards.len() {
            if !self.sums.has(shards.len() + shard) {
                self.worker.shard(&job, &shards, shard, &mut self.sums);
            }
        }
        let sum = self.sums.take_all().expect("no shard is missing");
        match underway.task {
            Task::Evaluation => {
                self.evaluation.iter_mut().zip(&sum).for_each(|(all, x)| *all += x);
                self.sums.recycle(sum);
            }
            Task::Gradients => {
                self.loss = [sum[0], sum[1]].map(|all| all / batch as f32);
                self.sums.recycle(std::mem::replace(&mut self.numbers, sum));
            }
        }
        if let Some(step) = &underway.step {
            self.steps.extend(self.loss);
            let (plan, state, gradients) = (&self.plan, &mut self.optimizer, &self.numbers[2..]);
            self.worker.change_parameters(|own| optimizer::update(plan, own, gradients, state, step));
            self.told = false;
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
