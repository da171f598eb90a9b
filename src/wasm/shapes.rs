//! The types of values that are passed to and from JavaScript. `tsify` declares them for TypeScript with the same
//! names.

use super::arrays::{Bytes, Floats};
use super::view::View;
use super::{Result, to_js};
use crate::data::Split;
use crate::declare::{SettingKind, Value, Words};
use crate::network::{Layer, LayerField, LayerKind, LayerPlan, Place, Plan, Shape, Window};
use crate::refusal::Refusal;
use crate::session::{Choice, Session};
use crate::train::{Applies, Evaluation, Goal, RunStatus};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The types of the other modules, in a file that `src/typescript.rs` generates.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.ts");

/// A value as JavaScript receives it, with its TypeScript type.
pub fn typed<T: Serialize + Tsify>(value: &T) -> Result<Ts<T>> {
    Ok(Ts::new_unchecked(to_js(value)?))
}

/// The strokes of a drawing, each a list of points [x, y] or [x, y, pressure 0..1]; y points down, in any scale.
pub type Strokes = Vec<Vec<Vec<f32>>>;

/// The image that every view shows: a test image by its number, a drawing, or the pixels of a picture's digit.
#[derive(Default, Deserialize, Tsify)]
#[serde(default)]
pub struct ChosenImage {
    pub index: Option<f64>,
    #[tsify(type = "number[][][]")]
    pub strokes: Option<Strokes>,
    #[tsify(type = "Uint8Array")]
    pub pixels: Option<Vec<u8>>,
}

/// The predictions for all test images with the parameters of one step.
#[derive(Serialize, Tsify)]
pub struct SurveyResult {
    pub step: u32,
    /// The predicted digit of each image.
    pub predicted: Bytes,
    /// The probability of that digit.
    pub confidence: Floats,
    /// For each layer and channel, the test images with the largest activation, the largest first.
    pub strongest: Vec<Vec<Vec<ExcitingImage>>>,
}

/// A test image, and the unit of a channel that has the largest activation for it.
#[derive(Serialize, Tsify)]
pub struct ExcitingImage {
    pub image: u32,
    pub value: f32,
    pub y: u32,
    pub x: u32,
}

/// How long to train, counted from here. If it is empty: to the end of the schedule.
#[derive(Default, Deserialize, Tsify)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingGoal {
    steps: Option<f64>,
    epochs: Option<f64>,
}

impl TrainingGoal {
    pub fn read(&self) -> Result<Goal> {
        match *self {
            TrainingGoal { steps: None, epochs: None } => Ok(Goal::Schedule),
            TrainingGoal { steps: Some(n), epochs: None } if n >= 1.0 && n.fract() == 0.0 => Ok(Goal::Steps(n as u32)),
            TrainingGoal { steps: None, epochs: Some(n) } if n > 0.0 && n.is_finite() => Ok(Goal::Epochs(n)),
            _ => Err(Refusal::new("train takes nothing, {steps: a whole number} or {epochs: a number above 0}").into()),
        }
    }
}

/// Parameters by name, as the page passes them.
#[derive(Deserialize, Tsify)]
pub struct GivenTensor {
    pub name: String,
    pub shape: Vec<usize>,
    #[tsify(type = "Float32Array | number[]")]
    pub data: Vec<f32>,
}

/// A named tensor: the numbers of a parameter, or of its gradient.
#[derive(Serialize, Tsify)]
pub struct NamedTensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub data: Floats,
}

/// The gradients of the mean loss over some training images.
#[derive(Serialize, Tsify)]
pub struct Gradients {
    pub loss: f32,
    pub gradients: Vec<NamedTensor>,
}

/// What the bench measures: every size of mini-batch, each for this number of seconds.
#[derive(Deserialize, Tsify)]
pub struct BenchTask {
    pub preset: String,
    #[tsify(type = "\"cpu\" | \"webgpu\"")]
    pub backend: String,
    /// The number of CPU threads; by default one for each core.
    #[serde(default)]
    pub workers: Option<u32>,
    pub batch_sizes: Vec<usize>,
    pub seconds: f64,
}

