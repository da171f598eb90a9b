//! How strong a picture's noise is, and the picture without it.

use super::grey::Grey;
use super::lines::{along, mean_within};

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
pub fn quiet(grey: &Grey) -> (Grey, f32) {
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
