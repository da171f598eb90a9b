//! Strokes in light that changes too fast for a surface.

use super::grey::Grey;
use super::ink::Ink;
use super::lines::{along, furthest, mean_within};

/// Where light falls off too fast for a surface, as at a shadow's edge: what is narrower than a third of the picture, by
/// closing and opening its grey values. The side on which pixels lie further from what is around them comes first.
pub fn strokes(grey: &Grey, floor: f32) -> [Ink; 2] {
    let reach = grey.width.max(grey.height()) / 6 + 1;
    let around = |first: fn(f32, f32) -> f32, then: fn(f32, f32) -> f32| {
        let spread = |grey: &Grey, choose: fn(f32, f32) -> f32| {
            let rows = along(grey, grey.width, false, |line| furthest(line, reach, choose));
            along(&rows, rows.height(), true, |line| furthest(line, reach, choose))
        };
        spread(&spread(grey, first), then)
    };
    let side = |dark: bool| {
        let paper = if dark { around(f32::max, f32::min) } else { around(f32::min, f32::max) };
        let depth = paper.pixels.iter().zip(&grey.pixels).map(|(paper, grey)| (paper - grey).abs()).collect();
        Ink { width: grey.width, depth, floor, dark }
    };
    let mean = |grey: &Grey| {
        let blur = |line: &[f32]| mean_within(line, reach);
        let rows = along(grey, grey.width, false, blur);
        along(&rows, rows.height(), true, blur)
    };
    let skew: f64 = grey.pixels.iter().zip(&mean(grey).pixels).map(|(grey, mean)| f64::from(grey - mean).powi(3)).sum();
    [side(skew < 0.0), side(skew >= 0.0)]
}
