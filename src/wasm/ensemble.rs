//! The ensemble: begun, shown and forgotten. `session::Session` trains its members.

use super::arrays::Floats;
use super::{Engine, Result, to_js};
use crate::inspect::{Missed, largest, mean};
use crate::session::{Session, UnderWay, member_count};
use crate::train::Goal;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// An ensemble, field by field as `Ensemble` in `www/engine/protocol.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnsembleOut {
    under_way: Option<UnderWayOut>,
    result: Option<EnsembleResultOut>,
}

#[derive(Serialize)]
struct UnderWayOut {
    wanted: usize,
    seed: u32,
    reading: bool,
}

/// How well the complete members do, field by field as `EnsembleResult`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EnsembleResultOut {
    seeds: Vec<u32>,
    accuracies: Vec<f64>,
    mean: f64,
    vote: f64,
    all_wrong: Vec<MissedOut>,
}

#[derive(Serialize)]
struct MissedOut {
    image: u32,
    label: u8,
    predicted: Vec<u8>,
}

/// What the members predict for the chosen image, field by field as `Opinion`.
#[derive(Serialize)]
struct OpinionOut {
    probabilities: Floats,
    predicted: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// Begins to train those that are missing to so many members. `run` does the work and `take_message` tells of it.
    pub fn begin_ensemble(&self, members: f64) -> Result<()> {
        let members = member_count(members)?;
        Ok(self.session()?.borrow_mut().begin_ensemble(members, Goal::Schedule)?)
    }

    /// Forgets all members.
    pub fn forget_ensemble(&self) -> Result<()> {
        Ok(self.session()?.borrow_mut().forget_ensemble()?)
    }

    /// `{underWay, result}`: the member being trained, and how well the complete members do; null where there is none.
    pub fn ensemble(&self) -> Result<JsValue> {
        let session = self.session()?;
        let session = session.borrow();
        let out = |UnderWay { members, seed, is_reading }| UnderWayOut { wanted: members, seed, reading: is_reading };
        to_js(&EnsembleOut { under_way: session.under_way().map(out), result: EnsembleResultOut::new(&session) })
    }

    /// `{probabilities, predicted}` for the chosen image: the mean of the members' probabilities, and what each predicts.
    /// Null while there are no members.
    pub fn opinion(&self) -> Result<JsValue> {
        let (session, chosen) = (self.session()?, self.chosen()?);
        let members = session.borrow_mut().opinions(&chosen.pixels)?;
        if members.is_empty() {
            return Ok(JsValue::NULL);
        }
        let each: Vec<&[f32]> = members.iter().map(Vec::as_slice).collect();
        to_js(&OpinionOut {
            probabilities: mean(&each).as_slice().into(),
            predicted: each.iter().map(|probabilities| largest(probabilities)).collect(),
        })
    }
}

impl EnsembleResultOut {
    fn new(session: &Session) -> Option<Self> {
        let ensemble = &session.ensemble;
        if ensemble.members.is_empty() {
            return None;
        }
        let verdict = ensemble.verdict(session.trainer.dataset());
        let share = |correct: usize| correct as f64 / verdict.images as f64;
        let missed =
            |missed: Missed| MissedOut { image: missed.image, label: missed.label, predicted: missed.predicted };
        Some(EnsembleResultOut {
            seeds: ensemble.members.iter().map(|member| member.seed).collect(),
            accuracies: verdict.members.iter().map(|&correct| share(correct)).collect(),
            mean: share(verdict.mean),
            vote: share(verdict.vote),
            all_wrong: verdict.all_wrong.into_iter().map(missed).collect(),
        })
    }
}
