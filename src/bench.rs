//! How fast training is here, and why: what `cargo xtask bench` and the page's bench show.

use crate::backend::cost::{self, HARDWARE, Kernel};
use crate::backend::cpu::{Profile, product_rate};
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

/// What the peers train with too.
const STEP: StepConfig = StepConfig {
    optimizer: Optimizer::Sgd,
    learning_rate: 0.01,
    momentum: 0.9,
    weight_decay: 0.0,
    l2: 0.0,
    l1: 0.0,
    max_norm: 0.0,
};

/// What a backend did in a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    backend.write_parameters(&initial_parameters(plan, Initialization::He, 1));
    // Helpers may still be on their way.
    backend.room().await?;
    let mut batches = batches.iter().cycle();
    let mut speed = Speed::default();
    for seconds in [seconds / 2.0, seconds] {
        let (start, before, mut images, mut steps) = (Instant::now(), backend.counts(), 0, 0.0);
        while start.elapsed().as_secs_f64() < seconds {
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
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "BenchLine"))]
pub struct Line {
    /// Images of a mini-batch.
    pub batch_size: usize,
    /// What was measured.
    #[serde(flatten)]
    pub speed: Speed,
    /// Floating-point operations a second that go into the network's own sums.
    pub flops: f64,
    /// Each kernel of a step on a GPU, timed where the adapter has a clock, or each operation of it on one thread.
    pub kernels: Vec<Kernel>,
    /// What the cost model expects of other hardware.
    pub predictions: Vec<Prediction>,
}

/// What a step should take on some hardware.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Prediction {
    /// Which.
    pub hardware: &'static str,
    /// Of a step.
    pub seconds: f64,
}

/// A backend on a network, measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Measured {
    /// The GPU's name.
    pub adapter: Option<String>,
    /// How many threads of the CPU worked.
    pub workers: usize,
    /// How fast it multiplies two matrices, of 512 × 512 on a GPU and of 256 × 256 on a thread of the CPU, in operations a
    /// second: what the network's own sums can be held against.
    pub product_rate: f64,
    /// To make the backend, its kernels compiled.
    pub seconds_to_compile: f64,
    /// For each size of mini-batch.
    pub lines: Vec<Line>,
}

/// Rounds of which the kernels' times are the median.
const ROUNDS: usize = 5;

/// How long each operation of the CPU is timed.
const SECONDS_AN_OPERATION: f64 = 0.05;

/// Measures `plan` on so many workers of the CPU or, with `Wanted::WebGpu`, on the GPU, for `seconds` a size of
/// mini-batch.
///
/// # Errors
/// There is no GPU, or it failed.
pub async fn measure(
    machine: &Machine,
    plan: &Plan,
    wanted: Wanted,
    workers: Option<usize>,
    sizes: &[usize],
    seconds: f64,
) -> Result<Measured, Failure> {
    if wanted == Wanted::WebGpu {
        measure_gpu(machine, plan, sizes, seconds).await
    } else {
        measure_cpu(machine, plan, workers, sizes, seconds).await
    }
}

async fn measure_cpu(
    machine: &Machine,
    plan: &Plan,
    workers: Option<usize>,
    sizes: &[usize],
    seconds: f64,
) -> Result<Measured, Failure> {
    let start = Instant::now();
    let mut cpu = machine.cpu(plan, workers);
    cpu.room().await?;
    let mut measured = Measured {
        adapter: None,
        workers: cpu.workers(),
        product_rate: 0.0,
        seconds_to_compile: start.elapsed().as_secs_f64(),
        lines: Vec::new(),
    };
    let parameters = initial_parameters(plan, Initialization::He, 1);
    for &batch_size in sizes {
        let speed = speed(plan, &mut cpu, &Batches::new(machine.dataset(), batch_size), seconds).await?;
        // One thread's operations; with helpers each would do a part of them.
        let kernels = match measured.workers {
            1 => Profile::new(plan, &parameters, machine.dataset(), batch_size, STEP).times(SECONDS_AN_OPERATION),
            _ => Vec::new(),
        };
        measured.lines.push(Line::new(plan, batch_size, speed, kernels));
    }
    // Last, for a browser takes its time to compile well.
    measured.product_rate = product_rate(SECONDS_AN_OPERATION);
    Ok(measured)
}

async fn measure_gpu(machine: &Machine, plan: &Plan, sizes: &[usize], seconds: f64) -> Result<Measured, Failure> {
    let start = Instant::now();
    let mut gpu = machine.backend(plan).await?;
    let mut measured = Measured {
        adapter: Some(gpu.gpu().adapter().to_owned()),
        workers: gpu.workers(),
        seconds_to_compile: start.elapsed().as_secs_f64(),
        product_rate: gpu.product_rate(3).await?,
        lines: Vec::new(),
    };
    for &batch_size in sizes {
        let speed = speed(plan, &mut gpu, &Batches::new(machine.dataset(), batch_size), seconds).await?;
        let kernels = gpu.kernel_times(batch_size, ROUNDS).await?;
        let on_hardware = gpu.kernels_on_hardware(batch_size);
        let predictions = HARDWARE
            .map(|hardware| Prediction { hardware: hardware.name, seconds: hardware.step(&on_hardware) })
            .to_vec();
        measured.lines.push(Line { predictions, ..Line::new(plan, batch_size, speed, kernels) });
    }
    Ok(measured)
}

impl Line {
    fn new(plan: &Plan, batch_size: usize, speed: Speed, kernels: Vec<Kernel>) -> Line {
        let flops = cost::training(plan) * speed.images_per_second;
        Line { batch_size, speed, flops, kernels, predictions: Vec::new() }
    }
}
