//! A network is a list of layers, for images of one shape and so many classes.

use super::{Layer, Shape};

/// A network: the input's shape and the layers in order. Softmax and cross-entropy come after the last layer,
/// whose outputs are the logits.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSpec {
    /// Shape of one image.
    pub input: Shape,
    /// How many classes there are, and so how many logits.
    pub classes: usize,
    /// The layers, from the image to the logits.
    pub layers: Vec<Layer>,
}

impl NetworkSpec {
    /// A network of `layers` for MNIST: 28×28 grey pixels in 10 classes.
    pub fn mnist(layers: Vec<Layer>) -> Self {
        NetworkSpec { input: Shape::new(1, 28, 28), classes: 10, layers }
    }
}
