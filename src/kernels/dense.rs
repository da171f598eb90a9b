//! Dense layers, forward and backward. Forward and the gradient of the input work on a block of eight images; the
//! gradient of the weights is a sum over images and so is taken at once over the whole mini-batch.

use super::lanes::{LANES, Lanes, Wide, ZERO, accumulate, load, splat, store, tiles, with_tile};
use crate::Shape;
use std::ops::Range;

/// The maximum number of units, or inputs, that `accumulate` sums at once.
const TILE: usize = 4;

/// What a dense layer keeps of a mini-batch. Its weights are not copied; they lie in the parameters as [unit][input].
pub struct Dense {
    input: Shape,
    units: usize,
    /// One block's input, by channel, row, column: the order of the weights.
    ordered: Vec<Lanes>,
    /// [eight inputs][image]: every image's input, eight numbers of one image side by side.
    inputs: Vec<Vec<Lanes>>,
    /// [tile of units][image][unit in tile]: the gradients of every image's pre-activations.
    d_outputs: Vec<Vec<f32>>,
}

impl Dense {
    /// A layer of `units` units that see maps of this shape.
    pub fn new(input: Shape, units: usize) -> Self {
        let inputs = input.len();
        Dense {
            input,
            units,
            ordered: vec![ZERO; inputs],
            inputs: vec![Vec::new(); inputs.div_ceil(LANES)],
            d_outputs: vec![Vec::new(); tiles(units, TILE).count()],
        }
    }

    /// output[unit] = bias + Σ weight · input.
    pub fn forward(&mut self, input: &[Lanes], weights: &[f32], biases: &[f32], output: &mut [Lanes]) {
        self.order(input);
        for tile in tiles(self.units, TILE) {
            let rows = &weights[tile.start * self.ordered.len()..tile.end * self.ordered.len()];
            let biases = &biases[tile.clone()];
            with_tile!(tile.len(), sums_of_rows(rows, &self.ordered, biases, &mut output[tile]));
        }
    }

    /// d_input[input] = Σ weight · d_output.
    pub fn backward_input(&mut self, d_output: &[Lanes], weights: &[f32], d_input: &mut [Lanes]) {
        let inputs = self.ordered.len();
        for tile in tiles(inputs, TILE) {
            with_tile!(tile.len(), sums_of_columns(weights, inputs, tile.start, d_output, &mut self.ordered[tile]));
        }
        self.put_back(d_input);
    }

    /// Keeps a block's input (of the last `forward`) and `d_output` until `backward_weights`. Blocks come in order,
    /// the first with `start`.
    pub fn keep(&mut self, start: bool, d_output: &[Lanes]) {
        if start {
            self.inputs.iter_mut().for_each(Vec::clear);
            self.d_outputs.iter_mut().for_each(Vec::clear);
        }
        for (kept, eight) in self.inputs.iter_mut().zip(self.ordered.chunks(LANES)) {
            let mut turned = [ZERO; LANES];
            for (number, lanes) in eight.iter().enumerate() {
                (0..LANES).for_each(|image| turned[image][number] = lanes[image]);
            }
            kept.extend_from_slice(&turned);
        }
        for (kept, tile) in self.d_outputs.iter_mut().zip(tiles(self.units, TILE)) {
            for image in 0..LANES {
                d_output[tile.clone()].iter().for_each(|lanes| kept.push(lanes[image]));
            }
        }
    }

    /// d_weights[unit][input] = Σ d_output · input, and d_biases likewise, over all images kept.
    pub fn backward_weights(&self, d_weights: &mut [f32], d_biases: &mut [f32]) {
        for (tile, d_outputs) in tiles(self.units, TILE).zip(&self.d_outputs) {
            with_tile!(tile.len(), weight_sums(&self.inputs, d_outputs, tile.clone(), self.input.len(), d_weights));
            let d_biases = &mut d_biases[tile.clone()];
            d_biases.fill(0.0);
            for image in d_outputs.chunks_exact(tile.len()) {
                d_biases.iter_mut().zip(image).for_each(|(sum, d)| *sum += d);
            }
        }
    }

    /// From channels-last, as maps lie, to channels-first, as the weights of a dense layer count their inputs.
    fn order(&mut self, input: &[Lanes]) {
        for (place, channels) in input.chunks_exact(self.input.channels).enumerate() {
            let to = self.ordered[place..].iter_mut().step_by(self.input.area());
            to.zip(channels).for_each(|(to, from)| *to = *from);
        }
    }

    fn put_back(&self, d_input: &mut [Lanes]) {
        for (place, channels) in d_input.chunks_exact_mut(self.input.channels).enumerate() {
            let from = self.ordered[place..].iter().step_by(self.input.area());
            channels.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
    }
}

/// The weighted sums of `M` units. `weights` has a row of [input] for each.
#[inline(never)]
fn sums_of_rows<const M: usize>(weights: &[f32], inputs: &[Lanes], biases: &[f32], output: &mut [Lanes]) {
    let rows: [&[f32]; M] = std::array::from_fn(|m| &weights[m * inputs.len()..][..inputs.len()]);
    let mut sums: [Wide; M] = std::array::from_fn(|m| splat(biases[m]));
    for (at, input) in inputs.iter().enumerate() {
        let input = load(input);
        for m in 0..M {
            sums[m] += splat(rows[m][at]) * input;
        }
    }
    store(sums, output);
}

/// The gradients of `M` inputs from `first` on: sums over columns of `weights`, which are rows of [input].
#[inline(never)]
fn sums_of_columns<const M: usize>(
    weights: &[f32],
    inputs: usize,
    first: usize,
    d_outputs: &[Lanes],
    d_inputs: &mut [Lanes],
) {
    let mut sums = [Wide::ZERO; M];
    for (row, d_output) in weights.chunks_exact(inputs).zip(d_outputs) {
        let (weights, d_output): (&[f32; M], _) = (row[first..].first_chunk().expect("the tile"), load(d_output));
        for m in 0..M {
            sums[m] += splat(weights[m]) * d_output;
        }
    }
    store(sums, d_inputs);
}

#[inline(never)]
fn weight_sums<const M: usize>(
    inputs: &[Vec<Lanes>],
    d_outputs: &[f32],
    units: Range<usize>,
    width: usize,
    d_weights: &mut [f32],
) {
    let mut sums = [ZERO; M];
    for (eight, inputs) in inputs.iter().enumerate() {
        store(accumulate([Wide::ZERO; M], d_outputs.as_chunks::<M>().0, inputs), &mut sums);
        let columns = eight * LANES..(eight * LANES + LANES).min(width);
        for (unit, sums) in units.clone().zip(&sums) {
            d_weights[unit * width..][columns.clone()].copy_from_slice(&sums[..columns.len()]);
        }
    }
}
