//! LeNet Live's engine.
pub mod backend;
pub mod data;
pub mod network;
pub mod rng;
