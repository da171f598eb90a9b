//! What goes to JavaScript and comes from it, field by field as in `www/engine/protocol.ts`.

use super::Result;
use super::view::ViewOut;
use crate::choice::Choice;
use crate::declare::{SettingKind, Value, Words};
use crate::network::{Layer, LayerField, LayerKind, LayerPlan, Place, Plan, Shape, Window};
use crate::train::{Applies, Evaluation, Goal, Status};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::prelude::*;

/// Points [x, y] or [x, y, pressure].
pub type Strokes = Vec<Vec<Vec<f32>>>;

/// A test image's number, or a drawing.
#[derive(Deserialize)]
pub struct ChosenIn {
    pub index: Option<f64>,
    pub strokes: Option<Strokes>,
}

/// What a survey found.
#[derive(Serialize)]
pub struct SurveyOut {
    pub step: u32,
    #[serde(with = "preserve")]
    pub predicted: JsValue,
    #[serde(with = "preserve")]
    pub given: JsValue,
    pub strongest: Vec<Vec<Vec<ExcitedOut>>>,
}

#[derive(Serialize)]
pub struct ExcitedOut {
    pub image: u32,
    pub value: f32,
    pub y: u32,
    pub x: u32,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalIn {
    steps: Option<f64>,
    epochs: Option<f64>,
}

impl GoalIn {
    pub fn read(&self) -> Result<Goal> {
        match *self {
            GoalIn { steps: None, epochs: None } => Ok(Goal::Schedule),
            GoalIn { steps: Some(n), epochs: None } if n >= 1.0 && n.fract() == 0.0 => Ok(Goal::Steps(n as u32)),
            GoalIn { steps: None, epochs: Some(n) } if n > 0.0 && n.is_finite() => Ok(Goal::Epochs(n)),
            _ => Err(JsError::new("train takes nothing, {steps: a whole number} or {epochs: a number above 0}")),
        }
    }
}

#[derive(Deserialize)]
pub struct TensorIn {
    pub name: String,
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

#[derive(Serialize)]
pub struct TensorOut {
    pub name: String,
    pub shape: Vec<usize>,
    #[serde(with = "preserve")]
    pub data: JsValue,
}

#[derive(Serialize)]
pub struct GradientsOut {
    pub loss: f32,
    pub gradients: Vec<TensorOut>,
}

/// What to measure.
#[derive(Deserialize)]
pub struct BenchIn {
    pub preset: String,
    pub backend: String,
    pub workers: Option<u32>,
    pub batch_sizes: Vec<usize>,
    pub seconds: f64,
}

#[derive(Serialize)]
pub struct SettingOut {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub applies: Applies,
    pub value: Value,
    pub kind: SettingKind,
}

#[derive(Serialize)]
pub struct LayerKindOut {
    #[serde(rename = "type")]
    name: &'static str,
    label: &'static str,
    help: &'static str,
    place: Place,
    fields: Vec<LayerFieldOut>,
}

#[derive(Serialize)]
struct LayerFieldOut {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kind: SettingKind,
    default: Value,
}

impl LayerKindOut {
    pub fn new(kind: &LayerKind) -> Self {
        let field = |(field, default): (&LayerField, Value)| LayerFieldOut {
            name: field.name,
            label: field.label,
            help: field.help,
            kind: field.kind,
            default,
        };
        LayerKindOut {
            name: kind.name,
            label: kind.label,
            help: kind.help,
            place: kind.place,
            fields: kind.fields.iter().zip((kind.fresh)().values()).map(field).collect(),
        }
    }
}

#[derive(Serialize)]
pub struct DescriptionOut {
    preset: &'static str,
    input: Shape,
    classes: usize,
    layers: Vec<LayerOut>,
    parameters: usize,
}

#[derive(Serialize)]
struct LayerOut {
    name: String,
    layer: Layer,
    input: Shape,
    output: Shape,
    parameters: usize,
    sees: Vec<Vec<usize>>,
    multiply_adds: usize,
    window: Option<WindowOut>,
    stays_in_map: bool,
    elementwise: bool,
    activation: &'static str,
    learns: bool,
    fan_in: usize,
}

#[derive(Serialize)]
struct WindowOut {
    size: usize,
    stride: usize,
    padding: usize,
}

/// For each filter the maps it sees, where a table says so.
fn sees(layer: &LayerPlan) -> Vec<Vec<usize>> {
    let Layer::Conv { connections, .. } = layer.layer else { return Vec::new() };
    let maps = |filter| (0..layer.input.channels).filter(move |&map| connections.has(filter, map)).collect();
    (0..connections.table().len()).map(maps).collect()
}

impl DescriptionOut {
    pub fn new(preset: &'static str, plan: &Plan) -> Self {
        let layer = |layer: &LayerPlan| LayerOut {
            name: layer.name.clone(),
            layer: layer.layer,
            input: layer.input,
            output: layer.output,
            parameters: layer.trainable(),
            sees: sees(layer),
            multiply_adds: layer.multiply_adds(),
            window: layer.layer.window().map(|Window { size, stride, padding }| WindowOut { size, stride, padding }),
            stays_in_map: layer.layer.stays_in_map(),
            elementwise: layer.layer.is_elementwise(),
            activation: layer.layer.activation().word(),
            learns: layer.learns(),
            fan_in: layer.fan_in(),
        };
        let layers = plan.layers.iter().map(layer).collect();
        DescriptionOut { preset, input: plan.input, classes: plan.classes(), layers, parameters: plan.trainable() }
    }
}

#[derive(Serialize)]
pub struct StatusOut {
    pub backend: &'static str,
    pub backend_label: String,
    pub adapter: Option<String>,
    pub choice: Choice,
    pub workers: usize,
    pub preset: &'static str,
    #[serde(flatten)]
    pub run: Status,
}

#[derive(Serialize)]
pub struct SnapshotOut {
    pub run: u32,
    pub status: StatusOut,
    pub losses: LossesOut,
    pub evaluations: Vec<EvaluationOut>,
    pub view: ViewOut,
}

#[derive(Serialize)]
pub struct LossesOut {
    pub first_step: u32,
    #[serde(with = "preserve")]
    pub loss: JsValue,
    #[serde(with = "preserve")]
    pub accuracy: JsValue,
    #[serde(with = "preserve")]
    pub seconds: JsValue,
}

#[derive(Serialize)]
pub struct EvaluationOut {
    split: &'static str,
    step: u32,
    epoch: f64,
    seconds: f64,
    images: u32,
    loss: f64,
    accuracy: f64,
    confusion: Vec<Vec<u32>>,
}

impl EvaluationOut {
    pub fn new(evaluation: &Evaluation) -> Self {
        EvaluationOut {
            split: evaluation.split.name(),
            step: evaluation.step,
            epoch: evaluation.epoch,
            seconds: evaluation.seconds,
            images: evaluation.images(),
            loss: evaluation.loss,
            accuracy: evaluation.accuracy(),
            confusion: confusion(evaluation),
        }
    }
}

/// A row for each label, a column for each answer.
pub fn confusion(evaluation: &Evaluation) -> Vec<Vec<u32>> {
    evaluation.confusion.rows().into_iter().map(|row| row.to_vec()).collect()
}

#[derive(Serialize)]
pub struct ResultOut {
    pub loss: f64,
    pub accuracy: f64,
    pub confusion: Vec<Vec<u32>>,
}

#[derive(Serialize)]
pub struct DrawingOut {
    #[serde(with = "preserve")]
    pub pixels: JsValue,
    #[serde(with = "preserve")]
    pub probabilities: JsValue,
}

#[derive(Serialize)]
pub struct ImageOut {
    #[serde(with = "preserve")]
    pub pixels: JsValue,
    pub label: u8,
}
