//! Reads numbers from the GPU. They are copied into a staging buffer, which is mapped when the copy is done and then
//! used again. Training continues meanwhile, because a browser may need a tenth of a second to report that a buffer is
//! mapped.

use super::device::Gpu;
use crate::backend::{Failure, Readback};
use futures_channel::oneshot;
use std::cell::Cell;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// The staging buffers.
pub struct Readbacks {
    gpu: Gpu,
    free: Arc<Mutex<Vec<wgpu::Buffer>>>,
    /// Bytes read so far.
    pub bytes: Cell<u64>,
}

/// A copy that is recorded but not submitted.
pub struct RecordedCopy {
    staging: wgpu::Buffer,
    bytes: u64,
}

/// The bytes of a number.
pub const NUMBER: u64 = 4;

impl Readbacks {
    pub fn new(gpu: Gpu) -> Self {
        Readbacks { gpu, free: Arc::default(), bytes: Cell::new(0) }
    }

    /// Records a copy of these numbers of `from`.
    pub fn copy(&self, encoder: &mut wgpu::CommandEncoder, from: &wgpu::Buffer, numbers: Range<u64>) -> RecordedCopy {
        let bytes = (numbers.end - numbers.start) * NUMBER;
        self.bytes.set(self.bytes.get() + bytes);
        let mut free = self.free.lock().expect("no thread panics with it");
        let fitting = free.iter().position(|buffer| (bytes..=4 * bytes).contains(&buffer.size()));
        let staging = fitting.map(|at| free.swap_remove(at)).unwrap_or_else(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("staging"),
                size: bytes,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        encoder.copy_buffer_to_buffer(from, numbers.start * NUMBER, &staging, 0, bytes);
        RecordedCopy { staging, bytes }
    }

    /// The numbers of a copy that has been submitted.
    pub fn map(&self, RecordedCopy { staging, bytes }: RecordedCopy) -> Readback {
        let (sender, receiver) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, 0..bytes, move |outcome| {
            let _ = sender.send(outcome.is_ok());
        });
        let (gpu, free) = (self.gpu.clone(), self.free.clone());
        Box::pin(async move {
            if !gpu.wait(receiver).await? {
                return Err(gpu.failure().await);
            }
            let numbers = {
                let view = staging.get_mapped_range(0..bytes).map_err(|error| Failure(error.to_string()))?;
                bytemuck::pod_collect_to_vec(&view[..])
            };
            staging.unmap();
            free.lock().expect("no thread panics with it").push(staging);
            Ok(numbers)
        })
    }
}
