//! A run as a checkpoint stores it, complete enough to continue bit for bit. Its tensors are stored as tensors and all else
//! as JSON in the metadata. The order of the images is not stored, because the seed determines it.

use super::settings::{Applies, SETTINGS, Settings};
use super::status::Phase;
use crate::backend::OptimizerState;
use crate::data::Split;
use crate::declare::{Value, shown};
use serde_json::{Map, Value as Json};

/// A run that can be written to a file.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedRun {
    /// All settings; those that wait for a reset have their new values.
    pub settings: Settings,
    /// The settings that apply at a reset, with their values at the start of the run; the others have their defaults.
    pub started: Settings,
    /// The number of mini-batches done.
    pub step: u32,
    /// The number of complete epochs.
    pub epochs_done: u32,
    /// The number of images done in the present epoch.
    pub images_done: u32,
    /// The number of images in an epoch.
    pub images: u32,
    /// The fingerprint of the images that it was trained on; `None` in older files, and if they were still arriving.
    pub fingerprint: Option<u64>,
    /// The number of images that were done when the schedule began.
    pub schedule_start: u64,
    /// The phase of the run. A run that was training is saved as paused.
    pub phase: Phase,
    /// A sentence about the phase.
    pub message: Option<String>,
    /// Evaluations that are still due: the split, and the number of its first images.
    pub due: Vec<(Split, u32)>,
    /// The optimizer state.
    pub optimizer: OptimizerState,
    /// The best parameters so far, for early stopping.
    pub best: Option<SavedBest>,
    /// The accuracy in the latest evaluation of the validation set.
    pub validation_accuracy: Option<f64>,
    /// The accuracy in the latest evaluation of the test set.
    pub test_accuracy: Option<f64>,
    /// Seconds of training.
    pub seconds: f64,
}

/// The parameters that did best on the validation set.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedBest {
    /// The epoch after which they were evaluated.
    pub epoch: u32,
    /// The number of validation images that they predict correctly.
    pub right: u32,
    /// The parameters.
    pub parameters: Vec<f32>,
}

/// A run with more epochs is refused, because repeating the shuffles of all epochs would take minutes.
const MAX_EPOCHS: u32 = 100_000;

const PHASES: [(&str, Phase); 4] =
    [("paused", Phase::Paused), ("ready", Phase::Ready), ("finished", Phase::Finished), ("diverged", Phase::Diverged)];
const SPLITS: [Split; 3] = [Split::Train, Split::Validation, Split::Test];

impl SavedRun {
    /// The metadata: everything but the tensors.
    pub(super) fn to_json(&self) -> String {
        let phase = PHASES.iter().find(|(_, phase)| *phase == self.phase).map_or("paused", |(word, _)| word);
        let due = self.due.iter().map(|&(split, images)| Json::from(vec![split.name().into(), Json::from(images)]));
        let best = |best: &SavedBest| object(vec![("epoch", best.epoch.into()), ("right", best.right.into())]);
        let run = object(vec![
            ("version", 1.into()),
            ("settings", settings_to_json(&self.settings, &[Applies::NextStep, Applies::Reset])),
            ("started", settings_to_json(&self.started, &[Applies::Reset])),
            ("step", self.step.into()),
            ("epochs_done", self.epochs_done.into()),
            ("images_done", self.images_done.into()),
            ("images", self.images.into()),
            ("fingerprint", self.fingerprint.map(|number| format!("{number:016x}")).into()),
            ("schedule_start", self.schedule_start.into()),
            ("phase", phase.into()),
            ("message", self.message.clone().into()),
            ("due", Json::Array(due.collect())),
            ("updates", self.optimizer.updates.into()),
            ("best", self.best.as_ref().map_or(Json::Null, best)),
            ("validation_accuracy", self.validation_accuracy.into()),
            ("test_accuracy", self.test_accuracy.into()),
            ("seconds", self.seconds.into()),
        ]);
        serde_json::to_string(&run).expect("a value is JSON")
    }

