//! One network on one dataset, being trained and looked at: what a page or a command line holds.

use crate::backend::cpu::{CpuBackend, MAX_SHARDS};
use crate::choice::Wanted;
use crate::data::{Dataset, Split};
use crate::declare::{Value, Words, shown};
use crate::inspect::{Maps, Viewer};
use crate::network::{Layer, NetworkSpec, PRESETS, Plan, Preprocessing, Shape, preset, preset_of};
use crate::refusal::Refusal;
use crate::train::checkpoint::{self, Checkpoint};
use crate::train::{Settings, Trainer};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that may be chosen at once: a network, a backend and settings by name.
pub type Configuration = BTreeMap<String, Json>;

/// A network being trained, and a viewer that looks at copies of its parameters.
pub struct Session {
    /// The run.
    pub trainer: Trainer,
    /// Looks at a copy of the parameters.
    pub viewer: Viewer,
    /// The backend asked for. A session begins on one thread of the CPU, at once; whoever drives it moves it.
    pub wanted: Wanted,
    /// How many workers of the CPU were asked for; else as many as the machine can use.
    pub workers: Option<usize>,
}

impl Session {
    /// A session as `configuration` says, on `dataset`; what it leaves out has its default.
    ///
    /// # Errors
    /// A key or value that means nothing, or layers that do not fit.
    pub fn new(configuration: &Configuration, dataset: Arc<Dataset>) -> Result<Session, Refusal> {
        let mut spec = preset(PRESETS[0].name).expect("the first preset is one");
        let mut settings = Settings::default();
        let (mut wanted, mut workers, mut preprocessing) = (Wanted::default(), None, None);
        if configuration.contains_key("preset") && configuration.contains_key("layers") {
            return Err(Refusal::new("give a preset or a list of layers, not both"));
        }
        for (key, value) in configuration {
            match key.as_str() {
                "preset" => spec = named_network(value)?,
                "layers" => spec = NetworkSpec::mnist(Layer::read_list(value)?),
                "preprocessing" => preprocessing = Some(wanted_preprocessing(value)?),
                "backend" => wanted = wanted_backend(value)?,
                "workers" => workers = Some(worker_count(value)?),
                _ => {
                    let refuse = || {
                        Refusal::new(format!("{key} cannot be {}: give a number, a word, true or false", shown(value)))
                    };
                    let value = Value::from_json(value).ok_or_else(refuse)?;
                    settings.set(key, &value)?;
                }
            }
        }
        if let Some(preprocessing) = preprocessing {
            spec = preprocessed(spec, preprocessing);
        }
        let plan = Plan::new(&spec)?;
        if !dataset.has_statistics(&plan) {
            return Err(Refusal::new("preprocessing looks at training images that are still on their way: try again"));
        }
        Ok(Session { workers, ..Session::of(plan, settings, dataset, wanted) })
    }

    /// A session of a network that is known to fit.
    pub fn of(plan: Plan, settings: Settings, dataset: Arc<Dataset>, wanted: Wanted) -> Session {
        let backend = Box::new(CpuBackend::new(plan.clone(), dataset.clone()));
        let viewer = Viewer::new(plan.clone());
        Session { trainer: Trainer::new(plan, dataset, backend, settings), viewer, wanted, workers: None }
    }

    /// A session of the network and parameters in a checkpoint. The run goes on where it stood if it is there too; else
    /// one begins with this one's settings.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn loaded(&self, bytes: &[u8]) -> Result<Session, Refusal> {
        let Checkpoint { plan, parameters, run } = checkpoint::load(bytes, self.trainer.plan())?;
        let (settings, dataset) = (self.trainer.settings().clone(), self.trainer.dataset().clone());
        let mut session = Session { workers: self.workers, ..Session::of(plan, settings, dataset, self.wanted) };
        match run {
            Some(run) => session.trainer.resume(&parameters, run).map_err(Refusal::new)?,
            None => {
                session.trainer.write_parameters(&parameters);
                session.trainer.evaluate_soon();
            }
        }
        Ok(session)
    }

    /// The preset's name, or "custom".
    pub fn preset(&self) -> &'static str {
        preset_of(&self.trainer.plan().spec()).unwrap_or("custom")
    }

    /// What the viewer sees in `image`, one number from 0 to 1 per pixel, with these parameters.
    ///
    /// # Errors
    /// Another number of pixels, or one that is not finite.
    pub fn look(&mut self, parameters: &[f32], image: &[f32]) -> Result<Maps, Refusal> {
        let Shape { height, width, .. } = self.trainer.plan().input;
        if image.len() != height * width || image.iter().any(|pixel| !pixel.is_finite()) {
            let count = image.len();
            return Err(Refusal::new(format!(
                "an image is {height}×{width} = {} finite numbers from 0 to 1, and this is {count}",
                height * width
            )));
        }
        self.viewer.write_parameters(parameters);
        Ok(self.viewer.look(image))
    }
}

/// The split called `name`.
///
/// # Errors
/// What splits there are.
pub fn split(name: &str) -> Result<Split, Refusal> {
    let splits = [Split::Train, Split::Validation, Split::Test];
    splits.into_iter().find(|split| split.name() == name).ok_or_else(|| {
        Refusal::new(format!("there is no split \"{name}\": there are \"train\", \"validation\" and \"test\""))
    })
}

fn named_network(value: &Json) -> Result<NetworkSpec, Refusal> {
    value.as_str().and_then(preset).ok_or_else(|| {
        let names: Vec<String> = PRESETS.iter().map(|preset| format!("\"{}\"", preset.name)).collect();
        Refusal::new(format!("there is no preset {}: there are {}", shown(value), names.join(", ")))
    })
}

/// The network with this before it, instead of what there was.
fn preprocessed(spec: NetworkSpec, preprocessing: Option<Preprocessing>) -> NetworkSpec {
    let layers = spec.layers.into_iter().filter(|layer| !matches!(layer, Layer::Preprocess { .. }));
    let first = preprocessing.map(|kind| Layer::Preprocess { kind });
    NetworkSpec { layers: first.into_iter().chain(layers).collect(), ..spec }
}

/// The preprocessing of this name; `None` for "none".
fn wanted_preprocessing(value: &Json) -> Result<Option<Preprocessing>, Refusal> {
    match value.as_str().map(|word| (word, Preprocessing::of_word(word))) {
        Some((_, Some(kind))) => Ok(Some(kind)),
        Some(("none", None)) => Ok(None),
        _ => {
            let names: Vec<&str> = Preprocessing::OPTIONS.iter().map(|option| option.value).collect();
            Err(Refusal::new(format!(
                "preprocessing cannot be {}: give one of \"none\", \"{}\"",
                shown(value),
                names.join("\", \"")
            ))
            .at_field("preprocessing"))
        }
    }
}

/// So many workers.
///
/// # Errors
/// How many there can be.
pub fn worker_count(value: &Json) -> Result<usize, Refusal> {
    let count = value.as_u64().map(|count| count as usize);
    count.filter(|count| count.is_power_of_two() && *count <= MAX_SHARDS).ok_or_else(|| {
        Refusal::new(format!(
            "workers cannot be {}: give 1, 2, 4 or {MAX_SHARDS}, for a mini-batch is halved until each has a part",
            shown(value)
        ))
    })
}

/// The backend called so.
///
/// # Errors
/// What backends there are.
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
