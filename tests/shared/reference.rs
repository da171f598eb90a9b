//! Training in f64, straight from the definitions: slow and plain, one image at a time, for any list of layers. The CPU
//! backend is compared with it, and `finite_differences` checks it in turn.

use lenet::backend::{Objective, Optimizer, StepConfig};
use lenet::network::{Activation, Layer, LayerPlan, Plan, PoolKind, Preprocessing};
use lenet_kernels::elementwise::SLOPES;
use lenet_kernels::loss::Target;
use lenet_kernels::noise::{starts, uniform};

/// One number a unit looks at, and the parameter it is multiplied by (a pooling unit has none: 0 stands there).
#[derive(Clone, Copy)]
struct Connection {
    input: usize,
    weight: usize,
}

/// A network laid out for loops: the inputs of each unit of each layer.
pub struct Reference {
    /// Where the parameters lie.
    pub plan: Plan,
    /// The target of each image; the reference ignores its augmentation.
    pub objective: Objective,
    connections: Vec<Vec<Vec<Connection>>>,
}

/// The forward pass of one image.
pub struct Pass {
    /// `pre_activations[n]`: the pre-activations of layer n.
    pub pre_activations: Vec<Vec<f64>>,
    /// `values[0]` is the image, `values[n + 1]` the activations of layer n; the last are the logits.
    pub values: Vec<Vec<f64>>,
    /// The image's place in its mini-batch; None outside of training, where dropout and random slopes are off.
    place: Option<u32>,
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
        Reference { connections: plan.layers.iter().map(units).collect(), plan, objective: Objective::default() }
    }

    /// The factor that elementwise layer `n` applies to a number of the image at this place of the mini-batch.
    fn factor(&self, n: usize, parameters: &[f64], unit: usize, x: f64, place: Option<u32>) -> f64 {
        let layer = &self.plan.layers[n];
        let key = place.map_or(0, |_| self.objective.noise);
        let random = || f64::from(uniform(starts(key, n as u32, place.unwrap_or(0))[0], unit as u32));
        let [minimum, maximum] = SLOPES.map(f64::from);
        match layer.layer {
            Layer::Dropout { .. } if key == 0 => 1.0,
            Layer::Dropout { rate } if random() < f64::from(rate) => 0.0,
            Layer::Dropout { rate } => 1.0 / (1.0 - f64::from(rate)),
            _ if x > 0.0 => 1.0,
            Layer::Prelu {} => parameters[layer.biases.start + channel(layer, unit)],
            _ if key == 0 => (minimum + maximum) / 2.0,
            _ => minimum + (maximum - minimum) * random(),
        }
    }

    /// The pre-activations and the activations of layer `n` for its inputs.
    pub fn layer(&self, n: usize, parameters: &[f64], inputs: &[f64], place: Option<u32>) -> (Vec<f64>, Vec<f64>) {
        let layer = &self.plan.layers[n];
        if let Layer::Preprocess { .. } = layer.layer {
            let mean = &parameters[layer.biases.clone()];
            let centred: Vec<f64> = inputs.iter().zip(mean).map(|(x, mean)| x - mean).collect();
            let pre_activations = preprocessed(layer, parameters, &centred);
            return (pre_activations.clone(), pre_activations);
        }
        let sum = |unit: usize, sees: &Vec<Connection>| match layer.layer {
            Layer::Pool { kind: PoolKind::Max, .. } => inputs[winner(sees, inputs).input],
            Layer::Pool { kind: PoolKind::Average, .. } => {
                sees.iter().map(|c| inputs[c.input]).sum::<f64>() / sees.len() as f64
            }
            Layer::Pool { kind: PoolKind::L2, .. } => sees.iter().map(|c| inputs[c.input].powi(2)).sum::<f64>().sqrt(),
            Layer::Frame { paper, ink, .. } => {
                let [paper, ink] = [paper, ink].map(f64::from);
                paper + sees.iter().map(|c| (ink - paper) * inputs[c.input]).sum::<f64>()
            }
            Layer::Rbf {} => -sees.iter().map(|c| (inputs[c.input] - parameters[c.weight]).powi(2)).sum::<f64>(),
            _ if layer.elementwise() => inputs[unit] * self.factor(n, parameters, unit, inputs[unit], place),
            _ => {
                let products = sees.iter().map(|c| parameters[c.weight] * inputs[c.input]);
                parameters[layer.biases.start + channel(layer, unit)] + products.sum::<f64>()
            }
        };
        let pre_activations: Vec<f64> =
            self.connections[n].iter().enumerate().map(|(unit, sees)| sum(unit, sees)).collect();
        let activations = pre_activations.iter().map(|&sum| activate(layer.activation, sum)).collect();
        (pre_activations, activations)
    }

    pub fn forward(&self, parameters: &[f64], image: &[f64]) -> Pass {
        self.forward_at(parameters, image, None)
    }

    /// The forward pass of the image at this place of the mini-batch, with the noise of training.
    pub fn forward_at(&self, parameters: &[f64], image: &[f64], place: Option<u32>) -> Pass {
        let mut pass = Pass { pre_activations: vec![], values: vec![image.to_vec()], place };
        for n in 0..self.plan.layers.len() {
            let (pre_activations, activations) = self.layer(n, parameters, &pass.values[n], place);
            pass.pre_activations.push(pre_activations);
            pass.values.push(activations);
        }
        pass
    }

    pub fn backward(&self, parameters: &[f64], pass: &Pass, label: u8) -> Gradients {
        let mut d_parameters = vec![0.0; parameters.len()];
        let target = if pass.place.is_some() { &self.objective.target } else { &Target::PLAIN };
        let mut d_values: Vec<Vec<f64>> = pass.values.iter().map(|values| vec![0.0; values.len()]).collect();
        *d_values.last_mut().unwrap() = d_loss(pass.values.last().unwrap(), label, target);
        for n in (0..self.plan.layers.len()).rev() {
            let layer = &self.plan.layers[n];
            let (before, after) = d_values.split_at_mut(n + 1);
            let (d_inputs, d_outputs) = (&mut before[n], &after[0]);
            if let Layer::Preprocess { .. } = layer.layer {
                // The whitening matrix is symmetric.
                *d_inputs = preprocessed(layer, parameters, d_outputs);
                continue;
            }
            for (unit, sees) in self.connections[n].iter().enumerate() {
                let d_sum = d_outputs[unit] * slope(layer.activation, pass.pre_activations[n][unit]);
                match layer.layer {
                    Layer::Pool { kind: PoolKind::Max, .. } => d_inputs[winner(sees, &pass.values[n]).input] += d_sum,
                    Layer::Pool { kind: PoolKind::Average, .. } => {
                        sees.iter().for_each(|c| d_inputs[c.input] += d_sum / sees.len() as f64);
                    }
                    Layer::Pool { kind: PoolKind::L2, .. } => {
                        let root = pass.values[n + 1][unit];
                        let share = |x: f64| if root == 0.0 { 0.0 } else { d_sum * x / root };
                        sees.iter().for_each(|c| d_inputs[c.input] += share(pass.values[n][c.input]));
                    }
                    Layer::Frame { paper, ink, .. } => {
                        let scale = f64::from(ink) - f64::from(paper);
                        sees.iter().for_each(|c| d_inputs[c.input] += d_sum * scale);
                    }
                    Layer::Rbf {} => {
                        // The pictures of the digits do not learn.
                        let away = |c: &Connection| parameters[c.weight] - pass.values[n][c.input];
                        sees.iter().for_each(|c| d_inputs[c.input] += 2.0 * d_sum * away(c));
                    }
                    _ if layer.elementwise() => {
                        let x = pass.values[n][unit];
                        d_inputs[unit] += d_sum * self.factor(n, parameters, unit, x, pass.place);
                        if layer.learns() && x <= 0.0 {
                            d_parameters[layer.biases.start + channel(layer, unit)] += d_sum * x;
                        }
                    }
                    _ => {
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
    /// the smallest pre-activation of a ReLU, the smallest lead of a maximum. Exact ties do not depend on rounding.
    pub fn distance_to_corner(&self, pass: &Pass) -> f64 {
        let mut nearest = f64::INFINITY;
        for (n, layer) in self.plan.layers.iter().enumerate() {
            if matches!(layer.layer, Layer::Prelu {} | Layer::Rrelu {}) {
                // A dropped number is exactly zero on every machine.
                let inputs = pass.values[n].iter().filter(|&&x| x != 0.0);
                nearest = inputs.fold(nearest, |nearest, x| nearest.min(x.abs()));
            }
            if matches!(layer.layer, Layer::Pool { kind: PoolKind::L2, .. }) {
                // Not a corner, but steep: the derivative of a root near zero. Of one number alone it is |x|.
                let few = |&(sees, root): &(&Vec<Connection>, &f64)| *root > 0.0 && sees.len() < 4;
                let roots = self.connections[n].iter().zip(&pass.pre_activations[n]).filter(few);
                nearest = roots.fold(nearest, |nearest, (_, root)| nearest.min(*root));
            }
            if matches!(layer.activation, Activation::Relu | Activation::LeakyRelu) {
                nearest = pass.pre_activations[n].iter().fold(nearest, |nearest, sum| nearest.min(sum.abs()));
            }
            if matches!(layer.layer, Layer::Pool { kind: PoolKind::Max, .. }) {
                for (unit, sees) in self.connections[n].iter().enumerate() {
                    let leads = sees.iter().map(|c| pass.pre_activations[n][unit] - pass.values[n][c.input]);
                    nearest = leads.filter(|&lead| lead > 0.0).fold(nearest, f64::min);
                }
            }
        }
        nearest
    }

    /// The mean loss of a mini-batch and its derivatives by the parameters.
    pub fn mean_gradients(&self, parameters: &[f64], batch: &[(Vec<f64>, u8)]) -> (f64, Vec<f64>) {
        let (mut mean_loss, mut mean) = (0.0, vec![0.0; parameters.len()]);
        for (place, (image, label)) in batch.iter().enumerate() {
            let pass = self.forward_at(parameters, image, Some(place as u32));
            let logits = pass.values.last().unwrap();
            mean_loss += loss_with(logits, *label, &self.objective.target) / batch.len() as f64;
            let gradients = self.backward(parameters, &pass, *label);
            mean.iter_mut().zip(gradients.parameters).for_each(|(sum, g)| *sum += g / batch.len() as f64);
        }
        (mean_loss, mean)
    }
}

/// Preprocesses an image from which the mean was subtracted.
fn preprocessed(layer: &LayerPlan, parameters: &[f64], image: &[f64]) -> Vec<f64> {
    let weights = &parameters[layer.weights.clone()];
    match layer.layer {
        Layer::Preprocess { kind: Preprocessing::Whiten } => {
            let mut whitened = vec![0.0; image.len()];
            for row in weights.chunks(image.len()) {
                let along: f64 = row.iter().zip(image).map(|(w, x)| w * x).sum();
                whitened.iter_mut().zip(row).for_each(|(sum, w)| *sum += w * along);
            }
            whitened
        }
        Layer::Preprocess { kind: Preprocessing::Standardize } => {
            image.iter().zip(weights).map(|(x, weight)| x * weight).collect()
        }
        _ => image.to_vec(),
    }
}

/// The channel that a unit belongs to.
fn channel(layer: &LayerPlan, unit: usize) -> usize {
    unit / layer.output.area()
}

/// The inputs of a unit, in reading order, without padding: its zeros change no sum.
fn connections(layer: &LayerPlan, unit: usize) -> Vec<Connection> {
    let (input, output) = (layer.input, layer.output);
    let (filter, row, column) = (channel(layer, unit), unit % output.area() / output.width, unit % output.width);
    let Some(window) = layer.window else {
        let weight = |input_unit| layer.weights.start + unit * input.len() + input_unit;
        return (0..input.len()).map(|unit| Connection { input: unit, weight: weight(unit) }).collect();
    };
    let pooling = matches!(layer.layer, Layer::Pool { .. } | Layer::Subsample { .. } | Layer::Frame { .. })
        || layer.elementwise();
    let connected = |channel| match layer.layer {
        Layer::Conv { connections, .. } => connections.has(filter, channel),
        _ => true,
    };
    let channels = if pooling { filter..filter + 1 } else { 0..input.channels };
    let mut sees = vec![];
    for channel in channels.filter(|&channel| connected(channel)) {
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
                    weight: match layer.layer {
                        Layer::Subsample { .. } => layer.weights.start + filter,
                        _ if pooling => 0,
                        _ => layer.weights.start + weight,
                    },
                });
            }
        }
    }
    sees
}

