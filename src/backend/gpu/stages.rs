//! From a plan to what the GPU computes: a stage is what one dispatch does forward, a layer or a convolution together
//! with the max-pooling after it, and another one backward. Here are the shapes; nothing knows of a device.

mod constants;

use crate::network::{Activation, Connections, Layer, LayerPlan, Plan, PoolKind, Preprocessing, Shape};
use lenet_kernels::elementwise::Factor;
use std::ops::Range;

/// Most quads (fours of images) that go through the network at once; larger mini-batches go in several passes.
/// Fewer where a layer is so large that it would not fit into a binding.
pub const MAX_QUADS: usize = 64;
/// WebGPU's default limit for the size of a binding, bytes.
const BINDING: usize = 128 << 20;
/// Bytes of a quad: four numbers of 32 bits.
pub const QUAD: usize = 16;
/// The most parts that the gradients of a layer are summed in.
const MAX_PARTS: usize = 128;
/// The mini-batch, in quads, for which work is cut into threads.
const USUAL_QUADS: usize = 16;
/// The most numbers a thread accumulates, in quads: 16 are 64 registers.
const SUMS: usize = 16;

/// How feature maps lie in a buffer; see `common.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Maps {
    pub shape: Shape,
    /// Places of zeros before the first row and column.
    pub border: usize,
    /// Places of a row, and rows of a map, borders included.
    pub row: usize,
    pub rows: usize,
}

impl Maps {
    fn padded(shape: Shape, border: usize) -> Self {
        Maps { shape, border, row: shape.width + 2 * border, rows: shape.height + 2 * border }
    }

    /// Places in all.
    pub fn places(&self) -> usize {
        self.shape.channels * self.row * self.rows
    }

    /// Where the numbers of one image begin, in order [channel][row][column], as places.
    pub fn inside(self) -> impl Iterator<Item = usize> {
        let Shape { channels, height, width } = self.shape;
        (0..channels * height).flat_map(move |line| {
            let start = (line / height * self.rows + line % height + self.border) * self.row + self.border;
            start..start + width
        })
    }
}

/// What a stage does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `pool`: the side of the max-pooling windows that follow, 1 without.
    Conv {
        size: usize,
        stride: usize,
        padding: usize,
        pool: usize,
    },
    Pool {
        kind: PoolKind,
        size: usize,
        stride: usize,
    },
    Dense {
        last: bool,
    },
    /// As a dense layer, but minus the squared distance to each row of weights, which do not learn.
    Rbf,
    Subsample {
        size: usize,
    },
    Preprocess(Preprocessing),
    Frame {
        border: usize,
        levels: [f32; 2],
    },
    Elementwise(Factor),
}

impl Kind {
    /// Whether the loss comes after it.
    pub fn is_last(self) -> bool {
        matches!(self, Kind::Dense { last: true } | Kind::Rbf)
    }
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The layers it does, by their place in the plan: one, or two.
    pub layers: Range<usize>,
    pub kind: Kind,
    pub activation: Activation,
    pub weights: Range<usize>,
    pub biases: Range<usize>,
    pub learns: bool,
    pub connections: Connections,
    /// What goes in: the previous stage's `output`.
    pub input: Maps,
    /// What comes out.
    pub output: Maps,
    /// Gradients of what is before the activation and the pooling.
    pub d_output: Maps,
    /// Whether the gradient of the input is wanted: there is something to learn before this stage.
    pub hands_back: bool,
    /// Where its gradients lie among the partial sums, and how many parts those are.
    pub partials: usize,
    pub parts: usize,
    /// Into how many threads it should be cut: fewer and larger ones read less, but leave a large GPU idle.
    threads: usize,
    cut: Cut,
}

/// Whose number of workgroups a dispatch has.
#[derive(Clone, Copy)]
pub enum Groups {
    Gather,
    Forward(usize),
    Backward(usize),
    Fixed(usize),
}