/// The declaration of a hyperparameter and its present value. The page builds its controls from these.
#[derive(Serialize, Tsify)]
pub struct CurrentSetting {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub applies: Applies,
    pub value: Value,
    pub kind: SettingKind,
}

/// The declaration of a kind of layer. The page builds its editor from these.
#[derive(Serialize, Tsify)]
pub struct LayerDeclaration {
    #[serde(rename = "type")]
    #[tsify(type = "Layer[\"type\"]")]
    name: &'static str,
    label: &'static str,
    help: &'static str,
    place: Place,
    fields: Vec<FieldDeclaration>,
}

/// A field of a kind of layer, with its value in a new layer.
#[derive(Serialize, Tsify)]
pub struct FieldDeclaration {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kind: SettingKind,
    default: Value,
}

impl LayerDeclaration {
    pub fn new(kind: &LayerKind) -> Self {
        let field = |(field, default): (&LayerField, Value)| FieldDeclaration {
            name: field.name,
            label: field.label,
            help: field.help,
            kind: field.kind,
            default,
        };
        LayerDeclaration {
            name: kind.name,
            label: kind.label,
            help: kind.help,
            place: kind.place,
            fields: kind.fields.iter().zip((kind.defaults)()).map(field).collect(),
        }
    }
}

/// The network that is being trained.
#[derive(Serialize, Tsify)]
pub struct Description {
    /// The preset's name, or "custom".
    preset: &'static str,
    input: Shape,
    /// The number of classes; each has one logit.
    classes: usize,
    layers: Vec<PlannedLayer>,
    /// The number of parameters that learn.
    parameters: usize,
}

/// A layer in a network.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct PlannedLayer {
    /// "C1", "S2", "C3", "S4", "C5", "F6" or "Output". Layers that prepare the image are "Preprocess" and "Frame".
    name: String,
    /// The name of its kind, for people: "Convolution".
    label: &'static str,
    layer: Layer,
    input: Shape,
    output: Shape,
    /// The number of weights and biases that learn; 0 for a pooling layer.
    parameters: usize,
    /// The input maps that each filter sees, if a table of connections says so; otherwise empty.
    sees: Vec<Vec<usize>>,
    /// The number of multiply-adds in the forward pass of one image; 0 for a pooling layer.
    multiply_adds: usize,
    /// The window through which a unit sees its input; null if a unit sees all of it.
    window: Option<Window>,
    /// Whether a unit sees only the map with its own index.
    stays_in_map: bool,
    /// Whether a unit sees only the number at its own place.
    elementwise: bool,
    /// The function applied to the pre-activations.
    #[tsify(type = "Activation")]
    activation: &'static str,
    /// Whether it has parameters that learn.
    learns: bool,
    /// The number of inputs that a unit sums over, without the bias.
    fan_in: usize,
    /// The rows and columns of its input that no unit sees, as a sentence; null if all are seen.
    unseen: Option<String>,
}

/// The input maps that each filter sees, if a table of connections says so; otherwise empty.
fn sees(layer: &LayerPlan) -> Vec<Vec<usize>> {
    let connections = layer.connections;
    let maps = |filter| (0..layer.input.channels).filter(move |&map| connections.has(filter, map)).collect();
    (0..connections.table().len()).map(maps).collect()
}

impl Description {
    pub fn new(preset: &'static str, plan: &Plan) -> Self {
        let layer = |layer: &LayerPlan| PlannedLayer {
            name: layer.name.clone(),
            label: layer.layer.kind().label,
            layer: layer.layer,
            input: layer.input,
            output: layer.output,
            parameters: layer.trainable(),
            sees: sees(layer),
            multiply_adds: layer.multiply_adds(),
            window: layer.window,
            stays_in_map: layer.stays_in_map,
            elementwise: layer.elementwise(),
            activation: layer.activation.word(),
            learns: layer.learns(),
            fan_in: layer.fan_in,
            unseen: layer.unseen(),
        };
        let layers = plan.layers.iter().map(layer).collect();
        Description { preset, input: plan.input, classes: plan.classes(), layers, parameters: plan.trainable() }
    }
}

