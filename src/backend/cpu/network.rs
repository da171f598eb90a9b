//! One block of eight images on its way through the layers of a plan, and back.

use crate::network::{Layer, LayerPlan, Plan, Preprocessing, Shape, Window};
use lenet_kernels::activation;
use lenet_kernels::conv::Conv;
use lenet_kernels::dense::Dense;
use lenet_kernels::elementwise::{Elementwise, Factor, Noise};
use lenet_kernels::lanes::{self, LANES, Lanes, ZERO};
use lenet_kernels::pool::Pool;
use lenet_kernels::preprocess::Preprocess;
use lenet_kernels::subsample::Subsample;
use lenet_kernels::{frame, rbf};

enum Operation {
    Conv(Conv),
    Pool(Pool),
    Dense(Dense),
    Elementwise(Elementwise),
    Subsample(Subsample),
    Preprocess(Preprocess),
    Frame { border: usize, levels: [f32; 2] },
    Rbf,
}

/// The layers' packed weights, and the activations of one block and their gradients. Maps lie channels-last.
pub struct Network {
    plan: Plan,
    operations: Vec<Operation>,
    input: Vec<Lanes>,
    activations: Vec<Vec<Lanes>>,
    d_activations: Vec<Vec<Lanes>>,
    /// The mini-batch's random numbers, and the place of the block's first image in it; None: as when not training.
    pub noise: Option<(u32, u32)>,
}

impl Network {
    pub fn new(plan: Plan) -> Self {
        let elementwise = |factor, layer: &LayerPlan| Operation::Elementwise(Elementwise::new(factor, layer.input));
        let operations = plan.layers.iter().map(|layer| match layer.layer {
            Layer::Conv { size, stride, padding, .. } => {
                Operation::Conv(Conv::new(Window { size, stride, padding }, layer.input, layer.output))
            }
            Layer::Pool { kind, size, stride } => {
                Operation::Pool(Pool::new(kind, Window { size, stride, padding: 0 }, layer.input, layer.output))
            }
            Layer::Dense { units, .. } => Operation::Dense(Dense::new(layer.input, units)),
            Layer::Subsample { size, .. } => Operation::Subsample(Subsample::new(size, layer.input, layer.output)),
            Layer::Preprocess { kind } => {
                let rows = if kind == Preprocessing::Whiten { Preprocessing::COMPONENTS } else { 0 };
                Operation::Preprocess(Preprocess::new(layer.input, rows))
            }
            Layer::Frame { border, paper, ink } => Operation::Frame { border, levels: [paper, ink] },
            Layer::Rbf {} => Operation::Rbf,
            Layer::Dropout { rate } => elementwise(Factor::Dropout(rate), layer),
            Layer::Prelu {} => elementwise(Factor::Parametric, layer),
            Layer::Rrelu {} => elementwise(Factor::Randomised, layer),
        });
        let buffers = || plan.layers.iter().map(|layer| vec![ZERO; layer.output.len()]).collect::<Vec<_>>();
        Network {
            operations: operations.collect(),
            input: vec![ZERO; plan.input.len()],
            activations: buffers(),
            d_activations: buffers(),
            noise: None,
            plan,
        }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes over new parameters; call before `forward` whenever they changed.
    pub fn pack(&mut self, parameters: &[f32]) {
        for (operation, layer) in self.operations.iter_mut().zip(&self.plan.layers) {
            // The others take theirs as they lie.
            if let Operation::Conv(conv) = operation {
                conv.pack(&parameters[layer.weights.clone()]);
            }
        }
    }

    /// The block's images from bytes, 0..255 to 0..1; places without an image become zero.
    pub fn load<'a>(&mut self, images: impl ExactSizeIterator<Item = &'a [u8]>) {
        let filled = images.len();
        for (lane, image) in images.enumerate() {
            lanes::put_bytes(image, lane, &mut self.input);
        }
        lanes::clear(filled, &mut self.input);
    }

