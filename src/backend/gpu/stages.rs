//! From a plan to what the GPU computes: a stage is one dispatch forward and one backward, of a layer or of a
//! convolution together with the max-pooling after it. Here is which layers become one stage, and where their maps and
//! partial sums lie; nothing knows of a device.

use super::maps::MapLayout;
use super::operations;
use super::stage::Stage;
use crate::backend::Failure;
use crate::network::{Layer, LayerPlan, Plan, PoolKind, Shape};

/// The maximum number of quads (fours of images) in one pass; larger mini-batches go in several passes. A pass has fewer
/// where a layer is so large that its maps would not fit into a binding.
pub const MAX_QUADS: usize = 64;
/// WebGPU's default limit for the size of a binding, bytes.
const BINDING: usize = 128 << 20;
/// Bytes of a quad: four numbers of 32 bits.
pub const QUAD: usize = 16;

/// Which dispatch the number of workgroups is asked for.
#[derive(Clone, Copy)]
pub enum Workgroups {
    Gather,
    Forward(usize),
    Backward(usize),
    /// This number, whatever the number of images.
    Fixed(usize),
}

/// All stages of a plan.
pub struct Stages {
    /// The images, as the first stage wants them.
    pub input: MapLayout,
    pub list: Vec<Stage>,
    /// Quads there is room for at each place.
    pub quads: usize,
    /// How many numbers the parts of the gradients are.
    pub partials: usize,
}

impl Stages {
    /// Stages of `plan`. `fused`: a convolution and the max-pooling after it are one stage, where that is possible.
    /// `threads`: into how many a dispatch should at least be cut, at a mini-batch of 64.
    ///
    /// # Errors
    /// A layer is too large for one binding.
    pub fn new(plan: &Plan, fused: bool, threads: usize) -> Result<Stages, Failure> {
        let mut starts = Vec::new();
        let mut at = 0;
        while let Some(layer) = plan.layers.get(at) {
            let pool = if fused { fused_pool(layer, plan.layers.get(at + 1)) } else { 1 };
            let end = at + if pool > 1 { 2 } else { 1 };
            starts.push((at..end, operations::operation(layer, pool, end == plan.layers.len(), threads)));
            at = end;
        }
        let borders: Vec<usize> = starts.iter().map(|(_, operation)| operation.border()).chain([0]).collect();
        let input = MapLayout::new(plan.input, borders[0]);
        let mut list: Vec<Stage> = Vec::new();
        let mut partials = 0;
        for (n, (layers, operation)) in starts.into_iter().enumerate() {
            let (layer, last) = (&plan.layers[layers.start], &plan.layers[layers.end - 1]);
            let before = list.last();
            let previous = before.filter(|_| plan.layers[..layers.start].iter().any(LayerPlan::learns));
            let d_output = if previous.is_some() { operation.d_output(layer) } else { MapLayout::new(layer.output, 0) };
            let mut stage = Stage {
                layers,
                operation,
                activation: layer.activation,
                weights: layer.weights.clone(),
                biases: layer.biases.clone(),
                learns: layer.learns(),
                input: before.map_or(input, |stage| stage.output),
                output: MapLayout::new(last.output, borders[n + 1]),
                d_output,
                previous: previous.map(Stage::as_previous),
                partials,
                parts: 0,
            };
            stage.parts = stage.operation.parts(&stage);
            partials += if stage.learns { stage.parts * stage.parameters() } else { 0 };
            list.push(stage);
        }
        let maps = list.iter().flat_map(|stage| [&stage.output, &stage.d_output]).chain([&input]);
        let largest = maps.map(MapLayout::places).max().unwrap_or(0);
        let quads = (BINDING / QUAD / largest).min(MAX_QUADS);
        if quads == 0 || 4 * partials > BINDING {
            return Err(Failure("this network is too large for WebGPU's buffers of 128 MiB".into()));
        }
        Ok(Stages { input, list, quads, partials })
    }

    /// How many workgroups a dispatch has for so many quads.
    pub fn workgroups(&self, dispatch: Workgroups, quads: usize) -> usize {
        match dispatch {
            Workgroups::Gather => operations::gather::workgroups(&self.input, quads),
            Workgroups::Forward(n) => self.list[n].operation.forward_workgroups(&self.list[n], quads),
            Workgroups::Backward(n) => self.list[n].backward_workgroups(quads),
            Workgroups::Fixed(count) => count,
        }
    }
}

/// The side of the max-pooling windows after the convolution `layer` where one stage can do both: the windows lie side
/// by side and cover the maps, so that each number belongs to exactly one of them. 1 where it cannot.
fn fused_pool(layer: &LayerPlan, next: Option<&LayerPlan>) -> usize {
    let Shape { height, width, .. } = layer.output;
    match (layer.layer, next.map(|next| next.layer)) {
        (Layer::Conv { .. }, Some(Layer::Pool { kind: PoolKind::Max, size, stride }))
            if size == stride && size <= 4 && height.is_multiple_of(size) && width.is_multiple_of(size) =>
        {
            size
        }
        _ => 1,
    }
}
