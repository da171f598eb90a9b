//! From a list of layers to the place of every number: one flat block of parameters.

use super::{Connections, Layer, NetworkSpec, Preprocessing, Shape};
use crate::refusal::Refusal;
use lenet_kernels::rbf::codes;
use std::ops::Range;

/// A layer in its place. Shapes are of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPlan {
    /// LeCun's name: C1, S2, C3, S4, C5, F6, and Output for the last.
    pub name: String,
    /// The layer itself.
    pub layer: Layer,
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// Where its weights lie in the parameters: [filters, channels, size, size] or [units, inputs], row-major, as
    /// PyTorch has them; of subsampling its coefficients, [maps]; of the RBF output its pictures, [10, 84]; of
    /// preprocessing what `Preprocessing` says: [height, width] or [components, height, width]. Empty for pooling.
    pub weights: Range<usize>,
    /// Where its biases lie: [filters] or [units]; of a parametric ReLU its slopes, [maps]; of preprocessing the mean image,
    /// [height, width]. Empty for pooling.
    pub biases: Range<usize>,
}

impl LayerPlan {
    /// How many numbers each unit sums over (without the bias).
    pub fn fan_in(&self) -> usize {
        match self.layer {
            Layer::Subsample { size, .. } => size * size,
            // A unit of the whitened image goes through the components and back.
            Layer::Preprocess { kind: Preprocessing::Whiten } => 2 * Preprocessing::COMPONENTS,
            Layer::Preprocess { .. } => self.weights.len() / self.output.len(),
            _ => self.weights_each(),
        }
    }

    /// How many weights a filter or a unit has of its own; those that a table of connections leaves out included.
    pub fn weights_each(&self) -> usize {
        self.weights.len() / self.output.channels
    }

    /// How many units each input number feeds, borders aside.
    pub fn fan_out(&self) -> usize {
        match self.layer {
            Layer::Conv { filters, size, .. } => filters * size * size,
            Layer::Dense { units, .. } => units,
            _ => 1,
        }
    }

    /// Whether it has parameters that learn.
    pub fn learns(&self) -> bool {
        let is_fixed = matches!(self.layer, Layer::Rbf {} | Layer::Preprocess { .. });
        !is_fixed && self.weights.start < self.biases.end
    }

    /// How many parameters learn.
    pub fn trainable(&self) -> usize {
        let unconnected = self.unconnected().map(|weights| weights.len()).sum::<usize>();
        if self.learns() { self.weights.len() + self.biases.len() - unconnected } else { 0 }
    }

    /// The weights of what a table of connections leaves out, which are always zero: a row for each filter and map.
    pub fn unconnected(&self) -> impl Iterator<Item = Range<usize>> {
        let (size, connections) = match self.layer {
            Layer::Conv { size, connections, .. } => (size, connections),
            _ => (0, Connections::All),
        };
        let maps = self.input.channels;
        let pairs = 0..if connections.is_all() { 0 } else { self.output.channels * maps };
        let start = self.weights.start;
        pairs
            .filter(move |pair| !connections.has(pair / maps, pair % maps))
            .map(move |pair| start + pair * size * size..start + (pair + 1) * size * size)
    }

    /// How many products a forward pass of one image takes; of a pooling layer, which has none, 0.
    pub fn multiply_adds(&self) -> usize {
        let unconnected: usize = self.unconnected().map(|weights| weights.len()).sum();
        self.fan_in() * self.output.len() - unconnected * self.output.area()
    }

    /// [height, width] of what comes out.
    fn image(&self) -> Vec<usize> {
        vec![self.output.height, self.output.width]
    }

    /// The shape of the weights as a list.
    pub fn weight_shape(&self) -> Vec<usize> {
        match self.layer {
            Layer::Conv { filters, size, .. } => vec![filters, self.input.channels, size, size],
            Layer::Dense { units, .. } => vec![units, self.input.len()],
            Layer::Subsample { .. } => vec![self.output.channels],
            Layer::Rbf {} => vec![self.output.channels, self.input.len()],
            Layer::Preprocess { kind: Preprocessing::Whiten } => {
                [vec![Preprocessing::COMPONENTS], self.image()].concat()
            }
            Layer::Preprocess { .. } => self.image(),
            _ => vec![],
        }
    }
}

/// One named part of the parameters, as it is saved and shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterTensor {
    /// "C1.weight", "C1.bias", …
    pub name: String,
    /// As PyTorch has it.
    pub shape: Vec<usize>,
    /// Where it lies in the flat block.
    pub range: Range<usize>,
}

/// A network whose every layer fits, with the place of each parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Shape of one image.
    pub input: Shape,
    /// The layers in order; never empty.
    pub layers: Vec<LayerPlan>,
    /// How many parameters there are in all.
    pub parameters: usize,
}

