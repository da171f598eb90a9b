//! MNIST in memory, as bytes, and its splits.

use super::arriving::Arriving;
use super::idx;
use super::statistics::Statistics;
use lenet_kernels::Shape;
use std::ops::Range;

/// One of the four files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MnistFile {
    /// 60,000 images.
    TrainImages,
    /// Their labels.
    TrainLabels,
    /// 10,000 images.
    TestImages,
    /// Their labels.
    TestLabels,
}

impl MnistFile {
    /// All four.
    pub const ALL: [MnistFile; 4] =
        [MnistFile::TrainImages, MnistFile::TrainLabels, MnistFile::TestImages, MnistFile::TestLabels];

    /// "train-images", "train-labels", "test-images" or "test-labels".
    pub fn name(self) -> &'static str {
        match self {
            MnistFile::TrainImages => "train-images",
            MnistFile::TrainLabels => "train-labels",
            MnistFile::TestImages => "test-images",
            MnistFile::TestLabels => "test-labels",
        }
    }

    /// Reads no more of the file than whether it is IDX at all, so that a bad one is named as soon as it has come.
    ///
    /// # Errors
    /// The file, the byte and why.
    pub fn check(self, bytes: &[u8]) -> Result<(), DatasetError> {
        idx::parse(bytes).map(|_| ()).map_err(|error| self.refuse(&error.to_string()))
    }

    fn refuse(self, why: &str) -> DatasetError {
        DatasetError(format!("{}: {why}", self.name()))
    }
}

/// Which images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Those trained on: the first 50,000 of the training file, or all 60,000.
    Train,
    /// The last 10,000 of the training file, as in Nielsen's book.
    Validation,
    /// The 10,000 of the test file.
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

/// Why a file is not the part of MNIST it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DatasetError(pub String);

/// Training images first, then the test images: one row of indices for all. They are kept as bytes (55 MB for all
/// 70,000 images; as f32 it would be 220 MB). The training images may still be on their way.
#[derive(Debug)]
pub struct Dataset {
    train: Arriving,
    train_labels: Vec<u8>,
    test_images: Vec<u8>,
    test_labels: Vec<u8>,
    pub(super) statistics: Statistics,
}

/// Bytes before the data: the magic number and one dimension for labels, three for images.
const LABELS_HEADER: usize = 8;
const IMAGES_HEADER: usize = 16;

impl Dataset {
    /// The shape of one image.
    pub fn image_shape(&self) -> Shape {
        Shape::new(1, 28, 28)
    }

    /// How many numbers an image has.
    pub fn pixels(&self) -> usize {
        self.image_shape().len()
    }

    /// How many classes its labels name.
    pub fn classes(&self) -> usize {
        10
    }

    /// Pixels of an image.
    pub const PIXELS: usize = 28 * 28;
    /// How many of the training file's last images are kept for validation; a sixth of it where it is smaller.
    pub const VALIDATION: usize = 10_000;

    /// Takes the four unpacked IDX files, in the order of `MnistFile::ALL`. Any number of images will do, so that
    /// tests can bring a few.
    ///
    /// # Errors
    /// Which file, which byte and why.
    pub fn from_idx(files: [Vec<u8>; 4]) -> Result<Dataset, DatasetError> {
        let [train_images, train_labels, test_images, test_labels] = MnistFile::ALL;
        let train = count_images(train_images, &files[0])?;
        check_labels(train_labels, &files[1], train)?;
        let test = count_images(test_images, &files[2])?;
        check_labels(test_labels, &files[3], test)?;
        let [images, labels, test_images, test_labels] = files;
        let dataset = Self::expecting([labels, test_images, test_labels])?;
        dataset.add_images(&images)?;
        dataset.end_images()?;
        Ok(dataset)
    }

    /// Takes all but the training images, of which there are to be as many as labels; `add_images` brings them.
    ///
    /// # Errors
    /// Which file, which byte and why.
    pub fn expecting([train_labels, test_images, test_labels]: [Vec<u8>; 3]) -> Result<Dataset, DatasetError> {
        let train = train_labels.len().saturating_sub(LABELS_HEADER);
        check_labels(MnistFile::TrainLabels, &train_labels, train)?;
        let test = count_images(MnistFile::TestImages, &test_images)?;
        check_labels(MnistFile::TestLabels, &test_labels, test)?;
        let statistics = Statistics::default();
        Ok(Dataset { train: Arriving::new(train), train_labels, test_images, test_labels, statistics })
    }

