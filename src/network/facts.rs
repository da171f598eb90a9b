//! What is known of each kind of layer: one match gives its shapes, window, activation, parameters and cost.

use super::rule::Rule;
use super::start::Start;
use super::{Activation, Connections, Layer, Preprocessing, Shape, Window};
use crate::refusal::Refusal;
use lenet_kernels::elementwise::SLOPES;
use lenet_kernels::rbf::{CODE_LENGTH, codes};
use std::ops::Range;

/// A layer in a network, with everything that is known about it. Shapes are those of one image. `Layer::on` makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPlan {
    /// The name as LeCun counts: C1, S2, C3, S4, C5, F6; the last layer is "Output".
    pub name: String,
    /// The layer's kind and its fields.
    pub layer: Layer,
    /// The shape of its input.
    pub input: Shape,
    /// The shape of its output.
    pub output: Shape,
    /// The window through which a unit sees its input; `None` if a unit sees all of it. The window is 1×1 if a unit
    /// sees one number.
    pub window: Option<Window>,
    /// Whether a unit sees only the map with its own index.
    pub stays_in_map: bool,
    /// How a unit is computed from the numbers that it sees.
    pub rule: Rule,
    /// Which maps each filter sees.
    pub connections: Connections,
    /// The function applied to the pre-activations; `None` if the layer has none.
    pub activation: Activation,
    /// The parameters before training, and whether they learn.
    pub start: Start,
    /// The number of inputs that a unit sums over, without the bias; 0 if the layer has no weighted sum.
    pub fan_in: usize,
    /// The number of units that each input number feeds, apart from the borders.
    pub fan_out: usize,
    /// Floating-point operations of the forward pass of one image. Weights that a table of connections leaves out count
    /// too, because they are multiplied by zero.
    pub flop: f64,
    /// Names and shapes of its weights and of its biases, row-major, as in PyTorch: "weight" [filters, channels, size,
    /// size] or [units, inputs], "bias" [filters] or [units]. An empty shape means that the layer has none.
    pub tensors: [(&'static str, Vec<usize>); 2],
    /// The range of its weights in the flat block.
    pub weights: Range<usize>,
    /// The range of its biases.
    pub biases: Range<usize>,
}

/// The product of dimensions. It saturates, because a layer that is refused later as too large can have more numbers
/// than a `usize` of wasm32 can count.
pub(super) fn product(dimensions: &[usize]) -> usize {
    dimensions.iter().fold(1, |product, &size| product.saturating_mul(size))
}

impl LayerPlan {
    /// A layer without parameters that changes nothing outside training. The layers of other kinds start from it.
    fn unchanged(layer: Layer, input: Shape) -> LayerPlan {
        LayerPlan {
            name: String::new(),
            layer,
            input,
            output: input,
            window: Some(Window { size: 1, stride: 1, padding: 0 }),
            stays_in_map: true,
            rule: Rule::Same,
            connections: Connections::All,
            activation: Activation::None,
            start: Start::Spread,
            fan_in: 0,
            fan_out: 1,
            flop: input.len() as f64,
            tensors: [("weight", Vec::new()), ("bias", Vec::new())],
            weights: 0..0,
            biases: 0..0,
        }
    }

    /// This layer, if each unit is a weighted sum over `fan_in` numbers: of the whole input, unless a window is set.
    fn summing(self, output: Shape, fan_in: usize) -> LayerPlan {
        let flop = 2.0 * fan_in as f64 * output.channels as f64 * output.area() as f64;
        LayerPlan { output, window: None, stays_in_map: false, rule: Rule::Sum, fan_in, flop, ..self }
    }

    /// This layer with weights of this name and shape.
    fn with_weights(mut self, name: &'static str, shape: &[usize]) -> LayerPlan {
        self.tensors[0] = (name, shape.to_vec());
        self
    }

    /// This layer with biases of this name and shape.
    fn with_biases(mut self, name: &'static str, shape: &[usize]) -> LayerPlan {
        self.tensors[1] = (name, shape.to_vec());
        self
    }

    /// The number of weights of each filter or unit, with those that a table of connections leaves out.
    pub fn weights_each(&self) -> usize {
        self.weights.len() / self.output.channels
    }

    /// Whether a unit is the input number at its own place times a factor.
    pub fn elementwise(&self) -> bool {
        matches!(self.rule, Rule::Same | Rule::Rectifier(_))
    }

    /// Whether it has parameters that learn.
    pub fn learns(&self) -> bool {
        self.start.learns() && self.weights.start < self.biases.end
    }

    /// The number of parameters that learn.
    pub fn trainable(&self) -> usize {
        let unconnected = self.unconnected().map(|weights| weights.len()).sum::<usize>();
        if self.learns() { self.weights.len() + self.biases.len() - unconnected } else { 0 }
    }

    /// The ranges of weights that a table of connections leaves out, one for each pair of filter and map. They are
    /// always zero.
    pub fn unconnected(&self) -> impl Iterator<Item = Range<usize>> {
        let (maps, connections) = (self.input.channels, self.connections);
        let pairs = if connections.is_all() { 0 } else { self.output.channels * maps };
        let (start, each) = (self.weights.start, self.weights.len() / pairs.max(1));
        (0..pairs)
            .filter(move |pair| !connections.has(pair / maps, pair % maps))
            .map(move |pair| start + pair * each..start + (pair + 1) * each)
    }

    /// The number of multiply-adds in the forward pass of one image; 0 if the layer has no weighted sum.
    pub fn multiply_adds(&self) -> usize {
        let unconnected: usize = self.unconnected().map(|weights| weights.len()).sum();
        self.fan_in * self.output.len() - unconnected * self.output.area()
    }
}

impl Layer {
    /// All facts of this layer on `input`, in a network with this number of classes. The name and the ranges of the
    /// parameters are not set, because they depend on the layers before.
    ///
    /// # Errors
    /// A field is out of range, or the layer does not fit. The sentence shows the arithmetic and a remedy.
    pub fn on(self, input: Shape, classes: usize) -> Result<LayerPlan, Refusal> {
        self.check()?;
        let each = LayerPlan::unchanged(self, input);
        Ok(match self {
            Layer::Conv { filters, size, stride, padding, activation, connections } => {
                let maps = input.channels;
                if let Some(why) = connections.misfit(maps, filters) {
                    return Err(Refusal::new(why).at_field("connections"));
                }
                let window = Window { size, stride, padding };
                let output = Shape { channels: filters, ..placed(window, input)? };
                LayerPlan {
                    window: Some(window),
                    connections,
                    activation,
                    fan_out: product(&[filters, size, size]),
                    ..each.summing(output, product(&[maps, size, size]))
                }
                .with_weights("weight", &[filters, maps, size, size])
                .with_biases("bias", &[filters])
            }
            Layer::Pool { kind, size, stride } => {
                let window = Window { size, stride, padding: 0 };
                let output = placed(window, input)?;
                // One comparison, addition or square for each number of a window.
                let flop = (size * size * output.len()) as f64;
                LayerPlan { output, window: Some(window), rule: Rule::Pool(kind), flop, ..each }
            }
            Layer::Dense { units, activation } => {
                let fan_in = input.len();
                LayerPlan { activation, fan_out: units, ..each.summing(Shape::new(units, 1, 1), fan_in) }
                    .with_weights("weight", &[units, fan_in])
                    .with_biases("bias", &[units])
            }
            Layer::Subsample { size, activation } => {
                let window = Window { size, stride: size, padding: 0 };
                LayerPlan {
                    window: Some(window),
                    stays_in_map: true,
                    activation,
                    ..each.summing(placed(window, input)?, size * size)
                }
                .with_weights("weight", &[input.channels])
                .with_biases("bias", &[input.channels])
            }
            Layer::Preprocess { kind } => {
                if kind == Preprocessing::Whiten && input.len() < Preprocessing::COMPONENTS {
                    let (pixels, components) = (input.len(), Preprocessing::COMPONENTS);
                    let sentence = format!(
                        "images of {pixels} pixels do not have the {components} components of whitening: standardise \
                         them instead"
                    );
                    return Err(Refusal::new(sentence).at_field("kind"));
                }
                let image = [input.height, input.width];
                let components = [Preprocessing::COMPONENTS, input.height, input.width];
                let (fan_in, scales, shape) = match kind {
                    Preprocessing::Center => (0, "scale", &[][..]),
                    Preprocessing::Standardize => (1, "scale", &image[..]),
                    // Projects onto the components and back.
                    Preprocessing::Whiten => (2 * Preprocessing::COMPONENTS, "components", &components[..]),
                };
                LayerPlan {
                    window: each.window.filter(|_| kind != Preprocessing::Whiten),
                    rule: Rule::Statistics(kind),
                    start: Start::Statistics,
                    fan_in,
                    flop: 2.0 * (1 + fan_in) as f64 * input.len() as f64,
                    ..each
                }
                .with_weights(scales, shape)
                .with_biases("mean", &image)
            }
            Layer::Frame { border, paper, ink } => {
                if border > input.width {
                    let width = input.width;
                    let sentence = format!("a border of {border} is wider than the image: give {width} or less");
                    return Err(Refusal::new(sentence).at_field("border"));
                }
                let Shape { channels, height, width } = input;
                LayerPlan {
                    output: Shape::new(channels, height + 2 * border, width + 2 * border),
                    window: Some(Window { size: 1, stride: 1, padding: border }),
                    rule: Rule::Scaled { factor: ink - paper, shift: paper },
                    flop: 2.0 * input.len() as f64,
                    ..each
                }
            }
            Layer::Rbf {} => {
                let (pictures, length) = (codes().count() / CODE_LENGTH, input.len());
                if classes != pictures {
                    return Err(Refusal::new(format!(
                        "there are {classes} classes, and pictures of {pictures} digits: use a dense layer instead"
                    )));
                }
                if length != CODE_LENGTH {
                    return Err(Refusal::new(format!(
                        "{length} inputs, and the pictures of the digits have 7·12 = {CODE_LENGTH}: put a dense layer \
                         of {CODE_LENGTH} units before"
                    )));
                }
                LayerPlan {
                    rule: Rule::Distance,
                    start: Start::Pictures,
                    ..each.summing(Shape::new(classes, 1, 1), length)
                }
                .with_weights("weight", &[classes, length])
            }
            Layer::Dropout { .. } => each,
            // The slopes start at 0.25 (He, Zhang, Ren, Sun 2015, section 2.1).
            Layer::Prelu {} => {
                let start = Start::Constant { weight: 0.0, bias: 0.25 };
                LayerPlan { rule: Rule::Rectifier(None), start, ..each }.with_biases("slope", &[input.channels])
            }
            Layer::Rrelu {} => {
                let mean = (SLOPES[0] + SLOPES[1]) / 2.0;
                LayerPlan { rule: Rule::Rectifier(Some(mean)), ..each }
            }
        })
    }
}

/// The places of a window on every map.
fn placed(window: Window, input: Shape) -> Result<Shape, String> {
    Ok(Shape::new(input.channels, window.places(input.height)?, window.places(input.width)?))
}
