//! A frame of paper around the image; see `frame.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage};
use crate::backend::gpu::wgsl::wgsl;

/// A frame `border` wide; 0 becomes `paper` and 1 becomes `ink`.
pub struct Frame {
    pub border: usize,
    pub paper: f32,
    pub ink: f32,
}

impl Operation for Frame {
    fn forward(&self, stage: &Stage) -> Shader {
        Shader::forward(stage, wgsl!("frame.wgsl"))
            .maps()
            .constants(&[("FRAME", self.border)])
            .bits("PAPER", self.paper)
            .bits("RANGE", self.ink - self.paper)
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output)
    }
}
