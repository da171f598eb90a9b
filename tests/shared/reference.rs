//! Training a network in f64, straight from the definitions: slow, plain, one image at a time, for any list of layers.
//! The CPU backend is judged by it, and `finite_differences` judges it in turn.

use lenet::backend::{Optimizer, StepConfig};
use lenet::network::{Activation, Layer, LayerPlan, Plan, PoolKind};

/// One number a unit looks at, and the parameter it is multiplied by (a pooling unit has none: 0 stands there).
#[derive(Clone, Copy)]
struct Connection {
    input: usize,
    weight: usize,
}

/// A network laid out for looping: for each unit of each layer, what it looks at.
pub struct Reference {
    /// Where the parameters lie.
    pub plan: Plan,
    connections: Vec<Vec<Vec<Connection>>>,
}

/// What one image makes of the network.
pub struct Pass {
    /// `sums[n]`: the pre-activations of layer n.
    pub sums: Vec<Vec<f64>>,
    /// `values[0]` is the image, `values[n + 1]` the activations of layer n; the last are the logits.
    pub values: Vec<Vec<f64>>,
}

/// The derivatives of one image's loss.
pub struct Gradients {
    /// By each parameter.
    pub parameters: Vec<f64>,
    /// By each of `Pass::values`.
    pub values: Vec<Vec<f64>>,
}

impl Reference {
    pub fn new(plan: Plan) -> Self {
        let units = |layer: &LayerPlan| (0..layer.output.len()).map(|unit| connections(layer, unit)).collect();
        Reference { connections: plan.layers.iter().map(units).collect(), plan }
    }

    /// The pre-activations and the activations of layer `n` for its inputs.
    pub fn layer(&self, n: usize, parameters: &[f64], inputs: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let layer = &self.plan.layers[n];
        let sum = |unit: usize, sees: &Vec<Connection>| match layer.layer {
            Layer::Pool { kind: PoolKind::Max, .. } => inputs[winner(sees, inputs).input],
            Layer::Pool { kind: PoolKind::Average, .. } => {
                sees.iter().map(|c| inputs[c.input]).sum::<f64>() / sees.len() as f64
            }
            Layer::Conv { .. } | Layer::Dense { .. } => {
                let products = sees.iter().map(|c| parameters[c.weight] * inputs[c.input]);
                parameters[layer.biases.start + channel(layer, unit)] + products.sum::<f64>()
            }
        };
        let sums: Vec<f64> = self.connections[n].iter().enumerate().map(|(unit, sees)| sum(unit, sees)).collect();
        let activations = sums.iter().map(|&sum| activate(layer.layer.activation(), sum)).collect();
        (sums, activations)
    }

    pub fn forward(&self, parameters: &[f64], image: &[f64]) -> Pass {
        let mut pass = Pass { sums: vec![], values: vec![image.to_vec()] };
        for n in 0..self.plan.layers.len() {
            let (sums, activations) = self.layer(n, parameters, &pass.values[n]);
            pass.sums.push(sums);
            pass.values.push(activations);
        }
        pass
    }

    pub fn backward(&self, parameters: &[f64], pass: &Pass, label: u8) -> Gradients {
        let mut d_parameters = vec![0.0; parameters.len()];
        let mut d_values: Vec<Vec<f64>> = pass.values.iter().map(|values| vec![0.0; values.len()]).collect();
        *d_values.last_mut().unwrap() = d_loss(pass.values.last().unwrap(), label);
        for n in (0..self.plan.layers.len()).rev() {
            let layer = &self.plan.layers[n];
            let (before, after) = d_values.split_at_mut(n + 1);
            let (d_inputs, d_outputs) = (&mut before[n], &after[0]);
            for (unit, sees) in self.connections[n].iter().enumerate() {
                let d_sum = d_outputs[unit] * slope(layer.layer.activation(), pass.sums[n][unit]);
                match layer.layer {
                    Layer::Pool { kind: PoolKind::Max, .. } => d_inputs[winner(sees, &pass.values[n]).input] += d_sum,
                    Layer::Pool { kind: PoolKind::Average, .. } => {
                        sees.iter().for_each(|c| d_inputs[c.input] += d_sum / sees.len() as f64);
                    }
                    Layer::Conv { .. } | Layer::Dense { .. } => {
                        d_parameters[layer.biases.start + channel(layer, unit)] += d_sum;
                        for c in sees {
                            d_parameters[c.weight] += d_sum * pass.values[n][c.input];
                            d_inputs[c.input] += d_sum * parameters[c.weight];
                        }
                    }
                }
            }
        }
        Gradients { parameters: d_parameters, values: d_values }
    }

    /// How near an image comes to a corner of the loss, where a derivative jumps and rounding decides on which side:
    /// the smallest pre-activation of a ReLU, the smallest lead of a maximum. Exact ties are no matter of rounding.
    pub fn distance_to_corner(&self, pass: &Pass) -> f64 {
        let mut nearest = f64::INFINITY;
        for (n, layer) in self.plan.layers.iter().enumerate() {
            if layer.layer.activation() == Activation::Relu {
                nearest = pass.sums[n].iter().fold(nearest, |nearest, sum| nearest.min(sum.abs()));
            }
            if matches!(layer.layer, Layer::Pool { kind: PoolKind::Max, .. }) {
                for (unit, sees) in self.connections[n].iter().enumerate() {
                    let leads = sees.iter().map(|c| pass.sums[n][unit] - pass.values[n][c.input]);
                    nearest = leads.filter(|&lead| lead > 0.0).fold(nearest, f64::min);
                }
            }
        }
        nearest
    }

