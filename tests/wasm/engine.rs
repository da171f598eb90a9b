//! The engine through its JavaScript interface, in the scope (page or worker) of the crate that includes this file.

use crate::bits::{BITS, bars, folded_run};
use crate::webgpu;
use js_sys::{Array, Float32Array, JSON, Object, Promise, Reflect, Uint8Array};
use lenet::wasm::{Engine, Thrown, TurnOut};
use tsify::{Ts, Tsify};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

type Result<T> = std::result::Result<T, JsValue>;

/// An engine with 200 training and 40 test images.
fn loaded() -> Result<Engine> {
    let engine = Engine::new();
    let names = ["train-images", "train-labels", "test-images", "test-labels"];
    for (name, bytes) in names.into_iter().zip(bars(240, 40)) {
        engine.load_data(name, bytes)?;
    }
    Ok(engine)
}

/// Such an engine with a network.
async fn configured(configuration: &str) -> Result<Engine> {
    let engine = loaded()?;
    JsFuture::from(engine.configure(JSON::parse(configuration)?)?).await?;
    Ok(engine)
}

/// Trains towards a goal or, without one, to the end of the schedule.
async fn train(engine: &Engine, goal: Option<&str>) -> Result<()> {
    engine.start(goal.map(given).transpose()?)?;
    loop {
        match engine.run(20.0)? {
            TurnOut::Done => return Ok(()),
            TurnOut::More => {}
            TurnOut::Wait => drop(JsFuture::from(engine.room()?).await?),
            TurnOut::Data => unreachable!("all data was loaded before"),
        }
    }
}

/// The property at `path`, such as `status.step`.
async fn get(promise: std::result::Result<Promise, Thrown>, path: &str) -> Result<JsValue> {
    let mut value = JsFuture::from(promise?).await?;
    for key in path.split('.').filter(|key| !key.is_empty()) {
        value = Reflect::get(&value, &key.into())?;
    }
    Ok(value)
}

/// A value as the page would give it.
fn given<T: Tsify>(json: &str) -> Result<Ts<T>> {
    Ok(Ts::new_unchecked(JSON::parse(json)?))
}

fn message(error: Thrown) -> String {
    js_sys::Error::from(JsValue::from(error)).message().into()
}

async fn parameters(engine: &Engine) -> Result<Vec<f32>> {
    let list: Array = get(engine.parameters(), "").await?.unchecked_into();
    let data = |tensor: JsValue| Ok(Float32Array::new(&Reflect::get(&tensor, &"data".into())?).to_vec());
    Ok(list.iter().map(data).collect::<Result<Vec<Vec<f32>>>>()?.concat())
}

#[wasm_bindgen_test]
fn the_same_bits_as_natively() {
    assert_eq!(folded_run(), BITS);
}

