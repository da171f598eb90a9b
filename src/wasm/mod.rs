//! The engine as JavaScript sees it, and nothing else. `www/engine/protocol.ts` has the types of what goes in and out.
//!
//! wasm-bindgen holds an object borrowed until an exported method returns, and an `async fn` returns late; so every
//! method here borrows, asks and returns, and what has to be awaited is a promise that borrows again when it is there.

mod arrays;
mod crew;
mod ensemble;
mod live;
mod looking;
mod shapes;
mod sliding;
mod sweep;
mod thrown;
mod view;

use crate::backend::Tap;
use crate::backend::cpu::Alone;
use crate::bench::measure;
use crate::choice::{Adapter, Hire, Machine, Wanted};
use crate::data::digit::{self, Point};
use crate::data::{Dataset, MNIST, MnistFile, PIECE, Split};
use crate::declare::Value;
use crate::inspect::Unit;
use crate::network::{Plan, preset};
use crate::refusal::Refusal;
use crate::session::{Configuration, Session, split, wanted_backend, worker_count};
use crate::train::{SETTINGS, Setting, Trainer, checkpoint, onnx};
pub use crew::Helper;
use crew::JsCrews;
use js_sys::{Float32Array, Promise, Uint8Array};
pub use live::Turn;
use live::{Live, Shared, ask, compare, read, refresh, room, settle};
use serde::Serialize;
use serde_wasm_bindgen::{Serializer, from_value};
use shapes::*;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
pub use thrown::Thrown;
use view::Chosen;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_time::{Duration, Instant};

type Result<T> = std::result::Result<T, Thrown>;

/// Trains a network and lets one look at it.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    inner: Rc<RefCell<Inner>>,
}

#[derive(Default)]
struct Inner {
    files: [Option<Vec<u8>>; 4],
    dataset: Option<Arc<Dataset>>,
    adapter: Option<Adapter>,
    /// How many cores there are, and who hires workers for them.
    crews: Option<(usize, JsCrews)>,
    machine: Option<Rc<Machine>>,
    live: Option<Shared>,
    /// None yet: the first test image.
    chosen: Option<Chosen>,
    inspected: Option<Unit>,
}