impl Plan {
    /// Lays out `spec`.
    ///
    /// # Errors
    /// A sentence with the layer, the arithmetic and the fix where a layer does not fit on the one before, where the
    /// last is not a dense layer of ten logits, or where it would be too large for a browser tab.
    pub fn new(spec: &NetworkSpec) -> Result<Plan, Refusal> {
        let Some(last) = spec.layers.len().checked_sub(1) else {
            return Err(Refusal::new("a network needs at least one layer: end with a dense layer of 10 units"));
        };
        let mut layers: Vec<LayerPlan> = Vec::with_capacity(spec.layers.len());
        let mut input = spec.input;
        let mut parameters = 0_usize;
        for (index, &layer) in spec.layers.iter().enumerate() {
            let before = spec.layers[..index].iter().filter(|layer| layer.is_before_all()).count();
            let name = name(layer, input, index - before, index == last);
            let refuse = |why: String| Refusal::new(format!("{name}: {why}"));
            if matches!(layer, Layer::Preprocess { .. }) && index > 0 {
                return Err(refuse("it is what happens to the image itself: make it the first layer".into()));
            }
            let preprocessed = matches!(spec.layers[0], Layer::Preprocess { .. });
            if matches!(layer, Layer::Frame { .. }) && index > usize::from(preprocessed) {
                return Err(refuse("a frame is put around the image: make it the first layer".into()));
            }
            if layer == (Layer::Rbf {}) && index < last {
                return Err(refuse("its ten numbers are the logits: make it the last layer".into()));
            }
            let output = layer.output(input).map_err(refuse)?;
            let fan_in = match layer {
                Layer::Conv { size, .. } => input.channels * size * size,
                Layer::Dense { .. } | Layer::Rbf {} => input.len(),
                Layer::Subsample { .. } => 1,
                Layer::Preprocess { kind } => kind.weights(input.len()),
                _ => 0,
            };
            let biases = match layer {
                Layer::Rbf {} => 0,
                Layer::Preprocess { .. } => input.len(),
                _ if fan_in > 0 || layer == Layer::Prelu {} => output.channels,
                _ => 0,
            };
            let weights = fan_in * output.channels;
            let weights = parameters..parameters + weights;
            let biases = weights.end..weights.end + biases;
            parameters = biases.end;
            if parameters > NetworkSpec::MAX_PARAMETERS || output.len() > NetworkSpec::MAX_PARAMETERS / 8 {
                return Err(refuse(format!(
                    "{} outputs and {parameters} parameters up to here are too many for a browser tab (at most {} \
                     parameters): use fewer units or filters, or pool before",
                    output.len(),
                    NetworkSpec::MAX_PARAMETERS
                )));
            }
            layers.push(LayerPlan { name, layer, input, output, weights, biases });
            input = output;
        }
        let end = &layers[last];
        match end.layer {
            Layer::Dense { units: NetworkSpec::CLASSES, activation: super::Activation::None } | Layer::Rbf {} => {}
            _ => {
                return Err(Refusal::new(format!(
                    "{}: the last layer must be dense with {} units and activation \"none\", one logit for each \
                     digit, for the softmax that follows it",
                    end.name,
                    NetworkSpec::CLASSES
                )));
            }
        }
        Ok(Plan { input: spec.input, layers, parameters })
    }

    /// How many classes there are: one logit each.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.len())
    }

    /// How many of the parameters learn.
    pub fn trainable(&self) -> usize {
        self.layers.iter().map(LayerPlan::trainable).sum()
    }

    /// What parameters that lie like this have to be: zero where a table leaves a connection out, an RBF output's as its
    /// pictures are.
    ///
    /// # Errors
    /// The tensor that is not so.
    pub fn check_fixed(&self, parameters: &[f32]) -> Result<(), Refusal> {
        for layer in &self.layers {
            let name = &layer.name;
            if layer.unconnected().any(|weights| parameters[weights].iter().any(|&w| w != 0.0)) {
                return Err(Refusal::new(format!("{name}.weight: what the table does not connect has to be 0")));
            }
            if layer.layer == (Layer::Rbf {}) && !parameters[layer.weights.clone()].iter().copied().eq(codes()) {
                return Err(Refusal::new(format!("{name}.weight: the pictures of the digits are fixed")));
            }
        }
        Ok(())
    }

    /// The list of layers this was laid out from.
    pub fn spec(&self) -> NetworkSpec {
        NetworkSpec { input: self.input, layers: self.layers.iter().map(|layer| layer.layer).collect() }
    }

    /// The parameters' names, shapes and places, in order.
    pub fn tensors(&self) -> Vec<ParameterTensor> {
        let of = |layer: &LayerPlan| {
            let tensor = |kind: &str, shape, range: &Range<usize>| ParameterTensor {
                name: format!("{}.{kind}", layer.name),
                shape,
                range: range.clone(),
            };
            let (many, each, shape) = match layer.layer {
                Layer::Preprocess { kind: Preprocessing::Whiten } => ("components", "mean", layer.image()),
                Layer::Preprocess { .. } => ("scale", "mean", layer.image()),
                Layer::Prelu {} => ("weight", "slope", vec![layer.output.channels]),
                _ => ("weight", "bias", vec![layer.output.channels]),
            };
            [tensor(many, layer.weight_shape(), &layer.weights), tensor(each, shape, &layer.biases)]
        };
        self.layers.iter().flat_map(of).filter(|tensor| !tensor.range.is_empty()).collect()
    }

    /// Replaces those of `parameters` that are named in `given` (name, shape, numbers); the others stay.
    ///
    /// # Errors
    /// The tensor that is unknown, of another shape or not finite; nothing has changed.
    pub fn replace(
        &self,
        parameters: &mut [f32],
        given: impl IntoIterator<Item = (String, Vec<usize>, Vec<f32>)>,
    ) -> Result<(), Refusal> {
        let tensors = self.tensors();
        let mut accepted = Vec::new();
        for (name, shape, numbers) in given {
            let Some(tensor) = tensors.iter().find(|tensor| tensor.name == name) else {
                let names: Vec<&str> = tensors.iter().map(|tensor| tensor.name.as_str()).collect();
                return Err(Refusal::new(format!("there is no tensor \"{name}\": there are {}", names.join(", "))));
            };
            let expected = &tensor.shape;
            if shape != *expected || numbers.len() != tensor.range.len() {
                let count = numbers.len();
                return Err(Refusal::new(format!("{name} is {expected:?}, and not {shape:?} with {count} numbers")));
            }
            if let Some(at) = numbers.iter().position(|x| !x.is_finite()) {
                return Err(Refusal::new(format!("number {at} of {name} is {}", numbers[at])));
            }
            accepted.push((tensor.range.clone(), numbers));
        }
        let mut replaced = parameters.to_vec();
        for (range, numbers) in accepted {
            replaced[range].copy_from_slice(&numbers);
        }
        self.check_fixed(&replaced)?;
        parameters.copy_from_slice(&replaced);
        Ok(())
    }
}

