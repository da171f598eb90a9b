//! The update of the parameters, which lie in one flat block.

use crate::backend::{Optimizer, OptimizerState, StepConfig};
use crate::network::Plan;
use lenet_kernels::optimizer::{adam, sgd};

/// Makes one update of all parameters and counts it in `state`.
pub fn update(plan: &Plan, parameters: &mut [f32], gradients: &[f32], state: &mut OptimizerState, step: &StepConfig) {
    state.updates += 1;
    for layer in plan.layers.iter().filter(|layer| layer.learns()) {
        for (range, is_weights) in [(&layer.weights, true), (&layer.biases, false)] {
            let step = if is_weights { *step } else { StepConfig { weight_decay: 0.0, l1: 0.0, l2: 0.0, ..*step } };
            let parameters = &mut parameters[range.clone()];
            let penalized;
            let gradients = if step.l1 == 0.0 && step.l2 == 0.0 {
                &gradients[range.clone()]
            } else {
                penalized = with_penalties(parameters, &gradients[range.clone()], &step);
                &penalized
            };
            let first = &mut state.first[range.clone()];
            match step.optimizer {
                Optimizer::Sgd => {
                    sgd(parameters, gradients, first, [step.learning_rate, step.momentum, step.weight_decay]);
                }
                Optimizer::Adam => {
                    let second = &mut state.second[range.clone()];
                    adam(parameters, gradients, [first, second], step.momentum, step.adam(state.updates));
                }
            }
        }
        if step.max_norm > 0.0 && !layer.weights.is_empty() {
            let units = parameters[layer.weights.clone()].chunks_exact_mut(layer.weights_each());
            units.for_each(|weights| shorten(weights, step.max_norm));
        }
    }
}

/// gradient + λ₂·w + λ₁·sign w.
fn with_penalties(parameters: &[f32], gradients: &[f32], step: &StepConfig) -> Vec<f32> {
    let sign = |w: f32| f32::from(w > 0.0) - f32::from(w < 0.0);
    let numbers = parameters.iter().zip(gradients);
    numbers.map(|(&w, &g)| g + step.l2 * w + step.l1 * sign(w)).collect()
}

/// Scales a vector down to the length `maximum` if it is longer.
fn shorten(weights: &mut [f32], maximum: f32) {
    let length = weights.iter().map(|w| w * w).sum::<f32>().sqrt();
    if length > maximum {
        let share = maximum / length;
        weights.iter_mut().for_each(|w| *w *= share);
    }
}
