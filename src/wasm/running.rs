//! The run: configured, started, worked on in turns, paused and measured.

use super::shapes::{CurrentSetting, EvaluationResult, Status, TrainingGoal};
use super::{Engine, Result, after, done, promise, to_js};
use crate::declare::Value;
use crate::refusal::Refusal;
use crate::session::{Configuration, Message, Session, Shared, Turn, Wanted, split, wanted_backend};
use crate::train::{SETTINGS, Setting};
use js_sys::Promise;
use serde::Serialize;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::*;

/// What is left after a turn.
#[wasm_bindgen(js_name = Turn)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TurnOut {
    /// Nothing.
    Done,
    /// More, at once.
    More,
    /// More, but first `room`.
    Wait,
    /// More, but first images have to arrive.
    Data,
}

/// A message, field by field as `Message` in `www/engine/protocol.ts`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum MessageOut {
    Notice { sentence: String },
    MemberLearns { seed: u32 },
    MemberReads { seed: u32 },
    EnsembleEnded { refusal: Option<String> },
}

impl From<Message> for MessageOut {
    fn from(message: Message) -> MessageOut {
        match message {
            Message::Notice(sentence) => MessageOut::Notice { sentence },
            Message::MemberLearns { seed } => MessageOut::MemberLearns { seed },
            Message::MemberReads { seed } => MessageOut::MemberReads { seed },
            Message::EnsembleEnded(outcome) => {
                MessageOut::EnsembleEnded { refusal: outcome.err().map(|refusal| refusal.sentence) }
            }
        }
    }
}

#[wasm_bindgen]
impl Engine {
    /// Starts over with another network or other settings and describes the network. If it refuses, the old one goes on.
    /// It trains on the CPU, unless WebGPU is asked for; `settle` finds the best backend.
    pub fn configure(&self, configuration: JsValue) -> Result<Promise> {
        let configuration: Configuration =
            from_value(configuration).map_err(|error| Refusal::new(format!("configure takes an object: {error}")))?;
        let session = Shared::new(Session::new(&configuration, self.machine()?)?);
        let wanted = session.borrow().choice().wanted;
        if wanted != Wanted::WebGpu {
            let description = self.install(session);
            return Ok(promise(async { description }));
        }
        let inner = self.inner.clone();
        Ok(promise(async move {
            session.clone().settle(wanted).await?;
            Engine { inner }.install(session)
        }))
    }

    /// Moves the run to the backend that its configuration asks for: with "auto", to the faster one.
    pub fn settle(&self) -> Result<Promise> {
        let session = self.session()?;
        let wanted = session.borrow().choice().wanted;
        Ok(promise(async move { Ok(session.settle(wanted).await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Moves the run to "cpu", to "webgpu" or, with "auto", to the faster one.
    pub fn set_backend(&self, name: &str) -> Result<Promise> {
        let (session, wanted) = (self.session()?, wanted_backend(&name.into())?);
        Ok(promise(async move { Ok(session.settle(wanted).await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Measures both backends on this network; `status` has the result.
    pub fn compare(&self) -> Result<Promise> {
        let session = self.session()?;
        Ok(promise(async move { Ok(session.compare().await.map(|()| JsValue::UNDEFINED)?) }))
    }

    /// Changes one setting; it takes effect when its declaration says.
    pub fn set(&self, name: &str, value: JsValue) -> Result<()> {
        let flag = || value.as_bool().map(Value::Flag);
        let number = || value.as_f64().map(Value::Number);
        let text = || value.as_string().map(Value::Text);
        let value = flag().or_else(number).or_else(text);
        let value = value.ok_or_else(|| Refusal::new(format!("{name}: give a number, a word, true or false")))?;
        Ok(self.session()?.borrow_mut().trainer.set(name, &value)?)
    }

    /// All settings, declared and with their values.
    pub fn settings(&self) -> Result<JsValue> {
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
        to_js(&SETTINGS.iter().map(out).collect::<Vec<_>>())
    }

    /// Works towards `{steps}` or `{epochs}` from here or, without an argument, towards the end of the schedule.
    pub fn start(&self, goal: JsValue) -> Result<()> {
        let goal = if goal.is_undefined() || goal.is_null() { TrainingGoal::default() } else { from_value(goal)? };
        self.session()?.borrow_mut().trainer.start(goal.read()?);
        Ok(())
    }

    /// Stops before the next mini-batch.
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

    /// Waits until `run` can do something again.
    pub fn room(&self) -> Result<Promise> {
        Ok(done(self.session()?.room()))
    }

    /// The next message for the page, `undefined` when there is none.
    pub fn take_message(&self) -> Result<JsValue> {
        match self.session()?.borrow_mut().take_message() {
            Some(message) => to_js(&MessageOut::from(message)),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Starts a new run with the same seed, from the same parameters.
    pub fn reset(&self) -> Result<()> {
        self.session()?.borrow_mut().reset();
        Ok(())
    }

    /// The run in numbers.
    pub fn status(&self) -> Result<Promise> {
        let session = self.session()?;
        let refreshed = session.refresh();
        Ok(promise(async move {
            refreshed.await;
            to_js(&Status::new(&session.borrow()))
        }))
    }

    /// `{loss, accuracy, confusion}` on the whole of "train", "validation" or "test".
    pub fn evaluate(&self, name: &str) -> Result<Promise> {
        let split = split(name)?;
        let evaluation = self.session()?.ask(move |trainer| trainer.evaluate(split));
        Ok(promise(async move {
            let evaluation = evaluation.await;
            to_js(&EvaluationResult::new(&evaluation))
        }))
    }
}
