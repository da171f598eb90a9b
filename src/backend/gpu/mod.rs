//! The GPU backend: WebGPU compute through `wgpu`, in browsers and natively.
//!
//! A step of a mini-batch is one dispatch to fetch its images, one a stage forward (`stages`: a convolution takes its
//! max-pooling along, the last layer softmax and loss), one a stage backward (the gradients of weights and of inputs
//! together) and one for the update of all parameters: 12 for LeNet-5. Steps are noted down, and go to the GPU many at a
//! time (`pace`), each with its own slot of settings. Nothing is read back in a step: losses and counts gather on the
//! device until somebody asks (`readback`).
//!
//! The kernels (`*.wgsl`, expanded by `template`) hold every number as a row of four images; see `common.wgsl`. Sums
//! have a fixed order and there are no atomic floats, so that a seed repeats on the same adapter.
//!
//! # What a step costs, on paper
//! A kernel takes as long as its operations or its bytes, whichever is longer, and too few threads leave lanes idle:
//!
//! step = Σ over kernels of dispatch + max(FLOP / (F · min(1, threads / T)), bytes / B)
//!
//! `cost` counts FLOP and bytes of each kernel, and has F, T, B and dispatch for two GPUs: an integrated one (Intel Iris
//! Xe: 0.5 TFLOP/s, 5,376 threads, 50 GB/s, 8 µs) and a large one (NVIDIA RTX 4090: 20 TFLOP/s, 65,536 threads, 1 TB/s,
//! 5 µs). LeNet-5 on 64 images is 146 MFLOP and 7.3 MB in 12 kernels:
//!
//! | a step of | integrated | images/s | large | images/s |
//! |---|---|---|---|---|
//! | LeNet-5, 10 images | 0.29 ms | 34,000 | 0.11 ms | 91,000 |
//! | LeNet-5, 64 images | 0.72 ms | 89,000 | 0.22 ms | 290,000 |
//! | LeNet-5, 256 images | 2.2 ms | 110,000 | 0.48 ms | 530,000 |
//! | Nielsen's two convolutions, 64 images | 1.5 ms | 43,000 | 0.35 ms | 180,000 |
//!
//! Nobody has checked that yet: we had no GPU. `bench.html`, which the badge on the page links to, prints prediction
//! and measurement side by side, kernel by kernel. What the model says of the design: on the large GPU dispatches
//! are half of a step of ten images, so that fewer kernels count for more than faster ones; and a mini-batch of 64 does
//! not fill it.
//!
//! # Where hardware and software adapters want different things
//! - A GPU wants many threads, a software adapter few and long ones, as each repeats the loads of its neighbours: the
//!   one constant that depends on the adapter, `Gpu::threads`. Tests run both.
//! - A dense layer forward sums in slices with a barrier, as a serial sum of 400 would leave a GPU waiting for its
//!   memory. SwiftShader makes coroutines of threads with barriers, and pays an eighth of LeNet-5's step for it.
//! - Gradients of weights are partial sums that the update adds up, not sums in workgroup memory: that was five times
//!   slower on SwiftShader, and the addition costs hardware some microseconds at most.
//! - Inner loops are written out for both; for SwiftShader it is a factor of seven.

mod device;
mod images;
mod kernel;
mod network;
mod pace;
mod product;
mod profile;
mod readback;
mod stages;
mod template;
mod wgsl;

pub use device::{Gpu, is_software};
pub use images::Images;

use super::objective::AUGMENTATION;
use super::{Backend, Counts, Failure, Objective, Optimizer, OptimizerState, Pending, Readback, StepConfig, Tap};
use crate::network::Plan;
use kernel::{SETTINGS, SLOT};
use lenet_kernels::augment::Augmenter;
use lenet_kernels::noise::starts;
use network::{EVALUATION, FRESH, MAX_PASSES, MAX_RECORDS, Network, Shared, Step, buffer};
use pace::Pace;
use readback::{NUMBER, Readbacks};
use stages::{QUAD, Stages};
use std::ops::Range;
use wgpu::Buffer;