/// How a window fits along a side.
#[derive(Serialize, Tsify)]
pub struct Fit {
    /// (length − size + 2·padding)/stride + 1, rounded down.
    pub places: usize,
    /// The number of inputs, or zeros of the padding, after the last place.
    pub left_over: usize,
    /// The inputs that no window sees, counted from 0.
    pub unseen: Vec<usize>,
}

/// The state of a run, and the backend that trains it.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Status {
    #[tsify(type = "\"cpu\" | \"webgpu\"")]
    pub backend: &'static str,
    /// A description for people: "CPU · SIMD · 1 worker".
    pub backend_label: String,
    pub adapter: Option<String>,
    pub choice: Choice,
    pub workers: usize,
    pub preset: &'static str,
    #[serde(flatten)]
    pub run: RunStatus,
}

impl Status {
    pub fn new(session: &Session) -> Self {
        Status {
            backend: if session.is_on_gpu() { "webgpu" } else { "cpu" },
            backend_label: session.backend_label(),
            adapter: session.choice().adapter.clone(),
            choice: session.choice().clone(),
            workers: session.trainer.workers(),
            preset: session.preset(),
            run: session.trainer.status(),
        }
    }
}

/// Everything that changed since the last snapshot, and the network's values for the chosen image.
#[derive(Serialize, Tsify)]
pub struct Snapshot {
    /// The number of resets. When it changes, earlier drawings belong to an earlier run.
    pub run: u32,
    pub status: Status,
    pub losses: Losses,
    pub evaluations: Vec<EvaluationPoint>,
    pub view: View,
}

/// The mini-batches since the last snapshot, with one number per mini-batch in each list.
#[derive(Serialize, Tsify)]
pub struct Losses {
    /// The step of the first mini-batch, counted from 1.
    pub first_step: u32,
    /// The mean loss of each mini-batch.
    pub loss: Floats,
    pub accuracy: Floats,
    /// The seconds of training at the end of each mini-batch.
    pub seconds: Floats,
}

/// One evaluation on a split during training.
#[derive(Serialize, Tsify)]
pub struct EvaluationPoint {
    split: Split,
    step: u32,
    epoch: f64,
    /// The seconds of training at that moment.
    seconds: f64,
    /// The number of images: within an epoch a part of the validation set, at its end whole splits.
    images: u32,
    #[serde(flatten)]
    result: EvaluationResult,
}

impl EvaluationPoint {
    pub fn new(evaluation: &Evaluation) -> Self {
        EvaluationPoint {
            split: evaluation.split,
            step: evaluation.step,
            epoch: evaluation.epoch,
            seconds: evaluation.seconds,
            images: evaluation.images(),
            result: EvaluationResult::new(evaluation),
        }
    }
}

/// How well a network predicts some images.
#[derive(Serialize, Tsify)]
pub struct EvaluationResult {
    loss: f64,
    accuracy: f64,
    /// A row for each label, a column for each predicted class.
    confusion: Vec<Vec<u32>>,
}

impl EvaluationResult {
    pub fn new(evaluation: &Evaluation) -> Self {
        EvaluationResult {
            loss: evaluation.loss,
            accuracy: evaluation.accuracy(),
            confusion: evaluation.confusion.rows().into_iter().map(|row| row.to_vec()).collect(),
        }
    }
}

/// The image that a drawing becomes, and the prediction for it.
#[derive(Serialize, Tsify)]
pub struct ClassifiedDrawing {
    pub pixels: Floats,
    pub probabilities: Floats,
}

/// A test image.
#[derive(Serialize, Tsify)]
pub struct TestImage {
    pub pixels: Bytes,
    pub label: u8,
}
