//! Pooling that is a stage of its own; see `pool.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage};
use crate::backend::gpu::wgsl::wgsl;
use crate::network::PoolKind;

/// Windows of `size` × `size`, `stride` apart.
pub struct Pool {
    pub kind: PoolKind,
    pub size: usize,
    pub stride: usize,
}

impl Pool {
    fn constants(&self) -> [(&'static str, usize); 4] {
        [
            ("SIZE", self.size),
            ("STRIDE", self.stride),
            ("MAX", usize::from(self.kind == PoolKind::Max)),
            ("L2", usize::from(self.kind == PoolKind::L2)),
        ]
    }
}

impl Operation for Pool {
    fn has_winners(&self) -> bool {
        self.kind == PoolKind::Max
    }

    fn forward(&self, stage: &Stage) -> Shader {
        let shader = Shader::forward(stage, wgsl!("pool.wgsl"))
            .maps()
            .constants(&self.constants())
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output);
        if self.has_winners() { shader.writes(3, Tensor::Winners) } else { shader }
    }

    fn backward(&self, stage: &Stage) -> Option<Shader> {
        let shader =
            Shader::backward(stage, wgsl!("pool.wgsl")).maps().constants(&self.constants()).reads(2, Tensor::DOutput);
        Some(match self.kind {
            PoolKind::Max => shader.reads(3, Tensor::Winners),
            PoolKind::L2 => shader.reads(3, Tensor::Output),
            PoolKind::Average => shader,
        })
    }
}
