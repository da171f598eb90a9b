//! A session: one network that is trained on one dataset and looked at. The page, the command line and the tests all
//! drive runs through it.
//! A `Session` owns the trainer, the viewer, the ensemble, the choice of a backend, and the messages that nobody has
//! taken yet. Its driver calls `Session::turn` again and again: the page's worker does so between two messages, the
//! command line in a loop, and tests with a clock and backends of their own (`Machine`). Everything that has to be
//! awaited is a method of `Shared`, which is a session in an `Rc<RefCell<_>>`.
//!
//! `configuration` reads what was requested. `turn` does the work. `shared` reads values from the backend, `moving`
//! moves the run from one backend to another, and `choice` gives the reasons. `ensemble` trains several networks in
//! turn.

mod choice;
mod configuration;
mod ensemble;
mod moving;
mod shared;
mod turn;

pub use choice::{Choice, Speeds, Wanted};
pub use configuration::{Configuration, check, named_network, setting_value, split, wanted_backend, worker_count};
pub use ensemble::{MEMBERS, UnderWay, member_count};
pub use shared::Shared;
pub use turn::Turn;

use crate::backend::Backend;
use crate::backend::machine::Machine;
use crate::inspect::{Ensemble, Maps, Viewer};
use crate::network::{Plan, preset_of};
use crate::refusal::Refusal;
use crate::train::checkpoint::{self, Checkpoint};
use crate::train::{Assumed, RateFinder, Report, Settings, Trainer};
use configuration::{Configured, read};
use ensemble::Training;
use futures_channel::oneshot::Sender;
use std::collections::VecDeque;
use std::rc::Rc;

/// A network that is being trained, with the viewer, the ensemble and the messages around it.
pub struct Session {
    /// The run.
    pub trainer: Trainer,
    /// Computes what is shown, with its own copy of the parameters.
    pub viewer: Viewer,
    /// Networks that were trained and kept.
    pub ensemble: Ensemble,
    training: Option<Training>,
    machine: Rc<dyn Machine>,
    /// The requested number of CPU threads; None means one for each core.
    workers: Option<usize>,
    choice: Choice,
    on_gpu: bool,
    /// When the state was last kept from which the run continues if its GPU is lost, in the machine's seconds.
    kept_at: f64,
    /// While backends are compared or changed, training pauses and this lists the futures that wait for it to continue.
    /// None otherwise.
    held: Option<Vec<Sender<()>>>,
    /// The number of runs in the sessions before this one.
    runs_before: u32,
    untold: Option<Report>,
    messages: VecDeque<Message>,
    /// What was assumed about the file that the session was loaded from, if that file does not say what its layers are.
    pub assumed: Option<Assumed>,
}

/// An event that the session's driver should report as soon as possible. Each is delivered once.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A sentence that people read.
    Notice(String),
    /// A member of the ensemble begins to train, in a new run.
    MemberLearns {
        /// The run's seed.
        seed: u32,
    },
    /// The member is trained and begins to predict the test images.
    MemberReads {
        /// The seed of its run.
        seed: u32,
    },
    /// The ensemble is complete, or its training has ended early for this reason.
    EnsembleEnded(Result<(), Refusal>),
}

impl Session {
    /// Makes a session from `configuration`, on the machine's CPU. `Shared::settle` then moves it to the requested
    /// backend.
    ///
    /// # Errors
    /// The key with an invalid value, or the layer that does not fit.
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
            assumed: None,
            machine,
        }
    }

    /// Makes a session from a checkpoint. If the file contains a run, it continues where it was saved; otherwise a new
    /// run begins with this session's settings.
    ///
    /// # Errors
    /// The reason why the file cannot be read.
    pub fn loaded(&self, bytes: &[u8]) -> Result<Session, Refusal> {
        let Checkpoint { plan, parameters, run, assumed } = checkpoint::load(bytes, self.trainer.plan())?;
        let settings = self.trainer.settings().clone();
        let mut session = Session::of(plan, settings, self.choice.wanted, self.workers, self.machine.clone());
        session.assumed = assumed;
        match run {
            Some(run) => session.trainer.resume(&parameters, run).map_err(Refusal::new)?,
            None => {
                session.trainer.write_parameters(&parameters);
                session.trainer.evaluate_soon();
            }
        }
        Ok(session)
    }

    /// Replaces `old`: continues its count of runs, and takes over its undelivered messages.
    pub fn replace(&mut self, old: &mut Session) {
        old.end_ensemble("another network begins without any.");
        self.runs_before = old.runs();
        self.messages.append(&mut old.messages);
    }

    /// The number of runs so far, including those of earlier sessions.
    pub fn runs(&self) -> u32 {
        self.runs_before + self.trainer.runs()
    }

    /// Starts a new run with the same seed and the present settings. This ends the training of an ensemble.
    pub fn reset(&mut self) {
        self.end_ensemble("another run was begun.");
        self.trainer.reset();
    }

    /// The name of the network's preset, or "custom".
    pub fn preset(&self) -> &'static str {
        preset_of(&self.trainer.plan().spec()).unwrap_or("custom")
    }

    /// The requested backend, and why the present one was chosen.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// The requested number of CPU threads; None means one for each core.
    pub fn workers(&self) -> Option<usize> {
        self.workers
    }

    /// Whether the run is on the GPU.
    pub fn is_on_gpu(&self) -> bool {
        self.on_gpu
    }

    /// A description of the backend for people: "CPU · SIMD · 2 workers" or "WebGPU · nvidia ampere".
    pub fn backend_label(&self) -> String {
        let simd = if cfg!(target_feature = "simd128") { " · SIMD" } else { "" };
        match (&self.choice.adapter, self.trainer.workers()) {
            (Some(adapter), _) if self.on_gpu => format!("WebGPU · {adapter}"),
            (_, 1) => format!("CPU{simd} · 1 worker"),
            (_, workers) => format!("CPU{simd} · {workers} workers"),
        }
    }

    /// Takes the oldest message that was not delivered.
    pub fn take_message(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    /// Takes all measurements up to the last `Shared::refresh` that were not reported yet.
    pub fn take_report(&mut self) -> Option<Report> {
        self.untold.take().map(|report| Report { run: self.runs_before + report.run, ..report })
    }

    /// All values of the network with these parameters for `image`, which has one number from 0 to 1 for each pixel.
    ///
    /// # Errors
    /// The image has another number of pixels, or a pixel is not finite.
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

    /// A sweep for the learning rate that starts from these parameters. `backend` is only for the sweep.
    ///
    /// # Errors
    /// The parameters are not finite.
    pub fn rate_finder(&self, parameters: &[f32], backend: Box<dyn Backend>) -> Result<RateFinder, Refusal> {
        if parameters.iter().any(|parameter| !parameter.is_finite()) {
            return Err(Refusal::new("no learning rate can be found: the parameters are not finite any more"));
        }
        let (plan, dataset) = (self.trainer.plan().clone(), self.trainer.dataset().clone());
        Ok(RateFinder::new(plan, dataset, backend, self.trainer.settings(), parameters))
    }
}
