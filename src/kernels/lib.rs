//! The inner loops of the CPU backend: every operation, forward and backward, on a block of eight images, and the update.
//!
//! This is a crate of its own because it is compiled for speed, and the rest of the engine for size, because it is
//! downloaded; see `[profile.release]`. Generic and inlined functions are compiled in the crate that calls them, so no
//! function that others call is generic, and short ones are marked `inline(never)`.
//!
//! Begin with [`lanes`], which says why every number is a row of eight, and [`operation`], the trait of every operation.

pub mod activation;
pub mod augment;
pub mod conv;
pub mod dense;
pub mod elementwise;
pub mod frame;
pub mod lanes;
pub mod loss;
pub mod noise;
pub mod operation;
pub mod optimizer;
pub mod pool;
pub mod preprocess;
pub mod rbf;
mod shape;
pub mod statistics;
pub mod subsample;

pub use shape::{Shape, Window};
