//! The buffers of a backend, and those of a network's stages.

use super::device::Gpu;
use super::fresh::Fresh;
use super::images::Images;
use super::operations::evaluation;
use super::readback::NUMBER;
use super::settings::{MAX_PASSES, SettingsSlots};
use super::shader::Tensor;
use super::stage::Stage;
use super::stages::{QUAD, Stages};
use crate::network::Plan;
use wgpu::{Buffer, BufferUsages};

/// The maximum number of mini-batches whose records are kept on the device until somebody reads them.
pub const MAX_RECORDS: usize = 4096;

/// Buffers that live as long as the backend; `Tensor` says what they hold.
pub struct Buffers {
    pub settings: SettingsSlots,
    pub batch: Buffer,
    pub fresh: Buffer,
    pub parameters: Buffer,
    pub gradients: Buffer,
    pub first_moments: Buffer,
    pub second_moments: Buffer,
    /// One more than there are records for steps: the last is that of `gradients`.
    pub records: Buffer,
    pub evaluation: Buffer,
    pub class_weights: Buffer,
}

impl Buffers {
    /// Buffers for `plan` in passes of so many quads.
    pub fn new(gpu: &Gpu, plan: &Plan, quads: usize) -> Self {
        let numbers = |label, count: usize| buffer(gpu, label, count * NUMBER as usize);
        Buffers {
            settings: SettingsSlots::new(gpu),
            batch: numbers("batch", MAX_PASSES * quads * 4),
            fresh: buffer(gpu, "fresh", Fresh::MAX_IMAGES * Images::stride(plan.input)),
            parameters: numbers("parameters", plan.parameters),
            gradients: numbers("gradients", plan.parameters),
            first_moments: numbers("first moments", plan.parameters),
            second_moments: numbers("second moments", plan.parameters),
            records: numbers("records", 2 * (MAX_RECORDS + 1)),
            evaluation: numbers("evaluation", evaluation::numbers(plan.classes())),
            class_weights: numbers("class weights", 2 * plan.classes()),
        }
    }
}

/// A buffer of the GPU's own, zero at first.
pub fn buffer(gpu: &Gpu, label: &str, bytes: usize) -> Buffer {
    gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: bytes.max(16) as u64,
        usage: BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// The buffers between the kernels of a network.
pub struct StageBuffers {
    input: Buffer,
    outcomes: Buffer,
    partials: Buffer,
    /// For each stage.
    pub outputs: Vec<Buffer>,
    winners: Vec<Option<Buffer>>,
    d_outputs: Vec<Option<Buffer>>,
}

impl StageBuffers {
    /// `learns`: with those that it takes to go backward.
    pub fn new(gpu: &Gpu, stages: &Stages, learns: bool) -> Self {
        let maps = |label: &str, places: usize| buffer(gpu, label, places * stages.quads * QUAD);
        let list = &stages.list;
        let has_gradients = |stage: &Stage| learns || stage.operation.computes_loss();
        StageBuffers {
            input: maps("input", stages.input.places()),
            outcomes: maps("outcomes", 3),
            partials: buffer(gpu, "partials", stages.partials * NUMBER as usize),
            outputs: list.iter().map(|stage| maps("output", stage.output.places())).collect(),
            winners: list
                .iter()
                .map(|stage| stage.operation.has_winners().then(|| maps("winners", stage.output.shape.len())))
                .collect(),
            d_outputs: list
                .iter()
                .map(|stage| has_gradients(stage).then(|| maps("d output", stage.d_output.places())))
                .collect(),
        }
    }

    /// The buffer that a kernel of the n-th stage is bound to.
    pub fn find<'a>(&'a self, tensor: Tensor, n: usize, shared: &'a Buffers, images: &'a Images) -> &'a Buffer {
        match tensor {
            Tensor::Pixels => &images.pixels,
            Tensor::Labels => &images.labels,
            Tensor::Batch => &shared.batch,
            Tensor::Fresh => &shared.fresh,
            Tensor::Parameters => &shared.parameters,
            Tensor::Gradients => &shared.gradients,
            Tensor::FirstMoments => &shared.first_moments,
            Tensor::SecondMoments => &shared.second_moments,
            Tensor::Records => &shared.records,
            Tensor::Evaluation => &shared.evaluation,
            Tensor::ClassWeights => &shared.class_weights,
            Tensor::Partials => &self.partials,
            Tensor::Outcomes => &self.outcomes,
            Tensor::Input => n.checked_sub(1).map_or(&self.input, |before| &self.outputs[before]),
            Tensor::Output => &self.outputs[n],
            Tensor::Winners => made(&self.winners, n),
            Tensor::DOutput => made(&self.d_outputs, n),
            Tensor::DPrevious => made(&self.d_outputs, n - 1),
            Tensor::PreviousWinners => made(&self.winners, n - 1),
        }
    }
}

fn made(buffers: &[Option<Buffer>], n: usize) -> &Buffer {
    buffers[n].as_ref().expect("a shader binds only what its stage has")
}
