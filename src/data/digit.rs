//! Turns a drawing into a 28×28 image in the way that MNIST's images were made: the ink is cropped, fitted into 20×20
//! with its proportions kept, and placed so that its centre of mass is the centre of the image (LeCun, Bottou, Bengio,
//! Haffner 1998, section III.A).
//!
//! The strokes are scaled before they are painted. So the line is as thick as MNIST's for a drawing of any size, and no
//! pixel is resampled.

use super::MNIST;
pub use super::ink::{PEN, Point};
use super::ink::{Piece, pieces, render};

/// The side of the image.
pub const SIDE: usize = MNIST.height;
/// The number of pixels of the image.
pub const PIXELS: usize = MNIST.pixels();
/// The side of the box into which MNIST's digits were fitted.
pub const FIT: f32 = 20.0;

/// The image of a drawing, row by row, from 0 (paper) to 255 (ink). Points that are not finite are ignored, a stroke of
/// one point becomes a dot, and a drawing without points is blank.
pub fn normalize(strokes: &[Vec<Point>]) -> [u8; PIXELS] {
    let lines = fit(strokes);
    let Some(shift) = off_center(&render(&lines, [0.0; 2], [SIDE; 2])) else {
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

/// The bounding box of the finite points.
pub(super) fn span<'a>(points: impl IntoIterator<Item = &'a Point>) -> Span {
    let mut all = Span { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };
    for point in points.into_iter().filter(|point| point.is_drawn()) {
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