    /// The mean loss of a mini-batch and its derivatives by the parameters.
    pub fn mean_gradients(&self, parameters: &[f64], batch: &[(Vec<f64>, u8)]) -> (f64, Vec<f64>) {
        let (mut mean_loss, mut mean) = (0.0, vec![0.0; parameters.len()]);
        for (image, label) in batch {
            let pass = self.forward(parameters, image);
            mean_loss += loss(pass.values.last().unwrap(), *label) / batch.len() as f64;
            let gradients = self.backward(parameters, &pass, *label);
            mean.iter_mut().zip(gradients.parameters).for_each(|(sum, g)| *sum += g / batch.len() as f64);
        }
        (mean_loss, mean)
    }
}

/// Which channel a unit belongs to.
fn channel(layer: &LayerPlan, unit: usize) -> usize {
    unit / layer.output.area()
}

/// All a unit looks at, in reading order. Padding is not looked at: its zeros change no sum.
fn connections(layer: &LayerPlan, unit: usize) -> Vec<Connection> {
    let (input, output) = (layer.input, layer.output);
    let (filter, row, column) = (channel(layer, unit), unit % output.area() / output.width, unit % output.width);
    let Some(window) = layer.layer.window() else {
        let weight = |input_unit| layer.weights.start + unit * input.len() + input_unit;
        return (0..input.len()).map(|unit| Connection { input: unit, weight: weight(unit) }).collect();
    };
    let pooling = matches!(layer.layer, Layer::Pool { .. });
    let channels = if pooling { filter..filter + 1 } else { 0..input.channels };
    let mut sees = vec![];
    for channel in channels {
        for dy in 0..window.size {
            for dx in 0..window.size {
                let (y, x) = (row * window.stride + dy, column * window.stride + dx);
                let inside = |at: usize, length: usize| at >= window.padding && at < window.padding + length;
                if !inside(y, input.height) || !inside(x, input.width) {
                    continue;
                }
                let (y, x) = (y - window.padding, x - window.padding);
                let weight = ((filter * input.channels + channel) * window.size + dy) * window.size + dx;
                sees.push(Connection {
                    input: (channel * input.height + y) * input.width + x,
                    weight: if pooling { 0 } else { layer.weights.start + weight },
                });
            }
        }
    }
    sees
}

/// The largest; of equal ones the first.
fn winner(sees: &[Connection], inputs: &[f64]) -> Connection {
    let mut best = sees[0];
    for &c in sees {
        if inputs[c.input] > inputs[best.input] {
            best = c;
        }
    }
    best
}

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Relu => x.max(0.0),
        Activation::Tanh => x.tanh(),
        Activation::ScaledTanh => 1.7159 * (2.0 / 3.0 * x).tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::None => x,
    }
}

/// The derivative of `activate` at `x`; ReLU's at 0 is 0, as PyTorch has it.
fn slope(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Relu => f64::from(x > 0.0),
        Activation::Tanh => 1.0 - x.tanh().powi(2),
        Activation::ScaledTanh => 1.7159 * 2.0 / 3.0 * (1.0 - (2.0 / 3.0 * x).tanh().powi(2)),
        Activation::Sigmoid => activate(activation, x) * (1.0 - activate(activation, x)),
        Activation::None => 1.0,
    }
}

pub fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|z| (z - largest).exp()).sum();
    logits.iter().map(|z| (z - largest).exp() / total).collect()
}

/// Cross-entropy of one image: −ln of the probability given to its label.
pub fn loss(logits: &[f64], label: u8) -> f64 {
    -softmax(logits)[usize::from(label)].ln()
}

fn d_loss(logits: &[f64], label: u8) -> Vec<f64> {
    let mut d_logits = softmax(logits);
    d_logits[usize::from(label)] -= 1.0;
    d_logits
}

/// What the optimiser remembers, as `OptimizerState` in f64.
#[derive(Default)]
pub struct Memory {
    pub first: Vec<f64>,
    pub second: Vec<f64>,
    pub updates: i32,
}

impl Memory {
    pub fn new(plan: &Plan) -> Self {
        Memory { first: vec![0.0; plan.parameters], second: vec![0.0; plan.parameters], updates: 0 }
    }
}

/// Moves the parameters against their gradients: PyTorch's `SGD` and `AdamW`, weights decayed and biases not.
pub fn update(plan: &Plan, parameters: &mut [f64], gradients: &[f64], memory: &mut Memory, step: &StepConfig) {
    let (rate, momentum) = (f64::from(step.learning_rate), f64::from(step.momentum));
    let (beta1, beta2, epsilon) = (0.9_f64, 0.999_f64, 1e-8);
    memory.updates += 1;
    for i in 0..parameters.len() {
        let is_weight = plan.layers.iter().any(|layer| layer.weights.contains(&i));
        let decay = if is_weight { f64::from(step.weight_decay) } else { 0.0 };
        let (first, second) = (&mut memory.first[i], &mut memory.second[i]);
        match step.optimizer {
            Optimizer::Sgd => {
                *first = momentum * *first + gradients[i] + decay * parameters[i];
                parameters[i] -= rate * *first;
            }
            Optimizer::Adam => {
                *first = beta1 * *first + (1.0 - beta1) * gradients[i];
                *second = beta2 * *second + (1.0 - beta2) * gradients[i].powi(2);
                let mean = *first / (1.0 - beta1.powi(memory.updates));
                let square = *second / (1.0 - beta2.powi(memory.updates));
                parameters[i] -= rate * decay * parameters[i];
                parameters[i] -= rate * mean / (square.sqrt() + epsilon);
            }
        }
    }
}
