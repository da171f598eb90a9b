//! Convolution (cross-correlation, as in every library), forward and backward, on a block of eight images.
//!
//! Maps lie channels-last, [row][column][channel], so that the part of a window on one row of the image is one run
//! of `size`·`channels` numbers, whatever the layer. Every sum below is a walk along such runs.

use super::lanes::{Lanes, Wide, ZERO, accumulate, load, splat, store, tiles, total, with_tile};
use super::operation::{Gradients, Noise, Operation, Parameters};
use crate::{Shape, Window};
use std::ops::Range;
use wide::f32x4;

/// The maximum number of filters, or input channels, that `accumulate` sums at once.
const TILE: usize = 4;
/// The maximum number of filters × weights along a window's row whose gradients are summed at once. 9 sums, 3 inputs and a
/// gradient fit V8's 15 registers; with 2 × 5 it spills one and waits for it in every step of the loop.
const GRADIENT_TILE: (usize, usize) = (3, 3);

/// A convolution with its weights, packed for the kernels, and its buffers.
pub struct Conv {
    window: Window,
    input: Shape,
    output: Shape,
    /// The windows that see each row of the input, and each column.
    rows: Vec<Seen>,
    columns: Vec<Seen>,
    /// The input with its border of zeros, [row][column][channel]; empty where there is no padding.
    padded: Vec<Lanes>,
    /// [tile of filters][row][column][channel][filter in tile].
    forward: Vec<f32>,
    /// [tile of channels][row][column class][column][filter][channel in tile]; see `backward_input`.
    backward: Vec<f32>,
}

impl Conv {
    /// A convolution from `input` to `output`, whose sizes must fit the window.
    pub fn new(window: Window, input: Shape, output: Shape) -> Self {
        let Window { size, padding, .. } = window;
        let weights = size * size * input.channels * output.channels;
        let seen = |length, places| (0..length).map(|at| Seen::new(at, window, places)).collect();
        let padded = (input.height + 2 * padding) * (input.width + 2 * padding) * input.channels;
        Conv {
            window,
            input,
            output,
            rows: seen(input.height, output.height),
            columns: seen(input.width, output.width),
            padded: vec![ZERO; if padding == 0 { 0 } else { padded }],
            forward: vec![0.0; weights],
            backward: vec![0.0; weights],
        }
    }
}

impl Operation for Conv {
    /// Weights are [filter][channel][row][column].
    fn pack(&mut self, weights: &[f32]) {
        let (size, stride, channels, filters) =
            (self.window.size, self.window.stride, self.input.channels, self.output.channels);
        let weight = |f: usize, c: usize, y: usize, x: usize| weights[((f * channels + c) * size + y) * size + x];
        let mut at = self.forward.iter_mut();
        for tile in tiles(filters, TILE) {
            for_each([size, size, channels], |[y, x, c]| {
                tile.clone().for_each(|f| *at.next().expect("as many as weights") = weight(f, c, y, x));
            });
        }
        let mut at = self.backward.iter_mut();
        for tile in tiles(channels, TILE) {
            for y in 0..size {
                for x in (0..stride).flat_map(|class| (class..size).step_by(stride).rev()) {
                    for f in 0..filters {
                        tile.clone().for_each(|c| *at.next().expect("as many as weights") = weight(f, c, y, x));
                    }
                }
            }
        }
    }

    /// output[place][filter] = bias + Σ weight · input, over the window at `place`. Keeps the padded input for
    /// `backward_weights`.
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let biases = parameters.biases;
        self.pad(input);
        let mut weights = self.forward.as_slice();
        for tile in tiles(self.output.channels, TILE) {
            let (these, rest) = weights.split_at(tile.len() * self.run() * self.window.size);
            weights = rest;
            with_tile!(tile.len(), forward_tile(self, self.source(input), these, biases, tile, output));
        }
    }

    /// d_weights[filter][channel][row][column] += Σ d_output · input, and d_biases likewise, over all places and the
    /// eight images.
    fn backward_weights(&mut self, _: bool, input: &[Lanes], d_output: &[Lanes], gradients: Gradients) {
        self.bias_gradients(d_output, gradients.biases);
        let source = self.source(input);
        for filters in tiles(self.output.channels, GRADIENT_TILE.0) {
            for y in 0..self.window.size {
                for run in tiles(self.run(), GRADIENT_TILE.1) {
                    self.gradient_tile(source, d_output, filters.clone(), y, run, gradients.weights);
                }
            }
        }
    }

    /// d_input[row][column][channel] = Σ weight · d_output, over the windows that see it.
    ///
    /// Input column x is seen through the columns k of the window with x + padding − k = stride · place: those of the class
    /// (x + padding) mod stride. As k falls the place rises. So the weights of a class are packed by falling k, and they and
    /// the gradients at these places are two runs that are read side by side.
    fn backward_input(&mut self, d_output: &[Lanes], _: &[f32], d_input: &mut [Lanes]) {
        let mut weights = self.backward.as_slice();
        for tile in tiles(self.input.channels, TILE) {
            let (these, rest) =
                weights.split_at(tile.len() * self.window.size * self.window.size * self.output.channels);
            weights = rest;
            with_tile!(tile.len(), backward_tile(self, d_output, these, tile, d_input));
        }
    }
}

