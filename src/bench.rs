//! How fast training is here, and why: what `cargo xtask bench` and the page's bench show.

use crate::backend::cost::{self, HARDWARE, Kernel};
use crate::backend::cpu::CpuBackend;
use crate::backend::{Backend, Failure, Optimizer, StepConfig, Tap};
use crate::choice::{Machine, Wanted};
use crate::data::{Dataset, Split};
use crate::network::{Initialization, Plan, initial_parameters};
use serde::Serialize;
use web_time::Instant;

/// Mini-batches to measure with.
pub struct Batches(Vec<Vec<u32>>);

impl Batches {
    /// The first training images, in mini-batches of `size`.
    pub fn new(dataset: &Dataset, size: usize) -> Self {
        let images: Vec<u32> = dataset.split(Split::Train, true).take(size.max(40 * 64)).collect();
        Batches(images.chunks_exact(size.min(images.len())).map(<[u32]>::to_vec).collect())
    }
}

/// What a backend did in a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Speed {
    /// Images trained on a second.
    pub images_per_second: f64,
    /// Kernels started on a GPU, a mini-batch.
    pub dispatches: f64,
    /// Lists of commands handed to a GPU, a mini-batch.
    pub submits: f64,
    /// Bytes asked back from a GPU, a mini-batch.
    pub bytes_read: f64,
}

/// Has `backend` train a network of `plan` for `seconds`, after half as long to get under way.
///
/// # Errors
/// It failed.
pub async fn speed(
    plan: &Plan,
    backend: &mut dyn Backend,
    Batches(batches): &Batches,
    seconds: f64,
) -> Result<Speed, Failure> {
    let step = StepConfig { optimizer: Optimizer::Sgd, learning_rate: 0.01, momentum: 0.9, weight_decay: 0.0 };
    backend.write_parameters(&initial_parameters(plan, Initialization::He, 1));
    let mut batches = batches.iter().cycle();
    let mut speed = Speed::default();
    for seconds in [seconds / 2.0, seconds] {
        let (start, before, mut images, mut steps) = (Instant::now(), backend.counts(), 0, 0.0);
        while start.elapsed().as_secs_f64() < seconds {
            if backend.has_room() {
                let batch = batches.next().expect("there are training images");
                backend.train_step(batch, &step);
                images += batch.len();
                steps += 1.0;
            } else {
                backend.room().await?;
            }
        }
        let counts = backend.counts();
        // All of it, done.
        backend.read(Tap::Steps).await?;
        speed = Speed {
            images_per_second: images as f64 / start.elapsed().as_secs_f64(),
            dispatches: (counts.dispatches - before.dispatches) as f64 / steps,
            submits: (counts.submits - before.submits) as f64 / steps,
            bytes_read: (counts.bytes_read - before.bytes_read) as f64 / steps,
        };
    }
    Ok(speed)
}

/// One line of the bench.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Images of a mini-batch.
    pub batch_size: usize,
    /// What was measured.
    #[serde(flatten)]
    pub speed: Speed,
    /// Floating-point operations a second that go into the network's own sums.
    pub flops: f64,
    /// Each kernel of a step, timed where the adapter has a clock.
    pub kernels: Vec<Kernel>,
    /// What the cost model expects of other hardware.
    pub predictions: Vec<Prediction>,
}

/// What a step should take on some hardware.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Which.
    pub hardware: &'static str,
    /// Of a step.
    pub seconds: f64,
}

/// A backend on a network, measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The GPU's name, and how fast it multiplies two matrices of 512 × 512, in operations a second.
    pub adapter: Option<String>,
    /// See `adapter`.
    pub product_rate: Option<f64>,
    /// To make the backend, its kernels compiled.
    pub seconds_to_compile: f64,
    /// For each size of mini-batch.
    pub lines: Vec<Line>,
}

/// Rounds of which the kernels' times are the median.
const ROUNDS: usize = 5;

/// Measures `plan` on the CPU or, with `Wanted::WebGpu`, on the GPU, for `seconds` a size of mini-batch.
///
/// # Errors
/// There is no GPU, or it failed.
pub async fn measure(
    machine: &Machine,
    plan: &Plan,
    wanted: Wanted,
    sizes: &[usize],
    seconds: f64,
) -> Result<Measured, Failure> {
    let dataset = machine.dataset();
    let start = Instant::now();
    let mut gpu = match wanted {
        Wanted::WebGpu => Some(machine.backend(plan).await?),
        _ => None,
    };
    let seconds_to_compile = start.elapsed().as_secs_f64();
    let mut measured = Measured { adapter: None, product_rate: None, seconds_to_compile, lines: Vec::new() };
    if let Some(gpu) = &mut gpu {
        measured.adapter = Some(gpu.gpu().adapter().to_owned());
        measured.product_rate = Some(gpu.product_rate(3).await?);
    }
    for &batch_size in sizes {
        let batches = Batches::new(dataset, batch_size);
        let (speed, kernels, on_hardware) = match &mut gpu {
            Some(gpu) => {
                let speed = speed(plan, gpu, &batches, seconds).await?;
                (speed, gpu.kernel_times(batch_size, ROUNDS).await?, Some(gpu.kernels_on_hardware(batch_size)))
            }
            None => {
                let mut cpu = CpuBackend::new(plan.clone(), dataset.clone());
                (speed(plan, &mut cpu, &batches, seconds).await?, Vec::new(), None)
            }
        };
        let prediction = |kernels: Vec<Kernel>| {
            HARDWARE.map(|hardware| Prediction { hardware: hardware.name, seconds: hardware.step(&kernels) })
        };
        measured.lines.push(Line {
            batch_size,
            speed,
            flops: cost::training(plan) * speed.images_per_second,
            kernels,
            predictions: on_hardware.map(prediction).into_iter().flatten().collect(),
        });
    }
    Ok(measured)
}
