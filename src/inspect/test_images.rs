//! Sends all test images through a network, eight at a time, so that training continues meanwhile.

use crate::backend::cpu::Tracer;
use crate::data::{Dataset, Split};
use crate::network::Plan;
use lenet_kernels::lanes::LANES;
use std::ops::Range;
use std::sync::Arc;

/// The test images that are left, and the forward pass of the last eight that were taken.
pub struct TestImages {
    /// Holds the activations; the n-th of the eight images is in lane n.
    pub tracer: Tracer,
    /// The index of the layer that gives the logits.
    output: usize,
    dataset: Arc<Dataset>,
    first: u32,
    left: Range<u32>,
}

impl TestImages {
    /// The test images of `dataset`, for a network with fixed parameters. None has been taken yet.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        let (output, left) = (plan.layers.len() - 1, dataset.split(Split::Test, false));
        let mut tracer = Tracer::new(plan);
        tracer.write_parameters(parameters);
        TestImages { tracer, output, first: left.start, dataset, left }
    }

    /// Takes the next eight images, or fewer at the end, and returns their places among the test images. None: no images
    /// are left.
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

    /// The logits of the n-th image that was taken last.
    pub fn logits(&self, n: usize) -> Vec<f32> {
        self.tracer.activation(self.output, n).collect()
    }
}

/// The index and value of the largest number, the first of equal ones. NaN is never the largest.
pub fn largest(values: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (at, &value) in values.iter().enumerate() {
        if value > best.1 {
            best = (at, value);
        }
    }
    best
}
