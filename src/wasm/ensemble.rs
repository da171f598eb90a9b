//! The ensemble as JavaScript sees it; `www/engine/ensemble.ts` trains its members one after the other.

use super::arrays::Floats;
use super::live::{Shared, read};
use super::{Engine, Result, go_on_for, promise, to_js};
use crate::backend::Tap;
use crate::declare::Value;
use crate::inspect::{Member, Missed, Reading, largest, mean};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What the members come to together, field by field as `Ensemble` in `www/engine/protocol.ts`.
#[derive(Serialize)]
struct EnsembleOut {
    seeds: Vec<u32>,
    accuracies: Vec<f64>,
    mean: f64,
    vote: f64,
    #[serde(rename = "allWrong")]
    all_wrong: Vec<MissedOut>,
}

#[derive(Serialize)]
struct MissedOut {
    image: u32,
    label: u8,
    predicted: Vec<u8>,
}

/// What they say of the chosen image.
#[derive(Serialize)]
struct OpinionOut {
    probabilities: Floats,
    predicted: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// How many members there are.
    pub fn ensemble_members(&self) -> Result<usize> {
        Ok(self.live()?.borrow().ensemble.members.len())
    }

    /// Starts the run of the next member afresh, with the seed after the last one's, or for the first the one that is
    /// set; returns it.
    pub fn begin_member(&self) -> Result<u32> {
        let live = self.live()?;
        let live = &mut *live.borrow_mut();
        let trainer = &mut live.session.trainer;
        let seed = live.ensemble.next_seed(trainer.settings().seed);
        trainer.set("seed", &Value::Number(f64::from(seed)))?;
        trainer.reset();
        Ok(seed)
    }

    /// Begins to read all test images with the parameters as they are now; `keep` makes them a member.
    pub fn read_member(&self) -> Result<Promise> {
        let (live, dataset) = (self.live()?, self.dataset()?);
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let (plan, seed) = {
                let trainer = &live.borrow().session.trainer;
                (trainer.plan().clone(), trainer.status().seed)
            };
            let reading = Reading::new(plan, &parameters, dataset);
            Ok(JsReading { reading: Some(reading), seed, parameters, live }.into())
        }))
    }

    /// Forgets all members.
    pub fn forget_ensemble(&self) -> Result<()> {
        self.live()?.borrow_mut().ensemble.members.clear();
        Ok(())
    }

    /// What the members come to together; null while there are none.
    pub fn ensemble(&self) -> Result<JsValue> {
        let (live, dataset) = (self.live()?, self.dataset()?);
        let ensemble = &live.borrow().ensemble;
        if ensemble.members.is_empty() {
            return Ok(JsValue::NULL);
        }
        let verdict = ensemble.verdict(&dataset);
        let share = |right: usize| right as f64 / verdict.images as f64;
        let missed =
            |missed: Missed| MissedOut { image: missed.image, label: missed.label, predicted: missed.predicted };
        to_js(&EnsembleOut {
            seeds: ensemble.members.iter().map(|member| member.seed).collect(),
            accuracies: verdict.members.iter().map(|&right| share(right)).collect(),
            mean: share(verdict.mean),
            vote: share(verdict.vote),
            all_wrong: verdict.all_wrong.into_iter().map(missed).collect(),
        })
    }

    /// What the members say of the chosen image, `{probabilities, predicted}`: in the mean, and each; null while there are none.
    pub fn opinion(&self) -> Result<JsValue> {
        let (live, chosen) = (self.live()?, self.chosen()?);
        let live = &mut *live.borrow_mut();
        let members = &live.ensemble.members;
        if members.is_empty() {
            return Ok(JsValue::NULL);
        }
        let mut probabilities: Vec<Vec<f32>> = Vec::with_capacity(members.len());
        for member in members {
            probabilities.push(live.session.look(&member.parameters, &chosen.pixels)?.probabilities.to_vec());
        }
        let each: Vec<&[f32]> = probabilities.iter().map(Vec::as_slice).collect();
        to_js(&OpinionOut {
            probabilities: mean(&each).as_slice().into(),
            predicted: each.iter().map(|probabilities| largest(probabilities)).collect(),
        })
    }
}

/// A member reading all test images, piece by piece.
#[wasm_bindgen]
pub struct JsReading {
    reading: Option<Reading>,
    seed: u32,
    parameters: Vec<f32>,
    live: Shared,
}

#[wasm_bindgen]
impl JsReading {
    /// Goes on for about so long; false when it is done.
    pub fn run(&mut self, milliseconds: f64) -> bool {
        go_on_for(milliseconds, &mut || self.reading.as_mut().is_some_and(Reading::advance))
    }

    /// Takes it into the ensemble of the network that it is of.
    pub fn keep(&mut self) {
        if let Some(reading) = self.reading.take() {
            let (parameters, probabilities) = (std::mem::take(&mut self.parameters), reading.finish());
            self.live.borrow_mut().ensemble.members.push(Member { seed: self.seed, parameters, probabilities });
        }
    }
}
