//! The arithmetic of one unit. Forward: the inputs in its window, its weights and bias. Backward: the gradients of its
//! weights, and the update that a mini-batch of this image alone would make.

use crate::backend::cpu::{BackwardPass, update};
use crate::backend::{OptimizerState, StepConfig};
use crate::network::{LayerPlan, Plan, Preprocessing, Rule, Shape, Window};
use ndarray::ArrayView3;

/// One unit of a layer's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Index into the plan's layers.
    pub layer: usize,
    /// Feature map, or the unit of a dense layer.
    pub channel: usize,
    /// Row.
    pub y: usize,
    /// Column.
    pub x: usize,
}

/// The inputs that a unit sees, and the weights they are multiplied by. A pooling unit has no weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// The window's channels, height and width: the whole input of a dense layer, one map's window of a pooling layer.
    pub window: Shape,
    /// The window's first channel, row and column in the layer's input; negative in the padding.
    pub corner: [isize; 3],
    /// The inputs in the window, zero in the padding: [channel, row, column].
    pub inputs: Vec<f32>,
    /// The weights in the same order; empty for pooling. A unit that only scales its input has one, the factor. For the RBF
    /// output they are the picture that distances are taken from.
    pub weights: Vec<f32>,
    /// Zero for pooling.
    pub bias: f32,
}

/// How the image changes a unit's weights, in the order of `Sight`.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The derivatives of the image's loss by the weights, summed over all places of the filter.
    pub gradients: Vec<f32>,
    /// The derivative by the bias.
    pub bias_gradient: f32,
    /// The weights after the update that a mini-batch of this image alone would make now.
    pub weights: Vec<f32>,
    /// The bias after that update.
    pub bias: f32,
}

impl Unit {
    /// Whether the network has this unit.
    pub fn is_in(&self, plan: &Plan) -> bool {
        plan.layers.get(self.layer).is_some_and(|LayerPlan { output, .. }| {
            self.channel < output.channels && self.y < output.height && self.x < output.width
        })
    }

    /// The index of its value in its layer's output.
    pub fn index(&self, plan: &Plan) -> usize {
        let Shape { height, width, .. } = plan.layers[self.layer].output;
        (self.channel * height + self.y) * width + self.x
    }

    /// The inputs that it sees in `input`, which is the input of its layer, and the parameters that it uses.
    pub fn sight(&self, plan: &Plan, parameters: &[f32], input: ArrayView3<f32>) -> Sight {
        let layer = &plan.layers[self.layer];
        let (window, corner) = self.window(layer);
        let at = |offset: usize, corner: isize, length: usize| {
            usize::try_from(offset as isize + corner).ok().filter(|&at| at < length)
        };
        let mut inputs = Vec::with_capacity(window.len());
        for channel in 0..window.channels {
            for row in 0..window.height {
                for column in 0..window.width {
                    let place = (at(row, corner[1], layer.input.height), at(column, corner[2], layer.input.width));
                    inputs.push(match place {
                        (Some(y), Some(x)) => input[[corner[0] as usize + channel, y, x]],
                        _ => 0.0,
                    });
                }
            }
        }
        let (weights, bias) = self.factors(layer, parameters, &inputs);
        Sight { window, corner, inputs, weights, bias }
    }

    /// The weights that its inputs are multiplied by, and the bias.
    fn factors(&self, layer: &LayerPlan, parameters: &[f32], inputs: &[f32]) -> (Vec<f32>, f32) {
        let own = &parameters[self.own(layer)];
        let bias = parameters[layer.biases.clone()].get(self.channel).copied().unwrap_or(0.0);
        match layer.rule {
            Rule::Sum => (own.repeat(inputs.len() / own.len()), bias),
            Rule::Distance | Rule::Pool(_) => (own.to_vec(), 0.0),
            Rule::Same => (vec![1.0], 0.0),
            Rule::Scaled { factor, shift } => (vec![factor], shift),
            Rule::Rectifier(_) if inputs[0] > 0.0 => (vec![1.0], 0.0),
            Rule::Rectifier(slope) => (vec![slope.unwrap_or(bias)], 0.0),
            Rule::Statistics(kind) => self.preprocessing(layer, kind, parameters),
        }
    }

    /// A preprocessed pixel as a weighted sum of the pixels of the image: its row of the matrix as weights, and minus the
    /// row's product with the mean as bias.
    fn preprocessing(&self, layer: &LayerPlan, kind: Preprocessing, parameters: &[f32]) -> (Vec<f32>, f32) {
        let (weights, mean) = (&parameters[layer.weights.clone()], &parameters[layer.biases.clone()]);
        let own = self.y * layer.output.width + self.x;
        let row = match kind {
            Preprocessing::Center => vec![1.0],
            Preprocessing::Standardize => vec![weights[own]],
            Preprocessing::Whiten => {
                let components = weights.chunks_exact(mean.len());
                let of = |pixel: usize| components.clone().map(|component| component[own] * component[pixel]).sum();
                (0..mean.len()).map(of).collect()
            }
        };
        let mean = if row.len() == 1 { &mean[own..=own] } else { mean };
        let bias = -row.iter().zip(mean).map(|(weight, mean)| weight * mean).sum::<f32>();
        (row, bias)
    }

    /// How the image changes its weights. `pass` is the image's backward pass; the update starts from `optimizer`. None: it
    /// has no weights that learn.
    pub fn change(
        &self,
        plan: &Plan,
        parameters: &[f32],
        pass: &BackwardPass,
        optimizer: &OptimizerState,
        step: &StepConfig,
    ) -> Option<Change> {
        let layer = &plan.layers[self.layer];
        let own = self.own(layer);
        if own.is_empty() || !layer.learns() {
            return None;
        }
        let bias = layer.biases.start + self.channel;
        let (mut parameters, mut optimizer) = (parameters.to_vec(), optimizer.clone());
        for moment in [&mut optimizer.first, &mut optimizer.second] {
            moment.resize(plan.parameters, 0.0);
        }
        update(plan, &mut parameters, &pass.gradients, &mut optimizer, step);
        // A subsampling unit multiplies every input by the same coefficient.
        let times = layer.fan_in / layer.weights_each();
        let of = |numbers: &[f32]| numbers[own.clone()].repeat(times);
        Some(Change {
            gradients: of(&pass.gradients),
            bias_gradient: pass.gradients[bias],
            weights: of(&parameters),
            bias: parameters[bias],
        })
    }

    /// The shape of its window, and the window's corner in the input.
    fn window(&self, layer: &LayerPlan) -> (Shape, [isize; 3]) {
        let Some(Window { size, stride, padding }) = layer.window else {
            return (layer.input, [0; 3]);
        };
        let corner = |at: usize| (at * stride) as isize - padding as isize;
        let (channels, first) = if layer.stays_in_map { (1, self.channel) } else { (layer.input.channels, 0) };
        (Shape::new(channels, size, size), [first as isize, corner(self.y), corner(self.x)])
    }

    /// The range of its weights among the parameters.
    fn own(&self, layer: &LayerPlan) -> std::ops::Range<usize> {
        let each = layer.weights_each();
        let start = layer.weights.start + self.channel * each;
        start..start + each
    }
}
