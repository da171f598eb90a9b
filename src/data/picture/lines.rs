//! What is computed for every row and then for every column of a picture.

use super::grey::Grey;

/// Every row, or every column, changed by `change`.
pub fn along(grey: &Grey, length: usize, columns: bool, change: impl Fn(&[f32]) -> Vec<f32>) -> Grey {
    let mut out = grey.pixels.clone();
    let mut line = vec![0.0; length];
    for number in 0..grey.pixels.len() / length {
        let place = |at: usize| if columns { at * grey.width + number } else { number * grey.width + at };
        line.iter_mut().enumerate().for_each(|(at, value)| *value = grey.pixels[place(at)]);
        change(&line).into_iter().enumerate().for_each(|(at, value)| out[place(at)] = value);
    }
    Grey { width: grey.width, pixels: out }
}

/// The furthest value within `reach` of each place.
pub fn furthest(line: &[f32], reach: usize, choose: fn(f32, f32) -> f32) -> Vec<f32> {
    // Van Herk's: of blocks as long as the window, what is furthest from the block's start and to its end.
    let length = 2 * reach + 1;
    let at = |at: usize| line[at.saturating_sub(reach).min(line.len() - 1)];
    let padded: Vec<f32> = (0..(line.len() + 2 * reach).next_multiple_of(length)).map(at).collect();
    let (mut from_start, mut to_end) = (padded.clone(), padded);
    for block in from_start.chunks_exact_mut(length) {
        (1..length).for_each(|at| block[at] = choose(block[at], block[at - 1]));
    }
    for block in to_end.chunks_exact_mut(length) {
        (0..length - 1).rev().for_each(|at| block[at] = choose(block[at], block[at + 1]));
    }
    (0..line.len()).map(|at| choose(to_end[at], from_start[at + length - 1])).collect()
}

/// The mean within `reach` of each place.
pub fn mean_within(line: &[f32], reach: usize) -> Vec<f32> {
    let mut before = vec![0.0_f64];
    line.iter().for_each(|value| before.push(before[before.len() - 1] + f64::from(*value)));
    let mean = |at: usize| {
        let (low, high) = (at.saturating_sub(reach), (at + reach + 1).min(line.len()));
        ((before[high] - before[low]) / (high - low) as f64) as f32
    };
    (0..line.len()).map(mean).collect()
}
