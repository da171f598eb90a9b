//! Turns a drawing into a 28×28 image in the way that MNIST's images were made: the ink is cropped, fitted into 20×20
//! with its proportions kept, and placed so that its centre of mass is the centre of the image (LeCun, Bottou, Bengio,
//! Haffner 1998, section III.A).
//!
//! The strokes are scaled before they are painted. So the line is as thick as MNIST's for a drawing of any size, and no
//! pixel is resampled.

use super::MNIST;
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

/// The side of the image.
pub const SIDE: usize = MNIST.height;
/// The number of pixels of the image.
pub const PIXELS: usize = MNIST.pixels();
/// The side of the box into which MNIST's digits were fitted.
pub const FIT: f32 = 20.0;
/// The width of the line at a pressure of ½, in pixels of the image. MNIST's lines are 2 to 3 pixels wide.
pub const PEN: f32 = 2.4;
/// The width of the line as a share of `PEN` is `LIGHTEST` at pressure 0, 1 at pressure ½, and 2 − `LIGHTEST` at
/// pressure 1.
const LIGHTEST: f32 = 0.6;
/// Each pixel is sampled at SAMPLES × SAMPLES points.
const SAMPLES: usize = 8;

/// The image of a drawing, row by row, from 0 (paper) to 255 (ink). Points that are not finite are ignored, a stroke of
/// one point becomes a dot, and a drawing without points is blank.
pub fn normalize(strokes: &[Vec<Point>]) -> [u8; PIXELS] {
    let lines = fit(strokes);
    let first = render(&lines, [0.0; 2], [SIDE; 2]);
    let Some(shift) = off_center(&first) else {
        return [0; PIXELS];
    };
    let image = render(&lines, shift, [SIDE; 2]);
    std::array::from_fn(|pixel| (image[pixel] * 255.0).round() as u8)
}

/// The distance, across and down, from the ink's centre of mass to the middle of the image. None if there is no ink.
pub(super) fn off_center(image: &[f32]) -> Option<[f32; 2]> {
    let ink: f32 = image.iter().sum();
    let center = SIDE as f32 / 2.0;
    let mean = |axis: fn(usize) -> usize| {
        image.iter().enumerate().map(|(pixel, grey)| grey * (axis(pixel) as f32 + 0.5)).sum::<f32>() / ink
    };
    (ink > 0.0).then(|| [center - mean(|pixel| pixel % SIDE), center - mean(|pixel| pixel / SIDE)])
}

/// A piece of line from one point to the next, and half its width, in pixels of the image.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    from: [f32; 2],
    to: [f32; 2],
    radius: f32,
}

/// The bounding box of some points. In f64, because a drawing can lie far from the origin.
#[derive(Clone)]
pub(super) struct Span {
    pub low: [f64; 2],
    pub high: [f64; 2],
}

impl Span {
    pub fn add(&mut self, other: &Span) {
        for axis in 0..2 {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.low[0] > self.high[0]
    }

    /// Width and height.
    pub fn extent(&self) -> [f64; 2] {
        [self.high[0] - self.low[0], self.high[1] - self.low[1]]
    }
}

fn drawn(point: &Point) -> bool {
    point.x.is_finite() && point.y.is_finite()
}

/// The bounding box of the finite points.
pub(super) fn span<'a>(points: impl IntoIterator<Item = &'a Point>) -> Span {
    let mut all = Span { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };
    for point in points.into_iter().filter(|point| drawn(point)) {
        let at = [f64::from(point.x), f64::from(point.y)];
        all.add(&Span { low: at, high: at });
    }
    all
}

/// Scales the strokes so that their ink just fits into 20×20, in the middle of the image.
fn fit(strokes: &[Vec<Point>]) -> Vec<Piece> {
    let all = span(strokes.iter().flatten());
    let [width, height] = all.extent();
    let extent = width.max(height);
    let scale = if extent > 0.0 { f64::from(FIT - PEN) / extent } else { 0.0 };
    let place =
        |at: f64, axis: usize| ((at - (all.low[axis] + all.high[axis]) / 2.0) * scale + SIDE as f64 / 2.0) as f32;
    pieces(strokes, |[x, y]| [place(x, 0), place(y, 1)])
}

