//! The search for a learning rate.

use super::arrays::Floats;
use super::shapes::typed;
use super::{Engine, Result, advance_for, promise};
use crate::backend::Tap;
use crate::backend::cpu::now;
use crate::backend::machine::Machine;
use crate::train::RateFinder;
use js_sys::Promise;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// The result of a sweep of learning rates so far, with one number per mini-batch in each list.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct SweepResult {
    /// The learning rates, which grow geometrically.
    rates: Floats,
    /// The mean loss of each mini-batch before its step.
    losses: Floats,
    /// The exponential mean of the losses so far.
    smoothed: Floats,
    /// The rate to train with. Null before the end, and if no rate made the loss fall.
    suggestion: Option<f64>,
    /// The share that is done, 0 to 1.
    progress: f64,
}

#[wasm_bindgen]
impl Engine {
    /// Begins a sweep of learning rates from the present parameters, on one thread of the CPU. The run continues
    /// meanwhile. All training images must have arrived.
    #[wasm_bindgen(unchecked_return_type = "Promise<RunningSweep>")]
    pub fn find_rate(&self) -> Result<Promise> {
        let (session, machine) = (self.session()?, self.machine()?);
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let backend = machine.cpu(session.borrow().trainer.plan(), Some(1));
            let finder = session.borrow().rate_finder(&parameters, backend)?;
            Ok(RunningSweep { finder }.into())
        }))
    }
}

/// A sweep in progress.
#[wasm_bindgen]
pub struct RunningSweep {
    finder: RateFinder,
}

#[wasm_bindgen]
impl RunningSweep {
    /// Works for about `milliseconds`. Returns false when the sweep is done.
    pub fn run(&mut self, milliseconds: f64) -> bool {
        advance_for(milliseconds, || {
            self.finder.advance();
            let steps = now(self.finder.measure()).expect("the CPU does not fail");
            self.finder.take_in(&steps);
            !self.finder.is_done()
        })
    }

    /// The result so far.
    pub fn result(&self) -> Result<Ts<SweepResult>> {
        let curve = self.finder.curve();
        typed(&SweepResult {
            rates: curve.rates.as_slice().into(),
            losses: curve.losses.as_slice().into(),
            smoothed: curve.smoothed.as_slice().into(),
            suggestion: curve.suggestion,
            progress: self.finder.progress(),
        })
    }
}
