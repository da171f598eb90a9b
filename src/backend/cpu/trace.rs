//! One image's way through a network and back, every number of it: what views look at. The kernels are those that train,
//! so what is shown is what is learned from.

use super::network::Network;
use crate::network::Plan;
use lenet_kernels::lanes::{LANES, Lanes};
use lenet_kernels::loss::{self, Target};

/// A network that only looks, with its own copy of the parameters, so that training never waits for looking.
pub struct Tracer {
    network: Network,
    parameters: Vec<f32>,
}

/// The way to the logits: one entry for each layer, [channel][row][column].
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// Before the activation; of a pooling layer, and where there is none, the same as after it.
    pub pre_activations: Vec<Vec<f32>>,
    /// After it. The last are the logits.
    pub activations: Vec<Vec<f32>>,
}

/// The way back: the derivatives of the image's cross-entropy by what `Pass` has.
#[derive(Clone, Debug, PartialEq)]
pub struct BackwardPass {
    /// −ln of the probability given to the label; nats.
    pub loss: f32,
    /// By the activations.
    pub d_activations: Vec<Vec<f32>>,
    /// By the pre-activations.
    pub d_pre_activations: Vec<Vec<f32>>,
    /// By the parameters, as `Plan` lays them out.
    pub gradients: Vec<f32>,
}

impl Tracer {
    /// A network of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Tracer { parameters: vec![0.0; plan.parameters], network: Network::new(plan) }
    }

    /// Looks with these parameters from now on.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.parameters.copy_from_slice(parameters);
        self.network.pack(&self.parameters);
    }

    /// Its parameters.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// The way of one image of 784 numbers 0..1.
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

    /// The way back of the image of the last `forward`, if `label` is what it shows.
    pub fn backward(&mut self, label: u8) -> BackwardPass {
        let labels = [label; LANES];
        let loss = loss::softmax(self.network.logits(), &labels, &Target::PLAIN).loss[0];
        // Only the first of the block counts, or its gradients would be added eight times.
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

    /// Goes forward with up to eight images of 784 bytes; `activation` has what came of them.
    pub fn forward_block<'a>(&mut self, images: impl ExactSizeIterator<Item = &'a [u8]>) {
        self.network.load(images);
        self.network.forward(&self.parameters);
    }

    /// What a layer gave for the n-th image of the last `forward_block`: [channel][row][column].
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
