//! The data: MNIST's files, the images in memory, and drawings and pictures that are turned into such images.

pub mod digit;
pub mod file_kind;
pub mod idx;
pub mod pen;
pub mod picture;
pub mod variants;

mod arriving;
mod dataset;
mod digest;
mod ink;
mod mnist;
mod preprocessing;
mod statistics;
mod writing;

pub use arriving::PIECE;
pub use dataset::{Dataset, Split, put_moved};
pub use mnist::{DatasetError, Format, MNIST, MnistFile};
pub use writing::{Canvas, Written, write};
