//! LeNet Live's engine: it trains LeNet-5, or any list of layers, on MNIST, natively and in a browser, and shows every
//! number of the network while it learns.
//!
//! ```ignore-wasm32
//! # use flate2::read::GzDecoder;
//! use lenet::backend::Tap;
//! use lenet::backend::cpu::{CpuBackend, now};
//! use lenet::data::{Dataset, MNIST, Split};
//! use lenet::inspect::Viewer;
//! use lenet::network::{Plan, preset};
//! use lenet::train::{Goal, Settings, Trainer};
//! # use std::{fs::File, io::Read, sync::Arc};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let unpacked = |name: &str| -> std::io::Result<Vec<u8>> {
//! #     let mut bytes = Vec::new();
//! #     GzDecoder::new(File::open(format!("assets/mnist/{name}-ubyte.gz"))?).read_to_end(&mut bytes)?;
//! #     Ok(bytes)
//! # };
//! # let mnist = [
//! #     unpacked("train-images-idx3")?,
//! #     unpacked("train-labels-idx1")?,
//! #     unpacked("t10k-images-idx3")?,
//! #     unpacked("t10k-labels-idx1")?,
//! # ];
//! let network = Plan::new(&preset("lenet5").expect("a preset"))?;
//! let data = Arc::new(Dataset::from_idx(MNIST, mnist)?); // the bytes of MNIST's four files
//! let backend = Box::new(CpuBackend::new(network.clone(), data.clone()));
//! let mut trainer = Trainer::new(network.clone(), data.clone(), backend, Settings { seed: 7, ..Settings::default() });
//! trainer.start(Goal::Steps(500));
//! while trainer.is_busy() {
//!     trainer.advance(); // one mini-batch of 32 images
//! }
//! let evaluation = now(trainer.evaluate(Split::Test))?;
//! assert!(evaluation.accuracy() > 0.9, "{} of {} test images", evaluation.accuracy(), evaluation.images());
//!
//! let mut viewer = Viewer::new(network);
//! viewer.write_parameters(&now(trainer.backend().read(Tap::Parameters))?);
//! let first = data.split(Split::Test, false).start;
//! let pixels: Vec<f32> = data.image(first).iter().map(|&byte| f32::from(byte) / 255.0).collect();
//! assert!(viewer.look(&pixels).probabilities[usize::from(data.label(first))] > 0.5);
//! # Ok(())
//! # }
//! ```
//!
//! # The map
//! A **network** learns from **data** on a **backend** by **train**ing; you can **inspect** it, and a **session** holds
//! it all. Each row of this table uses only the rows above it:
//!
//! | module | what it knows |
//! |---|---|
//! | [`lenet_kernels`] | the arithmetic of the CPU, forward and backward: a crate, because it alone is compiled for speed |
//! | [`refusal`] | why a request cannot be met: a sentence, the layer and the field |
//! | [`declare`] | how settings and fields of layers are declared, and values checked against that |
//! | [`rng`] | random numbers as a function of seed, purpose and position |
//! | [`network`] | layers, the shapes between them, where each parameter lies, the initial parameters |
//! | [`data`] | IDX files, the images in memory and their splits, a drawing made into such an image |
//! | [`backend`] | what computes a whole network: the trait, the CPU and the GPU behind it, and what a machine has of both |
//! | [`train`] | settings, schedules, the run of mini-batches and evaluations, checkpoints |
//! | [`inspect`] | filters, feature maps, the arithmetic of one unit both ways, surveys of all test images |
//! | [`session`] | what drives a run: turns, the choice of a backend and moves to another, ensembles, configurations |
//! | `wasm` | conversions between the session and JavaScript |
//!
//! # Invariants
//! Each is an absence: `network` and `data` know no backend. `backend` knows no browser. `train` knows neither CPU nor
//! GPU, only the trait. `inspect` changes nothing. Only `wasm` names wasm-bindgen. There is no `unsafe`.
//!
//! # One training step
//! [`train::Trainer::advance`] picks the next indices and the learning rate and calls [`backend::Backend::train_step`],
//! which returns nothing: losses and counts accumulate where they are computed. From time to time the caller asks for
//! them with [`train::Trainer::measure`], and passes them to [`train::Trainer::take_in`] when they have arrived. The
//! CPU has them at once. A GPU takes a while, and training continues meanwhile.
//!
//! # The same numbers everywhere
//! On the CPU, a seed and the settings determine every parameter bit for bit, on every machine and with any number of
//! workers. Sums have a fixed order, random numbers are counted and not drawn, and `exp`, `tanh`, `ln` and `cos` come
//! from this crate or `libm`, never from the platform. `tests/shared/bits.rs` holds the bits of one such run, and the
//! native tests and the tests in the browser both repeat it.
//!
//! # Where to start reading
//! 1. [`network::Plan`]: every shape, and where every parameter lies.
//! 2. [`backend::Backend`]: what is asked of a backend.
//! 3. `src/kernels/lanes.rs`: why every number on the CPU is a row of eight.
//! 4. `src/backend/cpu/shards.rs`: why any number of workers gives the bits of one.
//! 5. `src/backend/gpu/common.wgsl`: why every number on the GPU is a row of four.

pub mod backend;
pub mod data;
pub mod declare;
pub mod inspect;
pub mod network;
pub mod refusal;
pub mod rng;
pub mod session;
pub mod train;
#[cfg(test)]
mod typescript;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
