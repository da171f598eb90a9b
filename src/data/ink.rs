//! The ink that a pen leaves on an image: the share of each pixel that is under it.

use std::ops::Range;

/// A point of a stroke. The unit is arbitrary; y points down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Distance to the right.
    pub x: f32,
    /// Distance down.
    pub y: f32,
    /// The pressure of the pen, 0 to 1; a finger or a mouse gives 0.5.
    pub pressure: f32,
}

impl Point {
    /// Whether it is finite.
    pub fn is_drawn(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// The width of the line at a pressure of ½, in pixels of the image. MNIST's lines are 2 to 3 pixels wide.
pub const PEN: f32 = 2.4;
/// The width of the line as a share of `PEN` is `LIGHTEST` at pressure 0, 1 at pressure ½, and 2 − `LIGHTEST` at
/// pressure 1.
const LIGHTEST: f32 = 0.6;
/// Each pixel is sampled at SAMPLES × SAMPLES points: a row of samples of a pixel is the bits of a byte.
const SAMPLES: usize = 8;

/// A piece of line from one point to the next, and half its width, in pixels of the image.
#[derive(Clone, Copy)]
pub struct Piece {
    from: [f32; 2],
    to: [f32; 2],
    radius: f32,
}

/// The strokes as pieces of line; `place` maps each point to the image. Points that are not finite are ignored.
pub fn pieces(strokes: &[Vec<Point>], place: impl Fn([f64; 2]) -> [f32; 2]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for stroke in strokes {
        let mut before = None;
        for point in stroke.iter().filter(|point| point.is_drawn()) {
            let to = place([f64::from(point.x), f64::from(point.y)]);
            let pressure = if point.pressure.is_finite() { point.pressure.clamp(0.0, 1.0) } else { 0.5 };
            let width = PEN * (LIGHTEST + 2.0 * (1.0 - LIGHTEST) * pressure);
            pieces.push(Piece { from: before.unwrap_or(to), to, radius: width / 2.0 });
            before = Some(to);
        }
    }
    pieces
}

/// The share of each pixel of `height` × `width` that is under the pen, with everything moved by `shift`.
pub fn render(pieces: &[Piece], shift: [f32; 2], [height, width]: [usize; 2]) -> Vec<f32> {
    // [row of samples][pixel]
    let mut inked = vec![0_u8; height * SAMPLES * width];
    for piece in pieces {
        let capsule = Capsule::new(piece, shift);
        let [low, high] = capsule.rows();
        for row in within(low, high, height) {
            if let Some([left, right]) = capsule.at((row as f64 + 0.5) / SAMPLES as f64) {
                let covered = within(left, right, width);
                set_bits(&mut inked[row * width..][..width], covered.start, covered.end);
            }
        }
    }
    let share = 1.0 / (SAMPLES * SAMPLES) as f32;
    let mut image = vec![0.0; height * width];
    for (row, inked) in image.chunks_exact_mut(width).zip(inked.chunks_exact(SAMPLES * width)) {
        let mut counts = vec![0_u8; width];
        for inked in inked.chunks_exact(width) {
            counts.iter_mut().zip(inked).for_each(|(count, bits)| *count += bits.count_ones() as u8);
        }
        row.iter_mut().zip(&counts).for_each(|(pixel, &count)| *pixel = f32::from(count) * share);
    }
    image
}

/// The samples whose middles lie between two places, of so many pixels on an axis.
fn within(low: f64, high: f64, pixels: usize) -> Range<usize> {
    let sample = |at: f64| at.clamp(0.0, (pixels * SAMPLES) as f64) as usize;
    let samples = SAMPLES as f64;
    sample((low * samples - 0.5).ceil())..sample((high * samples - 0.5).floor() + 1.0)
}

/// Sets the bits from `start` to `end` − 1 of a row of bytes.
fn set_bits(row: &mut [u8], start: usize, end: usize) {
    if start >= end {
        return;
    }
    let (first, last) = (start / SAMPLES, (end - 1) / SAMPLES);
    let from = u8::MAX << (start % SAMPLES);
    let to = u8::MAX >> (SAMPLES - 1 - (end - 1) % SAMPLES);
    if first == last {
        row[first] |= from & to;
        return;
    }
    row[first] |= from;
    row[first + 1..last].fill(u8::MAX);
    row[last] |= to;
}

/// The points within `radius` of a line.
struct Capsule {
    /// The ends of the line.
    ends: [[f64; 2]; 2],
    radius: f64,
    /// None if the line is level: what lies beside it is then between what lies around its ends.
    beside: Option<Beside>,
}

/// The points beside a line, so many rows below its first end and so far to the right of it.
struct Beside {
    /// Within `radius` of the line if it were endless: from `slope` · rows − `half` to `slope` · rows + `half`.
    slope: f64,
    half: f64,
    /// Beside the line and not beyond its ends: [a, first, last] is from a · rows + first to a · rows + last. None if the line
    /// is upright: then these are all points of its rows.
    across: Option<[f64; 3]>,
}

impl Capsule {
    fn new(piece: &Piece, shift: [f32; 2]) -> Capsule {
        let moved = |at: [f32; 2]| [0, 1].map(|axis| f64::from(at[axis]) + f64::from(shift[axis]));
        let ends = [moved(piece.from), moved(piece.to)];
        let [dx, dy] = [0, 1].map(|axis| ends[1][axis] - ends[0][axis]);
        let squared = dx * dx + dy * dy;
        let radius = f64::from(piece.radius);
        let across = (dx != 0.0).then(|| {
            let limits = [0.0, squared / dx];
            [-dy / dx, limits[0].min(limits[1]), limits[0].max(limits[1])]
        });
        let half = (radius * squared.sqrt() / dy).abs();
        let beside = (dy != 0.0).then(|| Beside { slope: dx / dy, half, across });
        Capsule { ends, radius, beside }
    }

    /// Its extent from top to bottom.
    fn rows(&self) -> [f64; 2] {
        let [from, to] = self.ends;
        [from[1].min(to[1]) - self.radius, from[1].max(to[1]) + self.radius]
    }

    /// Its extent from left to right in the row `y`, which is one interval, for a capsule is convex. None if it has none.
    fn at(&self, y: f64) -> Option<[f64; 2]> {
        let mut hull = [f64::INFINITY, f64::NEG_INFINITY];
        let mut add = |low: f64, high: f64| {
            if low <= high {
                hull = [hull[0].min(low), hull[1].max(high)];
            }
        };
        for [x, end] in self.ends {
            let squared = self.radius * self.radius - (y - end) * (y - end);
            if squared >= 0.0 {
                let half = squared.sqrt();
                add(x - half, x + half);
            }
        }
        if let Some(Beside { slope, half, across }) = self.beside {
            let [[x, first], [_, last]] = self.ends;
            let down = y - first;
            let (low, high) = (slope * down - half, slope * down + half);
            match across {
                Some([across, first, last]) => {
                    add(x + low.max(across * down + first), x + high.min(across * down + last))
                }
                None if (first.min(last)..=first.max(last)).contains(&y) => add(x + low, x + high),
                None => {}
            }
        }
        (hull[0] <= hull[1]).then_some(hull)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    #[test]
    fn a_pixel_has_the_share_of_its_samples_that_lie_under_the_pen() {
        let mut rng = Rng::new(1, Stream::Test(0));
        for case in 0..200 {
            let [height, width] = [12, 40];
            // Some pieces are level, upright or a point; some end outside.
            let mut end = |extent: f32| match case % 4 {
                0 => (rng.uniform() * extent).round(),
                _ => (1.4 * rng.uniform() - 0.2) * extent,
            };
            let mut piece =
                || Piece { from: [end(40.0), end(12.0)], to: [end(40.0), end(12.0)], radius: 0.7 + end(0.7).abs() };
            let mut pieces = [piece(), piece(), piece()];
            pieces[0].to[case % 2] = pieces[0].from[case % 2];
            pieces[1].to = pieces[1].from;
            let shift = [0.3, -0.2];
            let image = render(&pieces, shift, [height, width]);
            for (pixel, &share) in image.iter().enumerate() {
                // How deep each sample lies under the pen; on its very rim it may count or not.
                let depths: Vec<f64> = (0..SAMPLES * SAMPLES)
                    .map(|n| {
                        let [x, y] = [pixel % width * SAMPLES + n % SAMPLES, pixel / width * SAMPLES + n / SAMPLES];
                        let at = [x, y].map(|at| (at as f64 + 0.5) / SAMPLES as f64);
                        pieces.iter().map(|piece| depth(piece, shift, at)).fold(f64::NEG_INFINITY, f64::max)
                    })
                    .collect();
                let count = |least: f64| depths.iter().filter(|&&depth| depth > least).count() as f32 / 64.0;
                assert!((count(1e-9)..=count(-1e-9)).contains(&share), "case {case}, pixel {pixel}: {share}");
            }
        }
    }

    /// The radius less the distance from a point to a piece of line.
    fn depth(piece: &Piece, shift: [f32; 2], point: [f64; 2]) -> f64 {
        let moved = |at: [f32; 2]| [0, 1].map(|axis| f64::from(at[axis]) + f64::from(shift[axis]));
        let (from, to) = (moved(piece.from), moved(piece.to));
        let along = [to[0] - from[0], to[1] - from[1]];
        let away = [point[0] - from[0], point[1] - from[1]];
        let length = along[0] * along[0] + along[1] * along[1];
        let t = if length > 0.0 { (away[0] * along[0] + away[1] * along[1]) / length } else { 0.0 }.clamp(0.0, 1.0);
        let [dx, dy] = [away[0] - t * along[0], away[1] - t * along[1]];
        f64::from(piece.radius) - (dx * dx + dy * dy).sqrt()
    }
}
