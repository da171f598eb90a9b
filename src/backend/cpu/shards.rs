//! Divides a mini-batch so that the result has the same bits with any number of workers.
//!
//! The images are divided into shards, whose number depends only on the number of images. The results of the shards are
//! added up as a binary tree: first neighbours, then pairs of neighbours, and so on. A worker computes the sum of a
//! whole subtree. So the tree determines the order of every addition, whichever worker makes it.

use lenet_kernels::lanes::{LANES, add};
use std::ops::Range;

/// The maximum number of shards, and so of workers for one mini-batch.
pub const MAX_SHARDS: usize = 8;

/// Divides this number of images into shards. Their number is a power of two, and they are as even as blocks of eight
/// images allow.
pub fn shards(images: usize) -> Vec<Range<usize>> {
    let blocks = images.div_ceil(LANES);
    let count = 1 << blocks.clamp(1, MAX_SHARDS).ilog2();
    let start = |shard: usize| (shard * blocks / count * LANES).min(images);
    (0..count).map(|shard| start(shard)..start(shard + 1)).collect()
}

/// Adds up the leaves of a subtree: `leaf(n, into)` writes the numbers of leaf n to `into`. `spare` keeps buffers for the
/// next call.
pub fn sum_tree<F>(leaves: Range<usize>, into: &mut [f32], spare: &mut Vec<Vec<f32>>, leaf: &mut F)
where
    F: FnMut(usize, &mut [f32]),
{
    if leaves.len() == 1 {
        return leaf(leaves.start, into);
    }
    let middle = leaves.start + leaves.len() / 2;
    sum_tree(leaves.start..middle, into, spare, leaf);
    let mut right = spare.pop().unwrap_or_default();
    right.resize(into.len(), 0.0);
    sum_tree(middle..leaves.end, &mut right, spare, leaf);
    add(into, &right);
    spare.push(right);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_a_power_of_two_of_whole_blocks() {
        let lengths = |images| shards(images).iter().map(Range::len).collect::<Vec<_>>();
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(10), [8, 2]);
        assert_eq!(lengths(32), [8; 4]);
        assert_eq!(lengths(64), [8; 8]);
        assert_eq!(lengths(100), [8, 16, 8, 16, 16, 8, 16, 12]);
        assert_eq!(lengths(256), [32; 8]);
        assert_eq!(shards(100)[7], 88..100);
    }

    /// In f32, 10⁸ + 1 is 10⁸ and 10⁸ + 16 is not, so the sum depends on the order of the additions.
    #[test]
    fn a_tree_gives_the_same_bits_however_it_is_divided() {
        let leaves = [1e8_f32, 1.0, -1e8, 3.0, 5.0, 1e7, 0.1, 0.2];
        let sum = |range: Range<usize>| {
            let mut sum = [0.0];
            sum_tree(range, &mut sum, &mut Vec::new(), &mut |n, into| into[0] = leaves[n]);
            sum[0]
        };
        let halves = sum(0..4) + sum(4..8);
        let quarters = (sum(0..2) + sum(2..4)) + (sum(4..6) + sum(6..8));
        assert_eq!(sum(0..8).to_bits(), halves.to_bits());
        assert_eq!(sum(0..8).to_bits(), quarters.to_bits());
        let in_a_row = leaves.iter().sum::<f32>();
        assert_ne!(sum(0..8).to_bits(), in_a_row.to_bits());
    }
}
