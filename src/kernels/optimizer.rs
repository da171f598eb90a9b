//! The updates of SGD and Adam.

/// β₂ of `adam`.
pub const BETA_2: f32 = 0.999;
/// ε of `adam`.
pub const EPSILON: f32 = 1e-8;

/// The factors of one update by Adam: w ← keep·w − rate·m/(√s·root + ε), with keep = 1 for biases (Kingma, Ba 2015,
/// algorithm 1; decay as Loshchilov, Hutter 2019, algorithm 2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamConfig {
    /// η/(1 − β₁ᵗ).
    pub rate: f32,
    /// 1/√(1 − β₂ᵗ).
    pub root: f32,
    /// 1 − ηλ.
    pub keep: f32,
}

/// v ← μv + g + λw, w ← w − ηv.
#[inline(never)]
pub fn sgd(
    parameters: &mut [f32],
    gradients: &[f32],
    velocity: &mut [f32],
    [learning_rate, momentum, weight_decay]: [f32; 3],
) {
    for ((w, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
        *v = momentum * *v + g + weight_decay * *w;
        *w -= learning_rate * *v;
    }
}

/// m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², and then w as in `AdamConfig`.
#[inline(never)]
pub fn adam(
    parameters: &mut [f32],
    gradients: &[f32],
    [first, second]: [&mut [f32]; 2],
    beta_1: f32,
    AdamConfig { rate, root, keep }: AdamConfig,
) {
    for (((w, &g), m), s) in parameters.iter_mut().zip(gradients).zip(first).zip(second) {
        *m = beta_1 * *m + (1.0 - beta_1) * g;
        *s = BETA_2 * *s + (1.0 - BETA_2) * g * g;
        *w = keep * *w - rate * *m / (s.sqrt() * root + EPSILON);
    }
}
