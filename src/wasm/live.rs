//! A session on the page: what of it the page has not been told, and how a run moves from one backend to another.

use super::shapes::{Description, NamedTensor, Status};
use crate::backend::gpu::GpuBackend;
use crate::backend::{Backend, Failure, Readback, Tap};
use crate::choice::{Choice, Machine, Wanted, race, software_verdict, verdict};
use crate::inspect::Ensemble;
use crate::network::ParameterTensor;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::train::{Report, Trainer};
use futures_channel::oneshot::{self, Sender};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_time::{Duration, Instant};

/// A promise keeps the session it was asked of, whatever is configured before it is kept.
pub type Shared = Rc<RefCell<Live>>;

/// A session and its surroundings.
pub struct Live {
    pub session: Session,
    /// Networks that were trained and kept; another session begins without.
    pub ensemble: Ensemble,
    /// How many runs there were in the sessions before.
    runs_before: u32,
    unsent: Option<Report>,
    machine: Rc<Machine>,
    choice: Choice,
    on_gpu: bool,
    /// What the page has to be told as soon as possible.
    pub notice: Option<String>,
    /// Training is held while backends are compared or changed; who waits for it to go on.
    held: Option<Vec<Sender<()>>>,
    kept: Instant,
}

/// What is left after a turn.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Nothing.
    Done,
    /// More, at once.
    More,
    /// More, but first `room`.
    Wait,
    /// More, but first images have to arrive.
    Data,
}

/// How old the state may be that a run goes on from when its GPU is lost.
const KEEP: Duration = Duration::from_secs(1);

impl Live {
    pub fn new(session: Session, machine: Rc<Machine>, runs_before: u32) -> Shared {
        let choice = Choice::new(session.wanted, "Nothing has been measured yet.");
        let mut live = Live {
            session,
            ensemble: Ensemble::default(),
            runs_before,
            unsent: None,
            machine,
            choice,
            on_gpu: false,
            notice: None,
            held: None,
            kept: Instant::now(),
        };
        live.move_to(None);
        Rc::new(RefCell::new(live))
    }

    /// How many runs there have been.
    pub fn runs(&self) -> u32 {
        self.runs_before + self.session.trainer.runs()
    }

    /// Does what there is to do, for about `most`.
    pub fn run(&mut self, most: Duration) -> Turn {
        if let Some(why) = self.session.trainer.backend().failure() {
            self.fall_back(&why);
        }
        if self.held.is_some() {
            return Turn::Wait;
        }
        let trainer = &mut self.session.trainer;
        let start = Instant::now();
        while trainer.is_busy()
            && !trainer.is_waiting()
            && trainer.has_data()
            && trainer.backend().has_room()
            && start.elapsed() < most
        {
            trainer.advance();
        }
        match trainer.is_busy() {
            false => Turn::Done,
            true if !trainer.has_data() => {
                trainer.rest();
                Turn::Data
            }
            true if trainer.backend().has_room() && !trainer.is_waiting() => Turn::More,
            true => Turn::Wait,
        }
    }

    /// After a failure: the run goes on on the CPU, from the state that was kept last.
    fn fall_back(&mut self, why: &Failure) {
        if !self.on_gpu {
            return;
        }
        self.move_to(None);
        let step = self.session.trainer.status().step;
        let told = format!("WebGPU stopped: {why}. The run goes on on the CPU from step {step}.");
        self.choice = Choice { adapter: self.choice.adapter.take(), ..Choice::new(Wanted::Cpu, &told) };
        self.session.wanted = Wanted::Cpu;
        self.notice = Some(told);
    }

    /// The GPU's backend, or the CPU's.
    fn move_to(&mut self, backend: Option<GpuBackend>) {
        self.on_gpu = backend.is_some();
        let backend = match backend {
            Some(backend) => Box::new(backend) as Box<dyn Backend>,
            None => Box::new(self.machine.cpu(self.session.trainer.plan(), self.session.workers)),
        };
        self.session.trainer.move_to(backend);
    }

    pub fn describe(&self) -> Description {
        Description::new(self.session.preset(), self.session.trainer.plan())
    }

