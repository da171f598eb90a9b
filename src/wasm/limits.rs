//! Numbers that the page shows or checks, and that the engine decides.

use super::{Engine, Result, to_js};
use crate::session::MEMBERS;
use crate::train::SWEEP;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Field by field as `Limits` in `www/engine/protocol.ts`.
#[derive(Serialize)]
struct LimitsOut {
    /// The minimum and the maximum number of members of an ensemble.
    members: [usize; 2],
    /// How many learning rates a sweep tries.
    rates: usize,
}

#[wasm_bindgen]
impl Engine {
    /// `{members: [minimum, maximum], rates}`.
    pub fn limits(&self) -> Result<JsValue> {
        to_js(&LimitsOut { members: [*MEMBERS.start(), *MEMBERS.end()], rates: SWEEP })
    }
}
