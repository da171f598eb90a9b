//! LeNet-5's output of 1998: a Euclidean radial basis function for each digit. Its penalty is the squared distance of its
//! input from a picture of the digit (LeCun, Bottou, Bengio, Haffner 1998, section II.B, equation 7). The pictures, also
//! called codes, do not learn.
//!
//! The logit is minus the penalty: its softmax and cross-entropy are the paper's equation 9 without the constant j.

use super::lanes::{Lanes, ZERO};
use super::operation::{Noise, Operation, Parameters};

/// A picture's width and height.
pub const CODE: [usize; 2] = [7, 12];
/// How many numbers a picture has, −1 for paper and +1 for ink, and so how many inputs the layer has.
pub const CODE_LENGTH: usize = CODE[0] * CODE[1];

/// Read off figure 3 of the paper, which prints pictures and no numbers.
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

/// The codes of the ten digits one after the other, row by row. The last two rows of each are paper.
pub fn codes() -> impl Iterator<Item = f32> {
    let picture = |rows: [&'static str; 10]| rows.into_iter().chain([".......", "......."]);
    let inked = |row: &'static str| row.bytes().map(|byte| if byte == b'#' { 1.0 } else { -1.0 });
    PICTURES.into_iter().flat_map(picture).flat_map(inked)
}

/// The output layer. Its weights are the codes, [class][number].
pub struct Rbf;

impl Operation for Rbf {
    /// output[class] = −Σ (input − code)², for each place of its input; only a sliding network has more than one.
    #[inline(never)]
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let codes = parameters.weights;
        let places = output.chunks_exact_mut(codes.len() / CODE_LENGTH);
        for (output, input) in places.zip(input.chunks_exact(CODE_LENGTH)) {
            for (to, code) in output.iter_mut().zip(codes.chunks_exact(CODE_LENGTH)) {
                *to = ZERO;
                for (x, &w) in input.iter().zip(code) {
                    to.iter_mut().zip(x).for_each(|(sum, x)| *sum -= (x - w) * (x - w));
                }
            }
        }
    }

    /// d_input = Σ 2 · d_output[class] · (code − input).
    ///
    /// The gradients of a softmax add up to zero, so the input and the first code, which all classes share, are left out.
    /// Where all codes agree the gradient is then exactly zero, and not a rounding error that Adam would follow.
    #[inline(never)]
    fn backward_input(&mut self, d_output: &[Lanes], codes: &[f32], d_input: &mut [Lanes]) {
        for (k, to) in d_input.iter_mut().enumerate() {
            *to = ZERO;
            for (d, code) in d_output.iter().zip(codes.chunks_exact(CODE_LENGTH)) {
                let more = 2.0 * (code[k] - codes[k]);
                to.iter_mut().zip(d).for_each(|(sum, d)| *sum += more * d);
            }
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
