//! How a hand varies what it writes: slant, proportions, roundness, size of the parts, tremble, overshoot, joined strokes,
//! and the pressure of the pen.

use super::curve::through;
use super::styles::{Passed, STYLES, Style};
use crate::data::digit::Point;
use crate::rng::Rng;

/// One drawing of `digit`, in one of its styles, by a hand of its own.
pub fn draw(digit: u8, rng: &mut Rng) -> Vec<Vec<Point>> {
    draw_style(choose(digit, rng), rng)
}

/// A style of `digit`. Common ones are chosen more often.
fn choose(digit: u8, rng: &mut Rng) -> &'static Style {
    let of_digit = || STYLES.iter().filter(|style| style.digit == digit);
    let mut left = rng.uniform() * of_digit().map(|style| style.share).sum::<f32>();
    let chosen = of_digit().find(|style| {
        left -= style.share;
        left < 0.0
    });
    // Rounding may leave a little after the last one.
    chosen.or_else(|| of_digit().next_back()).expect("every digit has styles")
}

/// What one hand does, in units of half the height of a digit where it is a length.
struct Hand {
    /// By how far the top leans to the right.
    slant: f32,
    /// The width as a factor.
    width: f32,
    /// The sine of the angle by which the paper is turned.
    turn: f32,
    /// How far the waist lies too low.
    waist: f32,
    /// How far the middle of the digit is bent to the right.
    bow: f32,
    /// The deviation of each point that the pen should pass.
    carelessness: f32,
    /// See `through`.
    roundness: f32,
    /// Whether it turns sharply at corners.
    sharp: bool,
    /// The maximum number of pieces of line from point to point: few where the hand is fast, as a mouse may be.
    pieces: usize,
    tremble: Tremble,
    /// The pressure at the start of a stroke, and by how much it has grown at the end.
    pressure: [f32; 2],
}

/// A small wave along the line.
struct Tremble {
    height: f32,
    /// In radians from one point of the line to the next.
    frequency: f32,
    phase: [f32; 2],
}

/// Uniform in this range.
fn between(rng: &mut Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.uniform()
}

/// Normal with this standard deviation, at most two of it away from 0.
fn about(rng: &mut Rng, deviation: f32) -> f32 {
    deviation * rng.normal().clamp(-2.0, 2.0)
}

impl Hand {
    fn new(rng: &mut Rng) -> Hand {
        let pieces = [1, 2, 4, 8, 8, 8][rng.below(6) as usize];
        let even = rng.uniform() < 0.5; // as a finger or a mouse presses
        Hand {
            slant: 0.12 + about(rng, 0.24),
            width: libm::expf(about(rng, 0.24) - 0.12),
            turn: about(rng, 0.07),
            waist: about(rng, 0.12),
            bow: about(rng, 0.06),
            carelessness: between(rng, 0.02, 0.1),
            roundness: between(rng, 0.3, 0.6),
            sharp: rng.uniform() < 0.7,
            pieces,
            tremble: Tremble {
                height: between(rng, 0.0, 0.03),
                frequency: between(rng, 0.3, 1.5) * 4.0 / pieces as f32,
                phase: [between(rng, 0.0, 6.3), between(rng, 0.0, 6.3)],
            },
            pressure: if even { [0.5, 0.0] } else { [between(rng, 0.0, 1.0), between(rng, -0.4, 0.4)] },
        }
    }

    /// Moves a point, in units of half the height from the middle, as this hand would.
    fn place(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let inside = (1.0 - y * y).max(0.0);
        let y = y + self.waist * inside;
        let x = self.width * (x + self.bow * inside) - self.slant * y;
        let upright = (1.0 - self.turn * self.turn).sqrt();
        [upright * x - self.turn * y, self.turn * x + upright * y]
    }
}

/// The share of drawings whose strokes are joined to one.
const JOINED: f32 = 0.06;

/// One drawing in this style.
fn draw_style(style: &Style, rng: &mut Rng) -> Vec<Vec<Point>> {
    let hand = Hand::new(rng);
    let mut strokes = style.strokes();
    for stroke in &mut strokes {
        vary(stroke, &hand, rng);
    }
    if strokes.len() > 1 && rng.uniform() < JOINED {
        strokes = vec![strokes.concat()];
    }
    strokes.iter().map(|stroke| ink(stroke, &hand)).collect()
}

/// Moves the points of a stroke: all together, each by itself, and its ends along their direction, where the pen is set
/// down too early or lifted too late. From 0 … 100 to units of half the height.
fn vary(stroke: &mut [Passed], hand: &Hand, rng: &mut Rng) {
    let (size, moved) = (1.0 + about(rng, 0.05), [about(rng, 0.05), about(rng, 0.05)]);
    let middle = [0, 1].map(|axis| stroke.iter().map(|passed| passed.at[axis]).sum::<f32>() / stroke.len() as f32);
    for passed in stroke.iter_mut() {
        for axis in 0..2 {
            let at = middle[axis] + size * (passed.at[axis] - middle[axis]);
            passed.at[axis] = (at - 50.0) / 50.0 + moved[axis] + about(rng, hand.carelessness);
        }
        passed.corner &= hand.sharp;
    }
    let last = stroke.len() - 1;
    for (end, next) in [(0, 1), (last, last - 1)] {
        let further = between(rng, -0.25, 0.35);
        let inner = stroke[next].at;
        let end = &mut stroke[end].at;
        *end = [0, 1].map(|axis| end[axis] + further * (end[axis] - inner[axis]));
    }
}

/// The line that the pen leaves.
fn ink(stroke: &[Passed], hand: &Hand) -> Vec<Point> {
    let line = through(stroke, hand.roundness, hand.pieces);
    let length = line.len() as f32;
    let point = |(n, [x, y]): (usize, [f32; 2])| {
        let wave = |phase: f32| hand.tremble.height * libm::sinf(hand.tremble.frequency * n as f32 + phase);
        let [x, y] = hand.place([x + wave(hand.tremble.phase[0]), y + wave(hand.tremble.phase[1])]);
        let pressure = (hand.pressure[0] + hand.pressure[1] * n as f32 / length).clamp(0.0, 1.0);
        Point { x, y, pressure }
    };
    line.into_iter().enumerate().map(point).collect()
}
