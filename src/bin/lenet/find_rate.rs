//! Which learning rate to train with.

use super::command::{Command, DATA, Given, Opt, Outcome, Result};
use super::{files, help, machine};
use lenet::backend::Tap;
use lenet::backend::cpu::now;
use lenet::session::Session;
use lenet::train::{RateCurve, RateFinder};
use std::fmt::Write as _;
use std::io::{Write as _, stdout};

pub const FIND_RATE: Command = Command {
    name: "find-rate",
    words: "[NAME=VALUE ...]",
    about: "Trains with a learning rate that grows with every mini-batch and suggests the one to train with (Smith 2017, \
            section 3.3). Everything else is as `train` would have it.",
    options: &[
        DATA,
        Opt { name: "csv", value: "FILE", help: "write rate, loss and smoothed loss of every mini-batch" },
    ],
    more: help::configuration,
    run: find_rate,
};

fn find_rate(given: &Given) -> Result<Outcome> {
    let dataset = machine::dataset(given.path("data"))?;
    let machine = machine::machine(&dataset);
    let mut session = Session::new(&given.configuration()?, dataset.clone())?;
    let parameters = now(session.trainer.backend().read(Tap::Parameters))?;
    let (plan, settings) = (session.trainer.plan().clone(), session.trainer.settings().clone());
    let backend = machine::backend(&session, &machine)?;
    let curve = now(RateFinder::new(plan, dataset, backend, &settings, &parameters).sweep())?;
    if let Some(path) = given.path("csv") {
        files::replace(&path, table(&curve)?.as_bytes())?;
    }
    match curve.suggestion {
        Some(rate) => writeln!(stdout(), "learning_rate={rate}")?,
        None => return Err("no rate made the loss fall: look at the other settings, or at the initial weights".into()),
    }
    Ok(Outcome::Done)
}

fn table(curve: &RateCurve) -> Result<String> {
    let mut text = "learning_rate,loss,smoothed\n".to_owned();
    for ((rate, loss), smoothed) in curve.rates.iter().zip(&curve.losses).zip(&curve.smoothed) {
        writeln!(text, "{rate},{loss},{smoothed}")?;
    }
    Ok(text)
}
