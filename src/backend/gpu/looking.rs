//! `forward` for views: the activations of every layer, so no two layers are one stage.

use super::GpuBackend;
use super::buffers::buffer;
use super::network::CompiledNetwork;
use super::passes::forward_settings;
use super::readback::NUMBER;
use super::stages::{QUAD, Stages};
use crate::backend::Readback;
use wgpu::Buffer;

/// The network layer by layer, and the activations of the last images it was asked for.
pub struct Looking {
    network: CompiledNetwork,
    /// For each layer [pass][channel][row][column][quad].
    activations: Vec<Buffer>,
    images: usize,
}

impl GpuBackend {
    /// Computes the activations of `images`.
    pub(super) fn look(&mut self, images: &[u32]) {
        self.submit();
        let network = match self.looking.take() {
            Some(looking) => looking.network,
            None => {
                let stages =
                    Stages::new(&self.plan, false, self.gpu.threads).expect("as large as the network that learns");
                CompiledNetwork::new(&self.gpu, &self.plan, stages, &self.buffers, &self.images, false)
            }
        };
        let max_images = 4 * network.stages.quads;
        let passes = images.len().div_ceil(max_images);
        let list = &network.stages.list;
        let sizes: Vec<usize> = list.iter().map(|stage| stage.output.places() * network.stages.quads * QUAD).collect();
        let activations: Vec<Buffer> =
            sizes.iter().map(|size| buffer(&self.gpu, "activations", size * passes)).collect();
        for (n, chunk) in images.chunks(max_images).enumerate() {
            self.buffers.settings.write(&self.gpu.queue, [&forward_settings(chunk.len(), 0.0)]);
            self.gpu.queue.write_buffer(&self.buffers.batch, 0, bytemuck::cast_slice(chunk));
            let mut encoder = self.encoder();
            let mut compute = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for kernel in &network.forward {
                self.dispatch(&network, kernel, &mut compute, 0, chunk.len());
            }
            drop(compute);
            for ((output, activations), size) in network.outputs.iter().zip(&activations).zip(&sizes) {
                encoder.copy_buffer_to_buffer(output, 0, activations, (n * size) as u64, *size as u64);
            }
            self.gpu.queue.submit([encoder.finish()]);
        }
        self.looking = Some(Looking { network, activations, images: images.len() });
    }

    /// The activations of a layer, one image after the other; none before the first `look`.
    pub(super) fn read_activations(&mut self, layer: usize) -> Readback {
        let Some(Looking { network, activations, images }) = &self.looking else {
            return Box::pin(std::future::ready(Ok(Vec::new())));
        };
        let (maps, quads, images) = (network.stages.list[layer].output, network.stages.quads, *images);
        let buffer = activations[layer].clone();
        let pass = maps.places() * quads * QUAD / NUMBER as usize;
        let numbers = self.read_from(&buffer, 0..images.div_ceil(4 * quads) * pass, |_| ());
        Box::pin(async move {
            let numbers = numbers.await?;
            let places = |image: usize| {
                let (at, lane) = (image / (4 * quads) * pass, image % (4 * quads));
                maps.inside().map(move |place| at + place * 4 * quads + lane)
            };
            Ok((0..images).flat_map(places).map(|at| numbers[at]).collect())
        })
    }
}
