//! Subsampling with a learned coefficient and bias for each map; see `subsample.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage};
use crate::backend::gpu::wgsl::wgsl;

/// Windows of `size` × `size`, side by side.
pub struct Subsample {
    pub size: usize,
}

impl Operation for Subsample {
    fn weight_tasks(&self, stage: &Stage) -> usize {
        stage.output.shape.channels
    }

    fn parts(&self, stage: &Stage) -> usize {
        stage.output.shape.height
    }

    fn forward(&self, stage: &Stage) -> Shader {
        Shader::forward(stage, wgsl!("subsample.wgsl"))
            .maps()
            .constants(&[("SIZE", self.size)])
            .activation(stage.activation)
            .reads(0, Tensor::Parameters)
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output)
    }

    fn backward(&self, stage: &Stage) -> Option<Shader> {
        let shader = Shader::backward(stage, wgsl!("subsample.wgsl"))
            .maps()
            .constants(&[("SIZE", self.size)])
            .reads(0, Tensor::Parameters)
            .reads(2, Tensor::DOutput)
            .writes(3, Tensor::Partials);
        Some(shader)
    }
}
