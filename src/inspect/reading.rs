//! The digits read off a score map, from left to right.
//!
//! Between two digits the network predicts nonsense with confidence, because it was never trained on such images. So a
//! window counts only where its ink has its centre of mass in the middle, as MNIST's digits have, and every column of ink
//! belongs to exactly one digit. Dynamic programming finds the likeliest way to cut the canvas into digits, as Viterbi's
//! algorithm does in the space displacement network and in heuristic over-segmentation (LeCun, Bottou, Bengio, Haffner
//! 1998, sections V and VII). Each piece of ink between two cuts scores the logarithm of its probability, less the
//! penalties below. Its centre of mass lies between places of the window, so its logits are interpolated from the four
//! places around it, which is more reliable than any one of them. All scores are in nats.

use crate::backend::cpu::ScoreMap;
use crate::data::{Canvas, digit};

/// The maximum width of a digit, in columns. MNIST's digits were fitted into 20 pixels; grey edges make them wider.
const WIDEST: usize = digit::FIT as usize + 2;
/// How far beyond the outermost places of the window's middle the centre of mass of a digit can lie, in pixels.
const OUTSIDE: f64 = 4.0;
/// The penalty on each digit. Without it, a dot would be read as a digit.
const DIGIT: f32 = 0.5;
/// The penalty on each pixel of ink that is cut through.
const CUT: f32 = 0.3;
/// The penalty on each blank column within a digit.
const GAP: f32 = 0.3;
/// The penalty on each pixel of ink that belongs to no digit.
const UNREAD: f32 = 0.05;
/// A column with less ink than this is blank.
const INKED: f32 = 0.3;

/// A digit that was read, and its part of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Digit {
    /// The predicted class.
    pub label: u8,
    /// Its probability.
    pub probability: f32,
    /// The nearest row and column of the score map.
    pub place: [usize; 2],
    /// The first column of its ink, and the column after the last.
    pub columns: [usize; 2],
}

/// The digits on the canvas from left to right. Blank paper has none.
pub fn read_off(canvas: &Canvas, scores: &ScoreMap) -> Vec<Digit> {
    let ink = Ink::of(canvas);
    let mut best: Vec<(f32, Option<Digit>)> = Vec::with_capacity(canvas.width + 1);
    best.push((0.0, None));
    for end in 1..=canvas.width {
        // Either the last column belongs to no digit, or a digit that begins further left ends with it.
        let mut here = (best[end - 1].0 - UNREAD * ink.columns[end - 1], None);
        let starts = end.saturating_sub(WIDEST)..end;
        for start in starts.filter(|&start| ink.is_inked(start) && ink.is_inked(end - 1)) {
            let (score, digit) = ink.read(start, end, scores);
            let score = best[start].0 + score;
            if score > here.0 {
                here = (score, Some(digit));
            }
        }
        best.push(here);
    }
    let mut digits = Vec::new();
    let mut end = canvas.width;
    while end > 0 {
        end = match best[end].1 {
            Some(digit) => {
                digits.push(digit);
                digit.columns[0]
            }
            None => end - 1,
        };
    }
    digits.reverse();
    digits
}

/// The distribution of the ink on a canvas.
struct Ink {
    /// The ink in each column.
    columns: Vec<f32>,
    /// The ink that a cut before each column, and after the last, goes through: in each row the lesser of the two pixels
    /// beside the cut.
    cuts: Vec<f32>,
    /// Totals over the columns before each column: the ink, its moments by x and y, and the number of blank columns. In
    /// f64, because differences of them are taken.
    before: Vec<[f64; 4]>,
}

impl Ink {
    fn of(canvas: &Canvas) -> Ink {
        let Canvas { height, width, ref pixels } = *canvas;
        let at = |y: usize, x: usize| pixels[y * width + x];
        let (mut columns, mut cuts, mut before) = (Vec::new(), vec![0.0], vec![[0.0; 4]]);
        let mut sum = [0.0; 4];
        for x in 0..width {
            let column: f32 = (0..height).map(|y| at(y, x)).sum();
            columns.push(column);
            let through = |y: usize| if x + 1 < width { at(y, x).min(at(y, x + 1)) } else { 0.0 };
            cuts.push((0..height).map(through).sum());
            for y in 0..height {
                let ink = f64::from(at(y, x));
                let parts = [ink, ink * (x as f64 + 0.5), ink * (y as f64 + 0.5), 0.0];
                sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            }
            sum[3] += if column < INKED { 1.0 } else { 0.0 };
            before.push(sum);
        }
        Ink { columns, cuts, before }
    }

    fn is_inked(&self, column: usize) -> bool {
        self.columns[column] >= INKED
    }

    /// The columns `start..end` read as one digit, and the score of that.
    fn read(&self, start: usize, end: usize, scores: &ScoreMap) -> (f32, Digit) {
        let of = |part: usize| self.before[end][part] - self.before[start][part];
        let (mass, blank) = (of(0), of(3) as f32);
        let middle = [of(2) / mass, of(1) / mass];
        let (rows, columns) =
            (Between::of(middle[0], scores, scores.rows), Between::of(middle[1], scores, scores.columns));
        let (label, probability) = likeliest(scores, &rows, &columns);
        let place = [rows.nearest(), columns.nearest()];
        let centred = if rows.outside.max(columns.outside) > OUTSIDE { f32::NEG_INFINITY } else { 0.0 };
        // The two pieces beside a cut share its penalty.
        let cuts = (self.cuts[start] + self.cuts[end]) / 2.0;
        let score = libm::logf(probability) + centred - DIGIT - CUT * cuts - GAP * blank;
        (score, Digit { label, probability, place, columns: [start, end] })
    }
}

/// The two places that a window stands between, along one axis.
struct Between {
    /// The place before and the one after.
    places: [usize; 2],
    /// The weight of each place in the interpolation; they sum to 1.
    shares: [f32; 2],
    /// The distance beyond the first or the last place, in pixels.
    outside: f64,
}

impl Between {
    /// The window whose middle is at pixel `middle` of an axis with `places` places.
    fn of(middle: f64, scores: &ScoreMap, places: usize) -> Between {
        let at = (middle - scores.window as f64 / 2.0) / scores.stride as f64;
        let within = at.clamp(0.0, (places - 1) as f64);
        let before = within as usize;
        let after = (within - before as f64) as f32;
        let outside = (at - within).abs() * scores.stride as f64;
        Between { places: [before, (before + 1).min(places - 1)], shares: [1.0 - after, after], outside }
    }

    fn nearest(&self) -> usize {
        self.places[usize::from(self.shares[1] > 0.5)]
    }
}

/// The class with the largest interpolated logit, and its probability.
fn likeliest(scores: &ScoreMap, rows: &Between, columns: &Between) -> (u8, f32) {
    let interpolated = |class: &[f32]| {
        let mut logit = 0.0;
        for (row, down) in rows.places.into_iter().zip(rows.shares) {
            for (column, along) in columns.places.into_iter().zip(columns.shares) {
                logit += down * along * class[row * scores.columns + column];
            }
        }
        logit
    };
    let logits: Vec<f32> = scores.logits.chunks_exact(scores.rows * scores.columns).map(interpolated).collect();
    let mut label = 0;
    for class in 1..logits.len() {
        if logits[class] > logits[label] {
            label = class;
        }
    }
    let sum: f32 = logits.iter().map(|logit| libm::expf(logit - logits[label])).sum();
    (label as u8, 1.0 / sum)
}
