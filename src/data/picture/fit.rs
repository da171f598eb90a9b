//! Scales the ink of digits as MNIST's was: each pixel of the image is the mean of the picture's pixels that it covers.

use super::super::digit::{FIT, PIXELS, SIDE, off_center};
use super::pieces::Area;

/// The ink of digits, and the box around it.
pub struct Digits {
    pub width: usize,
    /// Of each pixel of the sheet, from 0 to 1.
    pub ink: Vec<f32>,
    pub area: Area,
}

impl Digits {
    /// The image of one digit, from 0 to 1: the box fitted into 20×20, its ink's centre of mass in the middle.
    pub fn image(&self) -> [f32; PIXELS] {
        let scale = FIT / self.area.side() as f32;
        let first = self.render(scale, [0.0; 2], [SIDE; 2]);
        let image = deepest_is_one(self.render(scale, off_center(&first).unwrap_or([0.0; 2]), [SIDE; 2]));
        std::array::from_fn(|pixel| image[pixel])
    }

    /// A line of digits, each `FIT` pixels high, in an image of `size` columns and rows. The centre of mass is half-way
    /// between its top and bottom.
    pub fn line(&self, scale: f32, size: [usize; 2]) -> Vec<f32> {
        let first = self.render(scale, [0.0; 2], size);
        let (mut mass, mut moment) = (0.0, 0.0);
        for (row, pixels) in first.chunks_exact(size[0]).enumerate() {
            let sum: f32 = pixels.iter().sum();
            (mass, moment) = (mass + sum, moment + sum * (row as f32 + 0.5));
        }
        deepest_is_one(self.render(scale, [0.0, size[1] as f32 / 2.0 - moment / mass], size))
    }

    /// The box scaled and centred in an image of `size` columns and rows, then moved by `shift`.
    fn render(&self, scale: f32, shift: [f32; 2], size: [usize; 2]) -> Vec<f32> {
        let Area { low, high } = self.area;
        // The pixels of the picture that a pixel of the image covers along an axis, and how much of each.
        let covered = |at: usize, axis: usize| {
            let middle = (low[axis] + high[axis]) as f32 / 2.0;
            let place = |at: f32| middle + (at - size[axis] as f32 / 2.0 - shift[axis]) / scale;
            let (from, to) = (place(at as f32), place(at as f32 + 1.0));
            let pixels = (from.max(low[axis] as f32) as usize)..(to.ceil().max(0.0) as usize).min(high[axis]);
            pixels.map(move |pixel| (pixel, (to.min(pixel as f32 + 1.0) - from.max(pixel as f32)).max(0.0)))
        };
        let covers = |pixel: usize| {
            let rows = covered(pixel / size[0], 1);
            let sum: f32 = rows
                .flat_map(|(y, down)| {
                    covered(pixel % size[0], 0).map(move |(x, across)| self.ink[y * self.width + x] * across * down)
                })
                .sum();
            sum * scale * scale
        };
        (0..size[0] * size[1]).map(covers).collect()
    }
}

/// Scales the image so that its deepest ink is 1, because averaging makes lines paler that are thinner than a pixel.
fn deepest_is_one(image: Vec<f32>) -> Vec<f32> {
    let deepest = image.iter().copied().fold(0.0, f32::max);
    image.into_iter().map(|grey| grey / deepest).collect()
}
