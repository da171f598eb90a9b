//! A machine for tests: its clock moves by what its backends do, and its GPU is a CPU backend that may be lost.

use crate::support::now;
use lenet::backend::cpu::CpuBackend;
use lenet::backend::machine::{Accelerator, Adapter, Machine};
use lenet::backend::{Backend, Failure, Objective, OptimizerState, Pending, Readback, StepConfig, Tap};
use lenet::data::Dataset;
use lenet::network::Plan;
use std::cell::Cell;
use std::future::{pending, ready};
use std::rc::Rc;
use std::sync::Arc;

/// What happens on the machine.
pub struct Events {
    /// The time in seconds.
    pub clock: Cell<f64>,
    /// The GPU is lost after so many more mini-batches.
    pub steps_left: Cell<u32>,
    /// How often a GPU was asked for.
    pub opened: Cell<u32>,
    /// Whether the GPU answers; otherwise it makes whoever asks wait.
    pub answers: Cell<bool>,
}

pub struct TestMachine {
    pub dataset: Arc<Dataset>,
    pub adapter: Option<Adapter>,
    /// Seconds of a mini-batch on the CPU and on the GPU.
    pub seconds: [f64; 2],
    pub events: Rc<Events>,
}

impl TestMachine {
    /// A machine whose mini-batches take 0.4 s, with a GPU of this name.
    pub fn new(dataset: Arc<Dataset>, adapter: &str) -> Self {
        let events = Events {
            clock: Cell::new(0.0),
            steps_left: Cell::new(u32::MAX),
            opened: Cell::new(0),
            answers: Cell::new(true),
        };
        let adapter = Some(Adapter { name: adapter.into(), fallback: false });
        TestMachine { dataset, adapter, seconds: [0.4; 2], events: Rc::new(events) }
    }

    fn backend(&self, plan: &Plan, is_gpu: bool) -> TestBackend {
        let inner = CpuBackend::new(plan.clone(), self.dataset.clone());
        let seconds = self.seconds[usize::from(is_gpu)];
        TestBackend { inner, seconds, is_gpu, events: self.events.clone() }
    }
}

impl Machine for TestMachine {
    fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    fn adapter(&self) -> Option<&Adapter> {
        self.adapter.as_ref()
    }

    fn cpu(&self, plan: &Plan, _: Option<usize>) -> Box<dyn Backend> {
        Box::new(self.backend(plan, false))
    }

    fn gpu(&self, plan: &Plan) -> Pending<Accelerator> {
        self.events.opened.set(self.events.opened.get() + 1);
        let adapter = self.adapter.clone().expect("a test machine has one");
        Box::pin(ready(Ok(Accelerator { adapter, backend: Box::new(self.backend(plan, true)) })))
    }

    fn seconds(&self) -> f64 {
        self.events.clock.get()
    }
}

struct TestBackend {
    inner: CpuBackend,
    seconds: f64,
    is_gpu: bool,
    events: Rc<Events>,
}

impl TestBackend {
    fn is_lost(&self) -> bool {
        self.is_gpu && self.events.steps_left.get() == 0
    }

    fn answer<T: 'static>(&self, answer: Pending<T>) -> Pending<T> {
        match self.failure() {
            Some(failure) => Box::pin(ready(Err(failure))),
            None if self.is_gpu && !self.events.answers.get() => Box::pin(pending()),
            None => Box::pin(ready(now(answer))),
        }
    }
}

impl Backend for TestBackend {
    fn write_parameters(&mut self, parameters: &[f32]) {
        self.inner.write_parameters(parameters);
    }

    fn write_optimizer_state(&mut self, state: &OptimizerState) {
        self.inner.write_optimizer_state(state);
    }

    fn write_objective(&mut self, objective: &Objective) {
        self.inner.write_objective(objective);
    }

    fn gradients(&mut self, images: &[u32]) {
        self.inner.gradients(images);
    }

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        if self.is_lost() {
            return;
        }
        self.events.clock.set(self.events.clock.get() + self.seconds);
        if self.is_gpu {
            self.events.steps_left.set(self.events.steps_left.get() - 1);
        }
        self.inner.train_step(images, step);
    }

    fn evaluate(&mut self, images: &[u32]) {
        self.inner.evaluate(images);
    }

    fn forward(&mut self, images: &[u32]) {
        self.inner.forward(images);
    }

    fn read(&mut self, tap: Tap) -> Readback {
        let answer = self.inner.read(tap);
        self.answer(answer)
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        let answer = self.inner.read_optimizer_state();
        self.answer(answer)
    }

    fn failure(&self) -> Option<Failure> {
        self.is_lost().then(|| Failure("the GPU was lost (a test took it)".into()))
    }
}
