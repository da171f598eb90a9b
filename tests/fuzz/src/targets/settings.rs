//! Configurations: a network, settings and a backend by name, as JSON.

use super::IMAGES;
use crate::{Target, json};
use lenet::backend::machine::ThisMachine;
use lenet::session::{self, Configuration, Session};
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
    memory: (4 << 20, 256),
    longest: 2048,
};

fn check(bytes: &[u8]) {
    let Ok(mut configuration) = serde_json::from_slice::<Configuration>(bytes) else {
        return;
    };
    // Any network can be asked for, but a small one is made, which takes less time.
    let _ = session::check(&configuration, &IMAGES);
    configuration.remove("preset");
    let small = serde_json::json!([
        { "type": "pool", "kind": "max", "size": 7, "stride": 7 },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    configuration.insert("layers".to_owned(), small);
    match Session::new(&configuration, Rc::new(ThisMachine::single(IMAGES.clone()))) {
        Ok(session) => {
            for (name, asked) in configuration {
                // What was accepted is what is there.
                if let Some(set) = session.trainer.settings().get(&name) {
                    let set = serde_json::to_value(set).expect("plain data");
                    // Numbers have 32 bits.
                    let number = |value: &Value| value.as_f64().map(|number| number as f32);
                    assert!(set == asked || number(&set) == number(&asked), "{name}: {asked} became {set}");
                }
            }
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
}
