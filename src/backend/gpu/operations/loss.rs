//! The loss after the last layer; see `loss.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::wgsl::wgsl;

impl Shader {
    /// Adds `softmax_cross_entropy`, for the shader of a layer that writes logits to `output`.
    pub fn loss(self) -> Self {
        self.with(wgsl!("loss.wgsl"))
            .writes(3, Tensor::DOutput)
            .writes(4, Tensor::Outcomes)
            .reads(5, Tensor::ClassWeights)
    }
}
