//! A training image made into another of the same digit: moved, turned, stretched, sheared, warped, its stroke made
//! thicker or thinner. What happens to it is a function of where its random numbers begin.
//!
//! The image is looked up backwards (where does this pixel come from?) and between pixels bilinearly, once, whatever is
//! done to it; so it is blurred once. It stays bytes: half a level of 255 is lost, a thousandth of what is changed.

use super::noise::uniform;

/// Side of an image.
const SIDE: usize = 28;
/// Its pixels.
const PIXELS: usize = SIDE * SIDE;
/// The middle, from which scale, shear and rotation go.
const MIDDLE: f32 = (SIDE as f32 - 1.0) / 2.0;
/// The displacements' noise lies on every fourth pixel each way. Smoothed over σ ≥ 3 pixels that shows nowhere: how much
/// displacements vary differs by 2·e^(−π²σ²/4²) from place to place, 0.8 % for 3 and 0.01 % for 4.
const NOISE: usize = SIDE / STEP;
const STEP: usize = 4;
/// Paper around the image, so that looking beside it finds some; what is further away is brought to its edge.
const MARGIN: usize = 2;
const PADDED: usize = SIDE + 2 * MARGIN;

/// How far each may go to either side; each image draws its own within, evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// Pixels, across and down.
    pub shift: f32,
    /// Degrees.
    pub rotation: f32,
    /// A share: 0.1 is from 0.9 to 1.1 times as large.
    pub scale: f32,
    /// Degrees by which uprights lean.
    pub shear: f32,
    /// α of Simard, Steinkraus, Platt 2003, section 2: each pixel is displaced by α times noise from −1 to 1 smoothed
    /// by a Gaussian of sum 1. Theirs is 34.
    pub elastic: f32,
    /// σ of that Gaussian, pixels, at least 3. Theirs is 4.
    pub smoothness: f32,
    /// Pixels: 1 is from the erosion of the digit by a plus of five pixels to its dilation by that.
    pub stroke: f32,
}

impl Augmentation {
    /// How many numbers it is.
    pub const NUMBERS: usize = 7;

    /// Whether images stay as they are.
    pub fn is_none(&self) -> bool {
        let Augmentation { shift, rotation, scale, shear, elastic, stroke, .. } = *self;
        [shift, rotation, scale, shear, elastic, stroke] == [0.0; 6]
    }

    /// One after the other.
    pub fn numbers(&self) -> [f32; Self::NUMBERS] {
        let Augmentation { shift, rotation, scale, shear, elastic, smoothness, stroke } = *self;
        [shift, rotation, scale, shear, elastic, smoothness, stroke]
    }

    /// Of `numbers`.
    pub fn from_numbers(numbers: [f32; Self::NUMBERS]) -> Self {
        let [shift, rotation, scale, shear, elastic, smoothness, stroke] = numbers;
        Augmentation { shift, rotation, scale, shear, elastic, smoothness, stroke }
    }
}

/// What of one image's changes is the same for all its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// From a place in the new image, counted from the middle, to the place it comes from: [[xx, xy], [yx, yy]].
    pub matrix: [[f32; 2]; 2],
    /// And then so far, [x, y].
    pub shift: [f32; 2],
    /// From −1 thinner to 1 thicker.
    pub stroke: f32,
}

