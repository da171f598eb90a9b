//! Reads a configuration (a network, settings and a backend, all by name) that the page's console, the command line or
//! a test gives.

use super::choice::Wanted;
use crate::backend::cpu::MAX_SHARDS;
use crate::data::{Dataset, Split};
use crate::declare::{Value, Words, quoted, shown};
use crate::network::{Layer, NetworkSpec, PRESETS, Plan, Preprocessing, preset};
use crate::refusal::Refusal;
use crate::train::Settings;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Values by name. Every name that is missing has its default.
pub type Configuration = BTreeMap<String, Json>;

/// A configuration after it was read.
pub struct Configured {
    pub plan: Plan,
    pub settings: Settings,
    pub wanted: Wanted,
    /// The requested number of CPU threads; None means one for each core.
    pub workers: Option<usize>,
}

/// Reads a configuration for a session that trains on `dataset`.
///
/// # Errors
/// The key with an invalid value, the layer that does not fit, or that preprocessing has to wait for images.
pub(super) fn read(configuration: &Configuration, dataset: &Dataset) -> Result<Configured, Refusal> {
    let configured = check(configuration, dataset)?;
    if !dataset.has_statistics(&configured.plan) {
        return Err(Refusal::new(
            "preprocessing needs all training images, and they are still on their way: try again",
        )
        .at_field("preprocessing"));
    }
    Ok(configured)
}

/// Reads a configuration, whether the images that preprocessing needs have arrived or not.
///
/// # Errors
/// The key with an invalid value, or the layer that does not fit.
pub fn check(configuration: &Configuration, dataset: &Dataset) -> Result<Configured, Refusal> {
    if configuration.contains_key("preset") && configuration.contains_key("layers") {
        return Err(Refusal::new("give a preset or a list of layers, not both").at_field("layers"));
    }
    let mut spec = preset(PRESETS[0].name).expect("the first preset exists");
    let mut settings = Settings::default();
    let (mut wanted, mut workers, mut preprocessing) = (Wanted::default(), None, None);
    for (key, value) in configuration {
        let read = match key.as_str() {
            "preset" => named_network(value).map(|named| spec = named),
            "layers" => Layer::read_list(value).map(|layers| spec = dataset.network(layers)),
            "preprocessing" => named_preprocessing(value).map(|named| preprocessing = Some(named)),
            "backend" => wanted_backend(value).map(|backend| wanted = backend),
            "workers" => worker_count(value).map(|count| workers = Some(count)),
            setting => setting_value(setting, value).and_then(|value| settings.set(setting, &value)),
        };
        read.map_err(|refusal| refusal_at(refusal, key))?;
    }
    if let Some(preprocessing) = preprocessing {
        spec = preprocessed(spec, preprocessing);
    }
    Ok(Configured { plan: Plan::new(&spec)?, settings, wanted, workers })
}

/// Sets the field of a refusal to `key`, unless it is about a layer and so has that layer's field.
fn refusal_at(refusal: Refusal, key: &str) -> Refusal {
    if refusal.layer.is_some() { refusal } else { refusal.at_field(key) }
}

/// The split with this name.
///
/// # Errors
/// There is no such split.
pub fn split(name: &str) -> Result<Split, Refusal> {
    let splits = [Split::Train, Split::Validation, Split::Test];
    splits.into_iter().find(|split| split.name() == name).ok_or_else(|| {
        Refusal::new(format!("there is no split \"{name}\": there are \"train\", \"validation\" and \"test\""))
    })
}

/// The preset with this name.
///
/// # Errors
/// There is no such preset.
pub fn named_network(value: &Json) -> Result<NetworkSpec, Refusal> {
    value.as_str().and_then(preset).ok_or_else(|| {
        let names = quoted(PRESETS.iter().map(|preset| preset.name));
        Refusal::new(format!("there is no preset {}: there are {names}", shown(value)))
    })
}

/// The network with this preprocessing in place of any other; `None` removes it.
fn preprocessed(spec: NetworkSpec, preprocessing: Option<Preprocessing>) -> NetworkSpec {
    let layers = spec.layers.into_iter().filter(|layer| !matches!(layer, Layer::Preprocess { .. }));
    let first = preprocessing.map(|kind| Layer::Preprocess { kind });
    NetworkSpec { layers: first.into_iter().chain(layers).collect(), ..spec }
}

/// The preprocessing with this name; `None` for "none".
fn named_preprocessing(value: &Json) -> Result<Option<Preprocessing>, Refusal> {
    match value.as_str().map(|word| (word, Preprocessing::of_word(word))) {
        Some((_, Some(kind))) => Ok(Some(kind)),
        Some(("none", None)) => Ok(None),
        _ => {
            let names = quoted(["none"].into_iter().chain(Preprocessing::OPTIONS.iter().map(|option| option.value)));
            Err(Refusal::new(format!("preprocessing cannot be {}: give one of {names}", shown(value))))
        }
    }
}

/// Reads a number of CPU threads.
///
/// # Errors
/// The value is not a possible number of threads.
pub fn worker_count(value: &Json) -> Result<usize, Refusal> {
    let count = value.as_u64().map(|count| count as usize);
    count.filter(|count| count.is_power_of_two() && *count <= MAX_SHARDS).ok_or_else(|| {
        Refusal::new(format!(
            "workers cannot be {}: give 1, 2, 4 or {MAX_SHARDS}, for a mini-batch is halved until each has a part",
            shown(value)
        ))
    })
}

/// The backend with this name.
///
/// # Errors
/// There is no such backend.
pub fn wanted_backend(value: &Json) -> Result<Wanted, Refusal> {
    match value.as_str() {
        Some("auto") => Ok(Wanted::Auto),
        Some("cpu") => Ok(Wanted::Cpu),
        Some("webgpu") => Ok(Wanted::WebGpu),
        _ => Err(Refusal::new(format!(
            "there is no backend {}: there are \"auto\", \"cpu\" and \"webgpu\"",
            shown(value)
        ))),
    }
}

/// The value of the setting `name` as its type. The setting itself checks the range.
///
/// # Errors
/// The value is a list, an object or null.
pub fn setting_value(name: &str, value: &Json) -> Result<Value, Refusal> {
    Value::from_json(value)
        .ok_or_else(|| Refusal::new(format!("{name} cannot be {}: give a number, a word, true or false", shown(value))))
}
