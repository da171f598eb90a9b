//! Trains a network, or goes on training one.

use super::command::{Command, DATA, Given, Opt, Outcome, Result};
use super::csv::Table;
use super::run::{End, Saving, run, save_network};
use super::{files, help, machine};
use lenet::backend::Tap;
use lenet::backend::cpu::now;
use lenet::data::Dataset;
use lenet::declare::Value;
use lenet::inspect::{Ensemble, Member, Verdict};
use lenet::session::{Configuration, Session};
use lenet::train::{Applies, Goal, Phase, SETTINGS};
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::Arc;
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
            help: "train with the seeds 1 to N, one after the other, and say what they come to as an ensemble (1)",
        },
        DATA,
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
            help: "go on with the run in a checkpoint; save it there, if --checkpoint names no other file",
        },
        Opt { name: "steps", value: "N", help: "stop after so many steps more, and not at the end of the schedule" },
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

/// How a process is said to have ended that was interrupted.
const EXIT: i32 = 130;

fn train(given: &Given) -> Result<Outcome> {
    let (configuration, out, csv) = (given.configuration()?, given.path("out"), given.path("csv"));
    let (every, steps, resumed) = (given.number("every")?, given.number("steps")?, given.path("resume"));
    let checkpoint = given.path("checkpoint").or_else(|| resumed.clone());
    let seeds = given.number::<u32>("seeds")?.unwrap_or(1);
    if seeds == 0 || every == Some(0) || steps == Some(0) {
        return Err("--seeds, --steps and --every take 1 or more".into());
    }
    if every.is_some() && checkpoint.is_none() {
        return Err("--every says when to save a checkpoint: give --checkpoint FILE too".into());
    }
    if seeds > 1 && checkpoint.is_some() {
        return Err("a checkpoint is of one run: leave out --seeds, and give seed=N".into());
    }
    let dataset = machine::dataset(given.path("data"))?;
    let machine = machine::machine(&dataset);
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            exit(EXIT);
        }
    })?;
    let mut accuracies = Vec::new();
    let mut ensemble = Ensemble::default();
    let mut table = None;
    for seed in 1..=seeds {
        let mut configuration = configuration.clone();
        if seeds > 1 {
            configuration.insert("seed".into(), seed.into());
        }
        let mut session = match &resumed {
            Some(file) => resume(file, &configuration, &dataset)?,
            None => Session::new(&configuration, dataset.clone())?,
        };
        machine::settle(&mut session, &machine)?;
        if seed == 1 {
            table = csv.as_deref().map(|path| table_of(path, resumed.is_some(), session.trainer.step())).transpose()?;
        }
        // Else it is where it would stop.
        if session.trainer.status().phase != Phase::Finished || steps.is_some() {
            session.trainer.start(steps.map_or(Goal::Schedule, Goal::Steps));
        }
        let saving =
            Saving { checkpoint: checkpoint.as_deref(), every, table: table.as_mut(), interrupted: &INTERRUPTED };
        match run(&mut session, saving)? {
            End::Finished(evaluation) => accuracies.push(evaluation.accuracy()),
            End::Stopped => {}
            End::Interrupted => return interrupted(&session, checkpoint),
        }
        if let Some(out) = &out {
            save_network(&mut session, out)?;
        }
        if seeds > 1 {
            let parameters = now(session.trainer.backend().read(Tap::Parameters))?;
            let plan = session.trainer.plan().clone();
            ensemble.members.push(Member::read(seed, plan, parameters, dataset.clone()));
        }
    }
    if !accuracies.is_empty() {
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        writeln!(stdout(), "mean of {} seeds: {:.2} % of the test images", accuracies.len(), 100.0 * mean)?;
    }
    if seeds > 1 {
        let Verdict { images, mean, vote, all_wrong, .. } = ensemble.verdict(&dataset);
        let share = |right: usize| 100.0 * right as f64 / images as f64;
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

fn table_of(path: &Path, resumed: bool, step: u32) -> Result<Table> {
    if resumed { Table::resume(path, step) } else { Table::create(path) }
}

fn interrupted(session: &Session, checkpoint: Option<PathBuf>) -> Result<Outcome> {
    let step = session.trainer.step();
    match checkpoint {
        Some(file) => eprintln!("interrupted at step {step}; `lenet train --resume {}` goes on", file.display()),
        None => eprintln!("interrupted at step {step}; without --checkpoint nothing was saved"),
    }
    Ok(Outcome::Interrupted)
}

/// The run in a file, with what `configuration` changes of it.
///
/// # Errors
/// What is wrong with the file, or cannot be changed once a run has begun.
fn resume(file: &Path, configuration: &Configuration, dataset: &Arc<Dataset>) -> Result<Session> {
    let (machine, changes): (Configuration, Configuration) =
        configuration.clone().into_iter().partition(|(name, _)| matches!(name.as_str(), "workers" | "backend"));
    if super::export::network(file)?.run.is_none() {
        return Err(files::of(file, "there is a network in this file, but no run to go on with"));
    }
    let mut session = machine::load(file, &machine, dataset)?;
    for (name, value) in &changes {
        let at_reset = SETTINGS.iter().any(|setting| setting.name == name && setting.applies == Applies::Reset);
        if at_reset || matches!(name.as_str(), "preset" | "layers" | "preprocessing") {
            return Err(format!("{name} cannot change once a run has begun: leave it out, or begin another run").into());
        }
        let value = Value::from_json(value).ok_or_else(|| format!("{name}: give a number, a word, true or false"))?;
        session.trainer.set(name, &value)?;
    }
    let status = session.trainer.status();
    if status.phase == Phase::Finished && status.epoch < status.epochs && !changes.is_empty() {
        // It ended, but with these settings it does not.
        session.trainer.start(Goal::Schedule);
    }
    Ok(session)
}