/// All stages of a plan.
#[derive(Clone, Debug)]
pub struct Stages {
    /// The images, as the first stage wants them.
    pub input: Maps,
    pub list: Vec<Stage>,
    /// Quads there is room for at each place.
    pub quads: usize,
    /// How many numbers the gradients' parts are.
    pub partials: usize,
}

impl Stages {
    /// Stages of `plan`. `fused`: convolutions take the pooling after them along, where they can. `threads`: into how
    /// many a convolution should at least be cut, at a mini-batch of 64.
    ///
    /// # Errors
    /// A sentence, where a layer is too large for one binding.
    pub fn new(plan: &Plan, fused: bool, threads: usize) -> Result<Stages, String> {
        let mut list: Vec<Stage> = Vec::new();
        let mut partials = 0;
        let mut at = 0;
        while at < plan.layers.len() {
            let layer = &plan.layers[at];
            let pool = if fused { pool_taken_along(layer, plan.layers.get(at + 1)) } else { 1 };
            let end = at + if pool > 1 { 2 } else { 1 };
            let border = plan.layers.get(end).map_or(0, padding);
            let kind = match layer.layer {
                Layer::Conv { size, stride, padding, .. } => Kind::Conv { size, stride, padding, pool },
                Layer::Pool { kind, size, stride } => Kind::Pool { kind, size, stride },
                Layer::Dense { .. } => Kind::Dense { last: end == plan.layers.len() },
                Layer::Subsample { size, .. } => Kind::Subsample { size },
                Layer::Preprocess { kind } => Kind::Preprocess(kind),
                Layer::Frame { border, paper, ink } => Kind::Frame { border, levels: [paper, ink] },
                Layer::Rbf {} => Kind::Rbf,
                Layer::Dropout { rate } => Kind::Elementwise(Factor::Dropout(rate)),
                Layer::Prelu {} => Kind::Elementwise(Factor::Parametric),
                Layer::Rrelu {} => Kind::Elementwise(Factor::Randomised),
            };
            let learned_before = plan.layers[..at].iter().any(LayerPlan::learns);
            let mut stage = Stage {
                layers: at..end,
                kind,
                activation: layer.layer.activation(),
                weights: layer.weights.clone(),
                biases: layer.biases.clone(),
                learns: layer.learns(),
                connections: connections(layer),
                input: list.last().map_or(Maps::padded(layer.input, padding(layer)), |stage| stage.output),
                output: Maps::padded(plan.layers[end - 1].output, border),
                d_output: Maps::padded(layer.output, 0),
                hands_back: learned_before,
                partials,
                parts: 0,
                threads,
                cut: Cut::default(),
            };
            stage.cut = stage.cut();
            if let Kind::Conv { size, stride, padding, .. } = kind {
                if learned_before {
                    stage.d_output = d_maps(layer, size, stride, padding, stage.cut.back);
                }
                // As many parts as give every thread some of the work, but not more than one can add up.
                stage.parts = threads.div_ceil(stage.weight_tasks()).clamp(1, MAX_PARTS);
            } else if matches!(kind, Kind::Dense { .. }) {
                stage.parts = 1;
            } else if layer.learns() {
                stage.parts = stage.output.shape.height;
            }
            partials += stage.parts * if stage.learns { stage.parameters() } else { 0 };
            list.push(stage);
            at = end;
        }
        let input = list[0].input;
        let maps = list.iter().flat_map(|stage| [&stage.output, &stage.d_output]).chain([&input]);
        let largest = maps.map(Maps::places).max().unwrap_or(0);
        let quads = (BINDING / QUAD / largest).min(MAX_QUADS);
        if quads == 0 || 4 * partials > BINDING {
            return Err("this network is too large for WebGPU's buffers of 128 MiB".into());
        }
        Ok(Stages { input, list, quads, partials })
    }

    /// How many workgroups a dispatch has for so many quads.
    pub fn groups(&self, groups: Groups, quads: usize) -> usize {
        match groups {
            Groups::Gather => (quads * 196).div_ceil(64),
            Groups::Forward(n) => self.list[n].forward_groups(quads),
            Groups::Backward(n) => self.list[n].backward_groups(quads),
            Groups::Fixed(groups) => groups,
        }
    }

