//! The engine through its JavaScript face, in whatever scope the crate that includes this is run in.

use crate::bits::{BITS, bars, folded_run};
use js_sys::{Array, Float32Array, JSON, Object, Promise, Reflect, Uint8Array};
use lenet::wasm::Engine;
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

/// The same, with a network.
fn configured(configuration: &str) -> Result<Engine> {
    let engine = loaded()?;
    engine.configure(JSON::parse(configuration)?)?;
    Ok(engine)
}

fn train(engine: &Engine, goal: &str) -> Result<()> {
    engine.start(JSON::parse(goal)?)?;
    while engine.run(20.0)? {}
    Ok(())
}

/// The property at `path`, as `status.step`.
async fn get(promise: std::result::Result<Promise, wasm_bindgen::JsError>, path: &str) -> Result<JsValue> {
    let mut value = JsFuture::from(promise?).await?;
    for key in path.split('.').filter(|key| !key.is_empty()) {
        value = Reflect::get(&value, &key.into())?;
    }
    Ok(value)
}

fn message(error: wasm_bindgen::JsError) -> String {
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
    let engine = configured(r#"{"preset": "lenet5", "batch_size": 20, "epochs": 6}"#)?;
    train(&engine, "null")?;
    assert_eq!(get(engine.status(), "phase").await?, "finished");
    let accuracy = get(engine.status(), "test_accuracy").await?.as_f64().unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
    let confusion = get(engine.evaluate("test"), "confusion.3").await?;
    assert_eq!(Array::from(&confusion).length(), 10);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_reset_repeats_the_run_bit_for_bit() -> Result<()> {
    let engine = configured(r#"{"preset": "nielsen1", "batch_size": 16, "seed": 3}"#)?;
    let start = parameters(&engine).await?;
    train(&engine, r#"{"steps": 7}"#)?;
    let first = parameters(&engine).await?;
    engine.reset()?;
    assert_eq!(parameters(&engine).await?, start);
    train(&engine, r#"{"steps": 7}"#)?;
    assert_eq!(parameters(&engine).await?, first);
    assert_ne!(first, start);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_snapshot_tells_every_step_once_and_shows_every_layer() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5", "batch_size": 16}"#)?;
    engine.choose(JSON::parse(r#"{"kind": "test", "index": 4}"#)?)?;
    train(&engine, r#"{"steps": 5}"#)?;
    // A status in between must not swallow what the snapshot has to tell.
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
    assert_eq!(Float32Array::new(&at("view.filters.1.weights")).length(), 16 * 6 * 25);
    let next = get(engine.snapshot(), "losses.loss").await?;
    assert_eq!(Float32Array::new(&next).length(), 0);
    Ok(())
}

#[wasm_bindgen_test]
async fn a_promise_outlives_the_network_it_was_asked_of() -> Result<()> {
    let engine = configured(r#"{"preset": "lenet5"}"#)?;
    let snapshot = engine.snapshot();
    engine.configure(JSON::parse(r#"{"preset": "nielsen1"}"#)?)?;
    assert_eq!(get(snapshot, "status.preset").await?, "lenet5");
    assert_eq!(get(engine.snapshot(), "status.preset").await?, "nielsen1");
    Ok(())
}

#[wasm_bindgen_test]
async fn what_is_saved_can_be_loaded() -> Result<()> {
    let engine = configured(r#"{"preset": "nielsen2", "seed": 9}"#)?;
    let before = parameters(&engine).await?;
    let bytes = Uint8Array::new(&get(engine.save(), "").await?).to_vec();
    engine.configure(JSON::parse(r#"{"preset": "lenet5"}"#)?)?;
    engine.load(&bytes)?;
    assert_eq!(parameters(&engine).await?, before);
    assert!(message(engine.load(&bytes[..100]).unwrap_err()).starts_with("this is no checkpoint of ours"));
    assert_eq!(parameters(&engine).await?, before);
    Ok(())
}

#[wasm_bindgen_test]
async fn refusals_are_sentences_and_change_nothing() -> Result<()> {
    let engine = loaded()?;
    assert!(message(engine.settings().unwrap_err()).starts_with("there is no network yet"));
    assert!(message(engine.load_data("test-labels", vec![0, 1]).unwrap_err()).starts_with("test-labels: byte 2"));
    engine.configure(Object::new().into())?;
    let refusal = |configuration: &str| message(engine.configure(JSON::parse(configuration).unwrap()).unwrap_err());
    assert!(refusal(r#"{"preset": "resnet"}"#).contains("\"lenet5\", \"nielsen1\", \"nielsen2\""));
    assert!(refusal(r#"{"backend": "webgpu"}"#).contains("not there yet"));
    assert!(refusal(r#"{"layers": [{"type": "conv"}]}"#).starts_with("layer 1: missing field"));
    assert!(refusal(r#"{"batchsize": 3}"#).starts_with("there is no setting \"batchsize\""));
    assert!(message(engine.set("learning_rate", "fast".into()).unwrap_err()).contains("from 0.00001 to 10"));
    assert!(message(engine.start(JSON::parse(r#"{"steps": 0}"#)?).unwrap_err()).contains("{steps: a whole number}"));
    assert!(message(engine.choose(JSON::parse(r#"{"kind": "test", "index": 40}"#)?).unwrap_err()).contains("0 to 39"));
    assert!(message(engine.gradients(vec![240]).unwrap_err()).contains("0 to 239"));
    assert_eq!(get(engine.status(), "preset").await?, "lenet5");
    Ok(())
}

#[wasm_bindgen_test]
async fn a_drawing_is_classified_wherever_it_lies() -> Result<()> {
    let engine = configured("{}")?;
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
