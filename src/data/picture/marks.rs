//! Which ink belongs to digits, and what else is on a sheet: scan edges, frames, rules, specks.

use super::mask::Mask;
use super::pieces::{Area, Piece, pieces};
use super::{edges, rules};

/// Ink that is smaller than this, in pixels, or than this share of the picture's shorter side, is a speck.
const SPECK: (usize, f32) = (5, 0.02);
/// Beside a digit, a piece is a speck if it is smaller than this share of the digit's longer side,
const SMALL: f32 = 0.22;
/// unless it is this close to it, in the same unit, and has at least `PART` of its ink: a broken stroke.
const CLOSE: f32 = 0.15;
const PART: f32 = 0.01;

/// The pieces of the digits on a sheet; none if it is blank.
pub fn digits(mask: &Mask) -> Vec<Piece> {
    let inside = edges::inside(mask);
    let rows = inside.low[1]..inside.high[1];
    let cut = rows.flat_map(|y| &mask.inked[y * mask.width + inside.low[0]..][..inside.extent(0)]).copied().collect();
    let cut = rules::erased(&Mask { width: inside.extent(0), inked: cut });
    let mut kept = without_frames(pieces(&cut.inked, cut.width, true), cut.size());
    keep_digits(&mut kept, cut.size());
    for piece in &mut kept {
        for at in &mut piece.pixels {
            *at = (*at / cut.width + inside.low[1]) * mask.width + *at % cut.width + inside.low[0];
        }
        for axis in 0..2 {
            piece.area.low[axis] += inside.low[axis];
            piece.area.high[axis] += inside.low[axis];
        }
    }
    kept
}

/// A picture at least this many times as high as wide shows a 1, if a digit fills it.
const SLIM: f32 = 2.4;
/// In other pictures, a digit lies on at most this share of the rim. What lies on more of it is paper.
const OF_RIM: f32 = 0.6;

/// Whether the supposed ink is the paper around a digit that fills its picture: it is at the rim, in several pieces, and
/// one piece between them reaches nearly from each side to the opposite one.
pub fn is_paper(mask: &Mask) -> bool {
    let (size, total) = (mask.size(), mask.inked.len());
    let touches = |piece: &&Piece| piece.on_rim(size).iter().any(|count| *count > 0);
    let sum = |pieces: &[&Piece]| pieces.iter().map(|piece| piece.pixels.len()).sum::<usize>();
    let all = pieces(&mask.inked, mask.width, true);
    let ink: Vec<&Piece> = all.iter().filter(|piece| 200 * piece.pixels.len() >= total).collect();
    let at_rim: Vec<&Piece> = ink.iter().copied().filter(touches).collect();
    if at_rim.len() < 2 || 5 * sum(&at_rim) < 3 * sum(&ink) {
        return false;
    }
    let other = pieces(&mask.paper().inked, mask.width, false);
    let mut other = other.iter().filter(|piece| 50 * piece.pixels.len() >= total);
    let (Some(between), None) = (other.next(), other.next()) else { return false };
    let reaches = |axis: usize| 10 * between.area.extent(axis) >= 9 * size[axis];
    if size[1] as f32 >= SLIM * size[0] as f32 {
        // Its pale borders can be a third of a slim picture's width.
        return reaches(1);
    }
    let on_rim = between.on_rim(size).iter().sum::<usize>() as f32;
    at_rim.len() == ink.len()
        && 5 * sum(&ink) >= total
        && 5 * between.pixels.len() >= 2 * total
        && reaches(0)
        && reaches(1)
        && on_rim <= OF_RIM * (2 * (size[0] + size[1])) as f32
}

