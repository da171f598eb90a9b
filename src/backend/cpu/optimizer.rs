//! From gradients to parameters, over the flat block.

use crate::backend::{Optimizer, OptimizerState, StepConfig};
use crate::network::Plan;

const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// One update of all parameters; counts it in `state`.
pub fn update(plan: &Plan, parameters: &mut [f32], gradients: &[f32], state: &mut OptimizerState, step: &StepConfig) {
    state.updates += 1;
    for layer in &plan.layers {
        for (range, weight_decay) in [(&layer.weights, step.weight_decay), (&layer.biases, 0.0)] {
            let (parameters, gradients) = (&mut parameters[range.clone()], &gradients[range.clone()]);
            let first = &mut state.first[range.clone()];
            match step.optimizer {
                Optimizer::Sgd => sgd(parameters, gradients, first, weight_decay, step),
                Optimizer::Adam => {
                    adam(
                        parameters,
                        gradients,
                        first,
                        &mut state.second[range.clone()],
                        weight_decay,
                        state.updates,
                        step,
                    );
                }
            }
        }
    }
}

/// v ← μv + g + λw, w ← w − ηv.
fn sgd(parameters: &mut [f32], gradients: &[f32], velocity: &mut [f32], weight_decay: f32, step: &StepConfig) {
    for ((w, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
        *v = step.momentum * *v + g + weight_decay * *w;
        *w -= step.learning_rate * *v;
    }
}

/// m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², w ← w − ηλw − η m̂/(√ŝ + ε), hats divided by 1 − βᵗ
/// (Kingma, Ba 2015, algorithm 1; decay as Loshchilov, Hutter 2019, algorithm 2).
fn adam(
    parameters: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    weight_decay: f32,
    updates: u32,
    step: &StepConfig,
) {
    // In f64 and by `libm`, so that the corrections are the same bits everywhere.
    let correction = |beta: f32| (1.0 - libm::pow(f64::from(beta), f64::from(updates))) as f32;
    let beta_1 = step.momentum;
    let rate = step.learning_rate / correction(beta_1);
    let root = 1.0 / correction(BETA_2).sqrt();
    let keep = 1.0 - step.learning_rate * weight_decay;
    for (((w, &g), m), s) in parameters.iter_mut().zip(gradients).zip(first).zip(second) {
        *m = beta_1 * *m + (1.0 - beta_1) * g;
        *s = BETA_2 * *s + (1.0 - BETA_2) * g * g;
        *w = keep * *w - rate * *m / (s.sqrt() * root + EPSILON);
    }
}