impl Conv {
    /// Each sum is eight partial sums, one per image, until the end.
    fn bias_gradients(&self, d_output: &[Lanes], d_biases: &mut [f32]) {
        for (f, d_bias) in d_biases.iter_mut().enumerate() {
            let places = d_output[f..].iter().step_by(self.output.channels);
            let sum = places.fold(Wide::ZERO, |sum, lanes| sum + load(lanes)).to_array();
            *d_bias += total(half_of(&sum, 0) + half_of(&sum, 1));
        }
    }

    /// How many numbers the part of a window on one row has.
    fn run(&self) -> usize {
        self.window.size * self.input.channels
    }

    /// How many numbers a row of the padded input has.
    fn row(&self) -> usize {
        (self.input.width + 2 * self.window.padding) * self.input.channels
    }

    fn source<'a>(&'a self, input: &'a [Lanes]) -> &'a [Lanes] {
        if self.padded.is_empty() { input } else { &self.padded }
    }

    fn pad(&mut self, input: &[Lanes]) {
        if self.padded.is_empty() {
            return;
        }
        let (row, border) = (self.row(), self.window.padding * self.input.channels);
        let inside = self.padded.chunks_exact_mut(row).skip(self.window.padding);
        for (padded, input) in inside.zip(input.chunks_exact(self.input.width * self.input.channels)) {
            padded[border..row - border].copy_from_slice(input);
        }
    }

    /// Adds one tile of weight gradients: `filters` × the part `run` of the window's row `y`.
    fn gradient_tile(
        &self,
        source: &[Lanes],
        d_output: &[Lanes],
        filters: Range<usize>,
        y: usize,
        run: Range<usize>,
        d_weights: &mut [f32],
    ) {
        let (size, channels) = (self.window.size, self.input.channels);
        let mut sums = [0.0; GRADIENT_TILE.0 * GRADIENT_TILE.1];
        macro_rules! sums {
            ($filters:literal, $run:literal) => {{
                let tile = gradient_sums::<$filters, $run>(self, source, d_output, filters.start, y, run.start);
                sums[..$filters * $run].copy_from_slice(tile.as_flattened());
            }};
        }
        match (filters.len(), run.len()) {
            (1, 1) => sums!(1, 1),
            (1, 2) => sums!(1, 2),
            (1, 3) => sums!(1, 3),
            (2, 1) => sums!(2, 1),
            (2, 2) => sums!(2, 2),
            (2, 3) => sums!(2, 3),
            (3, 1) => sums!(3, 1),
            (3, 2) => sums!(3, 2),
            (3, 3) => sums!(3, 3),
            _ => unreachable!("no such tile"),
        }
        let mut sums = sums.iter();
        for f in filters {
            for (r, sum) in run.clone().zip(&mut sums) {
                let (x, c) = (r / channels, r % channels);
                d_weights[((f * channels + c) * size + y) * size + x] += sum;
            }
        }
    }
}

#[inline(never)]
fn forward_tile<const M: usize>(
    conv: &Conv,
    source: &[Lanes],
    weights: &[f32],
    biases: &[f32],
    tile: Range<usize>,
    output: &mut [Lanes],
) {
    let (weights, _) = weights.as_chunks::<M>();
    let (row, run, stride) = (conv.row(), conv.run(), conv.window.stride);
    let start: [Wide; M] = std::array::from_fn(|m| splat(biases[tile.start + m]));
    for y in 0..conv.output.height {
        for x in 0..conv.output.width {
            let mut sums = start;
            for (k, weights) in weights.chunks_exact(run).enumerate() {
                let at = (y * stride + k) * row + x * stride * conv.input.channels;
                sums = accumulate(sums, weights, &source[at..at + run]);
            }
            let place = (y * conv.output.width + x) * conv.output.channels;
            store(sums, &mut output[place + tile.start..place + tile.end]);
        }
    }
}

