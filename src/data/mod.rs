//! What a network learns from: MNIST's files, the images in memory, and a drawing or a picture made into such an image.

pub mod digit;
pub mod idx;
pub mod picture;

mod arriving;
mod dataset;
mod statistics;
mod writing;

pub use arriving::PIECE;
pub use dataset::{Dataset, DatasetError, MnistFile, Split, put_moved};
pub use writing::{Canvas, Written, write};
