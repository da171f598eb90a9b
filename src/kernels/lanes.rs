//! Eight images at once. On the CPU every number of a network is a row of eight, one per image of a block. So each kernel
//! reads as if it worked on a single image, and it fills the vector unit whatever the layer's shape, without borders,
//! remainders or transpositions. `wide` makes two 128-bit operations of each.

/// One number of the network, for eight images.
pub type Lanes = [f32; 8];

/// How many images a block has.
pub const LANES: usize = 8;

/// Zero for every image.
pub const ZERO: Lanes = [0.0; LANES];

/// Eight numbers in registers: two of 128 bits, or one of 256 where the target has them.
pub type Wide = wide::f32x8;

/// One number, repeated for every image.
#[inline(always)]
pub fn splat(x: f32) -> Wide {
    Wide::splat(x)
}

/// Loads a number into registers.
#[inline(always)]
pub fn load(lanes: &Lanes) -> Wide {
    Wide::new(*lanes)
}

/// Stores numbers from registers.
#[inline(always)]
pub fn store<const M: usize>(sums: [Wide; M], to: &mut [Lanes]) {
    let to: &mut [Lanes; M] = to.try_into().expect("as many places as sums");
    *to = sums.map(Wide::to_array);
}

/// The sum of four lanes. Not `wide`'s own, whose order depends on the target.
#[inline(always)]
pub fn total(four: wide::f32x4) -> f32 {
    let [a, b, c, d] = four.to_array();
    (a + b) + (c + d)
}

/// Converts one image from bytes 0..255 to numbers 0..1.
#[inline(never)]
pub fn put_bytes(bytes: &[u8], image: usize, to: &mut [Lanes]) {
    to.iter_mut().zip(bytes).for_each(|(lanes, &byte)| lanes[image] = f32::from(byte) / 255.0);
}

/// Sets the images from number `first` on to zero.
#[inline(never)]
pub fn clear(first: usize, numbers: &mut [Lanes]) {
    numbers.iter_mut().for_each(|lanes| lanes[first..].fill(0.0));
}

/// The inner loop of almost everything: `M` sums of products of the same `inputs`, each with its own weights.
///
/// 4 sums × 8 images are 8 registers of 128 bits, which leaves enough of the 16 for the operands; more would spill.
/// `weights` are interleaved, [input][sum], so that they are read in order.
#[inline(always)]
pub fn accumulate<const M: usize>(mut sums: [Wide; M], weights: &[[f32; M]], inputs: &[Lanes]) -> [Wide; M] {
    for (weights, input) in weights.iter().zip(inputs) {
        let input = load(input);
        for m in 0..M {
            sums[m] += splat(weights[m]) * input;
        }
    }
    sums
}

/// One tile of a matrix product by `accumulate` alone: the speed that the kernels are compared with. It is a function of its
/// own because browsers optimise a function that is called often.
#[inline(never)]
pub fn tile_product(rows: &[[f32; 4]], columns: &[Lanes], product: &mut [Lanes; 4]) {
    store(accumulate([Wide::ZERO; 4], rows, columns), product);
}

/// sum[n] += numbers[n].
#[inline(never)]
pub fn add(sum: &mut [f32], numbers: &[f32]) {
    sum.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x);
}

/// Cuts 0..`length` into tiles of at most `maximum`, as evenly as possible: 6 by 4 is 3 + 3, because a tile of 2 would wait
/// for its own additions.
pub fn tiles(length: usize, maximum: usize) -> impl Iterator<Item = std::ops::Range<usize>> + Clone {
    let count = length.div_ceil(maximum);
    (0..count).map(move |tile| tile * length / count..(tile + 1) * length / count)
}

/// Calls `$kernel::<M>($arguments)` with the constant that equals `$size`, which is 1 to 4.
macro_rules! with_tile {
    ($size:expr, $kernel:ident ( $($argument:expr),* $(,)? )) => {
        match $size {
            1 => $kernel::<1>($($argument),*),
            2 => $kernel::<2>($($argument),*),
            3 => $kernel::<3>($($argument),*),
            4 => $kernel::<4>($($argument),*),
            _ => unreachable!("no such tile"),
        }
    };
}
pub(crate) use with_tile;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_even_and_cover_everything() {
        let cut = |length, maximum| tiles(length, maximum).map(|tile| tile.len()).collect::<Vec<_>>();
        assert_eq!(cut(6, 4), [3, 3]);
        assert_eq!(cut(16, 4), [4, 4, 4, 4]);
        assert_eq!(cut(10, 4), [3, 3, 4]);
        assert_eq!(cut(1, 4), [1]);
        assert_eq!(tiles(7, 4).last(), Some(3..7));
    }
}
