//! The method that `bench.html` calls.

use super::shapes::BenchTask;
use super::{Engine, Result, promise, to_js};
use crate::backend::MAX_BATCH_SIZE;
use crate::backend::bench::{measure_cpu, measure_gpu};
use crate::network::Plan;
use crate::refusal::Refusal;
use crate::session::{Wanted, named_network, wanted_backend, worker_count};
use js_sys::Promise;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Engine {
    /// Measures how fast a backend trains a preset on this machine. It leaves the run alone, but the run should be
    /// paused.
    #[wasm_bindgen(unchecked_return_type = "Promise<Measured>")]
    pub fn bench(&self, task: Ts<BenchTask>) -> Result<Promise> {
        let BenchTask { preset: name, backend, workers, batch_sizes, seconds } = BenchTask::from_js(task)?;
        let spec = named_network(&name.into())?;
        if batch_sizes.iter().any(|size| !(1..=MAX_BATCH_SIZE).contains(size)) || !(0.0..=60.0).contains(&seconds) {
            let sentence = format!("a bench takes mini-batches of 1 to {MAX_BATCH_SIZE} images, and up to 60 seconds");
            return Err(Refusal::new(sentence).into());
        }
        let plan = Plan::new(&spec)?;
        let (wanted, machine) = (wanted_backend(&backend.as_str().into())?, self.machine()?);
        let workers = workers.map(|workers| worker_count(&workers.into())).transpose()?;
        Ok(promise(async move {
            let measured = match wanted {
                Wanted::WebGpu => measure_gpu(&machine, &plan, &batch_sizes, seconds).await,
                Wanted::Cpu | Wanted::Auto => measure_cpu(&machine, &plan, workers, &batch_sizes, seconds).await,
            };
            to_js(&measured.map_err(|why| Refusal::new(format!("{backend} cannot be measured: {why}")))?)
        }))
    }
}
