//! The dataset on the device, as bytes. All of MNIST has 55 MB; as f32 it would have 220 MB and exceed the limit of a
//! binding.

use super::device::Gpu;
use crate::backend::Failure;
use crate::data::Dataset;
use crate::network::Shape;
use std::sync::Arc;
use wgpu::BufferUsages;

/// Images and labels. Clones are the same buffers.
#[derive(Clone)]
pub struct Images {
    /// [image][`stride`], four pixels a word.
    pub(super) pixels: wgpu::Buffer,
    /// [image], four labels a word. After the images there is one of each class.
    pub(super) labels: wgpu::Buffer,
    /// The dataset that was uploaded.
    pub(super) dataset: Arc<Dataset>,
}

/// The number of images uploaded at a time.
const CHUNK: usize = 2048;

impl Images {
    /// The bytes of an image of this shape on the device: one byte per pixel, padded to whole 32-bit words.
    pub(super) fn stride(shape: Shape) -> usize {
        shape.len().next_multiple_of(4)
    }

    /// Uploads all images of `dataset`, training and test.
    ///
    /// # Errors
    /// The device has not enough memory.
    pub async fn upload(gpu: &Gpu, dataset: &Arc<Dataset>) -> Result<Images, Failure> {
        let count = dataset.len();
        let stride = Self::stride(dataset.image_shape());
        let buffer = |label, bytes: usize| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.next_multiple_of(4) as u64,
                usage: BufferUsages::STORAGE | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        gpu.checked(|| {
            let pixels = buffer("pixels", count * stride);
            let indices: Vec<u32> = (0..count as u32).collect();
            let mut bytes = Vec::with_capacity(CHUNK * stride);
            for (n, chunk) in indices.chunks(CHUNK).enumerate() {
                bytes.clear();
                for &image in chunk {
                    bytes.extend_from_slice(dataset.image(image));
                    bytes.resize(bytes.len().next_multiple_of(4), 0);
                }
                gpu.queue.write_buffer(&pixels, (n * CHUNK * stride) as u64, &bytes);
            }
            let mut bytes: Vec<u8> = indices.iter().map(|&image| dataset.label(image)).collect();
            bytes.extend((0..dataset.classes()).map(|class| class as u8));
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            let labels = buffer("labels", bytes.len());
            gpu.queue.write_buffer(&labels, 0, &bytes);
            Images { pixels, labels, dataset: dataset.clone() }
        })
        .await
    }

    /// The index of a sample's image, whose label is the sample's. A sample that a pen draws has none: then it is the index
    /// of a label after those of the images.
    pub(super) fn place(&self, sample: u32) -> u32 {
        let drawn = || self.dataset.len() as u32 + u32::from(self.dataset.label_of(sample));
        self.dataset.image_of(sample).unwrap_or_else(drawn)
    }
}
