//! The operations of a step one by one, for benches.

use super::network::Network;
use super::optimizer;
use crate::backend::cost::{self, Cost, Kernel};
use crate::backend::{OptimizerState, StepConfig};
use crate::data::Dataset;
use crate::network::{Activation, Layer, Plan};
use lenet_kernels::lanes::{LANES, tile_product};
use lenet_kernels::loss::{self, Target};
use std::hint::black_box;
use web_time::Instant;

/// One operation of a step on a mini-batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// "C1 forward".
    pub name: String,
    /// Of the whole mini-batch.
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

/// A network on the CPU with a mini-batch in it, whose operations can be done again and again.
pub struct Profile<'a> {
    dataset: &'a Dataset,
    images: Vec<u32>,
    network: Network,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    memory: OptimizerState,
    step: StepConfig,
}

impl<'a> Profile<'a> {
    /// Of the first `images` images.
    pub fn new(plan: &Plan, parameters: &[f32], dataset: &'a Dataset, images: usize, step: StepConfig) -> Self {
        let mut network = Network::new(plan.clone());
        network.pack(parameters);
        let count = parameters.len();
        let mut profile = Profile {
            dataset,
            images: (0..images as u32).collect(),
            network,
            parameters: parameters.to_vec(),
            gradients: vec![0.0; count],
            memory: OptimizerState { first: vec![0.0; count], second: vec![0.0; count], updates: 0 },
            step,
        };
        // Once in their order, so that each finds what it needs.
        profile.operations().iter().for_each(|operation| profile.run(operation));
        profile
    }

    /// Those of a step, in their order.
    pub fn operations(&self) -> Vec<Operation> {
        let plan = self.network.plan();
        let last = plan.layers.len() - 1;
        let mut operations = Vec::new();
        let mut add = |name: &str, work: Work, cost: Cost| {
            operations.push(Operation { name: name.to_owned(), work, cost: cost.of_batch(self.images.len()) });
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
            if layer.layer.activation() != Activation::None {
                let name = format!("{} gradients before the activation", layer.name);
                add(&name, Work::BackwardActivation(n), Cost::default());
            }
            match layer.layer {
                Layer::Conv { .. } => {
                    add(&format!("{} weight gradients", layer.name), Work::BackwardWeights(n), learns)
                }
                Layer::Dense { .. } => {
                    add(
                        &format!("{} kept for weight gradients", layer.name),
                        Work::BackwardWeights(n),
                        Cost::default(),
                    );
                }
                _ => {}
            }
            if n > 0 {
                add(&format!("{} input gradients", layer.name), Work::BackwardInput(n), input);
            }
        }
        let dense = (0..=last).filter(|&n| matches!(plan.layers[n].layer, Layer::Dense { .. }));
        let dense = dense.map(|n| cost::backward(plan, n..n + 1, false)).sum();
        add("dense weight gradients", Work::FinishGradients, dense);
        add("update", Work::Update, cost::update(plan));
        add("weights packed", Work::Pack, Cost::default());
        operations
    }

    /// Does an operation on the whole mini-batch.
    pub fn run(&mut self, operation: &Operation) {
        let blocks = self.images.len().div_ceil(LANES);
        match operation.work {
            Work::FinishGradients => self.network.finish_gradients(&mut self.gradients),
            Work::Update => optimizer::update(
                self.network.plan(),
                &mut self.parameters,
                &self.gradients,
                &mut self.memory,
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
            Work::BackwardWeights(layer) => self.network.backward_weights(layer, block == 0, &mut self.gradients),
            Work::BackwardInput(layer) => self.network.backward_input(layer, &self.parameters),
            Work::FinishGradients | Work::Update | Work::Pack => unreachable!("not of a block"),
        }
    }

    /// How long each operation takes at best, tried for about `seconds`.
    pub fn times(&mut self, seconds: f64) -> Vec<Kernel> {
        let operations = self.operations();
        let time = |operation: Operation| {
            let seconds = time(seconds, || self.run(&operation));
            Kernel { name: operation.name, cost: operation.cost, groups: 0, seconds: Some(seconds) }
        };
        operations.into_iter().map(time).collect()
    }
}

/// Floating-point operations a second in a product of two matrices of 256 × 256, by the inner loop of all our kernels and
/// nothing around it: what it can reach here at best.
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

/// Seconds of one `run`: the quickest of some rounds that take about so many, for a browser's first are not compiled
/// well, and others have to share the machine.
fn time(seconds: f64, mut run: impl FnMut()) -> f64 {
    const ROUNDS: f64 = 10.0;
    let begun = Instant::now();
    let mut least = f64::INFINITY;
    while least.is_infinite() || begun.elapsed().as_secs_f64() < seconds {
        let (start, mut runs) = (Instant::now(), 0);
        while runs == 0 || start.elapsed().as_secs_f64() < seconds / ROUNDS {
            run();
            runs += 1;
        }
        least = least.min(start.elapsed().as_secs_f64() / f64::from(runs));
    }
    least
}
