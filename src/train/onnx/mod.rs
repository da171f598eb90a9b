//! Writes a network as an ONNX file (onnx.ai, operators of version 13) for other programs. There is no library for it
//! here, because the format needs only a few kinds of numbered fields. The field numbers are those of `onnx.proto`.
//!
//! The input "image" is [N, 1, 28, 28], from 0 (paper) to 1 (ink). The outputs "logits" and "probabilities" are [N,
//! 10]. Dropout does nothing and a randomised ReLU uses the mean of its slopes, as in our own evaluation.

mod protobuf;

use crate::network::{Activation, LayerPlan, Plan, PoolKind, Preprocessing, Rule};
use lenet_kernels::activation::{AMPLITUDE, LEAK, SLOPE};
use protobuf::Message;
use std::ops::Range;

const FLOAT: i64 = 1;
const INT64: i64 = 7;
/// The versions of the format and of its operators.
const VERSIONS: [i64; 2] = [7, 13];

/// The bytes of an ONNX file of `plan` with `parameters`.
pub fn save(plan: &Plan, parameters: &[f32]) -> Vec<u8> {
    let mut graph = Graph { parameters, message: Message::default(), last: "image".into(), flat: false };
    plan.layers.iter().for_each(|layer| graph.layer(layer));
    graph.node("Identity", "logits", &[], &[]);
    graph.node("Softmax", "probabilities", &[], &[("axis", Attribute::Int(1))]);
    let input = plan.input;
    let message = graph
        .message
        .bytes(2, b"lenet")
        .message(11, value("image", &[input.channels, input.height, input.width]))
        .message(12, value("logits", &[plan.classes()]))
        .message(12, value("probabilities", &[plan.classes()]));
    let [format, operators] = VERSIONS;
    let operators = Message::default().bytes(1, b"").int(2, operators);
    Message::default().int(1, format).bytes(2, b"LeNet Live").message(7, message).message(8, operators).0
}

enum Attribute<'a> {
    Int(i64),
    Ints(&'a [usize]),
    Float(f32),
}

/// A graph being built, node by node.
struct Graph<'a> {
    parameters: &'a [f32],
    message: Message,
    /// The name of the last node's output.
    last: String,
    /// Whether that output is [N, units]; otherwise it is maps.
    flat: bool,
}

