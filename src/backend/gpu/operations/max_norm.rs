//! Max-norm, after an update; see `max_norm.wgsl`.

use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Stage, WORKGROUP};
use crate::backend::gpu::wgsl::wgsl;

/// The shader that shortens rows of weights, and how many workgroups do it.
pub fn shader(stages: &[Stage]) -> (Shader, usize) {
    let mut shader = Shader::new("shorten", wgsl!("max_norm.wgsl")).writes(0, Tensor::Parameters);
    let (mut layers, mut rows) = (0, 0);
    for stage in stages.iter().filter(|stage| stage.learns && !stage.weights.is_empty()) {
        let count = stage.biases.len();
        let numbers =
            [("FIRST", rows), ("ROWS", count), ("FAN_IN", stage.weights.len() / count), ("START", stage.weights.start)];
        shader = shader.constants(&numbers.map(|(name, number)| (format!("{name}_{layers}"), number)));
        layers += 1;
        rows += count;
    }
    (shader.constants(&[("LAYERS", layers)]), rows.div_ceil(WORKGROUP))
}
