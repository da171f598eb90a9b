//! MNIST in memory, as bytes, and its splits.

use super::idx;
use std::fmt;
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
    pub const ALL: [MnistFile; 4] = [
        MnistFile::TrainImages,
        MnistFile::TrainLabels,
        MnistFile::TestImages,
        MnistFile::TestLabels,
    ];

    /// "train-images", "train-labels", "test-images" or "test-labels".
    pub fn name(self) -> &'static str {
        match self {
            MnistFile::TrainImages => "train-images",
            MnistFile::TrainLabels => "train-labels",
            MnistFile::TestImages => "test-images",
            MnistFile::TestLabels => "test-labels",
        }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetError(pub String);

impl fmt::Display for DatasetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DatasetError {}

/// Training images first, then the test images: one row of indices for all. 784 bytes an image (55 MB for all
/// 70,000; as f32 it would be 220 MB).
#[derive(Debug, Default)]
pub struct Dataset {
    images: Vec<u8>,
    labels: Vec<u8>,
    train: usize,
}

impl Dataset {
    /// Pixels of an image.
    pub const PIXELS: usize = 28 * 28;
    /// How many of the training file's last images are kept for validation.
    pub const VALIDATION: usize = 10_000;

    /// Reads the four unpacked IDX files, in the order of `MnistFile::ALL`. Any number of images will do, so that
    /// tests can bring a few.
    ///
    /// # Errors
    /// Which file, which byte and why.
    pub fn from_idx(files: [&[u8]; 4]) -> Result<Dataset, DatasetError> {
        let mut dataset = Dataset::default();
        for pair in [0, 2] {
            let (images, labels) = (MnistFile::ALL[pair], MnistFile::ALL[pair + 1]);
            let count = dataset.append_images(images, files[pair])?;
            dataset.append_labels(labels, files[pair + 1], count)?;
            if images == MnistFile::TrainImages {
                dataset.train = count;
            }
        }
        Ok(dataset)
    }

    fn append_images(&mut self, file: MnistFile, bytes: &[u8]) -> Result<usize, DatasetError> {
        let refuse = |why: String| DatasetError(format!("{}: {why}", file.name()));
        let idx = idx::parse(bytes).map_err(|error| refuse(error.to_string()))?;
        match idx.dimensions[..] {
            [count, 28, 28] if count > 0 => {
                self.images.extend_from_slice(idx.data);
                Ok(count)
            }
            _ => Err(refuse(format!(
                "byte 4: dimensions {:?}, and not [count, 28, 28]",
                idx.dimensions
            ))),
        }
    }

    fn append_labels(
        &mut self,
        file: MnistFile,
        bytes: &[u8],
        count: usize,
    ) -> Result<(), DatasetError> {
        let refuse = |why: String| DatasetError(format!("{}: {why}", file.name()));
        let idx = idx::parse(bytes).map_err(|error| refuse(error.to_string()))?;
        if idx.dimensions != [count] {
            return Err(refuse(format!(
                "byte 4: dimensions {:?}, and not [{count}], one label an image",
                idx.dimensions
            )));
        }
        if let Some(at) = idx.data.iter().position(|&label| label > 9) {
            return Err(refuse(format!(
                "byte {}: label {} is no digit",
                8 + at,
                idx.data[at]
            )));
        }
        self.labels.extend_from_slice(idx.data);
        Ok(())
    }

    /// How many images there are, training and test together.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The indices of a split. `all`: the training split takes the validation images too.
    pub fn split(&self, split: Split, all: bool) -> Range<u32> {
        let held_out = Self::VALIDATION.min(self.train / 6);
        let validation = self.train - held_out;
        let range = match split {
            Split::Train if all => 0..self.train,
            Split::Train => 0..validation,
            Split::Validation => validation..self.train,
            Split::Test => self.train..self.len(),
        };
        range.start as u32..range.end as u32
    }

    /// The 784 bytes of an image, row by row; 0 is paper and 255 ink.
    pub fn image(&self, index: u32) -> &[u8] {
        &self.images[index as usize * Self::PIXELS..][..Self::PIXELS]
    }

    /// The digit an image shows.
    pub fn label(&self, index: u32) -> u8 {
        self.labels[index as usize]
    }
}
