//! Subsampling after LeCun, Bottou, Bengio and Haffner 1998 (section II.B): the sum of each window times a coefficient plus a
//! bias. Each map learns one coefficient and one bias. Windows lie side by side. Maps lie channels-last.

use super::lanes::{Lanes, ZERO};
use crate::Shape;

/// A subsampling layer, and the sums of the last block's windows.
pub struct Subsample {
    size: usize,
    input: Shape,
    output: Shape,
    sums: Vec<Lanes>,
}

impl Subsample {
    /// A layer with windows of `size` × `size` that turns maps of one shape into maps of another.
    pub fn new(size: usize, input: Shape, output: Shape) -> Self {
        Subsample { size, input, output, sums: vec![ZERO; output.len()] }
    }

    /// output[place][map] = coefficients[map] · Σ window + biases[map].
    #[inline(never)]
    pub fn forward(&mut self, input: &[Lanes], coefficients: &[f32], biases: &[f32], output: &mut [Lanes]) {
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
    pub fn backward_weights(&self, d_output: &[Lanes], d_coefficients: &mut [f32], d_biases: &mut [f32]) {
        let maps = self.output.channels;
        for map in 0..maps {
            let (mut products, mut all) = (ZERO, ZERO);
            for (d, sum) in d_output[map..].iter().step_by(maps).zip(self.sums[map..].iter().step_by(maps)) {
                for (image, (product, total)) in products.iter_mut().zip(&mut all).enumerate() {
                    *product += d[image] * sum[image];
                    *total += d[image];
                }
            }
            d_coefficients[map] += add_up(products);
            d_biases[map] += add_up(all);
        }
    }

    /// d_input = d_output · the map's coefficient, for every number of the window.
    #[inline(never)]
    pub fn backward_input(&self, d_output: &[Lanes], coefficients: &[f32], d_input: &mut [Lanes]) {
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

/// Where the channels of the `number`-th input of the window at `place` start.
fn seen(size: usize, input: Shape, output: Shape, place: usize, number: usize) -> usize {
    let y = place / output.width * size + number / size;
    let x = place % output.width * size + number % size;
    (y * input.width + x) * input.channels
}

fn add_up([a, b, c, d, e, f, g, h]: Lanes) -> f32 {
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}
