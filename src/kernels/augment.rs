//! Turns a training image into another of the same class: moved, rotated, scaled, sheared, warped, or with a thicker or
//! thinner stroke. The change is a function of the seed of the image's random numbers.
//!
//! Each pixel of the new image is looked up in the old one, with bilinear interpolation. All changes are made in this
//! one look-up, so the image is blurred only once. It stays bytes, because rounding costs half a level of 255, a
//! thousandth of the change.

use super::noise::uniform;

/// The displacements' noise lies on every fourth pixel in both directions. After smoothing with σ ≥ 3 pixels this does not
/// show: the variance of displacements differs by 2·e^(−π²σ²/4²) from place to place, 0.8 % for σ = 3 and 0.01 % for 4.
const STEP: usize = 4;
/// The width of the margin of paper around the image, in pixels. A look-up beyond it uses the nearest pixel of the
/// margin.
const MARGIN: usize = 2;

/// The maximum change of each kind in either direction. Every image draws its own changes, with uniform distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// The shift in pixels, across and down.
    pub shift: f32,
    /// The rotation in degrees.
    pub rotation: f32,
    /// The scaling as a share: 0.1 scales by 0.9 to 1.1.
    pub scale: f32,
    /// The shear in degrees by which vertical lines lean.
    pub shear: f32,
    /// α of Simard, Steinkraus, Platt 2003, section 2: each pixel is displaced by α times noise from −1 to 1 that is
    /// smoothed by a Gaussian of sum 1. They used 34.
    pub elastic: f32,
    /// σ of that Gaussian in pixels, at least 3. They used 4.
    pub smoothness: f32,
    /// The change of the stroke's width in pixels. At 1, strokes range from their erosion by a plus of five pixels to
    /// their dilation by it.
    pub stroke: f32,
}

impl Augmentation {
    /// The number of numbers in an augmentation.
    pub const NUMBERS: usize = 7;

    /// Whether images do not change.
    pub fn is_none(&self) -> bool {
        let Augmentation { shift, rotation, scale, shear, elastic, stroke, .. } = *self;
        [shift, rotation, scale, shear, elastic, stroke] == [0.0; 6]
    }

    /// The values of the fields in their order.
    pub fn numbers(&self) -> [f32; Self::NUMBERS] {
        let Augmentation { shift, rotation, scale, shear, elastic, smoothness, stroke } = *self;
        [shift, rotation, scale, shear, elastic, smoothness, stroke]
    }

    /// The augmentation with these `numbers`.
    pub fn from_numbers(numbers: [f32; Self::NUMBERS]) -> Self {
        let [shift, rotation, scale, shear, elastic, smoothness, stroke] = numbers;
        Augmentation { shift, rotation, scale, shear, elastic, smoothness, stroke }
    }
}

/// The part of one image's change that is the same for all its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Maps a place in the new image, relative to its middle, to its place in the old one: [[xx, xy], [yx, yy]].
    pub matrix: [[f32; 2]; 2],
    /// How far the new image is moved, [x, y].
    pub shift: [f32; 2],
    /// From −1 (thinner) to 1 (thicker).
    pub stroke: f32,
}

impl Drawn {
    /// The change of the image whose random numbers have the seed `start`.
    pub fn new(augmentation: &Augmentation, start: u32) -> Drawn {
        let draw = |n: u32, largest: f32| largest * (2.0 * uniform(start, n) - 1.0);
        let (sine, cosine) = {
            let angle = draw(0, augmentation.rotation).to_radians();
            (libm::sinf(angle), libm::cosf(angle))
        };
        let lean = libm::tanf(draw(1, augmentation.shear).to_radians());
        let larger = 1.0 / (1.0 + draw(2, augmentation.scale));
        // The inverse of the change: turned back, then sheared back, then scaled back.
        let turned = [[cosine, sine], [-sine, cosine]];
        let [x, y] = turned;
        let sheared = [[x[0] + lean * y[0], x[1] + lean * y[1]], y];
        Drawn {
            matrix: sheared.map(|row| row.map(|number| number * larger)),
            shift: [draw(3, augmentation.shift), draw(4, augmentation.shift)],
            stroke: draw(5, augmentation.stroke),
        }
    }
}

/// The index of the first random number of an image's displacements; those of `Drawn` come before.
const FIRST_OF_NOISE: u32 = 16;

