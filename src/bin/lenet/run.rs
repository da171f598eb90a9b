//! Drives a session until it has nothing left to do: prints measurements and saves checkpoints.

use super::command::Result;
use super::csv::{Step, Table};
use super::output::Output;
use super::progress::Progress;
use lenet::backend::Tap;
use lenet::backend::cpu::now;
use lenet::data::Split;
use lenet::session::{Message, Shared, Turn};
use lenet::train::{Evaluation, Phase, Report, checkpoint};
use std::collections::BTreeMap;
use std::io::{self, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The time between two requests for measurements. It is long, because each request waits for the GPU.
const ASKED: Duration = Duration::from_millis(200);

/// The files that a run is saved to, and the signal that stops it.
pub struct Saving<'a> {
    /// The file for checkpoints of the run.
    pub checkpoint: Option<&'a Output>,
    /// Whether that file has another run, which is only given up for an epoch, or for what `every` says.
    pub replaces: bool,
    /// Whether to save after every so many steps too, and not only after each epoch.
    pub every: Option<u32>,
    /// The file for the network without its run, written at the end, and when the run is interrupted.
    pub out: Option<&'a Output>,
    /// The table of measurements.
    pub table: Option<Table<'a>>,
    /// Set by a signal handler: the run stops after the present step.
    pub interrupted: &'a AtomicBool,
}

/// How a run ended.
pub enum End {
    /// Nothing is left to do. The numbers are the test accuracies of the runs that reached the end of their schedule.
    Done(Vec<f64>),
    /// Whether the run is in its checkpoint, and whether the network is in its file.
    Interrupted { has_run: bool, has_network: bool },
}

/// Trains until there is nothing more to do, or until it is interrupted.
///
/// # Errors
/// The loss is not finite any more, or a file cannot be written.
pub fn run(session: &Shared, saving: Saving) -> Result<End> {
    let saved = (session.borrow().trainer.step(), session.borrow().trainer.epoch().floor());
    let (progress, steps, asked) = (Progress::new(), BTreeMap::new(), Instant::now());
    let mut driver = Driver {
        session,
        saving,
        progress,
        steps,
        asked,
        saved,
        last: None,
        accuracies: Vec::new(),
        has_run: false,
        has_network: false,
    };
    let ended = driver.work();
    driver.progress.end();
    ended?;
    let phase = session.borrow().trainer.phase();
    Ok(match driver.saving.interrupted.load(Ordering::Relaxed) && phase != Phase::Finished {
        true => End::Interrupted { has_run: driver.has_run, has_network: driver.has_network },
        false => End::Done(driver.accuracies),
    })
}

struct Driver<'a> {
    session: &'a Shared,
    saving: Saving<'a>,
    progress: Progress,
    /// The steps whose measurements have not been reported.
    steps: BTreeMap<u32, Step>,
    /// The time of the last request for measurements.
    asked: Instant,
    /// The number of steps and of whole epochs at the last checkpoint.
    saved: (u32, f64),
    /// The run's last evaluation on the test images.
    last: Option<Evaluation>,
    accuracies: Vec<f64>,
    /// Whether the run was saved.
    has_run: bool,
    /// Whether a network is in the file `out`.
    has_network: bool,
}

