//! The dataset on the device, as bytes: 55 MB for all of MNIST, where f32 would be 220 and over the limit of a binding.

use super::device::Gpu;
use crate::backend::Failure;
use crate::data::Dataset;
use std::sync::Arc;
use wgpu::BufferUsages;

/// Images and labels. Clones are the same buffers.
#[derive(Clone)]
pub struct Images {
    /// [image][784], four pixels a word.
    pub(super) pixels: wgpu::Buffer,
    /// [image], four labels a word.
    pub(super) labels: wgpu::Buffer,
    /// Where they come from.
    pub(super) dataset: Arc<Dataset>,
}

/// Images uploaded at a time.
const CHUNK: usize = 2048;

impl Images {
    /// Uploads all images of `dataset`, training and test.
    ///
    /// # Errors
    /// The device has no room for them.
    pub async fn upload(gpu: &Gpu, dataset: &Arc<Dataset>) -> Result<Images, Failure> {
        let count = dataset.len();
        let buffer = |label, bytes: usize| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.next_multiple_of(4) as u64,
                usage: BufferUsages::STORAGE | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        gpu.checked(|| {
            let pixels = buffer("pixels", count * dataset.pixels());
            let indices: Vec<u32> = (0..count as u32).collect();
            for (n, chunk) in indices.chunks(CHUNK).enumerate() {
                let bytes: Vec<u8> = chunk.iter().flat_map(|&image| dataset.image(image)).copied().collect();
                gpu.queue.write_buffer(&pixels, (n * CHUNK * dataset.pixels()) as u64, &bytes);
            }
            let labels = buffer("labels", count);
            let mut bytes: Vec<u8> = indices.iter().map(|&image| dataset.label(image)).collect();
            bytes.resize(count.next_multiple_of(4), 0);
            gpu.queue.write_buffer(&labels, 0, &bytes);
            Images { pixels, labels, dataset: dataset.clone() }
        })
        .await
    }
}
