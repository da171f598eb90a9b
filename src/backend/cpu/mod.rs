//! The CPU backend: a mini-batch goes through the whole network a block of eight images at a time, forward and at
//! once backward, so that a block's activations stay in the cache; see `lenet_kernels::lanes` for why eight.
//!
//! Nothing is allocated in a step once the first of its size has been made, and sums are taken in a fixed order: the
//! same parameters and images give the same bits, natively and in WebAssembly.

mod network;
mod optimizer;

pub use network::{Forward, probabilities};

use super::{Backend, OptimizerState, Pending, Readback, StepConfig, Tap};
use crate::data::Dataset;
use crate::network::{NetworkSpec, Plan};
use lenet_kernels::lanes::LANES;
use lenet_kernels::loss;
use network::Network;
use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

const CLASSES: usize = NetworkSpec::CLASSES;

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

/// A network on one thread of the CPU.
pub struct CpuBackend {
    dataset: Arc<Dataset>,
    network: Network,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    optimizer: OptimizerState,
    loss: [f32; 2],
    steps: Vec<f32>,
    evaluation: Vec<f32>,
    activations: Vec<Vec<f32>>,
}

impl CpuBackend {
    /// A network of `plan` on `dataset`, all parameters zero.
    pub fn new(plan: Plan, dataset: Arc<Dataset>) -> Self {
        let count = plan.parameters;
        CpuBackend {
            dataset,
            parameters: vec![0.0; count],
            gradients: vec![0.0; count],
            optimizer: OptimizerState { first: vec![0.0; count], second: vec![0.0; count], updates: 0 },
            loss: [0.0; 2],
            steps: Vec::new(),
            evaluation: vec![0.0; 1 + CLASSES * CLASSES],
            activations: vec![Vec::new(); plan.layers.len()],
            network: Network::new(plan),
        }
    }

    /// Puts up to eight images into the block and goes forward. Returns their labels.
    fn forward_block(&mut self, images: &[u32]) -> [u8; LANES] {
        let mut labels = [0; LANES];
        labels.iter_mut().zip(images).for_each(|(label, &image)| *label = self.dataset.label(image));
        self.network.load(images.iter().map(|&image| self.dataset.image(image)));
        self.network.forward(&self.parameters);
        labels
    }
}

impl Backend for CpuBackend {
    fn write_parameters(&mut self, parameters: &[f32]) {
        self.parameters.copy_from_slice(parameters);
        self.network.pack(&self.parameters);
    }

    fn write_optimizer_state(&mut self, state: &OptimizerState) {
        let count = self.parameters.len();
        self.optimizer.clone_from(state);
        self.optimizer.first.resize(count, 0.0);
        self.optimizer.second.resize(count, 0.0);
    }

    fn gradients(&mut self, images: &[u32]) {
        self.gradients.fill(0.0);
        let (mut loss, mut right) = (0.0, 0.0);
        for (block, chunk) in images.chunks(LANES).enumerate() {
            let labels = self.forward_block(chunk);
            let outcome = loss::softmax(self.network.logits(), &labels);
            loss::backward(self.network.logits(), &labels, chunk.len(), images.len());
            let said = labels.iter().zip(&outcome.said).take(chunk.len());
            right += said.filter(|(label, said)| label == said).count() as f32;
            loss += outcome.loss[..chunk.len()].iter().sum::<f32>();
            self.network.backward(block == 0, &mut self.gradients);
        }
        self.network.finish_gradients(&mut self.gradients);
        self.loss = [loss, right].map(|sum| sum / images.len() as f32);
    }

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        self.gradients(images);
        self.steps.extend(self.loss);
        optimizer::update(self.network.plan(), &mut self.parameters, &self.gradients, &mut self.optimizer, step);
        self.network.pack(&self.parameters);
    }

    fn evaluate(&mut self, images: &[u32]) {
        for chunk in images.chunks(LANES) {
            let labels = self.forward_block(chunk);
            let outcome = loss::softmax(self.network.logits(), &labels);
            self.evaluation[0] += outcome.loss[..chunk.len()].iter().sum::<f32>();
            for (&label, &said) in labels.iter().zip(&outcome.said).take(chunk.len()) {
                self.evaluation[1 + usize::from(label) * CLASSES + usize::from(said)] += 1.0;
            }
        }
    }

    fn forward(&mut self, images: &[u32]) {
        self.activations.iter_mut().for_each(Vec::clear);
        for chunk in images.chunks(LANES) {
            self.forward_block(chunk);
            for image in 0..chunk.len() {
                for (layer, kept) in self.activations.iter_mut().enumerate() {
                    kept.extend(self.network.activation(layer, image));
                }
            }
        }
    }

    fn read(&mut self, tap: Tap) -> Readback {
        Box::pin(ready(Ok(match tap {
            Tap::Parameters => self.parameters.clone(),
            Tap::Gradients => self.gradients.clone(),
            Tap::Loss => self.loss.to_vec(),
            Tap::Steps => std::mem::take(&mut self.steps),
            Tap::Evaluation => std::mem::replace(&mut self.evaluation, vec![0.0; 1 + CLASSES * CLASSES]),
            Tap::Activation(layer) => self.activations[layer].clone(),
        })))
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        Box::pin(ready(Ok(self.optimizer.clone())))
    }
}
