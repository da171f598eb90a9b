//! What the CPU does most of its time: layers, forward and backward, on a block of eight images, and the update.
//!
//! A crate of its own because this is compiled for speed, and all else in the engine, which is downloaded, for size:
//! `[profile.release]` says so. What is generic or inlined is compiled where it is called: so nothing that is called
//! from outside is generic, and what is short enough to be inlined is marked that it never is.
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
