//! LeNet Live's engine: it trains LeNet-5, or any list of convolution, pooling and dense layers, on MNIST, natively
//! and in a browser, and lets one look at every number.
//!
//! A **network** learns from **data** on a **backend** by **train**ing, and one can **inspect** it. Each of these is
//! a module that stands only on those named before it:
//!
//! | module | what it knows |
//! |---|---|
//! | [`refusal`] | why something asked for cannot be done: a sentence, the layer and the field |
//! | [`rng`] | random numbers as a function of seed, purpose and position |
//! | [`network`] | layers, shapes, where each parameter lies, the initial parameters |
//! | [`data`] | IDX files, the images in memory and their splits, a drawing made into such an image |
//! | [`backend`] | what computes a whole network: the trait, and the CPU and the GPU behind it |
//! | [`train`] | settings, schedules, the run of mini-batches and evaluations, checkpoints |
//! | [`inspect`] | filters, feature maps, the arithmetic of one unit both ways, surveys of all test images |
//! | [`choice`] | which backend trains, and why: the race between them |
//! | [`bench`] | how fast a backend is here, kernel by kernel |
//! | [`session`] | one network on one dataset, trained and looked at; made from a configuration by name |
//! | `wasm` | the same for JavaScript |
//!
//! # What is never there
//! `network` and `data` know no backend. `backend` knows no browser. `train` knows neither CPU nor GPU, only the
//! trait. `inspect` changes nothing. Only `wasm` names wasm-bindgen. There is no `unsafe`.
//!
//! # How a step goes
//! `Trainer` picks the next indices and the learning rate and calls [`backend::Backend::train_step`], which returns
//! nothing: losses and counts gather where they are computed, and every now and then whoever drives the trainer asks
//! for them ([`train::Trainer::measure`]) and hands them back when they have arrived ([`train::Trainer::take_in`]).
//! On the CPU they are there at once; on a GPU they take a while, and training goes on meanwhile.
//!
//! # The same numbers everywhere
//! A seed and the settings determine every parameter bit for bit, on every machine and on any number of the CPU's
//! workers: sums have a fixed order, random
//! numbers are counted and not drawn, and `exp`, `tanh`, `ln` and `cos` are this crate's or `libm`'s and never the
//! platform's. `tests/shared/bits.rs` holds one such run, and both the native and the browser's tests make it.
//!
//! # Where to start reading
//! [`network`]'s `plan`, then [`backend`], then `kernels/lanes.rs`, which says why every number on the CPU is a
//! row of eight, `backend/cpu/shards.rs`, which says how many workers come to the bits of one, and
//! `backend/gpu/common.wgsl`, which says why on the GPU it is a row of four.

pub mod backend;
pub mod bench;
pub mod choice;
pub mod data;
pub mod inspect;
pub mod network;
pub mod refusal;
pub mod rng;
pub mod session;
pub mod train;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
