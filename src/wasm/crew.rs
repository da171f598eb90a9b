//! The helpers of the CPU backend in a browser. Each is a worker with its own instance of this module.
//! `www/engine/crew.ts` passes jobs and results between them, in shared memory if the page is allowed to use it, and
//! otherwise in messages.

use super::Result;
use crate::backend::cpu::{Crew, Job, Task, Worker};
use crate::backend::{MAX_BATCH_SIZE, Objective, Pending};
use crate::network::{Layer, NetworkSpec, Plan};
use js_sys::{Float32Array, Promise, Uint8Array};
use serde::Serialize;
use serde_json::Value as Json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The class `Crews` of `www/engine/crew.ts`.
    #[wasm_bindgen(typescript_type = "import(\"../crew\").Crews")]
    #[derive(Clone)]
    pub type JsCrews;

    #[wasm_bindgen(method)]
    fn hire(this: &JsCrews, helpers: usize, module: JsValue, layers: JsValue, sizes: JsValue) -> JsCrew;

    /// The class `Crew` of `www/engine/crew.ts`.
    pub type JsCrew;

    #[wasm_bindgen(method)]
    fn helpers(this: &JsCrew) -> usize;

    #[wasm_bindgen(method)]
    fn present(this: &JsCrew) -> usize;

    #[wasm_bindgen(method)]
    fn parameters(this: &JsCrew, parameters: &[f32]);

    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments)]
    fn give(
        this: &JsCrew,
        helper: usize,
        task: u32,
        batch: usize,
        part: usize,
        parts: usize,
        images: &[u8],
        labels: &[u8],
        objective: &[u32],
    ) -> bool;

    #[wasm_bindgen(method)]
    fn take(this: &JsCrew, helper: usize, numbers: &mut [f32]) -> bool;

    #[wasm_bindgen(method, js_name = isDone)]
    fn is_done(this: &JsCrew) -> bool;

    #[wasm_bindgen(method)]
    fn done(this: &JsCrew) -> Promise;

    #[wasm_bindgen(method)]
    fn leave(this: &JsCrew);
}

/// The space that a job needs. The fields are those of `Sizes` in `www/engine/desk.ts`.
#[derive(Serialize)]
struct Sizes {
    /// The number of parameters of the network.
    parameters: usize,
    /// The maximum number of results of a job.
    numbers: usize,
    /// The maximum number of images of a job.
    images: usize,
    /// The bytes of an image.
    pixels: usize,
    /// The number of words of an objective.
    objective: usize,
}

/// A crew of workers, which ends with its backend.
struct BrowserCrew {
    crew: JsCrew,
    classes: usize,
}

/// Starts `helpers` workers for a network of `plan`.
pub fn hire(crews: &JsCrews, plan: &Plan, helpers: usize) -> Box<dyn Crew> {
    let layers = super::to_js(&plan.spec().layers).expect("layers are plain objects");
    let sizes = Sizes {
        parameters: plan.parameters,
        numbers: Task::Gradients.numbers(plan).max(Task::Evaluation.numbers(plan)),
        images: MAX_BATCH_SIZE,
        pixels: plan.input.len(),
        objective: Objective::word_count(plan.classes()),
    };
    let sizes = super::to_js(&sizes).expect("sizes are plain numbers");
    Box::new(BrowserCrew { crew: crews.hire(helpers, wasm_bindgen::module(), layers, sizes), classes: plan.classes() })
}

impl Crew for BrowserCrew {
    fn helpers(&self) -> usize {
        self.crew.helpers()
    }

    fn present(&self) -> usize {
        self.crew.present()
    }

    fn write_parameters(&mut self, parameters: &[f32]) {
        self.crew.parameters(parameters);
    }

    fn give(&mut self, helper: usize, job: &Job) -> bool {
        let Job { task, batch, part, parts, images, labels, objective } = *job;
        self.crew.give(helper, task as u32, batch, part, parts, images, labels, &objective.words(self.classes))
    }

    fn take(&mut self, helper: usize, numbers: &mut [f32]) -> bool {
        self.crew.take(helper, numbers)
    }

    fn is_done(&self) -> bool {
        self.crew.is_done()
    }

    fn done(&mut self) -> Pending<()> {
        let done = JsFuture::from(self.crew.done());
        Box::pin(async move {
            // An error is impossible, because the promise never rejects.
            let _ = done.await;
            Ok(())
        })
    }
}

impl Drop for BrowserCrew {
    fn drop(&mut self) {
        self.crew.leave();
    }
}

/// A helper inside its own worker.
#[wasm_bindgen]
pub struct Helper {
    worker: Worker,
    images: Vec<u8>,
    labels: Vec<u8>,
    numbers: Vec<f32>,
    plan: Plan,
}

#[wasm_bindgen]
impl Helper {
    /// A helper for a network of these layers.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "Layer[]")] layers: JsValue) -> Result<Helper> {
        console_error_panic_hook::set_once();
        let layers: Json = serde_wasm_bindgen::from_value(layers)?;
        let plan = Plan::new(&NetworkSpec::mnist(Layer::read_list(&layers)?))?;
        Ok(Helper {
            worker: Worker::new(plan.clone()),
            images: Vec::new(),
            labels: Vec::new(),
            numbers: Vec::new(),
            plan,
        })
    }

    /// Sets the parameters for all jobs that follow.
    pub fn write_parameters(&mut self, parameters: &Float32Array) {
        self.worker.change_parameters(|own| parameters.copy_to(own));
    }

    /// Does a job on as many images as there are labels, and writes its results to the beginning of `numbers`.
    #[allow(clippy::too_many_arguments)]
    pub fn work(
        &mut self,
        task: u32,
        batch: usize,
        part: usize,
        parts: usize,
        images: &Uint8Array,
        labels: &Uint8Array,
        objective: &[u32],
        numbers: &Float32Array,
    ) {
        let objective = &Objective::from_words(objective);
        let task = if task == Task::Evaluation as u32 { Task::Evaluation } else { Task::Gradients };
        self.labels.resize(labels.length() as usize, 0);
        labels.copy_to(&mut self.labels);
        self.images.resize(self.labels.len() * self.plan.input.len(), 0);
        images.subarray(0, self.images.len() as u32).copy_to(&mut self.images);
        self.numbers.resize(task.numbers(&self.plan), 0.0);
        let job = Job { task, batch, part, parts, images: &self.images, labels: &self.labels, objective };
        self.worker.work(&job, &mut self.numbers);
        numbers.subarray(0, self.numbers.len() as u32).copy_from(&self.numbers);
    }
}
