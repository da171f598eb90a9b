//! All test images on their way through a network, eight at a time, so that training goes on.

use crate::backend::cpu::Tracer;
use crate::data::{Dataset, Split};
use crate::network::Plan;
use lenet_kernels::lanes::LANES;
use std::ops::Range;
use std::sync::Arc;

/// Those that are left, and what the network makes of the last eight.
pub struct TestImages {
    /// The n-th of the eight stands in its n-th place.
    pub tracer: Tracer,
    /// Of the logits.
    output: usize,
    dataset: Arc<Dataset>,
    first: u32,
    left: Range<u32>,
}

impl TestImages {
    /// `dataset`'s, with parameters that stay as they are; none is taken yet.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        let (output, left) = (plan.layers.len() - 1, dataset.split(Split::Test, false));
        let mut tracer = Tracer::new(plan);
        tracer.write_parameters(parameters);
        TestImages { tracer, output, first: left.start, dataset, left }
    }

    /// Takes the next eight, or what is left: their places among the test images. None: there are no more.
    pub fn next(&mut self) -> Option<Range<u32>> {
        let block = self.left.start..self.left.end.min(self.left.start + LANES as u32);
        if block.is_empty() {
            return None;
        }
        self.left.start = block.end;
        let images: Vec<&[u8]> = block.clone().map(|image| self.dataset.image(image)).collect();
        self.tracer.forward_block(images.into_iter());
        Some(block.start - self.first..block.end - self.first)
    }

    /// The logits of the n-th of them.
    pub fn logits(&self, n: usize) -> Vec<f32> {
        self.tracer.activation(self.output, n).collect()
    }
}

/// The largest number and where it stands; of equal ones the first. NaN is never the largest.
pub fn largest(values: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (at, &value) in values.iter().enumerate() {
        if value > best.1 {
            best = (at, value);
        }
    }
    best
}
