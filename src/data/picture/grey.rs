//! A picture's pixels as grey values: the one channel in which what is drawn stands out, no larger than is needed.

use super::Picture;

/// Grey pixels row by row, 0 to 255. They are brightness, one colour, or opacity: the ink may be on either side.
pub struct Grey {
    pub width: usize,
    pub pixels: Vec<f32>,
}

/// The longest side that is worked on. Averaging a larger picture loses no digit, and takes its noise away.
const SIDE: usize = 1000;
/// The weights of red, green and blue in the luma of ITU-R BT.601.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];
/// A colour channel is used instead of the luma if it varies this much more: red on green of one brightness.
const CLEARER: f32 = 2.5;
/// Opacity varies if a pixel has less than this.
const OPAQUE: u8 = 250;
/// Opaque pixels have one colour if no channel deviates from its mean by more than this, on average.
const ONE_COLOUR: f32 = 12.0;

impl Grey {
    /// The grey values of a picture.
    pub fn of(picture: &Picture) -> Grey {
        let pixels = picture.rgba.as_chunks::<4>().0;
        let sheet = Sheet::of(pixels);
        let times = picture.width.max(picture.height).div_ceil(SIDE);
        let [width, height] = [picture.width, picture.height].map(|side| side.div_ceil(times));
        let mean = |at: usize| {
            let (x, y) = (at % width * times, at / width * times);
            let columns = x..(x + times).min(picture.width);
            let rows = y..(y + times).min(picture.height);
            let count = (columns.len() * rows.len()) as f32;
            let row = |y: usize| {
                pixels[y * picture.width..][columns.clone()].iter().map(|pixel| sheet.grey(*pixel)).sum::<f32>()
            };
            rows.map(row).sum::<f32>() / count
        };
        Grey { width, pixels: (0..width * height).map(mean).collect() }
    }

    pub fn height(&self) -> usize {
        self.pixels.len() / self.width
    }
}

/// How a pixel's colour and opacity become a grey value.
enum Sheet {
    /// What is opaque is the ink, whatever its colour.
    Opacity,
    /// These weights of red, green and blue, with this grey under what is transparent.
    Colour { weights: [f32; 3], under: f32 },
}

impl Sheet {
    fn of(pixels: &[[u8; 4]]) -> Sheet {
        let transparent = pixels.iter().filter(|pixel| pixel[3] < 128).count();
        let is_opaque = pixels.iter().all(|pixel| pixel[3] >= OPAQUE);
        let spread = Spread::of(pixels);
        let is_one_colour = spread.deviation.iter().all(|deviation| *deviation <= ONE_COLOUR);
        // Most of the sheet is see-through: the rest is what was drawn.
        if !is_opaque && (is_one_colour || 2 * transparent > pixels.len() && spread.is_bright()) {
            return Sheet::Opacity;
        }
        let weights = spread.clearest();
        // A see-through rim is paper of the colour that most of the sheet has.
        let most = 2 * transparent <= pixels.len();
        let under =
            if most { spread.mean.iter().zip(weights).map(|(mean, weight)| mean * weight).sum() } else { 255.0 };
        Sheet::Colour { weights, under }
    }

    fn grey(&self, [r, g, b, alpha]: [u8; 4]) -> f32 {
        let alpha = f32::from(alpha) / 255.0;
        match self {
            Sheet::Opacity => 255.0 * (1.0 - alpha),
            Sheet::Colour { weights, under } => {
                let grey: f32 =
                    [r, g, b].iter().zip(weights).map(|(&channel, weight)| f32::from(channel) * weight).sum();
                grey * alpha + under * (1.0 - alpha)
            }
        }
    }
}

/// The colours of the opaque pixels.
struct Spread {
    /// Of red, green and blue.
    mean: [f32; 3],
    /// The standard deviations of red, green, blue and the luma.
    deviation: [f32; 4],
}

impl Spread {
    fn of(pixels: &[[u8; 4]]) -> Spread {
        // In f64, and of pixels so far apart that a huge picture takes no longer.
        let mut sums = [[0.0; 2]; 4];
        let mut count = 0.0;
        for [r, g, b, alpha] in pixels.iter().step_by(1 + pixels.len() / 250_000) {
            if *alpha < 128 {
                continue;
            }
            let colours = [r, g, b].map(|&channel| f32::from(channel));
            let luma: f32 = colours.iter().zip(LUMA).map(|(colour, weight)| colour * weight).sum();
            for (sum, value) in sums.iter_mut().zip([colours[0], colours[1], colours[2], luma]) {
                let value = f64::from(value);
                *sum = [sum[0] + value, sum[1] + value * value];
            }
            count += 1.0;
        }
        let mean = sums.map(|[sum, _]| sum / f64::max(count, 1.0));
        let deviation: [f32; 4] =
            std::array::from_fn(|at| (sums[at][1] / f64::max(count, 1.0) - mean[at] * mean[at]).max(0.0).sqrt() as f32);
        Spread { mean: std::array::from_fn(|at| mean[at] as f32), deviation }
    }

    fn is_bright(&self) -> bool {
        self.mean.iter().sum::<f32>() > 1.5 * 255.0
    }

    /// The luma, or the channel that varies far more.
    fn clearest(&self) -> [f32; 3] {
        let [channels @ .., luma] = self.deviation;
        let best = (0..3).max_by(|&a, &b| channels[a].total_cmp(&channels[b])).expect("there are three");
        match channels[best] > CLEARER * luma {
            true => std::array::from_fn(|at| f32::from(u8::from(at == best))),
            false => LUMA,
        }
    }
}
