//! The engine as JavaScript sees it, and nothing else. `www/engine/protocol.ts` has the types of what goes in and out.
//!
//! wasm-bindgen holds an object borrowed until an exported method returns, and an `async fn` returns late; so every
//! method here borrows, asks and returns, and what has to be awaited is a promise that borrows again when it is there.

mod shapes;

use crate::backend::{Readback, Tap};
use crate::data::digit::{self, Point};
use crate::data::{Dataset, MnistFile, Split};
use crate::network::{LayerPlan, ParameterTensor};
use crate::session::{Configuration, Refusal, Session, split};
use crate::train::{Report, SETTINGS, Setting, Value, checkpoint};
use js_sys::{Float32Array, Promise, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use shapes::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_time::{Duration, Instant};

type Result<T> = std::result::Result<T, JsError>;

/// Trains a network and lets one look at it.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    files: [Option<Vec<u8>>; 4],
    dataset: Option<Arc<Dataset>>,
    /// A promise keeps the session it was asked of, whatever is configured before it is kept.
    live: Option<Rc<RefCell<Live>>>,
    /// 784 numbers 0..1.
    chosen: Vec<f32>,
}

/// A session and what of it the page has not been told.
struct Live {
    session: Session,
    /// How many runs there were in the sessions before.
    runs_before: u32,
    unsent: Option<Report>,
}