    pub fn status(&self) -> Status {
        let adapter = self.choice.adapter.clone();
        let workers = self.session.trainer.workers();
        let simd = if cfg!(target_feature = "simd128") { " · SIMD" } else { "" };
        let label = match &adapter {
            Some(adapter) if self.on_gpu => format!("WebGPU · {adapter}"),
            _ if workers == 1 => format!("CPU{simd} · 1 worker"),
            _ => format!("CPU{simd} · {workers} workers"),
        };
        Status {
            backend: if self.on_gpu { "webgpu" } else { "cpu" },
            backend_label: label,
            adapter,
            choice: self.choice.clone(),
            workers,
            preset: self.session.preset(),
            run: self.session.trainer.status(),
        }
    }

    /// Numbers that lie as the parameters do, by name.
    pub fn named(&self, numbers: &[f32]) -> Vec<NamedTensor> {
        let tensors = self.session.trainer.plan().tensors().into_iter();
        let out = |tensor: ParameterTensor| NamedTensor {
            data: numbers[tensor.range].into(),
            name: tensor.name,
            shape: tensor.shape,
        };
        tensors.map(out).collect()
    }

    /// What happened that the page has not been told; after `refresh`.
    pub fn take_unsent(&mut self) -> Option<Report> {
        self.unsent.take().map(|report| Report { run: self.runs_before + report.run, ..report })
    }
}

/// Asks now, and again on the CPU if the GPU does not live to answer.
pub fn ask<T, F, Q>(live: &Shared, question: Q) -> impl Future<Output = T> + use<T, F, Q>
where
    F: Future<Output = std::result::Result<T, Failure>>,
    Q: Fn(&mut Trainer) -> F,
{
    let mut answer = question(&mut live.borrow_mut().session.trainer);
    let live = live.clone();
    async move {
        loop {
            match answer.await {
                Ok(value) => return value,
                Err(why) => {
                    let live = &mut *live.borrow_mut();
                    live.fall_back(&why);
                    answer = question(&mut live.session.trainer);
                }
            }
        }
    }
}

/// `ask` for a tap.
pub fn read(live: &Shared, tap: Tap) -> impl Future<Output = Vec<f32>> + use<> {
    ask(live, move |trainer| -> Readback { trainer.backend().read(tap) })
}

/// Has the session learn what was measured, keeps it for the next snapshot, and keeps the run's state if it is on the GPU.
pub fn refresh(live: &Shared) -> impl Future<Output = ()> + use<> {
    let measured = ask(live, |trainer| trainer.measure().arrive());
    let old = live.borrow().on_gpu && live.borrow().kept.elapsed() >= KEEP;
    let state = old.then(|| live.borrow_mut().session.trainer.read_state());
    let live = live.clone();
    async move {
        let mut report = measured.await;
        let state = match state {
            Some(state) => state.await.ok(),
            None => None,
        };
        let live = &mut *live.borrow_mut();
        live.session.trainer.take_in(&report);
        // The page has no use for them, and they are as large as the network.
        report.candidates.clear();
        match &mut live.unsent {
            Some(unsent) => unsent.append(report),
            None => live.unsent = Some(report),
        }
        if let Some(state) = state {
            live.session.trainer.keep(state);
            live.kept = Instant::now();
        }
    }
}

/// Waits until a turn can do something.
pub async fn room(live: Shared) {
    let go_on = live.borrow_mut().held.as_mut().map(|waiting| {
        let (sender, receiver) = oneshot::channel();
        waiting.push(sender);
        receiver
    });
    if let Some(go_on) = go_on {
        let _ = go_on.await;
        return;
    }
    if live.borrow().session.trainer.is_waiting() {
        return refresh(&live).await;
    }
    let room = live.borrow_mut().session.trainer.backend().room();
    // Of a failure the next turn hears.
    let _ = room.await;
}

