//! A stage, which is one dispatch in the forward pass and one in the backward pass, and the facts that its operation
//! declares.

use super::maps::MapLayout;
use super::shader::Shader;
use crate::network::{Activation, LayerPlan};
use std::ops::Range;

/// The number of threads of a workgroup, in every shader.
pub const WORKGROUP: usize = 64;

/// The computation of a stage: its shaders, and the facts by which memory and threads are assigned to it.
pub trait Operation {
    /// The number of zeros that it reads on each side of its input maps.
    fn border(&self) -> usize {
        0
    }

    /// The side of the max-pooling windows that it applies to its own output; 1: it does not pool.
    fn pool(&self) -> usize {
        1
    }

    /// Whether it records which number of each pooling window was the largest.
    fn has_winners(&self) -> bool {
        self.pool() > 1
    }

    /// Whether it is the last operation of the network, which also computes the loss.
    fn computes_loss(&self) -> bool {
        false
    }

    /// The layout of the gradients of its pre-activations, before its own pooling.
    fn d_output(&self, layer: &LayerPlan) -> MapLayout {
        MapLayout::new(layer.output, 0)
    }

    /// The number of workgroups that compute `quads` quads in the forward pass.
    fn forward_workgroups(&self, stage: &Stage, quads: usize) -> usize {
        (stage.output.shape.len() * quads).div_ceil(WORKGROUP)
    }

    /// The number of threads that compute one part of the gradients of its parameters.
    fn weight_tasks(&self, _stage: &Stage) -> usize {
        0
    }

    /// The number of parts in which those gradients are summed.
    fn parts(&self, _stage: &Stage) -> usize {
        1
    }

    /// The number of threads that compute the gradients of the input of one quad.
    fn input_tasks(&self, stage: &Stage) -> usize {
        stage.input.shape.len()
    }

    /// The shader that computes `output` of `input`.
    fn forward(&self, stage: &Stage) -> Shader;

    /// The shader that computes the gradients of its parameters and of its input. `None`: neither this layer nor a
    /// layer before it learns.
    fn backward(&self, _stage: &Stage) -> Option<Shader> {
        None
    }
}

/// One stage.
pub struct Stage {
    /// The indices in the plan of its layers, which are one or two.
    pub layers: Range<usize>,
    pub operation: Box<dyn Operation>,
    pub activation: Activation,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub learns: bool,
    /// The layout of the output of the stage before.
    pub input: MapLayout,
    pub output: MapLayout,
    /// The layout of the gradients of the pre-activations, before any pooling.
    pub d_output: MapLayout,
    /// The stage before. `None` if the gradient of its output is not needed because no layer before this stage learns.
    pub previous: Option<Previous>,
    /// Where its gradients begin among the partial sums, and in how many parts they are summed.
    pub partials: usize,
    pub parts: usize,
}

/// The facts about the stage before that a backward shader needs, because it computes the gradients of that stage's
/// pre-activations.
pub struct Previous {
    pub activation: Activation,
    /// The side of that stage's pooling windows; 1: it does not pool.
    pub pool: usize,
    pub d_output: MapLayout,
}

impl Stage {
    /// The number of its weights and biases.
    pub fn parameters(&self) -> usize {
        self.weights.len() + self.biases.len()
    }

    /// The number of workgroups that compute the gradients of `quads` quads.
    pub fn backward_workgroups(&self, quads: usize) -> usize {
        let input_tasks = if self.previous.is_some() { self.operation.input_tasks(self) * quads } else { 0 };
        (self.operation.weight_tasks(self) * self.parts + input_tasks).div_ceil(WORKGROUP)
    }

    /// The facts about this stage that the stage after it needs.
    pub fn as_previous(&self) -> Previous {
        Previous { activation: self.activation, pool: self.operation.pool(), d_output: self.d_output }
    }
}
