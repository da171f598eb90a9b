//! Passes are recorded with their settings, and then many are submitted together.

use super::GpuBackend;
use super::fresh::Fresh;
use super::network::{CompiledNetwork, PlacedKernel};
use super::operations::optimizer;
use super::settings::{MAX_PASSES, PassSettings};
use crate::backend::{Optimizer, StepConfig};
use crate::network::Shape;

/// A pass of some images through the network: the forward pass and, for training, the backward pass.
struct Pass {
    learns: bool,
    settings: PassSettings,
}

/// The passes that are recorded but not submitted.
pub struct Passes {
    list: Vec<Pass>,
    /// The indices of the images of all recorded passes.
    batch: Vec<u32>,
    fresh: Fresh,
}

/// The cost of an evaluation as a share of a training step. An evaluation has no backward pass.
const EVALUATION_SHARE: f64 = 1.0 / 3.0;

impl Passes {
    /// An empty list of passes, for images of this shape.
    pub fn new(input: Shape) -> Self {
        Passes { list: Vec::new(), batch: Vec::new(), fresh: Fresh::new(input) }
    }

    /// The amount of recorded work, in training images.
    fn work(&self) -> f64 {
        let share = |pass: &Pass| f64::from(pass.settings.images) * if pass.learns { 1.0 } else { EVALUATION_SHARE };
        self.list.iter().map(share).sum()
    }
}

impl GpuBackend {
    /// The maximum number of images in one pass.
    pub(super) fn max_images(&self) -> usize {
        4 * self.network.stages.quads
    }

    /// Records the passes of a mini-batch: gradients and, with a `step`, the update after the last pass.
    pub(super) fn learn(&mut self, samples: &[u32], record: usize, step: Option<&StepConfig>) {
        let share = 1.0 / samples.len() as f32;
        let max_images = self.max_images();
        let last = samples.len().div_ceil(max_images) - 1;
        for (n, chunk) in samples.chunks(max_images).enumerate() {
            let first_image = n * max_images;
            let mut settings = PassSettings {
                accumulates: u32::from(n > 0),
                record: record as u32,
                noise: self.objective.noise,
                first_image: first_image as u32,
                fresh: self.make_fresh(chunk, first_image),
                smoothing: self.objective.target.smoothing,
                class_weights: self.plan.classes() as u32,
                ..forward_settings(chunk.len(), share)
            };
            if let Some(step) = step.filter(|_| n == last) {
                self.updates += 1;
                settings = with_update(settings, step, self.updates);
            }
            let images = self.images.clone();
            self.note(true, chunk.iter().map(|&sample| images.place(sample)), settings);
        }
        self.records.last = record;
    }

    /// Makes the images of a pass that are not in the dataset. Returns 0 if there are none, and otherwise one more than
    /// the index of the first.
    fn make_fresh(&mut self, samples: &[u32], first_image: usize) -> u32 {
        if !Fresh::are_needed(&self.images.dataset, &self.objective, samples) {
            return 0;
        }
        if !self.passes.fresh.has_room(samples.len()) {
            self.submit();
        }
        self.passes.fresh.add(&self.images.dataset, &self.objective, samples, first_image)
    }

    /// Records the passes of an evaluation.
    pub(super) fn note_evaluation(&mut self, images: &[u32]) {
        for chunk in images.chunks(self.max_images()) {
            self.note(false, chunk.iter().copied(), forward_settings(chunk.len(), 0.0));
        }
    }

    fn note(&mut self, learns: bool, images: impl Iterator<Item = u32>, mut settings: PassSettings) {
        let passes = &mut self.passes;
        settings.batch_start = passes.batch.len() as u32;
        passes.batch.extend(images);
        passes.list.push(Pass { learns, settings });
        if passes.work() >= self.pace.portion() || passes.list.len() == MAX_PASSES {
            self.submit();
        }
    }

    /// Submits all recorded passes to the GPU.
    pub(super) fn submit(&mut self) {
        if self.passes.list.is_empty() {
            return;
        }
        let work = self.passes.work();
        let queue = &self.gpu.queue;
        self.buffers.settings.write(queue, self.passes.list.iter().map(|pass| &pass.settings));
        queue.write_buffer(&self.buffers.batch, 0, bytemuck::cast_slice(&self.passes.batch));
        queue.write_buffer(&self.buffers.fresh, 0, self.passes.fresh.bytes());
        let mut encoder = self.encoder();
        let mut compute = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        let mut dispatches = 0;
        for (slot, Pass { learns, settings }) in self.passes.list.iter().enumerate() {
            let max_norm = (*learns && settings.max_norm > 0.0).then_some(&self.network.max_norm);
            for kernel in self.kernels(*learns).chain(max_norm) {
                self.dispatch(&self.network, kernel, &mut compute, slot, settings.images as usize);
                dispatches += 1;
            }
        }
        drop(compute);
        self.counts.dispatches += dispatches;
        queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        queue.on_submitted_work_done(self.pace.submitted(work));
        self.passes.list.clear();
        self.passes.batch.clear();
        self.passes.fresh.clear();
    }

    /// The kernels of a pass without max-norm, in order.
    pub(super) fn kernels(&self, learns: bool) -> impl Iterator<Item = &PlacedKernel> {
        let network = &self.network;
        let (backward, evaluation) =
            if learns { (&network.backward[..], None) } else { (&[][..], Some(&network.evaluation)) };
        network.forward.iter().chain(backward).chain(evaluation)
    }

    /// Dispatches a kernel of `network` for this number of images.
    pub(super) fn dispatch(
        &self,
        network: &CompiledNetwork,
        placed: &PlacedKernel,
        compute: &mut wgpu::ComputePass,
        slot: usize,
        images: usize,
    ) {
        let workgroups = network.stages.workgroups(placed.workgroups, images.div_ceil(4));
        placed.kernel.dispatch(compute, &self.buffers.settings, slot, workgroups);
    }

    pub(super) fn encoder(&self) -> wgpu::CommandEncoder {
        self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }
}

/// The settings of a pass without a backward pass. Every class has weight 1; the caller sets `batch_start`. `share` is
/// the weight of one image in the mean.
pub fn forward_settings(images: usize, share: f32) -> PassSettings {
    PassSettings { images: images as u32, quads: images.div_ceil(4) as u32, share, ..PassSettings::default() }
}

/// Adds the update of a step to the settings. It is update number `updates` of the run.
fn with_update(settings: PassSettings, step: &StepConfig, updates: u32) -> PassSettings {
    let adam = step.adam(updates);
    PassSettings {
        optimizer: optimizer::number(step.optimizer),
        learning_rate: match step.optimizer {
            Optimizer::Sgd => step.learning_rate,
            Optimizer::Adam => adam.rate,
        },
        momentum: step.momentum,
        weight_decay: step.weight_decay,
        keep: adam.keep,
        root: adam.root,
        l2: step.l2,
        l1: step.l1,
        max_norm: step.max_norm,
        ..settings
    }
}
