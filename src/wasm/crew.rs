//! The helpers of the CPU backend in a browser. Each is a worker with its own instance of this module.
//! `www/engine/crew.ts` passes jobs and results between them, in shared memory if the page is allowed to use it, and
//! otherwise in messages.

use super::Result;
use crate::backend::cpu::{Crew, Job, Sums, Task, Worker, part, shards};
use crate::backend::{MAX_BATCH_SIZE, Objective, Pending};
use crate::network::{Layer, NetworkSpec, Plan};
use js_sys::{Float32Array, Function, Promise, Uint8Array};
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
    fn begin(this: &JsCrew);

    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments)]
    fn give(
        this: &JsCrew,
        helper: usize,
        task: u32,
        worker: usize,
        workers: usize,
        own: u32,
        images: &[u8],
        labels: &[u8],
        objective: &[u32],
    ) -> bool;

    #[wasm_bindgen(method)]
    fn claim(this: &JsCrew, shard: usize) -> bool;

    #[wasm_bindgen(method)]
    fn take(this: &JsCrew, helper: usize) -> Vec<i32>;

    #[wasm_bindgen(method)]
    fn read(this: &JsCrew, helper: usize, index: usize, numbers: &mut [f32]);

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
    /// The maximum number of nodes that a helper returns.
    nodes: usize,
    /// The maximum number of numbers of all its nodes.
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

/// The maximum number of nodes that a helper returns. Five neighbouring shards of eight are two nodes, seven are three.
const NODES: usize = 3;

/// Starts `helpers` workers for a network of `plan`.
pub fn hire(crews: &JsCrews, plan: &Plan, helpers: usize) -> Box<dyn Crew> {
    let layers = super::to_js(&plan.spec().layers).expect("layers are plain objects");
    let sizes = Sizes {
        parameters: plan.parameters,
        nodes: NODES,
        numbers: NODES * Task::Gradients.numbers(plan).max(Task::Evaluation.numbers(plan)),
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

    fn begin(&mut self) {
        self.crew.begin();
    }

    fn give(&mut self, helper: usize, worker: usize, workers: usize, job: &Job) -> bool {
        let Job { task, images, labels, objective } = *job;
        let own = part(worker, workers, shards(labels.len()).len()).fold(0, |bits, shard| bits | 1 << shard);
        let objective = objective.words(self.classes);
        self.crew.give(helper, task as u32, worker, workers, own, images, labels, &objective)
    }

    fn claim(&mut self, shard: usize) -> bool {
        self.crew.claim(shard)
    }

    fn take(&mut self, helper: usize, length: usize, sums: &mut Sums) {
        for (index, node) in self.crew.take(helper).into_iter().enumerate() {
            let mut numbers = sums.buffer(length);
            self.crew.read(helper, index, &mut numbers);
            sums.put(node as usize, numbers);
        }
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
    sums: Sums,
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
            sums: Sums::default(),
            plan,
        })
    }

    /// Sets the parameters for all jobs that follow.
    pub fn write_parameters(&mut self, parameters: &Float32Array) {
        self.worker.change_parameters(|own| parameters.copy_to(own));
    }

    /// Does shards of a job on as many images as there are labels, as long as `claim` returns true for one. Returns the nodes
    /// of the tree of shards that it has computed, and writes their numbers to `numbers`, one node after the other.
    #[allow(clippy::too_many_arguments)]
    pub fn work(
        &mut self,
        task: u32,
        worker: usize,
        workers: usize,
        images: &Uint8Array,
        labels: &Uint8Array,
        objective: &[u32],
        #[wasm_bindgen(unchecked_param_type = "(shard: number) => boolean")] claim: &Function,
        numbers: &Float32Array,
    ) -> Vec<i32> {
        let objective = &Objective::from_words(objective);
        let task = if task == Task::Evaluation as u32 { Task::Evaluation } else { Task::Gradients };
        self.labels.resize(labels.length() as usize, 0);
        labels.copy_to(&mut self.labels);
        self.images.resize(self.labels.len() * self.plan.input.len(), 0);
        images.subarray(0, self.images.len() as u32).copy_to(&mut self.images);
        let job = Job { task, images: &self.images, labels: &self.labels, objective };
        let claims =
            |shard: usize| claim.call1(&JsValue::UNDEFINED, &shard.into()).is_ok_and(|taken| taken.is_truthy());
        self.sums.clear();
        self.worker.work(&job, (worker, workers), NODES, &mut self.sums, claims);
        let mut start = 0;
        let write = |(node, values): (usize, &[f32])| {
            let end = start + values.len() as u32;
            numbers.subarray(start, end).copy_from(values);
            start = end;
            node as i32
        };
        self.sums.iter().map(write).collect()
    }
}
