//! Declares every kind of layer once: the ranges, defaults and help texts of its fields, and its facts on a given
//! input. `Layer`, its parser and JSON format, the page's editor and the facts in a `Plan` all come from here.

use super::init::Start;
use super::kind::{Fields, LayerField, LayerKind, Place, layers};
use super::plan::{LayerPlan, product};
use super::{Activation, Connections, NetworkSpec, PoolKind, Preprocessing, Shape, Window};
use crate::declare::{AsValue, SettingKind, Value, choice, number, words};
use crate::refusal::Refusal;
use lenet_kernels::rbf::{CODE_LENGTH, codes};

const COUNT: SettingKind = number(1.0, NetworkSpec::MAX_OUTPUTS as f64).whole();
const SIDE: SettingKind = number(1.0, 1000.0).whole();
const BORDER: SettingKind = number(0.0, 1000.0).whole();
const GREY: SettingKind = number(-1000.0, 1000.0);

/// The help text of every field `activation`.
macro_rules! activation_help {
    () => {
        "ReLU max(0, z) (Nair, Hinton 2010); leaky ReLU 0.01 z below zero (Maas and others 2013); tanh; scaled tanh 1.7159 tanh(⅔ z) (LeCun and others 1998); sigmoid 1/(1 + e⁻ᶻ) (Nielsen, chapter 1)."
    };
}

layers! {
    Conv "conv" "C" Anywhere "Convolution"
    "Each filter slides over the maps and makes a map of its own: window × filter, summed, plus a bias, through the activation (LeCun and others 1989)." {
        filters: usize = 8, COUNT, "filters",
            "The number of filters, and so of the maps that come out.";
        size: usize = 3, SIDE, "size",
            "The side of a filter, in pixels.";
        stride: usize = 1; if missing 1, SIDE, "stride",
            "The step from one place of the window to the next, in pixels.";
        padding: usize = 1; if missing 0, BORDER, "padding",
            "The width of the border of zeros around the maps, in pixels.";
        activation: Activation = Activation::Relu, choice::<Activation>(), "activation",
            activation_help!();
        connections: Connections = Connections::All; if missing Connections::All, choice::<Connections>(), "connections",
            "Which maps each filter sees: all, or those of the table of C3 in LeCun and others 1998, for 6 maps and 16 filters.";
    }
    Pool "pool" "S" Anywhere "Pooling"
    "Makes each map smaller: of each window it keeps the largest number, the mean, or the root of the sum of squares (Nielsen, chapter 6). Nothing is learned." {
        kind: PoolKind = PoolKind::Max, choice::<PoolKind>(), "kind",
            "What is kept of a window: the largest number, the mean, or the root of the sum of squares.";
        size: usize = 2, SIDE, "size",
            "The side of a window, in pixels.";
        stride: usize = 2, SIDE, "stride",
            "The step from one window to the next, in pixels; below the size, windows overlap (Krizhevsky and others 2012: 3 and 2).";
    }
    Dense "dense" "F" Anywhere "Dense"
    "Each unit sees every number before it: a weight for each, plus a bias, through the activation." {
        units: usize = 64, COUNT, "units",
            "The number of units, and so of the numbers that come out.";
        activation: Activation = Activation::Relu, choice::<Activation>(), "activation",
            activation_help!();
    }
    Subsample "subsample" "S" Anywhere "Subsampling"
    "Adds up each window, times a coefficient, plus a bias, through the activation; each map learns one coefficient and one bias (LeCun and others 1998, S2 and S4)." {
        size: usize = 2, SIDE, "size",
            "The side of a window, in pixels; windows lie side by side.";
        activation: Activation = Activation::ScaledTanh, choice::<Activation>(), "activation",
            activation_help!();
    }
    Preprocess "preprocess" "Preprocess" First "Preprocessing"
    "Subtracts the mean of the training images, divides by how much each pixel varies, or whitens; its numbers come from the training images and do not learn (CS231n, Data preprocessing)." {
        kind: Preprocessing = Preprocessing::Center, choice::<Preprocessing>(), "kind",
            "Zero-centre subtracts the mean image; standardise also divides by each pixel's deviation; PCA whitening makes the principal components vary alike.";
    }
    Frame "frame" "Frame" First "Frame"
    "Puts paper around the image and scales its greys from 0…1 to paper…ink: 32×32, −0.1 to 1.175, so that their mean is about 0 and their variance about 1 (LeCun and others 1998)." {
        border: usize = 2, BORDER, "border",
            "The width of the paper on each side, in pixels.";
        paper: f32 = -0.1, GREY, "paper",
            "The number that 0 becomes.";
        ink: f32 = 1.175, GREY, "ink",
            "The number that 1 becomes.";
    }
    Rbf "rbf" "R" Last "RBF output"
    "Minus the squared distance of 84 units to a fixed 7×12 picture of each digit; the pictures do not learn (LeCun and others 1998)." {}
    Dropout "dropout" "D" Anywhere "Dropout"
    "In training it sets each number to 0 with a probability and divides the others by what is left; afterwards it does nothing (Srivastava and others 2014)." {
        rate: f32 = 0.5, number(0.0, 0.999), "rate",
            "The probability with which a number is set to 0.";
    }
    Prelu "prelu" "A" Anywhere "Parametric ReLU"
    "Leaky ReLU whose slope below zero each map learns, beginning at 0.25 (He and others 2015). It takes the place of an activation." {}
    Rrelu "rrelu" "A" Anywhere "Randomised ReLU"
    "Leaky ReLU whose slope below zero is drawn from 1/8 to 1/3 for each number in training, and is their mean afterwards (Xu and others 2015). It takes the place of an activation." {}
}