/// A network on a GPU.
pub struct GpuBackend {
    gpu: Gpu,
    images: Images,
    plan: Plan,
    network: Network,
    shared: Shared,
    /// What is noted down and not submitted: the passes, and the indices of their images.
    passes: Vec<Pass>,
    batch: Vec<u32>,
    /// Images of those passes that are not the dataset's own.
    fresh: Vec<u8>,
    objective: Objective,
    augmenter: Augmenter,
    pace: Pace,
    readbacks: Readbacks,
    updates: u32,
    /// Records that nobody has read: their places, and those already on their way.
    records: Range<usize>,
    fetched: Vec<Readback>,
    /// Where the last loss was recorded.
    last_record: usize,
    /// The network layer by layer, for `forward`, and what each layer gave.
    look: Option<Network>,
    looked: Vec<Buffer>,
    looked_at: usize,
    counts: Counts,
}

/// One way of some images through the network.
struct Pass {
    learns: bool,
    images: usize,
    settings: [u32; SETTINGS / 4],
}

/// Where among the settings what each class weighs begins; two places at their end are nobody's.
const WEIGHTS: usize = 20;

/// An evaluation costs a third of a step: it goes forward only.
const EVALUATION_SHARE: f64 = 1.0 / 3.0;

impl GpuBackend {
    /// A network of `plan` on the dataset that `images` was made of, all parameters zero. Compiles the kernels.
    ///
    /// # Errors
    /// What the device has against it, as a sentence.
    pub async fn new(gpu: &Gpu, plan: Plan, images: &Images) -> Result<Self, Failure> {
        let stages = Stages::new(&plan, true, gpu.threads).map_err(Failure)?;
        let (shared, network) = gpu
            .checked(|| {
                let shared = Shared::new(gpu, &plan, stages.quads);
                let network = Network::new(gpu, &plan, stages, &shared, images, true);
                (shared, network)
            })
            .await?;
        let input = plan.input;
        let mut backend = GpuBackend {
            gpu: gpu.clone(),
            images: images.clone(),
            plan,
            network,
            shared,
            passes: Vec::new(),
            batch: Vec::new(),
            fresh: Vec::new(),
            objective: Objective::default(),
            augmenter: Augmenter::new(input.height, input.width),
            pace: Pace::new(),
            readbacks: Readbacks::new(gpu.clone()),
            updates: 0,
            records: 0..0,
            fetched: Vec::new(),
            last_record: MAX_RECORDS,
            look: None,
            looked: Vec::new(),
            looked_at: 0,
            counts: Counts::default(),
        };
        // A first pass, thrown away: browsers compile a kernel as late as its first use.
        backend.gradients(&[0]);
        backend.evaluate(&[0]);
        backend.read(Tap::Evaluation).await?;
        backend.gpu.trouble().map_or(Ok(backend), Err)
    }

    /// The GPU it is on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Images that go through the network at once.
    fn room_for_images(&self) -> usize {
        4 * self.network.stages.quads
    }

    /// Notes down the passes of a mini-batch: gradients, and with a step the update after the last.
    fn learn(&mut self, images: &[u32], record: usize, step: Option<&StepConfig>) {
        let share = 1.0 / images.len() as f32;
        let most = self.room_for_images();
        let last = images.len().div_ceil(most) - 1;
        for (n, chunk) in images.chunks(most).enumerate() {
            let mut settings = self.settings(chunk.len(), share);
            settings[4] = u32::from(n > 0);
            settings[5] = record as u32;
            settings[12] = self.objective.noise;
            settings[13] = (n * most) as u32;
            settings[14] = self.put_fresh(chunk, n * most);
            settings[15] = self.objective.target.smoothing.to_bits();
            for class in 0..10 {
                settings[WEIGHTS + class] = self.objective.target.weight(class).to_bits();
            }
            let chunk: Vec<u32> = chunk.iter().map(|&sample| self.images.dataset.image_of(sample)).collect();
            let chunk = &chunk[..];
            if let Some(step) = step.filter(|_| n == last) {
                self.updates += 1;
                let adam = step.adam(self.updates);
                let (optimizer, rate) = match step.optimizer {
                    Optimizer::Sgd => (1, step.learning_rate),
                    Optimizer::Adam => (2, adam.rate),
                };
                settings[6] = optimizer;
                let numbers = [rate, step.momentum, step.weight_decay, adam.keep, adam.root];
                settings[7..12].copy_from_slice(&numbers.map(f32::to_bits));
                settings[16..19].copy_from_slice(&[step.l2, step.l1, step.max_norm].map(f32::to_bits));
            }
            self.note(true, chunk, settings);
        }
        self.last_record = record;
    }