/// The strokes as pieces of line; `place` maps each point to the image.
pub(super) fn pieces(strokes: &[Vec<Point>], place: impl Fn([f64; 2]) -> [f32; 2]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for stroke in strokes {
        let mut before = None;
        for point in stroke.iter().filter(|point| drawn(point)) {
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
pub(super) fn render(pieces: &[Piece], shift: [f32; 2], [height, width]: [usize; 2]) -> Vec<f32> {
    let columns = width * SAMPLES;
    let mut image = vec![0.0; height * width];
    // The samples of one row of pixels.
    let mut inked = vec![false; SAMPLES * columns];
    for (y, row) in image.chunks_exact_mut(width).enumerate() {
        let mut touched = columns..0;
        for piece in pieces {
            let (from, to) = (moved(piece.from, shift), moved(piece.to, shift));
            for (at, inked) in inked.chunks_exact_mut(columns).enumerate() {
                let y = ((y * SAMPLES + at) as f32 + 0.5) / SAMPLES as f32;
                let Some(near) = near(y, from, to, piece.radius, columns) else { continue };
                touched = touched.start.min(near.start)..touched.end.max(near.end);
                for x in near {
                    let sample = [(x as f32 + 0.5) / SAMPLES as f32, y];
                    inked[x] |= distance_squared(sample, from, to) <= piece.radius * piece.radius;
                }
            }
        }
        for x in touched.start / SAMPLES..touched.end.div_ceil(SAMPLES) {
            let samples = inked.chunks_exact_mut(columns).flat_map(|inked| &mut inked[x * SAMPLES..][..SAMPLES]);
            let count = samples.map(std::mem::take).filter(|&is_inked| is_inked).count();
            row[x] = count as f32 / (SAMPLES * SAMPLES) as f32;
        }
    }
    image
}

/// The samples of the row `y` that may lie within `radius` of a piece of line: all that do, and a few more. None if there
/// are none.
fn near(y: f32, from: [f32; 2], to: [f32; 2], radius: f32, columns: usize) -> Option<Range<usize>> {
    /// More than rounding can amount to, in pixels.
    const SLACK: f64 = 0.1;
    let ([x0, y0], [x1, y1]) = (from.map(f64::from), to.map(f64::from));
    let (y, radius) = (f64::from(y), f64::from(radius) + SLACK);
    if y + radius < y0.min(y1) || y - radius > y0.max(y1) {
        return None;
    }
    // Where the line is as close to the row as that.
    let at = |y: f64| x0 + (x1 - x0) * ((y - y0) / (y1 - y0)).clamp(0.0, 1.0);
    let ends = if y0 == y1 { [x0, x1] } else { [at(y - radius), at(y + radius)] };
    let sample = |x: f64| ((x * SAMPLES as f64).clamp(0.0, columns as f64) as usize).min(columns - 1);
    let (low, high) = (ends[0].min(ends[1]) - radius, ends[0].max(ends[1]) + radius);
    Some(sample(low)..sample(high) + 1)
}

fn moved([x, y]: [f32; 2], shift: [f32; 2]) -> [f32; 2] {
    [x + shift[0], y + shift[1]]
}

/// The squared distance from a point to a piece of line.
fn distance_squared(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let away = [point[0] - from[0], point[1] - from[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let t = if length > 0.0 { ((away[0] * along[0] + away[1] * along[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    let [dx, dy] = [away[0] - t * along[0], away[1] - t * along[1]];
    dx * dx + dy * dy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    /// As `render`, with every sample compared with every piece.
    fn render_all(pieces: &[Piece], shift: [f32; 2], [height, width]: [usize; 2]) -> Vec<f32> {
        let is_inked = |x: usize, y: usize| {
            let sample = [x, y].map(|at| (at as f32 + 0.5) / SAMPLES as f32);
            pieces.iter().any(|piece| {
                let (from, to) = (moved(piece.from, shift), moved(piece.to, shift));
                distance_squared(sample, from, to) <= piece.radius * piece.radius
            })
        };
        let share = |pixel: usize| {
            let (x, y) = (pixel % width * SAMPLES, pixel / width * SAMPLES);
            let samples = (0..SAMPLES * SAMPLES).filter(|at| is_inked(x + at % SAMPLES, y + at / SAMPLES));
            samples.count() as f32 / (SAMPLES * SAMPLES) as f32
        };
        (0..height * width).map(share).collect()
    }

    #[test]
    fn no_sample_under_the_pen_is_passed_over() {
        let mut rng = Rng::new(1, Stream::Test(0));
        for case in 0..200 {
            let size = [12, 40];
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
            assert!(render(&pieces, shift, size) == render_all(&pieces, shift, size), "case {case}");
        }
    }
}
