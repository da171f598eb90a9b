//! The CPU's inner loops: layers, forward and backward, on a block of eight images, and the update of the parameters.
//!
//! This is a crate of its own because it is compiled for speed, and everything else in the engine, which is downloaded, for
//! size (`[profile.release]`). A generic or inlined function is compiled in the crate that calls it. So no function that
//! other crates call is generic, and short ones are marked `#[inline(never)]`.
//!
//! Begin with [`lanes`], which says why every number is a row of eight.

pub mod activation;
pub mod augment;
pub mod conv;
pub mod dense;
pub mod elementwise;
pub mod frame;
pub mod lanes;
pub mod loss;
pub mod noise;
pub mod optimizer;
pub mod pool;
pub mod preprocess;
pub mod rbf;
mod shape;
pub mod statistics;
pub mod subsample;

pub use shape::{Shape, Window};
