//! Pooling, forward and backward, on a block of eight images. Maps lie channels-last.

use super::lanes::{Lanes, Wide, ZERO, load, splat};
use super::operation::{Noise, Operation, Parameters};
use crate::{Shape, Window};

/// The function that a pooling layer computes over its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum PoolKind {
    /// The largest number, the first of equal ones in reading order.
    Max,
    /// The mean.
    Average,
    /// The root of the sum of squares. Where it is 0 its derivatives are 0, as in PyTorch.
    L2,
}

/// A pooling layer with what it keeps for the backward pass.
pub struct Pool {
    kind: PoolKind,
    window: Window,
    input: Shape,
    output: Shape,
    /// The place of each window's maximum within the window, in reading order: [row][column][channel]. It is a float so that
    /// it can be compared and selected like the values. Only `Max` has it.
    winners: Vec<Lanes>,
    /// The last input and output of `forward`. Only `L2` has them, because its derivative depends on both.
    kept: (Vec<Lanes>, Vec<Lanes>),
}

impl Pool {
    /// A pooling layer from `input` to `output`, whose sizes must fit the window.
    pub fn new(kind: PoolKind, window: Window, input: Shape, output: Shape) -> Self {
        let winners = if kind == PoolKind::Max { output.len() } else { 0 };
        Pool { kind, window, input, output, winners: vec![ZERO; winners], kept: Default::default() }
    }
}

impl Operation for Pool {
    /// output[place][channel] = the largest, the mean or the root of the sum of squares of the window at `place`.
    fn forward(&mut self, input: &[Lanes], _: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let channels = self.output.channels;
        for place in 0..self.output.area() {
            let output = &mut output[place * channels..][..channels];
            for number in 0..self.window.size * self.window.size {
                let input = &input[self.seen(place, number)..][..channels];
                match self.kind {
                    PoolKind::Average if number == 0 => output.copy_from_slice(input),
                    PoolKind::Average => add(output, input),
                    PoolKind::L2 => add_squares(output, input, number == 0),
                    PoolKind::Max if number == 0 => {
                        output.copy_from_slice(input);
                        self.winners[place * channels..][..channels].fill(ZERO);
                    }
                    PoolKind::Max => {
                        largest(output, &mut self.winners[place * channels..][..channels], input, number as f32);
                    }
                }
            }
            if self.kind == PoolKind::Average {
                output.as_flattened_mut().iter_mut().for_each(|x| *x *= self.share());
            }
            if self.kind == PoolKind::L2 {
                output.as_flattened_mut().iter_mut().for_each(|x| *x = x.sqrt());
            }
        }
        if self.kind == PoolKind::L2 {
            self.kept.0.clear();
            self.kept.0.extend_from_slice(input);
            self.kept.1.clear();
            self.kept.1.extend_from_slice(output);
        }
    }

    /// Distributes the gradient of each window: to its maximum, in equal shares to all inputs, or in shares of
    /// input/output.
    fn backward_input(&mut self, d_output: &[Lanes], _: &[f32], d_input: &mut [Lanes]) {
        let channels = self.output.channels;
        d_input.fill(ZERO);
        for place in 0..self.output.area() {
            let d_output = &d_output[place * channels..][..channels];
            for number in 0..self.window.size * self.window.size {
                let d_input = &mut d_input[self.seen(place, number)..][..channels];
                match self.kind {
                    PoolKind::Average => {
                        let share = self.share();
                        let numbers = d_input.as_flattened_mut().iter_mut().zip(d_output.as_flattened());
                        numbers.for_each(|(d_input, d_output)| *d_input += d_output * share);
                    }
                    PoolKind::L2 => {
                        let input = &self.kept.0[self.seen(place, number)..][..channels];
                        share_by_size(d_input, input, &self.kept.1[place * channels..][..channels], d_output);
                    }
                    PoolKind::Max => {
                        give(d_input, &self.winners[place * channels..][..channels], d_output, number as f32);
                    }
                }
            }
        }
    }
}

impl Pool {
    /// The index of the first channel of input number `number` of the window at `place`.
    fn seen(&self, place: usize, number: usize) -> usize {
        let Window { size, stride, .. } = self.window;
        let y = place / self.output.width * stride + number / size;
        let x = place % self.output.width * stride + number % size;
        (y * self.input.width + x) * self.input.channels
    }

    fn share(&self) -> f32 {
        1.0 / (self.window.size * self.window.size) as f32
    }
}

fn add(output: &mut [Lanes], input: &[Lanes]) {
    output.as_flattened_mut().iter_mut().zip(input.as_flattened()).for_each(|(sum, x)| *sum += x);
}

fn largest(output: &mut [Lanes], winners: &mut [Lanes], input: &[Lanes], number: f32) {
    for ((best, winner), x) in output.iter_mut().zip(winners).zip(input) {
        let wins = load(x).simd_gt(load(best));
        *winner = wins.select(splat(number), load(winner)).to_array();
        *best = wins.select(load(x), load(best)).to_array();
    }
}

fn give(d_input: &mut [Lanes], winners: &[Lanes], d_output: &[Lanes], number: f32) {
    for ((d_input, winner), d_output) in d_input.iter_mut().zip(winners).zip(d_output) {
        let given = load(winner).simd_eq(splat(number)).select(load(d_output), Wide::ZERO);
        *d_input = (load(d_input) + given).to_array();
    }
}

fn add_squares(output: &mut [Lanes], input: &[Lanes], first: bool) {
    for (sum, x) in output.iter_mut().zip(input) {
        let before = if first { Wide::ZERO } else { load(sum) };
        *sum = (before + load(x) * load(x)).to_array();
    }
}

fn share_by_size(d_input: &mut [Lanes], input: &[Lanes], output: &[Lanes], d_output: &[Lanes]) {
    for (((d_input, x), y), d_output) in d_input.iter_mut().zip(input).zip(output).zip(d_output) {
        let share = load(y).simd_eq(Wide::ZERO).select(Wide::ZERO, load(x) / load(y));
        *d_input = (load(d_input) + share * load(d_output)).to_array();
    }
}