/// Changes images of one size. It keeps its buffers from one image to the next.
pub struct Augmenter {
    height: usize,
    width: usize,
    /// The σ for which `down` and `across` were computed.
    smoothness: Option<f32>,
    /// The weight of each noise number in a pixel's displacement along one axis: [noise][row] and [noise][column].
    down: Vec<f32>,
    across: Vec<f32>,
    /// The displacements to the right and down: [row][column].
    fields: [Vec<f32>; 2],
    /// The noise of a field after smoothing across: [noise][column].
    smoothed: Vec<f32>,
    /// The old image with its margin, and a row more for the look-up below the last.
    source: Vec<f32>,
    /// For each pixel of a row: where in `source` the four pixels around its origin begin, and how far it is to the right
    /// and below of the first of them.
    origins: Vec<(u32, f32, f32)>,
}

impl Augmenter {
    /// Changes images of this size.
    pub fn new(height: usize, width: usize) -> Self {
        Augmenter {
            height,
            width,
            smoothness: None,
            down: Vec::new(),
            across: Vec::new(),
            fields: [(); 2].map(|()| vec![0.0; height * width]),
            smoothed: vec![0.0; height.div_ceil(STEP) * width],
            source: vec![0.0; (width + 2 * MARGIN) * (height + 2 * MARGIN + 1)],
            origins: vec![(0, 0.0, 0.0); width],
        }
    }

    /// Appends the changed `image`, whose random numbers have the seed `start`, to `to`.
    #[inline(never)]
    pub fn change(&mut self, augmentation: &Augmentation, start: u32, image: &[u8], to: &mut Vec<u8>) {
        let (height, width) = (self.height, self.width);
        let Drawn { matrix: [[xx, xy], [yx, yy]], shift, stroke } = Drawn::new(augmentation, start);
        self.load(image, stroke);
        if augmentation.elastic == 0.0 {
            self.fields.iter_mut().for_each(|field| field.fill(0.0));
        } else {
            self.displace(augmentation, start);
        }
        let padded = width + 2 * MARGIN;
        let middle = [width, height].map(|side| (side as f32 - 1.0) / 2.0);
        let end = [width, height].map(|side| (side + MARGIN) as f32 - 1.001);
        let first = to.len();
        to.resize(first + height * width, 0);
        let [across, down] = &self.fields;
        let fields = across.chunks_exact(width).zip(down.chunks_exact(width));
        for (row, (to, (across, down))) in to[first..].chunks_exact_mut(width).zip(fields).enumerate() {
            let y = row as f32 - middle[1];
            // The new image is moved by `shift`, so a pixel's origin is that much before its place.
            let (from_x, from_y) = (xy * y + middle[0] - shift[0], yy * y + middle[1] - shift[1]);
            for (column, (origin, (across, down))) in self.origins.iter_mut().zip(across.iter().zip(down)).enumerate() {
                let x = column as f32 - middle[0];
                let x_there = (xx * x + from_x + across).clamp(-(MARGIN as f32), end[0]) + MARGIN as f32;
                let y_there = (yx * x + from_y + down).clamp(-(MARGIN as f32), end[1]) + MARGIN as f32;
                let (left, above) = (x_there as u32, y_there as u32);
                *origin = (above * padded as u32 + left, x_there - left as f32, y_there - above as f32);
            }
            for (to, &(at, right, below)) in to.iter_mut().zip(&self.origins) {
                let at = at as usize;
                let [a, b] = [self.source[at], self.source[at + 1]];
                let [c, d] = [self.source[at + padded], self.source[at + padded + 1]];
                let (upper, lower) = (a + right * (b - a), c + right * (d - c));
                *to = (upper + below * (lower - upper) + 0.5) as u8;
            }
        }
    }

    /// Puts the image into `source`, between its erosion and its dilation as `stroke` says.
    fn load(&mut self, image: &[u8], stroke: f32) {
        let (height, width) = (self.height, self.width);
        let padded = width + 2 * MARGIN;
        self.source.fill(0.0);
        for (row, pixels) in image.chunks_exact(width).enumerate() {
            let to = &mut self.source[(row + MARGIN) * padded + MARGIN..][..width];
            to.iter_mut().zip(pixels).for_each(|(to, &pixel)| *to = f32::from(pixel));
        }
        if stroke == 0.0 {
            return;
        }
        let source = self.source.clone();
        let share = stroke.abs();
        for row in MARGIN..MARGIN + height {
            for at in row * padded + MARGIN..row * padded + MARGIN + width {
                let around = [source[at - 1], source[at + 1], source[at - padded], source[at + padded]];
                let own = source[at];
                let end = if stroke > 0.0 {
                    around.into_iter().fold(own, |largest, x| if x > largest { x } else { largest })
                } else {
                    around.into_iter().fold(own, |smallest, x| if x < smallest { x } else { smallest })
                };
                self.source[at] = own + share * (end - own);
            }
        }
    }

