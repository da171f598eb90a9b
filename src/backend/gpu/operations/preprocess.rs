//! Preprocessing of the images, with numbers that do not learn; see `preprocess.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage, WORKGROUP};
use crate::backend::gpu::wgsl::wgsl;
use crate::network::Preprocessing;

/// The first layer, of this kind.
pub struct Preprocess(pub Preprocessing);

impl Operation for Preprocess {
    fn forward_workgroups(&self, stage: &Stage, quads: usize) -> usize {
        match self.0 {
            Preprocessing::Whiten => quads,
            _ => (stage.output.shape.len() * quads).div_ceil(WORKGROUP),
        }
    }

    fn forward(&self, stage: &Stage) -> Shader {
        let components = if self.0 == Preprocessing::Whiten { Preprocessing::COMPONENTS } else { 0 };
        Shader::forward(stage, wgsl!("preprocess.wgsl"))
            .constants(&[("SCALES", usize::from(self.0 == Preprocessing::Standardize)), ("ROWS", components)])
            .reads(0, Tensor::Parameters)
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output)
    }
}
