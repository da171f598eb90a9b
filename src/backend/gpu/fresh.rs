//! Images of a mini-batch that are not in the dataset, because they are moved by a pixel, augmented, or drawn by a pen.
//! They are made on the CPU for each submit.

use super::images::Images;
use crate::backend::{AUGMENTATION, MAX_BATCH_SIZE, Objective};
use crate::data::Dataset;
use crate::network::Shape;
use lenet_kernels::augment::Augmenter;
use lenet_kernels::noise::starts;

/// The images made for the passes of one submit.
pub struct Fresh {
    /// The images one after the other, each padded to `Images::stride`.
    bytes: Vec<u8>,
    count: usize,
    augmenter: Augmenter,
}

impl Fresh {
    /// The maximum number of such images in one submit, which has at least one whole mini-batch.
    pub const MAX_IMAGES: usize = MAX_BATCH_SIZE;

    /// No images yet, of this shape.
    pub fn new(shape: Shape) -> Self {
        Fresh { bytes: Vec::new(), count: 0, augmenter: Augmenter::new(shape.height, shape.width) }
    }

    /// Whether images must be made for these samples.
    pub fn are_needed(dataset: &Dataset, objective: &Objective, samples: &[u32]) -> bool {
        changes_images(objective) || samples.iter().any(|&sample| dataset.image_of(sample) != Some(sample))
    }

    /// Whether there is room for this number of images.
    pub fn has_room(&self, images: usize) -> bool {
        self.count + images <= Self::MAX_IMAGES
    }

    /// Makes the images of `samples`; the first of them is number `first_image` of the mini-batch. Returns one more
    /// than the index of the first image here.
    pub fn add(&mut self, dataset: &Dataset, objective: &Objective, samples: &[u32], first_image: usize) -> u32 {
        let place = self.count + 1;
        let stride = Images::stride(dataset.image_shape());
        let mut image = Vec::with_capacity(dataset.pixels());
        for (n, &sample) in samples.iter().enumerate() {
            if changes_images(objective) {
                image.clear();
                dataset.put_sample(sample, &mut image);
                let start = starts(objective.noise, AUGMENTATION, (first_image + n) as u32)[0];
                self.augmenter.change(&objective.augmentation, start, &image, &mut self.bytes);
            } else {
                dataset.put_sample(sample, &mut self.bytes);
            }
            self.count += 1;
            self.bytes.resize(self.count * stride, 0);
        }
        place as u32
    }

    /// The bytes of the images to upload.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Removes all images.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }
}

fn changes_images(objective: &Objective) -> bool {
    objective.noise != 0 && !objective.augmentation.is_none()
}
