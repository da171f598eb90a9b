//! A network is a list of layers; here is the list, and what makes it sensible.

use super::{Activation, Layer, Preprocessing, Shape, Window};
use lenet_kernels::rbf::CODE_LENGTH;

impl Layer {
    /// The sliding window of every layer whose units do not see all of its input. Layers that take number by number have one of a single place.
    pub fn window(self) -> Option<Window> {
        match self {
            Layer::Conv { size, stride, padding, .. } => Some(Window { size, stride, padding }),
            Layer::Pool { size, stride, .. } => Some(Window { size, stride, padding: 0 }),
            Layer::Subsample { size, .. } => Some(Window { size, stride: size, padding: 0 }),
            Layer::Frame { border, .. } => Some(Window { size: 1, stride: 1, padding: border }),
            Layer::Dense { .. } | Layer::Rbf {} | Layer::Preprocess { kind: Preprocessing::Whiten } => None,
            Layer::Preprocess { .. } => Some(Window { size: 1, stride: 1, padding: 0 }),
            Layer::Dropout { .. } | Layer::Prelu {} | Layer::Rrelu {} => {
                Some(Window { size: 1, stride: 1, padding: 0 })
            }
        }
    }

    /// Whether each number that comes out depends on the one number in its place alone.
    pub fn is_elementwise(self) -> bool {
        matches!(self, Layer::Dropout { .. } | Layer::Prelu {} | Layer::Rrelu {})
    }

    /// Whether a unit sees only the map in its own place.
    pub fn stays_in_map(self) -> bool {
        self.is_elementwise()
            || matches!(
                self,
                Layer::Pool { .. } | Layer::Subsample { .. } | Layer::Frame { .. } | Layer::Preprocess { .. }
            )
    }

    /// Whether it does something to the image before the network proper: then it is not counted in the others' names.
    pub fn is_before_all(self) -> bool {
        matches!(self, Layer::Preprocess { .. } | Layer::Frame { .. })
    }

    /// What the layer applies to its sums; layers without sums apply nothing.
    pub fn activation(self) -> Activation {
        match self {
            Layer::Conv { activation, .. } | Layer::Dense { activation, .. } | Layer::Subsample { activation, .. } => {
                activation
            }
            _ => Activation::None,
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
            Layer::Dropout { rate } if !(0.0..1.0).contains(&rate) => {
                return Err(format!("dropout of {rate} leaves nothing: give a rate from 0 to less than 1"));
            }
            Layer::Frame { border, .. } if border > input.width => {
                return Err(format!("a border of {border} is wider than the image: give {} or less", input.width));
            }
            Layer::Frame { paper, ink, .. } if !(paper.is_finite() && ink.is_finite()) => {
                return Err("paper and ink have to be finite".into());
            }
            Layer::Rbf {} if input.len() != CODE_LENGTH => {
                return Err(format!(
                    "{} inputs, and the pictures of the digits have 7·12 = {CODE_LENGTH}: put a dense layer of \
                     {CODE_LENGTH} units before",
                    input.len()
                ));
            }
            Layer::Conv { filters, connections, .. } => match connections.misfit(input.channels, filters) {
                Some(why) => return Err(why),
                None => filters,
            },
            Layer::Dense { units, .. } => units,
            Layer::Rbf {} => NetworkSpec::CLASSES,
            _ => input.channels,
        };
        match (self, self.window()) {
            (Layer::Preprocess { .. }, _) => Ok(input),
            (_, None) => Ok(Shape::new(channels, 1, 1)),
            (Layer::Frame { border, .. }, _) => {
                Ok(Shape::new(channels, input.height + 2 * border, input.width + 2 * border))
            }
            (Layer::Pool { .. } | Layer::Subsample { .. }, Some(window)) => {
                Ok(Shape::new(channels, window.whole_places(input.height)?, window.whole_places(input.width)?))
            }
            (_, Some(window)) => Ok(Shape::new(channels, window.places(input.height)?, window.places(input.width)?)),
        }
    }
}

/// A network: the input's shape and the layers in order. Softmax and cross-entropy come after the last layer,
/// whose outputs are the logits.
#[derive(Clone, Debug, PartialEq)]
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
    /// The maximum number of parameters: a browser tab has no memory for more weights, gradients and moments.
    pub const MAX_PARAMETERS: usize = 20_000_000;
    /// The maximum number of outputs of a layer, which a mini-batch keeps for every image.
    pub const MAX_OUTPUTS: usize = Self::MAX_PARAMETERS / 8;

    /// A network of `layers` for MNIST images.
    pub fn mnist(layers: Vec<Layer>) -> Self {
        NetworkSpec { input: Self::MNIST_INPUT, layers }
    }
}