    /// Reads a run from the metadata. Its tensors are empty.
    ///
    /// # Errors
    /// A value is missing or has the wrong type, or two values contradict each other.
    pub(super) fn from_json(text: &str) -> Result<SavedRun, String> {
        let run: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let word = |name: &str| run[name].as_str();
        if run["version"] != 1 {
            return Err(format!("its version is {}, and this program reads version 1", shown(&run["version"])));
        }
        let phase = PHASES.iter().find(|(phase, _)| word("phase") == Some(phase));
        let Json::Array(due) = &run["due"] else { return Err(missing("due")) };
        let due = due.iter().map(|due| {
            let split = SPLITS.into_iter().find(|split| due[0] == split.name());
            Some((split?, u32::try_from(due[1].as_u64()?).ok()?))
        });
        let best = match &run["best"] {
            Json::Null => None,
            best => {
                Some(SavedBest { epoch: count(best, "epoch")?, right: count(best, "right")?, parameters: Vec::new() })
            }
        };
        let saved = SavedRun {
            settings: settings_from_json(&run["settings"])?,
            started: settings_from_json(&run["started"])?,
            step: count(&run, "step")?,
            epochs_done: count(&run, "epochs_done")?,
            images_done: count(&run, "images_done")?,
            images: count(&run, "images")?,
            fingerprint: word("fingerprint").and_then(|word| u64::from_str_radix(word, 16).ok()),
            schedule_start: run["schedule_start"].as_u64().ok_or_else(|| missing("schedule_start"))?,
            phase: phase.ok_or_else(|| missing("phase"))?.1,
            message: word("message").map(str::to_owned),
            due: due.collect::<Option<_>>().ok_or_else(|| missing("due"))?,
            optimizer: OptimizerState { updates: count(&run, "updates")?, ..OptimizerState::default() },
            best,
            validation_accuracy: run["validation_accuracy"].as_f64(),
            test_accuracy: run["test_accuracy"].as_f64(),
            seconds: run["seconds"].as_f64().filter(|seconds| *seconds >= 0.0).ok_or_else(|| missing("seconds"))?,
        };
        let done = saved.done();
        if saved.images_done >= saved.images || u64::from(saved.step) > done || saved.schedule_start > done {
            return Err(format!("it cannot be at step {} after {done} images", saved.step));
        }
        if saved.epochs_done > MAX_EPOCHS {
            return Err(format!(
                "it has {} epochs, and a run can be continued after at most {MAX_EPOCHS}",
                saved.epochs_done
            ));
        }
        Ok(saved)
    }

    /// The number of images trained on so far, over all epochs.
    fn done(&self) -> u64 {
        u64::from(self.epochs_done) * u64::from(self.images) + u64::from(self.images_done)
    }
}

/// The settings that apply at a reset, with their values; the others have their defaults.
pub(super) fn of_reset(settings: &Settings) -> Settings {
    let mut kept = Settings::default();
    for setting in SETTINGS.iter().filter(|setting| setting.applies == Applies::Reset) {
        let value = settings.get(setting.name).expect("declared");
        kept.set(setting.name, &value).expect("it was set before");
    }
    kept
}

/// Inserts one entry after the other, because `collect` would add several kilobytes of sorting to the engine.
fn object(entries: Vec<(&str, Json)>) -> Json {
    let mut map = Map::new();
    for (name, value) in entries {
        map.insert(name.to_owned(), value);
    }
    Json::Object(map)
}

fn missing(name: &str) -> String {
    format!("\"{name}\" is missing or has the wrong type")
}

fn count(run: &Json, name: &str) -> Result<u32, String> {
    run[name].as_u64().and_then(|count| u32::try_from(count).ok()).ok_or_else(|| missing(name))
}

