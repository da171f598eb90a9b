//! The stages of a network with their buffers and kernels.

use super::device::Gpu;
use super::images::Images;
use super::kernel::{Common, Kernel, SLOT, Source, Use};
use super::readback::NUMBER;
use super::stages::{Groups, Kind, QUAD, Stage, Stages};
use super::wgsl::wgsl;
use crate::backend::cost::{self, Cost};
use crate::network::{Plan, PoolKind};
use wgpu::{Buffer, BufferUsages};

/// Passes there are slots for in one submit.
pub const MAX_PASSES: usize = 512;
/// Mini-batches whose record is kept on the device until somebody reads it.
pub const MAX_RECORDS: usize = 4096;
/// Images that are not the dataset's own, in one submit.
pub const FRESH: usize = 1024;
/// Of `evaluation.wgsl`: the sum of losses, and a count for each label and answer.
pub const EVALUATION: usize = 101;

const MAPS: &str = wgsl!("maps.wgsl");

/// What lives as long as the backend.
pub struct Shared {
    pub common: Common,
    pub settings: Buffer,
    pub batch: Buffer,
    pub parameters: Buffer,
    pub gradients: Buffer,
    pub first: Buffer,
    pub second: Buffer,
    /// One more than there are records for steps: the last is that of `gradients`.
    pub records: Buffer,
    pub evaluation: Buffer,
    /// Images that are not the dataset's own.
    pub fresh: Buffer,
}

