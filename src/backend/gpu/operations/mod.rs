//! The GPU's operations, one for each kind of layer and some for a whole pass. Each is a `.rs` file, which declares the
//! constants and buffers of the shader in the `.wgsl` file beside it, and one line in `operation`.

mod activation;
mod conv;
mod dense;
mod elementwise;
pub mod evaluation;
mod frame;
pub mod gather;
mod input_gradient;
mod loss;
pub mod max_norm;
pub mod optimizer;
mod pool;
mod preprocess;
mod subsample;

use super::shader::Shader;
use super::stage::{Operation, Stage};
use crate::network::{Layer, LayerPlan};
use lenet_kernels::elementwise::Factor;

/// The operation of a layer. `pool` is the side of the max-pooling windows that a convolution computes too. `threads`
/// is the minimum number of threads that a dispatch should have.
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

impl Shader {
    /// A stage's forward shader.
    fn forward(stage: &Stage, text: &str) -> Self {
        Shader::new("forward", text).placed(stage).constants(&[("FORWARD", 1)])
    }

    /// A stage's backward shader. Its first WEIGHT_TASKS · PARTS threads compute the gradients of the parameters, and
    /// the others compute those of the input.
    fn backward(stage: &Stage, text: &str) -> Self {
        Shader::new("backward", text)
            .placed(stage)
            .constants(&[
                ("FORWARD", 0),
                ("PARTIALS", stage.partials),
                ("WEIGHT_TASKS", stage.operation.weight_tasks(stage)),
                ("PARTS", stage.parts),
            ])
            .input_gradient(stage)
    }

    /// Adds the positions of a stage's parameters and maps.
    fn placed(self, stage: &Stage) -> Self {
        self.constants(&[("WEIGHTS", stage.weights.start), ("BIASES", stage.biases.start)])
            .layout("IN", &stage.input)
            .layout("OUT", &stage.output)
            .layout("D", &stage.d_output)
    }
}
