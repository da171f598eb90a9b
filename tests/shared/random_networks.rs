//! Lists of layers drawn at random, of every kind, activation and pooling, with odd sizes, strides and paddings,
//! overlapping windows, and convolutions after dense layers. They are small, because the reference is slow.

use crate::reference::Reference;
use crate::support::{engine, example, noise_of, wide};
use lenet::backend::cpu::CpuBackend;
use lenet::backend::{Backend, Objective, Optimizer, StepConfig};
use lenet::data::{Dataset, Format};
use lenet::network::{Activation, Connections, Layer, NetworkSpec, Plan, PoolKind, Preprocessing, Shape, preset};
use lenet::rng::{Rng, Stream};
use lenet_kernels::rbf::codes;
use std::ops::Range;
use std::sync::Arc;

/// Which networks are drawn; `the_draw_leaves_nothing_out` says that these are enough.
pub const SEEDS: Range<u32> = 0..112;

/// Seeds whose networks alone leave nothing out, as the same test says.
pub const ENOUGH: [u32; 8] = [13, 21, 44, 52, 53, 59, 84, 111];

/// The first `count` seeds, and those that are missing to leave nothing out: for software adapters, which compile the
/// shaders of a network for seconds.
pub fn few(count: u32) -> impl Iterator<Item = u32> {
    (0..count).chain(ENOUGH.into_iter().filter(move |&seed| seed >= count))
}

/// Images that are not MNIST's: rows or pixels that do not fill words of four, and fewer and many more classes.
pub const FORMATS: [Format; 4] = [
    Format { height: 12, width: 12, classes: 3 },
    Format { height: 13, width: 11, classes: 10 },
    Format { height: 9, width: 14, classes: 20 },
    Format { height: 8, width: 6, classes: 70 },
];

/// The batch sizes to test: one image, and sizes around one and two of the CPU's blocks of eight.
const BATCHES: [usize; 6] = [1, 7, 8, 9, 16, 19];

/// Every activation.
pub const ACTIVATIONS: [Activation; 6] = [
    Activation::Relu,
    Activation::LeakyRelu,
    Activation::Tanh,
    Activation::ScaledTanh,
    Activation::Sigmoid,
    Activation::None,
];

/// A random network on the engine and as the reference, with the images it is tried on.
pub struct Case {
    pub name: String,
    pub reference: Reference,
    pub parameters: Vec<f32>,
    pub dataset: Arc<Dataset>,
    pub batch: Vec<u32>,
    pub engine: CpuBackend,
}

impl Case {
    /// The case of a seed.
    pub fn draw(seed: u32) -> Case {
        Case::of(random_plan(seed), BATCHES[seed as usize % BATCHES.len()], seed)
    }

    /// The case of a preset, on some images.
    pub fn preset(name: &str, images: usize) -> Case {
        Case::of(Plan::new(&preset(name).unwrap()).unwrap(), images, 1)
    }

    /// A small network on images of this format.
    pub fn of_format(Format { height, width, classes }: Format, seed: u32) -> Case {
        let layers = vec![
            Layer::conv(3, 3, 1, 1, Activation::Tanh),
            Layer::Dense { units: 12, activation: Activation::Tanh },
            Layer::Dense { units: classes, activation: Activation::None },
        ];
        let input = Shape::new(1, height, width);
        Case::of(Plan::new(&NetworkSpec { input, classes, layers }).unwrap(), 7, seed)
    }

    /// Draws images and parameters again while an image is so near a corner of the loss that different roundings may see
    /// it on different sides.
    pub fn of(plan: Plan, images: usize, seed: u32) -> Case {
        // The more numbers there are, the nearer the nearest of them is.
        let too_near =
            if plan.layers.iter().map(|layer| layer.output.len()).sum::<usize>() > 5_000 { 5e-7 } else { 3e-6 };
        let mut reference = Reference::new(plan);
        reference.objective = random_objective(seed, reference.plan.classes());
        let Shape { height, width, .. } = reference.plan.input;
        let format = Format { height, width, classes: reference.plan.classes() };
        // Not in order, so that an engine which ignores the indices is found out.
        let batch: Vec<u32> = (0..images as u32).rev().collect();
        let name = format!("seed {seed}, {images} images, {:?}", reference.plan.spec().layers);
        for attempt in 0..100 {
            let parameters = random_parameters(&reference.plan, 100 * seed + attempt);
            let dataset = noise_of(format, images, 1, 100 * seed + attempt);
            // Both with the noise of training, and without.
            let far = |place: Option<u32>, image: u32| {
                let pass = reference.forward_at(&wide(&parameters), &example(&dataset, image).0, place);
                reference.distance_to_corner(&pass) > too_near
            };
            if batch.iter().enumerate().all(|(n, &image)| far(None, image) && far(Some(n as u32), image)) {
                let mut engine = engine(&reference.plan, &dataset, &parameters);
                engine.write_objective(&reference.objective);
                return Case { name, reference, parameters, dataset, batch, engine };
            }
        }
        panic!("{name}: always at a corner");
    }

    /// The batch in the form that the reference takes.
    pub fn examples(&self) -> Vec<(Vec<f64>, u8)> {
        self.batch.iter().map(|&image| example(&self.dataset, image)).collect()
    }
}

/// The target of a seed's case: every other seed has random numbers, smoothing and class weights.
fn random_objective(seed: u32, classes: usize) -> Objective {
    let mut objective = Objective::default();
    if seed % 2 == 1 {
        objective.noise = 77 + seed;
        objective.target.smoothing = 0.1;
        objective.target.weights = (0..classes).map(|class| 0.5 + 0.1 * class as f32).collect();
    }
    objective
}

