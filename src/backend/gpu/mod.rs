//! The GPU backend: WebGPU compute through `wgpu`, in browsers and natively.
//!
//! A training step consists of one dispatch that fetches the images, one for each stage of the forward pass, one for
//! each stage of the backward pass (with the gradients of weights and of inputs) and one for the update of all
//! parameters: 12 for LeNet-5. A stage (`stages`) is a layer, or a convolution with the max-pooling after it; the last
//! stage also computes the loss. Steps are recorded (`passes`) and many are submitted together (`pace`), each with a
//! slot of settings (`settings`). A step reads nothing back: losses and counts accumulate on the device until they are
//! requested (`reading`).
//!
//! The kernels are in `operations`, each in a `.rs` file and a `.wgsl` file. `template` expands the WGSL, in which
//! every number is a row of four images; see `common.wgsl`. Sums have a fixed order and there are no atomic floats, so
//! that a seed gives the same result each time on the same adapter.
//!
//! # The theoretical cost of a step
//! A kernel takes as long as its operations or its memory traffic, whichever is longer. Too few threads leave lanes
//! idle:
//!
//! step = Σ over kernels of dispatch + max(FLOP / (F · min(1, threads / T)), bytes / B)
//!
//! `cost` counts the operations and bytes of each kernel, and has F, T, B and dispatch for two GPUs: an integrated one
//! (Intel Iris Xe: 0.5 TFLOP/s, 5,376 threads, 50 GB/s, 8 µs) and a large one (NVIDIA RTX 4090: 20 TFLOP/s, 65,536
//! threads, 1 TB/s, 5 µs). A step of LeNet-5 with 64 images has 146 MFLOP and 7.3 MB in 12 kernels:
//!
//! | a step of | integrated | images/s | large | images/s |
//! |---|---|---|---|---|
//! | LeNet-5, 10 images | 0.29 ms | 34,000 | 0.11 ms | 91,000 |
//! | LeNet-5, 64 images | 0.72 ms | 89,000 | 0.22 ms | 290,000 |
//! | LeNet-5, 256 images | 2.2 ms | 110,000 | 0.48 ms | 530,000 |
//! | Nielsen's two convolutions, 64 images | 1.5 ms | 43,000 | 0.35 ms | 180,000 |
//!
//! These predictions have not been checked on such a GPU yet. `bench.html`, which the badge on the page links to,
//! prints prediction and measurement side by side for each kernel. According to the model, dispatches take half of a
//! step of ten images on the large GPU. So fewer kernels would help more than faster ones, and a mini-batch of 64 does
//! not fill that GPU.
//!
//! # Differences between hardware and software adapters
//! - Hardware needs many threads. A software adapter needs few and long ones, because each thread repeats the loads of
//!   its neighbours. `Gpu::threads` is the one constant that depends on the adapter. Tests run both.
//! - In the forward pass a dense layer sums in slices with a barrier, because a serial sum of 400 numbers would let a
//!   GPU wait for its memory. SwiftShader turns threads with barriers into coroutines, which costs an eighth of
//!   LeNet-5's step.
//! - Gradients of weights are partial sums, which the update adds up. Sums in workgroup memory were five times slower
//!   on SwiftShader, and the addition costs a few microseconds on hardware.
//! - Inner loops are unrolled for both. SwiftShader is seven times faster with that.

mod backend;
mod buffers;
mod device;
mod fresh;
mod images;
mod kernel;
mod looking;
mod maps;
mod network;
mod operations;
mod pace;
mod passes;
mod product;
mod profile;
mod readback;
mod reading;
mod settings;
mod shader;
mod stage;
mod stages;
mod template;
mod wgsl;

pub use device::{Gpu, is_software};
pub use images::Images;

use super::{Backend, Counts, Failure, Objective, Tap};
use crate::network::Plan;
use buffers::Buffers;
use looking::Looking;
use network::CompiledNetwork;
use pace::Pace;
use passes::Passes;
use readback::Readbacks;
use reading::Records;
use stages::Stages;

/// A network on a GPU.
pub struct GpuBackend {
    gpu: Gpu,
    images: Images,
    plan: Plan,
    network: CompiledNetwork,
    buffers: Buffers,
    passes: Passes,
    objective: Objective,
    pace: Pace,
    readbacks: Readbacks,
    /// The number of updates since the optimizer state was empty.
    updates: u32,
    records: Records,
    looking: Option<Looking>,
    counts: Counts,
}

impl GpuBackend {
    /// Makes the network of `plan` for the dataset that was uploaded as `images`, with all parameters zero. Compiles
    /// the kernels.
    ///
    /// # Errors
    /// The network is too large, or the device refuses it.
    pub async fn new(gpu: &Gpu, plan: Plan, images: &Images) -> Result<Self, Failure> {
        let stages = Stages::new(&plan, true, gpu.threads)?;
        let (buffers, network) = gpu
            .checked(|| {
                let buffers = Buffers::new(gpu, &plan, stages.quads);
                let network = CompiledNetwork::new(gpu, &plan, stages, &buffers, images, true);
                (buffers, network)
            })
            .await?;
        let mut backend = GpuBackend {
            gpu: gpu.clone(),
            images: images.clone(),
            network,
            buffers,
            passes: Passes::new(plan.input),
            plan,
            objective: Objective::default(),
            pace: Pace::new(),
            readbacks: Readbacks::new(gpu.clone()),
            updates: 0,
            records: Records::new(),
            looking: None,
            counts: Counts::default(),
        };
        backend.write_class_weights(&vec![1.0; backend.plan.classes()]);
        // Browsers compile a kernel at its first use, so one pass runs here and its result is ignored.
        backend.gradients(&[0]);
        backend.evaluate(&[0]);
        backend.read(Tap::Evaluation).await?;
        backend.gpu.trouble().map_or(Ok(backend), Err)
    }

    /// The GPU it is on.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Replaces the weights of the classes in training. In an evaluation every class has weight 1.
    fn write_class_weights(&self, weights: &[f32]) {
        let numbers = [&vec![1.0; weights.len()], weights].concat();
        self.gpu.queue.write_buffer(&self.buffers.class_weights, 0, bytemuck::cast_slice(&numbers));
    }
}
