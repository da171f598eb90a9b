//! The reference's derivatives against their meaning: how much the loss changes when a number does.

use crate::random_networks::random_parameters;
use crate::reference::{self, Reference};
use crate::support::wide;
use lenet::network::{Activation, Connections, Layer, NetworkSpec, Plan, PoolKind, Shape};
use lenet::rng::{Rng, Stream};

/// Central differences with this step are off by h²/6 times the third derivative and by rounding/h: both about 10⁻¹⁰
/// for losses of about 1 in f64.
const STEP: f64 = 1e-5;
/// A hundred times that error. A wrong formula is off by the size of a derivative, which is at least 10⁻³.
const TOLERANCE: f64 = 1e-8;

fn pool(kind: PoolKind, size: usize, stride: usize) -> Layer {
    Layer::Pool { kind, size, stride }
}

fn dense(units: usize, activation: Activation) -> Layer {
    Layer::Dense { units, activation }
}

/// Compares every derivative of the reference, by each parameter, activation and pixel, with finite differences, for
/// `layers` and ten logits on an image of 2×7×5.
fn judge(layers: &[Layer]) {
    let mut spec = NetworkSpec { input: Shape::new(2, 7, 5), classes: 10, layers: layers.to_vec() };
    if layers.last() != Some(&Layer::Rbf {}) {
        spec.layers.push(dense(10, Activation::None));
    }
    let mut reference = Reference::new(Plan::new(&spec).unwrap());
    // The noise stays the same while differences are taken.
    reference.objective.noise = 5;
    reference.objective.target.smoothing = 0.2;
    reference.objective.target.weights = vec![1.0, 1.0, 1.0, 0.7, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let parameters = wide(&random_parameters(&reference.plan, 1));
    let mut rng = Rng::new(1, Stream::Test(0));
    let image: Vec<f64> = (0..spec.input.len()).map(|_| f64::from(rng.uniform())).collect();
    let pass = reference.forward_at(&parameters, &image, Some(0));
    assert!(reference.distance_to_corner(&pass) > 10.0 * STEP, "differences across a corner mean nothing");
    let gradients = reference.backward(&parameters, &pass, 3);

    let loss_from = |n: usize, parameters: &[f64], values: &[f64]| {
        let through = |values: Vec<f64>, n| reference.layer(n, parameters, &values, Some(0)).1;
        let logits = (n..spec.layers.len()).fold(values.to_vec(), through);
        reference::loss_with(&logits, 3, &reference.objective.target)
    };
    let fixed: Vec<_> =
        reference.plan.layers.iter().filter(|l| l.layer == Layer::Rbf {}).map(|l| l.weights.clone()).collect();
    let loss_by_parameters = |moved: &[f64]| {
        let mut moved = moved.to_vec();
        fixed.iter().for_each(|range| moved[range.clone()].copy_from_slice(&parameters[range.clone()]));
        loss_from(0, &moved, &image)
    };
    assert_slopes(&format!("{layers:?}, parameters"), loss_by_parameters, &parameters, &gradients.parameters);
    for (n, values) in pass.values.iter().enumerate() {
        let loss_by_values = |values: &[f64]| loss_from(n, &parameters, values);
        assert_slopes(&format!("{layers:?}, what goes into layer {n}"), loss_by_values, values, &gradients.values[n]);
    }
}

/// `gradient` is how `loss` changes with each number of `at`.
fn assert_slopes(what: &str, loss: impl Fn(&[f64]) -> f64, at: &[f64], gradient: &[f64]) {
    let mut moved = at.to_vec();
    for i in 0..at.len() {
        moved[i] = at[i] + STEP;
        let above = loss(&moved);
        moved[i] = at[i] - STEP;
        let below = loss(&moved);
        moved[i] = at[i];
        let slope = (above - below) / (2.0 * STEP);
        let error = (slope - gradient[i]).abs();
        assert!(error <= TOLERANCE, "{what}: derivative {i} is {} where the slope is {slope}", gradient[i]);
    }
}

#[test]
fn the_logits_alone() {
    judge(&[]);
}

#[test]
fn dense_layers_under_every_activation() {
    judge(&[dense(5, Activation::Relu)]);
    judge(&[dense(5, Activation::LeakyRelu)]);
    judge(&[dense(5, Activation::Tanh)]);
    judge(&[dense(5, Activation::ScaledTanh)]);
    judge(&[dense(5, Activation::Sigmoid)]);
    judge(&[dense(5, Activation::None)]);
}

#[test]
fn convolutions_under_every_activation() {
    judge(&[Layer::conv(3, 3, 1, 0, Activation::Relu)]);
    judge(&[Layer::conv(3, 3, 1, 0, Activation::Tanh)]);
    judge(&[Layer::conv(3, 3, 1, 0, Activation::ScaledTanh)]);
    judge(&[Layer::conv(3, 3, 1, 0, Activation::Sigmoid)]);
    judge(&[Layer::conv(3, 3, 1, 0, Activation::None)]);
}

#[test]
fn convolutions_with_strides_and_paddings() {
    judge(&[Layer::conv(2, 1, 1, 0, Activation::Tanh)]);
    judge(&[Layer::conv(2, 1, 2, 0, Activation::Tanh)]);
    judge(&[Layer::conv(2, 3, 2, 0, Activation::Tanh)]);
    judge(&[Layer::conv(2, 3, 2, 1, Activation::Tanh)]);
    judge(&[Layer::conv(2, 4, 1, 3, Activation::Tanh)]);
    judge(&[Layer::conv(2, 5, 1, 2, Activation::Tanh)]);
}

#[test]
fn pooling_of_every_kind_side_by_side_overlapping_and_with_gaps() {
    for kind in [PoolKind::Max, PoolKind::Average, PoolKind::L2] {
        judge(&[Layer::conv(3, 2, 1, 0, Activation::Tanh), pool(kind, 2, 2)]);
        judge(&[Layer::conv(3, 3, 1, 1, Activation::Tanh), pool(kind, 3, 2)]);
        // Windows of 2 leave one row and one column of 7×5 uncovered.
        judge(&[Layer::conv(3, 3, 1, 1, Activation::Tanh), pool(kind, 2, 2)]);
        judge(&[Layer::conv(3, 3, 1, 1, Activation::Tanh), pool(kind, 1, 2)]);
        judge(&[pool(kind, 3, 1), Layer::conv(2, 2, 1, 1, Activation::Sigmoid), pool(kind, 2, 2)]);
    }
}

#[test]
fn dropout_and_slopes_that_are_learned_or_drawn() {
    for layer in [Layer::Dropout { rate: 0.5 }, Layer::Prelu {}, Layer::Rrelu {}] {
        judge(&[layer]);
        judge(&[Layer::conv(3, 3, 1, 0, Activation::None), layer]);
        judge(&[
            Layer::conv(3, 3, 1, 0, Activation::Tanh),
            layer,
            pool(PoolKind::Average, 2, 1),
            dense(4, Activation::None),
            layer,
        ]);
    }
}

#[test]
fn the_layers_of_1998() {
    let subsample = |size| Layer::Subsample { size, activation: Activation::ScaledTanh };
    judge(&[subsample(2)]);
    judge(&[Layer::conv(3, 3, 1, 1, Activation::Tanh), subsample(2), subsample(1)]);
    judge(&[
        Layer::Frame { border: 2, paper: -0.1, ink: 1.175 },
        Layer::conv(2, 5, 1, 0, Activation::Tanh),
        subsample(3),
    ]);
    let table = Layer::Conv {
        filters: 16,
        size: 3,
        stride: 1,
        padding: 0,
        activation: Activation::ScaledTanh,
        connections: Connections::Lecun1998,
    };
    judge(&[Layer::conv(6, 3, 1, 0, Activation::Tanh), table]);
    judge(&[dense(84, Activation::ScaledTanh), Layer::Rbf {}]);
}

#[test]
fn deep_and_odd_networks() {
    judge(&[
        Layer::conv(3, 3, 1, 1, Activation::ScaledTanh),
        pool(PoolKind::Average, 3, 2),
        Layer::conv(4, 3, 1, 2, Activation::Sigmoid),
        pool(PoolKind::Max, 2, 1),
        dense(6, Activation::Tanh),
    ]);
    judge(&[
        dense(6, Activation::Tanh),
        Layer::conv(4, 3, 1, 1, Activation::Sigmoid),
        dense(3, Activation::ScaledTanh),
    ]);
}