/// The settings that apply at any of these times, by name.
fn settings_to_json(settings: &Settings, when: &[Applies]) -> Json {
    let mut entries = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| when.contains(&setting.applies)) {
        let value = match settings.get(setting.name).expect("declared") {
            Value::Flag(flag) => flag.into(),
            Value::Number(number) => number.into(),
            Value::Text(text) => text.into(),
        };
        entries.push((setting.name, value));
    }
    object(entries)
}

/// A setting that is missing is newer than the file: the run goes on as it was, without what did not exist then.
fn settings_from_json(json: &Json) -> Result<Settings, String> {
    let none = Map::new();
    let mut settings = Settings { pen_share: 0.0, ..Settings::default() };
    for (name, value) in json.as_object().unwrap_or(&none) {
        let value = Value::from_json(value).ok_or_else(|| missing(name))?;
        settings.set(name, &value).map_err(|error| error.to_string())?;
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    fn saved() -> SavedRun {
        SavedRun {
            settings: Settings { learning_rate: 0.0123, seed: 9, ..Settings::default() },
            started: Settings { imbalance: 2.5, expand: true, ..Settings::default() },
            step: 17,
            epochs_done: 2,
            images_done: 30,
            images: 50,
            fingerprint: Some(u64::MAX - 7),
            schedule_start: 100,
            phase: Phase::Finished,
            message: Some("Stopped \"early\"".into()),
            due: vec![(Split::Validation, 1000), (Split::Test, 40)],
            optimizer: OptimizerState { updates: 12, ..OptimizerState::default() },
            best: Some(SavedBest { epoch: 1, right: 77, parameters: Vec::new() }),
            validation_accuracy: Some(0.75),
            test_accuracy: None,
            seconds: 1.5,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(SavedRun::from_json(&saved().to_json()), Ok(saved()));
    }

    #[test]
    fn a_run_from_before_there_was_a_pen_goes_on_without_it() {
        let mut older: Json = serde_json::from_str(&saved().to_json()).unwrap();
        for settings in ["settings", "started"] {
            assert!(older[settings].as_object_mut().unwrap().remove("pen_share").is_some());
        }
        let read = SavedRun::from_json(&older.to_string()).unwrap();
        assert_eq!([read.settings.pen_share, read.started.pen_share], [0.0; 2]);
    }

    /// serde_json rounds some long decimals wrongly, but ours are short enough.
    #[test]
    fn every_number_of_a_setting_comes_back_to_the_bit() {
        let mut rng = Rng::new(1, Stream::Test(0));
        for _ in 0..20_000 {
            let rate = libm::expf(-11.0 * rng.uniform()).max(1e-5);
            let run = SavedRun { settings: Settings { learning_rate: rate, ..Settings::default() }, ..saved() };
            let read = SavedRun::from_json(&run.to_json()).unwrap();
            assert_eq!(read.settings.learning_rate.to_bits(), rate.to_bits(), "{rate}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let whole = saved().to_json();
        let refusal = |from: &str, to: &str| {
            assert!(whole.contains(from), "{from} in {whole}");
            SavedRun::from_json(&whole.replace(from, to)).unwrap_err()
        };
        assert!(refusal("\"version\":1", "\"version\":2").contains("version is 2"));
        assert!(refusal("\"step\":17", "\"step\":-1").starts_with("\"step\" is missing"));
        assert!(refusal("\"step\":17", "\"step\":131").contains("cannot be at step"));
        assert!(refusal("\"images_done\":30", "\"images_done\":50").contains("cannot be at step"));
        assert!(refusal("\"epochs_done\":2", "\"epochs_done\":100001").contains("100000"));
        assert!(refusal("\"seed\":9.0", "\"seed\":9.5").contains("seed cannot be 9.5"));
        assert!(refusal("\"momentum\"", "\"speed\"").contains("there is no setting \"speed\""));
        assert!(refusal("\"phase\":\"finished\"", "\"phase\":\"bored\"").contains("phase"));
        assert!(refusal("[\"test\",40]", "[\"exam\",40]").contains("due"));
        assert!(SavedRun::from_json("[]").is_err() && SavedRun::from_json("{").is_err());
    }
}