    /// Takes the next bytes of the file of training images.
    ///
    /// # Errors
    /// The byte and why, if they are not what was expected.
    pub fn add_images(&self, bytes: &[u8]) -> Result<(), DatasetError> {
        self.train.add(bytes).map_err(|why| MnistFile::TrainImages.refuse(&why))
    }

    /// Says that the file of training images has ended.
    ///
    /// # Errors
    /// Where and why, if it ended too early.
    pub fn end_images(&self) -> Result<(), DatasetError> {
        self.train.end().map_err(|why| MnistFile::TrainImages.refuse(&why))
    }

    /// How many of the training images have arrived: the first so many.
    pub fn arrived(&self) -> usize {
        self.train.arrived()
    }

    /// Whether these images have arrived; those of the test are always there.
    pub fn has(&self, images: Range<u32>) -> bool {
        let needed = (images.end as usize).min(self.train.count());
        images.start as usize >= needed || needed <= self.arrived()
    }

    /// How many images there are to be, training and test together.
    pub fn len(&self) -> usize {
        self.train_labels.len() + self.test_labels.len() - 2 * LABELS_HEADER
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The indices of a split. `all`: the training split takes the validation images too.
    pub fn split(&self, split: Split, all: bool) -> Range<u32> {
        let train = self.train.count();
        let validation = train - Self::VALIDATION.min(train / 6);
        let range = match split {
            Split::Train if all => 0..train,
            Split::Train => 0..validation,
            Split::Validation => validation..train,
            Split::Test => train..self.len(),
        };
        range.start as u32..range.end as u32
    }

    /// The 784 bytes of an image, row by row; 0 is paper and 255 ink.
    ///
    /// # Panics
    /// If it has not arrived.
    pub fn image(&self, index: u32) -> &[u8] {
        match (index as usize).checked_sub(self.train.count()) {
            None => self.train.image(index as usize),
            Some(index) => &self.test_images[IMAGES_HEADER + index * Self::PIXELS..][..Self::PIXELS],
        }
    }

    /// The book's expanded training data: image `sample % len`, and moved by a pixel up, down, left or right where the
    /// sample is one, two, three or four times `len` further (Nielsen, `expand_mnist.py`). Adds 784 bytes to `to`.
    pub fn put_sample(&self, sample: u32, to: &mut Vec<u8>) {
        put_moved(self.image(self.image_of(sample)), sample as usize / self.len(), to);
    }

    /// The image a sample is of.
    pub fn image_of(&self, sample: u32) -> u32 {
        sample % self.len() as u32
    }

    /// The digit an image shows.
    pub fn label(&self, index: u32) -> u8 {
        match (index as usize).checked_sub(self.train.count()) {
            None => self.train_labels[LABELS_HEADER + index as usize],
            Some(index) => self.test_labels[LABELS_HEADER + index],
        }
    }
}

/// An image as it is (`way` 0), or moved by a pixel up, down, left or right (1 to 4), to the end of `to`.
pub fn put_moved(image: &[u8], way: usize, to: &mut Vec<u8>) {
    const ROW: usize = 28;
    let blank = |count: usize| std::iter::repeat_n(0, count);
    match way {
        0 => to.extend_from_slice(image),
        1 => to.extend(image[ROW..].iter().copied().chain(blank(ROW))),
        2 => to.extend(blank(ROW).chain(image[..Dataset::PIXELS - ROW].iter().copied())),
        3 => image.chunks(ROW).for_each(|row| to.extend(row[1..].iter().copied().chain(blank(1)))),
        _ => image.chunks(ROW).for_each(|row| to.extend(blank(1).chain(row[..ROW - 1].iter().copied()))),
    }
}

fn count_images(file: MnistFile, bytes: &[u8]) -> Result<usize, DatasetError> {
    let idx = idx::parse(bytes).map_err(|error| file.refuse(&error.to_string()))?;
    match idx.dimensions[..] {
        [count, 28, 28] if count > 0 => Ok(count),
        _ => Err(file.refuse(&format!("byte 4: dimensions {:?}, and not [count, 28, 28]", idx.dimensions))),
    }
}

fn check_labels(file: MnistFile, bytes: &[u8], count: usize) -> Result<(), DatasetError> {
    let idx = idx::parse(bytes).map_err(|error| file.refuse(&error.to_string()))?;
    if idx.dimensions != [count] {
        let why = format!("byte 4: dimensions {:?}, and not [{count}], one label an image", idx.dimensions);
        return Err(file.refuse(&why));
    }
    match idx.data.iter().position(|&label| label > 9) {
        Some(at) => Err(file.refuse(&format!("byte {}: label {} is no digit", LABELS_HEADER + at, idx.data[at]))),
        None => Ok(()),
    }
}