#[wasm_bindgen_test]
async fn it_learns_to_tell_bars_apart() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5", "batch_size": 20, "epochs": 6}"#).await?;
    train(&engine, None).await?;
    assert_eq!(get(engine.status(), "phase").await?, "finished");
    let accuracy = get(engine.status(), "test_accuracy").await?.as_f64().unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
    let confusion = get(engine.evaluate("test"), "confusion.3").await?;
    assert_eq!(Array::from(&confusion).length(), 10);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_reset_repeats_the_run_bit_for_bit() -> Result<()> {
    let engine = configured(r#"{"preset": "nielsen1", "batch_size": 16, "seed": 3}"#).await?;
    let start = parameters(&engine).await?;
    train(&engine, Some(r#"{"steps": 7}"#)).await?;
    let first = parameters(&engine).await?;
    engine.reset()?;
    assert_eq!(parameters(&engine).await?, start);
    train(&engine, Some(r#"{"steps": 7}"#)).await?;
    assert_eq!(parameters(&engine).await?, first);
    assert_ne!(first, start);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_snapshot_tells_every_step_once_and_shows_every_layer() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5", "batch_size": 16}"#).await?;
    engine.choose(given(r#"{"kind": "test", "index": 4}"#)?)?;
    train(&engine, Some(r#"{"steps": 5}"#)).await?;
    // A status in between must not take away what the snapshot reports.
    assert_eq!(get(engine.status(), "step").await?, 5);
    let snapshot = get(engine.snapshot(), "").await?;
    let at = |path: &str| {
        path.split('.').try_fold(snapshot.clone(), |value, key| Reflect::get(&value, &key.into())).unwrap()
    };
    assert_eq!(at("losses.first_step"), 1);
    assert_eq!(Float32Array::new(&at("losses.loss")).length(), 5);
    let sizes: Vec<u32> =
        Array::from(&at("view.activations")).iter().map(|map| Float32Array::new(&map).length()).collect();
    assert_eq!(sizes, [4704, 1176, 1600, 400, 120, 84, 10]);
    let total: f32 = Float32Array::new(&at("view.probabilities")).to_vec().iter().sum();
    assert!((total - 1.0).abs() < 1e-5);
    assert_eq!(Array::from(&at("view.filters")).length(), 0, "nobody has asked for them");
    for (step, numbers) in (6..).zip(["weights", "gradients", "change"]) {
        engine.show_filters(Some(given(&format!("{numbers:?}"))?))?;
        train(&engine, Some(r#"{"steps": 1}"#)).await?;
        let snapshot = get(engine.snapshot(), "").await?;
        let at = |path: &str| {
            path.split('.').try_fold(snapshot.clone(), |value, key| Reflect::get(&value, &key.into())).unwrap()
        };
        assert_eq!(at("losses.first_step"), step);
        assert_eq!(at("view.shown").as_string().as_deref(), Some(numbers));
        assert_eq!(Float32Array::new(&at("view.filters.1.values")).length(), 16 * 6 * 25);
    }
    let next = get(engine.snapshot(), "losses.loss").await?;
    assert_eq!(Float32Array::new(&next).length(), 0);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_promise_outlives_the_network_it_was_asked_of() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5"}"#).await?;
    let snapshot = engine.snapshot();
    JsFuture::from(engine.configure(JSON::parse(r#"{"preset": "nielsen1"}"#)?)?).await?;
    assert_eq!(get(snapshot, "status.preset").await?, "lenet5");
    assert_eq!(get(engine.snapshot(), "status.preset").await?, "nielsen1");
    Ok(())
}

#[wasm_bindgen_test]
async fn what_is_saved_can_be_loaded_and_goes_on() -> Result<()> {
    let engine = configured(r#"{"preset": "nielsen2", "seed": 9, "batch_size": 16}"#).await?;
    train(&engine, Some(r#"{"steps": 3}"#)).await?;
    let before = parameters(&engine).await?;
    let bytes = Uint8Array::new(&get(engine.save("safetensors"), "").await?).to_vec();
    JsFuture::from(engine.configure(JSON::parse(r#"{"preset": "lenet5"}"#)?)?).await?;
    engine.load(&bytes)?;
    assert_eq!(parameters(&engine).await?, before);
    assert_eq!(get(engine.status(), "step").await?, 3);
    assert!(message(engine.load(&bytes[..100]).unwrap_err()).starts_with("This file is not a LeNet Live checkpoint"));
    assert_eq!(parameters(&engine).await?, before);
    train(&engine, Some(r#"{"steps": 2}"#)).await?;
    let straight = configured(r#"{"preset": "nielsen2", "seed": 9, "batch_size": 16}"#).await?;
    train(&straight, Some(r#"{"steps": 5}"#)).await?;
    assert_eq!(parameters(&engine).await?, parameters(&straight).await?);
    assert!(message(engine.save("pickle").unwrap_err()).contains("there are \"safetensors\", \"network\", \"onnx\""));
    Ok(())
}

#[wasm_bindgen_test]
async fn refusals_are_sentences_and_change_nothing() -> Result<()> {
    let engine = loaded()?;
    assert!(message(engine.settings().unwrap_err()).starts_with("there is no network yet"));
    assert!(message(engine.load_data("test-labels", vec![0, 1]).unwrap_err()).starts_with("test-labels: byte 2"));
    JsFuture::from(engine.configure(Object::new().into())?).await?;
    let refusal = |configuration: &str| message(engine.configure(JSON::parse(configuration).unwrap()).unwrap_err());
    assert!(refusal(r#"{"preset": "resnet"}"#).contains("\"lenet5\", \"lenet5_1998\", \"nielsen1\", \"nielsen2\""));
    assert!(refusal(r#"{"backend": "cuda"}"#).contains("\"auto\", \"cpu\" and \"webgpu\""));
    assert!(refusal(r#"{"layers": [{"type": "conv"}]}"#).starts_with("layer 1: the field \"filters\" is missing"));
    assert!(refusal(r#"{"batchsize": 3}"#).starts_with("there is no setting \"batchsize\""));
    assert!(message(engine.set("learning_rate", "fast".into()).unwrap_err()).contains("from 0.00001 to 10"));
    assert!(message(engine.start(Some(given(r#"{"steps": 0}"#)?)).unwrap_err()).contains("{steps: a whole number}"));
    assert!(message(engine.choose(given(r#"{"kind": "test", "index": 40}"#)?).unwrap_err()).contains("0 to 39"));
    assert!(message(engine.gradients(vec![240]).unwrap_err()).contains("0 to 239"));
    assert_eq!(get(engine.status(), "preset").await?, "lenet5");
    Ok(())
}

#[wasm_bindgen_test]
async fn a_drawing_is_classified_wherever_it_lies() -> Result<()> {
    let engine = configured("{}").await?;
    let pixels = async |strokes: &str| -> Result<Vec<f32>> {
        let pixels = get(engine.classify_drawing(JSON::parse(strokes)?), "pixels").await?;
        Ok(Float32Array::new(&pixels).to_vec())
    };
    let small = pixels("[[[0, 0], [1, 0], [0.4, 2]]]").await?;
    assert_eq!(small, pixels("[[[500, 300], [600, 300], [540, 500]]]").await?);
    assert!(small.iter().sum::<f32>() > 20.0);
    assert!(pixels("[[[1]]]").await.is_err());
    Ok(())
}

/// An engine that is told of an adapter, as the worker tells it; the browsers of these tests have a software adapter.
fn with_adapter() -> Result<Engine> {
    let engine = loaded()?;
    engine.set_adapter("google swiftshader".into(), false);
    Ok(engine)
}

async fn choice(engine: &Engine, key: &str) -> Result<String> {
    Ok(get(engine.status(), &format!("choice.{key}")).await?.as_string().unwrap_or_default())
}

#[wasm_bindgen_test]
async fn a_software_adapter_is_left_alone() -> Result<()> {
    let engine = with_adapter()?;
    JsFuture::from(engine.configure(Object::new().into())?).await?;
    JsFuture::from(engine.settle()?).await?;
    assert_eq!(get(engine.status(), "backend").await?, "cpu");
    let why = choice(&engine, "why").await?;
    assert!(why.starts_with("There is no hardware WebGPU here: google swiftshader is a software adapter"), "{why}");
    Ok(())
}

#[wasm_bindgen_test]
async fn without_an_adapter_the_cpu_trains_and_says_why() -> Result<()> {
    let engine = configured("{}").await?;
    JsFuture::from(engine.settle()?).await?;
    assert_eq!(get(engine.status(), "backend").await?, "cpu");
    assert_eq!(choice(&engine, "why").await?, "There is no WebGPU here.");
    Ok(())
}

#[wasm_bindgen_test]
async fn webgpu_trains_if_it_is_asked_for_and_a_run_moves_as_it_is() -> Result<()> {
    if webgpu::is_missing() {
        return Ok(());
    }
    let engine = with_adapter()?;
    let configuration = r#"{"preset": "lenet5", "batch_size": 20, "epochs": 6, "backend": "webgpu"}"#;
    JsFuture::from(engine.configure(JSON::parse(configuration)?)?).await?;
    assert_eq!(get(engine.status(), "backend").await?, "webgpu");
    assert_eq!(choice(&engine, "why").await?, "WebGPU was asked for.");
    train(&engine, Some(r#"{"steps": 20}"#)).await?;
    // A snapshot reports every step once, also on WebGPU.
    let snapshot = get(engine.snapshot(), "losses.loss").await?;
    assert_eq!(Float32Array::new(&snapshot).length(), 20);

    let before = parameters(&engine).await?;
    JsFuture::from(engine.set_backend("cpu")?).await?;
    assert_eq!(get(engine.status(), "backend").await?, "cpu");
    assert_eq!(get(engine.status(), "step").await?, 20);
    assert_eq!(parameters(&engine).await?, before);
    train(&engine, None).await?;
    assert_eq!(get(engine.status(), "phase").await?, "finished");
    let accuracy = get(engine.status(), "test_accuracy").await?.as_f64().unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
    Ok(())
}

/// An adapter that claims to be hardware is raced against the CPU and loses here: the run is as if there had been no race.
#[wasm_bindgen_test]
async fn what_looks_like_hardware_is_raced_and_the_faster_wins() -> Result<()> {
    if webgpu::is_missing() {
        return Ok(());
    }
    let engine = loaded()?;
    engine.set_adapter("fast gpu".into(), false);
    JsFuture::from(engine.configure(JSON::parse(r#"{"seed": 4}"#)?)?).await?;
    train(&engine, Some(r#"{"steps": 2}"#)).await?;
    let before = parameters(&engine).await?;
    JsFuture::from(engine.settle()?).await?;
    assert_eq!(get(engine.status(), "backend").await?, "cpu");
    assert_eq!(choice(&engine, "wanted").await?, "auto");
    let why = choice(&engine, "why").await?;
    assert!(why.starts_with("The CPU trains this network ") && why.contains(" times as fast here."), "{why}");
    assert!(get(engine.status(), "choice.speeds.webgpu").await?.as_f64().unwrap() > 1.0);
    assert_eq!(parameters(&engine).await?, before);
    train(&engine, Some(r#"{"steps": 2}"#)).await?;
    assert_eq!(get(engine.status(), "step").await?, 4);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_comparison_measures_both_and_leaves_the_run_as_it_was() -> Result<()> {
    if webgpu::is_missing() {
        return Ok(());
    }
    let engine = with_adapter()?;
    JsFuture::from(engine.configure(Object::new().into())?).await?;
    train(&engine, Some(r#"{"steps": 3}"#)).await?;
    let before = parameters(&engine).await?;
    JsFuture::from(engine.compare()?).await?;
    for backend in ["cpu", "webgpu"] {
        let speed = get(engine.status(), &format!("choice.speeds.{backend}")).await?.as_f64().unwrap();
        assert!(speed > 1.0, "{backend}: {speed}");
    }
    assert!(choice(&engine, "why").await?.contains("times as fast here"));
    assert_eq!(parameters(&engine).await?, before);
    assert_eq!(get(engine.status(), "step").await?, 3);
    Ok(())
}

/// The numbers of a typed array, or of a list, at `path`.
fn numbers(of: &JsValue, path: &str) -> Result<Vec<f64>> {
    let mut value = of.clone();
    for key in path.split('.') {
        value = Reflect::get(&value, &key.into())?;
    }
    Ok(Array::from(&value).iter().map(|number| number.as_f64().unwrap_or(f64::NAN)).collect())
}

#[wasm_bindgen_test]
async fn an_inspected_unit_comes_with_every_snapshot_until_it_is_let_go() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5"}"#).await?;
    engine.choose(given(r#"{"kind": "test", "index": 3, "label": 0}"#)?)?;
    engine.inspect(Some(given(r#"{"layer": 2, "channel": 5, "y": 4, "x": 7}"#)?))?;
    let inspected = get(engine.snapshot(), "view.inspected").await?;
    let (inputs, weights) = (numbers(&inspected, "inputs")?, numbers(&inspected, "weights")?);
    assert_eq!((inputs.len(), weights.len()), (150, 150));
    let of = |key: &str| Reflect::get(&inspected, &key.into()).unwrap().as_f64().unwrap();
    let sum = of("bias") + inputs.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
    assert!((sum - of("pre_activation")).abs() < 1e-4, "{sum} and {}", of("pre_activation"));
    assert_eq!(of("activation"), of("pre_activation").max(0.0));
    assert_eq!(numbers(&inspected, "change.gradients")?.len(), 150);
    assert_eq!(numbers(&inspected, "corner")?, [0.0, 4.0, 7.0]);
    engine.inspect(None)?;
    assert!(get(engine.snapshot(), "view.inspected").await?.is_null());
    Ok(())
}

#[wasm_bindgen_test]
async fn a_survey_looks_at_every_test_image_piece_by_piece() -> Result<()> {
    let engine = configured(r#"{"preset": "nielsen1"}"#).await?;
    let survey = get(engine.survey(), "").await?;
    let method = |name: &str| Reflect::get(&survey, &name.into()).unwrap().unchecked_into::<js_sys::Function>();
    while method("run").call1(&survey, &0.0.into())?.is_truthy() {}
    let found = method("result").call0(&survey)?;
    assert_eq!(numbers(&found, "predicted")?.len(), 40);
    let strongest: Array = Reflect::get(&found, &"strongest".into())?.into();
    let maps = Array::from(&strongest.get(0));
    assert_eq!((strongest.length(), maps.length(), Array::from(&maps.get(19)).length()), (4, 20, 9));
    Ok(())
}

#[wasm_bindgen_test]
fn shapes_are_reckoned_and_refused_without_a_network() -> Result<()> {
    let engine = Engine::new();
    let fit = JsValue::from(engine.places(10, 3, 2, 0)?);
    let of = |key: &str| Reflect::get(&fit, &key.into()).unwrap();
    assert_eq!((of("places"), of("left_over")), (4.into(), 1.into()));
    assert_eq!(Array::from(&of("unseen")).get(0), 9);
    let refusal = message(engine.places(4, 5, 1, 0).unwrap_err());
    assert!(refusal.contains("does not fit into 4 + 2·0 = 4"), "{refusal}");
    let layers = JSON::parse(r#"[{"type": "dense", "units": 10, "activation": "none"}]"#).unwrap();
    let described = engine.describe(layers).map_or(JsValue::NULL, JsValue::from);
    assert_eq!(Reflect::get(&described, &"parameters".into()).unwrap(), 7850.0);
    let none = message(engine.describe(JSON::parse("[]").unwrap()).unwrap_err());
    assert!(none.contains("at least one layer"), "{none}");
    Ok(())
}

#[wasm_bindgen_test]
fn a_refusal_says_which_layer_and_field_it_is_about() {
    let layers = r#"[{"type": "prelu"}, {"type": "dense", "units": 0, "activation": "none"}]"#;
    let refusal = JsValue::from(Engine::new().describe(JSON::parse(layers).unwrap()).unwrap_err());
    let of = |key: &str| Reflect::get(&refusal, &key.into()).unwrap();
    assert_eq!(of("layer"), 1);
    assert_eq!(of("field"), "units");
}
