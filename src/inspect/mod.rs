//! Looking at a network without changing it. Tensors come out as `ndarray` arrays.

mod filters;
mod maps;

pub use filters::filters;
pub use maps::{Maps, Viewer};
