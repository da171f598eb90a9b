//! The two levels of grey of a picture in even light.

use super::grey::Grey;
use super::ink::{Ink, depths};
use super::noise::quantile;

/// The two grey values that explain a picture best (N. Otsu, "A threshold selection method from gray-level histograms",
/// 1979).
pub struct Levels {
    threshold: f32,
    /// The share of the variance that is between them.
    pub explained: f32,
}

impl Levels {
    /// The levels of a picture.
    pub fn of(grey: &Grey) -> Levels {
        let mut counts = [0.0_f64; 256];
        for &pixel in &grey.pixels {
            counts[pixel.round().clamp(0.0, 255.0) as usize] += 1.0;
        }
        let total = grey.pixels.len() as f64;
        let mean = |counts: &[f64]| counts.iter().enumerate().map(|(at, count)| at as f64 * count).sum::<f64>();
        let sum = mean(&counts);
        let variance: f64 =
            counts.iter().enumerate().map(|(at, count)| count * (at as f64 - sum / total).powi(2)).sum();
        let (mut below, mut moment) = (0.0, 0.0);
        let mut best = Levels { threshold: 127.5, explained: 0.0 };
        for (at, count) in counts.iter().enumerate().take(255) {
            (below, moment) = (below + count, moment + at as f64 * count);
            let above = total - below;
            if below == 0.0 || above == 0.0 {
                continue;
            }
            let apart = moment / below - (sum - moment) / above;
            let explained = (below * above / total * apart * apart / variance) as f32;
            if explained > best.explained {
                best = Levels { threshold: at as f32 + 0.5, explained };
            }
        }
        best
    }

    /// The rarer level as ink, then the other.
    pub fn inks(&self, grey: &Grey, floor: f32) -> [Ink; 2] {
        let [bright, dark]: [Vec<f32>; 2] =
            grey.pixels.iter().copied().partition(|pixel| *pixel > self.threshold).into();
        let [above, below] = [&bright, &dark].map(|side| quantile(side.iter().copied(), 0.5));
        let floor = floor.max(0.1 * (above - below));
        let ink = |dark: bool| {
            let paper = if dark { above } else { below };
            Ink { width: grey.width, depth: depths(grey, paper, dark), floor, dark }
        };
        let first = dark.len() <= bright.len();
        [ink(first), ink(!first)]
    }
}
