//! Finds the digits on a sheet: which side is the ink, which of it belongs to digits, and how deep it is.

use super::Picture;
use super::fit::Digits;
use super::grey::Grey;
use super::ink::Ink;
use super::light::{candidates, swapped};
use super::marks;
use super::mask::Mask;
use super::noise::quantile;
use super::pieces::Piece;

/// The digits of a picture.
pub struct Found {
    pub digits: Digits,
    pub pieces: Vec<Piece>,
    /// Whether they are dark on light.
    pub dark: bool,
}

/// A pixel is ink if it has at least this share of the deepest ink.
const INK: f32 = 0.25;
/// Ink on more than this share of the picture is paper, or a shadow,
const MOST: f32 = 0.6;
/// and so is ink along all of one side and, together, so much of the four.
const RIM: f32 = 1.5;
/// or, if there is nothing else, along so much of two sides that meet.
const CORNER: f32 = 0.25;
/// The pale border of a stroke is at most this share of the digits' longer side.
const BORDER: f32 = 1.0 / 16.0;

/// The digits of a picture; None if it is blank.
pub fn find(picture: &Picture) -> Option<Found> {
    let grey = Grey::of(picture);
    let candidates = candidates(&grey);
    let mut has_shadow = false;
    for ink in candidates.inks {
        let mask = masked(&ink);
        if marks::is_paper(&mask) {
            let other = swapped(&grey, &ink, &mask);
            let mask = masked(&other);
            return found(&other, &mask, marks::digits(&mask));
        }
        let pieces = marks::digits(&mask);
        let is_shadow = is_shadow(&pieces, mask.size());
        has_shadow |= is_shadow;
        if !pieces.is_empty() && !is_shadow {
            return found(&ink, &mask, pieces);
        }
    }
    if !has_shadow {
        return None;
    }
    (candidates.in_shadow)().iter().find_map(|ink| {
        let mask = masked(ink);
        let pieces = marks::digits(&mask);
        // A shadow's edge leaves traces at the rim.
        let is_inside = pieces.iter().any(|piece| piece.on_rim(mask.size()) == [0; 4]);
        is_inside.then(|| found(ink, &mask, pieces)).flatten()
    })
}

/// Whether the supposed ink covers most of the picture, all of one side and much of the others, or a corner.
fn is_shadow(pieces: &[Piece], [width, height]: [usize; 2]) -> bool {
    let inked: usize = pieces.iter().map(|piece| piece.pixels.len()).sum();
    let covers = |piece: &Piece| {
        let on_rim = piece.on_rim([width, height]);
        let covered: Vec<f32> = on_rim
            .iter()
            .zip([height, width, height, width])
            .map(|(&count, side)| count as f32 / side as f32)
            .collect();
        let corners = [0, width - 1, width * height - 1, width * (height - 1)];
        let is_solid = 20 * piece.pixels.len() >= 9 * piece.area.extent(0) * piece.area.extent(1);
        let is_corner = || {
            (0..4).any(|side| {
                covered[side].min(covered[(side + 1) % 4]) >= CORNER
                    && is_solid
                    && piece.pixels.contains(&corners[side])
            })
        };
        covered.iter().any(|share| *share >= 0.9) && covered.iter().sum::<f32>() >= RIM
            || pieces.len() == 1 && is_corner()
    };
    inked as f32 > MOST * (width * height) as f32 || pieces.iter().any(covers)
}

fn masked(ink: &Ink) -> Mask {
    let deep = quantile(ink.depth.iter().copied().filter(|&depth| depth > ink.floor), 0.95);
    let least = (INK * deep).max(ink.floor);
    Mask { width: ink.width, inked: ink.depth.iter().map(|&depth| depth > least).collect() }
}

/// Leaves the ink of the pieces and their pale borders.
fn found(ink: &Ink, mask: &Mask, pieces: Vec<Piece>) -> Option<Found> {
    let area = pieces.iter().map(|piece| piece.area).reduce(|a, b| a.with(&b))?;
    let [width, height] = mask.size();
    let deepest = quantile(pieces.iter().flat_map(|piece| &piece.pixels).map(|&at| ink.depth[at]), 0.95);
    let mut kept = vec![false; mask.inked.len()];
    pieces.iter().flat_map(|piece| &piece.pixels).for_each(|&at| kept[at] = true);
    let reach = (BORDER * area.side() as f32).ceil() as usize;
    let near = spread(&spread(&Mask { width, inked: kept.clone() }, 0, reach), 1, reach);
    let of = |at: usize| {
        let is_border = near.inked[at] && !mask.inked[at] && ink.depth[at] > ink.floor;
        if kept[at] || is_border { (ink.depth[at] / deepest).min(1.0) } else { 0.0 }
    };
    let digits = Digits { width, ink: (0..width * height).map(of).collect(), area };
    Some(Found { digits, pieces, dark: ink.dark })
}

/// The pixels within `reach` of ink along an axis.
fn spread(mask: &Mask, axis: usize, reach: usize) -> Mask {
    let mut wide = mask.clone();
    for number in 0..mask.size()[1 - axis] {
        let mut until = 0;
        for (at, inked) in mask.line(axis, number).enumerate() {
            if inked {
                (at.saturating_sub(reach)..at).for_each(|at| wide.inked[mask.place(axis, number, at)] = true);
                until = at + reach + 1;
            }
            wide.inked[mask.place(axis, number, at)] |= at < until;
        }
    }
    wide
}