    /// The settings of a pass without an update; their order is that of `common.wgsl`.
    fn settings(&self, images: usize, share: f32) -> [u32; SETTINGS / 4] {
        let mut settings = [0; SETTINGS / 4];
        settings[..4].copy_from_slice(&[
            images as u32,
            images.div_ceil(4) as u32,
            self.batch.len() as u32,
            share.to_bits(),
        ]);
        settings[WEIGHTS..].fill(1.0_f32.to_bits());
        settings
    }

    /// Makes those images that are not as they lie in the dataset. 0: all are; else one more than the place of the first.
    fn put_fresh(&mut self, samples: &[u32], first: usize) -> u32 {
        let (dataset, objective) = (self.images.dataset.clone(), self.objective.clone());
        let changes = objective.noise != 0 && !objective.augmentation.is_none();
        if !changes && samples.iter().all(|&sample| dataset.image_of(sample) == sample) {
            return 0;
        }
        if self.fresh.len() / dataset.pixels() + samples.len() > FRESH {
            self.submit();
        }
        let place = self.fresh.len() / dataset.pixels() + 1;
        let mut image = Vec::with_capacity(dataset.pixels());
        for (n, &sample) in samples.iter().enumerate() {
            if changes {
                image.clear();
                dataset.put_sample(sample, &mut image);
                let start = starts(objective.noise, AUGMENTATION, (first + n) as u32)[0];
                self.augmenter.change(&objective.augmentation, start, &image, &mut self.fresh);
            } else {
                dataset.put_sample(sample, &mut self.fresh);
            }
        }
        place as u32
    }

    fn note(&mut self, learns: bool, images: &[u32], mut settings: [u32; SETTINGS / 4]) {
        settings[2] = self.batch.len() as u32;
        self.batch.extend(images);
        self.passes.push(Pass { learns, images: images.len(), settings });
        if self.work() >= self.pace.portion() || self.passes.len() == MAX_PASSES {
            self.submit();
        }
    }

    /// What is noted down, in images trained on.
    fn work(&self) -> f64 {
        let share = |pass: &Pass| pass.images as f64 * if pass.learns { 1.0 } else { EVALUATION_SHARE };
        self.passes.iter().map(share).sum()
    }

    /// Hands all that is noted down to the GPU.
    fn submit(&mut self) {
        if self.passes.is_empty() {
            return;
        }
        let work = self.work();
        let mut settings = vec![0; self.passes.len() * SLOT / 4];
        for (slot, pass) in settings.chunks_exact_mut(SLOT / 4).zip(&self.passes) {
            slot[..SETTINGS / 4].copy_from_slice(&pass.settings);
        }
        let queue = &self.gpu.queue;
        queue.write_buffer(&self.shared.settings, 0, bytemuck::cast_slice(&settings));
        queue.write_buffer(&self.shared.batch, 0, bytemuck::cast_slice(&self.batch));
        queue.write_buffer(&self.shared.fresh, 0, &self.fresh);
        let mut encoder = self.encoder();
        let mut compute = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        let mut dispatches = 0;
        for (slot, pass) in self.passes.iter().enumerate() {
            for step in self.steps(pass.learns) {
                self.dispatch(&self.network, step, &mut compute, slot, pass.images);
                dispatches += 1;
            }
            if pass.learns && f32::from_bits(pass.settings[18]) > 0.0 {
                self.dispatch(&self.network, &self.network.shorten, &mut compute, slot, pass.images);
                dispatches += 1;
            }
        }
        drop(compute);
        self.counts.dispatches += dispatches;
        queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        queue.on_submitted_work_done(self.pace.submitted(work));
        self.passes.clear();
        self.batch.clear();
        self.fresh.clear();
    }

