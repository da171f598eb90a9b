//! A stage, which is one dispatch forward and one backward, and what its operation states of itself.

use super::maps::MapLayout;
use super::shader::Shader;
use crate::network::{Activation, LayerPlan};
use std::fmt::Debug;
use std::ops::Range;

/// Threads of a workgroup, in every shader.
pub const WORKGROUP: usize = 64;

/// What a stage computes: the facts that place it, and its shaders.
pub trait Operation: Debug {
    /// How many zeros it reads on each side of the maps of its input.
    fn border(&self) -> usize {
        0
    }

    /// The side of the max-pooling windows that it reduces its own output by; 1: it does not pool.
    fn pool(&self) -> usize {
        1
    }

    /// Whether it records which number of each pooling window was the largest.
    fn has_winners(&self) -> bool {
        self.pool() > 1
    }

    /// Whether it is the network's last and computes the loss too.
    fn computes_loss(&self) -> bool {
        false
    }

    /// How the gradients of its pre-activations lie, before any pooling of its own.
    fn d_output(&self, layer: &LayerPlan) -> MapLayout {
        MapLayout::new(layer.output, 0)
    }

    /// How many workgroups compute `quads` quads forward.
    fn forward_workgroups(&self, stage: &Stage, quads: usize) -> usize {
        (stage.output.shape.len() * quads).div_ceil(WORKGROUP)
    }

    /// How many threads compute one part of the gradients of its parameters.
    fn weight_tasks(&self, _stage: &Stage) -> usize {
        0
    }

    /// In how many parts those gradients are summed.
    fn parts(&self, _stage: &Stage) -> usize {
        1
    }

    /// How many threads compute the gradients of the input of one quad.
    fn input_tasks(&self, stage: &Stage) -> usize {
        stage.input.shape.len()
    }

    /// The shader that computes `output` of `input`.
    fn forward(&self, stage: &Stage) -> Shader;

    /// The shader that computes the gradients of its parameters and of its input. `None`: it has nothing to learn, and
    /// no layer before it has.
    fn backward(&self, _stage: &Stage) -> Option<Shader> {
        None
    }
}

/// One stage.
#[derive(Debug)]
pub struct Stage {
    /// The layers that it computes, by their place in the plan: one, or two.
    pub layers: Range<usize>,
    pub operation: Box<dyn Operation>,
    pub activation: Activation,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub learns: bool,
    /// The output of the stage before.
    pub input: MapLayout,
    pub output: MapLayout,
    /// Gradients of the pre-activations, before any pooling.
    pub d_output: MapLayout,
    /// The stage before, where the gradient of its output is needed: a layer before this stage learns.
    pub previous: Option<Previous>,
    /// Where its gradients begin among the partial sums, and in how many parts they are summed.
    pub partials: usize,
    pub parts: usize,
}

/// What a backward shader has to know of the stage before: it computes the gradients of that stage's pre-activations.
#[derive(Debug)]
pub struct Previous {
    pub activation: Activation,
    /// The side of that stage's pooling windows; 1: it does not pool.
    pub pool: usize,
    pub d_output: MapLayout,
}

impl Stage {
    /// How many weights and biases it has.
    pub fn parameters(&self) -> usize {
        self.weights.len() + self.biases.len()
    }

    /// How many workgroups compute the gradients of `quads` quads.
    pub fn backward_workgroups(&self, quads: usize) -> usize {
        let input_tasks = if self.previous.is_some() { self.operation.input_tasks(self) * quads } else { 0 };
        (self.operation.weight_tasks(self) * self.parts + input_tasks).div_ceil(WORKGROUP)
    }

    /// What the stage after this one has to know of it.
    pub fn as_previous(&self) -> Previous {
        Previous { activation: self.activation, pool: self.operation.pool(), d_output: self.d_output }
    }
}
