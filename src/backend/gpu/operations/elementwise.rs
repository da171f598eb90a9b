//! Layers that multiply each number by a factor: dropout, parametric and randomised ReLU; see `elementwise.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage};
use crate::backend::gpu::wgsl::wgsl;
use lenet_kernels::elementwise::Factor;

/// A layer whose factors are of this kind.
pub struct Elementwise(pub Factor);

impl Elementwise {
    fn shader(&self, shader: Shader, stage: &Stage) -> Shader {
        let (factor, rate) = match self.0 {
            Factor::Dropout(rate) => (0, rate),
            Factor::Parametric => (1, 0.0),
            Factor::Randomised => (2, 0.0),
        };
        let shader = shader
            .maps()
            .constants(&[("DROPOUT", 0), ("PARAMETRIC", 1), ("RANDOMISED", 2), ("FACTOR", factor)])
            .bits("RATE", rate)
            .bits("KEPT", 1.0 / (1.0 - rate))
            .constants(&[("LAYER", stage.layers.start)]);
        if stage.learns { shader.reads(0, Tensor::Parameters) } else { shader }
    }
}

impl Operation for Elementwise {
    fn weight_tasks(&self, stage: &Stage) -> usize {
        if stage.learns { stage.output.shape.channels } else { 0 }
    }

    fn parts(&self, stage: &Stage) -> usize {
        stage.output.shape.height
    }

    fn forward(&self, stage: &Stage) -> Shader {
        let shader =
            Shader::forward(stage, wgsl!("elementwise.wgsl")).reads(1, Tensor::Input).writes(2, Tensor::Output);
        self.shader(shader, stage)
    }

    fn backward(&self, stage: &Stage) -> Option<Shader> {
        let shader = Shader::backward(stage, wgsl!("elementwise.wgsl")).reads(2, Tensor::DOutput);
        let shader = if stage.learns { shader.writes(3, Tensor::Partials) } else { shader };
        Some(self.shader(shader, stage))
    }
}
