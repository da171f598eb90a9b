//! The command `lenet evaluate`: measures a network on a whole split.

use super::command::{Command, DATA, Given, Opt, Outcome, Result, TRANSPOSE};
use super::export::NO_NUMBER;
use super::{files, machine};
use lenet::backend::cpu::now;
use lenet::session::{Configuration, split};
use lenet::train::Evaluation;
use std::fmt::Write as _;
use std::io::{self, Write as _};

pub const EVALUATE: Command = Command {
    name: "evaluate",
    words: "[FILE]",
    about: "Evaluates the network in a file. FILE is a checkpoint, or a network as `export` writes it; - is \
            standard input, and without FILE it is the LeNet-5 in this program.",
    options: &[
        Opt { name: "split", value: "NAME", help: "test, validation or train (test)" },
        Opt { name: "workers", value: "N", help: "threads, 1, 2, 4 or 8; by default as many as there are cores" },
        DATA,
        TRANSPOSE,
    ],
    more: || "\nPrints the mean loss, the accuracy, and how often each label was predicted as each digit.\n".into(),
    run: evaluate,
};

fn evaluate(given: &Given) -> Result<Outcome> {
    let split = split(given.text("split").as_deref().unwrap_or("test"))?;
    let file = given.file_or(files::TRAINED)?;
    let workers = given.number("workers", 1..=8_u32)?.map(|workers| ("workers".to_owned(), workers.into()));
    let bytes = files::read_network(&file)?;
    let machine = machine::with_mnist(given.path("data"), given.flag("transpose"))?;
    let session = machine::settled(machine::load(&file, &bytes, &Configuration::from_iter(workers), &machine)?)?;
    let evaluation = now(session.ask(move |trainer| trainer.evaluate(split)));
    io::stdout().write_all(shown(&evaluation)?.as_bytes())?;
    Ok(Outcome::Done)
}

/// Loss, accuracy, and the confusion matrix: a row for each label, a column for each predicted digit.
fn shown(evaluation: &Evaluation) -> Result<String> {
    if !evaluation.loss.is_finite() {
        return Err(NO_NUMBER.into());
    }
    let (images, correct) = (evaluation.images(), evaluation.confusion.diag().sum());
    let mut text = format!("{} images of the {} split\n", images, evaluation.split.name());
    writeln!(text, "loss {:.4}", evaluation.loss)?;
    writeln!(text, "accuracy {:.2} % ({correct} correct, {} wrong)", 100.0 * evaluation.accuracy(), images - correct)?;
    writeln!(text, "\nlabel {:>12}", "predicted")?;
    write!(text, "{:>5}", "")?;
    (0..10).try_for_each(|predicted| write!(text, "{predicted:>6}"))?;
    writeln!(text)?;
    for (label, row) in evaluation.confusion.rows().into_iter().enumerate() {
        write!(text, "{label:>5}")?;
        row.iter().try_for_each(|count| write!(text, "{count:>6}"))?;
        writeln!(text)?;
    }
    Ok(text)
}
