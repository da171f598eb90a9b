//! Measures the time of each operation of a training step, for benches.

use super::network::Network;
use super::optimizer;
use super::shards::shards;
use crate::backend::cost::{self, Cost, Kernel};
use crate::backend::{OptimizerState, StepConfig};
use crate::data::Dataset;
use crate::network::{Activation, Plan};
use lenet_kernels::lanes::{LANES, tile_product};
use lenet_kernels::loss::{self, Target};
use std::hint::black_box;
use std::ops::Range;
use web_time::Instant;

/// One operation of a step on a mini-batch.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfiledOperation {
    /// For example "C1 forward".
    pub name: String,
    /// The cost for the whole mini-batch.
    pub cost: Cost,
    work: Work,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    Load,
    Forward(usize),
    Loss,
    BackwardActivation(usize),
    BackwardWeights(usize),
    BackwardInput(usize),
    FinishGradients,
    Update,
    Pack,
}

/// A network on the CPU with a mini-batch in it, whose operations can be repeated one by one.
pub struct Profile<'a> {
    dataset: &'a Dataset,
    images: Vec<u32>,
    shards: Vec<Range<usize>>,
    network: Network,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    state: OptimizerState,
    step: StepConfig,
}

impl<'a> Profile<'a> {
    /// A profile on a mini-batch of the first `images` images.
    pub fn new(plan: &Plan, parameters: &[f32], dataset: &'a Dataset, images: usize, step: StepConfig) -> Self {
        let mut network = Network::new(plan.clone());
        network.pack(parameters);
        let count = parameters.len();
        let mut profile = Profile {
            dataset,
            images: (0..images as u32).collect(),
            shards: shards(images),
            network,
            parameters: parameters.to_vec(),
            gradients: vec![0.0; count],
            state: OptimizerState { first: vec![0.0; count], second: vec![0.0; count], updates: 0 },
            step,
        };
        // Run all operations once in order, so that each has the inputs that it needs.
        profile.operations().iter().for_each(|operation| profile.run(operation));
        profile
    }

    /// The operations of a step, in their order.
    pub fn operations(&self) -> Vec<ProfiledOperation> {
        let plan = self.network.plan();
        let mut operations = Vec::new();
        let mut add = |name: &str, work: Work, cost: Cost| {
            operations.push(ProfiledOperation { name: name.to_owned(), work, cost: cost.of_batch(self.images.len()) });
        };
        add("load", Work::Load, cost::gather(plan));
        for (n, layer) in plan.layers.iter().enumerate() {
            add(&format!("{} forward", layer.name), Work::Forward(n), cost::forward(plan, n..n + 1));
        }
        add("loss", Work::Loss, Cost::default());
        for (n, layer) in plan.layers.iter().enumerate().rev() {
            let learns = cost::backward(plan, n..n + 1, false);
            let both = cost::backward(plan, n..n + 1, true);
            let input = Cost { flop: both.flop - learns.flop, bytes: both.bytes - learns.bytes, ..learns };
            if layer.activation != Activation::None {
                let name = format!("{} gradients before the activation", layer.name);
                add(&name, Work::BackwardActivation(n), Cost::default());
            }
            if self.network.finishes(n) {
                let name = format!("{} kept for weight gradients", layer.name);
                add(&name, Work::BackwardWeights(n), Cost::default());
            } else if layer.learns() {
                add(&format!("{} weight gradients", layer.name), Work::BackwardWeights(n), learns);
            }
            if n > 0 {
                add(&format!("{} input gradients", layer.name), Work::BackwardInput(n), input);
            }
        }
        let finished = (0..plan.layers.len()).filter(|&n| self.network.finishes(n));
        let finished = finished.map(|n| cost::backward(plan, n..n + 1, false)).sum();
        add("dense weight gradients", Work::FinishGradients, finished);
        add("update", Work::Update, cost::update(plan));
        add("weights packed", Work::Pack, Cost::default());
        operations
    }

    /// Runs an operation on the whole mini-batch.
    pub fn run(&mut self, operation: &ProfiledOperation) {
        let blocks = self.images.len().div_ceil(LANES);
        match operation.work {
            // Each shard does this with the blocks that it has kept; here it is the last.
            Work::FinishGradients => {
                self.shards.iter().for_each(|_| self.network.finish_gradients(&mut self.gradients));
            }
            Work::Update => optimizer::update(
                self.network.plan(),
                &mut self.parameters,
                &self.gradients,
                &mut self.state,
                &self.step,
            ),
            Work::Pack => self.network.pack(&self.parameters),
            work => (0..blocks).for_each(|block| self.run_on_block(work, block)),
        }
        black_box(&mut self.gradients);
    }

    fn run_on_block(&mut self, work: Work, block: usize) {
        match work {
            Work::Load => {
                let images = self.images.chunks(LANES).nth(block).expect("a block of the mini-batch");
                self.network.load(images.iter().map(|&image| self.dataset.image(image)));
            }
            Work::Forward(layer) => self.network.forward_layer(layer, &self.parameters),
            Work::Loss => {
                let labels = [0; LANES];
                black_box(loss::softmax(self.network.logits(), &labels, &Target::PLAIN));
                loss::backward(self.network.logits(), &labels, LANES, self.images.len(), &Target::PLAIN);
            }
            Work::BackwardActivation(layer) => self.network.backward_activation(layer),
            Work::BackwardWeights(layer) => {
                let starts = self.shards.iter().any(|shard| shard.start == block * LANES);
                self.network.backward_weights(layer, starts, &mut self.gradients);
            }
            Work::BackwardInput(layer) => self.network.backward_input(layer, &self.parameters),
            Work::FinishGradients | Work::Update | Work::Pack => unreachable!("run on the whole mini-batch"),
        }
    }

    /// The shortest time of each operation, which is repeated for about `seconds`.
    pub fn times(&mut self, seconds: f64) -> Vec<Kernel> {
        let operations = self.operations();
        let time = |operation: ProfiledOperation| {
            let seconds = time(seconds, || self.run(&operation));
            Kernel { name: operation.name, cost: operation.cost, groups: 0, seconds: Some(seconds) }
        };
        operations.into_iter().map(time).collect()
    }
}

/// Floating-point operations per second of the inner loop of all kernels alone, on a product of two matrices of 256 × 256:
/// the upper limit on this machine.
pub fn product_rate(seconds: f64) -> f64 {
    const SIZE: usize = 256;
    let rows = vec![[0.5_f32; 4]; SIZE];
    let columns = vec![[0.25; LANES]; SIZE];
    let mut product = [[0.0; LANES]; 4];
    let seconds = time(seconds, || {
        (0..SIZE / 4 * SIZE / LANES).for_each(|_| tile_product(black_box(&rows), black_box(&columns), &mut product));
    });
    2.0 * (SIZE * SIZE * SIZE) as f64 / seconds
}

/// Seconds of one `run`: the shortest mean of several rounds, which take about `seconds` together. The first rounds in a
/// browser run unoptimised code, and others are slowed by whatever else the machine does.
fn time(seconds: f64, mut run: impl FnMut()) -> f64 {
    const ROUNDS: f64 = 10.0;
    let begun = Instant::now();
    let mut shortest = f64::INFINITY;
    while shortest.is_infinite() || begun.elapsed().as_secs_f64() < seconds {
        let (start, mut runs) = (Instant::now(), 0);
        while runs == 0 || start.elapsed().as_secs_f64() < seconds / ROUNDS {
            run();
            runs += 1;
        }
        shortest = shortest.min(start.elapsed().as_secs_f64() / f64::from(runs));
    }
    shortest
}