    /// From the input to the logits.
    pub fn forward(&mut self, parameters: &[f32]) {
        (0..self.plan.layers.len()).for_each(|index| self.forward_layer(index, parameters));
    }

    /// From a layer's input to its activations.
    pub fn forward_layer(&mut self, index: usize, parameters: &[f32]) {
        self.forward_pre_activations(index, parameters);
        self.forward_activation(index);
    }

    /// From a layer's input to its pre-activations, which stand where the activations will.
    pub fn forward_pre_activations(&mut self, index: usize, parameters: &[f32]) {
        let layer = &self.plan.layers[index];
        let (before, after) = self.activations.split_at_mut(index);
        let (input, output) = (before.last().unwrap_or(&self.input), &mut after[0]);
        let (weights, biases) = (&parameters[layer.weights.clone()], &parameters[layer.biases.clone()]);
        match &mut self.operations[index] {
            Operation::Conv(conv) => conv.forward(input, biases, output),
            Operation::Dense(dense) => dense.forward(input, weights, biases, output),
            Operation::Subsample(subsample) => subsample.forward(input, weights, biases, output),
            Operation::Preprocess(preprocess) => preprocess.forward(input, weights, biases, output),
            Operation::Frame { border, levels } => frame::forward(layer.input, *border, *levels, input, output),
            // Place by place; but for a sliding network there is one.
            Operation::Rbf => {
                let places = output.chunks_exact_mut(weights.len() / rbf::CODE_LENGTH);
                let inputs = input.chunks_exact(rbf::CODE_LENGTH);
                places.zip(inputs).for_each(|(output, input)| rbf::forward(input, weights, output));
            }
            Operation::Pool(pool) => pool.forward(input, output),
            Operation::Elementwise(each) => {
                let noise = self.noise.map(|(key, first)| Noise { key, layer: index as u32, first });
                each.forward(input, biases, noise, output);
            }
        }
    }

    /// From a layer's pre-activations to its activations, in place.
    pub fn forward_activation(&mut self, index: usize) {
        activation::forward(self.plan.layers[index].layer.activation(), &mut self.activations[index]);
    }

    /// Puts one image, numbers 0..1, into every place of the block.
    pub fn load_one(&mut self, image: &[f32]) {
        self.input.iter_mut().zip(image).for_each(|(lanes, &x)| *lanes = [x; LANES]);
    }

    /// The block's inputs, which one may also fill oneself: channels-last.
    pub fn input(&mut self) -> &mut [Lanes] {
        &mut self.input
    }

    /// The last layer's outputs, which the loss turns into their own gradients in place before `backward`.
    pub fn logits(&mut self) -> &mut [Lanes] {
        self.activations.last_mut().expect("a plan has layers")
    }

    /// From the gradient of the logits, which stand in `logits`, to those of the convolutions' weights, added to
    /// `gradients` or, with `start`, put there. Dense layers keep what they need until `finish_gradients`.
    pub fn backward(&mut self, start: bool, parameters: &[f32], gradients: &mut [f32]) {
        self.begin_backward();
        for index in (0..self.plan.layers.len()).rev() {
            self.backward_activation(index);
            self.backward_weights(index, start, gradients);
            self.backward_input(index, parameters);
        }
    }

    /// Takes over the gradient of the logits, which stand in `logits`.
    pub fn begin_backward(&mut self) {
        let last = self.plan.layers.len() - 1;
        self.d_activations[last].copy_from_slice(&self.activations[last]);
    }

    /// From the gradients of a layer's activations to those of its pre-activations, in place.
    pub fn backward_activation(&mut self, index: usize) {
        let activation = self.plan.layers[index].layer.activation();
        activation::backward(activation, &self.activations[index], &mut self.d_activations[index]);
    }

