//! From gradients to parameters, over the flat block.

use crate::backend::{AdamConfig, BETA_2, EPSILON, Optimizer, OptimizerState, StepConfig};
use crate::network::Plan;

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

/// m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², and w as `StepConfig::adam` says.
fn adam(
    parameters: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    weight_decay: f32,
    updates: u32,
    step: &StepConfig,
) {
    let beta_1 = step.momentum;
    let AdamConfig { rate, root, keep } = StepConfig { weight_decay, ..*step }.adam(updates);
    for (((w, &g), m), s) in parameters.iter_mut().zip(gradients).zip(first).zip(second) {
        *m = beta_1 * *m + (1.0 - beta_1) * g;
        *s = BETA_2 * *s + (1.0 - BETA_2) * g * g;
        *w = keep * *w - rate * *m / (s.sqrt() * root + EPSILON);
    }
}
