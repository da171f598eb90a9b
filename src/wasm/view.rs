//! The part of a snapshot that shows the network for the chosen image.

use super::arrays::Floats;
use super::{Result, floats};
use crate::backend::OptimizerState;
use crate::data::Dataset;
use crate::inspect::{Maps, Unit, filters};
use crate::network::{Activation, Plan, Shape};
use crate::session::Session;
use ndarray::{Array, ArrayView3, Dimension};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// What a snapshot shows of the network.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    /// The unit whose arithmetic is shown.
    pub unit: Option<Unit>,
    /// What is shown of the filters.
    pub filters: Option<FilterNumbers>,
}

/// The image that every view shows.
#[derive(Clone)]
pub struct Chosen {
    /// 784 numbers from 0 to 1.
    pub pixels: Vec<f32>,
    /// The label of a test image; None for a drawing.
    pub label: Option<u8>,
}

impl Chosen {
    /// An image of the dataset.
    pub fn of(dataset: &Dataset, index: u32) -> Self {
        Chosen { pixels: floats(dataset.image(index)), label: Some(dataset.label(index)) }
    }
}

/// The place of a unit in a layer's output.
#[derive(Clone, Copy, Deserialize, Serialize, Tsify)]
pub struct UnitPlace {
    layer: usize,
    channel: usize,
    y: usize,
    x: usize,
}

impl From<UnitPlace> for Unit {
    fn from(place: UnitPlace) -> Unit {
        Unit { layer: place.layer, channel: place.channel, y: place.y, x: place.x }
    }
}

impl From<Unit> for UnitPlace {
    fn from(unit: Unit) -> UnitPlace {
        UnitPlace { layer: unit.layer, channel: unit.channel, y: unit.y, x: unit.x }
    }
}

/// What the filters of the view are made of.
#[derive(Clone, Copy, PartialEq, Deserialize, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum FilterNumbers {
    Weights,
    /// The gradients of the last mini-batch.
    Gradients,
    /// The change of the weights since the start of the run.
    Change,
}

/// Everything that a view is computed from, read at the same moment.
pub struct Numbers {
    pub parameters: Vec<f32>,
    /// None unless the filters show them.
    pub gradients: Option<Vec<f32>>,
    /// None unless a unit is inspected.
    pub optimizer: Option<OptimizerState>,
}

/// The values of the network that the page draws, for the chosen image.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct View {
    /// The grey values from 0 to 1 that the network receives.
    input: Floats,
    /// One array per layer, channels × height × width. A layer without an activation has the same array in
    /// `activations`.
    pre_activations: Vec<Floats>,
    /// One array per layer, in the same order. The last has the logits.
    activations: Vec<Floats>,
    /// One for each class.
    probabilities: Floats,
    /// What is in `filters`; null if they are not shown.
    shown: Option<FilterNumbers>,
    /// One for each convolution layer; empty if they are not shown.
    filters: Vec<LayerFilters>,
    inspected: Option<Inspected>,
}

/// The filters of a convolution layer: [filters, channels, size, size].
#[derive(Serialize, Tsify)]
pub struct LayerFilters {
    /// The index of the layer in the network.
    layer: usize,
    values: Floats,
}

/// The forward and backward arithmetic of one unit.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Inspected {
    #[serde(flatten)]
    place: UnitPlace,
    /// The part of the layer's input that the unit sees.
    window: Shape,
    /// The window's first channel, row and column in the layer's input; negative in the padding.
    corner: [isize; 3],
    /// The values in the window, channels × height × width; zero in the padding.
    inputs: Floats,
    /// The weights in the same order; empty for pooling.
    weights: Floats,
    bias: f32,
    pre_activation: f32,
    activation: f32,
    /// The class for which the loss is computed: the label of a test image, or the predicted class of a drawing.
    label: u8,
    /// Whether `label` is the predicted class, because a drawing has no label.
    assumed: bool,
    loss: f32,
    d_activation: f32,
    d_pre_activation: f32,
    /// Null for layers that do not learn.
    change: Option<ParameterChange>,
}