    /// The kernels of a pass, in order.
    fn steps(&self, learns: bool) -> impl Iterator<Item = &Step> {
        let network = &self.network;
        let (backward, evaluation) =
            if learns { (&network.backward[..], None) } else { (&[][..], Some(&network.evaluation)) };
        network.forward.iter().chain(backward).chain(evaluation)
    }

    fn dispatch(&self, network: &Network, step: &Step, pass: &mut wgpu::ComputePass, slot: usize, images: usize) {
        let groups = network.stages.groups(step.groups, images.div_ceil(4));
        step.kernel.dispatch(pass, &self.shared.common, slot, groups);
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }

    /// Reads numbers of these buffers after all that was asked for so far; then `after`.
    fn read_from(
        &mut self,
        buffer: &Buffer,
        numbers: Range<usize>,
        after: impl FnOnce(&mut wgpu::CommandEncoder),
    ) -> Readback {
        self.submit();
        let mut encoder = self.encoder();
        let copied = self.readbacks.copy(&mut encoder, buffer, numbers.start as u64..numbers.end as u64);
        after(&mut encoder);
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        self.readbacks.arrive(copied)
    }

    /// Sets the records that nobody has read on their way.
    fn fetch_records(&mut self) {
        let range = 2 * self.records.start..2 * self.records.end;
        if !range.is_empty() {
            let records = self.shared.records.clone();
            let fetched = self.read_from(&records, range, |_| ());
            self.fetched.push(fetched);
        }
        self.records = self.records.end..self.records.end;
    }

    /// Layer n of the images of the last `forward`, one after the other.
    fn read_activations(&mut self, layer: usize) -> Readback {
        let (Some(look), Some(buffer)) = (&self.look, self.looked.get(layer).cloned()) else {
            return Box::pin(std::future::ready(Ok(Vec::new())));
        };
        let maps = look.stages.list[layer].output;
        let (quads, images) = (look.stages.quads, self.looked_at);
        let pass = maps.places() * quads * QUAD / NUMBER as usize;
        let numbers = self.read_from(&buffer, 0..images.div_ceil(4 * quads) * pass, |_| ());
        Box::pin(async move {
            let numbers = numbers.await?;
            let of = |image: usize| {
                let (at, lane) = (image / (4 * quads) * pass, image % (4 * quads));
                maps.inside().map(move |place| at + place * 4 * quads + lane)
            };
            Ok((0..images).flat_map(of).map(|at| numbers[at]).collect())
        })
    }
}

impl Backend for GpuBackend {
    fn write_parameters(&mut self, parameters: &[f32]) {
        self.submit();
        self.gpu.queue.write_buffer(&self.shared.parameters, 0, bytemuck::cast_slice(parameters));
    }

    fn write_optimizer_state(&mut self, state: &OptimizerState) {
        self.submit();
        for (buffer, numbers) in [(&self.shared.first, &state.first), (&self.shared.second, &state.second)] {
            let mut numbers = numbers.clone();
            numbers.resize(self.plan.parameters, 0.0);
            self.gpu.queue.write_buffer(buffer, 0, bytemuck::cast_slice(&numbers));
        }
        self.updates = state.updates;
    }

    fn write_objective(&mut self, objective: &Objective) {
        self.objective.clone_from(objective);
    }