/// Leaves out frames around other ink, and frames of the whole picture.
fn without_frames(mut pieces: Vec<Piece>, size: [usize; 2]) -> Vec<Piece> {
    let areas: Vec<Area> = pieces.iter().map(|piece| piece.area).collect();
    let is_frame = |piece: &Piece| {
        let area = &piece.area;
        let (width, height) = (area.extent(0) as f32, area.extent(1) as f32);
        let around = areas.iter().any(|other| {
            let inside = (0..2).all(|axis| other.low[axis] > area.low[axis] && other.high[axis] < area.high[axis]);
            inside && other.side() as f32 >= 0.25 * width.min(height)
        });
        let is_round = (0.87..1.15).contains(&(width / height));
        let whole = (0..2).all(|axis| area.extent(axis) as f32 >= 0.9 * size[axis] as f32);
        let hollow = is_hollow(piece, size[0]);
        let rectangle = hollow && sides(piece, size[0]).iter().all(|covered| *covered >= 0.85);
        rectangle && (around || whole) || around && is_round && hollow
    };
    let frames: Vec<bool> = pieces.iter().map(is_frame).collect();
    let mut frames = frames.into_iter();
    pieces.retain(|_| !frames.next().unwrap_or(false));
    pieces
}

/// Whether hardly any of a piece is in the middle of its box.
fn is_hollow(piece: &Piece, width: usize) -> bool {
    let within = |at: usize, axis: usize| {
        let (low, extent) = (piece.area.low[axis], piece.area.extent(axis));
        (at - low) * 5 >= extent && (at - low) * 5 < 4 * extent
    };
    let middle = piece.pixels.iter().filter(|&&at| within(at % width, 0) && within(at / width, 1)).count();
    20 * middle <= piece.pixels.len()
}

/// The share of each side of a piece's box that the piece covers, looked at from outside through an eighth of the box.
fn sides(piece: &Piece, width: usize) -> [f32; 4] {
    let area = &piece.area;
    let mut covered = [0, 1].map(|axis| vec![[false; 2]; area.extent(1 - axis)]);
    for &at in &piece.pixels {
        let place = [at % width - area.low[0], at / width - area.low[1]];
        for axis in 0..2 {
            let deep = area.extent(axis).div_ceil(8);
            covered[axis][place[1 - axis]][0] |= place[axis] < deep;
            covered[axis][place[1 - axis]][1] |= place[axis] + deep >= area.extent(axis);
        }
    }
    std::array::from_fn(|side| {
        let covered = &covered[side % 2];
        covered.iter().filter(|both| both[side / 2]).count() as f32 / covered.len() as f32
    })
}

/// Keeps what is as large as a digit, and the parts of broken digits.
fn keep_digits(pieces: &mut Vec<Piece>, size: [usize; 2]) {
    let shorter = size[0].min(size[1]);
    let speck = SPECK.0.min(shorter / 4).max((SPECK.1 * shorter as f32) as usize);
    pieces.retain(|piece| piece.area.side() > speck);
    let touches = |piece: &Piece| piece.on_rim(size).iter().any(|count| *count > 0);
    let largest = pieces.iter().max_by_key(|piece| piece.pixels.len()).map_or(0, |piece| piece.pixels.len());
    // What lies in the sheet is a digit rather than what touches its rim.
    let main = pieces
        .iter()
        .filter(|piece| !touches(piece) && 10 * piece.pixels.len() >= largest)
        .max_by_key(|piece| piece.pixels.len())
        .or(pieces.iter().max_by_key(|piece| piece.pixels.len()));
    let Some(main) = main else { return };
    let (area, count, is_inside) = (main.area, main.pixels.len(), !touches(main));
    let main_side = area.side() as f32;
    pieces.retain(|piece| {
        let on_rim = piece.on_rim(size);
        if is_inside && on_rim.iter().any(|count| *count > 0) {
            let height = piece.area.extent(1) as f32 / area.extent(1) as f32;
            let long = on_rim.iter().zip([size[1], size[0], size[1], size[0]]).any(|(count, side)| 2 * count > side);
            if long || !(0.5..1.7).contains(&height) {
                return false;
            }
        }
        let gap = (0..2).map(|axis| piece.area.gap(&area, axis).max(0)).max().unwrap_or(0) as f32;
        let is_part = gap <= CLOSE * main_side && piece.pixels.len() as f32 >= PART * count as f32;
        piece.area.side() as f32 >= SMALL * main_side || is_part
    });
}
