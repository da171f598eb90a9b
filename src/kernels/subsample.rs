//! The subsampling of LeCun, Bottou, Bengio and Haffner 1998 (section II.B): the sum of a window, times a coefficient, plus a
//! bias. Each map learns one coefficient and one bias. Windows do not overlap. Maps lie channels-last.

use super::lanes::{Lanes, ZERO};
use super::operation::{Gradients, Noise, Operation, Parameters};
use crate::Shape;

/// A subsampling layer with the window sums of the last block.
pub struct Subsample {
    size: usize,
    input: Shape,
    output: Shape,
    sums: Vec<Lanes>,
}

impl Subsample {
    /// A subsampling layer from `input` to `output` with windows of `size` × `size`.
    pub fn new(size: usize, input: Shape, output: Shape) -> Self {
        Subsample { size, input, output, sums: vec![ZERO; output.len()] }
    }
}

impl Operation for Subsample {
    /// output[place][map] = coefficients[map] · Σ window + biases[map].
    #[inline(never)]
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let Parameters { weights: coefficients, biases } = parameters;
        let maps = self.output.channels;
        for place in 0..self.output.area() {
            let sums = &mut self.sums[place * maps..][..maps];
            sums.fill(ZERO);
            for number in 0..self.size * self.size {
                let seen = &input[seen(self.size, self.input, self.output, place, number)..][..maps];
                sums.as_flattened_mut().iter_mut().zip(seen.as_flattened()).for_each(|(sum, x)| *sum += x);
            }
            for (map, (to, sum)) in output[place * maps..][..maps].iter_mut().zip(sums).enumerate() {
                *to = sum.map(|sum| coefficients[map] * sum + biases[map]);
            }
        }
    }

    /// d_coefficients[map] += Σ d_output · the window's sum, d_biases[map] += Σ d_output.
    #[inline(never)]
    fn backward_weights(&mut self, _: bool, _: &[Lanes], d_output: &[Lanes], gradients: Gradients) {
        let maps = self.output.channels;
        for map in 0..maps {
            let (mut products, mut all) = (ZERO, ZERO);
            for (d, sum) in d_output[map..].iter().step_by(maps).zip(self.sums[map..].iter().step_by(maps)) {
                for (image, (product, total)) in products.iter_mut().zip(&mut all).enumerate() {
                    *product += d[image] * sum[image];
                    *total += d[image];
                }
            }
            gradients.weights[map] += add_up(products);
            gradients.biases[map] += add_up(all);
        }
    }

    /// d_input = d_output · the map's coefficient, for every number of the window.
    #[inline(never)]
    fn backward_input(&mut self, d_output: &[Lanes], coefficients: &[f32], d_input: &mut [Lanes]) {
        let maps = self.output.channels;
        d_input.fill(ZERO);
        for place in 0..self.output.area() {
            for number in 0..self.size * self.size {
                let seen = seen(self.size, self.input, self.output, place, number);
                for (map, d_input) in d_input[seen..][..maps].iter_mut().enumerate() {
                    *d_input = d_output[place * maps + map].map(|d| d * coefficients[map]);
                }
            }
        }
    }
}

/// The index of the first channel of input number `number` of the window at `place`.
fn seen(size: usize, input: Shape, output: Shape, place: usize, number: usize) -> usize {
    let y = place / output.width * size + number / size;
    let x = place % output.width * size + number % size;
    (y * input.width + x) * input.channels
}

fn add_up([a, b, c, d, e, f, g, h]: Lanes) -> f32 {
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}