/// The place of the largest number; the first of equal ones.
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
        Activation::LeakyRelu => x.max(0.01 * x),
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
        Activation::LeakyRelu => {
            if x > 0.0 {
                1.0
            } else {
                0.01
            }
        }
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

/// The target distribution of an image, over so many classes.
fn distribution(label: u8, classes: usize, target: &Target) -> Vec<f64> {
    let smoothing = f64::from(target.smoothing);
    let own = |class: usize| if class == usize::from(label) { 1.0 - smoothing } else { 0.0 };
    (0..classes).map(|class| smoothing / classes as f64 + own(class)).collect()
}

/// The weighted cross-entropy of one image with its target.
pub fn loss_with(logits: &[f64], label: u8, target: &Target) -> f64 {
    let expected = distribution(label, logits.len(), target);
    let terms = softmax(logits).into_iter().zip(expected).map(|(p, expected)| -expected * p.ln());
    f64::from(target.weight(usize::from(label))) * terms.sum::<f64>()
}

fn d_loss(logits: &[f64], label: u8, target: &Target) -> Vec<f64> {
    let weight = f64::from(target.weight(usize::from(label)));
    let expected = distribution(label, logits.len(), target);
    softmax(logits).into_iter().zip(expected).map(|(p, expected)| weight * (p - expected)).collect()
}

