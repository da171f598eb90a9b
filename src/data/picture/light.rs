//! The paper under the ink: how bright it is at each place, and how far each pixel is from it.

use super::grey::Grey;
use super::mask::Mask;

/// How far each pixel is from the paper on one side, in grey values.
pub struct Ink {
    pub width: usize,
    /// Zero where the pixel is paper, or on the other side of it.
    pub depth: Vec<f32>,
    /// Less than this is noise.
    pub floor: f32,
    /// Whether the ink is darker than the paper.
    pub dark: bool,
}

/// Grey values that are closer to the paper than this are paper, however little noise there is.
const SAME: f32 = 6.0;
/// The paper's surface is right if this share of the pixels lies near it.
const PAPER: f32 = 0.65;
/// Two levels of grey are the whole picture if they explain this share of its variance.
const TWO_LEVELS: f32 = 0.85;

/// What may be the ink.
pub struct Candidates {
    /// The likelier first. There is none in a picture without contrast.
    pub inks: Vec<Ink>,
    /// What else may be the ink if these are shadows.
    pub in_shadow: Box<dyn FnOnce() -> [Ink; 2]>,
}

/// What may be the ink of a picture.
pub fn candidates(grey: &Grey) -> Candidates {
    let (grey, noise) = quiet(grey);
    let [low, high] = [0.0, 1.0].map(|share| quantile(grey.pixels.iter().copied(), share));
    let least = SAME.max(4.0 * noise);
    let inks = match Surface::inks(&grey, noise) {
        _ if high - low < SAME => Vec::new(),
        Some(inks) => inks.into(),
        None => {
            let levels = Levels::of(&grey);
            let even = levels.inks(&grey, least);
            if levels.explained < TWO_LEVELS { strokes(&grey, least).into_iter().chain(even).collect() } else { even.into() }
        }
    };
    Candidates { inks, in_shadow: Box::new(move || strokes(&grey, least)) }
}

/// The ink if what was taken for ink is paper: the picture's other level of grey.
pub fn swapped(grey: &Grey, ink: &Ink, mask: &Mask) -> Ink {
    let paper = quantile(grey.pixels.iter().zip(&mask.inked).filter(|(_, inked)| **inked).map(|(grey, _)| *grey), 0.5);
    let dark = !ink.dark;
    Ink { width: ink.width, depth: depths(grey, paper, dark), floor: ink.floor, dark }
}

fn depths(grey: &Grey, paper: f32, dark: bool) -> Vec<f32> {
    grey.pixels.iter().map(|&grey| if dark { paper - grey } else { grey - paper }.max(0.0)).collect()
}

fn stronger_first(mut inks: [Ink; 2]) -> [Ink; 2] {
    let strength = |ink: &Ink| -> f64 {
        ink.depth.iter().map(|&depth| f64::from((depth - ink.floor).max(0.0)).powi(2)).sum()
    };
    if strength(&inks[1]) > strength(&inks[0]) {
        inks.swap(0, 1);
    }
    inks
}

/// The value that this share of the values does not exceed; 0 if there are none.
pub fn quantile(values: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return 0.0;
    }
    let at = ((values.len() - 1) as f32 * share) as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The standard deviation of the noise, from how far pixels are from the mean of two others in their row.
fn noise(grey: &Grey, reach: usize) -> f32 {
    let rows = grey.pixels.chunks_exact(grey.width);
    let apart = |near: &[f32]| (near[reach] - (near[0] + near[2 * reach]) / 2.0).abs();
    quantile(rows.flat_map(|row| row.windows(2 * reach + 1).map(apart)), 0.5) / (0.6745 * 1.5_f32.sqrt())
}