    fn gradients(&mut self, images: &[u32]) {
        self.learn(images, MAX_RECORDS, None);
    }

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        if self.records.end == MAX_RECORDS {
            self.fetch_records();
            self.records = 0..0;
        }
        let record = self.records.end;
        self.records.end += 1;
        self.learn(images, record, Some(step));
    }

    fn evaluate(&mut self, images: &[u32]) {
        for chunk in images.chunks(self.room_for_images()) {
            let settings = self.settings(chunk.len(), 0.0);
            self.note(false, chunk, settings);
        }
    }

    fn forward(&mut self, images: &[u32]) {
        self.submit();
        let look = self.look.take().unwrap_or_else(|| {
            let stages = Stages::new(&self.plan, false, self.gpu.threads).expect("as large as the network that learns");
            Network::new(&self.gpu, &self.plan, stages, &self.shared, &self.images, false)
        });
        let most = 4 * look.stages.quads;
        let passes = images.len().div_ceil(most);
        let sizes: Vec<usize> =
            look.stages.list.iter().map(|stage| stage.output.places() * look.stages.quads * QUAD).collect();
        self.looked = sizes.iter().map(|size| buffer(&self.gpu, "looked", size * passes)).collect();
        self.looked_at = images.len();
        for (n, chunk) in images.chunks(most).enumerate() {
            let settings = self.settings(chunk.len(), 0.0);
            self.gpu.queue.write_buffer(&self.shared.settings, 0, bytemuck::cast_slice(&settings));
            self.gpu.queue.write_buffer(&self.shared.batch, 0, bytemuck::cast_slice(chunk));
            let mut encoder = self.encoder();
            let mut compute = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            for step in &look.forward {
                self.dispatch(&look, step, &mut compute, 0, chunk.len());
            }
            drop(compute);
            for ((output, looked), size) in look.outputs.iter().zip(&self.looked).zip(&sizes) {
                encoder.copy_buffer_to_buffer(output, 0, looked, (n * size) as u64, *size as u64);
            }
            self.gpu.queue.submit([encoder.finish()]);
        }
        self.look = Some(look);
    }

    fn read(&mut self, tap: Tap) -> Readback {
        match tap {
            Tap::Parameters => {
                let buffer = self.shared.parameters.clone();
                self.read_from(&buffer, 0..self.plan.parameters, |_| ())
            }
            Tap::Gradients => {
                let buffer = self.shared.gradients.clone();
                self.read_from(&buffer, 0..self.plan.parameters, |_| ())
            }
            Tap::Loss => {
                let (buffer, at) = (self.shared.records.clone(), 2 * self.last_record);
                self.read_from(&buffer, at..at + 2, |_| ())
            }
            Tap::Steps => {
                self.fetch_records();
                let fetched = std::mem::take(&mut self.fetched);
                Box::pin(async move {
                    let mut records = Vec::new();
                    for part in fetched {
                        records.extend(part.await?);
                    }
                    Ok(records)
                })
            }
            Tap::Evaluation => {
                let buffer = self.shared.evaluation.clone();
                self.read_from(&buffer, 0..EVALUATION, |encoder| encoder.clear_buffer(&buffer, 0, None))
            }
            Tap::Activation(layer) => self.read_activations(layer),
        }
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        let (first, second) = (self.shared.first.clone(), self.shared.second.clone());
        let count = self.plan.parameters;
        let updates = self.updates;
        let (first, second) = (self.read_from(&first, 0..count, |_| ()), self.read_from(&second, 0..count, |_| ()));
        Box::pin(async move { Ok(OptimizerState { first: first.await?, second: second.await?, updates }) })
    }

    fn has_room(&self) -> bool {
        self.pace.has_room()
    }

    fn room(&mut self) -> Pending<()> {
        self.submit();
        let (gpu, room) = (self.gpu.clone(), self.pace.room());
        Box::pin(async move { gpu.wait(room).await })
    }

    fn failure(&self) -> Option<Failure> {
        let trouble = self.gpu.trouble();
        if trouble.is_some() {
            self.pace.release();
        }
        trouble
    }

    fn counts(&self) -> Counts {
        Counts { bytes_read: self.readbacks.bytes.get(), ..self.counts }
    }
}
