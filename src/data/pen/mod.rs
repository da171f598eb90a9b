//! Digits as a pen writes them: the ways in which people write each digit (`styles`), varied as hands vary them (`hand`),
//! and made into images as the pad makes them. MNIST has few sevens with a bar, nines with a curled tail or ones with a
//! foot, and a network that has never seen them cannot read them.

mod curve;
mod hand;
mod styles;

use super::digit::{self, PIXELS, Point, SIDE};
use crate::rng::{Rng, Stream};
use std::ops::Range;
use std::sync::OnceLock;

/// The number of drawings.
pub const DRAWINGS: u32 = 20_000;
/// The number of drawings that are made at a time, because they are needed soon.
pub const PIECE: u32 = 200;
/// All runs have the same drawings, as they have the same MNIST; a run's seed decides their order.
const SEED: u32 = 1998;

/// The images of all drawings, each made when it is first asked for. Threads can share them.
#[derive(Debug)]
pub struct Drawings {
    pieces: Vec<OnceLock<Piece>>,
}

/// The images of some drawings. Only the rectangles that have ink are stored, a third of all pixels.
#[derive(Debug, Default)]
struct Piece {
    inked: Vec<u8>,
    crops: Vec<Crop>,
}

/// The rectangle of an image that has ink.
#[derive(Debug)]
struct Crop {
    rows: Range<u8>,
    columns: Range<u8>,
    /// Its first byte in `inked`.
    at: u32,
}

impl Default for Drawings {
    fn default() -> Self {
        Drawings { pieces: (0..DRAWINGS.div_ceil(PIECE)).map(|_| OnceLock::new()).collect() }
    }
}

impl Drawings {
    /// Appends the bytes of drawing number `n` to `to`.
    pub fn put(&self, n: u32, to: &mut Vec<u8>) {
        let piece = self.pieces[(n / PIECE) as usize].get_or_init(|| Piece::new(n / PIECE));
        let Crop { rows, columns, at } = &piece.crops[(n % PIECE) as usize];
        let start = to.len();
        to.resize(start + PIXELS, 0);
        let image = &mut to[start..];
        for (row, inked) in rows.clone().zip(piece.inked[*at as usize..].chunks(columns.len().max(1))) {
            let place = usize::from(row) * SIDE + usize::from(columns.start);
            image[place..][..columns.len()].copy_from_slice(inked);
        }
    }

    /// Makes some of the drawings that nobody has asked for yet. Returns whether there are more.
    pub fn make_some(&self) -> bool {
        let mut missing = (0..).zip(&self.pieces).filter(|(_, piece)| piece.get().is_none());
        if let Some((number, piece)) = missing.next() {
            piece.get_or_init(|| Piece::new(number));
        }
        missing.next().is_some()
    }
}

impl Piece {
    fn new(number: u32) -> Piece {
        let mut piece = Piece::default();
        (number * PIECE..(number + 1) * PIECE).for_each(|n| piece.add(&digit::normalize(&strokes(n))));
        piece
    }

    fn add(&mut self, image: &[u8; PIXELS]) {
        let rows = extent(|row| image[row * SIDE..][..SIDE].iter().any(|&grey| grey > 0));
        let columns = extent(|column| image.iter().skip(column).step_by(SIDE).any(|&grey| grey > 0));
        let at = self.inked.len() as u32;
        for row in rows.clone() {
            self.inked
                .extend_from_slice(&image[usize::from(row) * SIDE..][usize::from(columns.start)..columns.end.into()]);
        }
        self.crops.push(Crop { rows, columns, at });
    }
}

/// From the first place that is taken to the last.
fn extent(is_taken: impl Fn(usize) -> bool) -> Range<u8> {
    let first = (0..SIDE).find(|&place| is_taken(place)).unwrap_or(0);
    let end = (first..SIDE).rev().find(|&place| is_taken(place)).map_or(first, |last| last + 1);
    first as u8..end as u8
}

/// The digit that drawing number `n` shows.
pub fn label(n: u32) -> u8 {
    (n % 10) as u8
}

/// The strokes of drawing number `n`.
fn strokes(n: u32) -> Vec<Vec<Point>> {
    hand::draw(label(n), &mut Rng::new(SEED, Stream::Pen(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_of_a_drawing_gives_its_image() {
        let drawings = Drawings::default();
        for n in (0..DRAWINGS).step_by(997) {
            let mut image = vec![7];
            drawings.put(n, &mut image);
            assert_eq!(image[1..], digit::normalize(&strokes(n)), "drawing {n}");
        }
        let mut piece = Piece::default();
        piece.add(&[0; PIXELS]);
        assert!(piece.inked.is_empty(), "a blank image has no ink");
    }

    #[test]
    fn what_is_made_ahead_is_all_in_the_end() {
        let drawings = Drawings::default();
        drawings.put(DRAWINGS - 1, &mut Vec::new());
        let turns = (1..).take_while(|_| drawings.make_some()).count() + 1;
        assert_eq!(turns, drawings.pieces.len() - 1);
        assert!(drawings.pieces.iter().all(|piece| piece.get().is_some()) && !drawings.make_some());
    }
}
