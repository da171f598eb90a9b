//! One network on one dataset, trained and looked at: what drives a run, wherever it is driven from.
//!
//! A `Session` owns the trainer, the viewer, the ensemble, the choice of a backend, and the messages that nobody has
//! taken yet. Whoever drives it calls `Session::turn` again and again: the page's worker between two messages, the
//! command line in a loop, tests with clocks and backends of their own (`Machine`). What has to be waited for is a
//! future of `Shared`, the same session in an `Rc<RefCell<_>>`.
//!
//! `configuration` reads what was asked for. `turn` does the work. `shared` asks the backend questions, `moving` moves
//! the run from one backend to another, and `choice` says why. `ensemble` trains several networks in turn.

mod choice;
mod configuration;
mod ensemble;
mod moving;
mod shared;
mod turn;

pub use choice::{Choice, Speeds, Wanted};
pub use configuration::{Configuration, setting_value, split, wanted_backend, worker_count};
pub use ensemble::{MEMBERS, UnderWay, member_count};
pub use shared::Shared;
pub use turn::Turn;

use crate::backend::Backend;
use crate::backend::machine::Machine;
use crate::inspect::{Ensemble, Maps, Viewer};
use crate::network::{Plan, preset_of};
use crate::refusal::Refusal;
use crate::train::checkpoint::{self, Checkpoint};
use crate::train::{RateFinder, Report, Settings, Trainer};
use configuration::{Configured, read};
use ensemble::Training;
use futures_channel::oneshot::Sender;
use std::collections::VecDeque;
use std::rc::Rc;

/// A network being trained, and everything around it.
pub struct Session {
    /// The run.
    pub trainer: Trainer,
    /// Computes what is shown, with its own copy of the parameters.
    pub viewer: Viewer,
    /// Networks that were trained and kept.
    pub ensemble: Ensemble,
    training: Option<Training>,
    machine: Rc<dyn Machine>,
    /// How many threads of the CPU were asked for; None: as many as the machine has cores.
    workers: Option<usize>,
    choice: Choice,
    on_gpu: bool,
    /// When the state was last kept that the run goes on from if its GPU is lost, in the machine's seconds.
    kept_at: f64,
    /// Training is held while backends are compared or changed: those who wait for it to go on.
    held: Option<Vec<Sender<()>>>,
    /// How many runs there were in the sessions before this one.
    runs_before: u32,
    untold: Option<Report>,
    messages: VecDeque<Message>,
}

/// What whoever drives a session should learn as soon as possible. Each is delivered once.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A sentence for people.
    Notice(String),
    /// A member of the ensemble begins to learn, in a new run with this seed.
    MemberLearns {
        /// The run's seed.
        seed: u32,
    },
    /// The member has learned and begins to read the test images.
    MemberReads {
        /// The seed of its run.
        seed: u32,
    },
    /// The ensemble is complete, or ended before that with this sentence.
    EnsembleEnded(Result<(), Refusal>),
}

impl Session {
    /// A session as `configuration` describes it, on the machine's CPU. `Shared::settle` moves it to the backend that was
    /// asked for.
    ///
    /// # Errors
    /// The key whose value cannot be used, or the layer that does not fit.
    pub fn new(configuration: &Configuration, machine: Rc<dyn Machine>) -> Result<Session, Refusal> {
        let Configured { plan, settings, wanted, workers } = read(configuration, machine.dataset())?;
        Ok(Session::of(plan, settings, wanted, workers, machine))
    }

    fn of(plan: Plan, settings: Settings, wanted: Wanted, workers: Option<usize>, machine: Rc<dyn Machine>) -> Session {
        let backend = machine.cpu(&plan, workers);
        Session {
            viewer: Viewer::new(plan.clone()),
            trainer: Trainer::new(plan, machine.dataset().clone(), backend, settings),
            ensemble: Ensemble::default(),
            training: None,
            workers,
            choice: Choice::new(wanted, "Nothing has been measured yet."),
            on_gpu: false,
            kept_at: machine.seconds(),
            held: None,
            runs_before: 0,
            untold: None,
            messages: VecDeque::new(),
            machine,
        }
    }

