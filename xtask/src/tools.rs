//! Paths of the repository's folders, and functions that run other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The repository's root. It is found through the folder that Cargo passes at run time; the one at compile time would
/// be wrong after the repository is moved.
pub fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_else(|| "xtask".into());
    xtask.parent().expect("xtask lies in the repository").to_owned()
}

pub fn www() -> PathBuf {
    root().join("www")
}

/// Cargo's target folder, which need not be in the repository. This program is `<target>/xtask/xtask`.
pub fn target_dir() -> Result<PathBuf> {
    let this = env::current_exe()?;
    Ok(this.ancestors().nth(2).context("please run this as `cargo xtask`")?.to_owned())
}

/// Cargo, with the repository as working directory.
pub fn cargo(arguments: &str) -> Command {
    program("cargo", &root(), arguments)
}

/// One of the page's tools, started in `www` by its script in `www/node_modules`. `npx` would put two processes between
/// this program and a tool that it may have to stop.
pub fn node(script: &str, arguments: &str) -> Command {
    program("node", &www(), &format!("node_modules/{script} {arguments}"))
}

/// A program with a working directory and arguments, which are separated by spaces.
pub fn program(name: &str, folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder).args(arguments.split_whitespace());
    command
}

/// Prints a command and runs it. Its failure is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed");
    }
    Ok(())
}

/// Runs a command without showing its output, and returns the output.
pub fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub fn on_path(program: &str) -> bool {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