/// LeCun's letters: C convolution, S subsampling, F fully connected, and the layer's place. A dense layer on feature
/// maps is a convolution whose filters cover the whole map, so it is a C, as his C5. Ours are D dropout and A activation.
fn name(layer: Layer, input: Shape, index: usize, last: bool) -> String {
    let letter = match layer {
        Layer::Conv { .. } => 'C',
        Layer::Preprocess { .. } => return "Preprocess".into(),
        Layer::Frame { .. } => return "Frame".into(),
        Layer::Pool { .. } | Layer::Subsample { .. } => 'S',
        Layer::Dense { .. } | Layer::Rbf {} if last => return "Output".into(),
        Layer::Rbf {} => 'R',
        Layer::Dense { .. } if index > 0 && input.area() > 1 => 'C',
        Layer::Dense { .. } => 'F',
        Layer::Dropout { .. } => 'D',
        Layer::Prelu {} | Layer::Rrelu {} => 'A',
    };
    format!("{letter}{}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, PoolKind, preset};

    #[test]
    fn lenet5_has_lecuns_names_and_61706_parameters() {
        let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
        let names: Vec<&str> = plan.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["C1", "S2", "C3", "S4", "C5", "F6", "Output"]);
        let shapes: Vec<Shape> = plan.layers.iter().map(|layer| layer.output).collect();
        assert_eq!(shapes[0], Shape::new(6, 28, 28));
        assert_eq!(shapes[3], Shape::new(16, 5, 5));
        assert_eq!(plan.parameters, 61_706);
        let tensors = plan.tensors();
        assert_eq!(tensors[2].name, "C3.weight");
        assert_eq!(tensors[2].shape, [16, 6, 5, 5]);
        assert_eq!(tensors.last().unwrap().range.end, plan.parameters);
    }

    /// C3's table leaves 900 of 2,400 weights out, in each of 10×10 places.
    #[test]
    fn what_a_table_leaves_out_is_not_multiplied() {
        let plan = Plan::new(&preset("lenet5_1998").unwrap()).unwrap();
        let c3 = plan.layers.iter().find(|layer| layer.name == "C3").unwrap();
        assert_eq!((c3.multiply_adds(), c3.trainable()), (150_000, 1_516));
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused_with_layer_arithmetic_and_fix() {
        let conv = |stride| Layer::conv(4, 5, stride, 0, Activation::Relu);
        let pool = Layer::Pool { kind: PoolKind::Max, size: 2, stride: 2 };
        let logits = Layer::Dense { units: 10, activation: Activation::None };
        let refusal = |layers| Plan::new(&NetworkSpec::mnist(layers)).unwrap_err().to_string();
        assert_eq!(
            refusal(vec![conv(1), pool, conv(2), logits]),
            "C3: (12 − 5 + 2·0)/2 + 1 = 4.5 is not whole: change stride or padding"
        );
        assert!(refusal(vec![]).contains("at least one layer"));
        assert!(refusal(vec![conv(1), pool]).starts_with("S2: the last layer must be dense with 10 units"));
        let huge = Layer::Dense { units: 1_000_000, activation: Activation::Relu };
        assert!(refusal(vec![huge, logits]).starts_with("F1: 1000000 outputs and 785000000 parameters"));
    }
}
