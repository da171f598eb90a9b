//! What a network learns from: MNIST's files, the images in memory, and a drawing made into such an image.

pub mod digit;
pub mod idx;

mod arriving;
mod dataset;
mod statistics;

pub use arriving::PIECE;
pub use dataset::{Dataset, DatasetError, MnistFile, Split, put_moved};
