//! The command `lenet train`: trains a network, or continues a run.

use super::command::{Command, DATA, Given, Opt, Outcome, Result, TRANSPOSE, note};
use super::csv::Table;
use super::export::network_of;
use super::output::{self, Output};
use super::resume::resume;
use super::run::{End, Saving, run};
use super::saving::Outputs;
use super::{help, machine};
use lenet::inspect::Verdict;
use lenet::session::Session;
use lenet::train::Goal;
use lenet::train::checkpoint::Checkpoint;
use std::fs;
use std::io::{Write, stdout};
use std::path::Path;
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

pub const TRAIN: Command = Command {
    name: "train",
    words: "[NAME=VALUE ...]",
    about: "Trains a network on MNIST and prints its accuracy on the 10,000 test images after every epoch. Ctrl-C stops \
            it, after saving what there is; a second Ctrl-C stops at once.",
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
            help: "continue the run in a checkpoint; save it there, if --checkpoint names no other file; - is standard input",
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
/// The maximum number of seeds. All their networks are kept.
const MAX_SEEDS: usize = 1000;

fn train(given: &Given) -> Result<Outcome> {
    let mut configuration = given.configuration()?;
    let [every, steps] = ["every", "steps"].map(|name| given.number(name, 1..=u32::MAX));
    let (every, steps, seeds) = (every?, steps?, given.number("seeds", 1..=MAX_SEEDS)?);
    let (resumed, data) = (given.path("resume"), given.path("data"));
    if every.is_some() && given.path("checkpoint").is_none() && resumed.is_none() {
        return Err("--every says when to save a checkpoint: give --checkpoint FILE too".into());
    }
    if seeds.is_some() && configuration.contains_key("seed") {
        return Err("--seeds N trains with the seeds 1 to N: leave it out, or leave out seed".into());
    }
    let seeds = seeds.unwrap_or(1);
    if seeds > 1 && (given.path("checkpoint").is_some() || resumed.is_some()) {
        return Err("a checkpoint holds one run: leave out --seeds, and give seed=N".into());
    }
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            output::abandon();
            exit(EXIT);
        }
    })?;
    let outputs = Outputs::new(given, resumed.as_deref(), data.as_deref())?;
    let machine = machine::with_mnist(data, given.flag("transpose"))?;
    if seeds > 1 {
        configuration.insert("seed".into(), 1.into());
    }
    let goal = steps.map_or(Goal::Schedule, Goal::Steps);
    let (session, changes) = match &resumed {
        Some(file) => resume(file, &configuration, &machine).map(|(session, changes)| (session, Some(changes)))?,
        None => (Session::new(&configuration, machine.clone())?, None),
    };
    let session = machine::settled(session)?;
    machine::say_unseen(session.borrow().trainer.plan());
    session.borrow().trainer.without_effect().iter().for_each(|sentence| note(sentence));
    let Outputs { checkpoint, out, csv, .. } = &outputs;
    let status = session.borrow().trainer.status();
    let replaces = resumed.is_none() && checkpoint.as_ref().and_then(Output::file).is_some_and(say_replaced);
    let table = csv.as_ref().map(|csv| match &resumed {
        Some(_) => Table::resume(csv, status.seed, status.step),
        None => Table::create(csv),
    });
    let table = table.transpose()?;
    match &changes {
        _ if seeds > 1 => session.borrow_mut().begin_ensemble(seeds, goal)?,
        Some(changes) => changes.start(&mut session.borrow_mut().trainer, goal),
        None => session.borrow_mut().trainer.start(goal),
    }
    let (checkpoint, out) = (checkpoint.as_ref(), out.as_ref());
    match run(&session, Saving { checkpoint, replaces, every, out, table, interrupted: &INTERRUPTED })? {
        End::Done(accuracies) => match print_accuracies(&session.borrow(), &accuracies) {
            // The reader has left, but the run is saved.
            Err(_) if outputs.keep_something() => Ok(Outcome::Done),
            printed => printed,
        },
        End::Interrupted { has_run, has_network } => {
            let step = session.borrow().trainer.step();
            note(&interrupted(step, checkpoint.filter(|_| has_run), out.filter(|_| has_network)));
            Ok(Outcome::Interrupted)
        }
    }
}

/// Says that another run will be replaced, and returns whether one will: whoever forgets --resume can still stop.
fn say_replaced(file: &Path) -> bool {
    let Ok(Ok(Checkpoint { run: Some(run), .. })) = fs::read(file).map(|bytes| network_of(file, &bytes)) else {
        return false;
    };
    let (step, name) = (run.step, file.display());
    if step > 0 {
        note(&format!("{name} holds a run at step {step}, which this run replaces: --resume {name} would continue it"));
    }
    step > 0
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

fn interrupted(step: u32, checkpoint: Option<&Output>, out: Option<&Output>) -> String {
    match (checkpoint.map(|file| file.name().display()), out.map(|file| file.name().display())) {
        (Some(file), _) => format!("interrupted at step {step}; `lenet train --resume {file}` continues"),
        (None, Some(file)) => format!("interrupted at step {step}; {file} has the network, but not its run"),
        (None, None) => format!("interrupted at step {step}; nothing was saved"),
    }
}
