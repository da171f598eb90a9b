//! What every unit of a network says to one image, and how the image's loss depends on every unit.

use crate::backend::cpu::{BackwardPass, Tracer, probabilities};
use crate::network::{Plan, Shape};
use ndarray::{Array1, Array3};

/// The numbers of one image on its way forward.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// Before the activation, one for each layer: [channel, row, column].
    pub pre_activations: Vec<Array3<f32>>,
    /// After it. The last are the logits.
    pub activations: Vec<Array3<f32>>,
    /// The softmax of the logits.
    pub probabilities: Array1<f32>,
}

/// A network that only looks, with parameters of its own, on the CPU.
pub struct Viewer {
    plan: Plan,
    tracer: Tracer,
}

impl Viewer {
    /// A viewer of networks of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Viewer { tracer: Tracer::new(plan.clone()), plan }
    }

    /// Looks with these parameters from now on.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.tracer.write_parameters(parameters);
    }

    /// What the network says to `image`, 784 numbers 0..1.
    pub fn look(&mut self, image: &[f32]) -> Maps {
        let pass = self.tracer.forward(image);
        let probabilities = probabilities(pass.activations.last().expect("a plan has layers")).into();
        Maps {
            pre_activations: self.shaped(pass.pre_activations),
            activations: self.shaped(pass.activations),
            probabilities,
        }
    }

    /// How the loss of the image of the last `look` depends on everything, if `label` is what it shows.
    pub fn look_back(&mut self, label: u8) -> BackwardPass {
        self.tracer.backward(label)
    }

    fn shaped(&self, layers: Vec<Vec<f32>>) -> Vec<Array3<f32>> {
        let shaped = |(numbers, Shape { channels, height, width }): (Vec<f32>, Shape)| {
            Array3::from_shape_vec((channels, height, width), numbers).expect("as many numbers as the shape says")
        };
        layers.into_iter().zip(self.plan.layers.iter().map(|layer| layer.output)).map(shaped).collect()
    }
}
