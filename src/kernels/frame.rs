//! Puts a frame of paper around an image, as for LeNet-5 of 1998, so that strokes at the edge of a digit can also be in the
//! middle of a filter.

use super::lanes::{LANES, Lanes};
use super::operation::{Noise, Operation, Parameters};
use crate::Shape;

/// A frame around maps.
pub struct Frame {
    /// The shape of its input.
    pub input: Shape,
    /// Pixels of paper on each side.
    pub border: usize,
    /// The value that 0 becomes.
    pub paper: f32,
    /// The value that 1 becomes.
    pub ink: f32,
}

impl Operation for Frame {
    /// output = paper + (ink − paper) · input in the middle, and paper around it.
    #[inline(never)]
    fn forward(&mut self, input: &[Lanes], _: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let Frame { input: Shape { channels, height, width }, border, paper, ink } = *self;
        output.fill([paper; LANES]);
        let row = (width + 2 * border) * channels;
        for y in 0..height {
            let from = &input[y * width * channels..][..width * channels];
            let to = &mut output[(y + border) * row + border * channels..][..width * channels];
            let numbers = to.as_flattened_mut().iter_mut().zip(from.as_flattened());
            numbers.for_each(|(to, x)| *to = paper + (ink - paper) * x);
        }
    }

    /// No layer before a frame learns.
    fn backward_input(&mut self, _: &[Lanes], _: &[f32], _: &mut [Lanes]) {}
}