#[wasm_bindgen]
impl Engine {
    /// Without data and without a network.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engine {
        console_error_panic_hook::set_once();
        Engine::default()
    }

    /// Takes one unpacked IDX file: "train-images", "train-labels", "test-images" or "test-labels".
    pub fn load_data(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &mut *self.inner.borrow_mut();
        let Some(place) = MnistFile::ALL.iter().position(|file| file.name() == name) else {
            return Err(JsError::new(&format!("\"{name}\" is none of MNIST's four files")));
        };
        MnistFile::ALL[place].check(&bytes)?;
        inner.files[place] = Some(bytes);
        if inner.files.iter().all(Option::is_some) {
            let files = std::mem::take(&mut inner.files).map(|file| file.expect("all four are there"));
            inner.dataset = Some(Arc::new(Dataset::from_idx(files)?));
        }
        Ok(())
    }

    /// Starts over with another network or other settings and describes the network. Where it refuses, the old one
    /// goes on.
    pub fn configure(&self, configuration: JsValue) -> Result<JsValue> {
        let configuration: Configuration =
            from_value(configuration).map_err(|error| JsError::new(&format!("configure takes an object: {error}")))?;
        let session = Session::new(&configuration, self.dataset()?)?;
        self.replace(session)
    }

    /// Changes one setting; it takes effect when its declaration says.
    pub fn set(&self, name: &str, value: JsValue) -> Result<()> {
        let value: Value =
            from_value(value).map_err(|_| JsError::new(&format!("{name}: give a number, a word, true or false")))?;
        Ok(self.live()?.borrow_mut().session.trainer.set(name, &value)?)
    }

    /// All settings, declared and with their values.
    pub fn settings(&self) -> Result<JsValue> {
        let live = self.live()?;
        let live = live.borrow();
        let settings = live.session.trainer.settings();
        let out = |setting: &Setting| SettingOut {
            name: setting.name,
            label: setting.label,
            help: setting.help,
            applies: setting.applies,
            value: settings.get(setting.name).expect("declared"),
            kind: setting.kind,
        };
        to_js(&SETTINGS.iter().map(out).collect::<Vec<_>>())
    }

    /// Works towards `{steps}` or `{epochs}` from here, or without an argument towards the end of the schedule.
    pub fn start(&self, goal: JsValue) -> Result<()> {
        let goal = if goal.is_undefined() || goal.is_null() { GoalIn::default() } else { from_value(goal)? };
        self.live()?.borrow_mut().session.trainer.start(goal.read()?);
        Ok(())
    }

    /// Stops before the next mini-batch.
    pub fn pause(&self) -> Result<()> {
        self.live()?.borrow_mut().session.trainer.pause();
        Ok(())
    }

    /// Does what there is to do, for about `milliseconds`; false when nothing is left.
    pub fn run(&self, milliseconds: f64) -> Result<bool> {
        let live = self.live()?;
        let trainer = &mut live.borrow_mut().session.trainer;
        let (start, most) = (Instant::now(), Duration::from_secs_f64(milliseconds.clamp(0.0, 1e6) / 1e3));
        while trainer.is_busy() && start.elapsed() < most {
            trainer.advance();
        }
        Ok(trainer.is_busy())
    }

    /// The same seed, the same start.
    pub fn reset(&self) -> Result<()> {
        self.live()?.borrow_mut().session.trainer.reset();
        Ok(())
    }

    /// The run in numbers.
    pub fn status(&self) -> Result<Promise> {
        let live = self.live()?;
        let refreshed = refresh(&live);
        Ok(promise(async move {
            refreshed.await;
            to_js(&live.borrow().status())
        }))
    }

    /// The image that every snapshot shows from now on.
    pub fn choose(&self, chosen: JsValue) -> Result<()> {
        let pixels = match from_value(chosen)? {
            ChosenIn::Test { index } => floats(self.dataset()?.image(self.test_index(index)?)),
            ChosenIn::Drawing { strokes } => floats(&image_of(&strokes)?),
        };
        self.inner.borrow_mut().chosen = pixels;
        Ok(())
    }

    /// What happened since the last snapshot, and what the network says to the chosen image.
    pub fn snapshot(&self) -> Result<Promise> {
        let live = self.live()?;
        let refreshed = refresh(&live);
        let (parameters, gradients) = (read(&live, Tap::Parameters), read(&live, Tap::Gradients));
        let mut chosen = self.inner.borrow().chosen.clone();
        if chosen.is_empty() {
            chosen = vec![0.0; Dataset::PIXELS];
        }
        Ok(promise(async move {
            refreshed.await;
            let (parameters, gradients) = (parameters.await, gradients.await);
            let live = &mut *live.borrow_mut();
            let view = ViewOut::new(&mut live.session, &parameters, &gradients, &chosen)?;
            let report = live.unsent.take().expect("refreshed");
            to_js(&SnapshotOut {
                run: live.runs_before + report.run,
                status: live.status(),
                losses: LossesOut {
                    first_step: report.first_step,
                    loss: array(&report.losses),
                    accuracy: array(&report.accuracies),
                    seconds: array(&report.seconds),
                },
                evaluations: report.evaluations.iter().map(EvaluationOut::new).collect(),
                view,
            })
        }))
    }

    /// `{loss, accuracy, confusion}` on the whole of "train", "validation" or "test".
    pub fn evaluate(&self, name: &str) -> Result<Promise> {
        let split = split(name)?;
        let evaluation = self.live()?.borrow_mut().session.trainer.evaluate(split);
        Ok(promise(async move {
            let evaluation = evaluation.await;
            to_js(&ResultOut {
                loss: evaluation.loss,
                accuracy: evaluation.accuracy(),
                confusion: evaluation.confusion.rows().into_iter().map(|row| row.to_vec()).collect(),
            })
        }))
    }

    /// Ten probabilities of an image of 784 numbers 0..1.
    pub fn classify(&self, pixels: Vec<f32>) -> Result<Promise> {
        let probabilities = self.probabilities(pixels)?;
        Ok(promise(async move { Ok(array(&probabilities.await?)) }))
    }

    /// `{pixels, probabilities}` of a drawing, made into an image as the pad's are.
    pub fn classify_drawing(&self, strokes: JsValue) -> Result<Promise> {
        let pixels = floats(&image_of(&from_value(strokes)?)?);
        let probabilities = self.probabilities(pixels.clone())?;
        Ok(promise(async move {
            to_js(&DrawingOut { pixels: array(&pixels), probabilities: array(&probabilities.await?) })
        }))
    }

    /// `[{name, shape, data}]` of all parameters.
    pub fn parameters(&self) -> Result<Promise> {
        let live = self.live()?;
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            to_js(&live.borrow().named(&parameters))
        }))
    }

    /// Replaces the parameters named in `[{name, shape, data}]`; the others stay.
    pub fn set_parameters(&self, list: JsValue) -> Result<Promise> {
        let list: Vec<TensorIn> = from_value(list)?;
        let live = self.live()?;
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let mut parameters = parameters.await;
            let trainer = &mut live.borrow_mut().session.trainer;
            let given = list.into_iter().map(|tensor| (tensor.name, tensor.shape, tensor.data));
            trainer.plan().replace(&mut parameters, given)?;
            trainer.write_parameters(&parameters);
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// `{loss, gradients: [{name, shape, data}]}` of the mean loss over these images of the training file.
    pub fn gradients(&self, indices: Vec<u32>) -> Result<Promise> {
        let live = self.live()?;
        let training = self.dataset()?.split(Split::Train, true);
        if indices.is_empty() || indices.iter().any(|index| !training.contains(index)) {
            return Err(JsError::new(&format!(
                "gradients takes indices of training images, 0 to {}",
                training.end - 1
            )));
        }
        let gradients = live.borrow_mut().session.trainer.gradients(&indices);
        Ok(promise(async move {
            let (loss, gradients) = gradients.await;
            to_js(&GradientsOut { loss, gradients: live.borrow().named(&gradients) })
        }))
    }

    /// The network as a safetensors file.
    pub fn save(&self) -> Result<Promise> {
        let live = self.live()?;
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let bytes = checkpoint::save(live.borrow().session.trainer.plan(), &parameters);
            Ok(Uint8Array::from(bytes.as_slice()).into())
        }))
    }

    /// Starts over with the network in a safetensors file and describes it. Where it refuses, the old one goes on.
    pub fn load(&self, bytes: &[u8]) -> Result<JsValue> {
        let session = self.live()?.borrow().session.loaded(bytes)?;
        self.replace(session)
    }

    /// The pixels, 784 bytes, and the label of a test image.
    pub fn test_image(&self, index: f64) -> Result<JsValue> {
        let (dataset, index) = (self.dataset()?, self.test_index(index)?);
        to_js(&ImageOut { pixels: Uint8Array::from(dataset.image(index)).into(), label: dataset.label(index) })
    }
}

