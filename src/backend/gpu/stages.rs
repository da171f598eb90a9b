//! Turns a plan into stages. A stage is one dispatch in the forward pass and one in the backward pass, for one layer or
//! for a convolution together with the max-pooling after it. This file decides which layers form a stage, and the
//! positions of their maps and partial sums. It does not use a device.

use super::maps::MapLayout;
use super::operations;
use super::stage::Stage;
use crate::backend::Failure;
use crate::network::{Layer, LayerPlan, Plan, PoolKind, Shape};

/// The maximum number of quads (groups of four images) in one pass. Larger mini-batches need several passes. If the
/// maps of a layer are so large that they would exceed a binding, a pass has fewer quads.
pub const MAX_QUADS: usize = 64;
/// WebGPU's default limit for the size of a binding, in bytes.
const BINDING: usize = 128 << 20;
/// The bytes of a quad: four 32-bit numbers.
pub const QUAD: usize = 16;

/// Which dispatch the number of workgroups is asked for.
#[derive(Clone, Copy)]
pub enum Workgroups {
    Gather,
    Forward(usize),
    Backward(usize),
    /// A number that does not depend on the number of images.
    Fixed(usize),
}

/// All stages of a plan.
pub struct Stages {
    /// The layout of the images, as the first stage needs it.
    pub input: MapLayout,
    pub list: Vec<Stage>,
    /// The number of quads that the buffers have room for.
    pub quads: usize,
    /// The number of partial sums of all gradients.
    pub partials: usize,
}

impl Stages {
    /// Makes the stages of `plan`. `fused`: whether a convolution and the max-pooling after it form one stage where
    /// possible. `threads` is the minimum number of threads that a dispatch should have, for a mini-batch of 64.
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
