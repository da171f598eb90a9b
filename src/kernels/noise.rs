//! The random numbers of a training step. Each is a function of its position and does not depend on numbers drawn
//! before. So the GPU computes the same numbers, and any worker can compute any part of them.

use super::lanes::LANES;

/// The distance between the seeds of neighbours. It is odd, so that no two are equal, and large.
const NEXT: u32 = 0x9e37_79b9;

/// A hash of 32 bits: `lowbias32` of C. Wellons' *Prospecting for Hash Functions*. Every input bit changes each output bit
/// with a probability of ½, to within 0.2 %.
#[inline(always)]
pub fn scatter(x: u32) -> u32 {
    let x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    let x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    x ^ x >> 16
}

/// The seeds of one layer's random numbers for eight images. `key` is the seed of the mini-batch, `first` the place of the
/// block's first image in it.
pub fn starts(key: u32, layer: u32, first: u32) -> [u32; LANES] {
    let layer = scatter(key.wrapping_add(layer.wrapping_mul(NEXT)));
    std::array::from_fn(|lane| scatter(layer.wrapping_add((first + lane as u32).wrapping_mul(NEXT))))
}

/// The random number of a unit: uniform in [0, 1), a multiple of 2⁻²⁴.
#[inline(always)]
pub fn uniform(start: u32, unit: u32) -> f32 {
    (scatter(start.wrapping_add(unit.wrapping_mul(NEXT))) >> 8) as f32 * (1.0 / (1 << 24) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance and covariance with neighbours of 100,000 draws, along units and along images.
    #[test]
    fn numbers_are_uniform_and_neighbours_are_independent() {
        let along_units: Vec<f32> = (0..100_000).map(|unit| uniform(starts(7, 3, 16)[5], unit)).collect();
        let along_images: Vec<f32> = (0..100_000).map(|image| uniform(starts(7, 3, image)[0], 9)).collect();
        for draws in [along_units, along_images] {
            let mean = draws.iter().sum::<f32>() / draws.len() as f32;
            let moment = |apart: usize| {
                let products = draws.iter().zip(&draws[apart..]).map(|(a, b)| (a - 0.5) * (b - 0.5));
                products.sum::<f32>() / draws.len() as f32
            };
            assert!((mean - 0.5).abs() < 0.004, "mean {mean}");
            assert!((moment(0) - 1.0 / 12.0).abs() < 0.001, "variance {}", moment(0));
            for apart in [1, 2, 28] {
                assert!(moment(apart).abs() < 0.001, "covariance {} with the {apart}th neighbour", moment(apart));
            }
        }
    }
}