    /// The stage before the n-th.
    pub fn before(&self, n: usize) -> Option<&Stage> {
        self.list[..n].last()
    }
}

/// Units, or inputs, that a workgroup of a dense layer computes.
pub const DENSE_AT_ONCE: usize = 8;
const UNITS_HERE: usize = 4;
const INPUTS_HERE: usize = 4;
/// Workgroups of one row of a dispatch; WebGPU allows 65,535.
pub const GROUPS_ACROSS: usize = 32_768;

/// How a convolution's work is cut into threads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cut {
    /// Side of the block of pre-activations a thread computes, how many such lie (down, across), and for how many
    /// filters it does.
    block: usize,
    blocks: (usize, usize),
    filters: usize,
    /// The same of the blocks of the input whose gradients a thread computes, and for how many channels.
    back: usize,
    back_blocks: (usize, usize),
    channels: usize,
    /// Weights of a row, and filters, whose gradients a thread computes.
    taps: usize,
    filters_at_once: usize,
}

impl Stage {
    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.weights.len() + self.biases.len()
    }

    /// Weights between a filter and one map.
    fn weights_by_map(&self) -> usize {
        (self.weights.len() / (self.output.shape.channels * self.input.shape.channels)).max(1)
    }

    /// The side of the max-pooling windows it takes along; 1: it does not pool.
    pub fn pool(&self) -> usize {
        match self.kind {
            Kind::Conv { pool, .. } => pool,
            _ => 1,
        }
    }

    /// Whether it has to remember which places won.
    pub fn has_winners(&self) -> bool {
        self.pool() > 1 || matches!(self.kind, Kind::Pool { kind: PoolKind::Max, .. })
    }

    /// See `Cut`; nothing of it for anything but a convolution.
    fn cut(&self) -> Cut {
        let Kind::Conv { size, stride, pool, padding } = self.kind else { return Cut::default() };
        let block = if pool > 1 { pool } else { 2.min(self.output.shape.width) };
        let Shape { height, width, .. } = self.d_output.shape;
        let blocks = (height.div_ceil(block), width.div_ceil(block));
        let back = if stride == 1 { 2 } else { stride };
        let Shape { channels, height, width } = self.input.shape;
        let back_blocks = ((height + padding).div_ceil(back), (width + padding).div_ceil(back));
        let taps = if size <= 10 { size } else { 8 };
        let filters = self.output.shape.channels;
        Cut {
            block,
            blocks,
            filters: self.share(filters, size, block, blocks.0 * blocks.1),
            back,
            back_blocks,
            channels: self.share(channels, size, back, back_blocks.0 * back_blocks.1),
            taps,
            filters_at_once: even_share(filters, (4 * SUMS / taps).min(8)),
        }
    }

    /// A thread's share of `count` maps, each in `blocks` blocks of `side` × `side` under filters of `size` × `size`.
    fn share(&self, count: usize, size: usize, side: usize, blocks: usize) -> usize {
        // What is written out for each map: more makes compilers slow.
        let most = (SUMS / (side * side)).min(400 / (size * side * side)).max(1);
        let fits = |share: &usize| count.div_ceil(*share) * blocks * USUAL_QUADS >= self.threads;
        even_share(count, (1..=most).rev().find(fits).unwrap_or(1))
    }

    /// Slices into which a dense layer cuts what it sums over: serial sums leave a GPU waiting for its memory.
    fn slices(&self) -> usize {
        (self.threads / 128).clamp(4, 8)
    }

    /// Threads for the gradients of the weights, in a convolution those of one part.
    pub fn weight_tasks(&self) -> usize {
        match self.kind {
            Kind::Conv { size, .. } => {
                let cut = self.cut;
                self.output.shape.channels.div_ceil(cut.filters_at_once)
                    * self.input.shape.channels
                    * size
                    * size.div_ceil(cut.taps)
            }
            Kind::Dense { .. } => {
                self.output.shape.channels.div_ceil(UNITS_HERE) * self.input.shape.len().div_ceil(INPUTS_HERE)
            }
            Kind::Elementwise(Factor::Parametric) | Kind::Subsample { .. } => self.output.shape.channels,
            Kind::Pool { .. } | Kind::Elementwise(_) | Kind::Frame { .. } | Kind::Preprocess(_) | Kind::Rbf => 0,
        }
    }

    /// How many workgroups its forward kernel takes for so many quads.
    fn forward_groups(&self, quads: usize) -> usize {
        match self.kind {
            Kind::Conv { .. } => {
                let Cut { blocks, filters, .. } = self.cut;
                (blocks.0 * blocks.1 * quads * self.output.shape.channels.div_ceil(filters)).div_ceil(64)
            }
            Kind::Dense { .. } | Kind::Rbf => {
                let blocks = if self.kind.is_last() { 1 } else { self.output.shape.channels.div_ceil(DENSE_AT_ONCE) };
                quads.div_ceil(64 / self.slices()) * blocks
            }
            Kind::Preprocess(Preprocessing::Whiten) => quads,
            _ => (self.output.shape.len() * quads).div_ceil(64),
        }
    }

    /// How many its backward kernel takes.
    fn backward_groups(&self, quads: usize) -> usize {
        let back = match self.kind {
            Kind::Conv { .. } => {
                let Cut { back_blocks, channels, .. } = self.cut;
                back_blocks.0 * back_blocks.1 * self.input.shape.channels.div_ceil(channels)
            }
            Kind::Dense { .. } | Kind::Rbf => self.input.shape.len().div_ceil(INPUTS_HERE),
            _ => self.input.shape.len(),
        };
        let back = if self.hands_back { back * quads } else { 0 };
        (self.weight_tasks() * self.parts + back).div_ceil(64)
    }
}

