//! Every kind of layer, declared once with the ranges, defaults and help of its fields. `Layer`, its parser and its JSON
//! and the page's editor come from here; what a layer computes is in `facts`.

use super::kind::{Fields, LayerField, LayerKind, Place, layers};
use super::limits::MAX_OUTPUTS;
use super::{Activation, Connections, PoolKind, Preprocessing};
use crate::declare::{AsValue, SettingKind, Value, choice, number, words};
use crate::refusal::Refusal;

const COUNT: SettingKind = number(1.0, MAX_OUTPUTS as f64).whole();
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
}
