//! The CPU backend's gradients are the slopes of its own loss. This needs no reference, so it also covers networks that
//! are too large for one.

use crate::random_networks::random_parameters;
use crate::support::{engine, noise, read, wide};
use lenet::backend::cpu::CpuBackend;
use lenet::backend::{Backend, Tap};
use lenet::network::{Activation, Layer, NetworkSpec, PRESETS, ParameterTensor, Plan, PoolKind};
use lenet::rng::{Rng, Stream};

const BATCH: [u32; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// The length of the step in the space of the parameters, and the tolerance as a share of the slope.
struct Judge {
    step: f64,
    tolerance: f64,
}

/// In smooth networks only the rounding of the losses puts the difference off.
const SMOOTH: Judge = Judge { step: 1e-2, tolerance: 1e-3 };
/// A long step crosses the corners of many ReLUs and maxima; a short one is less precise but crosses fewer.
const WITH_CORNERS: Judge = Judge { step: 3e-4, tolerance: 1e-2 };
/// f32 knows a loss of about 3 to this. The slopes are between 0.002 and 10.
const ROUNDING: f64 = 4e-7;

fn loss_at(engine: &mut CpuBackend, parameters: &[f32]) -> f64 {
    engine.write_parameters(parameters);
    engine.gradients(&BATCH);
    f64::from(read(engine, Tap::Loss)[0])
}

/// Compares the slope of the loss along a direction with what the gradient says it is.
fn assert_slope(what: &str, plan: &Plan, judge: &Judge) {
    let parameters = random_parameters(plan, 1);
    let mut engine = engine(plan, &noise(BATCH.len(), 1), &parameters);
    engine.gradients(&BATCH);
    let gradients = wide(&read(&mut engine, Tap::Gradients));
    let learns = |tensor: &ParameterTensor| {
        plan.layers.iter().any(|layer| {
            layer.learns() && layer.weights.start <= tensor.range.start && tensor.range.end <= layer.biases.end
        })
    };
    for tensor in plan.tensors().into_iter().filter(learns) {
        let mut rng = Rng::new(1, Stream::Test(4));
        // Half along the gradient, where the slope is largest, and half at random, so that wrong directions show too.
        let mut direction = vec![0.0; plan.parameters];
        let size = length(&gradients[tensor.range.clone()]);
        let share = size / (tensor.range.len() as f64).sqrt();
        tensor.range.clone().for_each(|i| direction[i] = gradients[i] + share * f64::from(rng.normal()));
        // Weights that the table does not connect stay zero.
        plan.layers.iter().flat_map(|layer| layer.unconnected()).for_each(|weights| direction[weights].fill(0.0));
        let size = length(&direction);
        direction.iter_mut().for_each(|d| *d /= size);

        let moved = |step: f64| -> Vec<f32> {
            parameters.iter().zip(&direction).map(|(&p, d)| (f64::from(p) + step * d) as f32).collect()
        };
        let slope =
            (loss_at(&mut engine, &moved(judge.step)) - loss_at(&mut engine, &moved(-judge.step))) / (2.0 * judge.step);
        let said: f64 = gradients.iter().zip(&direction).map(|(g, d)| g * d).sum();
        assert!(
            (slope - said).abs() <= judge.tolerance * said.abs() + ROUNDING / judge.step,
            "{what}, {}: {said} and not {slope}",
            tensor.name
        );
    }
}

fn length(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[test]
fn gradients_of_smooth_networks() {
    let dense = |units, activation| Layer::Dense { units, activation };
    let conv = |filters, activation| Layer::conv(filters, 5, 1, 0, activation);
    let pool = Layer::Pool { kind: PoolKind::Average, size: 2, stride: 2 };
    for activation in [Activation::Tanh, Activation::ScaledTanh, Activation::Sigmoid] {
        let layers = vec![
            conv(6, activation),
            pool,
            conv(16, activation),
            pool,
            dense(120, activation),
            dense(84, activation),
            dense(10, Activation::None),
        ];
        assert_slope(&format!("{activation:?}"), &Plan::new(&NetworkSpec::mnist(layers)).unwrap(), &SMOOTH);
    }
}

#[test]
fn gradients_of_the_presets() {
    for preset in PRESETS {
        let spec = lenet::network::preset(preset.name).unwrap();
        assert_slope(preset.name, &Plan::new(&spec).unwrap(), &WITH_CORNERS);
    }
}
