//! The judges of the engine, run natively: what it computes is held against a plain reference, against slopes, against
//! PyTorch, and against what it said before.
//!
//! - `reference`: the whole of training in f64, straight from the definitions; `finite_differences` judges it.
//! - `agreement`, `updates`: the CPU backend against the reference, on networks drawn by `random_networks` (`draw`).
//! - `gpu`: the GPU backend against the CPU's, on the same networks and the presets; and what else is its own.
//! - `moves`: a run that moves from one backend to another, of its own will or because the GPU was lost.
//! - `edges`: on both backends, ties, certainty, NaN, and what one mini-batch must not leave behind for the next.
//! - `slopes`: the CPU backend's gradients against its own loss, on whole networks.
//! - `golden`: both backends against PyTorch, from files that `tests/golden/make.py` made.
//! - `everywhere`: a run here against the same run in a browser.
//! - `inspect`: the arithmetic that is shown of one unit, and surveys of all test images.
//! - `runs`, `determinism`, `learning`: the trainer asks for the right things, repeats itself to the bit, and learns.
//! - `onnx`: files for other programs.
//! - `resuming`: a run that was saved to a file, and goes on from it.
//! - `rate_finder`: the sweep for a learning rate. `ensemble`: what several networks come to together.
//! - `sampling`: what a run trains on: skewed, balanced, expanded and changed images; early stopping.
//! - `preprocess`: images centred, standardised and whitened, against NumPy.
//! - `sliding`: a network over a canvas against separate crops, and the digits that are read off it.
//! - `arriving`: training images that come while one trains.
//! - `workers`: several of them against one.
//! - `idx`, `digit`, `picture`, `writing`: MNIST's files, good and bad; and a drawing, or a picture from a file, made into
//!   an image as MNIST's were, or several digits into a canvas.
//! - `command_line`: the program `lenet`, killed, interrupted and asked for the wrong things.
#![cfg(not(target_arch = "wasm32"))]

mod agreement;
mod arriving;
#[path = "../shared/bits.rs"]
mod bits;
mod command_line;
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
mod idx;
mod inspect;
mod learning;
mod moves;
mod onnx;
mod picture;
mod preprocess;
#[path = "../shared/random_networks.rs"]
mod random_networks;
mod rate_finder;
#[path = "../shared/reference.rs"]
mod reference;
mod resuming;
mod runs;
mod sampling;
mod sliding;
mod slopes;
#[path = "../shared/support.rs"]
mod support;
mod updates;
mod workers;
mod writing;
