//! One block of eight images on its way through the layers of a plan, and back.

use crate::network::{Layer, LayerPlan, Plan, Preprocessing, Shape, Window};
use lenet_kernels::activation;
use lenet_kernels::conv::Conv;
use lenet_kernels::dense::Dense;
use lenet_kernels::elementwise::{Elementwise, Factor};
use lenet_kernels::frame::Frame;
use lenet_kernels::lanes::{self, LANES, Lanes, ZERO};
use lenet_kernels::operation::{Gradients, Noise, Operation, Parameters};
use lenet_kernels::pool::Pool;
use lenet_kernels::preprocess::Preprocess;
use lenet_kernels::rbf::Rbf;
use lenet_kernels::subsample::Subsample;

/// The layers' packed weights, and the activations of one block and their gradients. Maps lie channels-last.
pub struct Network {
    plan: Plan,
    operations: Vec<Box<dyn Operation>>,
    input: Vec<Lanes>,
    activations: Vec<Vec<Lanes>>,
    d_activations: Vec<Vec<Lanes>>,
    /// The random numbers of the block; None while not training.
    pub noise: Option<Noise>,
}

/// The operation of layer number `index`.
fn operation((index, layer): (usize, &LayerPlan)) -> Box<dyn Operation> {
    let &LayerPlan { input, output, .. } = layer;
    let elementwise = |factor| Box::new(Elementwise::new(factor, index as u32, input));
    match layer.layer {
        Layer::Conv { size, stride, padding, .. } => {
            Box::new(Conv::new(Window { size, stride, padding }, input, output))
        }
        Layer::Pool { kind, size, stride } => {
            Box::new(Pool::new(kind, Window { size, stride, padding: 0 }, input, output))
        }
        Layer::Dense { units, .. } => Box::new(Dense::new(input, units)),
        Layer::Subsample { size, .. } => Box::new(Subsample::new(size, input, output)),
        Layer::Preprocess { kind } => {
            let rows = if kind == Preprocessing::Whiten { Preprocessing::COMPONENTS } else { 0 };
            Box::new(Preprocess::new(input, rows))
        }
        Layer::Frame { border, paper, ink } => Box::new(Frame { input, border, paper, ink }),
        Layer::Rbf {} => Box::new(Rbf),
        Layer::Dropout { rate } => elementwise(Factor::Dropout(rate)),
        Layer::Prelu {} => elementwise(Factor::Parametric),
        Layer::Rrelu {} => elementwise(Factor::Randomised),
    }
}

