//! Divides a mini-batch so that the result has the same bits with any number of workers.
//!
//! The images are divided into shards, whose number depends only on the number of images. The results of the shards are
//! added up as a binary tree: first neighbours, then pairs of neighbours, and so on. Which worker computes a shard depends
//! on who has time for it, but the tree determines the order of every addition, whichever worker makes it.

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

/// Which of `workers` equal parts of `count` shards belong to worker `n`.
pub fn part(n: usize, workers: usize, count: usize) -> Range<usize> {
    n * count / workers..(n + 1) * count / workers
}

/// The order in which worker `n` of `workers` asks for `count` shards: from one end of its own part through the whole
/// mini-batch. Neighbours come from opposite ends towards each other, so that each has a run of neighbouring shards.
pub fn order(n: usize, workers: usize, count: usize) -> impl Iterator<Item = usize> {
    let own = part(n, workers, count);
    (0..count).map(move |i| if n.is_multiple_of(2) { own.start + i } else { own.end + count - 1 - i } % count)
}

/// Results of shards, added up as far as neighbours are there.
///
/// The nodes of the tree are numbered from the root, which is 1, downwards: the halves of node n are 2n and 2n + 1. So the
/// first of `count` shards is node `count`.
#[derive(Default)]
pub struct Sums {
    nodes: [Option<Vec<f32>>; 2 * MAX_SHARDS],
    spare: Vec<Vec<f32>>,
}

impl Sums {
    /// A buffer of this length for the numbers of a node; what it contains is undefined.
    pub fn buffer(&mut self, length: usize) -> Vec<f32> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.resize(length, 0.0);
        buffer
    }

    /// The numbers of this node's neighbour, if they are here, and the node that the sum of both is.
    pub fn take_neighbour(&mut self, node: usize) -> Option<(usize, Vec<f32>)> {
        Some((node / 2, self.nodes[node ^ 1].take()?))
    }

    /// Adds the numbers of a node.
    pub fn put(&mut self, mut node: usize, mut numbers: Vec<f32>) {
        while let Some((parent, neighbour)) = self.take_neighbour(node) {
            add(&mut numbers, &neighbour);
            self.spare.push(neighbour);
            node = parent;
        }
        self.nodes[node] = Some(numbers);
    }

    /// Whether the numbers of this node are here, alone or as a part of a sum.
    pub fn has(&self, node: usize) -> bool {
        std::iter::successors(Some(node), |node| Some(node / 2))
            .take_while(|&node| node > 0)
            .any(|n| self.nodes[n].is_some())
    }

    /// How many nodes are here that cannot be added up yet.
    pub fn count(&self) -> usize {
        self.nodes.iter().flatten().count()
    }

    /// The nodes and their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.nodes.iter().enumerate().filter_map(|(node, numbers)| Some((node, numbers.as_deref()?)))
    }

    /// The sum of all shards, once all are here.
    pub fn take_all(&mut self) -> Option<Vec<f32>> {
        self.nodes[1].take()
    }

    /// Removes all nodes.
    pub fn clear(&mut self) {
        self.spare.extend(self.nodes.iter_mut().filter_map(Option::take));
    }

    /// Gives back a buffer for later use.
    pub fn recycle(&mut self, buffer: Vec<f32>) {
        self.spare.push(buffer);
    }
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

    #[test]
    fn neighbours_ask_for_shards_from_opposite_ends() {
        let order = |n, workers, count| order(n, workers, count).collect::<Vec<_>>();
        assert_eq!(order(0, 1, 4), [0, 1, 2, 3]);
        assert_eq!(order(0, 2, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(order(1, 2, 8), [7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(order(1, 4, 8), [3, 2, 1, 0, 7, 6, 5, 4]);
        assert_eq!(order(2, 4, 8), [4, 5, 6, 7, 0, 1, 2, 3]);
        assert_eq!(order(1, 2, 2), [1, 0]);
    }

    /// In f32, 10⁸ + 1 is 10⁸ and 10⁸ + 16 is not, so the sum depends on the order of the additions.
    #[test]
    fn a_tree_gives_the_same_bits_whoever_has_which_shard() {
        const LEAVES: [f32; 8] = [1e8, 1.0, -1e8, 3.0, 5.0, 1e7, 0.1, 0.2];
        let sums = |shards: &[usize]| {
            let mut sums = Sums::default();
            shards.iter().for_each(|&shard| sums.put(8 + shard, vec![LEAVES[shard]]));
            sums
        };
        let together = |mut ours: Sums, theirs: &Sums| {
            theirs.iter().for_each(|(node, numbers)| ours.put(node, numbers.to_vec()));
            ours.take_all().unwrap()[0].to_bits()
        };
        let alone = together(sums(&[0, 1, 2, 3, 4, 5, 6, 7]), &sums(&[]));
        for taken in 0..256_usize {
            let (ours, theirs): (Vec<usize>, Vec<usize>) = (0..8).partition(|shard| taken >> shard & 1 == 0);
            assert_eq!(together(sums(&ours), &sums(&theirs)), alone, "{theirs:?}");
        }
        let in_a_row: f32 = LEAVES.iter().sum();
        assert_ne!(alone, in_a_row.to_bits());
    }

    #[test]
    fn a_sum_has_its_parts() {
        let mut sums = Sums::default();
        for shard in [7, 6, 5] {
            sums.put(8 + shard, vec![1.0]);
        }
        assert_eq!(sums.count(), 2);
        assert!((5..8).all(|shard| sums.has(8 + shard)) && !sums.has(8 + 4));
        assert!(sums.take_all().is_none());
        sums.put(8 + 4, vec![1.0]);
        assert_eq!(sums.iter().map(|(node, numbers)| (node, numbers[0])).collect::<Vec<_>>(), [(3, 4.0)]);
    }
}
