//! Lays out a list of layers: the shapes of every layer, and the range of its parameters in one flat block.

use super::facts::{LayerPlan, product};
use super::kind::Place;
use super::layers::LAYER_KINDS;
use super::limits::{MAX_ALL_OUTPUTS, MAX_LAYERS, MAX_OUTPUTS, MAX_PARAMETERS};
use super::start::Start;
use super::{Activation, Layer, NetworkSpec, Shape};
use crate::refusal::Refusal;
use lenet_kernels::rbf::codes;
use std::ops::Range;

/// A named part of the parameters, as files and the page have it.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterTensor {
    /// For example "C1.weight" or "C1.bias".
    pub name: String,
    /// Row-major, as in PyTorch.
    pub shape: Vec<usize>,
    /// The range in the flat block.
    pub range: Range<usize>,
}

/// A network in which every layer fits, with the range of each parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Shape of one image.
    pub input: Shape,
    /// The layers in order, at least one.
    pub layers: Vec<LayerPlan>,
    /// The number of all parameters.
    pub parameters: usize,
}

impl Plan {
    /// Lays out `spec`.
    ///
    /// # Errors
    /// The layer that does not fit the one before, that is not the one dense layer of logits at the end, or that is too
    /// large for a browser tab. The sentence shows the arithmetic and a remedy.
    pub fn new(spec: &NetworkSpec) -> Result<Plan, Refusal> {
        let Some(last) = spec.layers.len().checked_sub(1) else {
            return Err(Refusal::new("a network needs at least one layer: end with a dense layer of 10 units"));
        };
        if last >= MAX_LAYERS {
            let count = spec.layers.len();
            return Err(Refusal::new(format!("a network has at most {MAX_LAYERS} layers, and this list has {count}")));
        }
        let mut layers: Vec<LayerPlan> = Vec::with_capacity(spec.layers.len());
        let (mut input, mut parameters, mut all_outputs, mut number) = (spec.input, 0_usize, 0_usize, 0);
        for (index, &layer) in spec.layers.iter().enumerate() {
            number += usize::from(layer.kind().place != Place::First);
            let name = name(&layer, number, index == last, input);
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
            all_outputs = all_outputs.saturating_add(outputs);
            if parameters > MAX_PARAMETERS || outputs > MAX_OUTPUTS || all_outputs > MAX_ALL_OUTPUTS {
                let outputs = if all_outputs > MAX_ALL_OUTPUTS { all_outputs } else { outputs };
                let sentence = format!(
                    "{outputs} outputs and {parameters} parameters up to here are too many for a browser tab (at most \
                     {} parameters): use fewer units or filters, or pool before",
                    MAX_PARAMETERS
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

    /// The number of classes; each has one logit.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.channels)
    }

    /// The number of parameters that learn.
    pub fn trainable(&self) -> usize {
        self.layers.iter().map(LayerPlan::trainable).sum()
    }

    /// Checks the parameters that are fixed: weights that a table of connections leaves out are zero, and the weights
    /// of an RBF output are its pictures.
    ///
    /// # Errors
    /// The first layer with other values.
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

    /// The network that this plan was made from.
    pub fn spec(&self) -> NetworkSpec {
        let layers = self.layers.iter().map(|layer| layer.layer).collect();
        NetworkSpec { input: self.input, classes: self.classes(), layers }
    }

    /// Names, shapes and ranges of the parameters, in order.
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

    /// Replaces the parameters that `given` names (name, shape, numbers) and keeps the others.
    ///
    /// # Errors
    /// The tensor that is unknown, has another shape or is not finite. Nothing has changed then.
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

/// Checks that this kind of layer is allowed at `index`.
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

/// The name of a layer: a letter and a number that counts all layers up to here except those that prepare the image.
/// LeCun's letters are C for convolution, S for subsampling and F for fully connected. His C5 is a dense layer on feature maps,
/// because its filters cover the whole map. D for dropout and A for activation are ours.
fn name(layer: &Layer, number: usize, is_last: bool, input: Shape) -> String {
    let kind = layer.kind();
    match kind.stem {
        stem if kind.place == Place::First => stem.into(),
        "F" | "R" if is_last => "Output".into(),
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

    /// C3's table leaves out 900 of 2,400 weights, at each of 10×10 places.
    #[test]
    fn what_a_table_leaves_out_is_not_multiplied() {
        let plan = Plan::new(&preset("lenet5_1998").unwrap()).unwrap();
        let c3 = plan.layers.iter().find(|layer| layer.name == "C3").unwrap();
        assert_eq!((c3.multiply_adds(), c3.trainable()), (150_000, 1_516));
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused_with_layer_arithmetic_and_fix() {
        let conv = |size| Layer::conv(4, size, 1, 0, Activation::Relu);
        let pool = Layer::Pool { kind: PoolKind::Max, size: 2, stride: 2 };
        let logits = Layer::Dense { units: 10, activation: Activation::None };
        let refusal = |layers| Plan::new(&NetworkSpec::mnist(layers)).unwrap_err().to_string();
        assert_eq!(
            refusal(vec![conv(5), pool, conv(13), logits]),
            "C3: a window of 13×13 does not fit into 12 + 2·0 = 12: make the window smaller or the padding larger"
        );
        assert!(refusal(vec![]).contains("at least one layer"));
        assert!(refusal(vec![conv(5), pool]).starts_with("S2: the last layer must be dense with 10 units"));
        let huge = Layer::Dense { units: 1_000_000, activation: Activation::Relu };
        assert!(refusal(vec![huge, logits]).starts_with("F1: 1000000 outputs and 785000000 parameters"));
        let wide = Layer::conv(3_000, 1, 1, 0, Activation::Relu);
        let dropped = vec![Layer::Dropout { rate: 0.5 }; 5];
        let sentence = refusal([vec![wide], dropped, vec![logits]].concat());
        assert!(sentence.starts_with("D5: 11760000 outputs and 6000 parameters"), "{sentence}");
    }

    #[test]
    fn a_long_list_is_refused_at_once_or_laid_out() {
        let prepared = |count| {
            [vec![Layer::Rrelu {}; count], vec![Layer::Dense { units: 10, activation: Activation::None }]].concat()
        };
        let planned = Plan::new(&NetworkSpec::mnist(prepared(199))).unwrap();
        assert_eq!((planned.layers.len(), planned.layers[198].name.as_str()), (200, "A199"));
        let refusal = Plan::new(&NetworkSpec::mnist(prepared(100_000))).unwrap_err();
        assert_eq!(refusal.to_string(), "a network has at most 200 layers, and this list has 100001");
    }
}
