//! Layers that multiply each number by a factor of its own: dropout, and the rectifiers whose slope below zero is learned or
//! drawn. The factors are kept for the backward pass.

use super::lanes::{LANES, Lanes, ZERO};
use super::noise::{starts, uniform};
use super::operation::{Gradients, Noise, Operation, Parameters};
use crate::Shape;

/// A randomised leaky ReLU draws its slopes uniformly between these (Xu, Wang, Chen, Li 2015, section 2.4).
pub const SLOPES: [f32; 2] = [1.0 / 8.0, 1.0 / 3.0];

/// The rule for the factors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Factor {
    /// 0 with this probability, else 1/(1 − it); 1 without noise.
    Dropout(f32),
    /// 1 above zero, else the map's slope.
    Parametric,
    /// 1 above zero, else a slope drawn from `SLOPES`; their mean without noise.
    Randomised,
}

/// An elementwise layer with the last block's factors. Maps lie channels-last.
pub struct Elementwise {
    factor: Factor,
    /// Its index in the network, from which its random numbers follow.
    layer: u32,
    shape: Shape,
    factors: Vec<Lanes>,
    input: Vec<Lanes>,
}

impl Elementwise {
    /// Layer number `layer` of a network, on maps of this shape.
    pub fn new(factor: Factor, layer: u32, shape: Shape) -> Self {
        let kept = if factor == Factor::Parametric { shape.len() } else { 0 };
        Elementwise { factor, layer, shape, factors: vec![ZERO; shape.len()], input: vec![ZERO; kept] }
    }

    /// Units are counted [map][row][column], unlike the numbers of a block.
    #[inline(always)]
    fn draw(&mut self, noise: Noise, factor: impl Fn(f32, f32) -> f32, input: &[Lanes]) {
        let starts = starts(noise.key, self.layer, noise.first);
        let (maps, area) = (self.shape.channels, self.shape.area());
        for (at, (factors, x)) in self.factors.iter_mut().zip(input).enumerate() {
            let unit = (at % maps * area + at / maps) as u32;
            *factors = std::array::from_fn(|lane| factor(uniform(starts[lane], unit), x[lane]));
        }
    }
}

impl Operation for Elementwise {
    /// output = input · factor. The biases of `Parametric` are its slopes, one per map.
    #[inline(never)]
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, noise: Option<Noise>, output: &mut [Lanes]) {
        let slopes = parameters.biases;
        match (self.factor, noise) {
            (Factor::Dropout(_), None) => self.factors.fill([1.0; LANES]),
            (Factor::Dropout(rate), Some(noise)) => {
                let kept = 1.0 / (1.0 - rate);
                self.draw(noise, |random, _| if random < rate { 0.0 } else { kept }, input);
            }
            (Factor::Randomised, None) => {
                let slope = (SLOPES[0] + SLOPES[1]) / 2.0;
                let numbers = self.factors.as_flattened_mut().iter_mut().zip(input.as_flattened());
                numbers.for_each(|(factor, &x)| *factor = if x > 0.0 { 1.0 } else { slope });
            }
            (Factor::Randomised, Some(noise)) => {
                let slope = |random: f32| SLOPES[0] + (SLOPES[1] - SLOPES[0]) * random;
                self.draw(noise, |random, x| if x > 0.0 { 1.0 } else { slope(random) }, input);
            }
            (Factor::Parametric, _) => {
                self.input.copy_from_slice(input);
                for (place, factors) in self.factors.chunks_exact_mut(slopes.len()).enumerate() {
                    for ((factor, x), &slope) in factors.iter_mut().zip(&input[place * slopes.len()..]).zip(slopes) {
                        *factor = x.map(|x| if x > 0.0 { 1.0 } else { slope });
                    }
                }
            }
        }
        multiply(&self.factors, input, output);
    }

    /// d_input = d_output · factor.
    #[inline(never)]
    fn backward_input(&mut self, d_output: &[Lanes], _: &[f32], d_input: &mut [Lanes]) {
        multiply(&self.factors, d_output, d_input);
    }

    /// d_slopes[map] += Σ d_output · input over all places where the input is not above zero.
    #[inline(never)]
    fn backward_weights(&mut self, _: bool, _: &[Lanes], d_output: &[Lanes], gradients: Gradients) {
        let d_slopes = gradients.biases;
        let maps = d_slopes.len();
        for (map, sum) in d_slopes.iter_mut().enumerate() {
            let mut sums = ZERO;
            let places = self.input[map..].iter().step_by(maps).zip(d_output[map..].iter().step_by(maps));
            for (x, d) in places {
                (0..LANES).for_each(|image| sums[image] += if x[image] > 0.0 { 0.0 } else { d[image] * x[image] });
            }
            let [a, b, c, d, e, f, g, h] = sums;
            *sum += ((a + b) + (c + d)) + ((e + f) + (g + h));
        }
    }
}

fn multiply(factors: &[Lanes], from: &[Lanes], to: &mut [Lanes]) {
    let numbers = to.as_flattened_mut().iter_mut().zip(from.as_flattened()).zip(factors.as_flattened());
    numbers.for_each(|((to, from), factor)| *to = from * factor);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Parameters = Parameters { weights: &[], biases: &[] };

    /// A share of `rate` becomes zero and the rest grows, so that the mean stays. Another key drops other numbers, and without
    /// noise nothing changes.
    #[test]
    fn dropout_keeps_the_mean() {
        let shape = Shape::new(4, 10, 10);
        let (input, mut output) = (vec![[2.0; LANES]; shape.len()], vec![ZERO; shape.len()]);
        let mut layer = Elementwise::new(Factor::Dropout(0.25), 1, shape);
        let mut dropped = |key| {
            layer.forward(&input, NONE, Some(Noise { key, first: 0 }), &mut output);
            output.as_flattened().to_vec()
        };
        let (one, other) = (dropped(5), dropped(6));
        let gone = one.iter().filter(|&&x| x == 0.0).count() as f32 / one.len() as f32;
        assert!((gone - 0.25).abs() < 0.03, "{gone} of all are zero");
        assert!(one.iter().all(|&x| x == 0.0 || (x - 2.0 / 0.75).abs() < 1e-6));
        assert!(one != other && one == dropped(5));
        layer.forward(&input, NONE, None, &mut output);
        assert_eq!(output, input);
    }
}
