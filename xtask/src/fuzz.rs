//! `cargo xtask fuzz [TARGET …] [--inputs N]`: reads millions of damaged inputs, and keeps those that reach new lines.

mod figures;
mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::tools;
use figures::Figures;

/// SanitizerCoverage: a counter for each branch, which tells libFuzzer what an input reaches. Stable Rust has it as an LLVM
/// pass.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table";

/// Runs each target, or each of those named, with this many inputs. Nothing may panic, take a second of processor time, or
/// take more memory than its target states. A target that fails does not stop the others.
pub fn fuzz(names: &[String], inputs: u64) -> Result<()> {
    let engine = targets()?;
    let known: Vec<&str> = engine.iter().map(String::as_str).chain(page::TARGETS.map(|target| target.name)).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no target \"{unknown}\": there are {}", known.join(", "));
    }
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut results = Vec::new();
    if engine.iter().any(|name| is_wanted(name)) {
        let binary = build()?;
        for name in engine.iter().filter(|name| is_wanted(name)) {
            results.push((name.as_str(), run(&binary, name, inputs)));
        }
    }
    for target in page::TARGETS.iter().filter(|target| is_wanted(target.name)) {
        results.push((target.name, target.run(inputs)));
    }
    println!();
    for (name, result) in &results {
        match result {
            Ok(figures) => println!("{name:<13} {figures}"),
            Err(error) => println!("{name:<13} FAILED: {error:#}"),
        }
    }
    ensure!(results.iter().all(|(_, result)| result.is_ok()), "a target has failed");
    Ok(())
}

/// Runs one target. Its inputs are kept, and the next run begins with them.
fn run(binary: &Path, name: &str, inputs: u64) -> Result<Figures> {
    let corpus = tools::root().join("target/fuzz-corpus").join(name);
    fs::create_dir_all(&corpus).with_context(|| format!("{} cannot be made", corpus.display()))?;
    let start = || {
        let mut command = Command::new(binary);
        command.current_dir(&corpus).env("FUZZ_TARGET", name).env("FUZZ_CORPUS", &corpus);
        command
    };
    let found = corpus.with_file_name(format!("{name}-broken-"));
    let mut run = start();
    run.arg(&corpus).arg(format!("-runs={inputs}")).arg(format!("-artifact_prefix={}", found.display()));
    // Inputs that reach something new are enough: weighing them takes half of the time.
    run.args(["-entropic=0", "-print_funcs=0", "-max_len=65536", "-rss_limit_mb=8192", "-timeout=60"]);
    let seen = printed(&mut run)?;
    let lines = printed(start().env("FUZZ_REPORT", "1"))?;
    Figures::read(&(seen + &lines))
}

/// Runs a command that prints its figures, and shows them and all else that it says.
fn printed(command: &mut Command) -> Result<String> {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    if !output.status.success() {
        bail!("it has failed ({}): the input is named above", output.status);
    }
    Ok(text)
}

/// The names of the targets, each in a file of its own.
fn targets() -> Result<Vec<String>> {
    let folder = tools::root().join("tests/fuzz/src/targets");
    let mut names = Vec::new();
    for file in fs::read_dir(folder)? {
        let name = file?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name != "mod" {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn build() -> Result<PathBuf> {
    let host = tools::output(&mut tools::program("rustc", &tools::root(), "--print host-tuple"))?;
    let host = host.trim();
    // With a target, build scripts and macros are compiled without the flags.
    let arguments =
        format!("build --profile fuzz --package fuzz --features libfuzzer --target {host} --target-dir target/fuzz");
    tools::run(tools::cargo(&arguments).env("RUSTFLAGS", FLAGS))?;
    Ok(tools::root().join("target/fuzz").join(host).join("fuzz/fuzz"))
}
