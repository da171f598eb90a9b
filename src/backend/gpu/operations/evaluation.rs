//! The sums of an evaluation; see `evaluation.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::WORKGROUP;
use crate::backend::gpu::wgsl::wgsl;

/// The maximum number of counts in the 16 KiB that WebGPU grants a workgroup, beside the losses of its threads.
const MAX_COUNTS: usize = 4096 - WORKGROUP;

/// How many numbers an evaluation is: the sum of losses, and a count for each label and prediction.
pub const fn numbers(classes: usize) -> usize {
    1 + classes * classes
}

/// The shader that adds up a pass.
pub fn shader(classes: usize) -> Shader {
    let rows = (MAX_COUNTS / classes).min(classes);
    Shader::new("add_up", wgsl!("evaluation.wgsl"))
        .constants(&[("CLASSES", classes), ("ROWS", rows)])
        .reads(0, Tensor::Outcomes)
        .writes(1, Tensor::Evaluation)
}
