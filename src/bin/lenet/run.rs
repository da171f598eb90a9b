//! One run from where it stands to the end of its schedule: measured, shown, and saved on the way.

use super::command::Result;
use super::csv::{Step, Table};
use super::files;
use super::progress::Progress;
use lenet::backend::Tap;
use lenet::backend::cpu::now;
use lenet::data::Split;
use lenet::session::Session;
use lenet::train::{Evaluation, Phase, Report, checkpoint};
use std::io::{Write, stdout};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A GPU has to be waited for when it is asked: so it is asked seldom.
const ASKED: Duration = Duration::from_millis(200);

/// Where a run leaves what.
pub struct Saving<'a> {
    /// The run as it stands.
    pub checkpoint: Option<&'a Path>,
    /// Save it after so many steps, too, and not only after each epoch.
    pub every: Option<u32>,
    /// What was measured.
    pub table: Option<&'a mut Table>,
    /// Set from elsewhere: the run is to stop where it stands.
    pub interrupted: &'a AtomicBool,
}

/// How a run ended.
pub enum End {
    /// At the end of its schedule, with this on the test images.
    Finished(Evaluation),
    /// After the steps that were asked for.
    Stopped,
    Interrupted,
}

/// Trains to the end of the schedule, or until it is interrupted.
///
/// # Errors
/// The loss is no number any more, the GPU has failed, or something cannot be written.
pub fn run(session: &mut Session, mut saving: Saving) -> Result<End> {
    let mut progress = Progress::new();
    let ended = work(session, &mut saving, &mut progress);
    progress.end();
    let last = ended?;
    let trainer = &mut session.trainer;
    let status = trainer.status();
    if status.phase == Phase::Diverged {
        return Err(status.message.unwrap_or_default().into());
    }
    if let Some(path) = saving.checkpoint {
        save(session, &mut saving.table, path)?;
    }
    if let Some(table) = &mut saving.table {
        table.flush()?;
    }
    if saving.interrupted.load(Ordering::Relaxed) && status.phase != Phase::Finished {
        return Ok(End::Interrupted);
    }
    if status.phase != Phase::Finished {
        return Ok(End::Stopped);
    }
    if let Some(message) = status.message {
        writeln!(stdout(), "{message}")?;
    }
    Ok(End::Finished(match last {
        Some(evaluation) => evaluation,
        None => now(session.trainer.evaluate(Split::Test))?,
    }))
}

/// Works until there is nothing left to do, and returns the last evaluation on the test set.
fn work(session: &mut Session, saving: &mut Saving, progress: &mut Progress) -> Result<Option<Evaluation>> {
    let (mut last, mut steps, mut asked) = (None, Vec::new(), Instant::now());
    let (mut saved_step, mut saved_epoch) = (session.trainer.step(), session.trainer.epoch().floor());
    while session.trainer.is_busy() {
        let trainer = &mut session.trainer;
        if saving.interrupted.load(Ordering::Relaxed) {
            trainer.pause();
        }
        if !trainer.backend().has_room() {
            now(trainer.backend().room())?;
        }
        let (before, learning_rate) = (trainer.step(), trainer.next_step().learning_rate);
        trainer.advance();
        let (step, epoch) = (trainer.step(), trainer.epoch());
        if step > before {
            steps.push(Step { step, epoch, learning_rate });
        }
        let by_steps = saving.every.is_some_and(|every| step.is_multiple_of(every)) && step > saved_step;
        let due = !trainer.is_evaluating() && (by_steps || epoch.floor() > saved_epoch);
        if trainer.is_busy() && !trainer.is_waiting() && !due && asked.elapsed() < ASKED {
            continue;
        }
        asked = Instant::now();
        let report = now(trainer.measure().arrive())?;
        trainer.take_in(&report);
        let seed = trainer.status().seed;
        if let Some(table) = &mut saving.table {
            table.add(seed, &report, &steps)?;
        }
        steps.clear();
        progress.show(&trainer.status());
        tell(session, &report, progress, &mut last)?;
        let diverged = session.trainer.status().phase == Phase::Diverged;
        if let Some(path) = saving.checkpoint.filter(|_| due && !diverged) {
            save(session, &mut saving.table, path)?;
        }
        if due {
            (saved_step, saved_epoch) = (step, epoch.floor());
        }
    }
    Ok(last)
}

/// Prints the evaluations on the test set.
fn tell(session: &Session, report: &Report, progress: &Progress, last: &mut Option<Evaluation>) -> Result<()> {
    let status = session.trainer.status();
    for evaluation in report.evaluations.iter().filter(|evaluation| evaluation.split == Split::Test) {
        progress.say(|| {
            writeln!(
                stdout(),
                "seed {} epoch {:.0} step {}: train loss {:.4}, test loss {:.4}, test accuracy {:.2} % ({:.1} s)",
                status.seed,
                evaluation.epoch,
                evaluation.step,
                status.train_loss.unwrap_or(f32::NAN),
                evaluation.loss,
                100.0 * evaluation.accuracy(),
                evaluation.seconds,
            )
        })?;
        *last = Some(evaluation.clone());
    }
    Ok(())
}

/// The run as it stands; the rows of its steps first, so that they are never missing.
fn save(session: &mut Session, table: &mut Option<&mut Table>, path: &Path) -> Result<()> {
    if let Some(table) = table {
        table.flush()?;
    }
    let (parameters, run) = now(session.trainer.read_run())?;
    files::replace(path, &checkpoint::save_run(session.trainer.plan(), &parameters, &run))
}

/// The network alone.
///
/// # Errors
/// It cannot be written.
pub fn save_network(session: &mut Session, path: &Path) -> Result<()> {
    let parameters = now(session.trainer.backend().read(Tap::Parameters))?;
    files::replace(path, &checkpoint::save(session.trainer.plan(), &parameters))
}
