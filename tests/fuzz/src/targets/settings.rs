//! Configurations: a network, settings and a backend by name, as JSON.

use super::IMAGES;
use crate::{Target, json};
use lenet::backend::machine::ThisMachine;
use lenet::session::{Configuration, Session};
use lenet::train::SETTINGS;
use serde_json::{Map, Value};
use std::rc::Rc;

pub const TARGET: Target = Target {
    name: "settings",
    seeds: || {
        let defaults = lenet::train::Settings::default();
        let all: Map<String, Value> = SETTINGS
            .iter()
            .map(|setting| {
                let value = defaults.get(setting.name).expect("a setting of the list");
                (setting.name.to_owned(), serde_json::to_value(value).expect("plain data"))
            })
            .collect();
        let network = r#"{"layers":[{"type":"dense","units":10,"activation":"none"}],"preprocessing":"scale","workers":1,"backend":"cpu","seed":7}"#;
        vec![Value::from(all).to_string().into_bytes(), network.into(), br#"{"preset":"nielsen1"}"#.into()]
    },
    mend: super::as_it_is,
    passes: |bytes| json::find(bytes).is_some_and(|place| place == (0..bytes.len())),
    check,
    memory: (64 << 20, 4096),
    longest: 2048,
};

fn check(bytes: &[u8]) {
    let Ok(mut configuration) = serde_json::from_slice::<Configuration>(bytes) else {
        return;
    };
    // A network costs time and is the target "layers"; here a small one stands for all.
    if configuration.remove("layers").is_some() || configuration.remove("preset").is_some() {
        let one = serde_json::json!([{ "type": "dense", "units": 10, "activation": "none" }]);
        configuration.insert("layers".to_owned(), one);
    }
    match Session::new(&configuration, Rc::new(ThisMachine::single(IMAGES.clone()))) {
        Ok(session) => {
            for (name, asked) in configuration {
                // What was accepted is what is there.
                if let Some(set) = session.trainer.settings().get(&name) {
                    let set = serde_json::to_value(set).expect("plain data");
                    assert!(set == asked || set.as_f64() == asked.as_f64(), "{name}: {asked} became {set}");
                }
            }
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
