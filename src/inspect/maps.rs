//! The value of every unit of a network for one image, and how the image's loss depends on every unit.

use crate::backend::cpu::{BackwardPass, Tracer, probabilities};
use crate::network::{Plan, Shape};
use ndarray::{Array1, Array3};

/// The numbers of one image's forward pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// The pre-activations of each layer: [channel, row, column].
    pub pre_activations: Vec<Array3<f32>>,
    /// The activations of each layer: [channel, row, column]. The last are the logits.
    pub activations: Vec<Array3<f32>>,
    /// The softmax of the logits.
    pub probabilities: Array1<f32>,
}

/// Computes what is shown, on the CPU and with its own copy of the parameters, so that it never disturbs training.
pub struct Viewer {
    plan: Plan,
    tracer: Tracer,
}

impl Viewer {
    /// A viewer of networks of `plan`, all parameters zero.
    pub fn new(plan: Plan) -> Self {
        Viewer { tracer: Tracer::new(plan.clone()), plan }
    }

    /// Replaces the parameters.
    pub fn write_parameters(&mut self, parameters: &[f32]) {
        self.tracer.write_parameters(parameters);
    }

    /// The forward pass of `image`: one number 0..1 for each pixel.
    pub fn look(&mut self, image: &[f32]) -> Maps {
        let pass = self.tracer.forward(image);
        let probabilities = probabilities(pass.activations.last().expect("a plan has layers")).into();
        Maps {
            pre_activations: self.shaped(pass.pre_activations),
            activations: self.shaped(pass.activations),
            probabilities,
        }
    }

    /// The backward pass of the last image of `look`: how its loss with this label depends on every unit and parameter.
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
