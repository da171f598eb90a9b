//! From gradients to parameters, over the flat block.

use crate::backend::{Optimizer, OptimizerState, StepConfig};
use crate::network::Plan;
use lenet_kernels::optimizer::{adam, sgd};

/// One update of all parameters; counts it in `state`.
pub fn update(plan: &Plan, parameters: &mut [f32], gradients: &[f32], state: &mut OptimizerState, step: &StepConfig) {
    state.updates += 1;
    for layer in &plan.layers {
        for (range, weight_decay) in [(&layer.weights, step.weight_decay), (&layer.biases, 0.0)] {
            let (parameters, gradients) = (&mut parameters[range.clone()], &gradients[range.clone()]);
            let first = &mut state.first[range.clone()];
            match step.optimizer {
                Optimizer::Sgd => {
                    sgd(parameters, gradients, first, [step.learning_rate, step.momentum, weight_decay]);
                }
                Optimizer::Adam => {
                    let second = &mut state.second[range.clone()];
                    let adam_config = StepConfig { weight_decay, ..*step }.adam(state.updates);
                    adam(parameters, gradients, [first, second], step.momentum, adam_config);
                }
            }
        }
    }
}
