//! The activation functions and their derivatives. A derivative is written in terms of the function's value, so
//! pre-activations need not be kept.
//!
//! `exp` and `tanh` are written here because those of the platform do not vectorise, and give other bits in a browser.

use super::lanes::{Lanes, Wide, load};

/// The function applied to a layer's pre-activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Activation {
    /// max(0, x).
    Relu,
    /// x where x > 0, else x/100 (Maas, Hannun, Ng 2013, equation 3).
    LeakyRelu,
    /// tanh x.
    Tanh,
    /// 1.7159·tanh(2x/3), LeCun's (*Efficient BackProp*, 1998, section 4.4): f(±1) = ±1.
    ScaledTanh,
    /// 1/(1 + e⁻ˣ).
    Sigmoid,
    /// x.
    None,
}

/// The slope of `LeakyRelu` below zero.
pub const LEAK: f32 = 0.01;

/// The amplitude of LeCun's scaled tanh, *Efficient BackProp*, section 4.4.
pub const AMPLITUDE: f32 = 1.7159;
/// The slope in LeCun's scaled tanh; see `AMPLITUDE`.
pub const SLOPE: f32 = 2.0 / 3.0;

/// Replaces each pre-activation by its activation.
pub fn forward(activation: Activation, values: &mut [Lanes]) {
    match activation {
        Activation::Relu => relu(values),
        Activation::LeakyRelu => each(values, |x| if x < 0.0 { LEAK * x } else { x }),
        Activation::Tanh => each(values, tanh),
        Activation::ScaledTanh => each(values, |x| AMPLITUDE * tanh(SLOPE * x)),
        Activation::Sigmoid => each(values, |x| 1.0 / (1.0 + exp(-x))),
        Activation::None => {}
    }
}

/// Replaces each gradient of an activation by the gradient of its pre-activation.
pub fn backward(activation: Activation, values: &[Lanes], d_values: &mut [Lanes]) {
    match activation {
        Activation::Relu => relu_backward(values, d_values),
        Activation::LeakyRelu => both(values, d_values, |a, d| if a > 0.0 { d } else { LEAK * d }),
        Activation::Tanh => both(values, d_values, |a, d| d * (1.0 - a * a)),
        Activation::ScaledTanh => both(values, d_values, |a, d| d * SLOPE * (AMPLITUDE - a * a / AMPLITUDE)),
        Activation::Sigmoid => both(values, d_values, |a, d| d * a * (1.0 - a)),
        Activation::None => {}
    }
}

/// Written with registers because compilers to WebAssembly otherwise make a branch for each number, which costs a sixth of
/// the training time. NaN is not less than 0, so it stays and shows in the loss.
fn relu(values: &mut [Lanes]) {
    for lanes in values {
        let x = load(lanes);
        *lanes = x.simd_lt(Wide::ZERO).select(Wide::ZERO, x).to_array();
    }
}

fn relu_backward(values: &[Lanes], d_values: &mut [Lanes]) {
    for (lanes, d_lanes) in values.iter().zip(d_values) {
        *d_lanes = load(lanes).simd_gt(Wide::ZERO).select(load(d_lanes), Wide::ZERO).to_array();
    }
}

#[inline(always)]
fn each(values: &mut [Lanes], function: impl Fn(f32) -> f32) {
    for x in values.as_flattened_mut() {
        *x = function(*x);
    }
}

#[inline(always)]
fn both(values: &[Lanes], d_values: &mut [Lanes], function: impl Fn(f32, f32) -> f32) {
    for (&a, d) in values.as_flattened().iter().zip(d_values.as_flattened_mut()) {
        *d = function(a, *d);
    }
}

/// eˣ to 2 units in the last place, without a branch: x = n·ln 2 + r with |r| ≤ ln 2/2, 2ⁿ by its bits, eʳ by
/// Cephes' polynomial of degree 6 (`expf.c`).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // 1.5·2²³: adding and taking it away rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.3, 88.7);
    let n = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    // ln 2 in two parts, the first exact in few bits.
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let scale = f32::from_bits(((n + ROUND).to_bits() << 23).wrapping_add(127 << 23));
    (p * r * r + r + 1.0) * scale
}

/// tanh x to 5 units in the last place: the rational approximation of degree 13/6 that Eigen uses (`ptanh_float`).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.905_311, 7.905_311);
    let x2 = x * x;
    let p = -2.760_768_5e-16;
    let p = p * x2 + 2.000_188e-13;
    let p = p * x2 - 8.604_672e-11;
    let p = p * x2 + 5.122_297e-8;
    let p = p * x2 + 1.485_722_4e-5;
    let p = p * x2 + 6.372_619_5e-4;
    let p = p * x2 + 4.893_524_6e-3;
    let q = 1.198_258_4e-6;
    let q = q * x2 + 1.185_347_1e-4;
    let q = q * x2 + 2.268_434_6e-3;
    let q = q * x2 + 4.893_525e-3;
    x * p / q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_tanh_agree_with_libm() {
        for step in -40_000..40_000 {
            let x = step as f32 * 2e-3;
            let (ours, theirs) = (exp(x), libm::expf(x));
            assert!((ours - theirs).abs() <= 3e-7 * theirs, "exp({x}) = {ours} and not {theirs}");
            let (ours, theirs) = (tanh(x / 8.0), libm::tanhf(x / 8.0));
            assert!((ours - theirs).abs() <= 5e-7 * theirs.abs() + 1e-9, "tanh({}) = {ours}, not {theirs}", x / 8.0);
        }
    }

    #[test]
    fn scaled_tanh_keeps_one() {
        let mut values = [[1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]];
        forward(Activation::ScaledTanh, &mut values);
        assert!((values[0][0] - 1.0).abs() < 1e-4 && (values[0][1] + 1.0).abs() < 1e-4);
    }
}