/// The picture, averaged over neighbours as long as its noise is strong and it is large enough; and its noise.
fn quiet(grey: &Grey) -> (Grey, f32) {
    let mut quiet = Grey { width: grey.width, pixels: grey.pixels.clone() };
    let mut strength = noise(&quiet, 1);
    for _ in 0..3 {
        let [low, high] = [0.005, 0.995].map(|share| quantile(quiet.pixels.iter().copied(), share));
        if quiet.width.min(quiet.height()) < 56 || strength < 0.05 * (high - low) {
            break;
        }
        for (length, across) in [(quiet.width, false), (quiet.height(), true)] {
            quiet = along(&quiet, length, across, |line| mean_within(line, 1));
        }
        // Neighbours are alike by now.
        strength = noise(&quiet, 4);
    }
    (quiet, strength)
}

/// Every row, or every column, changed by `change`.
fn along(grey: &Grey, length: usize, columns: bool, change: impl Fn(&[f32]) -> Vec<f32>) -> Grey {
    let mut out = grey.pixels.clone();
    let mut line = vec![0.0; length];
    for number in 0..grey.pixels.len() / length {
        let place = |at: usize| if columns { at * grey.width + number } else { number * grey.width + at };
        line.iter_mut().enumerate().for_each(|(at, value)| *value = grey.pixels[place(at)]);
        change(&line).into_iter().enumerate().for_each(|(at, value)| out[place(at)] = value);
    }
    Grey { width: grey.width, pixels: out }
}

/// A quadratic surface: the light on the paper.
struct Surface {
    coefficients: [f64; TERMS],
}

const TERMS: usize = 6;
/// The surface is fitted to a grid of at most so many points a side.
const GRID: usize = 64;

impl Surface {
    /// What is above and what is below the surface, the stronger first; None if the paper is no such surface.
    fn inks(grey: &Grey, noise: f32) -> Option<[Ink; 2]> {
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

/// The two grey values that explain a picture best (N. Otsu, "A threshold selection method from gray-level histograms",
/// 1979).
struct Levels {
    threshold: f32,
    /// The share of the variance that is between them.
    explained: f32,
}

impl Levels {
    fn of(grey: &Grey) -> Levels {
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
    fn inks(&self, grey: &Grey, floor: f32) -> [Ink; 2] {
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

/// Where light falls off too fast for a surface, as at a shadow's edge: what is narrower than a third of the picture, by
/// closing and opening its grey values. The side on which pixels lie further from what is around them comes first.
fn strokes(grey: &Grey, floor: f32) -> [Ink; 2] {
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
    let skew: f64 =
        grey.pixels.iter().zip(&mean(grey).pixels).map(|(grey, mean)| f64::from(grey - mean).powi(3)).sum();
    [side(skew < 0.0), side(skew >= 0.0)]
}

/// The furthest value within `reach` of each place.
fn furthest(line: &[f32], reach: usize, choose: fn(f32, f32) -> f32) -> Vec<f32> {
    // Van Herk's: of blocks as long as the window, what is furthest from the block's start and to its end.
    let length = 2 * reach + 1;
    let at = |at: usize| line[at.saturating_sub(reach).min(line.len() - 1)];
    let padded: Vec<f32> = (0..(line.len() + 2 * reach).next_multiple_of(length)).map(at).collect();
    let (mut from_start, mut to_end) = (padded.clone(), padded);
    for block in from_start.chunks_exact_mut(length) {
        (1..length).for_each(|at| block[at] = choose(block[at], block[at - 1]));
    }
    for block in to_end.chunks_exact_mut(length) {
        (0..length - 1).rev().for_each(|at| block[at] = choose(block[at], block[at + 1]));
    }
    (0..line.len()).map(|at| choose(to_end[at], from_start[at + length - 1])).collect()
}

/// The mean within `reach` of each place.
fn mean_within(line: &[f32], reach: usize) -> Vec<f32> {
    let mut before = vec![0.0_f64];
    line.iter().for_each(|value| before.push(before[before.len() - 1] + f64::from(*value)));
    let mean = |at: usize| {
        let (low, high) = (at.saturating_sub(reach), (at + reach + 1).min(line.len()));
        ((before[high] - before[low]) / (high - low) as f64) as f32
    };
    (0..line.len()).map(mean).collect()
}