#[wasm_bindgen]
impl Engine {
    /// Without data and without a network.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engine {
        console_error_panic_hook::set_once();
        Engine::default()
    }

    /// Takes one unpacked IDX file: "train-images", "train-labels", "test-images" or "test-labels". The first may instead
    /// come in parts, after the others.
    pub fn load_data(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &mut *self.inner.borrow_mut();
        let Some(place) = MnistFile::ALL.iter().position(|file| file.name() == name) else {
            return Err(Refusal::new(format!("\"{name}\" is none of MNIST's four files")).into());
        };
        MnistFile::ALL[place].check(&bytes)?;
        if let (MnistFile::TrainImages, Some(dataset)) = (MnistFile::ALL[place], &inner.dataset) {
            dataset.add_images(&bytes)?;
            return Ok(dataset.end_images()?);
        }
        inner.files[place] = Some(bytes);
        if let [images, Some(_), Some(_), Some(_)] = &inner.files
            && inner.dataset.is_none()
        {
            let complete = images.is_some();
            let [images, labels, test_images, test_labels] =
                std::mem::take(&mut inner.files).map(Option::unwrap_or_default);
            let dataset = if complete {
                Dataset::from_idx(MNIST, [images, labels, test_images, test_labels])
            } else {
                Dataset::expecting(MNIST, [labels, test_images, test_labels])
            };
            inner.dataset = Some(Arc::new(dataset?));
        }
        Ok(())
    }

    /// Takes the next bytes of the unpacked training images; after the other three files.
    pub fn add_images(&self, bytes: &[u8]) -> Result<()> {
        Ok(self.dataset()?.add_images(bytes)?)
    }

    /// Says that they have ended.
    pub fn end_images(&self) -> Result<()> {
        Ok(self.dataset()?.end_images()?)
    }

    /// Whether enough of them have arrived to begin training.
    pub fn can_train(&self) -> Result<bool> {
        let dataset = self.dataset()?;
        Ok(dataset.has(0..PIECE.min(dataset.split(Split::Train, true).len()) as u32))
    }

    /// Takes what the browser says of its WebGPU adapter; without this there is none. Before the first `configure`.
    pub fn set_adapter(&self, name: String, fallback: bool) {
        self.inner.borrow_mut().adapter = Some(Adapter { name, fallback });
    }

    /// Takes the number of this machine's cores, and who hires workers that help to train on them; without this there are
    /// none. Before the first `configure`.
    pub fn set_crews(&self, cores: usize, crews: JsCrews) {
        self.inner.borrow_mut().crews = Some((cores, crews));
    }

    /// Starts over with another network or other settings and describes the network. Where it refuses, the old one
    /// goes on. It trains on the CPU, unless WebGPU is asked for; `settle` finds what is best.
    pub fn configure(&self, configuration: JsValue) -> Result<Promise> {
        let configuration: Configuration =
            from_value(configuration).map_err(|error| Refusal::new(format!("configure takes an object: {error}")))?;
        let live = self.live_of(Session::new(&configuration, self.dataset()?)?)?;
        let wanted = live.borrow().session.wanted;
        if wanted != Wanted::WebGpu {
            let description = self.install(live);
            return Ok(promise(async { description }));
        }
        let inner = self.inner.clone();
        Ok(promise(async move {
            settle(live.clone(), wanted).await?;
            Engine { inner }.install(live)
        }))
    }

    /// Moves the run to the backend its configuration asks for: with "auto" to the faster one.
    pub fn settle(&self) -> Result<Promise> {
        let live = self.live()?;
        let wanted = live.borrow().session.wanted;
        Ok(promise(async move { Ok(settle(live, wanted).await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Moves the run to "cpu", "webgpu" or, with "auto", the faster one, and keeps it.
    pub fn set_backend(&self, name: &str) -> Result<Promise> {
        let (live, wanted) = (self.live()?, wanted_backend(&name.into())?);
        Ok(promise(async move { Ok(settle(live, wanted).await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Measures both backends on this network; `status` tells how fast they are.
    pub fn compare(&self) -> Result<Promise> {
        let live = self.live()?;
        Ok(promise(async move { Ok(compare(live).await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// How fast `{preset, backend, workers, batch_sizes, seconds}` trains here. The run is not touched, but should be paused.
    pub fn bench(&self, task: JsValue) -> Result<Promise> {
        let task: BenchTask = from_value(task)?;
        let spec =
            preset(&task.preset).ok_or_else(|| Refusal::new(format!("there is no preset \"{}\"", task.preset)))?;
        if task.batch_sizes.iter().any(|size| !(1..=1024).contains(size)) || !(0.0..=60.0).contains(&task.seconds) {
            return Err(Refusal::new("a bench takes mini-batches of 1 to 1024 images, and up to 60 seconds").into());
        }
        let plan = Plan::new(&spec)?;
        let (wanted, machine) = (wanted_backend(&task.backend.as_str().into())?, self.machine()?);
        let workers = task.workers.map(|workers| worker_count(&workers.into())).transpose()?;
        Ok(promise(async move {
            let measured = measure(&machine, &plan, wanted, workers, &task.batch_sizes, task.seconds).await;
            to_js(&measured.map_err(|why| Refusal::new(format!("{} cannot be measured: {why}", task.backend)))?)
        }))
    }

    /// Changes one setting; it takes effect when its declaration says.
    pub fn set(&self, name: &str, value: JsValue) -> Result<()> {
        let flag = || value.as_bool().map(Value::Flag);
        let number = || value.as_f64().map(Value::Number);
        let text = || value.as_string().map(Value::Text);
        let value = flag().or_else(number).or_else(text);
        let value = value.ok_or_else(|| Refusal::new(format!("{name}: give a number, a word, true or false")))?;
        Ok(self.live()?.borrow_mut().session.trainer.set(name, &value)?)
    }

    /// All settings, declared and with their values.
    pub fn settings(&self) -> Result<JsValue> {
        let live = self.live()?;
        let live = live.borrow();
        let settings = live.session.trainer.settings();
        let out = |setting: &Setting| CurrentSetting {
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
        let goal = if goal.is_undefined() || goal.is_null() { TrainingGoal::default() } else { from_value(goal)? };
        self.live()?.borrow_mut().session.trainer.start(goal.read()?);
        Ok(())
    }

    /// Stops before the next mini-batch.
    pub fn pause(&self) -> Result<()> {
        self.live()?.borrow_mut().session.trainer.pause();
        Ok(())
    }

    /// Does what there is to do, for about `milliseconds`.
    pub fn run(&self, milliseconds: f64) -> Result<Turn> {
        let most = Duration::from_secs_f64(milliseconds.clamp(0.0, 1e6) / 1e3);
        Ok(self.live()?.borrow_mut().run(most))
    }

    /// Waits until `run` can do something again.
    pub fn room(&self) -> Result<Promise> {
        let live = self.live()?;
        Ok(promise(async move {
            room(live).await;
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// What the page has to be told as soon as possible, once.
    pub fn take_notice(&self) -> Result<Option<String>> {
        Ok(self.live()?.borrow_mut().notice.take())
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

    /// `{loss, accuracy, confusion}` on the whole of "train", "validation" or "test".
    pub fn evaluate(&self, name: &str) -> Result<Promise> {
        let split = split(name)?;
        let evaluation = ask(&self.live()?, move |trainer| trainer.evaluate(split));
        Ok(promise(async move {
            let evaluation = evaluation.await;
            to_js(&EvaluationResult::new(&evaluation))
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
            to_js(&ClassifiedDrawing {
                pixels: pixels.as_slice().into(),
                probabilities: probabilities.await?.as_slice().into(),
            })
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
        let list: Vec<GivenTensor> = from_value(list)?;
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
            return Err(
                Refusal::new(format!("gradients takes indices of training images, 0 to {}", training.end - 1)).into()
            );
        }
        let gradients = ask(&live, move |trainer| trainer.gradients(&indices));
        Ok(promise(async move {
            let (loss, gradients) = gradients.await;
            to_js(&Gradients { loss, gradients: live.borrow().named(&gradients) })
        }))
    }

    /// The network and its run as a file: "safetensors"; or "onnx", the network alone.
    pub fn save(&self, format: &str) -> Result<Promise> {
        let onnx = match format {
            "safetensors" => false,
            "onnx" => true,
            _ => {
                let there_are = "there are \"safetensors\" and \"onnx\"";
                return Err(Refusal::new(format!("\"{format}\" is not a format: {there_are}")).into());
            }
        };
        let live = self.live()?;
        let refreshed = refresh(&live);
        Ok(promise(async move {
            refreshed.await;
            let (parameters, run) = ask(&live, Trainer::read_run).await;
            let live = live.borrow();
            let plan = live.session.trainer.plan();
            let bytes = match onnx {
                true => onnx::save(plan, &parameters),
                false => checkpoint::save_run(plan, &parameters, &run),
            };
            Ok(Uint8Array::from(bytes.as_slice()).into())
        }))
    }

    /// Goes on with the network in a safetensors file, where its run stood if that was saved too, and describes it. Where
    /// it refuses, the old one goes on.
    pub fn load(&self, bytes: &[u8]) -> Result<JsValue> {
        let session = self.live()?.borrow().session.loaded(bytes)?;
        self.install(self.live_of(session)?)
    }
}

impl Engine {
    fn dataset(&self) -> Result<Arc<Dataset>> {
        self.inner.borrow().dataset.clone().ok_or_else(|| Refusal::new("the data is not loaded yet").into())
    }

    fn live(&self) -> Result<Shared> {
        self.inner
            .borrow()
            .live
            .clone()
            .ok_or_else(|| Refusal::new("there is no network yet: call configure first").into())
    }

    /// The image that every view shows.
    fn chosen(&self) -> Result<Chosen> {
        let chosen = self.inner.borrow().chosen.clone();
        let dataset = self.dataset()?;
        Ok(chosen.unwrap_or_else(|| Chosen::of(&dataset, dataset.split(Split::Test, false).start)))
    }

    fn live_of(&self, session: Session) -> Result<Shared> {
        let machine = self.machine()?;
        let runs_before = self.inner.borrow().live.as_ref().map_or(0, |live| live.borrow().runs());
        Ok(Live::new(session, machine, runs_before))
    }

    fn machine(&self) -> Result<Rc<Machine>> {
        let dataset = self.dataset()?;
        let inner = &mut *self.inner.borrow_mut();
        let (adapter, crews) = (inner.adapter.clone(), inner.crews.clone());
        let machine = || {
            let (cores, hire): (_, Hire) = match crews {
                Some((cores, crews)) => (cores, Box::new(move |plan, helpers| crew::hire(&crews, plan, helpers))),
                None => (1, Box::new(|_, _| Box::new(Alone))),
            };
            Rc::new(Machine::new(dataset, cores, hire, adapter))
        };
        Ok(inner.machine.get_or_insert_with(machine).clone())
    }

    fn install(&self, live: Shared) -> Result<JsValue> {
        let description = to_js(&live.borrow().describe());
        self.inner.borrow_mut().live = Some(live);
        description
    }

    fn test_index(&self, index: f64) -> Result<u32> {
        let test = self.dataset()?.split(Split::Test, false);
        if index >= 0.0 && index.fract() == 0.0 && index < test.len() as f64 {
            Ok(test.start + index as u32)
        } else {
            let last = test.len() - 1;
            Err(Refusal::new(format!("there is no test image {index}: they are numbered 0 to {last}")).into())
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

/// Does piece after piece for about so long; false when there are no more.
fn go_on_for(milliseconds: f64, advance: &mut dyn FnMut() -> bool) -> bool {
    let start = Instant::now();
    while advance() {
        if start.elapsed().as_secs_f64() * 1e3 >= milliseconds {
            return true;
        }
    }
    false
}

fn promise(future: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    promise_of(Box::pin(future))
}

/// Of a box, so that what drives promises is there once and not for each future.
fn promise_of(future: Pin<Box<dyn Future<Output = Result<JsValue>>>>) -> Promise {
    future_to_promise(async { future.await.map_err(JsValue::from) })
}

fn image_of(strokes: &Strokes) -> std::result::Result<[u8; digit::PIXELS], Refusal> {
    Ok(digit::normalize(&points_of(strokes)?))
}

fn points_of(strokes: &Strokes) -> std::result::Result<Vec<Vec<Point>>, Refusal> {
    let point = |point: &Vec<f32>| match point[..] {
        [x, y] => Ok(Point { x, y, pressure: 0.5 }),
        [x, y, pressure] => Ok(Point { x, y, pressure }),
        _ => Err(Refusal::new("a drawing is a list of strokes, each a list of points [x, y] or [x, y, pressure]")),
    };
    strokes.iter().map(|stroke| stroke.iter().map(point).collect()).collect()
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