impl Engine {
    fn dataset(&self) -> Result<Arc<Dataset>> {
        self.inner.borrow().dataset.clone().ok_or_else(|| JsError::new("the data is not loaded yet"))
    }

    fn live(&self) -> Result<Rc<RefCell<Live>>> {
        self.inner.borrow().live.clone().ok_or_else(|| JsError::new("there is no network yet: call configure first"))
    }

    fn replace(&self, session: Session) -> Result<JsValue> {
        let inner = &mut *self.inner.borrow_mut();
        let runs_before = inner.live.as_ref().map_or(0, |live| live.borrow().runs());
        let live = Live { session, runs_before, unsent: None };
        let description = to_js(&live.describe());
        inner.live = Some(Rc::new(RefCell::new(live)));
        description
    }

    fn test_index(&self, index: f64) -> Result<u32> {
        let test = self.dataset()?.split(Split::Test, false);
        if index >= 0.0 && index.fract() == 0.0 && index < test.len() as f64 {
            Ok(test.start + index as u32)
        } else {
            Err(JsError::new(&format!("there is no test image {index}: they are numbered 0 to {}", test.len() - 1)))
        }
    }

    fn probabilities(&self, pixels: Vec<f32>) -> Result<impl Future<Output = Result<Vec<f32>>> + use<>> {
        let live = self.live()?;
        let parameters = read(&live, Tap::Parameters);
        Ok(async move {
            let parameters = parameters.await;
            Ok(live.borrow_mut().session.look(&parameters, &pixels)?.probabilities.to_vec())
        })
    }
}

impl Live {
    fn runs(&self) -> u32 {
        self.runs_before + self.session.trainer.runs()
    }

    fn describe(&self) -> DescriptionOut {
        let plan = self.session.trainer.plan();
        let layer = |layer: &LayerPlan| LayerOut {
            name: layer.name.clone(),
            layer: layer.layer,
            input: layer.input,
            output: layer.output,
            parameters: layer.weights.len() + layer.biases.len(),
        };
        DescriptionOut {
            preset: self.session.preset(),
            input: plan.input,
            layers: plan.layers.iter().map(layer).collect(),
            parameters: plan.parameters,
        }
    }

    fn status(&self) -> StatusOut {
        let simd = if cfg!(target_feature = "simd128") { " · SIMD" } else { "" };
        StatusOut {
            backend: "cpu",
            backend_label: format!("CPU{simd} · 1 worker"),
            adapter: None,
            workers: 1,
            preset: self.session.preset(),
            run: self.session.trainer.status(),
        }
    }

    /// Numbers that lie as the parameters do, by name.
    fn named(&self, numbers: &[f32]) -> Vec<TensorOut> {
        let tensors = self.session.trainer.plan().tensors().into_iter();
        let out = |tensor: ParameterTensor| TensorOut {
            data: array(&numbers[tensor.range]),
            name: tensor.name,
            shape: tensor.shape,
        };
        tensors.map(out).collect()
    }
}

fn read(live: &Rc<RefCell<Live>>, tap: Tap) -> Readback {
    live.borrow_mut().session.trainer.backend().read(tap)
}

/// Has the session learn what was measured, and keeps it for the next snapshot.
fn refresh(live: &Rc<RefCell<Live>>) -> impl Future<Output = ()> + use<> {
    let measured = live.borrow_mut().session.trainer.measure();
    let live = live.clone();
    async move {
        let report = measured.arrive().await;
        let live = &mut *live.borrow_mut();
        live.session.trainer.take_in(&report);
        match &mut live.unsent {
            Some(unsent) => unsent.append(report),
            None => live.unsent = Some(report),
        }
    }
}

fn promise(future: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    future_to_promise(async { future.await.map_err(JsValue::from) })
}

fn image_of(strokes: &Strokes) -> std::result::Result<[u8; Dataset::PIXELS], Refusal> {
    let point = |point: &Vec<f32>| match point[..] {
        [x, y] => Ok(Point { x, y, pressure: 0.5 }),
        [x, y, pressure] => Ok(Point { x, y, pressure }),
        _ => Err(Refusal("a drawing is a list of strokes, each a list of points [x, y] or [x, y, pressure]".into())),
    };
    let strokes: std::result::Result<Vec<Vec<Point>>, Refusal> =
        strokes.iter().map(|stroke| stroke.iter().map(point).collect()).collect();
    Ok(digit::normalize(&strokes?))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
}

fn array(numbers: &[f32]) -> JsValue {
    Float32Array::from(numbers).into()
}

fn to_js(value: &impl Serialize) -> Result<JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
