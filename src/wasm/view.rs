//! What a snapshot shows of the network for the chosen image, field by field as `View` in `www/engine/protocol.ts`.

use super::{Result, array, floats};
use crate::backend::OptimizerState;
use crate::data::Dataset;
use crate::inspect::{Maps, Unit, filters};
use crate::network::{Activation, Plan};
use crate::session::Session;
use js_sys::Array;
use ndarray::ArrayView3;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::prelude::*;

/// The image that every view shows.
#[derive(Clone)]
pub struct Chosen {
    /// 784 numbers 0..1.
    pub pixels: Vec<f32>,
    /// Of a drawing nobody knows it.
    pub label: Option<u8>,
}

impl Chosen {
    /// An image of the dataset.
    pub fn of(dataset: &Dataset, index: u32) -> Self {
        Chosen { pixels: floats(dataset.image(index)), label: Some(dataset.label(index)) }
    }
}

/// The unit whose arithmetic is shown.
#[derive(Clone, Copy, Deserialize)]
pub struct UnitIn {
    layer: usize,
    channel: usize,
    y: usize,
    x: usize,
}

impl UnitIn {
    pub fn read(self) -> Unit {
        Unit { layer: self.layer, channel: self.channel, y: self.y, x: self.x }
    }
}

/// What a view is made from, all of one moment.
pub struct Numbers {
    pub parameters: Vec<f32>,
    pub gradients: Vec<f32>,
    /// Only where a unit is inspected.
    pub optimizer: Option<OptimizerState>,
}

#[derive(Serialize)]
pub struct ViewOut {
    #[serde(with = "preserve")]
    input: JsValue,
    #[serde(with = "preserve")]
    pre_activations: JsValue,
    #[serde(with = "preserve")]
    activations: JsValue,
    #[serde(with = "preserve")]
    probabilities: JsValue,
    filters: Vec<FiltersOut>,
    inspected: Option<InspectedOut>,
}

#[derive(Serialize)]
struct FiltersOut {
    layer: usize,
    #[serde(with = "preserve")]
    weights: JsValue,
    #[serde(with = "preserve")]
    gradients: JsValue,
    #[serde(with = "preserve")]
    change: JsValue,
}

#[derive(Serialize)]
struct InspectedOut {
    layer: usize,
    channel: usize,
    y: usize,
    x: usize,
    window: crate::network::Shape,
    corner: [isize; 3],
    #[serde(with = "preserve")]
    inputs: JsValue,
    #[serde(with = "preserve")]
    weights: JsValue,
    bias: f32,
    pre_activation: f32,
    activation: f32,
    label: u8,
    assumed: bool,
    loss: f32,
    d_activation: f32,
    d_pre_activation: f32,
    change: Option<ChangeOut>,
}

#[derive(Serialize)]
struct ChangeOut {
    #[serde(with = "preserve")]
    gradients: JsValue,
    bias_gradient: f32,
    #[serde(with = "preserve")]
    weights: JsValue,
    bias: f32,
}

impl ViewOut {
    pub fn new(session: &mut Session, numbers: &Numbers, chosen: &Chosen, unit: Option<Unit>) -> Result<Self> {
        let Numbers { parameters, gradients, .. } = numbers;
        let maps = session.look(parameters, &chosen.pixels)?;
        let inspected = unit.filter(|unit| unit.is_in(session.trainer.plan()));
        let inspected = inspected.map(|unit| InspectedOut::new(session, numbers, chosen, &maps, unit));
        let plan = session.trainer.plan();
        let start = session.trainer.start_parameters();
        let change: Vec<f32> = parameters.iter().zip(start).map(|(now, then)| now - then).collect();
        let [weights, gradients, change] = [parameters, gradients, &change].map(|numbers| filters(plan, numbers));
        let all = weights.iter().zip(&gradients).zip(&change);
        let filters = all.map(|(((layer, weights), (_, gradients)), (_, change))| FiltersOut {
            layer: *layer,
            weights: array(weights.as_slice().expect("in order")),
            gradients: array(gradients.as_slice().expect("in order")),
            change: array(change.as_slice().expect("in order")),
        });
        let filters = filters.collect();
        let (pre_activations, activations) = tensors(plan, &maps);
        Ok(ViewOut {
            input: array(&chosen.pixels),
            pre_activations,
            activations,
            probabilities: array(maps.probabilities.as_slice().expect("in order")),
            filters,
            inspected,
        })
    }
}

/// Before and after the activation; where there is none the two are one and the same array.
fn tensors(plan: &Plan, maps: &Maps) -> (JsValue, JsValue) {
    let (pre_activations, activations) = (Array::new(), Array::new());
    for (n, layer) in plan.layers.iter().enumerate() {
        let after = array(maps.activations[n].as_slice().expect("in order"));
        pre_activations.push(&match layer.layer.activation() {
            Activation::None => after.clone(),
            _ => array(maps.pre_activations[n].as_slice().expect("in order")),
        });
        activations.push(&after);
    }
    (pre_activations.into(), activations.into())
}

impl InspectedOut {
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
        InspectedOut {
            layer: unit.layer,
            channel: unit.channel,
            y: unit.y,
            x: unit.x,
            window: sight.window,
            corner: sight.corner,
            inputs: array(&sight.inputs),
            weights: array(&sight.weights),
            bias: sight.bias,
            pre_activation: of(&maps.pre_activations),
            activation: of(&maps.activations),
            label,
            assumed: chosen.label.is_none(),
            loss: back.loss,
            d_activation: back.d_activations[unit.layer][index],
            d_pre_activation: back.d_pre_activations[unit.layer][index],
            change: change.map(|change| ChangeOut {
                gradients: array(&change.gradients),
                bias_gradient: change.bias_gradient,
                weights: array(&change.weights),
                bias: change.bias,
            }),
        }
    }
}
