//! The activation functions that `activation.wgsl` has.

use crate::backend::gpu::shader::Shader;
use crate::backend::gpu::wgsl::wgsl;
use crate::network::Activation;

/// Their names in the shader.
const ACTIVATIONS: [(&str, Activation); 6] = [
    ("LEAKY_RELU", Activation::LeakyRelu),
    ("RELU", Activation::Relu),
    ("TANH", Activation::Tanh),
    ("SCALED_TANH", Activation::ScaledTanh),
    ("SIGMOID", Activation::Sigmoid),
    ("NONE", Activation::None),
];

impl Shader {
    /// Adds `activate` for a stage with this activation, and `slope` for one after a stage with that of `previous`.
    pub fn activations(self, own: Activation, previous: Activation) -> Self {
        let number = |wanted| ACTIVATIONS.iter().position(|(_, kind)| *kind == wanted).expect("all are listed");
        self.with(wgsl!("activation.wgsl"))
            .constants(&ACTIVATIONS.map(|(name, kind)| (name, number(kind))))
            .constants(&[("ACTIVATION", number(own)), ("PREVIOUS_ACTIVATION", number(previous))])
    }

    /// Adds `activate` for a stage with this activation.
    pub fn activation(self, own: Activation) -> Self {
        self.activations(own, Activation::None)
    }
}
