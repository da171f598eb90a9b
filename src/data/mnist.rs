//! MNIST's four files and their format. Each file is checked before it is used.

use super::{digest, idx};
use lenet_kernels::Shape;

/// The format of all images and labels of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The number of rows of an image.
    pub height: usize,
    /// The number of columns of an image.
    pub width: usize,
    /// The number of classes. Every label is smaller.
    pub classes: usize,
}

/// MNIST: grey images of 28×28 pixels, each with one of ten digits.
pub const MNIST: Format = Format { height: 28, width: 28, classes: 10 };

impl Format {
    /// The shape of an image, which has one channel.
    pub const fn shape(self) -> Shape {
        Shape::new(1, self.height, self.width)
    }

    /// The number of bytes of an image.
    pub const fn pixels(self) -> usize {
        self.height * self.width
    }
}

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

    /// Checks only that the file is IDX, so that a bad file is reported as soon as it has arrived.
    ///
    /// # Errors
    /// The file, the byte and the reason.
    pub fn check(self, bytes: &[u8]) -> Result<(), DatasetError> {
        idx::parse(bytes).map(|_| ()).map_err(|error| self.refuse(&error.to_string()))
    }

    /// Checks the file against its CRC-32.
    ///
    /// # Errors
    /// The file and both digests.
    pub fn check_digest(self, bytes: &[u8], wanted: u32) -> Result<(), DatasetError> {
        digest::check(bytes, wanted).map_err(|why| self.refuse(&why))
    }

    pub(super) fn refuse(self, reason: &str) -> DatasetError {
        DatasetError(format!("{}: {reason}", self.name()))
    }

    /// Checks a file of images and counts them.
    ///
    /// # Errors
    /// The file, the byte and the reason.
    pub(super) fn count_images(self, format: Format, file: &[u8]) -> Result<usize, DatasetError> {
        let idx = idx::parse(file).map_err(|error| self.refuse(&error.to_string()))?;
        let Format { height, width, .. } = format;
        match idx.dimensions[..] {
            [count, rows, columns] if count > 0 && (rows, columns) == (height, width) => Ok(count),
            _ => {
                let reason = format!("byte 4: dimensions {:?}, and not [count, {height}, {width}]", idx.dimensions);
                Err(self.refuse(&reason))
            }
        }
    }

    /// Checks a file of labels, which must have one for each of `images` images.
    ///
    /// # Errors
    /// The file, the byte and the reason.
    pub(super) fn check_labels(self, format: Format, file: &[u8], images: usize) -> Result<(), DatasetError> {
        let idx = idx::parse(file).map_err(|error| self.refuse(&error.to_string()))?;
        if idx.dimensions != [images] {
            let reason = format!("byte 4: dimensions {:?}, and not [{images}], one label per image", idx.dimensions);
            return Err(self.refuse(&reason));
        }
        match idx.data.iter().position(|&label| usize::from(label) >= format.classes) {
            None => Ok(()),
            Some(at) => {
                let (byte, label, last) = (LABELS_HEADER + at, idx.data[at], format.classes - 1);
                Err(self.refuse(&format!("byte {byte}: label {label} is not a class from 0 to {last}")))
            }
        }
    }
}

/// The reason why a file cannot be part of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DatasetError(pub String);

/// The bytes before the labels: the magic number and one dimension.
pub(super) const LABELS_HEADER: usize = 8;
/// The bytes before the images: the magic number and three dimensions.
pub(super) const IMAGES_HEADER: usize = 16;