#[inline(never)]
fn backward_tile<const M: usize>(
    conv: &Conv,
    d_output: &[Lanes],
    weights: &[f32],
    tile: Range<usize>,
    d_input: &mut [Lanes],
) {
    let (weights, _) = weights.as_chunks::<M>();
    let (size, filters, width) = (conv.window.size, conv.output.channels, conv.output.width);
    for (y, rows) in conv.rows.iter().enumerate() {
        for (x, columns) in conv.columns.iter().enumerate() {
            let mut sums = [Wide::ZERO; M];
            for place_y in rows.places.clone() {
                let ky = y + conv.window.padding - place_y * conv.window.stride;
                let at = (place_y * width + columns.places.start) * filters;
                let run = columns.places.len() * filters;
                let packed = (ky * size + columns.packed) * filters;
                sums = accumulate(sums, &weights[packed..packed + run], &d_output[at..at + run]);
            }
            let at = (y * conv.input.width + x) * conv.input.channels;
            store(sums, &mut d_input[at + tile.start..at + tile.end]);
        }
    }
}

/// The windows along one axis that see an input coordinate.
struct Seen {
    /// Their places.
    places: Range<usize>,
    /// The index of the weight for the first of these places, in the packed order of `Conv::pack`.
    packed: usize,
}

impl Seen {
    fn new(coordinate: usize, window: Window, places: usize) -> Self {
        let Window { size, stride, padding } = window;
        let (last, class) = ((coordinate + padding) / stride, (coordinate + padding) % stride);
        // Offsets class, class + stride, … below size see it from the places last, last − 1, …
        let members = (size.saturating_sub(class)).div_ceil(stride);
        let end = (last + 1).min(places);
        let start = (last + 1).saturating_sub(members).min(end);
        let before: usize = (0..class).map(|class| (size - class.min(size)).div_ceil(stride)).sum();
        Seen { places: start..end, packed: before + members - (last + 1 - start).min(members) }
    }
}

/// Σ over places and images of d_output[place][f + m] · input[window row y, r + t], for `M` filters and `T` weights.
///
/// The sum runs over images too, so four lanes are enough: images 0 to 3 are added first, then 4 to 7.
#[inline(never)]
fn gradient_sums<const M: usize, const T: usize>(
    conv: &Conv,
    source: &[Lanes],
    d_output: &[Lanes],
    f: usize,
    y: usize,
    r: usize,
) -> [[f32; T]; M] {
    let mut sums = [[f32x4::ZERO; T]; M];
    let (width, filters) = (conv.output.width, conv.output.channels);
    let (stride, step) = (conv.window.stride, conv.window.stride * conv.input.channels);
    for (place_y, d_row) in d_output.chunks_exact(width * filters).enumerate() {
        let row = &source[(place_y * stride + y) * conv.row() + r..];
        let places = d_row[f..].array_windows::<M>().step_by(filters);
        for (d_outputs, inputs) in places.zip(row.array_windows::<T>().step_by(step)) {
            for half in 0..2 {
                let d: [f32x4; M] = std::array::from_fn(|m| half_of(&d_outputs[m], half));
                for t in 0..T {
                    let input = half_of(&inputs[t], half);
                    for m in 0..M {
                        sums[m][t] += d[m] * input;
                    }
                }
            }
        }
    }
    sums.map(|sums| sums.map(total))
}

/// Images 0 to 3, or 4 to 7.
#[inline(always)]
fn half_of(lanes: &Lanes, half: usize) -> f32x4 {
    f32x4::new(lanes.as_chunks().0[half])
}

/// Calls `body` with every index into an array of `sizes`; the last index runs fastest.
fn for_each(sizes: [usize; 3], mut body: impl FnMut([usize; 3])) {
    for i in 0..sizes[0] {
        for j in 0..sizes[1] {
            (0..sizes[2]).for_each(|k| body([i, j, k]));
        }
    }
}
