//! The interface of a layer's arithmetic on a block of eight images. Each kind of layer implements this trait beside
//! its kernel. The trait uses slices and the shapes given at construction, and no plan. Maps lie channels-last.

use super::lanes::Lanes;

/// The weights and biases of one layer; empty where it has none.
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    /// In the order of the plan.
    pub weights: &'a [f32],
    /// One per map or unit.
    pub biases: &'a [f32],
}

/// The gradients of one layer's parameters, in the same order.
pub struct Gradients<'a> {
    /// The gradients of the weights.
    pub weights: &'a mut [f32],
    /// The gradients of the biases.
    pub biases: &'a mut [f32],
}

/// The random numbers of a block of images while training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// The seed of the mini-batch.
    pub key: u32,
    /// The place of the block's first image in the mini-batch.
    pub first: u32,
}

/// One layer, without its activation, with what it keeps from the forward pass for the backward pass.
pub trait Operation {
    /// Takes over new weights; called before `forward` whenever they have changed.
    fn pack(&mut self, _weights: &[f32]) {}

    /// From the input to the pre-activations. Without `noise` nothing is random.
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, noise: Option<Noise>, output: &mut [Lanes]);

    /// Adds the gradients of the parameters over the block's images, or keeps the block for `finish`; with `start` it forgets
    /// the blocks before. `input` is that of the last `forward`.
    fn backward_weights(&mut self, _start: bool, _input: &[Lanes], _d_output: &[Lanes], _gradients: Gradients) {}

    /// From the gradients of the pre-activations to those of the input.
    fn backward_input(&mut self, d_output: &[Lanes], weights: &[f32], d_input: &mut [Lanes]);

    /// Whether `backward_weights` only keeps what it is given, and `finish` computes the gradients of all blocks at once.
    fn finishes(&self) -> bool {
        false
    }

    /// Adds the gradients over all blocks that were kept since the one with `start`.
    fn finish(&mut self, _gradients: Gradients) {}
}
