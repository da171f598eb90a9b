//! Fetching the images of a mini-batch; see `gather.wgsl`.

use crate::backend::gpu::maps::MapLayout;
use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::WORKGROUP;
use crate::backend::gpu::wgsl::wgsl;

/// How many workgroups fetch `quads` quads: a thread takes a word of pixels.
pub fn workgroups(images: &MapLayout, quads: usize) -> usize {
    (quads * words(images)).div_ceil(WORKGROUP)
}

/// The shader that fetches images, which then lie as the first stage wants them.
pub fn shader(images: &MapLayout) -> Shader {
    Shader::new("gather", wgsl!("gather.wgsl"))
        .layout("OUT", images)
        .constants(&[("WORDS", words(images)), ("PIXELS", images.shape.len())])
        .reads(0, Tensor::Pixels)
        .reads(1, Tensor::Labels)
        .reads(2, Tensor::Batch)
        .writes(3, Tensor::Input)
        .writes(4, Tensor::Outcomes)
        .reads(5, Tensor::Fresh)
}

/// Words of 32 bits of an image, four pixels each.
fn words(images: &MapLayout) -> usize {
    images.shape.len().div_ceil(4)
}
