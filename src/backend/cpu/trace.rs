//! Computes all numbers of one image's forward and backward pass, for views. The kernels are those of training, so
//! views show the same numbers as training uses.

use super::network::Network;
use crate::network::Plan;
use lenet_kernels::lanes::{LANES, Lanes};
use lenet_kernels::loss::{self, Target};

/// A network for views with its own copy of the parameters, so that training never waits for a view.
pub struct Tracer {
    network: Network,
    parameters: Vec<f32>,
}

/// A forward pass: one entry per layer, each [channel][row][column].
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// The pre-activations; in a layer without an activation they equal `activations`.
    pub pre_activations: Vec<Vec<f32>>,
    /// The activations; the last are the logits.
    pub activations: Vec<Vec<f32>>,
}

/// A backward pass: the gradients of the image's cross-entropy.
#[derive(Clone, Debug, PartialEq)]
pub struct BackwardPass {
    /// −ln of the label's probability, in nats.
    pub loss: f32,
    /// The gradients of the activations.
    pub d_activations: Vec<Vec<f32>>,
    /// The gradients of the pre-activations.
    pub d_pre_activations: Vec<Vec<f32>>,
    /// The gradients of the parameters, in the order of `Plan`.
    pub gradients: Vec<f32>,
}

impl Tracer {
    /// A network of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Tracer { parameters: vec![0.0; plan.parameters], network: Network::new(plan) }
    }

    /// Replaces the parameters.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.parameters.copy_from_slice(parameters);
        self.network.pack(&self.parameters);
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// The forward pass of one image, a number from 0 to 1 per pixel.
    pub fn forward(&mut self, image: &[f32]) -> Pass {
        self.network.load_one(image);
        let (mut pre_activations, mut activations) = (Vec::new(), Vec::new());
        for layer in 0..self.network.plan().layers.len() {
            self.network.forward_pre_activations(layer, &self.parameters);
            pre_activations.push(self.network.activation(layer, 0).collect());
            self.network.forward_activation(layer);
            activations.push(self.network.activation(layer, 0).collect());
        }
        Pass { pre_activations, activations }
    }

    /// The backward pass of the image of the last `forward`, whose class is `label`.
    pub fn backward(&mut self, label: u8) -> BackwardPass {
        let labels = [label; LANES];
        let loss = loss::softmax(self.network.logits(), &labels, &Target::PLAIN).loss[0];
        // All eight images of the block are the same image, so only the first may count.
        loss::backward(self.network.logits(), &labels, 1, 1, &Target::PLAIN);
        self.network.begin_backward();
        let layers = self.network.plan().layers.len();
        let mut gradients = vec![0.0; self.parameters.len()];
        let (mut d_activations, mut d_pre_activations) = (vec![Vec::new(); layers], vec![Vec::new(); layers]);
        for layer in (0..layers).rev() {
            d_activations[layer] = self.network.d_activation(layer, 0).collect();
            self.network.backward_activation(layer);
            d_pre_activations[layer] = self.network.d_activation(layer, 0).collect();
            self.network.backward_weights(layer, true, &mut gradients);
            self.network.backward_input(layer, &self.parameters);
        }
        self.network.finish_gradients(&mut gradients);
        BackwardPass { loss, d_activations, d_pre_activations, gradients }
    }

    /// The forward pass of up to eight images as bytes. `activation` returns the results.
    pub fn forward_block<'a>(&mut self, images: impl ExactSizeIterator<Item = &'a [u8]>) {
        self.network.load(images);
        self.network.forward(&self.parameters);
    }

    /// The activations of a layer for one image of the last `forward_block`: [channel][row][column].
    pub fn activation(&self, layer: usize, image: usize) -> impl Iterator<Item = f32> {
        self.network.activation(layer, image)
    }
}

/// Softmax of an image's logits.
pub fn probabilities(logits: &[f32]) -> Vec<f32> {
    let mut values: Vec<Lanes> = logits.iter().map(|&logit| [logit; LANES]).collect();
    loss::softmax(&mut values, &[0; LANES], &Target::PLAIN);
    values.iter().map(|lanes| lanes[0]).collect()
}
