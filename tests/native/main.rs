//! The native tests of the engine. They compare what it computes with a plain reference, with finite differences, with
//! PyTorch, and with what it computed before.
//!
//! - `reference`: training in f64, straight from the definitions; `finite_differences` checks it.
//! - `agreement`, `updates`: the CPU backend against the reference, on networks drawn by `random_networks` (`draw`).
//! - `gpu`: the GPU backend against the CPU's, on the same networks and the presets; passes, dispatches and refusals.
//! - `moves`: a run that moves from one backend to another, on request or because the GPU was lost.
//! - `session`: what drives a run, on machines made for tests: a lost GPU, a race, helpers that die, ensembles.
//! - `edges`: ties, certainty and NaN on both backends; a mini-batch leaves nothing behind for the next.
//! - `slopes`: the CPU backend's gradients against its own loss, on whole networks.
//! - `golden`: both backends against PyTorch, from files that `tests/golden/make.py` made.
//! - `everywhere`: a run here against the same run in a browser.
//! - `inspect`: the arithmetic shown for one unit, and surveys of all test images.
//! - `runs`, `determinism`, `learning`: the trainer asks its backend for the right work, repeats a run bit for bit, and learns.
//! - `onnx`: files for other programs.
//! - `reads`: the trained network and digits that were drawn by hands that had no part in training (`hands`).
//! - `resuming`: a run that is saved to a file and continued from it.
//! - `rate_finder`: the sweep for a learning rate. `ensemble`: the joint predictions of several networks.
//! - `sampling`: what a run trains on: skewed, balanced, expanded and changed images; early stopping.
//! - `pen`: the digits that a pen draws among the training images.
//! - `preprocess`: centring, standardising and whitening, against NumPy.
//! - `sliding`: a network over a canvas against separate crops, and the digits that are read there.
//! - `arriving`: training images that arrive during training.
//! - `workers`: several CPU workers against one.
//! - `state_dict`: networks from files of other programs, and files that are none.
//! - `idx`, `digit`, `picture`, `writing`: MNIST's files, valid and broken; a drawing or a picture made into an image as
//!   MNIST's were; several digits made into a canvas.
//! - `picture_files`: PNG, JPEG and other files that the program `lenet` is given as pictures.
//! - `datasets`: the program `lenet` with files that others have packed, named and written.
//! - `command_line`, `outputs`, `continuing`: the program `lenet`: killed, interrupted, and called with mistakes; the files
//!   that it writes; runs that go on.
#![cfg(not(target_arch = "wasm32"))]

mod agreement;
mod arriving;
#[path = "../shared/bits.rs"]
mod bits;
mod command_line;
mod continuing;
mod datasets;
mod determinism;
mod digit;
mod draw;
mod edges;
mod ensemble;
mod everywhere;
mod finite_differences;
mod golden;
mod gpu;
#[path = "../shared/gpu_agreement.rs"]
mod gpu_agreement;
#[path = "../shared/hands/mod.rs"]
mod hands;
mod idx;
mod inspect;
mod learning;
mod moves;
mod onnx;
#[cfg(unix)]
mod outputs;
mod pen;
mod picture;
mod picture_files;
mod preprocess;
#[path = "../shared/random_networks.rs"]
mod random_networks;
mod rate_finder;
mod reads;
#[path = "../shared/reference.rs"]
mod reference;
mod resuming;
mod runs;
mod sampling;
mod session;
mod sliding;
mod slopes;
mod state_dict;
#[path = "../shared/support.rs"]
mod support;
mod trained;
mod updates;
mod workers;
mod writing;
