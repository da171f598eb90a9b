//! How long each kernel takes, measured by the adapter's own clock.

use super::GpuBackend;
use super::network::PlacedKernel;
use super::passes::forward_settings;
use super::readback::NUMBER;
use super::stages::Stages;
use crate::backend::Pending;
use crate::backend::cost::Kernel;
use wgpu::BufferUsages;

impl GpuBackend {
    /// The kernels of a step on so many images, at most those of one pass.
    fn kernels_here(&self, images: usize) -> Vec<Kernel> {
        self.kernels_of(&self.network.stages, images)
    }

    /// The kernels of a step, divided into as many threads as a hardware GPU gets.
    pub fn kernels_on_hardware(&self, images: usize) -> Vec<Kernel> {
        let threads = self.gpu.as_hardware().threads;
        let stages = Stages::new(&self.plan, true, threads).expect("as large as the network that learns");
        self.kernels_of(&stages, images)
    }

    fn kernels_of(&self, stages: &Stages, images: usize) -> Vec<Kernel> {
        let images = images.min(self.max_images());
        let kernel = |placed: &PlacedKernel| Kernel {
            name: placed.kernel.name.clone(),
            cost: placed.cost.of_batch(images),
            groups: stages.workgroups(placed.workgroups, images.div_ceil(4)),
            seconds: None,
        };
        self.kernels(true).map(kernel).collect()
    }

    /// Times the kernels of a step on the first `images` images of the dataset, the median of `rounds`, without an
    /// update. Where the adapter has no clock, the kernels come without times.
    ///
    /// # Errors
    /// The GPU failed.
    pub fn kernel_times(&mut self, images: usize, rounds: usize) -> Pending<Vec<Kernel>> {
        if !self.gpu.has_clock() {
            return Box::pin(std::future::ready(Ok(self.kernels_here(images))));
        }
        self.submit();
        let images = images.min(self.max_images());
        let indices: Vec<u32> = (0..images as u32).collect();
        let queue = &self.gpu.queue;
        self.buffers.settings.write(queue, [&forward_settings(images, 1.0 / images as f32)]);
        queue.write_buffer(&self.buffers.batch, 0, bytemuck::cast_slice(&indices));
        let count = self.kernels(true).count();
        let device = &self.gpu.device;
        let queries = device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("kernel times"),
            ty: wgpu::QueryType::Timestamp,
            count: 2 * count as u32,
        });
        let bytes = (2 * count * 8) as u64;
        let aligned = bytes.next_multiple_of(wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT);
        let resolved = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("kernel times"),
            size: aligned * rounds as u64,
            usage: BufferUsages::QUERY_RESOLVE | BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let mut encoder = self.encoder();
        for round in 0..rounds {
            for (n, kernel) in self.kernels(true).enumerate() {
                let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
                    label: None,
                    timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                        query_set: &queries,
                        beginning_of_pass_write_index: Some(2 * n as u32),
                        end_of_pass_write_index: Some(2 * n as u32 + 1),
                    }),
                });
                self.dispatch(&self.network, kernel, &mut pass, 0, images);
            }
            encoder.resolve_query_set(&queries, 0..2 * count as u32, &resolved, round as u64 * aligned);
        }
        self.gpu.queue.submit([encoder.finish()]);
        let times = self.read_from(&resolved, 0..(aligned * rounds as u64 / NUMBER) as usize, |_| ());
        // On the web a tick is a nanosecond, and `wgpu` says so.
        let tick = f64::from(self.gpu.queue.get_timestamp_period()) * 1e-9;
        let mut kernels = self.kernels_here(images);
        Box::pin(async move {
            let times = times.await?;
            let tick_at = |round: usize, n: usize| {
                let at = (round * aligned as usize / NUMBER as usize) + 2 * n;
                u64::from(times[at].to_bits()) | u64::from(times[at + 1].to_bits()) << 32
            };
            for (n, kernel) in kernels.iter_mut().enumerate() {
                let seconds: Vec<f64> = (0..rounds)
                    .map(|round| tick_at(round, 2 * n + 1).saturating_sub(tick_at(round, 2 * n)) as f64 * tick)
                    .collect();
                kernel.seconds = seconds.iter().copied().find(|&middle| {
                    let (below, above) = (|x: &&f64| **x < middle, |x: &&f64| **x > middle);
                    seconds.iter().filter(below).count() <= rounds / 2
                        && seconds.iter().filter(above).count() <= rounds / 2
                });
            }
            Ok(kernels)
        })
    }
}
