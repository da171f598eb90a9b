//! What the GPU computes for each kind of layer, and for a pass as a whole. An operation is a `.rs` beside its `.wgsl`,
//! which states the shader's constants and buffers, and one line in `operation`.

mod activation;
mod conv;
mod dense;
mod elementwise;
pub mod evaluation;
mod frame;
pub mod gather;
mod input_gradient;
mod loss;
mod maps;
pub mod max_norm;
pub mod optimizer;
mod pool;
mod preprocess;
mod subsample;

pub use maps::MapLayout;

use super::shader::Shader;
use super::stages::Stage;
use crate::network::{Layer, LayerPlan};
use lenet_kernels::elementwise::Factor;
use std::fmt::Debug;

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

/// The operation of a layer. `pool`: the side of the max-pooling windows that a convolution computes too. `threads`:
/// into how many threads a dispatch should at least be cut.
pub fn operation(layer: &LayerPlan, pool: usize, is_last: bool, threads: usize) -> Box<dyn Operation> {
    match layer.layer {
        Layer::Conv { size, stride, padding, .. } => {
            Box::new(conv::Conv::new(layer, [size, stride, padding], pool, threads))
        }
        Layer::Pool { kind, size, stride } => Box::new(pool::Pool { kind, size, stride }),
        Layer::Dense { .. } => Box::new(dense::Dense::new(is_last, false, threads)),
        Layer::Rbf {} => Box::new(dense::Dense::new(is_last, true, threads)),
        Layer::Subsample { size, .. } => Box::new(subsample::Subsample { size }),
        Layer::Preprocess { kind } => Box::new(preprocess::Preprocess(kind)),
        Layer::Frame { border, paper, ink } => Box::new(frame::Frame { border, paper, ink }),
        Layer::Dropout { rate } => Box::new(elementwise::Elementwise(Factor::Dropout(rate))),
        Layer::Prelu {} => Box::new(elementwise::Elementwise(Factor::Parametric)),
        Layer::Rrelu {} => Box::new(elementwise::Elementwise(Factor::Randomised)),
    }
}
