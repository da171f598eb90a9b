//! A picture of a digit, from a file, made into a 28×28 image as MNIST's were: ink bright, cropped to the ink, fitted
//! into 20×20 keeping its proportions, and placed so that the ink's centre of mass is the centre of the image (LeCun,
//! Bottou, Bengio, Haffner 1998, section III.A). A picture of 28×28 is taken for such an image already.

use super::digit::{FIT, SIDE, off_center};

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
    pub image: [u8; SIDE * SIDE],
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
    if (width, height) == (SIDE, SIDE) {
        let image = std::array::from_fn(|pixel| if inverted { 255 - grey[pixel] } else { grey[pixel] });
        return Normalized { image, inverted, fitted: false };
    }
    let away = |x: u8| if inverted { paper - f32::from(x) } else { f32::from(x) - paper };
    let most = grey.iter().map(|&x| away(x)).fold(0.0, f32::max);
    let ink: Vec<f32> = grey.iter().map(|&x| (away(x) / most.max(1.0)).clamp(0.0, 1.0)).collect();
    let image = fit(&ink, width).map(|grey| (grey * 255.0).round() as u8);
    Normalized { image, inverted, fitted: true }
}

/// The ink, 0 to 1, in its place. Its deepest is 1 again, for averaging pales a line that is thinner than a pixel.
fn fit(ink: &[f32], width: usize) -> [f32; SIDE * SIDE] {
    let blank = [0.0; SIDE * SIDE];
    let Some(inked) = InkBox::around(ink, width) else { return blank };
    let Some(shift) = off_center(&inked.render(ink, width, [0.0; 2])) else { return blank };
    let image = inked.render(ink, width, shift);
    let most = image.iter().copied().fold(0.0, f32::max);
    image.map(|grey| grey / most)
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

    /// The box scaled to fit and centred, then moved by `shift`: each pixel is the mean of what it covers.
    fn render(&self, ink: &[f32], width: usize, shift: [f32; 2]) -> [f32; SIDE * SIDE] {
        let extent = |axis: usize| (self.high[axis] - self.low[axis]) as f32;
        let scale = FIT / extent(0).max(extent(1));
        // Which pixels of the picture one of the image covers along an axis, and how much of each.
        let covered = |at: usize, axis: usize| {
            let middle = (self.low[axis] + self.high[axis]) as f32 / 2.0;
            let place = |at: f32| middle + (at - SIDE as f32 / 2.0 - shift[axis]) / scale;
            let (from, to) = (place(at as f32), place(at as f32 + 1.0));
            let pixels = (from.max(self.low[axis] as f32) as usize)..(to.ceil().max(0.0) as usize).min(self.high[axis]);
            pixels.map(move |pixel| (pixel, (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).max(0.0)))
        };
        std::array::from_fn(|pixel| {
            let rows = covered(pixel / SIDE, 1);
            let sum: f32 = rows
                .flat_map(|(y, down)| {
                    covered(pixel % SIDE, 0).map(move |(x, across)| ink[y * width + x] * across * down)
                })
                .sum();
            sum * scale * scale
        })
    }
}
