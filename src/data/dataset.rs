//! Labelled images in memory, as bytes, and their splits.

use super::arriving::Arriving;
use super::mnist::{DatasetError, Format, IMAGES_HEADER, LABELS_HEADER, MNIST, MnistFile};
use super::pen::{self, Drawings};
use super::statistics::Statistics;
use crate::network::{Layer, NetworkSpec};
use lenet_kernels::Shape;
use serde::Serialize;
use std::ops::Range;
use std::sync::OnceLock;

/// A part of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Split {
    /// The images to train on: the first 50,000 of MNIST's training file, or all 60,000.
    Train,
    /// The last 10,000 of MNIST's training file, as in Nielsen's book.
    Validation,
    /// The 10,000 of MNIST's test file.
    Test,
}

impl Split {
    /// "train", "validation" or "test".
    pub fn name(self) -> &'static str {
        match self {
            Split::Train => "train",
            Split::Validation => "validation",
            Split::Test => "test",
        }
    }
}

/// Labelled images with one index for all: first the training images, then the test images. Images stay bytes: MNIST's
/// 70,000 need 55 MB, and would need 220 MB as f32. The training images may still be arriving.
#[derive(Debug)]
pub struct Dataset {
    format: Format,
    train: Arriving,
    train_labels: Vec<u8>,
    test_images: Vec<u8>,
    test_labels: Vec<u8>,
    drawings: Drawings,
    pub(super) statistics: Statistics,
    fingerprint: OnceLock<u64>,
}

impl Dataset {
    /// The number of training images that are kept for validation, taken from the end. If there are fewer images, it is
    /// a sixth of them.
    pub const VALIDATION: usize = 10_000;

    /// Loads four unpacked IDX files, in the order of `MnistFile::ALL`, with any number of images.
    ///
    /// # Errors
    /// The file, the byte and the reason.
    pub fn from_idx(format: Format, files: [Vec<u8>; 4]) -> Result<Dataset, DatasetError> {
        let [train_images, train_labels, test_images, test_labels] = files;
        let count = MnistFile::TrainImages.count_images(format, &train_images)?;
        MnistFile::TrainLabels.check_labels(format, &train_labels, count)?;
        let dataset = Self::expecting(format, [train_labels, test_images, test_labels])?;
        dataset.add_images(&train_images)?;
        dataset.end_images()?;
        Ok(dataset)
    }

    /// Loads everything except the training images, which `add_images` receives later. Their number is that of the
    /// labels.
    ///
    /// # Errors
    /// The file, the byte and the reason.
    pub fn expecting(format: Format, files: [Vec<u8>; 3]) -> Result<Dataset, DatasetError> {
        let [train_labels, test_images, test_labels] = files;
        let train = train_labels.len().saturating_sub(LABELS_HEADER);
        MnistFile::TrainLabels.check_labels(format, &train_labels, train)?;
        let test = MnistFile::TestImages.count_images(format, &test_images)?;
        MnistFile::TestLabels.check_labels(format, &test_labels, test)?;
        Ok(Dataset {
            format,
            train: Arriving::new(format, train),
            train_labels: without_header(train_labels, LABELS_HEADER),
            test_images: without_header(test_images, IMAGES_HEADER),
            test_labels: without_header(test_labels, LABELS_HEADER),
            drawings: Drawings::default(),
            statistics: Statistics::default(),
            fingerprint: OnceLock::new(),
        })
    }

    /// This dataset, which checks each `PIECE` of training images against its CRC-32 before it is used.
    #[must_use]
    pub fn with_digests(mut self, digests: Vec<u32>) -> Dataset {
        self.train.expect(digests);
        self
    }

    /// Declares that no more training images will arrive. Those that have not are in no split from now on.
    pub fn cut_short(&self) {
        self.train.cut_short();
    }

    /// Prepares for another attempt to receive the file of training images. Returns the number of bytes that were kept; the
    /// attempt goes on after them.
    pub fn resume_images(&self) -> usize {
        self.train.resume()
    }

    /// Takes the next bytes of the file of training images.
    ///
    /// # Errors
    /// The byte at which the file is invalid, and the reason.
    pub fn add_images(&self, bytes: &[u8]) -> Result<(), DatasetError> {
        self.train.add(bytes).map_err(|reason| MnistFile::TrainImages.refuse(&reason))
    }

    /// Declares the end of the file of training images.
    ///
    /// # Errors
    /// The file ended too early. The error has the byte and the reason.
    pub fn end_images(&self) -> Result<(), DatasetError> {
        self.train.end().map_err(|reason| MnistFile::TrainImages.refuse(&reason))
    }

    /// The shape of one image.
    pub fn image_shape(&self) -> Shape {
        self.format.shape()
    }

    /// The number of bytes of an image.
    pub fn pixels(&self) -> usize {
        self.format.pixels()
    }

    /// The number of classes. Every label is smaller.
    pub fn classes(&self) -> usize {
        self.format.classes
    }

    /// A network of `layers` for these images.
    pub fn network(&self, layers: Vec<Layer>) -> NetworkSpec {
        NetworkSpec { input: self.image_shape(), classes: self.classes(), layers }
    }