/// How a unit's parameters would change in a mini-batch of the chosen image alone.
#[derive(Serialize, Tsify)]
pub struct ParameterChange {
    /// The gradients of the weights, summed over all places of the filter.
    gradients: Floats,
    bias_gradient: f32,
    /// The weights after the update.
    weights: Floats,
    bias: f32,
}

impl View {
    pub fn new(session: &mut Session, numbers: &Numbers, chosen: &Chosen, shown: Shown) -> Result<Self> {
        let Numbers { parameters, gradients, .. } = numbers;
        let maps = session.look(parameters, &chosen.pixels)?;
        let inspected = shown.unit.filter(|unit| unit.is_in(session.trainer.plan()));
        let inspected = inspected.map(|unit| Inspected::new(session, numbers, chosen, &maps, unit));
        let plan = session.trainer.plan();
        let numbers = shown.filters.map(|numbers| match numbers {
            FilterNumbers::Weights => Cow::Borrowed(parameters),
            FilterNumbers::Gradients => Cow::Borrowed(gradients.as_ref().expect("read, because the filters show them")),
            FilterNumbers::Change => {
                let start = session.trainer.start_parameters();
                Cow::Owned(parameters.iter().zip(start).map(|(now, then)| now - then).collect())
            }
        });
        let filters = numbers.map_or_else(Vec::new, |numbers| {
            let layers = filters(plan, &numbers).into_iter();
            layers.map(|(layer, values)| LayerFilters { layer, values: floats_of(&values) }).collect()
        });
        let (pre_activations, activations) = tensors(plan, &maps);
        Ok(View {
            input: chosen.pixels.as_slice().into(),
            pre_activations,
            activations,
            probabilities: floats_of(&maps.probabilities),
            shown: shown.filters,
            filters,
            inspected,
        })
    }
}

/// Pre-activations and activations of every layer. A layer without an activation has one array for both.
fn tensors(plan: &Plan, maps: &Maps) -> (Vec<Floats>, Vec<Floats>) {
    let tensors = plan.layers.iter().enumerate().map(|(n, layer)| {
        let after = floats_of(&maps.activations[n]);
        match layer.activation {
            Activation::None => (after.clone(), after),
            _ => (floats_of(&maps.pre_activations[n]), after),
        }
    });
    tensors.unzip()
}

fn floats_of<D: Dimension>(tensor: &Array<f32, D>) -> Floats {
    tensor.as_slice().expect("tensors are in order").into()
}

impl Inspected {
    fn new(session: &mut Session, numbers: &Numbers, chosen: &Chosen, maps: &Maps, unit: Unit) -> Self {
        let predicted =
            maps.probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(digit, _)| digit);
        let label = chosen.label.unwrap_or(predicted as u8);
        let back = session.viewer.look_back(label);
        let plan = session.trainer.plan();
        let shape = plan.layers[unit.layer].input;
        let input = match unit.layer.checked_sub(1) {
            Some(before) => maps.activations[before].view(),
            None => ArrayView3::from_shape((shape.channels, shape.height, shape.width), &chosen.pixels)
                .expect("an image has as many pixels"),
        };
        let sight = unit.sight(plan, &numbers.parameters, input);
        let memory = numbers.optimizer.clone().unwrap_or_default();
        let change = unit.change(plan, &numbers.parameters, &back, &memory, &session.trainer.next_step());
        let index = unit.index(plan);
        let of = |layers: &[ndarray::Array3<f32>]| layers[unit.layer].as_slice().expect("in order")[index];
        Inspected {
            place: unit.into(),
            window: sight.window,
            corner: sight.corner,
            inputs: sight.inputs.as_slice().into(),
            weights: sight.weights.as_slice().into(),
            bias: sight.bias,
            pre_activation: of(&maps.pre_activations),
            activation: of(&maps.activations),
            label,
            assumed: chosen.label.is_none(),
            loss: back.loss,
            d_activation: back.d_activations[unit.layer][index],
            d_pre_activation: back.d_pre_activations[unit.layer][index],
            change: change.map(|change| ParameterChange {
                gradients: change.gradients.as_slice().into(),
                bias_gradient: change.bias_gradient,
                weights: change.weights.as_slice().into(),
                bias: change.bias,
            }),
        }
    }
}
