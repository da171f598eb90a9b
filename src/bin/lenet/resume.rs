//! Continues a run that was saved, and says what of it is not as one may expect.

use super::command::{Result, note};
use super::{files, machine};
use lenet::backend::machine::ThisMachine;
use lenet::session::{Configuration, Session, setting_value};
use lenet::train::{Applies, Goal, Phase, RunStatus, SETTINGS, Trainer};
use std::path::Path;
use std::rc::Rc;

/// A learning rate that grows by more than this factor from one step to the next jumps.
const JUMP: f64 = 1.5;

/// What was changed in a run that continues, and how it stood before.
pub struct Changes {
    before: RunStatus,
    names: Vec<String>,
}

/// Reads the run in a file, and makes the changes in `configuration`.
///
/// # Errors
/// The reason why the file cannot be used, or the value that cannot change once a run has begun.
pub fn resume(file: &Path, configuration: &Configuration, machine: &Rc<ThisMachine>) -> Result<(Session, Changes)> {
    let (on_machine, changes): (Configuration, Configuration) =
        configuration.clone().into_iter().partition(|(name, _)| matches!(name.as_str(), "workers" | "backend"));
    let bytes = files::read_network(file)?;
    if super::export::network_of(file, &bytes)?.run.is_none() {
        return Err(files::of(file, "there is a network in this file, but no run that could be continued"));
    }
    let mut session = machine::load(file, &bytes, &on_machine, machine)?;
    let before = session.trainer.status();
    for (name, value) in &changes {
        let at_reset = SETTINGS.iter().any(|setting| setting.name == name && setting.applies == Applies::Reset);
        if at_reset || matches!(name.as_str(), "preset" | "layers" | "preprocessing") {
            return Err(format!("{name} cannot change once a run has begun: leave it out, or begin another run").into());
        }
        session.trainer.set(name, &setting_value(name, value)?)?;
    }
    let changed = session.trainer.status();
    if changed.epochs < changed.epoch && changes.contains_key("epochs") {
        let (epoch, most) = (changed.epoch, session.trainer.settings().epochs);
        return Err(format!("epochs cannot be {most}: the run has done {epoch:.2} epochs already, so give more").into());
    }
    Ok((session, Changes { before, names: changes.into_keys().collect() }))
}

impl Changes {
    /// Starts the run, unless it is over: another schedule begins only if steps are asked for.
    pub fn start(&self, trainer: &mut Trainer, goal: Goal) {
        let RunStatus { epoch, epochs, .. } = trainer.status();
        let is_longer = !self.names.is_empty() && epoch < epochs;
        let is_over = if self.before.phase == Phase::Finished { !is_longer } else { epoch >= epochs };
        if is_over && goal == Goal::Schedule {
            let epoch = epoch.floor();
            note(&format!(
                "the run finished after epoch {epoch}, and nothing is trained: epochs=N with N above {epoch} goes on"
            ));
            return;
        }
        trainer.start(goal);
        let (before, after) = (self.before.learning_rate, trainer.status().learning_rate);
        let is_meant = self.names.iter().any(|name| name == "learning_rate");
        if trainer.is_busy() && !is_meant && after > JUMP * before {
            note(&format!(
                "the learning rate jumps from {} to {}, because the schedule is another than before: \
                 schedule=constant with a low learning_rate goes on without a jump",
                two_digits(before),
                two_digits(after)
            ));
        }
    }
}

/// A number with two significant digits: 0.0028.
fn two_digits(number: f64) -> String {
    let decimals = if number > 0.0 { (1.0 - number.log10().floor()).max(0.0) } else { 0.0 };
    format!("{number:.*}", decimals as usize)
}
