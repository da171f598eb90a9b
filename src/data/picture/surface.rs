//! The paper's surface: light that changes slowly from place to place.

use super::grey::Grey;
use super::ink::{Ink, SAME};
use super::noise::quantile;

/// The surface is the paper's if this share of the pixels lies near it.
const PAPER: f32 = 0.65;

/// What is above and what is below the paper's surface, the stronger first; None if the paper is no such surface.
pub fn inks(grey: &Grey, noise: f32) -> Option<[Ink; 2]> {
    let away: Vec<f32> = Surface::of(grey).away(grey);
    let spread = quantile(away.iter().map(|away| away.abs()), 0.5);
    let [low, high] = [0.002, 0.998].map(|share| quantile(grey.pixels.iter().copied(), share));
    let near = 12.0_f32.max(4.0 * spread);
    let share = away.iter().filter(|away| away.abs() <= near).count() as f32 / away.len() as f32;
    // Half of normal noise is within 0.6745 standard deviations.
    if share < PAPER || spread > (0.08 * (high - low)).max(1.3 * 0.6745 * noise) {
        return None;
    }
    let floor = SAME.max(4.0 * noise).max(4.0 * spread / 0.6745);
    let side = |dark: bool| {
        let depth = away.iter().map(|&away| if dark { -away } else { away }.max(0.0)).collect();
        Ink { width: grey.width, depth, floor, dark }
    };
    Some(stronger_first([side(true), side(false)]))
}

fn stronger_first(mut inks: [Ink; 2]) -> [Ink; 2] {
    let strength =
        |ink: &Ink| -> f64 { ink.depth.iter().map(|&depth| f64::from((depth - ink.floor).max(0.0)).powi(2)).sum() };
    if strength(&inks[1]) > strength(&inks[0]) {
        inks.swap(0, 1);
    }
    inks
}

/// A quadratic surface: the light on the paper.
struct Surface {
    coefficients: [f64; TERMS],
}

const TERMS: usize = 6;
/// The surface is fitted to a grid of at most so many points a side.
const GRID: usize = 64;

impl Surface {
    /// The surface from which the picture's pixels deviate least in total (L1, by reweighted least squares), so that ink
    /// on less than half of the paper does not bend it.
    fn of(grey: &Grey) -> Surface {
        let steps = [grey.width, grey.height()].map(|side| side.div_ceil(GRID));
        let points: Vec<([f64; TERMS], f64)> = (0..grey.height())
            .step_by(steps[1])
            .flat_map(|y| (0..grey.width).step_by(steps[0]).map(move |x| y * grey.width + x))
            .map(|at| (terms(grey, at), f64::from(grey.pixels[at])))
            .collect();
        let start = f64::from(quantile(points.iter().map(|(_, value)| *value as f32), 0.5));
        let mut coefficients = [start, 0.0, 0.0, 0.0, 0.0, 0.0];
        for _ in 0..30 {
            let mut system = [[0.0; TERMS + 1]; TERMS];
            for (terms, value) in &points {
                let weight = 1.0 / (value - dot(&coefficients, terms)).abs().max(1.0);
                for (row, left) in system.iter_mut().zip(terms) {
                    for (sum, right) in row.iter_mut().zip(terms.iter().chain([value])) {
                        *sum += weight * left * right;
                    }
                }
            }
            coefficients = solve(system);
        }
        Surface { coefficients }
    }

    /// How far each pixel is above the surface.
    fn away(&self, grey: &Grey) -> Vec<f32> {
        let away = |at| (f64::from(grey.pixels[at]) - dot(&self.coefficients, &terms(grey, at))) as f32;
        (0..grey.pixels.len()).map(away).collect()
    }
}

fn dot(a: &[f64; TERMS], b: &[f64; TERMS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn terms(grey: &Grey, at: usize) -> [f64; TERMS] {
    let place = |at: usize, length: usize| 2.0 * (at as f64 + 0.5) / length as f64 - 1.0;
    let (x, y) = (place(at % grey.width, grey.width), place(at / grey.width, grey.height()));
    [1.0, x, y, x * x, x * y, y * y]
}

/// Solves six equations by elimination. An unknown that they do not determine is 0.
fn solve(mut system: [[f64; TERMS + 1]; TERMS]) -> [f64; TERMS] {
    for at in 0..TERMS {
        let pivot = (at..TERMS).max_by(|&a, &b| system[a][at].abs().total_cmp(&system[b][at].abs())).unwrap_or(at);
        system.swap(at, pivot);
        if system[at][at].abs() < 1e-9 {
            system[at] = [0.0; TERMS + 1];
            system[at][at] = 1.0;
        }
        let row = system[at];
        for (number, other) in system.iter_mut().enumerate().filter(|(number, _)| *number != at) {
            debug_assert!(number != at);
            let factor = other[at] / row[at];
            other.iter_mut().zip(row).for_each(|(value, own)| *value -= factor * own);
        }
    }
    std::array::from_fn(|at| system[at][TERMS] / system[at][at])
}