/// The settings of the n-th of ten steps that test an optimizer: each has its own rate, as a schedule gives it, and a
/// decay so large that leaving it out shows. Adam has no penalties: where a gradient and its penalty cancel, it makes a
/// full step from the rounding error that remains.
pub fn judged_step(optimizer: Optimizer, step: u32) -> StepConfig {
    let (l2, l1) = match optimizer {
        Optimizer::Sgd => (0.05, 0.01),
        Optimizer::Adam => (0.0, 0.0),
    };
    let learning_rate = 0.02 / step as f32;
    StepConfig { optimizer, learning_rate, momentum: 0.9, weight_decay: 0.1, l2, l1, max_norm: 1.5 }
}

/// The network of a seed: one to five layers and the logits.
pub fn random_plan(seed: u32) -> Plan {
    let mut rng = Rng::new(seed, Stream::Test(2));
    let mut shape = NetworkSpec::mnist(vec![]).input;
    let mut layers = vec![];
    for _ in 0..1 + rng.below(5) {
        let (layer, output) = random_layer(&mut rng, shape);
        layers.push(layer);
        shape = output;
    }
    layers.push(Layer::Dense { units: 10, activation: Activation::None });
    if seed % 8 == 3 {
        layers = of_1998(&mut rng);
    }
    if seed % 8 == 5 {
        let kind = [Preprocessing::Center, Preprocessing::Standardize, Preprocessing::Whiten][rng.below(3) as usize];
        layers.insert(0, Layer::Preprocess { kind });
    }
    Plan::new(&NetworkSpec::mnist(layers)).unwrap()
}

/// The layers of LeNet-5 as it was published, in other shapes, without its output layer: ten steps from random
/// parameters with that layer are chaotic. The preset is tested with it.
fn of_1998(rng: &mut Rng) -> Vec<Layer> {
    let activation = |rng: &mut Rng| ACTIVATIONS[rng.below(6) as usize];
    let table = Layer::Conv {
        filters: 16,
        size: 3,
        stride: 1,
        padding: 1,
        activation: activation(rng),
        connections: Connections::Lecun1998,
    };
    let mut layers = vec![Layer::conv(6, 4, 2, 0, activation(rng)), table];
    let at = 1 + rng.below(2) as usize;
    // A window of 3 leaves a remainder.
    layers.insert(at, Layer::Subsample { size: 2 + rng.below(2) as usize, activation: activation(rng) });
    if rng.below(2) == 0 {
        layers.insert(0, Layer::Frame { border: 1 + rng.below(3) as usize, paper: -0.1, ink: 1.175 });
    }
    layers.push(Layer::Dense { units: 10, activation: Activation::None });
    layers
}

/// A layer that fits `input` and has at most 1,500 outputs; others are drawn again.
fn random_layer(rng: &mut Rng, input: Shape) -> (Layer, Shape) {
    loop {
        let activation = ACTIVATIONS[rng.below(6) as usize];
        let (size, stride) = (1 + rng.below(6) as usize, 1 + rng.below(3) as usize);
        let layer = match rng.below(13) {
            0..=2 => {
                let padding = rng.below(size as u32) as usize;
                Layer::conv(1 + rng.below(9) as usize, size, stride, padding, activation)
            }
            3..=7 => {
                let kind = [PoolKind::Max, PoolKind::Average, PoolKind::L2][rng.below(3) as usize];
                Layer::Pool { kind, size, stride }
            }
            8 => Layer::Dropout { rate: [0.0, 0.25, 0.5][rng.below(3) as usize] },
            9 => Layer::Prelu {},
            10 => Layer::Rrelu {},
            _ => Layer::Dense { units: 2 + rng.below(29) as usize, activation },
        };
        match layer.on(input, 10) {
            Ok(planned) if planned.output.len() <= 1_500 => return (layer, planned.output),
            _ => {}
        }
    }
}

/// Weights with He's spread, so that signals neither die nor explode, and biases that are not zero.
pub fn random_parameters(plan: &Plan, seed: u32) -> Vec<f32> {
    let mut rng = Rng::new(seed, Stream::Test(3));
    let mut parameters = vec![0.0; plan.parameters];
    for layer in plan.layers.iter().filter(|layer| layer.learns()) {
        let deviation = (2.0 / layer.fan_in.max(1) as f32).sqrt();
        parameters[layer.weights.clone()].fill_with(|| deviation * rng.normal());
        parameters[layer.biases.clone()].fill_with(|| 0.1 * rng.normal());
        layer.unconnected().for_each(|weights| parameters[weights].fill(0.0));
    }
    for layer in plan.layers.iter().filter(|layer| matches!(layer.layer, Layer::Preprocess { .. })) {
        // Components have a length of about 1, and scales are around 1.
        let (center, deviation) = if layer.weights.len() > layer.input.len() { (0.0, 1.0 / 28.0) } else { (1.0, 0.3) };
        parameters[layer.weights.clone()].fill_with(|| center + deviation * rng.normal());
        parameters[layer.biases.clone()].fill_with(|| 0.5 * rng.uniform());
    }
    for layer in plan.layers.iter().filter(|layer| layer.layer == Layer::Rbf {}) {
        parameters[layer.weights.clone()].iter_mut().zip(codes()).for_each(|(w, code)| *w = code);
    }
    parameters
}
