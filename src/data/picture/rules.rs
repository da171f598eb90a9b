//! The rules of ruled and squared paper: straight, thin lines that run through the whole picture.

use super::mask::Mask;
use super::pieces::{Piece, pieces};

/// A rule is at most this share of the picture thick,
const THIN: f32 = 0.025;
/// consists of runs at least this share of it long,
const RUN: f32 = 0.025;
/// with gaps of at most this share, where a digit's stroke covers it,
const GAP: f32 = 0.4;
/// covers this share of the picture's length without them,
const COVER: f32 = 0.5;
/// runs through this share of the picture,
const SPAN: f32 = 0.85;
/// and rises by this share of its length at most.
const RISE: f32 = 0.05;
/// A digit is narrower than this share of a rule. What is wider is a digit that fills its picture, with a thin bar.
const DIGIT: f32 = 0.9;

/// The ink without rules. A digit's strokes stay where a rule crosses them.
pub fn erased(mask: &Mask) -> Mask {
    let found = [0, 1].map(|axis| rules(mask, axis));
    let mut rest = mask.clone();
    found.iter().flatten().flatten().for_each(|&at| rest.inked[at] = false);
    let largest = pieces(&rest.inked, rest.width, true).into_iter().max_by_key(|piece| piece.pixels.len());
    let is_part_of_digit = match largest {
        // One line is a dash or a 1.
        None => found[0].len() + found[1].len() == 1,
        Some(piece) => (0..2).any(|axis| {
            let share = piece.area.extent(axis) as f32 / mask.size()[axis] as f32;
            !found[axis].is_empty() && share > DIGIT
        }),
    };
    if is_part_of_digit { mask.clone() } else { rest }
}

/// Parts of a line, one after the other.
struct Line {
    pixels: Vec<usize>,
    /// Where it begins and ends along it, and where it ends across it.
    start: usize,
    end: usize,
    across: f32,
    /// The lowest and the highest place across it.
    rise: [usize; 2],
    /// Its length without gaps.
    covered: usize,
}

/// The pixels of each rule along an axis.
fn rules(mask: &Mask, axis: usize) -> Vec<Vec<usize>> {
    let (length, across) = (mask.size()[axis], mask.size()[1 - axis]);
    let of = |share: f32, whole: usize| (share * whole as f32) as usize;
    let thin = mask.in_runs(1 - axis, |run| run <= of(THIN, across).max(1));
    let parts = thin.in_runs(axis, |run| run >= of(RUN, length).max(3));
    let mut parts = pieces(&parts.inked, mask.width, true);
    parts.sort_unstable_by_key(|part| part.area.low[axis]);
    let mut lines: Vec<Line> = Vec::new();
    for part in parts {
        let [start, end] = [false, true].map(|far| place_across(&part, mask.width, axis, far));
        let (low, high) = (part.area.low, part.area.high);
        let fits = |line: &Line| {
            let gap = low[axis] as f32 - line.end as f32;
            (-2.0..=GAP * length as f32).contains(&gap) && (start - line.across).abs() <= 2.0 + RISE * gap.max(0.0)
        };
        match lines.iter_mut().find(|line| fits(line)) {
            Some(line) => {
                line.covered += part.area.extent(axis);
                (line.end, line.across) = (high[axis], end);
                line.rise = [line.rise[0].min(low[1 - axis]), line.rise[1].max(high[1 - axis])];
                line.pixels.extend(part.pixels);
            }
            None => lines.push(Line {
                start: low[axis],
                end: high[axis],
                across: end,
                rise: [low[1 - axis], high[1 - axis]],
                covered: part.area.extent(axis),
                pixels: part.pixels,
            }),
        }
    }
    let is_rule = |line: &Line| {
        let inside = line.rise[0] > 0 && line.rise[1] < across;
        let rise = of(THIN, across).max(1) as f32 + RISE * length as f32;
        inside
            && (line.end - line.start) as f32 >= SPAN * length as f32
            && line.covered as f32 >= COVER * length as f32
            && (line.rise[1] - line.rise[0]) as f32 <= rise
    };
    lines.into_iter().filter(is_rule).map(|line| line.pixels).collect()
}

/// The mean place across an axis of the first or the last pixels of a part.
fn place_across(part: &Piece, width: usize, axis: usize, far: bool) -> f32 {
    let place = |at: usize, axis: usize| if axis == 0 { at % width } else { at / width };
    let is_near = |along: usize| match far {
        true => along + 4 >= part.area.high[axis],
        false => along < part.area.low[axis] + 4,
    };
    let near: Vec<f32> =
        part.pixels.iter().filter(|&&at| is_near(place(at, axis))).map(|&at| place(at, 1 - axis) as f32).collect();
    near.iter().sum::<f32>() / near.len() as f32
}