impl Shared {
    pub fn new(gpu: &Gpu, plan: &Plan, quads: usize) -> Self {
        let numbers = |label, count: usize| buffer(gpu, label, count * NUMBER as usize);
        let settings = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("settings"),
            size: (MAX_PASSES * SLOT) as u64,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Shared {
            common: Common::new(gpu, &settings),
            settings,
            batch: numbers("batch", MAX_PASSES * quads * 4),
            parameters: numbers("parameters", plan.parameters),
            gradients: numbers("gradients", plan.parameters),
            first: numbers("first moments", plan.parameters),
            second: numbers("second moments", plan.parameters),
            records: numbers("records", 2 * (MAX_RECORDS + 1)),
            evaluation: numbers("evaluation", EVALUATION),
            fresh: buffer(gpu, "fresh", FRESH * plan.input.len()),
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

/// A kernel in its place.
pub struct Step {
    pub kernel: Kernel,
    pub groups: Groups,
    /// What it costs for one image, and once a pass.
    pub cost: Cost,
}

/// All kernels of a network.
pub struct Network {
    pub stages: Stages,
    /// What each stage gave.
    pub outputs: Vec<Buffer>,
    /// Fetching the images, then stage by stage.
    pub forward: Vec<Step>,
    /// Stage by stage from the last, then the update.
    pub backward: Vec<Step>,
    /// After `forward`, of an evaluation.
    pub evaluation: Step,
    /// After an update with a largest length of weights.
    pub shorten: Step,
}

impl Network {
    /// `learns`: with what it takes to go backward.
    pub fn new(gpu: &Gpu, plan: &Plan, stages: Stages, shared: &Shared, images: &Images, learns: bool) -> Self {
        use Use::{Reads, Writes};
        let maps = |label: &str, places: usize| buffer(gpu, label, places * stages.quads * QUAD);
        let input = maps("input", stages.input.places());
        // Label, answer and loss of a quad.
        let outcomes = buffer(gpu, "outcomes", stages.quads * 3 * QUAD);
        let outputs: Vec<Buffer> = stages.list.iter().map(|stage| maps("output", stage.output.places())).collect();
        let winners: Vec<Option<Buffer>> =
            stages.list.iter().map(|s| s.has_winners().then(|| maps("winners", s.output.shape.len()))).collect();
        let needs = |stage: &Stage| learns || stage.kind.is_last();
        let d_outputs: Vec<Buffer> =
            stages.list.iter().map(|s| maps("d output", if needs(s) { s.d_output.places() } else { 1 })).collect();
        let partials = buffer(gpu, "partials", stages.partials * NUMBER as usize);
        let kernel =
            |source: &Source, buffers: &[(u32, &Buffer, Use)]| Kernel::new(gpu, &shared.common, source, buffers);

        let gather = Source {
            name: "gather".into(),
            parts: &[wgsl!("gather.wgsl")],
            entry: "gather",
            constants: stages.gather_constants(),
        };
        let buffers = [
            (0, &images.pixels, Reads),
            (1, &images.labels, Reads),
            (2, &shared.batch, Reads),
            (3, &input, Writes),
            (4, &outcomes, Writes),
            (5, &shared.fresh, Reads),
        ];
        let mut forward =
            vec![Step { kernel: kernel(&gather, &buffers), groups: Groups::Gather, cost: cost::gather(plan) }];
        for (n, stage) in stages.list.iter().enumerate() {
            let from = n.checked_sub(1).map_or(&input, |before| &outputs[before]);
            let mut buffers = vec![(1, from, Reads), (2, &outputs[n], Writes)];
            if stage.parameters() > 0 {
                buffers.push((0, &shared.parameters, Reads));
            }
            if stage.kind.is_last() {
                buffers.extend([(3, &d_outputs[n], Writes), (4, &outcomes, Writes)]);
            }
            buffers.extend(winners[n].as_ref().map(|winners| (3, winners, Writes)));
            let source = Source {
                name: format!("{} forward", stage.name(plan)),
                parts: stage.forward_parts(),
                entry: "forward",
                constants: stages.stage_constants(n, true),
            };
            let cost = cost::forward(plan, stage.layers.clone());
            forward.push(Step { kernel: kernel(&source, &buffers), groups: Groups::Forward(n), cost });
        }

        let mut backward = Vec::new();
        let wanted = |stage: &Stage| learns && (stage.learns || stage.hands_back);
        for (n, stage) in stages.list.iter().enumerate().rev().filter(|(_, stage)| wanted(stage)) {
            let from = n.checked_sub(1).map_or(&input, |before| &outputs[before]);
            let mut buffers = vec![(1, from, Reads), (2, &d_outputs[n], Reads)];
            if stage.parameters() > 0 {
                buffers.push((0, &shared.parameters, Reads));
            }
            if stage.learns {
                buffers.push((3, &partials, Writes));
            } else if matches!(stage.kind, Kind::Pool { kind: PoolKind::L2, .. }) {
                buffers.push((3, &outputs[n], Reads));
            } else {
                buffers.extend(winners[n].as_ref().map(|winners| (3, winners, Reads)));
            }
            if stage.hands_back {
                buffers.push((4, &d_outputs[n - 1], Writes));
                let pools = stages.list[n - 1].pool() > 1;
                buffers.extend(winners[n - 1].as_ref().filter(|_| pools).map(|winners| (5, winners, Reads)));
            }
            let source = Source {
                name: format!("{} backward", stage.name(plan)),
                parts: stage.backward_parts(),
                entry: "backward",
                constants: stages.stage_constants(n, false),
            };
            let cost = cost::backward(plan, stage.layers.clone(), stage.hands_back);
            backward.push(Step { kernel: kernel(&source, &buffers), groups: Groups::Backward(n), cost });
        }
        if learns {
            let source = Source {
                name: "update".into(),
                parts: &[wgsl!("optimizer.wgsl")],
                entry: "update",
                constants: stages.update_constants(plan.parameters),
            };
            let buffers = [
                (0, &shared.parameters, Writes),
                (1, &partials, Reads),
                (2, &shared.gradients, Writes),
                (3, &shared.first, Writes),
                (4, &shared.second, Writes),
                (5, &outcomes, Reads),
                (6, &shared.records, Writes),
            ];
            // One thread more, for the record.
            let groups = Groups::Fixed((plan.parameters + 1).div_ceil(64));
            backward.push(Step { kernel: kernel(&source, &buffers), groups, cost: cost::update(plan) });
        }

        let source = Source {
            name: "evaluation".into(),
            parts: &[wgsl!("evaluation.wgsl")],
            entry: "add_up",
            constants: stages.common_constants(),
        };
        let buffers = [(0, &outcomes, Reads), (1, &shared.evaluation, Writes)];
        let evaluation = Step { kernel: kernel(&source, &buffers), groups: Groups::Fixed(1), cost: Cost::default() };
        let (constants, rows) = stages.shorten_constants();
        let source = Source { name: "max-norm".into(), parts: &[wgsl!("max_norm.wgsl")], entry: "shorten", constants };
        let shorten = Step {
            kernel: kernel(&source, &[(0, &shared.parameters, Writes)]),
            groups: Groups::Fixed(rows.div_ceil(64)),
            cost: Cost::default(),
        };
        Network { stages, outputs, forward, backward, evaluation, shorten }
    }
}

impl Stage {
    /// "C1 + S2".
    fn name(&self, plan: &Plan) -> String {
        let names: Vec<&str> = plan.layers[self.layers.clone()].iter().map(|layer| layer.name.as_str()).collect();
        names.join(" + ")
    }

    fn forward_parts(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Conv { .. } => &[wgsl!("activation.wgsl"), wgsl!("conv.wgsl")],
            Kind::Pool { .. } => &[MAPS, wgsl!("pool.wgsl")],
            Kind::Elementwise(_) => &[MAPS, wgsl!("elementwise.wgsl")],
            Kind::Subsample { .. } => &[MAPS, wgsl!("activation.wgsl"), wgsl!("subsample.wgsl")],
            Kind::Preprocess(_) => &[wgsl!("preprocess.wgsl")],
            Kind::Frame { .. } => &[MAPS, wgsl!("frame.wgsl")],
            Kind::Dense { last: false } => &[wgsl!("activation.wgsl"), wgsl!("dense.wgsl")],
            Kind::Dense { last: true } | Kind::Rbf => {
                &[wgsl!("activation.wgsl"), wgsl!("loss.wgsl"), wgsl!("dense.wgsl")]
            }
        }
    }

    fn backward_parts(&self) -> &'static [&'static str] {
        const BEFORE: &str = wgsl!("activation.wgsl");
        const AFTER: &str = wgsl!("hand_back.wgsl");
        match self.kind {
            Kind::Conv { .. } => &[BEFORE, AFTER, wgsl!("conv.wgsl")],
            Kind::Pool { .. } => &[MAPS, BEFORE, AFTER, wgsl!("pool.wgsl")],
            Kind::Dense { .. } | Kind::Rbf => &[BEFORE, AFTER, wgsl!("dense.wgsl")],
            Kind::Subsample { .. } => &[MAPS, BEFORE, AFTER, wgsl!("subsample.wgsl")],
            Kind::Frame { .. } | Kind::Preprocess(_) => unreachable!("nothing learns before them, and they do not"),
            Kind::Elementwise(_) => &[MAPS, BEFORE, AFTER, wgsl!("elementwise.wgsl")],
        }
    }
}
