//! Preprocessing: it agrees with NumPy on both backends, treats every image alike, and uses numbers that only a new start
//! changes.

use crate::gpu::both;
use crate::idx::mnist;
use crate::runs::{finish, trainer};
use crate::support::{assert_close, noise_split, now, read, wide};
use lenet::backend::machine::ThisMachine;
use lenet::backend::{Optimizer, Tap};
use lenet::data::MNIST;
use lenet::declare::Words;
use lenet::network::{Activation, Layer, NetworkSpec, Plan, Preprocessing, Shape, preset};
use lenet::session::{Configuration, Session};
use lenet::train::{Goal, Settings, checkpoint};
use safetensors::SafeTensors;
use serde_json::json;
use std::rc::Rc;
use std::sync::Arc;

fn golden(name: &str) -> Vec<f64> {
    let path = format!("{}/tests/golden/preprocess.safetensors", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let numbers = file.tensor(name).unwrap().data().as_chunks::<4>().0.to_vec();
    numbers.into_iter().map(|four| f64::from(f32::from_le_bytes(four))).collect()
}

fn plan_with(kind: Preprocessing) -> Plan {
    let logits = Layer::Dense { units: 10, activation: Activation::None };
    Plan::new(&NetworkSpec::mnist(vec![Layer::Preprocess { kind }, logits])).unwrap()
}

/// `tests/golden/preprocess.py` made the numbers in f64, with another algorithm for eigenvectors. Measured: whitening is
/// off by 2·10⁻⁶ of its largest number, the rest by less.
#[test]
fn images_are_preprocessed_as_by_numpy() {
    let dataset = Arc::new(mnist());
    for &kind in Preprocessing::ALL {
        let (name, plan) = (kind.word(), plan_with(kind));
        let mut parameters = vec![0.0; plan.parameters];
        dataset.put_statistics(&plan, &mut parameters);
        assert_close("mean", &wide(&parameters[plan.layers[0].biases.clone()]), &golden("mean"), 1e-6);
        for (on, mut engine) in both(&plan, &dataset, &parameters) {
            engine.forward(&[60_000, 60_001, 60_002]);
            let images = read(&mut *engine, Tap::Activation(0));
            assert_close(&format!("{on}, {name}"), &wide(&images), &golden(name), 1e-5);
        }
    }
}

/// Whitened, the training images have the variance λ/(λ + ε) along each component.
#[test]
fn what_is_whitened_varies_alike_in_all_directions() {
    let dataset = Arc::new(mnist());
    let plan = plan_with(Preprocessing::Whiten);
    let mut parameters = vec![0.0; plan.parameters];
    dataset.put_statistics(&plan, &mut parameters);
    let [(_, mut cpu), _] = both(&plan, &dataset, &parameters);
    cpu.forward(&(0..10_000).collect::<Vec<u32>>());
    let images = read(&mut *cpu, Tap::Activation(0));
    let components = parameters[plan.layers[0].weights.clone()].chunks(MNIST.pixels());
    for (component, variance) in components.zip(golden("variances")) {
        let length = component.iter().map(|w| w * w).sum::<f32>().sqrt();
        let along = |image: &[f32]| image.iter().zip(component).map(|(x, w)| x * w / length).sum::<f32>();
        let square = images.chunks(MNIST.pixels()).map(along).map(|x| f64::from(x * x)).sum::<f64>() / 1e4;
        let expected = variance / (variance + Preprocessing::EPSILON);
        assert!((square - expected).abs() < 1e-3, "{square} and not {expected}");
    }
}

#[test]
fn no_step_changes_what_preprocessing_multiplies_with() {
    for optimizer in [Optimizer::Sgd, Optimizer::Adam] {
        let spec = plan_with(Preprocessing::Whiten).spec();
        let settings =
            Settings { optimizer, weight_decay: 0.1, l1: 1.0, l2: 1.0, max_norm: 0.1, ..Settings::default() };
        let mut trainer = trainer(&spec, &noise_split(200, 20, 1), settings);
        let fixed = trainer.plan().layers[0].weights.start..trainer.plan().layers[0].biases.end;
        let start = trainer.start_parameters()[fixed.clone()].to_vec();
        assert!(start.iter().any(|&w| w != 0.0));
        trainer.start(Goal::Steps(5));
        finish(&mut trainer);
        let parameters = now(trainer.backend().read(Tap::Parameters)).unwrap();
        assert_eq!(parameters[fixed.clone()], start);
        assert_ne!(parameters[fixed.end..], trainer.start_parameters()[fixed.end..]);
        trainer.reset();
        assert_eq!(trainer.start_parameters()[fixed], start);
    }
}

fn configured(configuration: serde_json::Value) -> Result<Session, String> {
    let configuration: Configuration = serde_json::from_value(configuration).unwrap();
    Session::new(&configuration, Rc::new(ThisMachine::single(noise_split(60, 10, 2))))
        .map_err(|refusal| refusal.to_string())
}

#[test]
fn it_is_asked_for_by_name_and_does_not_rename_the_network() {
    let session = configured(json!({ "preset": "lenet5_1998", "preprocessing": "standardize" })).unwrap();
    let names: Vec<&str> = session.trainer.plan().layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names[..4], ["Preprocess", "Frame", "C1", "S2"]);
    assert_eq!(session.preset(), "lenet5_1998");
    let trainable = Plan::new(&preset("lenet5_1998").unwrap()).unwrap().trainable();
    assert_eq!(session.trainer.plan().trainable(), trainable);

    let layers =
        json!([{ "type": "preprocess", "kind": "whiten" }, { "type": "dense", "units": 10, "activation": "none" }]);
    let session = configured(json!({ "layers": layers, "preprocessing": "none" })).unwrap();
    assert_eq!(session.trainer.plan().layers.len(), 1);
}