words! { Activation:
    Relu "relu" "ReLU",
    LeakyRelu "leaky_relu" "leaky ReLU",
    Tanh "tanh" "tanh",
    ScaledTanh "scaled_tanh" "scaled tanh",
    Sigmoid "sigmoid" "sigmoid",
    None "none" "no activation",
}
words! { PoolKind:
    Max "max" "max",
    Average "average" "mean",
    L2 "l2" "L2",
}
words! { Connections:
    All "all" "all maps",
    Lecun1998 "lecun1998" "1998 table",
}
words! { Preprocessing:
    Center "center" "zero-centre",
    Standardize "standardize" "standardise",
    Whiten "whiten" "PCA whitening",
}

impl Layer {
    /// A convolution whose filters see all maps.
    pub const fn conv(filters: usize, size: usize, stride: usize, padding: usize, activation: Activation) -> Layer {
        Layer::Conv { filters, size, stride, padding, activation, connections: Connections::All }
    }

    /// All facts of this layer on `input`, in a network with this number of classes. The name and the ranges of the
    /// parameters are not set, because they depend on the layers before.
    ///
    /// # Errors
    /// A field is out of range, or the layer does not fit. The sentence shows the arithmetic and a remedy.
    pub fn on(self, input: Shape, classes: usize) -> Result<LayerPlan, Refusal> {
        self.check()?;
        let each = LayerPlan::elementwise(self, input);
        Ok(match self {
            Layer::Conv { filters, size, stride, padding, activation, connections } => {
                let maps = input.channels;
                if let Some(why) = connections.misfit(maps, filters) {
                    return Err(Refusal::new(why).at_field("connections"));
                }
                let window = Window { size, stride, padding };
                let output = Shape::new(filters, window.places(input.height)?, window.places(input.width)?);
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
            Layer::Pool { size, stride, .. } => {
                let window = Window { size, stride, padding: 0 };
                let output = pooled(window, input)?;
                // One comparison, addition or square for each number of a window.
                let flop = (size * size * output.len()) as f64;
                LayerPlan { output, window: Some(window), elementwise: false, flop, ..each }
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
                    ..each.summing(pooled(window, input)?, size * size)
                }
                .with_weights("weight", &[input.channels])
                .with_biases("bias", &[input.channels])
            }
            Layer::Preprocess { kind } => {
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
                    elementwise: false,
                    start: Start::Statistics,
                    fan_in,
                    flop: 2.0 * (1 + fan_in) as f64 * input.len() as f64,
                    ..each
                }
                .with_weights(scales, shape)
                .with_biases("mean", &image)
            }
            Layer::Frame { border, .. } => {
                if border > input.width {
                    let width = input.width;
                    let sentence = format!("a border of {border} is wider than the image: give {width} or less");
                    return Err(Refusal::new(sentence).at_field("border"));
                }
                let Shape { channels, height, width } = input;
                LayerPlan {
                    output: Shape::new(channels, height + 2 * border, width + 2 * border),
                    window: Some(Window { size: 1, stride: 1, padding: border }),
                    elementwise: false,
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
                LayerPlan { start: Start::Pictures, ..each.summing(Shape::new(classes, 1, 1), length) }
                    .with_weights("weight", &[classes, length])
            }
            Layer::Dropout { .. } | Layer::Rrelu {} => each,
            // The slopes start at 0.25 (He, Zhang, Ren, Sun 2015, section 2.1).
            Layer::Prelu {} => LayerPlan { start: Start::Constant { weight: 0.0, bias: 0.25 }, ..each }
                .with_biases("slope", &[input.channels]),
        })
    }
}

fn pooled(window: Window, input: Shape) -> Result<Shape, String> {
    Ok(Shape::new(input.channels, window.whole_places(input.height)?, window.whole_places(input.width)?))
}