impl Network {
    /// A network of `plan`, which has no weights before `pack`.
    pub fn new(plan: Plan) -> Self {
        let buffers = || plan.layers.iter().map(|layer| vec![ZERO; layer.output.len()]).collect::<Vec<_>>();
        Network {
            operations: plan.layers.iter().enumerate().map(operation).collect(),
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

    /// Takes over new parameters; call it before `forward` whenever they have changed.
    pub fn pack(&mut self, parameters: &[f32]) {
        for (operation, layer) in self.operations.iter_mut().zip(&self.plan.layers) {
            operation.pack(&parameters[layer.weights.clone()]);
        }
    }

    /// Whether layer `index` computes the gradients of its weights in `finish_gradients`, for all blocks at once.
    pub fn finishes(&self, index: usize) -> bool {
        self.operations[index].finishes()
    }

    /// Loads the block's images from bytes, 0..255 to 0..1; places without an image become zero.
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

    /// From a layer's input to its pre-activations, which are stored where its activations will be.
    pub fn forward_pre_activations(&mut self, index: usize, parameters: &[f32]) {
        let layer = &self.plan.layers[index];
        let (before, after) = self.activations.split_at_mut(index);
        let (input, output) = (before.last().unwrap_or(&self.input), &mut after[0]);
        let parameters =
            Parameters { weights: &parameters[layer.weights.clone()], biases: &parameters[layer.biases.clone()] };
        self.operations[index].forward(input, parameters, self.noise, output);
    }

    /// From a layer's pre-activations to its activations, in place.
    pub fn forward_activation(&mut self, index: usize) {
        activation::forward(self.plan.layers[index].activation, &mut self.activations[index]);
    }

    /// Puts one image, numbers 0..1, into every place of the block.
    pub fn load_one(&mut self, image: &[f32]) {
        self.input.iter_mut().zip(image).for_each(|(lanes, &x)| *lanes = [x; LANES]);
    }

    /// The input of the block, channels-last, for callers that do not load bytes.
    pub fn input(&mut self) -> &mut [Lanes] {
        &mut self.input
    }

    /// The outputs of the last layer. The loss replaces them by their gradients before `backward`.
    pub fn logits(&mut self) -> &mut [Lanes] {
        self.activations.last_mut().expect("a plan has layers")
    }

    /// From the gradients of the logits, which stand in `logits`, to those of all parameters, which are added to
    /// `gradients`. They are complete after `finish_gradients`; `start` says that this is the first block since then.
    pub fn backward(&mut self, start: bool, parameters: &[f32], gradients: &mut [f32]) {
        self.begin_backward();
        for index in (0..self.plan.layers.len()).rev() {
            self.backward_activation(index);
            self.backward_weights(index, start, gradients);
            self.backward_input(index, parameters);
        }
    }

    /// Takes over the gradients of the logits, which stand in `logits`.
    pub fn begin_backward(&mut self) {
        let last = self.plan.layers.len() - 1;
        self.d_activations[last].copy_from_slice(&self.activations[last]);
    }

    /// From the gradients of a layer's activations to those of its pre-activations, in place.
    pub fn backward_activation(&mut self, index: usize) {
        let activation = self.plan.layers[index].activation;
        activation::backward(activation, &self.activations[index], &mut self.d_activations[index]);
    }

    /// From the gradients of a layer's pre-activations to those of its weights.
    pub fn backward_weights(&mut self, index: usize, start: bool, gradients: &mut [f32]) {
        let input = if index == 0 { &self.input } else { &self.activations[index - 1] };
        let gradients = gradients_of(&self.plan.layers[index], gradients);
        self.operations[index].backward_weights(start, input, &self.d_activations[index], gradients);
    }

    /// From the gradients of a layer's pre-activations to those of its input, where that is another layer's output.
    pub fn backward_input(&mut self, index: usize, parameters: &[f32]) {
        let (before, after) = self.d_activations.split_at_mut(index);
        let (Some(d_input), d_output) = (before.last_mut(), &after[0]) else { return };
        let weights = &parameters[self.plan.layers[index].weights.clone()];
        self.operations[index].backward_input(d_output, weights, d_input);
    }

    /// Adds what is missing of the gradients over all blocks since the one with `start`. Connections that a table leaves out
    /// have none.
    pub fn finish_gradients(&mut self, gradients: &mut [f32]) {
        for (operation, layer) in self.operations.iter_mut().zip(&self.plan.layers) {
            operation.finish(gradients_of(layer, gradients));
            layer.unconnected().for_each(|weights| gradients[weights].fill(0.0));
        }
    }

    /// One image's activations of a layer, [channel][row][column]; before `forward_activation` its pre-activations.
    pub fn activation(&self, layer: usize, image: usize) -> impl Iterator<Item = f32> {
        of_one(self.plan.layers[layer].output, &self.activations[layer], image)
    }

    /// The gradients of the loss by these numbers.
    pub fn d_activation(&self, layer: usize, image: usize) -> impl Iterator<Item = f32> {
        of_one(self.plan.layers[layer].output, &self.d_activations[layer], image)
    }
}

/// The part of all gradients that belongs to one layer.
fn gradients_of<'a>(layer: &LayerPlan, gradients: &'a mut [f32]) -> Gradients<'a> {
    let (weights, biases) = gradients[layer.weights.start..layer.biases.end].split_at_mut(layer.weights.len());
    Gradients { weights, biases }
}

/// The numbers of one image of the block, [channel][row][column]; `values` lie channels-last.
fn of_one(shape: Shape, values: &[Lanes], image: usize) -> impl Iterator<Item = f32> {
    let channels = shape.channels;
    (0..channels).flat_map(move |c| values[c..].iter().step_by(channels).map(move |lanes| lanes[image]))
}