impl Graph<'_> {
    /// Adds a node whose inputs are the last node's output and these constants.
    fn node(&mut self, operator: &str, name: &str, constants: &[String], attributes: &[(&str, Attribute)]) {
        let mut node = Message::default().bytes(1, self.last.as_bytes());
        for constant in constants {
            node = node.bytes(1, constant.as_bytes());
        }
        node = node.bytes(2, name.as_bytes()).bytes(3, name.as_bytes()).bytes(4, operator.as_bytes());
        for (name, attribute) in attributes {
            let message = Message::default().bytes(1, name.as_bytes());
            node = node.message(
                5,
                match attribute {
                    Attribute::Float(value) => message.float(2, *value).int(20, 1),
                    Attribute::Int(value) => message.int(3, *value).int(20, 2),
                    Attribute::Ints(values) => {
                        values.iter().fold(message, |message, value| message.int(8, *value as i64)).int(20, 7)
                    }
                },
            );
        }
        self.message = std::mem::take(&mut self.message).message(1, node);
        self.last = name.to_owned();
    }

    /// Adds a constant tensor and returns its name.
    fn constant(&mut self, name: String, shape: &[usize], kind: i64, data: &[u8]) -> String {
        let tensor = shape.iter().fold(Message::default(), |tensor, size| tensor.int(1, *size as i64));
        let tensor = tensor.int(2, kind).bytes(8, name.as_bytes()).bytes(9, data);
        self.message = std::mem::take(&mut self.message).message(5, tensor);
        name
    }

    fn floats(&mut self, name: String, shape: &[usize], numbers: &[f32]) -> String {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant(name, shape, FLOAT, &bytes)
    }

    fn ints(&mut self, name: String, numbers: &[i64]) -> String {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.constant(name, &[numbers.len()], INT64, &bytes)
    }

    fn own(&mut self, name: String, shape: &[usize], range: &Range<usize>) -> String {
        let parameters = self.parameters;
        self.floats(name, shape, &parameters[range.clone()])
    }

    fn layer(&mut self, plan: &LayerPlan) {
        let LayerPlan { name, input, output, window, stays_in_map, tensors, weights, biases, .. } = plan;
        let [(_, weight_shape), (_, bias_shape)] = tensors;
        let constant = |kind: &str| format!("{name}.{kind}");
        let window = window.map(|window| ([window.size; 2], [window.stride; 2], [window.padding; 4]));
        let (size, stride, padding) = window.unwrap_or(([1; 2], [1; 2], [0; 4]));
        let strides = [("kernel_shape", Attribute::Ints(&size)), ("strides", Attribute::Ints(&stride))];
        if matches!(plan.rule, Rule::Sum | Rule::Pool(_)) && window.is_some() {
            self.unflatten(name, input.channels);
        }
        match plan.rule {
            Rule::Sum if window.is_none() => {
                self.flatten(name);
                let weights = self.own(constant("weight"), weight_shape, weights);
                let biases = self.own(constant("bias"), bias_shape, biases);
                self.node("Gemm", name, &[weights, biases], &[("transB", Attribute::Int(1))]);
            }
            // A convolution of each map with a filter whose weights all equal the map's coefficient.
            Rule::Sum if *stays_in_map => {
                let own = self.parameters[weights.clone()].iter();
                let spread: Vec<f32> = own.flat_map(|&x| std::iter::repeat_n(x, plan.fan_in)).collect();
                let weights = self.floats(constant("weight"), &[output.channels, 1, size[0], size[1]], &spread);
                let biases = self.own(constant("bias"), bias_shape, biases);
                let [size, stride] = strides;
                let group = ("group", Attribute::Int(output.channels as i64));
                self.node("Conv", name, &[weights, biases], &[size, stride, group]);
            }
            Rule::Sum => {
                let weights = self.own(constant("weight"), weight_shape, weights);
                let biases = self.own(constant("bias"), bias_shape, biases);
                let [size, stride] = strides;
                self.node("Conv", name, &[weights, biases], &[size, stride, ("pads", Attribute::Ints(&padding))]);
            }
            Rule::Pool(PoolKind::Max) => self.node("MaxPool", name, &[], &strides),
            Rule::Pool(PoolKind::Average) => self.node("AveragePool", name, &[], &strides),
            Rule::Pool(PoolKind::L2) => self.node("LpPool", name, &[], &strides),
            Rule::Same => {}
            Rule::Rectifier(None) => {
                let shape = [output.channels, 1, 1];
                let slopes = self.own(constant("slope"), if self.flat { &shape[..1] } else { &shape }, biases);
                self.node("PRelu", name, &[slopes], &[]);
            }
            Rule::Rectifier(Some(slope)) => {
                self.node("LeakyRelu", name, &[], &[("alpha", Attribute::Float(slope))]);
            }
            Rule::Statistics(kind) => {
                let (height, width) = (output.height, output.width);
                let mean = self.own(constant("mean"), &[1, height, width], biases);
                self.node("Sub", &constant("centred"), &[mean], &[]);
                match kind {
                    Preprocessing::Center => {}
                    Preprocessing::Standardize => {
                        let scale = self.own(constant("scale"), &[1, height, width], weights);
                        self.node("Mul", name, &[scale], &[]);
                    }
                    // Projects onto the principal components and back.
                    Preprocessing::Whiten => {
                        let shape = [Preprocessing::COMPONENTS, input.len()];
                        let components = self.own(constant("components"), &shape, weights);
                        self.node("Flatten", &constant("row"), &[], &[]);
                        let along = [("transB", Attribute::Int(1))];
                        self.node("Gemm", &constant("along"), std::slice::from_ref(&components), &along);
                        self.node("Gemm", &constant("back"), &[components], &[]);
                        let image = self.ints(constant("image"), &[-1, 1, height as i64, width as i64]);
                        self.node("Reshape", name, &[image], &[]);
                    }
                }
            }
            Rule::Scaled { factor, shift } => {
                let scale = self.floats(constant("scale"), &[], &[factor]);
                self.node("Mul", &constant("scaled"), &[scale], &[]);
                let paper = self.floats(constant("paper"), &[], &[shift]);
                self.node("Add", &constant("shifted"), std::slice::from_ref(&paper), &[]);
                let border = padding[0] as i64;
                let sides = self.ints(constant("border"), &[0, 0, border, border, 0, 0, border, border]);
                self.node("Pad", name, &[sides, paper], &[]);
            }
            // −Σ (x − code)², for all codes at once.
            Rule::Distance => {
                let row = self.ints(constant("row"), &[-1, 1, input.len() as i64]);
                self.node("Reshape", &constant("rows"), &[row], &[]);
                let codes = self.own(constant("weight"), weight_shape, weights);
                self.node("Sub", &constant("apart"), &[codes], &[]);
                let over = [("axes", Attribute::Ints(&[2])), ("keepdims", Attribute::Int(0))];
                self.node("ReduceSumSquare", &constant("penalty"), &[], &over);
                self.node("Neg", name, &[], &[]);
                self.flat = true;
            }
        }
        self.activation(name, plan.activation);
    }

    /// Adds a node that turns maps into a row of numbers, unless there is one already.
    fn flatten(&mut self, name: &str) {
        if !std::mem::replace(&mut self.flat, true) {
            self.node("Flatten", &format!("{name}.input"), &[], &[]);
        }
    }

    /// Adds a node that turns a row of numbers into maps of one number each, unless there are maps already.
    fn unflatten(&mut self, name: &str, channels: usize) {
        if std::mem::replace(&mut self.flat, false) {
            let shape = self.ints(format!("{name}.shape"), &[-1, channels as i64, 1, 1]);
            self.node("Reshape", &format!("{name}.input"), &[shape], &[]);
        }
    }

    fn activation(&mut self, name: &str, activation: Activation) {
        let name = |kind: &str| format!("{name}.{kind}");
        match activation {
            Activation::Relu => self.node("Relu", &name("relu"), &[], &[]),
            Activation::LeakyRelu => {
                self.node("LeakyRelu", &name("relu"), &[], &[("alpha", Attribute::Float(LEAK))]);
            }
            Activation::Tanh => self.node("Tanh", &name("tanh"), &[], &[]),
            Activation::ScaledTanh => {
                let slope = self.floats(name("slope"), &[], &[SLOPE]);
                self.node("Mul", &name("sloped"), &[slope], &[]);
                self.node("Tanh", &name("tanh"), &[], &[]);
                let amplitude = self.floats(name("amplitude"), &[], &[AMPLITUDE]);
                self.node("Mul", &name("scaled_tanh"), &[amplitude], &[]);
            }
            Activation::Sigmoid => self.node("Sigmoid", &name("sigmoid"), &[], &[]),
            Activation::None => {}
        }
    }
}

/// Declares an input or output of `shape`, for any number of images.
fn value(name: &str, shape: &[usize]) -> Message {
    let any = Message::default().bytes(2, b"N");
    let dimensions = shape.iter().map(|size| Message::default().int(1, *size as i64));
    let shape = std::iter::once(any).chain(dimensions).fold(Message::default(), |shape, size| shape.message(1, size));
    let tensor = Message::default().int(1, FLOAT).message(2, shape);
    Message::default().bytes(1, name.as_bytes()).message(2, Message::default().message(1, tensor))
}
