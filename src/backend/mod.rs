//! A backend computes a whole network. The trait is at the level of the network and not of its operations, so that the CPU
//! can tile as it likes and a GPU can record whole steps. Nothing here knows the browser.
//!
//! `cpu` and `gpu` have the same operations under the same names. `cost` counts the work of each.

pub mod bench;
pub mod cost;
pub mod cpu;
pub mod gpu;
pub mod machine;
pub mod speed;

mod objective;

pub use objective::{AUGMENTATION, Objective};

pub use lenet_kernels::optimizer::{AdamConfig, BETA_2, EPSILON};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;

/// The maximum number of images in a mini-batch.
pub const MAX_BATCH_SIZE: usize = 1024;

/// The rule that computes an update from the gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// Stochastic gradient descent with momentum, as PyTorch's `SGD`: v ← μv + g + λw, w ← w − ηv.
    Sgd,
    /// Adam with decoupled weight decay, as PyTorch's `AdamW` (Loshchilov, Hutter 2019): β₂ 0.999, ε 10⁻⁸.
    Adam,
}

/// The settings of one update, which can differ from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepConfig {
    /// The rule.
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
    /// The maximum length of the weight vector of a filter or unit after the update; 0: no limit (Srivastava, Hinton,
    /// Krizhevsky, Sutskever, Salakhutdinov 2014, section 5.1).
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
    /// Adam's factors for update number `updates`, counted from 1.
    pub fn adam(&self, updates: u32) -> AdamConfig {
        // Computed in f64 and with `libm`, so that the corrections have the same bits on every machine.
        let correction = |beta: f32| (1.0 - libm::pow(f64::from(beta), f64::from(updates))) as f32;
        AdamConfig {
            rate: self.learning_rate / correction(self.momentum),
            root: 1.0 / correction(BETA_2).sqrt(),
            keep: 1.0 - self.learning_rate * self.weight_decay,
        }
    }
}

/// The state of an optimizer between updates, in the order of the parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OptimizerState {
    /// `Sgd`: the velocity. `Adam`: the first moment.
    pub first: Vec<f32>,
    /// `Adam`: the second moment.
    pub second: Vec<f32>,
    /// The number of updates so far, which `Adam` needs to correct its bias.
    pub updates: u32,
}

/// A tensor or a record that a backend can return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// The flat block of parameters, as `Plan` lays it out.
    Parameters,
    /// The gradients of the last `gradients` or `train_step`, in the same order.
    Gradients,
    /// [mean loss, share of correct predictions] of the last `gradients` or `train_step`.
    Loss,
    /// [mean loss, share of correct predictions] of every `train_step` since this was last read.
    Steps,
    /// [sum of losses, classes² counts: label × classes + predicted] of all `evaluate`d images since this was last read.
    Evaluation,
    /// The activations of layer n for the images of the last `forward`: [image, channel, row, column].
    Activation(usize),
}

/// Why a backend has failed: a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// A result that arrives later. On the CPU it is ready immediately and never fails.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Numbers that arrive later.
pub type Readback = Pending<Vec<f32>>;

/// The amount of work that a backend has done so far, for benches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Dispatches of compute shaders.
    pub dispatches: u64,
    /// Submitted command buffers.
    pub submits: u64,
    /// Bytes read back from the GPU.
    pub bytes_read: u64,
}

/// A network with its parameters, on a device.
///
/// `images` are samples (see `Dataset::put_sample`) of the dataset that the backend was made with. Every method may return
/// before its work is done; work is done in the order of the calls. A backend that has failed accepts all calls and does
/// nothing.
pub trait Backend {
    /// Replaces the parameters. The optimizer's state stays.
    fn write_parameters(&mut self, parameters: &[f32]);

    /// Replaces the optimizer's state. The default state is that before the first update.
    fn write_optimizer_state(&mut self, state: &OptimizerState);

    /// Replaces the objective of `gradients` and `train_step`; before the first call it is the plain cross-entropy.
    fn write_objective(&mut self, objective: &Objective);

    /// Gradients of the mean loss over `images`, for `Tap::Gradients` and `Tap::Loss`.
    fn gradients(&mut self, images: &[u32]);

    /// One mini-batch: `gradients`, the update, and one record in `Tap::Steps`.
    fn train_step(&mut self, images: &[u32], step: &StepConfig);

    /// Adds `images` to `Tap::Evaluation`.
    fn evaluate(&mut self, images: &[u32]);

    /// The activations of `images`, for `Tap::Activation`.
    fn forward(&mut self, images: &[u32]);

    /// Reads a tap.
    fn read(&mut self, tap: Tap) -> Readback;

    /// Reads the optimizer's state.
    fn read_optimizer_state(&mut self) -> Pending<OptimizerState>;

    /// The number of threads that it computes on.
    fn workers(&self) -> usize {
        1
    }

    /// Whether it has room for more steps and evaluations, or the caller should wait for `room`.
    fn has_room(&self) -> bool {
        true
    }

    /// Starts all work that is still queued, and resolves when there is room for more.
    fn room(&mut self) -> Pending<()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// The failure of this backend, if it has failed.
    fn failure(&self) -> Option<Failure> {
        None
    }

    /// The amount of work done so far.
    fn counts(&self) -> Counts {
        Counts::default()
    }
}
