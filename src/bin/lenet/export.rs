//! The command `lenet export`: writes a network without its run, for other programs.

use super::command::{Command, Given, Opt, Outcome, Result};
use super::files;
use lenet::network::{PRESETS, Plan, preset};
use lenet::train::checkpoint::{self, Checkpoint};
use lenet::train::onnx;
use std::path::Path;

pub const EXPORT: Command = Command {
    name: "export",
    words: "[FILE]",
    about: "Writes the network of a file for other programs to use, without the run that trained it. FILE is a checkpoint or a \
            network; by default assets/lenet5.safetensors.",
    options: &[
        Opt {
            name: "format",
            value: "NAME",
            help: "safetensors, each parameter under its layer's name, or onnx, for other programs to run (safetensors)",
        },
        Opt { name: "out", value: "FILE", help: "the file to write" },
    ],
    more: String::new,
    run: export,
};

/// Why nothing can be said about an image.
pub const NO_NUMBER: &str = "what the network computes is not a number, because its weights are too large";

fn export(given: &Given) -> Result<Outcome> {
    let out = given.path("out").ok_or("the file to write is missing: give --out FILE")?;
    let Checkpoint { plan, parameters, .. } = network(&given.file_or(files::TRAINED)?)?;
    let bytes = match given.text("format").as_deref() {
        None | Some("safetensors") => checkpoint::save(&plan, &parameters),
        Some("onnx") => onnx::save(&plan, &parameters),
        Some(other) => return Err(format!("there is no format \"{other}\": there are safetensors and onnx").into()),
    };
    files::replace(&out, &bytes)?;
    Ok(Outcome::Done)
}

/// Reads a network. A file that does not say what its layers are must hold the parameters of LeNet-5 or another preset.
///
/// # Errors
/// The reason why the file cannot be read.
pub fn network(file: &Path) -> Result<Checkpoint> {
    let lenet5 = Plan::new(&preset(PRESETS[0].name).expect("the first preset is one"))?;
    let checkpoint = checkpoint::load(&files::read_network(file)?, &lenet5).map_err(|why| files::of(file, why))?;
    files::tell_assumed(file, checkpoint.assumed.as_ref());
    Ok(checkpoint)
}
