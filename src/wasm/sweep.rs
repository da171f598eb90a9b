//! The search for a learning rate.

use super::arrays::Floats;
use super::{Engine, Result, advance_for, promise, to_js};
use crate::backend::Tap;
use crate::backend::cpu::now;
use crate::backend::machine::Machine;
use crate::train::RateFinder;
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;

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
    /// Begins a sweep of learning rates from the parameters as they are now, on one thread of the CPU; the run goes on
    /// meanwhile. All training images have to be there.
    pub fn find_rate(&self) -> Result<Promise> {
        let (session, machine) = (self.session()?, self.machine()?);
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let backend = machine.cpu(session.borrow().trainer.plan(), Some(1));
            let finder = session.borrow().rate_finder(&parameters, backend)?;
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
    /// Works for about `milliseconds`. False: the sweep is done.
    pub fn run(&mut self, milliseconds: f64) -> bool {
        advance_for(milliseconds, || {
            self.finder.advance();
            let steps = now(self.finder.measure()).expect("the CPU does not fail");
            self.finder.take_in(&steps);
            !self.finder.is_done()
        })
    }

    /// `{rates, losses, smoothed, suggestion, progress}` so far.
    pub fn result(&self) -> Result<JsValue> {
        let curve = self.finder.curve();
        to_js(&RateCurveOut {
            rates: curve.rates.as_slice().into(),
            losses: curve.losses.as_slice().into(),
            smoothed: curve.smoothed.as_slice().into(),
            suggestion: curve.suggestion,
            progress: self.finder.progress(),
        })
    }
}
