//! Dense layers, and the RBF output, whose units are minus the squared distance to a row of weights; see `dense.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage, WORKGROUP};
use crate::backend::gpu::wgsl::wgsl;

/// Units that a workgroup computes forward at once.
const UNITS_AT_ONCE: usize = 8;
/// The maximum of that for the last layer, whose workgroups compute all units: more would not fit into the 16 KiB that
/// WebGPU grants a workgroup.
const MAX_LAST_AT_ONCE: usize = 16;
/// Units and inputs between which a thread computes the gradients of the weights.
const UNITS_HERE: usize = 4;
const INPUTS_HERE: usize = 4;

/// A dense layer, or the RBF output.
pub struct Dense {
    is_last: bool,
    is_rbf: bool,
    /// Into how many slices a sum is cut: serial sums leave a GPU waiting for its memory.
    slices: usize,
}

impl Dense {
    /// In at least `threads` threads where it can.
    pub fn new(is_last: bool, is_rbf: bool, threads: usize) -> Self {
        Dense { is_last, is_rbf, slices: (threads / 128).clamp(4, 8) }
    }

    fn constants(&self, stage: &Stage) -> [(&'static str, usize); 8] {
        let units = stage.output.shape.channels;
        [
            ("UNITS", units),
            ("INPUTS", stage.input.shape.len()),
            ("LAST", usize::from(self.is_last)),
            ("RBF", usize::from(self.is_rbf)),
            ("SLICES", self.slices),
            ("AT_ONCE", if self.is_last && units <= MAX_LAST_AT_ONCE { units } else { UNITS_AT_ONCE }),
            ("UNITS_HERE", UNITS_HERE),
            ("INPUTS_HERE", INPUTS_HERE),
        ]
    }
}

impl Operation for Dense {
    fn computes_loss(&self) -> bool {
        self.is_last
    }

    fn forward_workgroups(&self, stage: &Stage, quads: usize) -> usize {
        let unit_blocks = if self.is_last { 1 } else { stage.output.shape.channels.div_ceil(UNITS_AT_ONCE) };
        quads.div_ceil(WORKGROUP / self.slices) * unit_blocks
    }

    fn weight_tasks(&self, stage: &Stage) -> usize {
        let tasks = stage.output.shape.channels.div_ceil(UNITS_HERE) * self.input_tasks(stage);
        if stage.learns { tasks } else { 0 }
    }

    fn input_tasks(&self, stage: &Stage) -> usize {
        stage.input.shape.len().div_ceil(INPUTS_HERE)
    }

    fn forward(&self, stage: &Stage) -> Shader {
        let shader = Shader::forward(stage, wgsl!("dense.wgsl"))
            .constants(&self.constants(stage))
            .activation(stage.activation)
            .reads(0, Tensor::Parameters)
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output);
        if self.is_last { shader.loss() } else { shader }
    }

    fn backward(&self, stage: &Stage) -> Option<Shader> {
        let shader = Shader::backward(stage, wgsl!("dense.wgsl"))
            .constants(&self.constants(stage))
            .reads(0, Tensor::Parameters)
            .reads(2, Tensor::DOutput);
        Some(if stage.learns { shader.writes(3, Tensor::Partials) } else { shader })
    }
}