/// The largest share up to `most` that leaves the fewest places empty.
fn even_share(count: usize, most: usize) -> usize {
    (1..=most.max(1)).min_by_key(|share| (count.div_ceil(*share) * share, most - share)).expect("there is 1")
}

fn connections(layer: &LayerPlan) -> Connections {
    match layer.layer {
        Layer::Conv { connections, .. } => connections,
        _ => Connections::All,
    }
}

fn padding(layer: &LayerPlan) -> usize {
    match layer.layer {
        Layer::Conv { padding, .. } => padding,
        _ => 0,
    }
}

/// The side of the pooling windows after the convolution `layer` if it can do them itself: they lie side by side, so
/// that each of its numbers belongs to one of them, and only the largest counts. 1 if it cannot.
fn pool_taken_along(layer: &LayerPlan, next: Option<&LayerPlan>) -> usize {
    match (layer.layer, next.map(|next| next.layer)) {
        (Layer::Conv { .. }, Some(Layer::Pool { kind: PoolKind::Max, size, stride }))
            if size == stride && size <= 4 && has_no_rest(layer.output, size) =>
        {
            size
        }
        _ => 1,
    }
}

/// Whether windows side by side cover maps of this shape.
fn has_no_rest(shape: Shape, size: usize) -> bool {
    shape.height.is_multiple_of(size) && shape.width.is_multiple_of(size)
}

/// The gradients of a convolution's pre-activations, with zeros around them wherever `backward_input` looks.
fn d_maps(layer: &LayerPlan, size: usize, stride: usize, padding: usize, back: usize) -> Maps {
    let border = (size - 1) / stride;
    let reach = |input: usize, output: usize| {
        let last = ((input + padding).div_ceil(back) - 1) * (back / stride) + (back - 1) / stride;
        (output + border).max(last + border + 1)
    };
    Maps {
        shape: layer.output,
        border,
        row: reach(layer.input.width, layer.output.width),
        rows: reach(layer.input.height, layer.output.height),
    }
}
