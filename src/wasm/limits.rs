//! The limits that the page shows or checks.

use super::shapes::typed;
use super::{Engine, Result};
use crate::data::picture::MAX_PIXELS;
use crate::session::MEMBERS;
use crate::train::SWEEP;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The limits that the engine decides and the page needs.
#[derive(Serialize, Tsify)]
pub struct Limits {
    /// The minimum and the maximum number of members of an ensemble.
    members: [usize; 2],
    /// How many learning rates a sweep tries.
    rates: usize,
    /// The maximum number of pixels of a picture.
    picture: usize,
}

#[wasm_bindgen]
impl Engine {
    /// The limits of this engine.
    pub fn limits(&self) -> Result<Ts<Limits>> {
        typed(&Limits { members: [*MEMBERS.start(), *MEMBERS.end()], rates: SWEEP, picture: MAX_PIXELS })
    }
}