    /// Draws the displacements: noise, smoothed across and then down.
    fn displace(&mut self, augmentation: &Augmentation, start: u32) {
        let (height, width) = (self.height, self.width);
        if self.smoothness != Some(augmentation.smoothness) {
            self.smoothness = Some(augmentation.smoothness);
            self.down = smoothing(augmentation.smoothness, height);
            self.across = smoothing(augmentation.smoothness, width);
        }
        let mut numbers = FIRST_OF_NOISE..;
        for field in &mut self.fields {
            self.smoothed.fill(0.0);
            for smoothed in self.smoothed.chunks_exact_mut(width) {
                for (weights, number) in self.across.chunks_exact(width).zip(numbers.by_ref()) {
                    let noise = augmentation.elastic * (2.0 * uniform(start, number) - 1.0);
                    smoothed.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += noise * weight);
                }
            }
            for (y, row) in field.chunks_exact_mut(width).enumerate() {
                row.fill(0.0);
                for (weights, smoothed) in self.down.chunks_exact(height).zip(self.smoothed.chunks_exact(width)) {
                    let weight = weights[y];
                    row.iter_mut().zip(smoothed).for_each(|(sum, x)| *sum += weight * x);
                }
            }
        }
    }
}

/// A Gaussian of sum 1 over pixels along a side: [noise][pixel]. A number of the noise stands for `STEP` pixels along each
/// axis. The sum of as many numbers of their own would have √`STEP` times the deviation of one, so with this factor
/// displacements vary as much as from noise on every pixel.
fn smoothing(smoothness: f32, side: usize) -> Vec<f32> {
    let smoothness = smoothness.max(3.0);
    let density = |apart: f32| libm::expf(-apart * apart / (2.0 * smoothness * smoothness));
    let sum: f32 = (-60..=60).map(|apart| density(apart as f32)).sum();
    let weight = |pixel: usize, noise: usize| density(pixel as f32 - (STEP * noise) as f32 - (STEP - 1) as f32 / 2.0);
    let noises = 0..side.div_ceil(STEP);
    noises.flat_map(|noise| (0..side).map(move |pixel| (STEP as f32).sqrt() * weight(pixel, noise) / sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::starts;

    const SIDE: usize = 28;

    fn changed(augmentation: Augmentation, image: &[u8], number: u32) -> Vec<u8> {
        let mut to = Vec::new();
        Augmenter::new(SIDE, SIDE).change(&augmentation, starts(1, 0, number)[0], image, &mut to);
        to
    }

    /// A disc of radius 5 around (x, y).
    fn disc(x: f32, y: f32) -> Vec<u8> {
        let ink = |at: usize| {
            let apart = libm::hypotf((at % SIDE) as f32 - x, (at / SIDE) as f32 - y);
            (255.0 * (5.5 - apart).clamp(0.0, 1.0)) as u8
        };
        (0..SIDE * SIDE).map(ink).collect()
    }

    /// [sum, mean x, mean y] of the ink.
    fn moments(image: &[u8]) -> [f32; 3] {
        let sum: f32 = image.iter().map(|&ink| f32::from(ink)).sum();
        let mean = |of: fn(usize) -> usize| {
            image.iter().enumerate().map(|(at, &ink)| of(at) as f32 * f32::from(ink)).sum::<f32>() / sum
        };
        [sum, mean(|at| at % SIDE), mean(|at| at / SIDE)]
    }

    fn spread(numbers: &[f32]) -> [f32; 2] {
        let mean = numbers.iter().sum::<f32>() / numbers.len() as f32;
        let square = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / numbers.len() as f32;
        [mean, square.sqrt()]
    }

    #[test]
    fn nothing_changes_where_nothing_is_asked_for() {
        let image = disc(12.0, 15.0);
        assert_eq!(changed(Augmentation::default(), &image, 3), image);
        assert!(Augmentation::default().is_none());
    }

    #[test]
    fn the_same_start_changes_an_image_the_same_way_and_another_otherwise() {
        let all = Augmentation::from_numbers([2.0, 10.0, 0.1, 5.0, 30.0, 4.0, 0.5]);
        let image = disc(13.0, 13.0);
        assert_eq!(changed(all, &image, 1), changed(all, &image, 1));
        assert_ne!(changed(all, &image, 1), changed(all, &image, 2));
        assert_eq!(Augmentation::from_numbers(all.numbers()), all);
    }

    /// Even from −3 to 3: mean 0 and deviation 3/√3, down and across.
    #[test]
    fn shifts_are_even() {
        let shift = Augmentation { shift: 3.0, ..Augmentation::default() };
        let moved: Vec<[f32; 3]> = (0..2000).map(|n| moments(&changed(shift, &disc(13.5, 13.5), n))).collect();
        for axis in [1, 2] {
            let [mean, deviation] = spread(&moved.iter().map(|moments| moments[axis] - 13.5).collect::<Vec<_>>());
            assert!(mean.abs() < 0.15 && (deviation - 3.0_f32.sqrt()).abs() < 0.06, "{mean} ± {deviation}");
        }
        let all_ink = moments(&disc(13.5, 13.5))[0];
        assert!(moved.iter().all(|[ink, ..]| (ink / all_ink - 1.0).abs() < 0.02), "no ink is lost");
    }

    /// A disc 7 pixels to the right of the middle moves to 7·(cos, sin) of an angle, uniform up to 30° to either side.
    #[test]
    fn rotations_keep_the_distance_and_are_even() {
        let rotation = Augmentation { rotation: 30.0, ..Augmentation::default() };
        let turned = |n| {
            let [_, x, y] = moments(&changed(rotation, &disc(20.5, 13.5), n));
            [libm::hypotf(x - 13.5, y - 13.5), libm::atan2f(y - 13.5, x - 13.5).to_degrees()]
        };
        let turned: Vec<[f32; 2]> = (0..2000).map(turned).collect();
        assert!(turned.iter().all(|[distance, _]| (distance - 7.0).abs() < 0.1));
        let [mean, deviation] = spread(&turned.iter().map(|turned| turned[1]).collect::<Vec<_>>());
        assert!(mean.abs() < 1.2 && (deviation - 30.0 / 3.0_f32.sqrt()).abs() < 0.6, "{mean} ± {deviation}");
    }

    #[test]
    fn scales_change_the_area_and_strokes_the_ink() {
        let ink = |augmentation, n| moments(&changed(augmentation, &disc(13.5, 13.5), n))[0];
        let plain = moments(&disc(13.5, 13.5))[0];
        let scale = Augmentation { scale: 0.2, ..Augmentation::default() };
        let areas: Vec<f32> = (0..1000).map(|n| (ink(scale, n) / plain).sqrt()).collect();
        let [mean, deviation] = spread(&areas);
        assert!((mean - 1.0).abs() < 0.02 && (deviation - 0.2 / 3.0_f32.sqrt()).abs() < 0.01, "{mean} ± {deviation}");
        let stroke = Augmentation { stroke: 1.0, ..Augmentation::default() };
        let inks: Vec<f32> = (0..1000).map(|n| ink(stroke, n) / plain).collect();
        // A pixel more or less around a radius of 5.5.
        assert!(inks.iter().all(|ink| (0.55..1.45).contains(ink)), "{:?}", spread(&inks));
        assert!(spread(&inks)[1] > 0.15);
    }

    /// Shear leans uprights and leaves the middle row where it is.
    #[test]
    fn shears_move_rows_by_their_height() {
        let shear = Augmentation { shear: 20.0, ..Augmentation::default() };
        let leans: Vec<f32> = (0..1000)
            .map(|n| {
                let [_, above, _] = moments(&changed(shear, &disc(13.5, 7.5), n));
                let [_, below, _] = moments(&changed(shear, &disc(13.5, 19.5), n));
                assert!((above + below - 27.0).abs() < 0.1);
                libm::atan2f(above - below, 12.0).to_degrees()
            })
            .collect();
        let [mean, deviation] = spread(&leans);
        assert!(mean.abs() < 1.0 && (deviation - 20.0 / 3.0_f32.sqrt()).abs() < 0.6, "{mean} ± {deviation}");
    }

    /// In the middle of the image a displacement has mean 0 and the deviation of the paper's: α·√(1/3 · Σ g²), where
    /// Σ g² of a Gaussian of two dimensions is 1/(4πσ²). Neighbours go together, as the Gaussian of σ√2 says.
    #[test]
    fn displacements_vary_as_in_the_paper() {
        let elastic = Augmentation { elastic: 34.0, smoothness: 4.0, ..Augmentation::default() };
        let mut augmenter = Augmenter::new(SIDE, SIDE);
        let (mut middle, mut near) = (Vec::new(), Vec::new());
        for image in 0..4000 {
            augmenter.displace(&elastic, starts(1, 0, image)[0]);
            middle.push(augmenter.fields[0][14 * SIDE + 14]);
            near.push(augmenter.fields[0][14 * SIDE + 18]);
        }
        let [mean, deviation] = spread(&middle);
        let expected = 34.0 * (1.0 / 3.0 / (4.0 * std::f32::consts::PI * 16.0)).sqrt();
        assert!(mean.abs() < 0.08 && (deviation / expected - 1.0).abs() < 0.05, "{mean} ± {deviation}, not {expected}");
        let together = middle.iter().zip(&near).map(|(a, b)| a * b).sum::<f32>() / middle.len() as f32;
        let expected = libm::expf(-16.0 / (4.0 * 16.0));
        assert!((together / deviation.powi(2) - expected).abs() < 0.08, "{}", together / deviation.powi(2));
    }
}