    /// A session of the network and parameters in a checkpoint. If the file has a run, it continues where it was saved;
    /// otherwise one begins with this session's settings.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn loaded(&self, bytes: &[u8]) -> Result<Session, Refusal> {
        let Checkpoint { plan, parameters, run } = checkpoint::load(bytes, self.trainer.plan())?;
        let settings = self.trainer.settings().clone();
        let mut session = Session::of(plan, settings, self.choice.wanted, self.workers, self.machine.clone());
        match run {
            Some(run) => session.trainer.resume(&parameters, run).map_err(Refusal::new)?,
            None => {
                session.trainer.write_parameters(&parameters);
                session.trainer.evaluate_soon();
            }
        }
        Ok(session)
    }

    /// Takes the place of `old`: goes on counting its runs, and takes its undelivered messages.
    pub fn replace(&mut self, old: &mut Session) {
        old.end_ensemble("another network begins without any.");
        self.runs_before = old.runs();
        self.messages.append(&mut old.messages);
    }

    /// How many runs there have been, in the sessions before this one too.
    pub fn runs(&self) -> u32 {
        self.runs_before + self.trainer.runs()
    }

    /// Starts a new run with the same seed and all settings. An ensemble being trained ends.
    pub fn reset(&mut self) {
        self.end_ensemble("another run was begun.");
        self.trainer.reset();
    }

    /// The name of the network's preset, or "custom".
    pub fn preset(&self) -> &'static str {
        preset_of(&self.trainer.plan().spec()).unwrap_or("custom")
    }

    /// The backend that was asked for, and why the one in use trains.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// How many threads of the CPU were asked for; None: as many as the machine has cores.
    pub fn workers(&self) -> Option<usize> {
        self.workers
    }

    /// Whether the run is on the GPU.
    pub fn is_on_gpu(&self) -> bool {
        self.on_gpu
    }

    /// What trains, for people: "CPU · SIMD · 2 workers", "WebGPU · nvidia ampere".
    pub fn backend_label(&self) -> String {
        let simd = if cfg!(target_feature = "simd128") { " · SIMD" } else { "" };
        match (&self.choice.adapter, self.trainer.workers()) {
            (Some(adapter), _) if self.on_gpu => format!("WebGPU · {adapter}"),
            (_, 1) => format!("CPU{simd} · 1 worker"),
            (_, workers) => format!("CPU{simd} · {workers} workers"),
        }
    }

    /// The next message.
    pub fn take_message(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    /// What was measured and not told yet, up to the last `Shared::refresh`.
    pub fn take_report(&mut self) -> Option<Report> {
        self.untold.take().map(|report| Report { run: self.runs_before + report.run, ..report })
    }

    /// What the viewer computes for `image`, with these parameters. A pixel is a number from 0 to 1.
    ///
    /// # Errors
    /// The image has another number of pixels, or one that is not finite.
    pub fn look(&mut self, parameters: &[f32], image: &[f32]) -> Result<Maps, Refusal> {
        let shape = self.trainer.plan().input;
        if image.len() != shape.len() || image.iter().any(|pixel| !pixel.is_finite()) {
            return Err(Refusal::new(format!(
                "an image is {}×{} = {} finite numbers from 0 to 1, and this is {}",
                shape.height,
                shape.width,
                shape.len(),
                image.len()
            )));
        }
        self.viewer.write_parameters(parameters);
        Ok(self.viewer.look(image))
    }

    /// A sweep for the learning rate, from these parameters. `backend` is the sweep's own.
    ///
    /// # Errors
    /// The parameters are not finite.
    pub fn rate_finder(&self, parameters: &[f32], backend: Box<dyn Backend>) -> Result<RateFinder, Refusal> {
        if parameters.iter().any(|parameter| !parameter.is_finite()) {
            return Err(Refusal::new(
                "no learning rate can be found: the parameters are not finite any more. Press Reset.",
            ));
        }
        let (plan, dataset) = (self.trainer.plan().clone(), self.trainer.dataset().clone());
        Ok(RateFinder::new(plan, dataset, backend, self.trainer.settings(), parameters))
    }
}
