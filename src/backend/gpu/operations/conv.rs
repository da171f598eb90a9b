//! Convolution, together with the max-pooling after it if both are one stage (see `conv.wgsl`).

use crate::backend::gpu::maps::MapLayout;
use crate::backend::gpu::shader::{Shader, Tensor};
use crate::backend::gpu::stage::{Operation, Stage, WORKGROUP};
use crate::backend::gpu::wgsl::wgsl;
use crate::network::{LayerPlan, Shape};

/// The maximum number of parts in which the gradients of a layer are summed.
const MAX_PARTS: usize = 128;
/// The number of quads in a typical mini-batch, for which the work is divided into threads.
const USUAL_QUADS: usize = 16;
/// The maximum number of sums in a thread, in quads: 16 need 64 registers.
const MAX_SUMS: usize = 16;

/// A convolution, and the division of its work into threads. Fewer and larger threads read less, but leave a large GPU
/// idle.
pub struct Conv {
    size: usize,
    stride: usize,
    padding: usize,
    pool: usize,
    input: Shape,
    filters: usize,
    threads: usize,
    /// In the forward pass a thread computes `block` × `block` pre-activations of `filters_here` filters. `blocks`
    /// (down, across) cover a map.
    block: usize,
    blocks: (usize, usize),
    filters_here: usize,
    /// In the backward pass a thread computes the gradients of `back` × `back` numbers of `channels_here` channels of
    /// the input. `back_blocks` (down, across) cover a channel.
    back: usize,
    back_blocks: (usize, usize),
    channels_here: usize,
    /// Another thread computes the gradients of `taps` adjacent weights in a row of each of `filters_at_once` filters.
    taps: usize,
    filters_at_once: usize,
}

impl Conv {
    /// The convolution `layer` with pooling windows of `pool` × `pool`, divided into at least `threads` threads if
    /// possible.
    pub fn new(layer: &LayerPlan, [size, stride, padding]: [usize; 3], pool: usize, threads: usize) -> Self {
        let (input, Shape { channels: filters, height, width }) = (layer.input, layer.output);
        let block = if pool > 1 { pool } else { 2.min(width) };
        let blocks = (height.div_ceil(block), width.div_ceil(block));
        let back = if stride == 1 { 2 } else { stride };
        let back_blocks = ((input.height + padding).div_ceil(back), (input.width + padding).div_ceil(back));
        let taps = if size <= 10 { size } else { 8 };
        let share = |count: usize, side: usize, blocks: (usize, usize)| {
            // The shader's code is unrolled for each map of a thread, so more maps would make compilation slow.
            let max = (MAX_SUMS / (side * side)).min(400 / (size * side * side)).max(1);
            let fills = |share: &usize| count.div_ceil(*share) * blocks.0 * blocks.1 * USUAL_QUADS >= threads;
            even_share(count, (1..=max).rev().find(fills).unwrap_or(1))
        };
        Conv {
            size,
            stride,
            padding,
            pool,
            input,
            filters,
            threads,
            block,
            blocks,
            filters_here: share(filters, block, blocks),
            back,
            back_blocks,
            channels_here: share(input.channels, back, back_blocks),
            taps,
            filters_at_once: even_share(filters, (4 * MAX_SUMS / taps).min(8)),
        }
    }

    fn constants(&self) -> [(&'static str, usize); 16] {
        [
            ("FILTERS", self.filters),
            ("SIZE", self.size),
            ("STRIDE", self.stride),
            ("PADDING", self.padding),
            ("POOLS", usize::from(self.pool > 1)),
            ("BLOCK", self.block),
            ("BLOCKS_DOWN", self.blocks.0),
            ("BLOCKS_ACROSS", self.blocks.1),
            ("FILTERS_HERE", self.filters_here),
            ("BACK", self.back),
            ("BACK_DOWN", self.back_blocks.0),
            ("BACK_ACROSS", self.back_blocks.1),
            ("CHANNELS_HERE", self.channels_here),
            ("FILTERS_AT_ONCE", self.filters_at_once),
            ("TAPS", self.taps),
            ("TAP_BLOCKS", self.size.div_ceil(self.taps)),
        ]
    }
}

impl Operation for Conv {
    fn border(&self) -> usize {
        self.padding
    }

    fn pool(&self) -> usize {
        self.pool
    }

    /// The maps have a border of zeros as wide as `backward_input` reads.
    fn d_output(&self, layer: &LayerPlan) -> MapLayout {
        let Conv { stride, back, padding, .. } = *self;
        let border = (self.size - 1) / stride;
        let reach = |input: usize, output: usize| {
            let last = ((input + padding).div_ceil(back) - 1) * (back / stride) + (back - 1) / stride;
            (output + border).max(last + border + 1)
        };
        MapLayout {
            shape: layer.output,
            border,
            row: reach(layer.input.width, layer.output.width),
            rows: reach(layer.input.height, layer.output.height),
        }
    }

    fn forward_workgroups(&self, _stage: &Stage, quads: usize) -> usize {
        let (down, across) = self.blocks;
        (down * across * quads * self.filters.div_ceil(self.filters_here)).div_ceil(WORKGROUP)
    }

    fn weight_tasks(&self, _stage: &Stage) -> usize {
        let filter_groups = self.filters.div_ceil(self.filters_at_once);
        filter_groups * self.input.channels * self.size * self.size.div_ceil(self.taps)
    }

    /// As many parts as give every thread some work, but no more than one thread can add up.
    fn parts(&self, stage: &Stage) -> usize {
        self.threads.div_ceil(self.weight_tasks(stage)).clamp(1, MAX_PARTS)
    }

    fn input_tasks(&self, _stage: &Stage) -> usize {
        let (down, across) = self.back_blocks;
        down * across * self.input.channels.div_ceil(self.channels_here)
    }

    fn forward(&self, stage: &Stage) -> Shader {
        let shader = Shader::forward(stage, wgsl!("conv.wgsl"))
            .constants(&self.constants())
            .activation(stage.activation)
            .reads(0, Tensor::Parameters)
            .reads(1, Tensor::Input)
            .writes(2, Tensor::Output);
        if self.has_winners() { shader.writes(3, Tensor::Winners) } else { shader }
    }

    fn backward(&self, stage: &Stage) -> Option<Shader> {
        let shader = Shader::backward(stage, wgsl!("conv.wgsl"))
            .constants(&self.constants())
            .reads(0, Tensor::Parameters)
            .reads(2, Tensor::DOutput)
            .writes(3, Tensor::Partials);
        Some(shader)
    }
}

/// The largest share up to `max` that leaves the fewest places unused.
fn even_share(count: usize, max: usize) -> usize {
    (1..=max.max(1)).min_by_key(|share| (count.div_ceil(*share) * share, max - share)).expect("there is 1")
}