impl Driver<'_> {
    fn work(&mut self) -> Result<()> {
        loop {
            if self.saving.interrupted.load(Ordering::Relaxed) {
                self.session.borrow_mut().trainer.pause();
            }
            let left = self.turn();
            let is_due = self.is_due();
            if is_due || left == Turn::Done || self.asked.elapsed() >= ASKED {
                self.report()?;
            }
            if is_due {
                self.save_on_the_way();
            }
            match left {
                Turn::More => {}
                Turn::Wait => now(self.session.clone().room()),
                // Taking in the report may have queued another evaluation, for early stopping.
                Turn::Done if self.session.borrow().trainer.is_busy() => {}
                Turn::Done => break,
                Turn::Data => unreachable!("all images were read before"),
            }
            let mut message = self.session.borrow_mut().take_message();
            while let Some(each) = message {
                self.hear(each)?;
                message = self.session.borrow_mut().take_message();
            }
        }
        if self.session.borrow().ensemble.members.is_empty() { self.end_run() } else { Ok(()) }
    }

    /// Does one small piece of work.
    fn turn(&mut self) -> Turn {
        let session = &mut *self.session.borrow_mut();
        let (before, learning_rate) = (session.trainer.step(), session.trainer.next_step().learning_rate);
        let left = session.turn(|| true);
        let (step, epoch) = (session.trainer.step(), session.trainer.epoch());
        if step == before + 1 {
            self.steps.insert(step, Step { epoch, learning_rate });
        }
        left
    }

    /// Whether the run should be saved now: after an epoch and its evaluations, or after a number of steps.
    fn is_due(&self) -> bool {
        let trainer = &self.session.borrow().trainer;
        let (step, epoch) = (trainer.step(), trainer.epoch().floor());
        let by_steps = self.saving.every.is_some_and(|every| step.is_multiple_of(every)) && step > self.saved.0;
        !trainer.is_evaluating() && (by_steps || epoch > self.saved.1)
    }

    fn hear(&mut self, message: Message) -> Result<()> {
        match message {
            Message::Notice(sentence) => self.progress.note(&sentence),
            Message::MemberLearns { .. } => (self.saved, self.last) = ((0, 0.0), None),
            Message::MemberReads { .. } => self.end_run()?,
            Message::EnsembleEnded(outcome) => outcome?,
        }
        Ok(())
    }

    /// Requests the measurements, adds them to the table and prints them.
    fn report(&mut self) -> Result<()> {
        self.asked = Instant::now();
        now(self.session.refresh());
        let report = self.session.borrow_mut().take_report().unwrap_or_default();
        let status = self.session.borrow().trainer.status();
        if let Some(table) = &mut self.saving.table {
            table.add(status.seed, &report, &self.steps)?;
        }
        self.steps.retain(|step, _| *step >= report.first_step + report.losses.len() as u32);
        self.progress.show(&status);
        self.print_evaluations(&report)
    }

    /// Prints a line. If nobody reads it any more, a run that is saved goes on.
    fn print(&self, line: &str) -> Result<()> {
        let Saving { checkpoint, out, table, .. } = &self.saving;
        let is_saved = checkpoint.is_some() || out.is_some() || table.is_some();
        match self.progress.print(|| writeln!(stdout(), "{line}")) {
            Err(why) if why.kind() == io::ErrorKind::BrokenPipe && is_saved => Ok(()),
            printed => Ok(printed?),
        }
    }

    /// Prints the evaluations on the test images.
    fn print_evaluations(&mut self, report: &Report) -> Result<()> {
        let status = self.session.borrow().trainer.status();
        for evaluation in report.evaluations.iter().filter(|evaluation| evaluation.split == Split::Test) {
            self.print(&format!(
                "seed {} epoch {:.0} step {}: train loss {:.4}, test loss {:.4}, test accuracy {:.2} % ({:.1} s)",
                status.seed,
                evaluation.epoch,
                evaluation.step,
                status.train_loss.unwrap_or(f32::NAN),
                evaluation.loss,
                100.0 * evaluation.accuracy(),
                evaluation.seconds,
            ))?;
            self.last = Some(evaluation.clone());
        }
        Ok(())
    }

    /// Ends a run or a member of an ensemble: saves it, and keeps its test accuracy.
    fn end_run(&mut self) -> Result<()> {
        self.report()?;
        let status = self.session.borrow().trainer.status();
        if status.phase == Phase::Diverged {
            let why = status.message.unwrap_or_default();
            return Err(format!("{why} This run cannot go on: begin another.").into());
        }
        let is_partial = self.saving.interrupted.load(Ordering::Relaxed) && status.phase != Phase::Finished;
        let is_worth = !is_partial || (status.step > 0 && (self.has_run || !self.saving.replaces));
        // If one file fails, the other is still written.
        let (saved, network) = (if is_worth { self.save() } else { Ok(()) }, self.save_network(is_partial));
        saved.and(network)?;
        if status.phase == Phase::Finished {
            if let Some(message) = status.message {
                self.print(&message)?;
            }
            let evaluation = self.last.take();
            let evaluation =
                evaluation.unwrap_or_else(|| now(self.session.ask(|trainer| trainer.evaluate(Split::Test))));
            self.accuracies.push(evaluation.accuracy());
        }
        Ok(())
    }

    /// Saves the run after an epoch or some steps. If that fails, the run goes on: the next save may succeed.
    fn save_on_the_way(&mut self) {
        let (phase, step, epoch) = {
            let trainer = &self.session.borrow().trainer;
            (trainer.phase(), trainer.step(), trainer.epoch().floor())
        };
        self.saved = (step, epoch);
        if phase != Phase::Diverged
            && self.saving.checkpoint.is_some()
            && let Err(why) = self.save()
        {
            self.progress.note(&format!("{why}; the run goes on, and is saved again later"));
        }
    }

    /// Saves the run. The rows of its steps are written before, so that the table has all steps of the checkpoint.
    fn save(&mut self) -> Result<()> {
        if let Some(table) = &mut self.saving.table {
            table.flush()?;
        }
        if let Some(checkpoint) = self.saving.checkpoint {
            let (parameters, run) = now(self.session.read_run());
            checkpoint::check_finite(self.session.borrow().trainer.plan(), &parameters)?;
            checkpoint.write(&checkpoint::save_run(self.session.borrow().trainer.plan(), &parameters, &run))?;
            self.has_run = true;
        }
        Ok(())
    }

    /// Writes the network to its file. A partial one replaces neither what another seed brought to its end nor, before the
    /// first step, anything.
    fn save_network(&mut self, is_partial: bool) -> Result<()> {
        let step = self.session.borrow().trainer.step();
        if let Some(out) = self.saving.out.filter(|_| !is_partial || (step > 0 && !self.has_network)) {
            let parameters = now(self.session.read(Tap::Parameters));
            checkpoint::check_finite(self.session.borrow().trainer.plan(), &parameters)?;
            out.write(&checkpoint::save(self.session.borrow().trainer.plan(), &parameters))?;
            self.has_network = true;
        }
        Ok(())
    }
}
