//! Derivatives judged by what they mean: how much the loss changes when a number does.

use crate::random_networks::random_parameters;
use crate::reference::{self, Reference};
use crate::support::wide;
use lenet::network::{Activation, Layer, NetworkSpec, Plan, PoolKind, Shape};
use lenet::rng::{Rng, Stream};

/// Central differences with this step are off by h²/6 times the third derivative and by rounding/h: both about 10⁻¹⁰
/// for losses of about 1 in f64.
const STEP: f64 = 1e-5;
/// A hundred times that. A wrong formula is off by its whole size, which is 10⁻³ and more.
const TOLERANCE: f64 = 1e-8;

fn conv(filters: usize, size: usize, stride: usize, padding: usize, activation: Activation) -> Layer {
    Layer::Conv { filters, size, stride, padding, activation }
}

fn pool(kind: PoolKind, size: usize, stride: usize) -> Layer {
    Layer::Pool { kind, size, stride }
}

fn dense(units: usize, activation: Activation) -> Layer {
    Layer::Dense { units, activation }
}

/// Holds every derivative of the reference, by each parameter, each activation and each pixel, against differences,
/// in `layers` and ten logits on an image of 2×7×5.
fn judge(layers: &[Layer]) {
    let mut spec = NetworkSpec { input: Shape::new(2, 7, 5), layers: layers.to_vec() };
    spec.layers.push(dense(10, Activation::None));
    let reference = Reference::new(Plan::new(&spec).unwrap());
    let parameters = wide(&random_parameters(&reference.plan, 1));
    let mut rng = Rng::new(1, Stream::Test(0));
    let image: Vec<f64> = (0..spec.input.len()).map(|_| f64::from(rng.uniform())).collect();
    let pass = reference.forward(&parameters, &image);
    assert!(reference.distance_to_corner(&pass) > 10.0 * STEP, "differences across a corner mean nothing");
    let gradients = reference.backward(&parameters, &pass, 3);

    let loss_from = |n: usize, parameters: &[f64], values: &[f64]| {
        let through = |values: Vec<f64>, n| reference.layer(n, parameters, &values).1;
        reference::loss(&(n..spec.layers.len()).fold(values.to_vec(), through), 3)
    };
    let loss_by_parameters = |parameters: &[f64]| loss_from(0, parameters, &image);
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
    judge(&[dense(5, Activation::Tanh)]);
    judge(&[dense(5, Activation::ScaledTanh)]);
    judge(&[dense(5, Activation::Sigmoid)]);
    judge(&[dense(5, Activation::None)]);
}

#[test]
fn convolutions_under_every_activation() {
    judge(&[conv(3, 3, 1, 0, Activation::Relu)]);
    judge(&[conv(3, 3, 1, 0, Activation::Tanh)]);
    judge(&[conv(3, 3, 1, 0, Activation::ScaledTanh)]);
    judge(&[conv(3, 3, 1, 0, Activation::Sigmoid)]);
    judge(&[conv(3, 3, 1, 0, Activation::None)]);
}

#[test]
fn convolutions_with_strides_and_paddings() {
    judge(&[conv(2, 1, 1, 0, Activation::Tanh)]);
    judge(&[conv(2, 1, 2, 0, Activation::Tanh)]);
    judge(&[conv(2, 3, 2, 0, Activation::Tanh)]);
    judge(&[conv(2, 3, 2, 1, Activation::Tanh)]);
    judge(&[conv(2, 4, 1, 3, Activation::Tanh)]);
    judge(&[conv(2, 5, 1, 2, Activation::Tanh)]);
}

#[test]
fn pooling_of_both_kinds_side_by_side_overlapping_and_with_gaps() {
    for kind in [PoolKind::Max, PoolKind::Average] {
        judge(&[conv(3, 2, 1, 0, Activation::Tanh), pool(kind, 2, 2)]);
        judge(&[conv(3, 3, 1, 1, Activation::Tanh), pool(kind, 3, 2)]);
        judge(&[conv(3, 3, 1, 1, Activation::Tanh), pool(kind, 1, 2)]);
        judge(&[pool(kind, 3, 1), conv(2, 2, 1, 1, Activation::Sigmoid), pool(kind, 2, 2)]);
    }
}

#[test]
fn deep_and_odd_networks() {
    judge(&[
        conv(3, 3, 1, 1, Activation::ScaledTanh),
        pool(PoolKind::Average, 3, 2),
        conv(4, 3, 1, 2, Activation::Sigmoid),
        pool(PoolKind::Max, 2, 1),
        dense(6, Activation::Tanh),
    ]);
    judge(&[dense(6, Activation::Tanh), conv(4, 3, 1, 1, Activation::Sigmoid), dense(3, Activation::ScaledTanh)]);
}
