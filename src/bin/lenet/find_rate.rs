//! The command `lenet find-rate`: suggests a learning rate.

use super::command::{Command, DATA, Given, Opt, Outcome, Result, TRANSPOSE};
use super::output::Output;
use super::{help, machine};
use lenet::backend::cpu::now;
use lenet::backend::machine::Machine;
use lenet::session::{Session, Wanted};
use lenet::train::RateCurve;
use std::fmt::Write as _;
use std::io::{Write as _, stdout};

pub const FIND_RATE: Command = Command {
    name: "find-rate",
    words: "[NAME=VALUE ...]",
    about: "Trains with a learning rate that grows with every mini-batch and suggests the one to train with (Smith 2017, \
            section 3.3). All other settings are those of `train`.",
    options: &[
        DATA,
        TRANSPOSE,
        Opt { name: "csv", value: "FILE", help: "write rate, loss and smoothed loss of every mini-batch" },
    ],
    more: help::configuration,
    run: find_rate,
};

fn find_rate(given: &Given) -> Result<Outcome> {
    let csv = given.path("csv").as_deref().map(Output::new).transpose()?;
    let machine = machine::with_mnist(given.path("data"), given.flag("transpose"))?;
    let session = Session::new(&given.configuration()?, machine.clone())?;
    let plan = session.trainer.plan();
    machine::say_unseen(plan);
    let backend = match session.choice().wanted {
        Wanted::WebGpu => now(machine.gpu(plan))?.backend,
        Wanted::Cpu | Wanted::Auto => machine.cpu(plan, session.workers()),
    };
    let curve = now(session.rate_finder(session.trainer.start_parameters(), backend)?.sweep())?;
    if let Some(csv) = csv {
        csv.write(table(&curve)?.as_bytes())?;
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
