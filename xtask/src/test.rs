//! `cargo xtask test` runs all checks, the fastest first. A failure does not stop the others. A table at the end shows
//! what failed and how long each part took.

use std::env::consts::EXE_SUFFIX;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};
use clap::ValueEnum;

use crate::engine::{self, Names};
use crate::{bindgen, setup, site, tidy, tools};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Part {
    /// The rules of the crate's essay that a program can check.
    Tidy,
    /// Formatting, clippy, TypeScript, Biome.
    Lint,
    /// The parts of the page that need neither a browser nor the engine, in Node.
    Unit,
    /// `cargo test`.
    Native,
    /// The engine in Chromium, on a page and in a worker.
    Browser,
    /// The built site in Chromium.
    Page,
}

pub fn test(parts: &[Part]) -> Result<()> {
    let parts = if parts.is_empty() { Part::value_variants() } else { parts }.to_vec();
    let wanted = |part| parts.contains(&part);
    let cargo = |arguments| move || tools::run(&mut tools::cargo(arguments));
    let node = |script, arguments| move || tools::run(&mut tools::node(script, arguments));
    let mut checks = Checks::default();
    setup::rust()?;
    // Node's and Debian's packages are downloaded while cargo compiles.
    let packages = thread::spawn({
        let parts = parts.clone();
        move || install_packages(&parts)
    });
    // The engine's one crate is optimised as a whole, on one core; clippy uses the other meanwhile.
    let engine = (wanted(Part::Lint) || wanted(Part::Page)).then(|| thread::spawn(engine::compile));
    if wanted(Part::Tidy) {
        checks.run("tidy", tidy::tidy);
    }
    if wanted(Part::Lint) {
        checks.run("cargo fmt", cargo("fmt --all --check"));
        checks.run("clippy", cargo("clippy --workspace --all-targets -- -D warnings"));
        checks.run("clippy wasm32", cargo("clippy --target wasm32-unknown-unknown --all-targets -- -D warnings"));
    }
    checks.run("packages", || packages.join().map_err(|_| anyhow!("the installation panicked"))?);
    if let Some(engine) = engine {
        checks.run("engine", || engine.join().map_err(|_| anyhow!("the build panicked"))?);
    }
    if wanted(Part::Lint) {
        checks.run("tsc", || {
            // TypeScript needs the declarations of the engine.
            engine::build(Names::Drop)?;
            node("typescript/bin/tsc", "--noEmit")()?;
            node("typescript/bin/tsc", "--noEmit --project engine")()?;
            node("typescript/bin/tsc", "--noEmit --project offline")()?;
            node("typescript/bin/tsc", "--noEmit --project ../tests/page")()
        });
        checks.run("biome", node("@biomejs/biome/bin/biome", "ci . ../tests/page ../tests/unit ../benches"));
    }
    if wanted(Part::Unit) {
        checks.run("unit", node("vitest/vitest.mjs", "run"));
    }
    if wanted(Part::Native) {
        checks.run("native", cargo("test --no-fail-fast"));
        checks.run("damaged inputs", cargo("test --package fuzz"));
    }
    if wanted(Part::Browser) {
        checks.run("browser", browser);
    }
    if wanted(Part::Page) {
        checks.run("site", || {
            site::build()?;
            // A test lets the page and the command line open each other's checkpoints. The command line is built as for
            // the native tests, because `cargo build` would choose other features and compile the engine again.
            cargo("test --no-run --test native")()
        });
        checks.run("page", page);
        checks.run("size", site::within_budget);
    }
    checks.report()
}

fn install_packages(parts: &[Part]) -> Result<()> {
    let any_of = |these: &[Part]| these.iter().any(|part| parts.contains(part));
    if any_of(&[Part::Lint, Part::Unit, Part::Page]) {
        setup::page()?;
    }
    if any_of(&[Part::Native]) {
        setup::vulkan()?;
    }
    if any_of(&[Part::Browser, Part::Page]) {
        setup::browser()?;
    }
    Ok(())
}

/// Runs what `wasm-pack test --headless --chrome` runs, but needs no installation of wasm-pack.
fn browser() -> Result<()> {
    let runner = bindgen::folder()?.join(format!("wasm-bindgen-test-runner{EXE_SUFFIX}"));
    for tests in ["--test browser --test worker", "--doc"] {
        let mut tests = tools::cargo(&format!("test --no-fail-fast --target wasm32-unknown-unknown {tests}"));
        tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner);
        tools::run(tests.env("CHROMEDRIVER", "chromedriver").env("WASM_BINDGEN_TEST_ONLY_WEB", "1"))?;
    }
    Ok(())
}

fn page() -> Result<()> {
    let mut playwright = tools::node("@playwright/test/cli.js", "test --config ../tests/page/playwright.config.ts");
    tools::run(playwright.env("LENET_PORT", free_port()?.to_string()))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[derive(Default)]
struct Checks {
    done: Vec<Check>,
}

struct Check {
    name: &'static str,
    passed: bool,
    seconds: f64,
}

impl Checks {
    fn run(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        println!("\n── {name}");
        let start = Instant::now();
        let outcome = check();
        if let Err(error) = &outcome {
            eprintln!("error: {error:#}");
        }
        self.done.push(Check { name, passed: outcome.is_ok(), seconds: start.elapsed().as_secs_f64() });
    }

    fn report(&self) -> Result<()> {
        println!();
        for Check { name, passed, seconds } in &self.done {
            println!("{name:<14} {} {seconds:>7.1} s", if *passed { "passed" } else { "FAILED" });
        }
        let total: f64 = self.done.iter().map(|check| check.seconds).sum();
        println!("{:<21} {total:>7.1} s", "together");
        match self.done.iter().filter(|check| !check.passed).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} checks failed", self.done.len()),
        }
    }
}
