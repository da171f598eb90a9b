//! An image as training would change it.

use crate::backend::AUGMENTATION;
use crate::network::Shape;
use lenet_kernels::augment::{Augmentation, Augmenter};
use lenet_kernels::noise::{scatter, starts};

/// The changes number `first` to `first + count` − 1 that a run with this `seed` makes to an image: bytes, one image
/// after the other.
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
