//! An image as training would change it.

use crate::backend::AUGMENTATION;
use lenet_kernels::augment::{Augmentation, Augmenter};
use lenet_kernels::noise::{scatter, starts};

/// `count` changes of an image of 784 bytes, one after the other: those from number `first` on of all that a seed makes.
pub fn augmented(augmentation: &Augmentation, seed: u32, first: u32, count: u32, image: &[u8]) -> Vec<u8> {
    let mut augmenter = Augmenter::default();
    let mut changed = Vec::new();
    for number in 0..count {
        let start = starts(scatter(seed), AUGMENTATION, first.wrapping_add(number))[0];
        augmenter.change(augmentation, start, image, &mut changed);
    }
    changed
}
