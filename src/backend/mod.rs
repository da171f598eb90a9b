//! What can compute a whole network: one trait, at the level of the network and not of its operations, so that the
//! CPU may tile as it likes and a GPU may record whole steps. Knows no browser.
//!
//! `cpu` and `gpu` have the same operations under the same names; `cost` says what they have to do.

pub mod cost;
pub mod cpu;
pub mod gpu;

mod objective;

pub use objective::{AUGMENTATION, Objective};

pub use lenet_kernels::optimizer::{AdamConfig, BETA_2, EPSILON};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;

/// How parameters follow their gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// Stochastic gradient descent with momentum, as PyTorch's `SGD`: v ← μv + g + λw, w ← w − ηv.
    Sgd,
    /// Adam with decoupled weight decay, as PyTorch's `AdamW` (Loshchilov, Hutter 2019): β₂ 0.999, ε 10⁻⁸.
    Adam,
}

/// The settings of one update. A new one may come with every step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepConfig {
    /// Which rule.
    pub optimizer: Optimizer,
    /// η.
    pub learning_rate: f32,
    /// μ of `Sgd`, β₁ of `Adam`.
    pub momentum: f32,
    /// λ, on weights and not on biases.
    pub weight_decay: f32,
    /// Adds this times w to the gradient of each weight: the penalty λ/2·Σw².
    pub l2: f32,
    /// Adds this times the sign of w to the gradient of each weight: the penalty λ·Σ|w|.
    pub l1: f32,
    /// After the update no filter's or unit's weights are longer than this, as a vector; 0: however long (Srivastava,
    /// Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, section 5.1).
    pub max_norm: f32,
}

impl Default for StepConfig {
    /// Plain SGD.
    fn default() -> Self {
        StepConfig {
            optimizer: Optimizer::Sgd,
            learning_rate: 0.01,
            momentum: 0.0,
            weight_decay: 0.0,
            l2: 0.0,
            l1: 0.0,
            max_norm: 0.0,
        }
    }
}

impl StepConfig {
    /// For the `updates`-th update, counted from 1.
    pub fn adam(&self, updates: u32) -> AdamConfig {
        // In f64 and by `libm`, so that the corrections are the same bits everywhere.
        let correction = |beta: f32| (1.0 - libm::pow(f64::from(beta), f64::from(updates))) as f32;
        AdamConfig {
            rate: self.learning_rate / correction(self.momentum),
            root: 1.0 / correction(BETA_2).sqrt(),
            keep: 1.0 - self.learning_rate * self.weight_decay,
        }
    }
}

/// What an optimiser remembers between updates, in the order of the parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OptimizerState {
    /// `Sgd`: the velocity. `Adam`: the first moment.
    pub first: Vec<f32>,
    /// `Adam`: the second moment.
    pub second: Vec<f32>,
    /// How many updates were made; `Adam` corrects its bias by it.
    pub updates: u32,
}

/// A tensor, or a record, that one may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// The flat block of parameters, as `Plan` lays it out.
    Parameters,
    /// The gradients of the last `gradients` or `train_step`, in the same order.
    Gradients,
    /// [mean loss, share that was right] of the last `gradients` or `train_step`.
    Loss,
    /// The same of every `train_step` since this was last read, one after the other.
    Steps,
    /// [sum of losses, classes² counts: label × classes + predicted] of all `evaluate`d images since this was last read.
    Evaluation,
    /// What layer n gave for the images of the last `forward`: [image, channel, row, column].
    Activation(usize),
}

/// Why a backend cannot go on: a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// Something on its way; on the CPU it is there at once, and never fails.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Numbers on their way.
pub type Readback = Pending<Vec<f32>>;

/// What a backend has done so far, for benches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Kernels started on a GPU.
    pub dispatches: u64,
    /// Lists of commands handed to a GPU.
    pub submits: u64,
    /// Bytes asked back from a GPU.
    pub bytes_read: u64,
}

/// A network with its parameters, on something that computes.
///
/// `images` are indices into the `Dataset` the backend was made with, or samples of `Dataset::sample`. Every method may return before the work is done;
/// work is done in the order it was asked for. A backend that has failed takes everything and does nothing.
pub trait Backend {
    /// Replaces the parameters. The optimiser's state stays.
    fn write_parameters(&mut self, parameters: &[f32]);

    /// Replaces what the optimiser remembers; the default state forgets everything.
    fn write_optimizer_state(&mut self, state: &OptimizerState);

    /// What is learned from each image from now on, in `gradients` and `train_step`; at first the plain cross-entropy.
    fn write_objective(&mut self, objective: &Objective);

    /// Gradients of the mean loss over `images`, for `Tap::Gradients` and `Tap::Loss`.
    fn gradients(&mut self, images: &[u32]);

    /// One mini-batch: `gradients`, the update, and one record in `Tap::Steps`.
    fn train_step(&mut self, images: &[u32], step: &StepConfig);

    /// Adds `images` to `Tap::Evaluation`.
    fn evaluate(&mut self, images: &[u32]);

    /// The activations of `images`, for `Tap::Activation`.
    fn forward(&mut self, images: &[u32]);

    /// Reads a tap; the only thing that is awaited.
    fn read(&mut self, tap: Tap) -> Readback;

    /// What the optimiser remembers.
    fn read_optimizer_state(&mut self) -> Pending<OptimizerState>;

    /// How many of the machine's threads it computes on.
    fn workers(&self) -> usize {
        1
    }

    /// Whether to ask for more steps and evaluations now, or first for what is under way to be done.
    fn has_room(&self) -> bool {
        true
    }

    /// Sends off all that was asked for, and tells when there is room for more.
    fn room(&mut self) -> Pending<()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Why it cannot go on, if so.
    fn failure(&self) -> Option<Failure> {
        None
    }

    /// What it has done so far.
    fn counts(&self) -> Counts {
        Counts::default()
    }
}
