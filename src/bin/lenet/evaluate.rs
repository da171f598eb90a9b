//! How well a network does on a whole split.

use super::command::{Command, DATA, Given, Opt, Outcome, Result};
use super::{files, machine};
use lenet::backend::cpu::now;
use lenet::session::{Configuration, split};
use lenet::train::Evaluation;
use std::fmt::Write as _;
use std::io::{self, Write as _};

pub const EVALUATE: Command = Command {
    name: "evaluate",
    words: "[FILE]",
    about: "Says how well the network in a file does. FILE is a checkpoint or a network as `export` writes it; \
            assets/lenet5.safetensors, if not given.",
    options: &[
        Opt { name: "split", value: "NAME", help: "test, validation or train (test)" },
        Opt { name: "workers", value: "N", help: "threads, 1, 2, 4 or 8; as many as there are cores, if not said" },
        DATA,
    ],
    more: || {
        "\nPrints the mean loss, the share that was right, and how many images of each label got each answer.\n".into()
    },
    run: evaluate,
};

fn evaluate(given: &Given) -> Result<Outcome> {
    let split = split(given.text("split").as_deref().unwrap_or("test"))?;
    let file = given.file_or(files::TRAINED)?;
    let workers = given.number::<u32>("workers")?.map(|workers| ("workers".to_owned(), workers.into()));
    let dataset = machine::dataset(given.path("data"))?;
    let machine = machine::machine(&dataset);
    let mut session = machine::load(&file, &Configuration::from_iter(workers), &dataset)?;
    machine::settle(&mut session, &machine)?;
    let evaluation = now(session.trainer.evaluate(split))?;
    io::stdout().write_all(shown(&evaluation)?.as_bytes())?;
    Ok(Outcome::Done)
}

/// Loss, accuracy, and the confusion matrix: a row a label, a column an answer.
fn shown(evaluation: &Evaluation) -> Result<String> {
    let (images, right) = (evaluation.images(), evaluation.confusion.diag().sum());
    let mut text = format!("{} images of the {} split\n", images, evaluation.split.name());
    writeln!(text, "loss {:.4}", evaluation.loss)?;
    writeln!(text, "accuracy {:.2} % ({right} right, {} wrong)", 100.0 * evaluation.accuracy(), images - right)?;
    writeln!(text, "\nlabel {:>9}", "answer")?;
    write!(text, "{:>5}", "")?;
    (0..10).try_for_each(|answer| write!(text, "{answer:>6}"))?;
    writeln!(text)?;
    for (label, row) in evaluation.confusion.rows().into_iter().enumerate() {
        write!(text, "{label:>5}")?;
        row.iter().try_for_each(|count| write!(text, "{count:>6}"))?;
        writeln!(text)?;
    }
    Ok(text)
}
