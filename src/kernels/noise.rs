//! Random bits for each number of a training step, as a function of its position alone. So the GPU makes the same bits
//! (`elementwise.wgsl`), and each worker can make its part of them.

use super::lanes::LANES;

/// The steps between neighbours: odd, so that no two positions coincide, and far apart.
const NEXT: u32 = 0x9e37_79b9;

/// Scatters 32 bits: `lowbias32` of C. Wellons' *Prospecting for Hash Functions*, by which every bit that goes in changes
/// each that comes out with a probability of a half, to within 0.2 %.
#[inline(always)]
pub fn scatter(x: u32) -> u32 {
    let x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    let x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    x ^ x >> 16
}

/// The start of the random numbers of one layer for eight images. `key` belongs to the mini-batch, and `first` is the place
/// of the block's first image in it.
pub fn starts(key: u32, layer: u32, first: u32) -> [u32; LANES] {
    let layer = scatter(key.wrapping_add(layer.wrapping_mul(NEXT)));
    std::array::from_fn(|lane| scatter(layer.wrapping_add((first + lane as u32).wrapping_mul(NEXT))))
}

/// The random number of a unit, from 0 to less than 1: a multiple of 2⁻²⁴.
#[inline(always)]
pub fn uniform(start: u32, unit: u32) -> f32 {
    (scatter(start.wrapping_add(unit.wrapping_mul(NEXT))) >> 8) as f32 * (1.0 / (1 << 24) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means and variances of 100,000 draws, along units and along images, and no correlation between neighbours.
    #[test]
    fn numbers_are_even_and_neighbours_are_strangers() {
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