impl Drawn {
    /// Of an image whose random numbers begin at `start`.
    pub fn new(augmentation: &Augmentation, start: u32) -> Drawn {
        let draw = |n: u32, most: f32| most * (2.0 * uniform(start, n) - 1.0);
        let (sine, cosine) = {
            let angle = draw(0, augmentation.rotation).to_radians();
            (libm::sinf(angle), libm::cosf(angle))
        };
        let lean = libm::tanf(draw(1, augmentation.shear).to_radians());
        let larger = 1.0 / (1.0 + draw(2, augmentation.scale));
        // Backwards: first turned back, then sheared back, then made as small or large as it was.
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

/// Where the noise of the displacements begins among an image's random numbers.
const FIRST_OF_NOISE: u32 = 16;

/// Changes images; keeps what it needs from one to the next.
pub struct Augmenter {
    /// The σ that `smoothing` is for.
    smoothness: f32,
    /// [noise][pixel]: what each number of the noise adds to a pixel's displacement, along one side.
    smoothing: [[f32; SIDE]; NOISE],
    fields: [Vec<[f32; SIDE]>; 2],
    source: Vec<f32>,
}

impl Default for Augmenter {
    fn default() -> Self {
        let smoothing = [[0.0; SIDE]; NOISE];
        Augmenter { smoothness: 0.0, smoothing, fields: Default::default(), source: Vec::new() }
    }
}

impl Augmenter {
    /// The change of `image`, 784 bytes, whose random numbers begin at `start`, to the end of `to`.
    #[inline(never)]
    pub fn change(&mut self, augmentation: &Augmentation, start: u32, image: &[u8], to: &mut Vec<u8>) {
        let drawn = Drawn::new(augmentation, start);
        self.take(image, drawn.stroke);
        if augmentation.elastic == 0.0 {
            self.fields.iter_mut().for_each(|field| {
                field.clear();
                field.resize(SIDE, [0.0; SIDE]);
            });
        } else {
            self.displace(augmentation, start);
        }
        let first = to.len();
        to.resize(first + PIXELS, 0);
        let Drawn { matrix: [[xx, xy], [yx, yy]], shift, .. } = drawn;
        for (row, to) in to[first..].as_chunks_mut::<SIDE>().0.iter_mut().enumerate() {
            let y = row as f32 - MIDDLE;
            // The new image is moved first, so what comes from a place comes from that much before it.
            let (from_x, from_y) = (xy * y + MIDDLE - shift[0], yy * y + MIDDLE - shift[1]);
            let (across, down) = (&self.fields[0][row], &self.fields[1][row]);
            let mut places = [(0_u32, 0.0_f32, 0.0_f32); SIDE];
            for (column, place) in places.iter_mut().enumerate() {
                let x = column as f32 - MIDDLE;
                let most = (SIDE + MARGIN) as f32 - 1.001;
                let x_there = (xx * x + from_x + across[column]).clamp(-(MARGIN as f32), most) + MARGIN as f32;
                let y_there = (yx * x + from_y + down[column]).clamp(-(MARGIN as f32), most) + MARGIN as f32;
                let (left, above) = (x_there as u32, y_there as u32);
                *place = (above * PADDED as u32 + left, x_there - left as f32, y_there - above as f32);
            }
            for (to, (at, right, below)) in to.iter_mut().zip(places) {
                let at = at as usize;
                let [a, b] = [self.source[at], self.source[at + 1]];
                let [c, d] = [self.source[at + PADDED], self.source[at + PADDED + 1]];
                let (upper, lower) = (a + right * (b - a), c + right * (d - c));
                *to = (upper + below * (lower - upper) + 0.5) as u8;
            }
        }
    }

    /// The image with paper around, between its erosion and its dilation.
    fn take(&mut self, image: &[u8], stroke: f32) {
        self.source.clear();
        self.source.resize(PADDED * (PADDED + 1), 0.0);
        for (row, pixels) in image.as_chunks::<SIDE>().0.iter().enumerate() {
            let to = &mut self.source[(row + MARGIN) * PADDED + MARGIN..][..SIDE];
            to.iter_mut().zip(pixels).for_each(|(to, &pixel)| *to = f32::from(pixel));
        }
        if stroke == 0.0 {
            return;
        }
        let source = self.source.clone();
        let share = stroke.abs();
        for row in MARGIN..MARGIN + SIDE {
            for at in row * PADDED + MARGIN..row * PADDED + MARGIN + SIDE {
                let around = [source[at - 1], source[at + 1], source[at - PADDED], source[at + PADDED]];
                let own = source[at];
                let end = if stroke > 0.0 {
                    around.into_iter().fold(own, |most, x| if x > most { x } else { most })
                } else {
                    around.into_iter().fold(own, |least, x| if x < least { x } else { least })
                };
                self.source[at] = own + share * (end - own);
            }
        }
    }

    /// Draws the displacements: noise, smoothed down and across.
    fn displace(&mut self, augmentation: &Augmentation, start: u32) {
        if self.smoothness != augmentation.smoothness {
            self.smoothness = augmentation.smoothness;
            self.smoothing = smoothing(augmentation.smoothness);
        }
        for (which, field) in self.fields.iter_mut().enumerate() {
            let first = FIRST_OF_NOISE + (which * NOISE * NOISE) as u32;
            let mut smoothed = [[0.0; SIDE]; NOISE];
            for (row, smoothed) in smoothed.iter_mut().enumerate() {
                let noise: [f32; NOISE] = std::array::from_fn(|n| {
                    augmentation.elastic * (2.0 * uniform(start, first + (row * NOISE + n) as u32) - 1.0)
                });
                for (noise, weights) in noise.iter().zip(&self.smoothing) {
                    (0..SIDE).for_each(|x| smoothed[x] += noise * weights[x]);
                }
            }
            field.clear();
            field.extend((0..SIDE).map(|y| {
                let mut row = [0.0; SIDE];
                for (weights, smoothed) in self.smoothing.iter().zip(&smoothed) {
                    (0..SIDE).for_each(|x| row[x] += weights[y] * smoothed[x]);
                }
                row
            }));
        }
    }
}

/// A Gaussian of sum 1 over pixels. A number of the noise stands for `STEP` pixels of each side, whose own would add up to
/// a deviation of √`STEP` of one's: with it the displacements vary as much as from noise on every pixel.
fn smoothing(smoothness: f32) -> [[f32; SIDE]; NOISE] {
    let smoothness = smoothness.max(3.0);
    let density = |apart: f32| libm::expf(-apart * apart / (2.0 * smoothness * smoothness));
    let sum: f32 = (-60..=60).map(|apart| density(apart as f32)).sum();
    let weight = |pixel: usize, noise: usize| density(pixel as f32 - (STEP * noise) as f32 - (STEP - 1) as f32 / 2.0);
    std::array::from_fn(|noise| std::array::from_fn(|pixel| (STEP as f32).sqrt() * weight(pixel, noise) / sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::starts;

    fn changed(augmentation: Augmentation, image: &[u8], number: u32) -> Vec<u8> {
        let mut to = Vec::new();
        Augmenter::default().change(&augmentation, starts(1, 0, number)[0], image, &mut to);
        to
    }

    /// A disc of radius 5 around (x, y).
    fn disc(x: f32, y: f32) -> Vec<u8> {
        let ink = |at: usize| {
            let apart = libm::hypotf((at % SIDE) as f32 - x, (at / SIDE) as f32 - y);
            (255.0 * (5.5 - apart).clamp(0.0, 1.0)) as u8
        };
        (0..PIXELS).map(ink).collect()
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

    /// A disc 8 to the right of the middle comes to 8·(cos, sin) of even angles up to 30°.
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
        let mut augmenter = Augmenter::default();
        let (mut middle, mut near) = (Vec::new(), Vec::new());
        for image in 0..4000 {
            augmenter.displace(&elastic, starts(1, 0, image)[0]);
            middle.push(augmenter.fields[0][14][14]);
            near.push(augmenter.fields[0][14][18]);
        }
        let [mean, deviation] = spread(&middle);
        let expected = 34.0 * (1.0 / 3.0 / (4.0 * std::f32::consts::PI * 16.0)).sqrt();
        assert!(mean.abs() < 0.08 && (deviation / expected - 1.0).abs() < 0.05, "{mean} ± {deviation}, not {expected}");
        let together = middle.iter().zip(&near).map(|(a, b)| a * b).sum::<f32>() / middle.len() as f32;
        let expected = libm::expf(-16.0 / (4.0 * 16.0));
        assert!((together / deviation.powi(2) - expected).abs() < 0.08, "{}", together / deviation.powi(2));
    }
}
