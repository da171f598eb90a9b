//! A network handed on without its run.

use super::command::{Command, Given, Opt, Outcome, Result};
use super::files;
use lenet::network::{PRESETS, Plan, preset};
use lenet::train::checkpoint::{self, Checkpoint};
use lenet::train::onnx;
use std::path::Path;

pub const EXPORT: Command = Command {
    name: "export",
    words: "[FILE]",
    about: "Writes the network in a file for others to use, without the run that made it. FILE is a checkpoint or a \
            network; assets/lenet5.safetensors, if not given.",
    options: &[
        Opt {
            name: "format",
            value: "NAME",
            help: "safetensors, each parameter under its layer's name, or onnx, for other programs to run (safetensors)",
        },
        Opt { name: "out", value: "FILE", help: "where to write it" },
    ],
    more: String::new,
    run: export,
};

fn export(given: &Given) -> Result<Outcome> {
    let out = given.path("out").ok_or("where to? give --out FILE")?;
    let Checkpoint { plan, parameters, .. } = network(&given.file_or(files::TRAINED)?)?;
    let bytes = match given.text("format").as_deref() {
        None | Some("safetensors") => checkpoint::save(&plan, &parameters),
        Some("onnx") => onnx::save(&plan, &parameters),
        Some(other) => return Err(format!("\"{other}\" is no format: there are safetensors and onnx").into()),
    };
    files::replace(&out, &bytes)?;
    Ok(Outcome::Done)
}

/// What is in a file; a network that does not say what it is has to be LeNet-5.
///
/// # Errors
/// What is wrong with the file.
pub fn network(file: &Path) -> Result<Checkpoint> {
    let lenet5 = Plan::new(&preset(PRESETS[0].name).expect("the first preset is one"))?;
    checkpoint::load(&files::read(file)?, &lenet5).map_err(|why| files::of(file, why))
}