/// Moves the run to the backend that is wanted, or is faster.
///
/// # Errors
/// WebGPU is wanted and cannot be had; the run stays where it is.
pub async fn settle(live: Shared, wanted: Wanted) -> std::result::Result<(), Refusal> {
    let (plan, machine) = (live.borrow().session.trainer.plan().clone(), live.borrow().machine.clone());
    let (backend, choice) = match (wanted, machine.adapter.clone()) {
        (Wanted::Cpu, _) => (None, Choice::new(wanted, "The CPU was asked for.")),
        (Wanted::Auto, None) => (None, Choice::new(wanted, "There is no WebGPU in this browser.")),
        (Wanted::Auto, Some(adapter)) if adapter.is_software() => {
            let why = software_verdict(&adapter.name);
            (None, Choice { adapter: Some(adapter.name), ..Choice::new(wanted, &why) })
        }
        (Wanted::Auto, Some(adapter)) => match machine.backend(&plan).await {
            Err(why) => (None, Choice::new(wanted, &format!("WebGPU cannot be used: {why}."))),
            Ok(backend) => {
                let (backend, choice) = measured(&live, backend, &adapter.name).await;
                let faster = choice.speeds.is_some_and(|speeds| speeds.webgpu > speeds.cpu);
                (backend.filter(|_| faster), Choice { wanted, ..choice })
            }
        },
        (Wanted::WebGpu, _) => {
            let backend = machine.backend(&plan).await;
            let backend = backend.map_err(|why| Refusal::new(format!("WebGPU cannot be used: {why}; give \"cpu\"")))?;
            let adapter = Some(backend.gpu().adapter().to_owned());
            (Some(backend), Choice { adapter, ..Choice::new(wanted, "WebGPU was asked for.") })
        }
    };
    if backend.is_some() || live.borrow().on_gpu {
        hold(&live);
        refresh(&live).await;
        let state = live.borrow_mut().session.trainer.read_state();
        let state = state.await;
        let live = &mut *live.borrow_mut();
        if let Ok(state) = state {
            live.session.trainer.keep(state);
        }
        live.move_to(backend);
    }
    let live = &mut *live.borrow_mut();
    live.session.wanted = wanted;
    let speeds = choice.speeds.or(live.choice.speeds);
    live.choice = Choice { speeds, ..choice };
    live.go_on();
    Ok(())
}

/// Measures both backends on the session's network, and changes nothing else.
///
/// # Errors
/// There is no WebGPU to compare with.
pub async fn compare(live: Shared) -> std::result::Result<(), Refusal> {
    let (plan, machine) = (live.borrow().session.trainer.plan().clone(), live.borrow().machine.clone());
    let backend = machine.backend(&plan).await;
    let backend = backend.map_err(|why| Refusal::new(format!("WebGPU cannot be used: {why}")))?;
    let adapter = backend.gpu().adapter().to_owned();
    let (_, choice) = measured(&live, backend, &adapter).await;
    let live = &mut *live.borrow_mut();
    live.choice = Choice { wanted: live.choice.wanted, ..choice };
    live.go_on();
    Ok(())
}

/// The race. Training is held from now on.
async fn measured(live: &Shared, mut backend: GpuBackend, adapter: &str) -> (Option<GpuBackend>, Choice) {
    hold(live);
    // What is under way would count against the GPU.
    let idle = live.borrow_mut().session.trainer.backend().read(Tap::Loss);
    let _ = idle.await;
    let (plan, dataset, batch_size, mut cpu) = {
        let live = live.borrow();
        let trainer = &live.session.trainer;
        let cpu = live.machine.cpu(trainer.plan(), live.session.workers);
        (trainer.plan().clone(), trainer.dataset().clone(), trainer.settings().batch_size as usize, cpu)
    };
    match race(&plan, &dataset, &mut cpu, &mut backend, batch_size).await {
        Ok(speeds) => {
            let why = verdict(adapter, backend.gpu().is_software(), speeds);
            let choice = Choice { wanted: Wanted::Auto, adapter: Some(adapter.to_owned()), speeds: Some(speeds), why };
            (Some(backend), choice)
        }
        Err(why) => (None, Choice::new(Wanted::Auto, &format!("WebGPU cannot be used: {why}."))),
    }
}

fn hold(live: &Shared) {
    live.borrow_mut().held.get_or_insert_default();
}

impl Live {
    fn go_on(&mut self) {
        for waiting in self.held.take().into_iter().flatten() {
            let _ = waiting.send(());
        }
    }
}
