//! Networks nobody would think of: lists of layers drawn at random, of every kind, activation and pooling, with odd
//! sizes, strides, paddings, overlapping windows, convolutions after dense layers. Small, so that the reference can
//! follow.

use crate::reference::Reference;
use crate::support::{engine, example, noise, wide};
use lenet::backend::cpu::CpuBackend;
use lenet::data::Dataset;
use lenet::network::{Activation, Layer, NetworkSpec, Plan, PoolKind, Shape, preset};
use lenet::rng::{Rng, Stream};
use std::ops::Range;
use std::sync::Arc;

/// Which networks are drawn; `the_draw_leaves_nothing_out` says that these are enough.
pub const SEEDS: Range<u32> = 0..48;

/// The batch sizes worth trying: alone, around the eight images of a CPU block, and around two of them.
const BATCHES: [usize; 6] = [1, 7, 8, 9, 16, 19];

/// All there are.
pub const ACTIVATIONS: [Activation; 5] =
    [Activation::Relu, Activation::Tanh, Activation::ScaledTanh, Activation::Sigmoid, Activation::None];

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

    /// One of the networks the page offers, on some images.
    pub fn preset(name: &str, images: usize) -> Case {
        Case::of(Plan::new(&preset(name).unwrap()).unwrap(), images, 1)
    }

    /// Images and parameters are drawn again while one comes so near a corner of the loss that different roundings may
    /// see it on different sides.
    fn of(plan: Plan, images: usize, seed: u32) -> Case {
        // The more numbers, the nearer one of them comes.
        let too_near =
            if plan.layers.iter().map(|layer| layer.output.len()).sum::<usize>() > 5_000 { 5e-7 } else { 3e-6 };
        let reference = Reference::new(plan);
        // Not in order, so that an engine which ignores the indices is found out.
        let batch: Vec<u32> = (0..images as u32).rev().collect();
        let name = format!("seed {seed}, {images} images, {:?}", reference.plan.spec().layers);
        for attempt in 0..100 {
            let parameters = random_parameters(&reference.plan, 100 * seed + attempt);
            let dataset = noise(images, 100 * seed + attempt);
            let pass = |&image: &u32| reference.forward(&wide(&parameters), &example(&dataset, image).0);
            if batch.iter().all(|image| reference.distance_to_corner(&pass(image)) > too_near) {
                let engine = engine(&reference.plan, &dataset, &parameters);
                return Case { name, reference, parameters, dataset, batch, engine };
            }
        }
        panic!("{name}: always at a corner");
    }

    /// The batch as the reference takes it.
    pub fn examples(&self) -> Vec<(Vec<f64>, u8)> {
        self.batch.iter().map(|&image| example(&self.dataset, image)).collect()
    }
}

/// The network of a seed: one to four layers and the logits.
pub fn random_plan(seed: u32) -> Plan {
    let mut rng = Rng::new(seed, Stream::Test(2));
    let mut shape = NetworkSpec::MNIST_INPUT;
    let mut layers = vec![];
    for _ in 0..1 + rng.below(4) {
        let (layer, output) = random_layer(&mut rng, shape);
        layers.push(layer);
        shape = output;
    }
    layers.push(Layer::Dense { units: NetworkSpec::CLASSES, activation: Activation::None });
    Plan::new(&NetworkSpec::mnist(layers)).unwrap()
}

/// A layer that fits on `input` and gives at most 1,500 numbers; what does not is drawn again.
fn random_layer(rng: &mut Rng, input: Shape) -> (Layer, Shape) {
    loop {
        let activation = ACTIVATIONS[rng.below(5) as usize];
        let (size, stride) = (1 + rng.below(6) as usize, 1 + rng.below(3) as usize);
        let layer = match rng.below(8) {
            0..=2 => {
                let padding = rng.below(size as u32) as usize;
                Layer::Conv { filters: 1 + rng.below(9) as usize, size, stride, padding, activation }
            }
            3 | 4 => Layer::Pool { kind: PoolKind::Max, size, stride },
            5 | 6 => Layer::Pool { kind: PoolKind::Average, size, stride },
            _ => Layer::Dense { units: 1 + rng.below(30) as usize, activation },
        };
        match layer.output(input) {
            Ok(output) if output.len() <= 1_500 => return (layer, output),
            _ => {}
        }
    }
}

/// Weights with He's spread, so that signals neither die nor explode, and biases that are not zero.
pub fn random_parameters(plan: &Plan, seed: u32) -> Vec<f32> {
    let mut rng = Rng::new(seed, Stream::Test(3));
    let mut parameters = vec![0.0; plan.parameters];
    for layer in plan.layers.iter().filter(|layer| !layer.weights.is_empty()) {
        let deviation = (2.0 / layer.fan_in() as f32).sqrt();
        parameters[layer.weights.clone()].fill_with(|| deviation * rng.normal());
        parameters[layer.biases.clone()].fill_with(|| 0.1 * rng.normal());
    }
    parameters
}
