//! A network is a list of layers; here is the list, and what makes it sensible.

use super::{Activation, PoolKind, Shape, Window};
use serde::{Deserialize, Serialize};

/// One layer. `fields` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "serde_json::Value")]
pub enum Layer {
    /// `filters` filters of `size`×`size` over all input channels, a bias each, then the activation.
    Conv {
        /// How many feature maps come out.
        filters: usize,
        /// Side of a filter.
        size: usize,
        /// Step of the window.
        stride: usize,
        /// Zeros around the input.
        padding: usize,
        /// Applied to the sum.
        activation: Activation,
    },
    /// Each feature map made smaller on its own; nothing to learn.
    Pool {
        /// Largest or mean.
        kind: PoolKind,
        /// Side of the window.
        size: usize,
        /// Step of the window.
        stride: usize,
    },
    /// `units` units, each connected to every number of the input.
    Dense {
        /// How many come out.
        units: usize,
        /// Applied to the sum.
        activation: Activation,
    },
}

impl Layer {
    /// The sliding window of a convolution or pooling layer.
    pub fn window(self) -> Option<Window> {
        match self {
            Layer::Conv { size, stride, padding, .. } => Some(Window { size, stride, padding }),
            Layer::Pool { size, stride, .. } => Some(Window { size, stride, padding: 0 }),
            Layer::Dense { .. } => None,
        }
    }

    /// What the layer applies to its sums; a pooling layer applies nothing.
    pub fn activation(self) -> Activation {
        match self {
            Layer::Conv { activation, .. } | Layer::Dense { activation, .. } => activation,
            Layer::Pool { .. } => Activation::None,
        }
    }

    /// The shape that comes out when `input` goes in.
    ///
    /// # Errors
    /// The arithmetic and the fix, where it does not fit.
    pub fn output(self, input: Shape) -> Result<Shape, String> {
        let channels = match self {
            Layer::Conv { filters: 0, .. } => {
                return Err("a convolution needs at least one filter".into());
            }
            Layer::Dense { units: 0, .. } => {
                return Err("a dense layer needs at least one unit".into());
            }
            Layer::Conv { filters, .. } => filters,
            Layer::Pool { .. } => input.channels,
            Layer::Dense { units, .. } => units,
        };
        match self.window() {
            None => Ok(Shape::new(channels, 1, 1)),
            Some(window) => Ok(Shape::new(channels, window.places(input.height)?, window.places(input.width)?)),
        }
    }
}

/// A network: the input's shape and the layers in order. Softmax and cross-entropy come after the last layer,
/// whose outputs are the logits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSpec {
    /// Shape of one image.
    pub input: Shape,
    /// The layers, from the image to the logits.
    pub layers: Vec<Layer>,
}

impl NetworkSpec {
    /// Digits are 28×28 grey pixels in 10 classes.
    pub const MNIST_INPUT: Shape = Shape::new(1, 28, 28);
    /// How many classes there are, and so how many logits.
    pub const CLASSES: usize = 10;
    /// The most parameters accepted: beyond this a browser tab has no memory for weights, gradients and moments.
    pub const MOST_PARAMETERS: usize = 20_000_000;

    /// A network of `layers` for MNIST images.
    pub fn mnist(layers: Vec<Layer>) -> Self {
        NetworkSpec { input: Self::MNIST_INPUT, layers }
    }
}

/// Why a list of layers is no network, as a sentence that names the layer, the arithmetic and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SpecError(pub String);
