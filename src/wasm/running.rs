//! The methods of a run: configure, start, do a turn, pause and measure.

use super::shapes::{CurrentSetting, EvaluationResult, Status, TrainingGoal, typed};
use super::{Engine, Result, after, done, promise, to_js};
use crate::declare::Value;
use crate::refusal::Refusal;
use crate::session::{Configuration, Message, Session, Shared, Turn, Wanted, check, split, wanted_backend};
use crate::train::{SETTINGS, Setting};
use js_sys::Promise;
use serde::Serialize;
use serde_wasm_bindgen::from_value;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// What is left to do after a turn.
#[wasm_bindgen(js_name = Turn)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TurnOut {
    /// Nothing.
    Done,
    /// Work that can continue at once.
    More,
    /// Work that has to wait for `room`.
    Wait,
    /// Work that has to wait for more images.
    Data,
}

/// An event that the page should learn of as soon as possible. Each is delivered once.
#[derive(Serialize, Tsify)]
#[serde(tag = "type", rename_all = "snake_case")]
#[tsify(missing_as_null)]
pub enum EngineMessage {
    /// A sentence for people; the run continues.
    Notice { sentence: String },
    /// A member of the ensemble begins to train, in a new run.
    MemberLearns { seed: u32 },
    /// The member is trained, and begins to predict the test images.
    MemberReads { seed: u32 },
    /// The ensemble is complete, or its training has ended early for this reason.
    EnsembleEnded { refusal: Option<String> },
}

impl From<Message> for EngineMessage {
    fn from(message: Message) -> EngineMessage {
        match message {
            Message::Notice(sentence) => EngineMessage::Notice { sentence },
            Message::MemberLearns { seed } => EngineMessage::MemberLearns { seed },
            Message::MemberReads { seed } => EngineMessage::MemberReads { seed },
            Message::EnsembleEnded(outcome) => {
                EngineMessage::EnsembleEnded { refusal: outcome.err().map(|refusal| refusal.sentence) }
            }
        }
    }
}

#[wasm_bindgen]
impl Engine {
    /// Begins a new run with another network or other settings, and describes the network. After an error, the old run
    /// continues. The new run trains on the CPU unless WebGPU is requested; `settle` then finds the best backend.
    #[wasm_bindgen(unchecked_return_type = "Promise<Description>")]
    pub fn configure(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Record<string, unknown>")] configuration: JsValue,
    ) -> Result<Promise> {
        let configuration = read(configuration)?;
        let session = Shared::new(Session::new(&configuration, self.machine()?)?);
        let wanted = session.borrow().choice().wanted;
        if wanted != Wanted::WebGpu {
            let description = self.install(session);
            return Ok(promise(async { description.map(JsValue::from) }));
        }
        let inner = self.inner.clone();
        Ok(promise(async move {
            session.clone().settle(wanted).await?;
            Engine { inner }.install(session).map(JsValue::from)
        }))
    }

    /// Throws what `configure` would refuse, whether the images that preprocessing needs have arrived or not.
    pub fn check(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Record<string, unknown>")] configuration: JsValue,
    ) -> Result<()> {
        check(&read(configuration)?, &*self.dataset()?)?;
        Ok(())
    }

