//! A worker: a network on one thread that does jobs. The backend has one, and each of its helpers is another.

use super::network::Network;
use super::shards::{shards, sum_tree};
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

/// A part of a task on some images: the shards of the `part`-th of `parts` equal subtrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Job<'a> {
    /// What to compute.
    pub task: Task,
    /// How many images all parts have together.
    pub batch: usize,
    /// The number of the part.
    pub part: usize,
    /// How many parts there are: a power of two, at most as many as shards.
    pub parts: usize,
    /// The bytes of the part's images, which `images_of` names.
    pub images: &'a [u8],
    /// Their labels.
    pub labels: &'a [u8],
    /// The loss, for `Task::Gradients`.
    pub objective: &'a Objective,
}

/// Which of a batch's images belong to a part.
pub fn images_of(batch: usize, part: usize, parts: usize) -> Range<usize> {
    let shards = shards(batch);
    let own = part * shards.len() / parts..(part + 1) * shards.len() / parts;
    shards[own.start].start..shards[own.end - 1].end
}

/// A network on one thread.
pub struct Worker {
    pub(super) network: Network,
    pub(super) parameters: Vec<f32>,
    spare: Vec<Vec<f32>>,
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
            spare: Vec::new(),
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
        self.network.pack(&self.parameters);
    }

    /// Does a job. `numbers`, as many as its task has, receive the results.
    pub fn work(&mut self, job: &Job, numbers: &mut [f32]) {
        let shards = shards(job.batch);
        let own = job.part * shards.len() / job.parts..(job.part + 1) * shards.len() / job.parts;
        let first = shards[own.start].start;
        let mut spare = std::mem::take(&mut self.spare);
        sum_tree(own, numbers, &mut spare, &mut |shard, into| {
            let images = shards[shard].start - first..shards[shard].end - first;
            self.shard(job, images, into);
        });
        self.spare = spare;
    }

    /// Computes the results of one shard; `images` are counted from the job's first.
    fn shard(&mut self, job: &Job, images: Range<usize>, numbers: &mut [f32]) {
        let learns = job.task == Task::Gradients;
        // The first block overwrites the gradients.
        let sums = if learns { &mut numbers[..2] } else { &mut *numbers };
        sums.fill(0.0);
        let target = if learns { &job.objective.target } else { &Target::PLAIN };
        let (pixels, classes) = (self.pixels(), self.network.plan().classes());
        let (start, end) = (images.start, images.end);
        let before = images_of(job.batch, job.part, job.parts).start;
        for first in images.step_by(LANES) {
            let block = first..end.min(first + LANES);
            let images = &job.images[block.start * pixels..block.end * pixels];
            let labels = &job.labels[block.clone()];
            let labels = if learns && job.objective.noise != 0 {
                self.forward_noisy_block(job.objective, (before + first) as u32, images, labels)
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
                    loss::backward(self.network.logits(), &labels, block.len(), job.batch, target);
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
        let pixels = self.pixels();
        self.network.load(images.chunks_exact(pixels));
        self.network.forward(&self.parameters);
        std::array::from_fn(|lane| labels.get(lane).copied().unwrap_or(0))
    }
}