    /// The number of training images that have arrived. They are the first of the file.
    pub fn arrived(&self) -> usize {
        self.train.arrived()
    }

    /// Whether these images have arrived, or at least those that will. Test images have always arrived.
    pub fn has(&self, images: Range<u32>) -> bool {
        let needed = (images.end as usize).min(self.train.coming());
        images.start as usize >= needed || needed <= self.arrived()
    }

    /// A number that tells the training and validation images with their labels from others; `None` while they are still
    /// arriving. It is the FNV-1a hash over words of eight bytes: nobody makes two datasets with the same number on
    /// purpose.
    pub fn fingerprint(&self) -> Option<u64> {
        let images = self.split(Split::Train, true);
        if !self.has(images.clone()) {
            return None;
        }
        Some(*self.fingerprint.get_or_init(|| {
            let mut hash = 0xcbf2_9ce4_8422_2325_u64;
            let mut add = |bytes: &[u8]| {
                for word in bytes.chunks(8) {
                    let mut eight = [0; 8];
                    eight[..word.len()].copy_from_slice(word);
                    hash = (hash ^ u64::from_le_bytes(eight)).wrapping_mul(0x0100_0000_01b3);
                }
            };
            images.for_each(|image| add(self.image(image)));
            add(&self.train_labels);
            hash
        }))
    }

    /// How many images there are, training and test together, arrived or not.
    pub fn len(&self) -> usize {
        self.train_labels.len() + self.test_labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The indices of a split. With `all` the training split includes the validation images.
    pub fn split(&self, split: Split, all: bool) -> Range<u32> {
        let train = self.train.count();
        let validation = train - Self::VALIDATION.min(train / 6);
        let coming = |images: Range<usize>| images.start.min(self.train.coming())..images.end.min(self.train.coming());
        let range = match split {
            Split::Train if all => coming(0..train),
            Split::Train => coming(0..validation),
            Split::Validation => coming(validation..train),
            Split::Test => train..self.len(),
        };
        range.start as u32..range.end as u32
    }

    /// The bytes of an image, row by row; 0 is paper and 255 ink.
    ///
    /// # Panics
    /// If it has not arrived.
    pub fn image(&self, index: u32) -> &[u8] {
        match (index as usize).checked_sub(self.train.count()) {
            None => self.train.image(index as usize),
            Some(index) => &self.test_images[index * self.pixels()..][..self.pixels()],
        }
    }

    /// Appends a sample to `to`. The first samples are Nielsen's expanded training data (`expand_mnist.py`): sample
    /// `n·len + image` is the image as it is for n = 0, and moved by a pixel up, down, left or right for n = 1 to 4. The
    /// others are those of `drawn`.
    pub fn put_sample(&self, sample: u32, to: &mut Vec<u8>) {
        match self.image_of(sample) {
            Some(image) => put_moved(self.image(image), self.format.width, sample as usize / self.len(), to),
            None => self.drawings.put(sample - self.drawn().start, to),
        }
    }

    /// The samples that are drawn by a pen (`pen`): none if the images are not like MNIST's.
    pub fn drawn(&self) -> Range<u32> {
        let first = MOVES * self.len() as u32;
        first..first + if self.format == MNIST { pen::DRAWINGS } else { 0 }
    }

    /// Makes some of the drawings before they are needed. Returns whether there are more to make.
    pub fn draw_ahead(&self) -> bool {
        !self.drawn().is_empty() && self.drawings.make_some()
    }

    /// The image that a sample is made from; `None` if a pen draws it.
    pub fn image_of(&self, sample: u32) -> Option<u32> {
        (sample < MOVES * self.len() as u32).then(|| sample % self.len() as u32)
    }

    /// The class of a sample.
    pub fn label_of(&self, sample: u32) -> u8 {
        self.image_of(sample).map_or_else(|| pen::label(sample - self.drawn().start), |image| self.label(image))
    }

    /// The class of an image.
    pub fn label(&self, index: u32) -> u8 {
        match (index as usize).checked_sub(self.train.count()) {
            None => self.train_labels[index as usize],
            Some(index) => self.test_labels[index],
        }
    }
}

/// The number of samples that are made from an image.
const MOVES: u32 = 5;

/// Appends an image with rows of `width` pixels to `to`: as it is (`way` 0), or moved by a pixel up, down, left or right
/// (1 to 4).
pub fn put_moved(image: &[u8], width: usize, way: usize, to: &mut Vec<u8>) {
    let blank = |count: usize| std::iter::repeat_n(0, count);
    match way {
        0 => to.extend_from_slice(image),
        1 => to.extend(image[width..].iter().copied().chain(blank(width))),
        2 => to.extend(blank(width).chain(image[..image.len() - width].iter().copied())),
        3 => image.chunks(width).for_each(|row| to.extend(row[1..].iter().copied().chain(blank(1)))),
        _ => image.chunks(width).for_each(|row| to.extend(blank(1).chain(row[..width - 1].iter().copied()))),
    }
}

fn without_header(mut file: Vec<u8>, header: usize) -> Vec<u8> {
    file.drain(..header);
    file
}
