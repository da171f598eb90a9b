//! The networks that can be chosen by name.

use super::{Activation, Connections, Layer, NetworkSpec, PoolKind};

/// A named network.
pub struct Preset {
    /// The name in `configure({preset})`.
    pub name: &'static str,
    build: fn() -> Vec<Layer>,
}

/// All presets; the first is the default.
pub const PRESETS: &[Preset] = &[
    Preset { name: "lenet5", build: lenet5 },
    Preset { name: "lenet5_1998", build: lenet5_1998 },
    Preset { name: "nielsen1", build: nielsen1 },
    Preset { name: "nielsen2", build: nielsen2 },
];

/// The network called `name`.
pub fn preset(name: &str) -> Option<NetworkSpec> {
    PRESETS.iter().find(|preset| preset.name == name).map(|preset| NetworkSpec::mnist((preset.build)()))
}

/// The name of the preset with exactly these layers, if there is one. Preprocessing is ignored.
pub fn preset_of(spec: &NetworkSpec) -> Option<&'static str> {
    let layers = match &spec.layers[..] {
        [Layer::Preprocess { .. }, layers @ ..] => layers,
        layers => layers,
    };
    PRESETS.iter().find(|preset| layers == (preset.build)()).map(|preset| preset.name)
}

const fn conv(filters: usize, padding: usize) -> Layer {
    Layer::conv(filters, 5, 1, padding, Activation::Relu)
}

const POOL: Layer = Layer::Pool { kind: PoolKind::Max, size: 2, stride: 2 };

const fn dense(units: usize) -> Layer {
    Layer::Dense { units, activation: Activation::Relu }
}

const LOGITS: Layer = Layer::Dense { units: 10, activation: Activation::None };

/// LeNet-5's layers (LeCun, Bottou, Bengio, Haffner 1998) as they are usually built today: ReLU, max-pooling, softmax.
fn lenet5() -> Vec<Layer> {
    vec![conv(6, 2), POOL, conv(16, 0), POOL, dense(120), dense(84), LOGITS]
}

/// LeNet-5 as it was published (LeCun, Bottou, Bengio, Haffner 1998, section II.B): 60,000 parameters that learn.
fn lenet5_1998() -> Vec<Layer> {
    const TANH: Activation = Activation::ScaledTanh;
    let conv =
        |filters, connections| Layer::Conv { filters, size: 5, stride: 1, padding: 0, activation: TANH, connections };
    let subsample = Layer::Subsample { size: 2, activation: TANH };
    vec![
        Layer::Frame { border: 2, paper: -0.1, ink: 1.175 },
        conv(6, Connections::All),
        subsample,
        conv(16, Connections::Lecun1998),
        subsample,
        Layer::Dense { units: 120, activation: TANH },
        Layer::Dense { units: 84, activation: TANH },
        Layer::Rbf {},
    ]
}

/// The network of Nielsen, *Neural Networks and Deep Learning*, chapter 6: one convolution of 20 filters.
fn nielsen1() -> Vec<Layer> {
    vec![conv(20, 0), POOL, dense(100), LOGITS]
}

/// The network of the same chapter with a second convolution of 40 filters.
fn nielsen2() -> Vec<Layer> {
    vec![conv(20, 0), POOL, conv(40, 0), POOL, dense(100), LOGITS]
}
