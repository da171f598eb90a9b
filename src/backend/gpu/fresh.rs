//! Images made on the way: those of a mini-batch that are not in the dataset, because they are moved by a pixel or
//! changed at random.

use super::images::Images;
use crate::backend::{AUGMENTATION, Objective};
use crate::data::Dataset;
use crate::network::Shape;
use lenet_kernels::augment::Augmenter;
use lenet_kernels::noise::starts;

/// The images made for the passes of one submit.
pub struct Fresh {
    /// [image], each as long as `Images::stride` says.
    bytes: Vec<u8>,
    count: usize,
    augmenter: Augmenter,
}

impl Fresh {
    /// The maximum number of them in one submit.
    pub const MAX_IMAGES: usize = 1024;

    /// None yet, of this shape.
    pub fn new(shape: Shape) -> Self {
        Fresh { bytes: Vec::new(), count: 0, augmenter: Augmenter::new(shape.height, shape.width) }
    }

    /// Whether images have to be made for these samples.
    pub fn are_needed(dataset: &Dataset, objective: &Objective, samples: &[u32]) -> bool {
        changes_images(objective) || samples.iter().any(|&sample| dataset.image_of(sample) != sample)
    }

    /// Whether so many more have room.
    pub fn has_room(&self, images: usize) -> bool {
        self.count + images <= Self::MAX_IMAGES
    }

    /// Makes the images of `samples`, of which the first is the mini-batch's `first_image`-th. Returns one more than
    /// the place of the first.
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

    /// The images, for the device.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets all images.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.count = 0;
    }
}

fn changes_images(objective: &Objective) -> bool {
    objective.noise != 0 && !objective.augmentation.is_none()
}
