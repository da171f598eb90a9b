//! Turns a drawing into a 28×28 image in the way that MNIST's images were made: the ink is cropped, fitted into 20×20
//! with its proportions kept, and placed so that its centre of mass is the centre of the image (LeCun, Bottou, Bengio,
//! Haffner 1998, section III.A).
//!
//! The strokes are scaled before they are painted. So the line is as thick as MNIST's for a drawing of any size, and no
//! pixel is resampled.

use super::MNIST;

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
    let fine_size = [width * SAMPLES, height * SAMPLES];
    let mut inked = vec![false; fine_size[0] * fine_size[1]];
    for piece in pieces {
        let (from, to) = (moved(piece.from, shift), moved(piece.to, shift));
        let span = |axis: usize| {
            let fine = |at: f32| (at * SAMPLES as f32).clamp(0.0, fine_size[axis] as f32) as usize;
            let (low, high) = (from[axis].min(to[axis]) - piece.radius, from[axis].max(to[axis]) + piece.radius);
            fine(low)..(fine(high) + 1).min(fine_size[axis])
        };
        for y in span(1) {
            for x in span(0) {
                let sample = [x, y].map(|at| (at as f32 + 0.5) / SAMPLES as f32);
                inked[y * fine_size[0] + x] |= distance_squared(sample, from, to) <= piece.radius * piece.radius;
            }
        }
    }
    let pixel = |pixel: usize| {
        let (y, x) = (pixel / width * SAMPLES, pixel % width * SAMPLES);
        let rows = (y..y + SAMPLES).map(|y| &inked[y * fine_size[0] + x..][..SAMPLES]);
        rows.flatten().filter(|&&inked| inked).count() as f32 / (SAMPLES * SAMPLES) as f32
    };
    (0..height * width).map(pixel).collect()
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
