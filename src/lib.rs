//! LeNet Live's engine.
pub mod backend;
pub mod data;
pub mod inspect;
pub mod network;
pub mod rng;
pub mod session;
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