#[test]
fn an_unknown_preprocessing_is_refused() {
    let refusal = |configuration| configured(configuration).err().unwrap();
    assert_eq!(
        refusal(json!({ "preprocessing": "zca" })),
        "preprocessing cannot be \"zca\": give one of \"none\", \"center\", \"standardize\", \"whiten\""
    );
    let dense = json!({ "type": "dense", "units": 10, "activation": "none" });
    let late = json!([dense, { "type": "preprocess", "kind": "center" }, dense]);
    let why = refusal(json!({ "layers": late }));
    assert_eq!(why, "Preprocess: it prepares the image: make it the first layer");
}

#[test]
fn small_images_cannot_be_whitened() {
    let whiten = Layer::Preprocess { kind: Preprocessing::Whiten };
    let refusal = whiten.on(Shape::new(1, 9, 11), 10).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some("kind"));
    assert_eq!(
        refusal.sentence,
        "images of 99 pixels do not have the 100 components of whitening: standardise them instead"
    );
    assert!(whiten.on(Shape::new(1, 10, 10), 10).is_ok());
}

#[test]
fn it_is_kept_in_checkpoints() {
    let session = configured(json!({ "preset": "nielsen1", "preprocessing": "whiten" })).unwrap();
    let parameters = session.trainer.start_parameters();
    let bytes = checkpoint::save(session.trainer.plan(), parameters);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("Preprocess.components").unwrap().shape(), [100, 28, 28]);
    assert_eq!(file.tensor("Preprocess.mean").unwrap().shape(), [28, 28]);
    // The session that loads it has other images, with another mean.
    let other = Session::new(&Configuration::new(), Rc::new(ThisMachine::single(noise_split(30, 10, 3)))).unwrap();
    let loaded = other.loaded(&bytes).unwrap();
    assert_eq!(now(loaded_parameters(loaded)).unwrap(), parameters);
}

fn loaded_parameters(mut session: Session) -> lenet::backend::Readback {
    session.trainer.backend().read(Tap::Parameters)
}
