//! The motor model: a stroke is a sum of overlapping movements, each with a lognormal speed.
//!
//! This is the sigma-lognormal model of R. Plamondon. A movement turns at a constant rate per length while its speed
//! rises and falls. Since its direction depends only on how much of it is done, its velocity integrates to a circular
//! arc in closed form; the pen is at the sum of all movements' parts done so far. A movement that begins before the
//! last one is over rounds the corner between them off, and the end of the stroke stays where it was.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// One movement: an arc that starts in direction `from`, turns by `sweep` (radians, 0 is right, a quarter is down, so
/// positive is clockwise) and is `length` long.
#[derive(Clone, Copy)]
pub struct Move {
    pub from: f32,
    pub sweep: f32,
    pub length: f32,
}

impl Move {
    /// Where the pen is, seen from the movement's start, when `part` of the length is done.
    pub fn reach(&self, part: f32) -> [f32; 2] {
        let (turned, done) = (self.sweep * part, self.length * part);
        // The chord's length: the limit of sin(x)/x is taken by hand, for straight movements.
        let half = turned / 2.0;
        let chord = if half.abs() < 1e-3 { done } else { done * half.sin() / half };
        let heading = self.from + half;
        [chord * heading.cos(), chord * heading.sin()]
    }

    /// The arc that gets by `over` while turning by `bend`.
    pub fn spanning(over: [f32; 2], bend: f32) -> Self {
        let half = bend / 2.0;
        let chord = over[0].hypot(over[1]);
        let length = if half.abs() < 1e-3 { chord } else { chord * half / half.sin() };
        Self { from: over[1].atan2(over[0]) - half, sweep: bend, length }
    }

    /// Longer movements take longer, but less than in proportion: people write large as fast as small.
    fn duration(&self) -> f32 {
        0.3 + 0.45 * self.length.sqrt()
    }
}

/// How movements follow each other.
pub struct Rhythm {
    /// The part of the shorter movement's time that two neighbours share: 0 makes sharp corners.
    pub overlap: f32,
    /// The lognormal's sigma: how much of a movement is done early.
    pub skew: f32,
    /// The time between two points of the tablet.
    pub step: f32,
}

impl Rhythm {
    /// The time in which both movements go on. Where the pen turns right back, people wait for it to stop; where it
    /// goes on in its direction there is no corner to round off, and overlap would only flatten the curve.
    fn shared(&self, before: &Move, after: &Move) -> f32 {
        let corner = (after.from - before.from - before.sweep).cos();
        let hurry = 1.0 - 0.5 * corner * corner;
        self.overlap * hurry * before.duration().min(after.duration())
    }
}

/// A stroke's points, at equal time steps.
pub fn trace(start: [f32; 2], moves: &[Move], rhythm: &Rhythm) -> Vec<[f32; 2]> {
    let mut begins = Vec::with_capacity(moves.len());
    let mut end = 0.0f32;
    for (i, movement) in moves.iter().enumerate() {
        let duration = movement.duration();
        let shared = if i == 0 { 0.0 } else { rhythm.shared(&moves[i - 1], movement) };
        begins.push(end - shared);
        end += duration - shared;
    }
    let count = ((end / rhythm.step).round() as usize).clamp(20, 60);
    let at = |time: f32| {
        moves.iter().zip(&begins).fold(start, |pen, (movement, begin)| {
            let by = movement.reach(done(time - begin, movement.duration(), rhythm.skew));
            [pen[0] + by[0], pen[1] + by[1]]
        })
    };
    (0..count).map(|i| at(end * i as f32 / (count - 1) as f32)).collect()
}

/// The part of a movement done at `time` after its beginning: the lognormal's distribution function, cut off where it
/// has 1% to go on each side, and stretched to go from 0 to 1 in between, so that a stroke ends where it should.
fn done(time: f32, duration: f32, skew: f32) -> f32 {
    const EDGE: f32 = 2.326;
    let median = duration / (2.0 * (EDGE * skew).sinh());
    let since = time + median * (-EDGE * skew).exp();
    if since <= 0.0 {
        return 0.0;
    }
    ((normal_below((since / median).ln() / skew) - 0.01) / 0.98).clamp(0.0, 1.0)
}

/// The normal distribution function, to three digits: by its well-known approximation with tanh.
fn normal_below(x: f32) -> f32 {
    let scaled = FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * (x + 0.044_715 * x * x * x);
    0.5 * (1.0 + scaled.tanh())
}
