//! Puts a frame of paper around an image, as for LeNet-5 of 1998, so that strokes at the edge of a digit can also be in the
//! middle of a filter.

use super::lanes::{LANES, Lanes};
use crate::Shape;

/// output = paper + (ink − paper) · input in the middle, paper `border` wide around it. Maps lie channels-last.
#[inline(never)]
pub fn forward(shape: Shape, border: usize, [paper, ink]: [f32; 2], input: &[Lanes], output: &mut [Lanes]) {
    output.fill([paper; LANES]);
    let Shape { channels, height, width } = shape;
    let row = (width + 2 * border) * channels;
    for y in 0..height {
        let from = &input[y * width * channels..][..width * channels];
        let to = &mut output[(y + border) * row + border * channels..][..width * channels];
        let numbers = to.as_flattened_mut().iter_mut().zip(from.as_flattened());
        numbers.for_each(|(to, x)| *to = paper + (ink - paper) * x);
    }
}
