//! The search for a learning rate as JavaScript sees it.

use super::arrays::Floats;
use super::live::read;
use super::{Engine, Result, promise, to_js};
use crate::backend::Tap;
use crate::backend::cpu::now;
use crate::refusal::Refusal;
use crate::train::{RateFinder, SWEEP};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_time::Instant;

/// What was found, field by field as `RateCurve` in `www/engine/protocol.ts`.
#[derive(Serialize)]
struct RateCurveOut {
    rates: Floats,
    losses: Floats,
    smoothed: Floats,
    suggestion: Option<f64>,
    progress: f64,
}

#[wasm_bindgen]
impl Engine {
    /// Begins a sweep of rates from the parameters as they are now, on one thread of the CPU; the run goes on meanwhile.
    /// All training images have to be there.
    pub fn find_rate(&self) -> Result<Promise> {
        let (live, machine) = (self.live()?, self.machine()?);
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            if parameters.iter().any(|parameter| !parameter.is_finite()) {
                return Err(Refusal::new(
                    "there is no rate to find: the parameters are no numbers any more. Press Reset.",
                )
                .into());
            }
            let trainer = &live.borrow().session.trainer;
            let plan = trainer.plan().clone();
            let backend = Box::new(machine.cpu(&plan, Some(1)));
            let finder = RateFinder::new(plan, machine.dataset().clone(), backend, trainer.settings(), &parameters);
            Ok(JsRateFinder { finder }.into())
        }))
    }
}

/// A sweep, piece by piece.
#[wasm_bindgen]
pub struct JsRateFinder {
    finder: RateFinder,
}

#[wasm_bindgen]
impl JsRateFinder {
    /// Goes on for about so long; false when it is done.
    pub fn run(&mut self, milliseconds: f64) -> Result<bool> {
        let start = Instant::now();
        while !self.finder.is_done() && start.elapsed().as_secs_f64() * 1e3 < milliseconds {
            self.finder.advance();
            // The CPU has it at once.
            let steps = now(self.finder.measure())?;
            self.finder.take_in(&steps);
        }
        Ok(!self.finder.is_done())
    }

    /// `{rates, losses, smoothed, suggestion, progress}` so far.
    pub fn result(&self) -> Result<JsValue> {
        let curve = self.finder.curve();
        to_js(&RateCurveOut {
            rates: curve.rates.as_slice().into(),
            losses: curve.losses.as_slice().into(),
            smoothed: curve.smoothed.as_slice().into(),
            suggestion: curve.suggestion,
            progress: if self.finder.is_done() { 1.0 } else { curve.rates.len() as f64 / SWEEP as f64 },
        })
    }
}
