//! Pictures as people have them, made from MNIST's digits: paper, light, ink, and what else is on a sheet.

use lenet::data::picture::Picture;

/// A picture in colour.
#[derive(Clone)]
pub struct Sheet {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

pub type Colour = [f32; 3];
pub const WHITE: Colour = [255.0; 3];
pub const BLACK: Colour = [0.0; 3];

/// Repeatable noise: a number from 0 to 1 for each pixel and seed.
pub fn chance(seed: usize, at: usize) -> f32 {
    let mut bits = (seed as u64) << 32 ^ at as u64 ^ 0x9e37_79b9_7f4a_7c15;
    for _ in 0..2 {
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    }
    (bits >> 40) as f32 / (1 << 24) as f32
}

/// About normal noise with this standard deviation.
pub fn gauss(seed: usize, at: usize, deviation: f32) -> f32 {
    ((0..4).map(|k| chance(seed * 4 + k, at)).sum::<f32>() - 2.0) * deviation * 3.0_f32.sqrt()
}

/// The ink at a place of MNIST's image between its pixels, 0 to 1.
pub fn between(image: &[u8], x: f32, y: f32) -> f32 {
    let at = |x: isize, y: isize| match (0..28).contains(&x) && (0..28).contains(&y) {
        true => f32::from(image[y as usize * 28 + x as usize]) / 255.0,
        false => 0.0,
    };
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let (right, down) = (x - 0.5 - left, y - 0.5 - top);
    let row = |y: isize| at(left as isize, y) * (1.0 - right) + at(left as isize + 1, y) * right;
    row(top as isize) * (1.0 - down) + row(top as isize + 1) * down
}

impl Sheet {
    pub fn picture(&self) -> Picture<'_> {
        Picture { width: self.width, height: self.height, rgba: &self.rgba }
    }

    /// A sheet of opaque pixels: the colour at each column and row.
    pub fn of(width: usize, height: usize, colour: impl Fn(usize, usize) -> Colour) -> Sheet {
        let pixel = |at: usize| {
            let [r, g, b] = colour(at % width, at / width).map(|channel| channel.round().clamp(0.0, 255.0) as u8);
            [r, g, b, 255]
        };
        Sheet { width, height, rgba: (0..width * height).flat_map(pixel).collect() }
    }

    /// The digit, `times` as large, with its left upper corner at a place of the sheet.
    pub fn with(
        image: &[u8],
        times: f32,
        [width, height]: [usize; 2],
        at: [f32; 2],
        paper: Colour,
        pen: Colour,
    ) -> Sheet {
        Sheet::of(width, height, |x, y| {
            let place = |x: usize, from: f32| (x as f32 + 0.5 - from) / times;
            mixed(paper, pen, between(image, place(x, at[0]), place(y, at[1])))
        })
    }

    /// The digit on a sheet of 200×200, five times as large.
    pub fn plain(image: &[u8], paper: Colour, pen: Colour) -> Sheet {
        Sheet::with(image, 5.0, [200; 2], [30.0; 2], paper, pen)
    }

    /// Every colour changed, by its column and row.
    pub fn changed(mut self, change: impl Fn(usize, usize, Colour) -> Colour) -> Sheet {
        for (at, pixel) in self.rgba.chunks_exact_mut(4).enumerate() {
            let colour = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            let changed = change(at % self.width, at / self.width, colour);
            pixel.iter_mut().zip(changed).for_each(|(byte, channel)| *byte = channel.round().clamp(0.0, 255.0) as u8);
        }
        self
    }

    /// The brightness multiplied by the light at each place, from −1 to 1 across and down.
    pub fn lit(self, light: impl Fn(f32, f32) -> f32) -> Sheet {
        let (width, height) = (self.width as f32, self.height as f32);
        self.changed(|x, y, colour| {
            let light = light(2.0 * (x as f32 + 0.5) / width - 1.0, 2.0 * (y as f32 + 0.5) / height - 1.0);
            colour.map(|channel| channel * light)
        })
    }

    /// Another colour where `is` there.
    pub fn marked(self, colour: Colour, is: impl Fn(usize, usize) -> bool) -> Sheet {
        self.changed(|x, y, before| if is(x, y) { colour } else { before })
    }

    /// The same noise in all colours.
    pub fn noisy(self, seed: usize, deviation: f32) -> Sheet {
        let width = self.width;
        self.changed(|x, y, colour| colour.map(|channel| channel + gauss(seed, y * width + x, deviation)))
    }

    /// Another opacity at each column and row, from 0 to 1.
    pub fn opaque(mut self, opacity: impl Fn(usize, usize) -> f32) -> Sheet {
        for (at, pixel) in self.rgba.chunks_exact_mut(4).enumerate() {
            pixel[3] = (255.0 * opacity(at % self.width, at / self.width)).round().clamp(0.0, 255.0) as u8;
        }
        self
    }

    /// The columns and rows of a part of the sheet.
    pub fn cut(&self, [left, top]: [usize; 2], [width, height]: [usize; 2]) -> Sheet {
        let row = |y: usize| &self.rgba[4 * (y * self.width + left)..][..4 * width];
        Sheet { width, height, rgba: (top..top + height).flat_map(row).copied().collect() }
    }

    /// Side by side.
    pub fn beside(&self, other: &Sheet) -> Sheet {
        let rows = self.rgba.chunks_exact(4 * self.width).zip(other.rgba.chunks_exact(4 * other.width));
        let rgba = rows.flat_map(|(left, right)| [left, right].concat()).collect();
        Sheet { width: self.width + other.width, height: self.height, rgba }
    }

    /// On top of each other.
    pub fn above(&self, other: &Sheet) -> Sheet {
        Sheet { width: self.width, height: self.height + other.height, rgba: [&self.rgba[..], &other.rgba].concat() }
    }
}

pub fn mixed(paper: Colour, pen: Colour, share: f32) -> Colour {
    std::array::from_fn(|at| paper[at] + (pen[at] - paper[at]) * share)
}

/// The columns and rows of MNIST's image with at least this much ink: [left, top], [right, bottom).
pub fn inked(image: &[u8], least: u8) -> [[usize; 2]; 2] {
    let mut found = [[28; 2], [0; 2]];
    for at in (0..784).filter(|&at| image[at] >= least) {
        for (axis, place) in [at % 28, at / 28].into_iter().enumerate() {
            found[0][axis] = found[0][axis].min(place);
            found[1][axis] = found[1][axis].max(place + 1);
        }
    }
    found
}
