//! Turns a picture of a digit into a 28×28 image in the way that MNIST's images were made: the ink is made bright,
//! cropped, fitted into 20×20 with its proportions kept, and placed so that its centre of mass is the centre of the
//! image (LeCun, Bottou, Bengio, Haffner 1998, section III.A). A picture of 28×28 is assumed to be such an image
//! already. A picture of a line of digits becomes a canvas.

use super::digit::{FIT, PIXELS, SIDE, off_center};
use super::writing::{Canvas, ROOM};

/// A grey picture.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The number of pixels in a row, at least one.
    pub width: usize,
    /// The pixels row by row, from 0 (black) to 255 (white). There is at least one row.
    pub grey: &'a [u8],
}

/// The image that was made from a picture, and the steps that were needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// The pixels row by row: 0 paper, 255 ink.
    pub image: [u8; PIXELS],
    /// Whether the picture was dark on light.
    pub inverted: bool,
    /// Whether the picture was cropped, scaled and centred.
    pub fitted: bool,
}

/// A pixel belongs to the box around the ink if it has at least this share of the strongest ink.
const INK: f32 = 0.25;

/// The image of a digit in a picture, which is blank if the picture has no contrast. A picture with a dark rim is light
/// on dark like MNIST's. One with a light rim is inverted.
pub fn normalize(picture: &Picture) -> Normalized {
    let Picture { width, grey } = *picture;
    let (ink, inverted) = ink(picture);
    if (width, grey.len()) == (SIDE, PIXELS) {
        let image = std::array::from_fn(|pixel| if inverted { 255 - grey[pixel] } else { grey[pixel] });
        return Normalized { image, inverted, fitted: false };
    }
    let image = fit(&ink, width).map(|grey| (grey * 255.0).round() as u8);
    Normalized { image, inverted, fitted: true }
}

/// The canvas of a picture with several digits in a line, and whether the picture was dark on light. The canvas is one
/// digit high, and the ink's centre of mass is half-way between its top and bottom.
///
/// # Errors
/// The line is too wide for a canvas.
pub fn line(picture: &Picture) -> Result<(Canvas, bool), String> {
    let (ink, inverted) = ink(picture);
    let height = SIDE + 2 * ROOM;
    let Some(inked) = InkBox::around(&ink, picture.width) else { return Ok((Canvas::blank(height, SIDE), inverted)) };
    let scale = FIT / inked.extent(1);
    let width = (inked.extent(0) * scale).ceil() as usize + SIDE;
    let max = Canvas::MAX_SIDES[1];
    if width > max {
        return Err(format!(
            "with digits {FIT} pixels high the line is {width} pixels wide, and a canvas at most {max}: cut it into pieces"
        ));
    }
    let render = |down| inked.render(&ink, picture.width, scale, [0.0, down], [width, height]);
    let first = render(0.0);
    let (mut mass, mut moment) = (0.0, 0.0);
    for (row, pixels) in first.chunks_exact(width).enumerate() {
        let sum: f32 = pixels.iter().sum();
        (mass, moment) = (mass + sum, moment + sum * (row as f32 + 0.5));
    }
    let pixels = deepest_is_one(render(height as f32 / 2.0 - moment / mass));
    Ok((Canvas { height, width, pixels }, inverted))
}

/// The ink of each pixel, 0 to 1, and whether the picture is dark on light.
fn ink(picture: &Picture) -> (Vec<f32>, bool) {
    let Picture { width, grey } = *picture;
    let height = grey.len() / width;
    let rim = |at: usize| {
        matches!(at / width, 0) || at / width == height - 1 || matches!(at % width, 0) || at % width == width - 1
    };
    let mean = |pixels: &mut dyn Iterator<Item = u8>| {
        let (sum, count) = pixels.fold((0.0, 0.0), |(sum, count), x| (sum + f32::from(x), count + 1.0));
        sum / count
    };
    let paper = mean(&mut grey.iter().enumerate().filter(|(at, _)| rim(*at)).map(|(_, &x)| x));
    let inverted = paper > 127.5;
    let away = |x: u8| if inverted { paper - f32::from(x) } else { f32::from(x) - paper };
    let deepest = grey.iter().map(|&x| away(x)).fold(0.0, f32::max);
    (grey.iter().map(|&x| (away(x) / deepest.max(1.0)).clamp(0.0, 1.0)).collect(), inverted)
}

/// The ink, 0 to 1, fitted into the image.
fn fit(ink: &[f32], width: usize) -> [f32; PIXELS] {
    let blank = [0.0; PIXELS];
    let Some(inked) = InkBox::around(ink, width) else { return blank };
    let scale = FIT / inked.extent(0).max(inked.extent(1));
    let render = |shift| inked.render(ink, width, scale, shift, [SIDE; 2]);
    let Some(shift) = off_center(&render([0.0; 2])) else { return blank };
    let image = deepest_is_one(render(shift));
    std::array::from_fn(|pixel| image[pixel])
}

/// Scales the image so that its deepest ink is 1, because averaging makes lines paler that are thinner than a pixel.
fn deepest_is_one(image: Vec<f32>) -> Vec<f32> {
    let deepest = image.iter().copied().fold(0.0, f32::max);
    image.into_iter().map(|grey| grey / deepest).collect()
}

/// The smallest box around all ink, [column, row]: `low` is in it, `high` is just outside.
struct InkBox {
    low: [usize; 2],
    high: [usize; 2],
}

impl InkBox {
    fn around(ink: &[f32], width: usize) -> Option<InkBox> {
        let mut found = InkBox { low: [usize::MAX; 2], high: [0; 2] };
        for (at, _) in ink.iter().enumerate().filter(|(_, ink)| **ink >= INK) {
            for (axis, at) in [at % width, at / width].into_iter().enumerate() {
                found.low[axis] = found.low[axis].min(at);
                found.high[axis] = found.high[axis].max(at + 1);
            }
        }
        (found.high[0] > 0).then_some(found)
    }

    /// Its number of columns (axis 0) or rows (axis 1).
    fn extent(&self, axis: usize) -> f32 {
        (self.high[axis] - self.low[axis]) as f32
    }

    /// The box scaled and centred in an image of `size` columns and rows, then moved by `shift`. Each pixel is the mean of
    /// the picture's pixels that it covers.
    fn render(&self, ink: &[f32], width: usize, scale: f32, shift: [f32; 2], size: [usize; 2]) -> Vec<f32> {
        // The pixels of the picture that a pixel of the image covers along an axis, and how much of each.
        let covered = |at: usize, axis: usize| {
            let middle = (self.low[axis] + self.high[axis]) as f32 / 2.0;
            let place = |at: f32| middle + (at - size[axis] as f32 / 2.0 - shift[axis]) / scale;
            let (from, to) = (place(at as f32), place(at as f32 + 1.0));
            let pixels = (from.max(self.low[axis] as f32) as usize)..(to.ceil().max(0.0) as usize).min(self.high[axis]);
            pixels.map(move |pixel| (pixel, (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).max(0.0)))
        };
        let covers = |pixel: usize| {
            let rows = covered(pixel / size[0], 1);
            let sum: f32 = rows
                .flat_map(|(y, down)| {
                    covered(pixel % size[0], 0).map(move |(x, across)| ink[y * width + x] * across * down)
                })
                .sum();
            sum * scale * scale
        };
        (0..size[0] * size[1]).map(covers).collect()
    }
}
