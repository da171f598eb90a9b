//! What a step costs on paper: floating-point operations, and numbers that have to be moved. For benches, and for a
//! prediction on hardware that is not here.

use crate::network::{LayerPlan, Plan};
use serde::Serialize;
use std::iter::Sum;
use std::ops::{Add, Mul, Range};

/// Operations (a multiplication and an addition are two) and numbers read or written, for each image and once a
/// mini-batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cost {
    /// Floating-point operations an image.
    pub flop: f64,
    /// Bytes an image, each buffer touched once.
    pub bytes: f64,
    /// Bytes a mini-batch, whatever its size: parameters and their gradients.
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
    /// For a mini-batch.
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

/// Bytes of a number.
const NUMBER: f64 = 4.0;

fn parameters(layer: &LayerPlan) -> f64 {
    (layer.weights.len() + layer.biases.len()) as f64
}

/// Fetching an image: a byte a pixel to a number a pixel.
pub fn gather(plan: &Plan) -> Cost {
    Cost { bytes: plan.input.len() as f64 * (1.0 + NUMBER), ..Cost::default() }
}

/// Layers that are computed together, forward.
pub fn forward(plan: &Plan, layers: Range<usize>) -> Cost {
    let layers = &plan.layers[layers];
    let ends = layers[0].input.len() + layers[layers.len() - 1].output.len();
    Cost {
        flop: layers.iter().map(|layer| layer.flop).sum(),
        bytes: NUMBER * ends as f64,
        bytes_once: NUMBER * layers.iter().map(parameters).sum::<f64>(),
    }
}

/// The same layers backward: the gradients of their weights, and of their input if it is handed back.
pub fn backward(plan: &Plan, layers: Range<usize>, hands_back: bool) -> Cost {
    let layers = &plan.layers[layers];
    let learned: f64 = layers.iter().map(parameters).sum();
    let directions = f64::from(u8::from(learned > 0.0)) + f64::from(u8::from(hands_back));
    let ends = layers[0].input.len() * if hands_back { 3 } else { 1 } + layers[0].output.len();
    Cost { flop: directions * layers[0].flop, bytes: NUMBER * ends as f64, bytes_once: NUMBER * learned * directions }
}

/// The update: parameters, gradients and moments read and written.
pub fn update(plan: &Plan) -> Cost {
    Cost { bytes_once: NUMBER * 8.0 * plan.parameters as f64, ..Cost::default() }
}

/// Operations of training on one image: forward, and backward to everything that learns.
pub fn training(plan: &Plan) -> f64 {
    let first = plan.layers.iter().position(LayerPlan::learns).unwrap_or(0);
    let of = |n| (forward(plan, n..n + 1) + backward(plan, n..n + 1, n > first)).flop;
    (0..plan.layers.len()).map(of).sum()
}

/// A kernel of a GPU in one step, or an operation of the CPU.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "KernelCost"))]
pub struct Kernel {
    /// "C1 + S2 forward".
    pub name: String,
    /// For the whole mini-batch, so with nothing left in `bytes_once`.
    #[serde(flatten)]
    pub cost: Cost,
    /// Workgroups of 64 threads; 0 on the CPU.
    pub groups: usize,
    /// How long it took, where that was measured.
    pub seconds: Option<f64>,
}

/// A GPU on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hardware {
    /// For people.
    pub name: &'static str,
    /// Floating-point operations a second that compiled WGSL like ours reaches with all lanes busy: a quarter of what
    /// the data sheet says, which assumes that every instruction is a multiplication with an addition.
    pub flops: f64,
    /// Threads it takes to keep all lanes busy.
    pub threads: f64,
    /// Bytes a second, of memory.
    pub bandwidth: f64,
    /// Seconds between the ends of two kernels that have nothing to do.
    pub dispatch: f64,
}

/// What we predict for, to be checked by whoever has such a one.
pub const HARDWARE: [Hardware; 2] = [
    // 96 units of 8 lanes at 1.35 GHz: 2.1 TFLOP/s; LPDDR4x.
    Hardware {
        name: "integrated GPU (Intel Iris Xe, 96 EU)",
        flops: 0.5e12,
        threads: 5_376.0,
        bandwidth: 50e9,
        dispatch: 8e-6,
    },
    // 128 multiprocessors of 128 lanes at 2.5 GHz: 83 TFLOP/s; GDDR6X. Four warps a scheduler hide its latencies.
    Hardware { name: "large GPU (NVIDIA RTX 4090)", flops: 20e12, threads: 65_536.0, bandwidth: 1e12, dispatch: 5e-6 },
];

impl Hardware {
    /// Seconds of a step: its kernels one after the other, each as long as its operations or its bytes take,
    /// whichever is longer. Too few threads leave lanes idle.
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

    /// Counted by hand: 117,600 + 240,000 + 48,000 + 10,080 + 840 products forward, as many for the weights, and all
    /// but the first layer's for the inputs; and a comparison for each number that is pooled, there and back.
    #[test]
    fn lenet5_costs_what_its_layers_cost() {
        let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
        let products = 416_520 + 416_520 + 298_920;
        let pooled = 4 * (6 * 14 * 14 + 16 * 5 * 5);
        assert_eq!(training(&plan), f64::from(2 * products + 2 * pooled));
    }

    /// Two kernels with lanes to spare: one bound by its operations, one by its bytes.
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