    /// Moves the run to the backend that its configuration requests; "auto" requests the faster one.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn settle(&self) -> Result<Promise> {
        let wanted = self.session()?.borrow().choice().wanted;
        self.settle_on(wanted)
    }

    /// Whether `settle` opens the GPU.
    pub fn opens_gpu(&self) -> Result<bool> {
        Ok(self.session()?.borrow().opens_gpu())
    }

    /// Moves the run to "cpu", to "webgpu", or with "auto" to the faster one.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn set_backend(&self, #[wasm_bindgen(unchecked_param_type = "Backend")] name: &str) -> Result<Promise> {
        self.settle_on(wanted_backend(&name.into())?)
    }

    /// Measures both backends on the present network; `status` then contains the result.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn compare(&self) -> Result<Promise> {
        let session = self.session()?;
        Ok(promise(async move { Ok(session.compare().await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Changes one setting. It takes effect when its declaration says.
    pub fn set(&self, name: &str, #[wasm_bindgen(unchecked_param_type = "Value")] value: JsValue) -> Result<()> {
        let flag = || value.as_bool().map(Value::Flag);
        let number = || value.as_f64().map(Value::Number);
        let text = || value.as_string().map(Value::Text);
        let value = flag().or_else(number).or_else(text);
        let value = value.ok_or_else(|| Refusal::new(format!("{name}: give a number, a word, true or false")))?;
        Ok(self.session()?.borrow_mut().trainer.set(name, &value)?)
    }

    /// All settings with their declarations and values.
    pub fn settings(&self) -> Result<Vec<Ts<CurrentSetting>>> {
        let session = self.session()?;
        let session = session.borrow();
        let settings = session.trainer.settings();
        let out = |setting: &Setting| CurrentSetting {
            name: setting.name,
            label: setting.label,
            help: setting.help,
            applies: setting.applies,
            value: settings.get(setting.name).expect("declared"),
            kind: setting.kind,
        };
        SETTINGS.iter().map(|setting| typed(&out(setting))).collect()
    }

    /// Trains for `{steps}` or `{epochs}` from here or, without an argument, to the end of the schedule.
    pub fn start(&self, goal: Option<Ts<TrainingGoal>>) -> Result<()> {
        let goal = goal.map(TrainingGoal::from_js).transpose()?.unwrap_or_default();
        self.session()?.borrow_mut().trainer.start(goal.read()?);
        Ok(())
    }

    /// Pauses before the next mini-batch.
    pub fn pause(&self) -> Result<()> {
        self.session()?.borrow_mut().trainer.pause();
        Ok(())
    }

    /// Works for about `milliseconds`.
    pub fn run(&self, milliseconds: f64) -> Result<TurnOut> {
        Ok(match self.session()?.borrow_mut().turn(after(milliseconds)) {
            Turn::Done => TurnOut::Done,
            Turn::More => TurnOut::More,
            Turn::Wait => TurnOut::Wait,
            Turn::Data => TurnOut::Data,
        })
    }

    /// Makes some of the pen's digits before training needs them. Returns whether there are more to make.
    pub fn draw_ahead(&self) -> Result<bool> {
        Ok(self.session()?.borrow().trainer.draw_ahead())
    }

    /// Waits until `run` has work that it can do.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn room(&self) -> Result<Promise> {
        Ok(done(self.session()?.room()))
    }

    /// Takes the next message for the page; `undefined` if there is none.
    pub fn take_message(&self) -> Result<Option<Ts<EngineMessage>>> {
        let message = self.session()?.borrow_mut().take_message();
        message.map(|message| typed(&EngineMessage::from(message))).transpose()
    }

    /// Starts a new run with the same seed, and so from the same parameters.
    pub fn reset(&self) -> Result<()> {
        self.session()?.borrow_mut().reset();
        Ok(())
    }

    /// The present state of the run in numbers.
    #[wasm_bindgen(unchecked_return_type = "Promise<Status>")]
    pub fn status(&self) -> Result<Promise> {
        let session = self.session()?;
        let refreshed = session.refresh();
        Ok(promise(async move {
            refreshed.await;
            to_js(&Status::new(&session.borrow()))
        }))
    }

    /// The loss, accuracy and confusion matrix on all images of "train", "validation" or "test".
    #[wasm_bindgen(unchecked_return_type = "Promise<EvaluationResult>")]
    pub fn evaluate(&self, #[wasm_bindgen(unchecked_param_type = "Split")] name: &str) -> Result<Promise> {
        let split = split(name)?;
        if self.dataset()?.split(split, false).is_empty() {
            return Err(Refusal::new(format!("no image of the split \"{name}\" has arrived")).into());
        }
        let evaluation = self.session()?.ask(move |trainer| trainer.evaluate(split));
        Ok(promise(async move {
            let evaluation = evaluation.await;
            to_js(&EvaluationResult::new(&evaluation))
        }))
    }
}

impl Engine {
    /// Moves the run to the backend that is wanted.
    fn settle_on(&self, wanted: Wanted) -> Result<Promise> {
        let session = self.session()?;
        Ok(promise(async move { Ok(session.settle(wanted).await.map(|()| JsValue::UNDEFINED)?) }))
    }
}

fn read(configuration: JsValue) -> Result<Configuration> {
    Ok(from_value(configuration).map_err(|error| Refusal::new(format!("configure takes an object: {error}")))?)
}
