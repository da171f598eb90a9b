//! LeNet-5's output of 1998: Euclidean radial basis functions, a unit for each digit, whose penalty is how far what comes
//! in lies from the picture of that digit (LeCun, Bottou, Bengio, Haffner 1998, section II.B, equation 7). The pictures
//! do not learn.
//!
//! The logit is minus the penalty: softmax and cross-entropy of these is the paper's equation 9 without its constant j.

use super::lanes::{Lanes, ZERO};

/// A picture's width and height.
pub const CODE: [usize; 2] = [7, 12];
/// Its numbers, −1 paper and +1 ink, and so how many inputs such a layer has.
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
/// Gradients that come from a softmax add up to zero, so what all classes have in common, the input and the first code, is
/// left out: where all pictures agree exactly nothing is handed back, and not rounding errors, which Adam would follow.
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

    /// No two digits are told apart by less than a sixth of the pixels.
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
