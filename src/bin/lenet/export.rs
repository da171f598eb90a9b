//! The command `lenet export`: writes a network without its run, for other programs.

use super::command::{Command, Given, Opt, Outcome, Result};
use super::files;
use super::output::{Output, are_one_file};
use lenet::network::{PRESETS, Plan, preset};
use lenet::train::checkpoint::{self, Checkpoint};
use lenet::train::onnx;
use std::path::Path;

pub const EXPORT: Command = Command {
    name: "export",
    words: "[FILE]",
    about: "Writes the network of a file for other programs to use, without the run that trained it. FILE is a checkpoint or a \
            network; - is standard input, and without FILE it is the LeNet-5 in this program.",
    options: &[
        Opt {
            name: "format",
            value: "NAME",
            help: "safetensors, each parameter under its layer's name, or onnx, for other programs to run (safetensors)",
        },
        Opt { name: "out", value: "FILE", help: "the file to write; - is standard output" },
    ],
    more: String::new,
    run: export,
};

/// Why nothing can be said about an image.
pub const NO_NUMBER: &str = "what the network computes is not a number, because its weights are too large";

fn export(given: &Given) -> Result<Outcome> {
    let out = given.path("out").ok_or("the file to write is missing: give --out FILE")?;
    let file = given.file_or(files::TRAINED)?;
    if are_one_file(&out, &file) {
        return Err(files::of(&out, "this file is read: writing to it would lose its run, so give another --out"));
    }
    let out = Output::new(&out)?;
    let Checkpoint { plan, parameters, .. } = network(&file)?;
    let bytes = match given.text("format").as_deref() {
        None | Some("safetensors") => checkpoint::save(&plan, &parameters),
        Some("onnx") => onnx::save(&plan, &parameters),
        Some(other) => return Err(format!("there is no format \"{other}\": there are safetensors and onnx").into()),
    };
    out.write(&bytes)?;
    Ok(Outcome::Done)
}

/// Reads a network. A file that does not say what its layers are must hold the parameters of LeNet-5 or another preset.
///
/// # Errors
/// The reason why the file cannot be read.
pub fn network(file: &Path) -> Result<Checkpoint> {
    network_of(file, &files::read_network(file)?)
}

/// The network in the bytes of a file, as `network` reads it.
///
/// # Errors
/// The reason why they cannot be read.
pub fn network_of(file: &Path, bytes: &[u8]) -> Result<Checkpoint> {
    let lenet5 = Plan::new(&preset(PRESETS[0].name).expect("the first preset is one"))?;
    let checkpoint = checkpoint::load(bytes, &lenet5).map_err(|why| files::of(file, why))?;
    files::tell_assumed(file, checkpoint.assumed.as_ref());
    Ok(checkpoint)
}