/// The optimizer's state: `OptimizerState` in f64.
#[derive(Default)]
pub struct State {
    pub first: Vec<f64>,
    pub second: Vec<f64>,
    pub updates: i32,
}

impl State {
    pub fn new(plan: &Plan) -> Self {
        State { first: vec![0.0; plan.parameters], second: vec![0.0; plan.parameters], updates: 0 }
    }
}

/// Moves the parameters against their gradients: PyTorch's `SGD` and `AdamW`, weights decayed and biases not.
pub fn update(plan: &Plan, parameters: &mut [f64], gradients: &[f64], state: &mut State, step: &StepConfig) {
    let (rate, momentum) = (f64::from(step.learning_rate), f64::from(step.momentum));
    let (beta1, beta2, epsilon) = (0.9_f64, 0.999_f64, 1e-8);
    state.updates += 1;
    let learns = |i: &usize| plan.layers.iter().any(|l| l.learns() && (l.weights.start..l.biases.end).contains(i));
    for i in (0..parameters.len()).filter(learns) {
        let is_weight = plan.layers.iter().any(|layer| layer.weights.contains(&i));
        let only_weights = |x: f32| if is_weight { f64::from(x) } else { 0.0 };
        let decay = only_weights(step.weight_decay);
        let sign = if parameters[i] == 0.0 { 0.0 } else { parameters[i].signum() };
        let gradient = gradients[i] + only_weights(step.l2) * parameters[i] + only_weights(step.l1) * sign;
        let (first, second) = (&mut state.first[i], &mut state.second[i]);
        match step.optimizer {
            Optimizer::Sgd => {
                *first = momentum * *first + gradient + decay * parameters[i];
                parameters[i] -= rate * *first;
            }
            Optimizer::Adam => {
                *first = beta1 * *first + (1.0 - beta1) * gradient;
                *second = beta2 * *second + (1.0 - beta2) * gradient.powi(2);
                let mean = *first / (1.0 - beta1.powi(state.updates));
                let square = *second / (1.0 - beta2.powi(state.updates));
                parameters[i] -= rate * decay * parameters[i];
                parameters[i] -= rate * mean / (square.sqrt() + epsilon);
            }
        }
    }
    let maximum = f64::from(step.max_norm);
    for layer in plan.layers.iter().filter(|layer| maximum > 0.0 && layer.learns() && !layer.weights.is_empty()) {
        for row in parameters[layer.weights.clone()].chunks_mut(layer.weights_each()) {
            let length = row.iter().map(|w| w * w).sum::<f64>().sqrt();
            row.iter_mut().for_each(|w| *w *= (maximum / length).min(1.0));
        }
    }
}
