//! LeNet Live's engine.
pub mod network;
pub mod rng;