    /// From the gradients of a layer's pre-activations to those of its weights.
    pub fn backward_weights(&mut self, index: usize, start: bool, gradients: &mut [f32]) {
        let input = if index == 0 { &self.input } else { &self.activations[index - 1] };
        let d_output = &self.d_activations[index];
        match &mut self.operations[index] {
            Operation::Conv(conv) => {
                let (d_weights, d_biases) = weights_and_biases(&self.plan.layers[index], gradients);
                if start {
                    d_weights.fill(0.0);
                    d_biases.fill(0.0);
                }
                conv.backward_weights(input, d_output, d_weights, d_biases);
            }
            Operation::Dense(dense) => dense.keep(start, d_output),
            Operation::Elementwise(each) if self.plan.layers[index].learns() => {
                let (_, d_slopes) = weights_and_biases(&self.plan.layers[index], gradients);
                if start {
                    d_slopes.fill(0.0);
                }
                each.backward_slopes(d_output, d_slopes);
            }
            Operation::Subsample(subsample) => {
                let (d_coefficients, d_biases) = weights_and_biases(&self.plan.layers[index], gradients);
                if start {
                    d_coefficients.fill(0.0);
                    d_biases.fill(0.0);
                }
                subsample.backward_weights(d_output, d_coefficients, d_biases);
            }
            // They do not learn.
            Operation::Rbf | Operation::Preprocess(_) if start => {
                let layer = &self.plan.layers[index];
                gradients[layer.weights.start..layer.biases.end].fill(0.0);
            }
            Operation::Rbf | Operation::Preprocess(_) | Operation::Elementwise(_) => {}
            Operation::Pool(_) | Operation::Frame { .. } => {}
        }
    }

    /// From the gradients of a layer's pre-activations to those of its input, where that is another layer's output.
    pub fn backward_input(&mut self, index: usize, parameters: &[f32]) {
        let (before, after) = self.d_activations.split_at_mut(index);
        let (Some(d_input), d_output) = (before.last_mut(), &after[0]) else { return };
        let weights = &parameters[self.plan.layers[index].weights.clone()];
        match &mut self.operations[index] {
            Operation::Conv(conv) => conv.backward_input(d_output, d_input),
            Operation::Dense(dense) => dense.backward_input(d_output, weights, d_input),
            Operation::Subsample(subsample) => subsample.backward_input(d_output, weights, d_input),
            Operation::Rbf => rbf::backward_input(d_output, weights, d_input),
            // Before them nothing learns.
            Operation::Frame { .. } | Operation::Preprocess(_) => {}
            Operation::Pool(pool) => pool.backward(d_output, d_input),
            Operation::Elementwise(each) => each.backward_input(d_output, d_input),
        }
    }

    /// The dense layers' gradients, over all blocks since the one with `start`; and none of what is not connected.
    pub fn finish_gradients(&self, gradients: &mut [f32]) {
        for (operation, layer) in self.operations.iter().zip(&self.plan.layers) {
            if let Operation::Dense(dense) = operation {
                let (d_weights, d_biases) = weights_and_biases(layer, gradients);
                dense.backward_weights(d_weights, d_biases);
            }
            layer.unconnected().for_each(|weights| gradients[weights].fill(0.0));
        }
    }

    /// One image's activations of a layer, [channel][row][column]; its pre-activations while these stand there.
    pub fn activation(&self, layer: usize, image: usize) -> impl Iterator<Item = f32> {
        of_one(self.plan.layers[layer].output, &self.activations[layer], image)
    }

    /// The gradients of that, by the loss.
    pub fn d_activation(&self, layer: usize, image: usize) -> impl Iterator<Item = f32> {
        of_one(self.plan.layers[layer].output, &self.d_activations[layer], image)
    }
}

/// A layer's part of numbers that lie as the parameters do.
fn weights_and_biases<'a>(layer: &LayerPlan, numbers: &'a mut [f32]) -> (&'a mut [f32], &'a mut [f32]) {
    numbers[layer.weights.start..layer.biases.end].split_at_mut(layer.weights.len())
}

/// Maps that lie channels-last, of one image of the block.
fn of_one(shape: Shape, values: &[Lanes], image: usize) -> impl Iterator<Item = f32> {
    let channels = shape.channels;
    (0..channels).flat_map(move |c| values[c..].iter().step_by(channels).map(move |lanes| lanes[image]))
}
