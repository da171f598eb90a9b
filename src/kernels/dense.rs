//! Dense layers, forward and backward. Forward and the gradients of the input work on a block of eight images. The gradients
//! of the weights are sums over images, so they are computed at once for all images of a shard.

use super::lanes::{LANES, Lanes, Wide, ZERO, accumulate, load, splat, store, tiles, with_tile};
use super::operation::{Gradients, Noise, Operation, Parameters};
use crate::Shape;
use std::ops::Range;

/// The maximum number of units, or inputs, summed at once.
const TILE: usize = 4;

/// A dense layer, and what it keeps of the blocks. It reads its weights from the parameters as they lie there, [unit][input].
pub struct Dense {
    input: Shape,
    units: usize,
    /// A block's input by channel, row and column, which is the order of the weights.
    ordered: Vec<Lanes>,
    /// The input of every image kept, [eight inputs][image]: eight numbers of one image side by side.
    inputs: Vec<Vec<Lanes>>,
    /// The gradients of the pre-activations of every image kept: [tile of units][image][unit in tile].
    d_outputs: Vec<Vec<f32>>,
}

impl Dense {
    /// A dense layer from maps of this shape to `units` units.
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
}

impl Operation for Dense {
    /// output[unit] = bias + Σ weight · input.
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let Parameters { weights, biases } = parameters;
        self.order(input);
        for tile in tiles(self.units, TILE) {
            let rows = &weights[tile.start * self.ordered.len()..tile.end * self.ordered.len()];
            let biases = &biases[tile.clone()];
            with_tile!(tile.len(), sums_of_rows(rows, &self.ordered, biases, &mut output[tile]));
        }
    }

    /// d_input[input] = Σ weight · d_output.
    fn backward_input(&mut self, d_output: &[Lanes], weights: &[f32], d_input: &mut [Lanes]) {
        let inputs = self.ordered.len();
        for tile in tiles(inputs, TILE) {
            with_tile!(tile.len(), sums_of_columns(weights, inputs, tile.start, d_output, &mut self.ordered[tile]));
        }
        self.put_back(d_input);
    }

    /// Keeps the block's input, which `forward` has ordered, and `d_output` until `finish`.
    fn backward_weights(&mut self, start: bool, _: &[Lanes], d_output: &[Lanes], _: Gradients) {
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

    fn finishes(&self) -> bool {
        true
    }

    /// d_weights[unit][input] += Σ d_output · input, and d_biases likewise, over all images kept.
    fn finish(&mut self, gradients: Gradients) {
        let Gradients { weights: d_weights, biases: d_biases } = gradients;
        for (tile, d_outputs) in tiles(self.units, TILE).zip(&self.d_outputs) {
            with_tile!(tile.len(), weight_sums(&self.inputs, d_outputs, tile.clone(), self.input.len(), d_weights));
            for (unit, d_bias) in d_biases[tile.clone()].iter_mut().enumerate() {
                *d_bias += d_outputs.iter().skip(unit).step_by(tile.len()).fold(0.0, |sum, d| sum + d);
            }
        }
    }
}

impl Dense {
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

/// Sums over the rows of `weights`, [row][input], for the `M` columns from `first` on.
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
    for (eight, inputs) in inputs.iter().enumerate() {
        let sums = accumulate([Wide::ZERO; M], d_outputs.as_chunks::<M>().0, inputs);
        for (unit, sum) in units.clone().zip(sums) {
            let row = &mut d_weights[unit * width + eight * LANES..(unit + 1) * width];
            match row.first_chunk_mut() {
                Some(eight) => *eight = (load(eight) + sum).to_array(),
                None => row.iter_mut().zip(sum.to_array()).for_each(|(d, x)| *d += x),
            }
        }
    }
}
