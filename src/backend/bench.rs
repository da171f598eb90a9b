//! Measures a backend in detail: its speed, the time of each kernel, and the predicted time on other hardware. The
//! page's `bench.html` and `cargo xtask bench` show the results.

use super::cost::{self, HARDWARE, Kernel};
use super::cpu::{Profile, product_rate};
use super::machine::{Machine, ThisMachine};
use super::speed::{Batches, STEP, Speed, speed};
use super::{Backend, Failure};
use crate::network::{Initialization, Plan, initial_parameters};
use serde::Serialize;

/// The measurements with one size of mini-batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "BenchLine"))]
pub struct Line {
    /// The number of images in a mini-batch.
    pub batch_size: usize,
    /// The training speed.
    #[serde(flatten)]
    pub speed: Speed,
    /// Floating-point operations per second of the network's own arithmetic.
    pub flops: f64,
    /// The kernels of a step on a GPU, timed where the adapter has a clock, or its operations on one thread of the CPU.
    pub kernels: Vec<Kernel>,
    /// The predictions of the cost model for other hardware.
    pub predictions: Vec<Prediction>,
}

/// The predicted time of a step on some hardware.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Prediction {
    /// The name of the hardware.
    pub hardware: &'static str,
    /// The duration of a step.
    pub seconds: f64,
}

/// The measurements of a backend with several sizes of mini-batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Measured {
    /// The name of the GPU's adapter.
    pub adapter: Option<String>,
    /// The number of CPU threads.
    pub workers: usize,
    /// Operations per second in a product of two matrices, 512 × 512 on a GPU and 256 × 256 on one thread of the CPU: an
    /// upper bound for the network's own arithmetic.
    pub product_rate: f64,
    /// The seconds until the backend was ready, including the compilation of its kernels.
    pub seconds_to_compile: f64,
    /// One for each size of mini-batch.
    pub lines: Vec<Line>,
}

/// The number of rounds. The time of a kernel is the median over them.
const ROUNDS: usize = 5;

/// The time for which each operation is measured on the CPU.
const SECONDS_AN_OPERATION: f64 = 0.05;

/// Measures `plan` on `workers` threads of the CPU, for `seconds` with each size of mini-batch.
///
/// # Errors
/// The backend failed.
pub async fn measure_cpu(
    machine: &ThisMachine,
    plan: &Plan,
    workers: Option<usize>,
    sizes: &[usize],
    seconds: f64,
) -> Result<Measured, Failure> {
    let start = machine.seconds();
    let mut cpu = machine.cpu_backend(plan, workers);
    cpu.room().await?;
    let mut measured = Measured {
        adapter: None,
        workers: cpu.workers(),
        product_rate: 0.0,
        seconds_to_compile: machine.seconds() - start,
        lines: Vec::new(),
    };
    let parameters = initial_parameters(plan, Initialization::He, 1);
    for &batch_size in sizes {
        let speed = speed(machine, plan, &mut cpu, &Batches::new(machine.dataset(), batch_size), seconds).await?;
        // Operations are measured on one thread, because with helpers each thread does only a part of them.
        let kernels = match measured.workers {
            1 => Profile::new(plan, &parameters, machine.dataset(), batch_size, STEP).times(SECONDS_AN_OPERATION),
            _ => Vec::new(),
        };
        measured.lines.push(Line::new(plan, batch_size, speed, kernels));
    }
    // This is measured last, because by now a browser has compiled the kernels with its optimising compiler.
    measured.product_rate = product_rate(SECONDS_AN_OPERATION);
    Ok(measured)
}

/// Measures `plan` on the GPU, for `seconds` with each size of mini-batch.
///
/// # Errors
/// There is no GPU, or it failed.
pub async fn measure_gpu(
    machine: &ThisMachine,
    plan: &Plan,
    sizes: &[usize],
    seconds: f64,
) -> Result<Measured, Failure> {
    let start = machine.seconds();
    let mut gpu = machine.gpu_backend(plan).await?;
    let mut measured = Measured {
        adapter: Some(gpu.gpu().adapter().to_owned()),
        workers: gpu.workers(),
        seconds_to_compile: machine.seconds() - start,
        product_rate: gpu.product_rate(3).await?,
        lines: Vec::new(),
    };
    for &batch_size in sizes {
        let speed = speed(machine, plan, &mut gpu, &Batches::new(machine.dataset(), batch_size), seconds).await?;
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
