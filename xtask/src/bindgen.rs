//! Runs xtask as one of wasm-bindgen's two command-line tools, if it was called by the tool's name.
//!
//! wasm-pack and `cargo test --target wasm32-unknown-unknown` call programs of these names, whose version must be
//! exactly that of the engine's `wasm-bindgen`.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tools;

const NAMES: [&str; 2] = ["wasm-bindgen", "wasm-bindgen-test-runner"];

/// The argument that marks copies made by xtask.
const MADE_BY: &str = "--made-by-lenet-xtask";

/// The tool that this program acts as; None if it was called by its own name.
pub fn called_as_tool() -> Option<fn() -> Result<()>> {
    let name = PathBuf::from(env::args_os().next()?);
    let tool = match name.file_stem()?.to_str()? {
        "wasm-bindgen" => || wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(env::args_os()),
        "wasm-bindgen-test-runner" => || wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(env::args_os()),
        _ => return None,
    };
    let asked_for_maker = env::args_os().nth(1).is_some_and(|argument| argument == MADE_BY);
    Some(if asked_for_maker { || Ok(()) } else { tool })
}

/// Creates a folder with both tools.
pub fn folder() -> Result<PathBuf> {
    let folder = tools::target_dir()?.join("xtask").join("tools");
    fs::create_dir_all(&folder)?;
    for name in NAMES {
        put(&folder.join(format!("{name}{EXE_SUFFIX}")))?;
    }
    Ok(folder)
}

/// The program that runs the engine's tests in a browser.
pub fn test_runner() -> Result<PathBuf> {
    Ok(folder()?.join(format!("wasm-bindgen-test-runner{EXE_SUFFIX}")))
}

/// Installs both tools into cargo's own folder, for a wasm-pack that is started by hand. Existing tools of the required
/// version stay.
pub fn install() -> Result<()> {
    let source = folder()?;
    let destination = cargo_bin()?;
    for name in NAMES {
        let path = destination.join(format!("{name}{EXE_SUFFIX}"));
        if path.exists() && !is_ours(&path) {
            let ours = version(&source.join(name))?;
            let theirs = version(&path)?;
            if ours != theirs {
                bail!(
                    "{} is {theirs}, but the engine needs {ours}: please remove it (`cargo uninstall \
                     wasm-bindgen-cli`) and run this again",
                    path.display()
                );
            }
        } else {
            put(&path)?;
        }
        println!("{} is in place", path.display());
    }
    Ok(())
}

fn put(path: &Path) -> Result<()> {
    if path.exists() {
        // A running program cannot be overwritten, but it can be removed first.
        fs::remove_file(path).with_context(|| format!("cannot replace {}", path.display()))?;
    }
    fs::copy(env::current_exe()?, path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

fn version(tool: &Path) -> Result<String> {
    Ok(tools::output(Command::new(tool).arg("--version"))?.trim().to_owned())
}

fn is_ours(path: &Path) -> bool {
    tools::output(Command::new(path).arg(MADE_BY)).is_ok()
}

fn cargo_bin() -> Result<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    Ok(home.context("there is no home folder, and CARGO_HOME is not set")?.join("bin"))
}
