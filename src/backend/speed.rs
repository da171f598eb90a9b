//! The training speed of a backend.

use super::machine::Machine;
use super::{Backend, Failure, Optimizer, StepConfig, Tap};
use crate::data::{Dataset, Split};
use crate::network::{Initialization, Plan, initial_parameters};
use serde::Serialize;

/// Mini-batches for a measurement.
pub struct Batches(Vec<Vec<u32>>);

impl Batches {
    /// The first training images, in mini-batches of `size`.
    pub fn new(dataset: &Dataset, size: usize) -> Self {
        let images: Vec<u32> = dataset.split(Split::Train, true).take(size.max(40 * 64)).collect();
        Batches(images.chunks_exact(size.min(images.len())).map(<[u32]>::to_vec).collect())
    }
}

/// The update that is measured. Other programs are measured with the same update.
pub const STEP: StepConfig = StepConfig {
    optimizer: Optimizer::Sgd,
    learning_rate: 0.01,
    momentum: 0.9,
    weight_decay: 0.0,
    l2: 0.0,
    l1: 0.0,
    max_norm: 0.0,
};

/// A training speed, with the load on the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Speed {
    /// The number of training images per second.
    pub images_per_second: f64,
    /// Dispatches on a GPU per mini-batch.
    pub dispatches: f64,
    /// Submits to a GPU per mini-batch.
    pub submits: f64,
    /// Bytes read back from a GPU per mini-batch.
    pub bytes_read: f64,
}

/// Trains a network of `plan` on `backend` for `seconds` of the machine's clock, after half as long to warm up.
///
/// # Errors
/// The backend failed.
pub async fn speed(
    machine: &dyn Machine,
    plan: &Plan,
    backend: &mut dyn Backend,
    Batches(batches): &Batches,
    seconds: f64,
) -> Result<Speed, Failure> {
    backend.write_parameters(&initial_parameters(plan, Initialization::He, 1));
    // Wait until the helpers have started.
    backend.room().await?;
    let mut batches = batches.iter().cycle();
    let mut speed = Speed::default();
    for seconds in [seconds / 2.0, seconds] {
        let (start, before, mut images, mut steps) = (machine.seconds(), backend.counts(), 0, 0.0);
        while machine.seconds() - start < seconds {
            if backend.has_room() {
                let batch = batches.next().expect("there are training images");
                backend.train_step(batch, &STEP);
                images += batch.len();
                steps += 1.0;
            } else {
                backend.room().await?;
            }
        }
        let counts = backend.counts();
        // Wait for the last step.
        backend.read(Tap::Steps).await?;
        speed = Speed {
            images_per_second: images as f64 / (machine.seconds() - start),
            dispatches: (counts.dispatches - before.dispatches) as f64 / steps,
            submits: (counts.submits - before.submits) as f64 / steps,
            bytes_read: (counts.bytes_read - before.bytes_read) as f64 / steps,
        };
    }
    Ok(speed)
}
