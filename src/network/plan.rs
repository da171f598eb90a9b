//! From a list of layers to the place of every number: one flat block of parameters.

use super::init::Start;
use super::kind::Place;
use super::layers::LAYER_KINDS;
use super::{Activation, Connections, Layer, NetworkSpec, Shape, Window};
use crate::refusal::Refusal;
use lenet_kernels::rbf::codes;
use std::ops::Range;

/// A layer in its place, and all that is known of it. Shapes are of one image. `Layer::on` makes it.
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
    /// The window through which a unit sees its input; `None` if it sees all of it. A single place if it sees one number.
    pub window: Option<Window>,
    /// Whether a unit sees only the map in its own place.
    pub stays_in_map: bool,
    /// Whether a unit is the number in its own place, times a factor.
    pub elementwise: bool,
    /// Which maps each filter sees.
    pub connections: Connections,
    /// Applied to the pre-activations; `None` where there are none.
    pub activation: Activation,
    /// What its parameters are before training, and whether they learn.
    pub start: Start,
    /// How many numbers each unit sums over, without the bias; 0 where nothing is weighted.
    pub fan_in: usize,
    /// How many units each input number feeds, borders aside.
    pub fan_out: usize,
    /// Floating-point operations of a forward pass of one image. Weights that a table of connections leaves out count,
    /// because they are multiplied all the same.
    pub flop: f64,
    /// Names and shapes of its weights and of its biases, row-major, as PyTorch has them: "weight" [filters, channels,
    /// size, size] or [units, inputs], "bias" [filters] or [units]. No dimensions: there are none.
    pub tensors: [(&'static str, Vec<usize>); 2],
    /// Where its weights lie in the parameters.
    pub weights: Range<usize>,
    /// Where its biases lie.
    pub biases: Range<usize>,
}

/// The product of dimensions. A layer that will be refused as too large can have more numbers than a `usize` of wasm32
/// counts.
pub(super) fn product(dimensions: &[usize]) -> usize {
    dimensions.iter().fold(1, |product, &size| product.saturating_mul(size))
}

impl LayerPlan {
    /// A layer that multiplies each number in its place by a factor and has no parameters; others are made from it.
    pub(super) fn elementwise(layer: Layer, input: Shape) -> LayerPlan {
        LayerPlan {
            name: String::new(),
            layer,
            input,
            output: input,
            window: Some(Window { size: 1, stride: 1, padding: 0 }),
            stays_in_map: true,
            elementwise: true,
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

    /// The same layer if each unit is a weighted sum over `fan_in` numbers, of the whole input unless a window is given.
    pub(super) fn summing(self, output: Shape, fan_in: usize) -> LayerPlan {
        let flop = 2.0 * fan_in as f64 * output.channels as f64 * output.area() as f64;
        LayerPlan { output, window: None, stays_in_map: false, elementwise: false, fan_in, flop, ..self }
    }

    /// The same layer with weights of this name and shape.
    pub(super) fn with_weights(mut self, name: &'static str, shape: &[usize]) -> LayerPlan {
        self.tensors[0] = (name, shape.to_vec());
        self
    }

    /// The same layer with biases of this name and shape.
    pub(super) fn with_biases(mut self, name: &'static str, shape: &[usize]) -> LayerPlan {
        self.tensors[1] = (name, shape.to_vec());
        self
    }

    /// How many weights a filter or a unit has of its own; those that a table of connections leaves out included.
    pub fn weights_each(&self) -> usize {
        self.weights.len() / self.output.channels
    }

    /// Whether it has parameters that learn.
    pub fn learns(&self) -> bool {
        self.start.learns() && self.weights.start < self.biases.end
    }

    /// How many parameters learn.
    pub fn trainable(&self) -> usize {
        let unconnected = self.unconnected().map(|weights| weights.len()).sum::<usize>();
        if self.learns() { self.weights.len() + self.biases.len() - unconnected } else { 0 }
    }

    /// The weights that a table of connections leaves out, which are always zero: a range for each such filter and map.
    pub fn unconnected(&self) -> impl Iterator<Item = Range<usize>> {
        let (maps, connections) = (self.input.channels, self.connections);
        let pairs = if connections.is_all() { 0 } else { self.output.channels * maps };
        let (start, each) = (self.weights.start, self.weights.len() / pairs.max(1));
        (0..pairs)
            .filter(move |pair| !connections.has(pair / maps, pair % maps))
            .map(move |pair| start + pair * each..start + (pair + 1) * each)
    }

    /// How many products a forward pass of one image takes; 0 where nothing is weighted.
    pub fn multiply_adds(&self) -> usize {
        let unconnected: usize = self.unconnected().map(|weights| weights.len()).sum();
        self.fan_in * self.output.len() - unconnected * self.output.area()
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
        let (mut input, mut parameters) = (spec.input, 0_usize);
        for (index, &layer) in spec.layers.iter().enumerate() {
            let name = name(&spec.layers, index, input);
            let planned = check_place(&spec.layers, index).and_then(|()| layer.on(input, spec.classes));
            let planned = planned.map_err(|refusal| refusal.at_layer(index, &name))?;
            let [weights, biases] = [0, 1].map(|tensor| match &planned.tensors[tensor].1[..] {
                [] => 0,
                shape => product(shape),
            });
            let weights = parameters..parameters.saturating_add(weights);
            let biases = weights.end..weights.end.saturating_add(biases);
            (input, parameters) = (planned.output, biases.end);
            let outputs = product(&[input.channels, input.height, input.width]);
            if parameters > NetworkSpec::MAX_PARAMETERS || outputs > NetworkSpec::MAX_OUTPUTS {
                let sentence = format!(
                    "{outputs} outputs and {parameters} parameters up to here are too many for a browser tab (at most \
                     {} parameters): use fewer units or filters, or pool before",
                    NetworkSpec::MAX_PARAMETERS
                );
                return Err(Refusal::new(sentence).at_layer(index, &name));
            }
            layers.push(LayerPlan { name, weights, biases, ..planned });
        }
        let (end, classes) = (&layers[last], spec.classes);
        if end.window.is_some() || end.activation != Activation::None || end.output != Shape::new(classes, 1, 1) {
            let sentence = format!(
                "the last layer must be dense with {classes} units and activation \"none\", one logit for each class, \
                 for the softmax that follows it"
            );
            return Err(Refusal::new(sentence).at_layer(last, &end.name));
        }
        Ok(Plan { input: spec.input, layers, parameters })
    }

    /// How many classes there are: one logit each.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.channels)
    }

    /// How many of the parameters learn.
    pub fn trainable(&self) -> usize {
        self.layers.iter().map(LayerPlan::trainable).sum()
    }

    /// Checks the parameters that may not differ: those that a table of connections leaves out are zero, those of an RBF
    /// output are its pictures.
    ///
    /// # Errors
    /// The first layer in which they do.
    pub fn check_fixed(&self, parameters: &[f32]) -> Result<(), Refusal> {
        for (index, layer) in self.layers.iter().enumerate() {
            let refuse =
                |why: &str| Err(Refusal::new(why).at_layer(index, &format!("{}.{}", layer.name, layer.tensors[0].0)));
            if layer.unconnected().any(|weights| parameters[weights].iter().any(|&w| w != 0.0)) {
                return refuse("what the table does not connect has to be 0");
            }
            let pictures = layer.start == Start::Pictures;
            if pictures && !parameters[layer.weights.clone()].iter().copied().eq(codes()) {
                return refuse("the pictures of the digits do not change");
            }
        }
        Ok(())
    }

    /// The list of layers this was laid out from.
    pub fn spec(&self) -> NetworkSpec {
        let layers = self.layers.iter().map(|layer| layer.layer).collect();
        NetworkSpec { input: self.input, classes: self.classes(), layers }
    }

    /// The parameters' names, shapes and places, in order.
    pub fn tensors(&self) -> Vec<ParameterTensor> {
        let of = |layer: &LayerPlan| {
            let ranges = [layer.weights.clone(), layer.biases.clone()];
            let named = |((kind, shape), range): (&(&str, Vec<usize>), Range<usize>)| ParameterTensor {
                name: format!("{}.{kind}", layer.name),
                shape: shape.clone(),
                range,
            };
            layer.tensors.iter().zip(ranges).map(named).collect::<Vec<_>>()
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
            let refuse = |sentence| {
                let layer = self.layers.iter().position(|layer| tensor.range.end <= layer.biases.end);
                Err(Refusal { layer, ..Refusal::new(sentence) })
            };
            let expected = &tensor.shape;
            if shape != *expected || numbers.len() != tensor.range.len() {
                let count = numbers.len();
                return refuse(format!("{name} is {expected:?}, and not {shape:?} with {count} numbers"));
            }
            if let Some(at) = numbers.iter().position(|x| !x.is_finite()) {
                return refuse(format!("number {at} of {name} is {}", numbers[at]));
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

/// Checks that the layer at `index` may stand there.
fn check_place(layers: &[Layer], index: usize) -> Result<(), Refusal> {
    let order = |layer: &Layer| LAYER_KINDS.iter().position(|kind| kind.name == layer.type_name());
    let comes_before = |before: &Layer| before.kind().place == Place::First && order(before) < order(&layers[index]);
    match layers[index].kind().place {
        Place::First if !layers[..index].iter().all(comes_before) => {
            Err(Refusal::new("it prepares the image: make it the first layer"))
        }
        Place::Last if index + 1 < layers.len() => {
            Err(Refusal::new("its outputs are the logits: make it the last layer"))
        }
        _ => Ok(()),
    }
}

/// LeCun's letters, C convolution, S subsampling, F fully connected, and the layer's number, which those that prepare the
/// image do not have. A dense layer on feature maps is a convolution whose filters cover the whole map, so it is a C, as
/// his C5. Ours are D dropout and A activation.
fn name(layers: &[Layer], index: usize, input: Shape) -> String {
    let kind = layers[index].kind();
    let number = layers[..=index].iter().filter(|layer| layer.kind().place != Place::First).count();
    match kind.stem {
        stem if kind.place == Place::First => stem.into(),
        "F" | "R" if index + 1 == layers.len() => "Output".into(),
        "F" if number > 1 && input.area() > 1 => format!("C{number}"),
        stem => format!("{stem}{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{PoolKind, preset};

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
