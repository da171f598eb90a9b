//! LeNet-5's output of 1998: Euclidean radial basis functions. Each digit has a unit, whose penalty is the squared distance
//! from its input to the picture of that digit (LeCun, Bottou, Bengio, Haffner 1998, section II.B, equation 7). The
//! pictures do not learn.
//!
//! The logit is minus the penalty: its softmax and cross-entropy are the paper's equation 9 without the constant j.

use super::lanes::{Lanes, ZERO};

/// A picture's width and height.
pub const CODE: [usize; 2] = [7, 12];
/// The numbers in a picture, −1 for paper and +1 for ink, and therefore in the layer's input.
pub const CODE_LENGTH: usize = CODE[0] * CODE[1];

/// Drawn after the paper's figure 3, which is printed as a picture and not as numbers.
const PICTURES: [[&str; 10]; 10] = [
    ["..###..", ".##.##.", "##...##", "##...##", "##...##", "##...##", "##...##", "##...##", ".##.##.", "..###.."],
    ["...##..", "..###..", ".####..", "...##..", "...##..", "...##..", "...##..", "...##..", "...##..", ".######"],
    [".#####.", "##...##", "##...##", ".....##", "....##.", "..###..", ".##....", "##.....", "##.....", "#######"],
    ["#######", ".....##", "....##.", "...##..", "..####.", ".....##", ".....##", ".....##", "##...##", ".#####."],
    [".....##", "....###", "...####", "..##.##", ".##..##", "##...##", "#######", ".....##", ".....##", ".....##"],
    ["#######", "##.....", "##.....", "######.", "##...##", ".....##", ".....##", ".....##", "##...##", ".#####."],
    ["..####.", ".##....", "##.....", "##.....", "######.", "###..##", "##...##", "##...##", "###..##", ".#####."],
    ["#######", ".....##", ".....##", "....##.", "...##..", "...##..", "..##...", "..##...", "..##...", "..##..."],
    [".#####.", "##...##", "##...##", "##...##", ".#####.", "##...##", "##...##", "##...##", "##...##", ".#####."],
    [".#####.", "##..###", "##...##", "##...##", "##..###", ".######", ".....##", ".....##", "....##.", ".####.."],
];

/// The pictures of the ten digits one after the other, row by row; their last two rows are paper.
pub fn codes() -> impl Iterator<Item = f32> {
    let picture = |rows: [&'static str; 10]| rows.into_iter().chain([".......", "......."]);
    let inked = |row: &'static str| row.bytes().map(|byte| if byte == b'#' { 1.0 } else { -1.0 });
    PICTURES.into_iter().flat_map(picture).flat_map(inked)
}

/// output[class] = −Σ (input − code)².
#[inline(never)]
pub fn forward(input: &[Lanes], codes: &[f32], output: &mut [Lanes]) {
    for (to, code) in output.iter_mut().zip(codes.chunks_exact(input.len())) {
        *to = ZERO;
        for (x, &w) in input.iter().zip(code) {
            to.iter_mut().zip(x).for_each(|(sum, x)| *sum -= (x - w) * (x - w));
        }
    }
}

/// d_input = Σ 2 · d_output[class] · (code − input).
///
/// Gradients from a softmax sum to zero, so the terms that all classes share, the input and the first code, are left out.
/// Where all pictures agree, the gradient is then exactly zero, and not a rounding error, which Adam would follow.
#[inline(never)]
pub fn backward_input(d_output: &[Lanes], codes: &[f32], d_input: &mut [Lanes]) {
    let length = d_input.len();
    for (k, to) in d_input.iter_mut().enumerate() {
        *to = ZERO;
        for (d, code) in d_output.iter().zip(codes.chunks_exact(length)) {
            let more = 2.0 * (code[k] - codes[k]);
            to.iter_mut().zip(d).for_each(|(sum, d)| *sum += more * d);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any two pictures differ in at least a sixth of the pixels.
    #[test]
    fn the_codes_are_ten_pictures_far_from_each_other() {
        let codes: Vec<f32> = codes().collect();
        assert_eq!(codes.len(), 10 * CODE_LENGTH);
        let pictures: Vec<&[f32]> = codes.chunks(CODE_LENGTH).collect();
        for (n, one) in pictures.iter().enumerate() {
            for other in &pictures[..n] {
                let apart = one.iter().zip(*other).filter(|(a, b)| a != b).count();
                assert!(apart >= 10, "{n} is {apart} pixels from another");
            }
        }
    }
}
