//! `cargo xtask fuzz [TARGET …] [--inputs N]`: reads millions of damaged inputs, and keeps those that reach new lines.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tools;

/// SanitizerCoverage: a counter for each branch, which tells libFuzzer what an input reaches. Stable Rust has it as an LLVM
/// pass. Overflow is an error here, although the released engine wraps.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebuginfo=line-tables-only -Coverflow-checks=on \
     -Cdebug-assertions=on";

/// Runs each target, or each of those named, with this many inputs. Nothing may panic, take a second of processor time, or
/// take more memory than its target states.
pub fn fuzz(names: &[String], inputs: u64) -> Result<()> {
    let known = targets()?;
    let chosen: Vec<&String> = known.iter().filter(|name| names.is_empty() || names.contains(name)).collect();
    ensure!(chosen.len() >= names.len().max(1), "the targets are {}", known.join(", "));
    let binary = build()?;
    for name in chosen {
        // The inputs are kept: the next run begins with them.
        let corpus = tools::root().join("target/fuzz-corpus").join(name);
        fs::create_dir_all(&corpus).with_context(|| format!("{} cannot be made", corpus.display()))?;
        let start = || {
            let mut command = Command::new(&binary);
            command
                .current_dir(&corpus)
                .envs([("FUZZ_TARGET", name.as_str().as_ref()), ("FUZZ_CORPUS", corpus.as_os_str())]);
            command
        };
        let found = corpus.with_file_name(format!("{name}-broken-"));
        let mut run = start();
        run.arg(&corpus).arg(format!("-runs={inputs}")).arg(format!("-artifact_prefix={}", found.display()));
        run.args(["-seed=1", "-max_len=65536", "-rss_limit_mb=8192", "-timeout=60", "-print_final_stats=1"]);
        tools::run(&mut run)?;
        tools::run(start().env("FUZZ_REPORT", "1"))?;
    }
    Ok(())
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
        format!("build --release --package fuzz --features libfuzzer --target {host} --target-dir target/fuzz");
    let mut build = tools::cargo(&arguments);
    build.env("RUSTFLAGS", FLAGS);
    build.envs([("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2"), ("CARGO_PROFILE_RELEASE_LTO", "off")]);
    build.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    tools::run(&mut build)?;
    Ok(tools::root().join("target/fuzz").join(host).join("release/fuzz"))
}
