//! A worker: a network on one thread that does jobs. The backend has one, and each of its helpers is another.

use super::network::Network;
use super::shards::{Sums, order, shards};
use crate::backend::Objective;
use crate::backend::objective::AUGMENTATION;
use crate::network::Plan;
use lenet_kernels::augment::Augmenter;
use lenet_kernels::lanes::LANES;
use lenet_kernels::loss::{self, Target};
use lenet_kernels::noise::starts;
use lenet_kernels::operation::Noise;
use std::ops::Range;

/// What a job computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// [sum of losses, number of correct predictions, gradients of the mean loss over the mini-batch …].
    Gradients,
    /// [sum of losses, classes² counts: label × classes + predicted].
    Evaluation,
}

impl Task {
    /// How many numbers the result has.
    pub fn numbers(self, plan: &Plan) -> usize {
        match self {
            Task::Gradients => 2 + plan.parameters,
            Task::Evaluation => 1 + plan.classes() * plan.classes(),
        }
    }
}

/// A task on a mini-batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job<'a> {
    /// What to compute.
    pub task: Task,
    /// The bytes of the images.
    pub images: &'a [u8],
    /// Their labels.
    pub labels: &'a [u8],
    /// The loss, for `Task::Gradients`.
    pub objective: &'a Objective,
}

/// A network on one thread.
pub struct Worker {
    pub(super) network: Network,
    pub(super) parameters: Vec<f32>,
    /// Whether the network has packed the parameters for its products. It does so when it needs them: a training worker
    /// gives its helpers their jobs first, so that all of them pack at the same time.
    is_packed: bool,
    augmenter: Augmenter,
    augmented: Vec<u8>,
}

impl Worker {
    /// A network of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Worker {
            parameters: vec![0.0; plan.parameters],
            augmenter: Augmenter::new(plan.input.height, plan.input.width),
            network: Network::new(plan),
            is_packed: false,
            augmented: Vec::new(),
        }
    }

    /// How many bytes an image has.
    fn pixels(&self) -> usize {
        self.network.plan().input.len()
    }

    /// Replaces the parameters.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.change_parameters(|own| own.copy_from_slice(parameters));
    }

    /// Replaces the parameters by what `change` makes of them.
    pub fn change_parameters(&mut self, change: impl FnOnce(&mut [f32])) {
        change(&mut self.parameters);
        self.is_packed = false;
    }

    /// Does those shards of a job that `claim` allows, asking for them as `worker` of `workers`, until it has `most` sums
    /// that cannot be added up.
    pub fn work(
        &mut self,
        job: &Job,
        (worker, workers): (usize, usize),
        most: usize,
        sums: &mut Sums,
        mut claim: impl FnMut(usize) -> bool,
    ) {
        let shards = shards(job.labels.len());
        for shard in order(worker, workers, shards.len()) {
            if sums.count() < most && claim(shard) {
                self.shard(job, &shards, shard, sums);
            }
        }
    }

    /// Computes the results of one of a job's shards.
    pub fn shard(&mut self, job: &Job, shards: &[Range<usize>], shard: usize, sums: &mut Sums) {
        let (images, node) = (shards[shard].clone(), shards.len() + shard);
        // The results of one block are sums from zero that are then added to what is there, so they can be added to those of
        // the neighbour at once. Several blocks would be added one after the other, which is another order.
        let neighbour = if images.len() <= LANES { sums.take_neighbour(node) } else { None };
        let (node, mut numbers) = neighbour.unwrap_or_else(|| {
            let mut numbers = sums.buffer(job.task.numbers(self.network.plan()));
            numbers.fill(0.0);
            (node, numbers)
        });
        self.images(job, images, &mut numbers);
        sums.put(node, numbers);
    }

    /// Adds the results of some of a job's images.
    fn images(&mut self, job: &Job, images: Range<usize>, numbers: &mut [f32]) {
        let learns = job.task == Task::Gradients;
        let target = if learns { &job.objective.target } else { &Target::PLAIN };
        let (pixels, classes) = (self.pixels(), self.network.plan().classes());
        let (start, end) = (images.start, images.end);
        for first in images.step_by(LANES) {
            let block = first..end.min(first + LANES);
            let images = &job.images[block.start * pixels..block.end * pixels];
            let labels = &job.labels[block.clone()];
            let labels = if learns && job.objective.noise != 0 {
                self.forward_noisy_block(job.objective, first as u32, images, labels)
            } else {
                self.forward_block(images, labels)
            };
            let outcome = loss::softmax(self.network.logits(), &labels, target);
            numbers[0] += outcome.loss[..block.len()].iter().sum::<f32>();
            let predicted = labels.iter().zip(&outcome.predicted).take(block.len());
            match job.task {
                Task::Evaluation => {
                    predicted.for_each(|(&label, &predicted)| {
                        numbers[1 + usize::from(label) * classes + usize::from(predicted)] += 1.0
                    });
                }
                Task::Gradients => {
                    numbers[1] += predicted.filter(|(label, predicted)| label == predicted).count() as f32;
                    loss::backward(self.network.logits(), &labels, block.len(), job.labels.len(), target);
                    self.network.backward(first == start, &self.parameters, &mut numbers[2..]);
                }
            }
        }
        if job.task == Task::Gradients {
            self.network.finish_gradients(&mut numbers[2..]);
        }
    }

    /// Like `forward_block`, with augmented images, dropout and random slopes; `first` is the place of the first image in the
    /// mini-batch.
    fn forward_noisy_block(&mut self, objective: &Objective, first: u32, images: &[u8], labels: &[u8]) -> [u8; LANES] {
        self.network.noise = Some(Noise { key: objective.noise, first });
        let labels = if objective.augmentation.is_none() {
            self.forward_block(images, labels)
        } else {
            let mut augmented = std::mem::take(&mut self.augmented);
            augmented.clear();
            let starts = starts(objective.noise, AUGMENTATION, first);
            for (image, start) in images.chunks_exact(self.pixels()).zip(starts) {
                self.augmenter.change(&objective.augmentation, start, image, &mut augmented);
            }
            let labels = self.forward_block(&augmented, labels);
            self.augmented = augmented;
            labels
        };
        self.network.noise = None;
        labels
    }

    /// The forward pass of up to eight images. Returns their labels, and zeros for empty places of the block.
    pub(super) fn forward_block(&mut self, images: &[u8], labels: &[u8]) -> [u8; LANES] {
        if !self.is_packed {
            self.network.pack(&self.parameters);
            self.is_packed = true;
        }
        let pixels = self.pixels();
        self.network.load(images.chunks_exact(pixels));
        self.network.forward(&self.parameters);
        std::array::from_fn(|lane| labels.get(lane).copied().unwrap_or(0))
    }
}
