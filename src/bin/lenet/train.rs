//! The command `lenet train`: trains a network, or continues a run.

use super::command::{Command, DATA, Given, Opt, Outcome, Result, TRANSPOSE};
use super::csv::Table;
use super::run::{End, Saving, run};
use super::{files, help, machine};
use lenet::backend::machine::ThisMachine;
use lenet::inspect::Verdict;
use lenet::session::{Configuration, Session, setting_value};
use lenet::train::{Applies, Goal, Phase, SETTINGS};
use std::io::{Write, stdout};
use std::path::Path;
use std::process::exit;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

pub const TRAIN: Command = Command {
    name: "train",
    words: "[NAME=VALUE ...]",
    about: "Trains a network on MNIST and prints its accuracy on the 10,000 test images after every epoch. Ctrl-C stops \
            it, after saving the checkpoint; a second Ctrl-C stops at once.",
    options: &[
        Opt {
            name: "seeds",
            value: "N",
            help: "train with the seeds 1 to N, one after the other, and print their accuracy as an ensemble (1)",
        },
        DATA,
        TRANSPOSE,
        Opt { name: "out", value: "FILE", help: "save the last network, without its run, as safetensors" },
        Opt {
            name: "checkpoint",
            value: "FILE",
            help: "save the network and its run after every epoch and at the end",
        },
        Opt { name: "every", value: "N", help: "save the checkpoint after every N steps, too" },
        Opt {
            name: "resume",
            value: "FILE",
            help: "continue the run in a checkpoint; save it there, if --checkpoint names no other file",
        },
        Opt { name: "steps", value: "N", help: "stop after N more steps, and not at the end of the schedule" },
        Opt {
            name: "csv",
            value: "FILE",
            help: "write loss, accuracy and learning rate of every mini-batch, and the evaluations",
        },
    ],
    more: help::configuration,
    run: train,
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The exit status of a process that was interrupted.
const EXIT: i32 = 130;

fn train(given: &Given) -> Result<Outcome> {
    let (mut configuration, out, csv) = (given.configuration()?, given.path("out"), given.path("csv"));
    let (every, steps, resumed) = (given.number("every")?, given.number("steps")?, given.path("resume"));
    let checkpoint = given.path("checkpoint").or_else(|| resumed.clone());
    let seeds = given.number::<usize>("seeds")?.unwrap_or(1);
    if seeds == 0 || every == Some(0) || steps == Some(0) {
        return Err("--seeds, --steps and --every take 1 or more".into());
    }
    if every.is_some() && checkpoint.is_none() {
        return Err("--every says when to save a checkpoint: give --checkpoint FILE too".into());
    }
    if seeds > 1 && checkpoint.is_some() {
        return Err("a checkpoint holds one run: leave out --seeds, and give seed=N".into());
    }
    let machine = machine::with_mnist(given.path("data"), given.flag("transpose"))?;
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            exit(EXIT);
        }
    })?;
    if seeds > 1 {
        configuration.insert("seed".into(), 1.into());
    }
    let session = machine::settled(match &resumed {
        Some(file) => resume(file, &configuration, &machine)?,
        None => Session::new(&configuration, machine.clone())?,
    })?;
    let goal = steps.map_or(Goal::Schedule, Goal::Steps);
    let status = session.borrow().trainer.status();
    let table = match &csv {
        Some(path) if resumed.is_some() => Some(Table::resume(path, status.seed, status.step)?),
        Some(path) => Some(Table::create(path)?),
        None => None,
    };
    if seeds > 1 {
        session.borrow_mut().begin_ensemble(seeds, goal)?;
    } else if status.phase != Phase::Finished || steps.is_some() {
        // A finished run is not started, because that would begin another schedule.
        session.borrow_mut().trainer.start(goal);
    }
    let (checkpoint, out) = (checkpoint.as_deref(), out.as_deref());
    match run(&session, Saving { checkpoint, every, out, table, interrupted: &INTERRUPTED })? {
        End::Done(accuracies) => print_accuracies(&session.borrow(), &accuracies),
        End::Interrupted => Ok(interrupted(&session.borrow(), checkpoint)),
    }
}

fn print_accuracies(session: &Session, accuracies: &[f64]) -> Result<Outcome> {
    if !accuracies.is_empty() {
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        writeln!(stdout(), "mean of {} seeds: {:.2} % of the test images", accuracies.len(), 100.0 * mean)?;
    }
    if !session.ensemble.members.is_empty() {
        let Verdict { images, mean, vote, all_wrong, .. } = session.ensemble.verdict(session.trainer.dataset());
        let share = |correct: usize| 100.0 * correct as f64 / images as f64;
        writeln!(
            stdout(),
            "together: {:.2} % by the mean of their probabilities, {:.2} % by vote; all get {} images wrong",
            share(mean),
            share(vote),
            all_wrong.len()
        )?;
    }
    Ok(Outcome::Done)
}

fn interrupted(session: &Session, checkpoint: Option<&Path>) -> Outcome {
    let step = session.trainer.step();
    match checkpoint {
        Some(file) => eprintln!("interrupted at step {step}; `lenet train --resume {}` continues", file.display()),
        None => eprintln!("interrupted at step {step}; without --checkpoint nothing was saved"),
    }
    Outcome::Interrupted
}

/// Continues the run in a file, after the changes in `configuration`.
///
/// # Errors
/// The reason why the file cannot be used, or the value that cannot change once a run has begun.
fn resume(file: &Path, configuration: &Configuration, machine: &Rc<ThisMachine>) -> Result<Session> {
    let (on_machine, changes): (Configuration, Configuration) =
        configuration.clone().into_iter().partition(|(name, _)| matches!(name.as_str(), "workers" | "backend"));
    if super::export::network(file)?.run.is_none() {
        return Err(files::of(file, "there is a network in this file, but no run that could be continued"));
    }
    let mut session = machine::load(file, &on_machine, machine)?;
    for (name, value) in &changes {
        let at_reset = SETTINGS.iter().any(|setting| setting.name == name && setting.applies == Applies::Reset);
        if at_reset || matches!(name.as_str(), "preset" | "layers" | "preprocessing") {
            return Err(format!("{name} cannot change once a run has begun: leave it out, or begin another run").into());
        }
        session.trainer.set(name, &setting_value(name, value)?)?;
    }
    let status = session.trainer.status();
    if status.phase == Phase::Finished && status.epoch < status.epochs && !changes.is_empty() {
        // The run was finished, but the new settings have a longer schedule.
        session.trainer.start(Goal::Schedule);
    }
    Ok(session)
}
