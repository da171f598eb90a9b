//! The theoretical cost of a step: floating-point operations, and bytes read and written. Benches compare it with
//! measurements, and `Hardware` predicts the time on GPUs that are not available.

use crate::network::{LayerPlan, Plan};
use serde::Serialize;
use std::iter::Sum;
use std::ops::{Add, Mul, Range};

/// Floating-point operations (a multiplication and an addition are two) and bytes read or written. Some are
/// proportional to the number of images, and some occur once in a mini-batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cost {
    /// Floating-point operations per image.
    pub flop: f64,
    /// Bytes per image, if each buffer is read or written once.
    pub bytes: f64,
    /// Bytes per mini-batch that do not depend on its size: parameters and their gradients.
    #[serde(skip)]
    pub bytes_once: f64,
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            flop: self.flop + other.flop,
            bytes: self.bytes + other.bytes,
            bytes_once: self.bytes_once + other.bytes_once,
        }
    }
}

impl Cost {
    /// The cost of a mini-batch of `images` images.
    pub fn of_batch(self, images: usize) -> Cost {
        let once = Cost { bytes: self.bytes_once, ..Cost::default() };
        once + Cost { bytes_once: 0.0, ..self * images as f64 }
    }
}

impl Mul<f64> for Cost {
    type Output = Cost;

    fn mul(self, times: f64) -> Cost {
        Cost { flop: self.flop * times, bytes: self.bytes * times, bytes_once: self.bytes_once * times }
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Cost>>(costs: I) -> Cost {
        costs.fold(Cost::default(), Add::add)
    }
}

/// Bytes of a 32-bit number.
const NUMBER: f64 = 4.0;

fn parameters(layer: &LayerPlan) -> f64 {
    (layer.weights.len() + layer.biases.len()) as f64
}

/// The cost of fetching an image: reads a byte and writes a number for each pixel.
pub fn gather(plan: &Plan) -> Cost {
    Cost { bytes: plan.input.len() as f64 * (1.0 + NUMBER), ..Cost::default() }
}

/// The cost of the forward pass of `layers`, which are computed in one kernel.
pub fn forward(plan: &Plan, layers: Range<usize>) -> Cost {
    let layers = &plan.layers[layers];
    let ends = layers[0].input.len() + layers[layers.len() - 1].output.len();
    Cost {
        flop: layers.iter().map(|layer| layer.flop).sum(),
        bytes: NUMBER * ends as f64,
        bytes_once: NUMBER * layers.iter().map(parameters).sum::<f64>(),
    }
}

/// The cost of their backward pass: the gradients of the weights and, if `hands_back`, of the input.
pub fn backward(plan: &Plan, layers: Range<usize>, hands_back: bool) -> Cost {
    let layers = &plan.layers[layers];
    let learned: f64 = layers.iter().map(parameters).sum();
    let directions = f64::from(u8::from(learned > 0.0)) + f64::from(u8::from(hands_back));
    let ends = layers[0].input.len() * if hands_back { 3 } else { 1 } + layers[0].output.len();
    Cost { flop: directions * layers[0].flop, bytes: NUMBER * ends as f64, bytes_once: NUMBER * learned * directions }
}

/// The cost of the update, which reads and writes parameters, gradients and moments.
pub fn update(plan: &Plan) -> Cost {
    Cost { bytes_once: NUMBER * 8.0 * plan.parameters as f64, ..Cost::default() }
}

/// Floating-point operations of training on one image: the forward pass, and the backward pass to everything that
/// learns.
pub fn training(plan: &Plan) -> f64 {
    let first = plan.layers.iter().position(LayerPlan::learns).unwrap_or(0);
    let of = |n| (forward(plan, n..n + 1) + backward(plan, n..n + 1, n > first)).flop;
    (0..plan.layers.len()).map(of).sum()
}

/// One GPU kernel or one CPU operation of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "KernelCost"))]
pub struct Kernel {
    /// For example "C1 + S2 forward".
    pub name: String,
    /// The cost for the whole mini-batch, so `bytes_once` is 0.
    #[serde(flatten)]
    pub cost: Cost,
    /// Workgroups of 64 threads; 0 on the CPU.
    pub groups: usize,
    /// The measured time, if there is one.
    pub seconds: Option<f64>,
}

/// The specification of a GPU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hardware {
    /// The name that people read.
    pub name: &'static str,
    /// Floating-point operations per second of compiled WGSL with all lanes busy. This is a quarter of the data sheet's
    /// number, which assumes that every instruction is a fused multiply-add.
    pub flops: f64,
    /// The number of threads that keep all lanes busy.
    pub threads: f64,
    /// Memory bandwidth in bytes per second.
    pub bandwidth: f64,
    /// Seconds between the ends of two consecutive empty kernels.
    pub dispatch: f64,
}

/// The GPUs that predictions are made for. Whoever has one of them can check its prediction.
pub const HARDWARE: [Hardware; 2] = [
    // 96 units of 8 lanes at 1.35 GHz: 2.1 TFLOP/s. LPDDR4x memory.
    Hardware {
        name: "integrated GPU (Intel Iris Xe, 96 EU)",
        flops: 0.5e12,
        threads: 5_376.0,
        bandwidth: 50e9,
        dispatch: 8e-6,
    },
    // 128 multiprocessors of 128 lanes at 2.5 GHz: 83 TFLOP/s. GDDR6X memory. Four warps per scheduler hide its
    // latencies.
    Hardware { name: "large GPU (NVIDIA RTX 4090)", flops: 20e12, threads: 65_536.0, bandwidth: 1e12, dispatch: 5e-6 },
];

impl Hardware {
    /// The predicted seconds of a step. Its kernels run one after the other, and each takes as long as its operations
    /// or its memory traffic, whichever is longer. Lanes stay idle if a kernel has too few threads.
    pub fn step(&self, kernels: &[Kernel]) -> f64 {
        let seconds = |kernel: &Kernel| {
            let busy = (64.0 * kernel.groups as f64 / self.threads).min(1.0);
            self.dispatch + (kernel.cost.flop / (self.flops * busy)).max(kernel.cost.bytes / self.bandwidth)
        };
        kernels.iter().map(seconds).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::preset;

    /// Counted by hand: the forward pass has 117,600 + 240,000 + 48,000 + 10,080 + 840 products. The gradients of the
    /// weights have as many, and those of the inputs have all but the first layer's. Pooling adds a comparison for each
    /// number in each direction.
    #[test]
    fn lenet5_costs_what_its_layers_cost() {
        let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
        let products = 416_520 + 416_520 + 298_920;
        let pooled = 4 * (6 * 14 * 14 + 16 * 5 * 5);
        assert_eq!(training(&plan), f64::from(2 * products + 2 * pooled));
    }

    /// Two kernels with enough threads: operations limit the first, memory traffic limits the second.
    #[test]
    fn a_step_takes_as_long_as_its_kernels_one_after_the_other() {
        let hardware = Hardware { name: "", flops: 1e9, threads: 128.0, bandwidth: 1e8, dispatch: 1e-3 };
        let kernel = |flop, bytes, groups| Kernel {
            name: String::new(),
            cost: Cost { flop, bytes, bytes_once: 0.0 },
            groups,
            seconds: None,
        };
        let seconds = hardware.step(&[kernel(1e6, 0.0, 1), kernel(1e6, 1e6, 9)]);
        assert!((seconds - (0.001 + 0.002 + 0.001 + 0.01)).abs() < 1e-9, "{seconds}");
    }
}
