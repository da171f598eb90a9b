//! What every unit of a network says to one image.

use crate::backend::cpu::{Forward, probabilities};
use crate::network::Plan;
use ndarray::{Array1, Array3};

/// The activations of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// One for each layer: [channel, row, column]. The last are the logits.
    pub activations: Vec<Array3<f32>>,
    /// The softmax of the logits.
    pub probabilities: Array1<f32>,
}

/// A network that only looks, with parameters of its own, on the CPU.
pub struct Viewer {
    plan: Plan,
    forward: Forward,
}

impl Viewer {
    /// A viewer of networks of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Viewer { forward: Forward::new(plan.clone()), plan }
    }

    /// Looks with these parameters from now on.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.forward.write_parameters(parameters);
    }

    /// What the network says to `image`, 784 numbers 0..1.
    pub fn look(&mut self, image: &[f32]) -> Maps {
        let activations = self.forward.activations(image);
        let probabilities = probabilities(activations.last().expect("a plan has layers")).into();
        let shaped = self.plan.layers.iter().zip(activations).map(|(layer, activations)| {
            let shape = (layer.output.channels, layer.output.height, layer.output.width);
            Array3::from_shape_vec(shape, activations).expect("as many numbers as the shape says")
        });
        Maps { activations: shaped.collect(), probabilities }
    }
}
