//! Augmented versions of an image, as training uses them.

use crate::backend::AUGMENTATION;
use crate::network::Shape;
use lenet_kernels::augment::{Augmentation, Augmenter};
use lenet_kernels::noise::{scatter, starts};

/// The versions number `first` to `first + count` − 1 of an image in a run with this `seed`, as bytes, one after the
/// other.
pub fn augmented(
    augmentation: &Augmentation,
    seed: u32,
    first: u32,
    count: u32,
    shape: Shape,
    image: &[u8],
) -> Vec<u8> {
    let mut augmenter = Augmenter::new(shape.height, shape.width);
    let mut changed = Vec::new();
    for number in 0..count {
        let start = starts(scatter(seed), AUGMENTATION, first.wrapping_add(number))[0];
        augmenter.change(augmentation, start, image, &mut changed);
    }
    changed
}
