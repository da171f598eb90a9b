//! A picture of a digit, or of a line of them, from a file, made into a 28×28 image as MNIST's were: ink bright, cropped to the ink, fitted
//! into 20×20 keeping its proportions, and placed so that the ink's centre of mass is the centre of the image (LeCun,
//! Bottou, Bengio, Haffner 1998, section III.A). A picture of 28×28 is taken for such an image already.

use super::digit::{FIT, PIXELS, SIDE, off_center};
use super::writing::{Canvas, ROOM};

/// A grey picture.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Pixels of a row; at least one.
    pub width: usize,
    /// Row by row, 0 black, 255 white; at least a row.
    pub grey: &'a [u8],
}

/// What became of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// Row by row: 0 paper, 255 ink.
    pub image: [u8; PIXELS],
    /// Whether it was dark on light.
    pub inverted: bool,
    /// Whether it was cropped, scaled and centred.
    pub fitted: bool,
}

/// What counts as ink when the box around it is looked for, of the way from paper to the deepest ink.
const INK: f32 = 0.25;

/// The image in a picture; a blank one if there is nothing to see. What is lighter inside than at its rim is taken for
/// light on dark, as MNIST's are.
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

/// The canvas of a picture of several digits in a line, as high as one digit; and whether it was dark on light. The ink's
/// mass is half-way between top and bottom.
///
/// # Errors
/// It is too wide for a canvas.
pub fn line(picture: &Picture) -> Result<(Canvas, bool), String> {
    let (ink, inverted) = ink(picture);
    let height = SIDE + 2 * ROOM;
    let Some(inked) = InkBox::around(&ink, picture.width) else { return Ok((Canvas::blank(height, SIDE), inverted)) };
    let scale = FIT / inked.extent(1);
    let width = (inked.extent(0) * scale).ceil() as usize + SIDE;
    let most = Canvas::MAX_SIDES[1];
    if width > most {
        return Err(format!(
            "with digits {FIT} pixels high the line is {width} pixels wide, and a canvas at most {most}: cut it into pieces"
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

/// How much ink there is at each pixel, from 0 to 1, and whether it was dark on light.
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
    let most = grey.iter().map(|&x| away(x)).fold(0.0, f32::max);
    (grey.iter().map(|&x| (away(x) / most.max(1.0)).clamp(0.0, 1.0)).collect(), inverted)
}

/// The ink, 0 to 1, in its place.
fn fit(ink: &[f32], width: usize) -> [f32; PIXELS] {
    let blank = [0.0; PIXELS];
    let Some(inked) = InkBox::around(ink, width) else { return blank };
    let scale = FIT / inked.extent(0).max(inked.extent(1));
    let render = |shift| inked.render(ink, width, scale, shift, [SIDE; 2]);
    let Some(shift) = off_center(&render([0.0; 2])) else { return blank };
    let image = deepest_is_one(render(shift));
    std::array::from_fn(|pixel| image[pixel])
}

/// Averaging pales a line that is thinner than a pixel.
fn deepest_is_one(image: Vec<f32>) -> Vec<f32> {
    let most = image.iter().copied().fold(0.0, f32::max);
    image.into_iter().map(|grey| grey / most).collect()
}

/// The smallest box with all of the ink in it: columns and rows, the last ones excluded.
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

    /// How many columns (0) or rows (1) it has.
    fn extent(&self, axis: usize) -> f32 {
        (self.high[axis] - self.low[axis]) as f32
    }

    /// The box scaled and centred in an image of so many columns and rows, then moved by `shift`: each pixel is the mean of
    /// what it covers.
    fn render(&self, ink: &[f32], width: usize, scale: f32, shift: [f32; 2], size: [usize; 2]) -> Vec<f32> {
        // Which pixels of the picture one of the image covers along an axis, and how much of each.
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
