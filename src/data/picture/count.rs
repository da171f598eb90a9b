//! How many digits there are in a picture, as far as it can be seen without reading them.

use super::pieces::{Area, Piece};

/// Parts whose columns (or rows) overlap by more than this share of the smaller are parts of one digit.
const OVERLAP: f32 = 0.15;
/// A digit is at least this high as a share of the highest.
const HIGH: f32 = 0.55;
/// Digits side by side are together wider than this, in heights. The halves of a broken 0 are not.
const WIDE: f32 = 1.15;
/// Several 1s are narrower than this, and further apart than `APART`, in heights.
const NARROW: f32 = 0.3;
const APART: f32 = 0.35;
/// Digits below each other are together higher than this, in widths.
const TALL: f32 = 2.4;
/// Ink in one piece that is wider than this, in heights, is several digits that touch.
const JOINED: f32 = 1.8;

/// The number of digits, at least; 1 unless it is clear that there are more.
pub fn digits(pieces: &[Piece]) -> usize {
    let areas: Vec<Area> = pieces.iter().map(|piece| piece.area).collect();
    let columns = groups(&areas, 0);
    let Some(all) = areas.iter().copied().reduce(|a, b| a.with(&b)) else { return 0 };
    let [width, height] = [0, 1].map(|axis| all.extent(axis) as f32);
    let highest = columns.iter().map(|area| area.extent(1)).max().unwrap_or(0) as f32;
    let side_by_side: Vec<&Area> = columns.iter().filter(|area| area.extent(1) as f32 >= HIGH * highest).collect();
    let ones = || {
        side_by_side.windows(2).all(|pair| pair[0].gap(pair[1], 0) as f32 >= APART * highest)
            && side_by_side.iter().all(|area| area.extent(0) as f32 <= NARROW * highest)
    };
    if side_by_side.len() > 1 && (width > WIDE * highest || ones()) {
        return side_by_side.len();
    }
    let rows = groups(&areas, 1);
    let tallest = rows.iter().map(|area| area.extent(1)).max().unwrap_or(0) as f32;
    let stacked = rows.iter().filter(|area| area.extent(1) as f32 >= HIGH * tallest).count();
    if stacked > 1 && height > TALL * width {
        return stacked;
    }
    let inked: usize = pieces.iter().map(|piece| piece.pixels.len()).sum();
    if width > JOINED * height && (inked as f32) < 0.6 * width * height { 2 } else { 1 }
}

/// The boxes around parts that overlap along an axis, in their order on it.
fn groups(areas: &[Area], axis: usize) -> Vec<Area> {
    let mut areas = areas.to_vec();
    areas.sort_unstable_by_key(|area| area.low[axis]);
    let mut groups: Vec<Area> = Vec::new();
    for area in areas {
        match groups.last_mut() {
            Some(last) if is_one(last, &area, axis) => *last = last.with(&area),
            _ => groups.push(area),
        }
    }
    groups
}

fn is_one(a: &Area, b: &Area, axis: usize) -> bool {
    -a.gap(b, axis) as f32 > OVERLAP * a.extent(axis).min(b.extent(axis)) as f32
}
