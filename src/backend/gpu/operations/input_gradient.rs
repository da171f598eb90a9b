//! The end of every backward shader; see `input_gradient.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::Stage;
use crate::backend::gpu::wgsl::wgsl;
use crate::network::Activation;

impl Shader {
    /// Adds `put_input_gradient`, where the stage needs the gradient of its input, and `input`.
    pub fn input_gradient(self, stage: &Stage) -> Self {
        let shader = self.with(wgsl!("input_gradient.wgsl")).reads(1, Tensor::Input);
        let Some(previous) = &stage.previous else {
            return shader.activation(Activation::None).constants(&[("NEEDS_INPUT_GRADIENT", 0), ("PREVIOUS_POOL", 1)]);
        };
        let shader = shader
            .activations(Activation::None, previous.activation)
            .constants(&[("NEEDS_INPUT_GRADIENT", 1), ("PREVIOUS_POOL", previous.pool)])
            .layout("DP", &previous.d_output)
            .writes(4, Tensor::DPrevious);
        if previous.pool > 1 { shader.reads(5, Tensor::PreviousWinners) } else { shader }
    }
}
