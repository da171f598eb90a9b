//! The methods of the ensemble. `session::Session` trains its members.

use super::arrays::Floats;
use super::shapes::typed;
use super::{Engine, Result};
use crate::inspect::{Missed, largest, mean};
use crate::session::{Session, UnderWay, member_count};
use crate::train::Goal;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The member that is being trained, and the accuracy of the complete members. Null if there is none.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct EnsembleState {
    under_way: Option<MemberUnderWay>,
    result: Option<EnsembleResult>,
}

/// The member that is being trained.
#[derive(Serialize, Tsify)]
pub struct MemberUnderWay {
    /// The number of members when the ensemble is complete.
    wanted: usize,
    seed: u32,
    /// Whether the member predicts the test images; otherwise it trains.
    reading: bool,
}

/// The accuracy of the complete members on the test images, as shares from 0 to 1.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EnsembleResult {
    seeds: Vec<u32>,
    /// The accuracy of each member.
    accuracies: Vec<f64>,
    /// The accuracy of the mean of their probabilities.
    mean: f64,
    /// The accuracy of the class that most members predict. If there are several such classes, the mean decides between
    /// them.
    vote: f64,
    /// The images that every member predicts wrongly.
    all_wrong: Vec<MissedByAll>,
}

/// A test image that every member predicts wrongly, and their predictions.
#[derive(Serialize, Tsify)]
pub struct MissedByAll {
    image: u32,
    label: u8,
    predicted: Vec<u8>,
}

/// The predictions of the members for the chosen image.
#[derive(Serialize, Tsify)]
pub struct Opinion {
    /// The mean of the members' probabilities.
    probabilities: Floats,
    /// The class that each member predicts.
    predicted: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// Begins to train members until there are `members`. `run` does the work and `take_message` reports it.
    pub fn begin_ensemble(&self, members: f64) -> Result<()> {
        let members = member_count(members)?;
        Ok(self.session()?.borrow_mut().begin_ensemble(members, Goal::Schedule)?)
    }

    /// Forgets all members.
    pub fn forget_ensemble(&self) -> Result<()> {
        Ok(self.session()?.borrow_mut().forget_ensemble()?)
    }

    /// The member that is being trained, and the accuracy of the complete members.
    pub fn ensemble(&self) -> Result<Ts<EnsembleState>> {
        let session = self.session()?;
        let session = session.borrow();
        let out =
            |UnderWay { members, seed, is_reading }| MemberUnderWay { wanted: members, seed, reading: is_reading };
        typed(&EnsembleState { under_way: session.under_way().map(out), result: EnsembleResult::new(&session) })
    }

    /// The predictions of the members for the chosen image; undefined if there are no members.
    pub fn opinion(&self) -> Result<Option<Ts<Opinion>>> {
        let (session, chosen) = (self.session()?, self.chosen()?);
        let members = session.borrow_mut().opinions(&chosen.pixels)?;
        if members.is_empty() {
            return Ok(None);
        }
        let each: Vec<&[f32]> = members.iter().map(Vec::as_slice).collect();
        let opinion = Opinion {
            probabilities: mean(&each).as_slice().into(),
            predicted: each.iter().map(|probabilities| largest(probabilities)).collect(),
        };
        Ok(Some(typed(&opinion)?))
    }
}

impl EnsembleResult {
    fn new(session: &Session) -> Option<Self> {
        let ensemble = &session.ensemble;
        if ensemble.members.is_empty() {
            return None;
        }
        let verdict = ensemble.verdict(session.trainer.dataset());
        let share = |correct: usize| correct as f64 / verdict.images as f64;
        let missed =
            |missed: Missed| MissedByAll { image: missed.image, label: missed.label, predicted: missed.predicted };
        Some(EnsembleResult {
            seeds: ensemble.members.iter().map(|member| member.seed).collect(),
            accuracies: verdict.members.iter().map(|&correct| share(correct)).collect(),
            mean: share(verdict.mean),
            vote: share(verdict.vote),
            all_wrong: verdict.all_wrong.into_iter().map(missed).collect(),
        })
    }
}
