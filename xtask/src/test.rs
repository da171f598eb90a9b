//! `cargo xtask test` runs all checks, the fastest first. A failure does not stop the others. A table at the end shows
//! what failed and how long each part took.

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
    /// The engine as WebAssembly in Chromium, on a page and in a worker.
    Wasm,
    /// The built site in Chromium.
    Page,
    /// The built site's main path in Firefox.
    Firefox,
    /// The main path and the engine in Chromium, Firefox and WebKit. This runs only if it is named.
    Browsers,
}

impl Part {
    /// What runs if no part is named.
    fn usual() -> Vec<Part> {
        Part::value_variants().iter().copied().filter(|part| *part != Part::Browsers).collect()
    }
}

pub fn test(parts: &[Part]) -> Result<()> {
    let parts = if parts.is_empty() { Part::usual() } else { parts.to_vec() };
    let wanted = |part| parts.contains(&part);
    let needs_site = [Part::Page, Part::Firefox, Part::Browsers].into_iter().any(wanted);
    let cargo = |arguments| move || tools::run(&mut tools::cargo(arguments));
    let native = |arguments| move || tools::run(&mut tools::cargo(&format!("test {NATIVE} {arguments}")));
    let node = |script, arguments| move || tools::run(&mut tools::node(script, arguments));
    let mut checks = Checks::default();
    setup::rust()?;
    // Node's and Debian's packages are downloaded while cargo compiles.
    let packages = thread::spawn({
        let parts = parts.clone();
        move || install_packages(&parts)
    });
    // The engine's one crate is optimised as a whole, on one core; clippy uses the other meanwhile.
    let engine = (wanted(Part::Lint) || needs_site).then(|| thread::spawn(engine::compile));
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
        checks.run(
            "biome",
            node("@biomejs/biome/bin/biome", "ci . ../tests/page ../tests/browsers ../tests/unit ../benches"),
        );
    }
    if wanted(Part::Unit) {
        checks.run("unit", node("vitest/vitest.mjs", "run"));
    }
    if wanted(Part::Native) {
        checks.run("native", native("--no-fail-fast"));
    }
    if wanted(Part::Wasm) {
        checks.run("wasm", wasm);
    }
    if needs_site {
        checks.run("site", site::build);
    }
    if wanted(Part::Page) {
        // A test lets the page and the command line open each other's checkpoints.
        checks.run("command line", native("--no-run --test native"));
        checks.run("page", page);
        checks.run("size", site::within_budget);
    }
    if wanted(Part::Firefox) {
        checks.run("firefox", firefox);
    }
    if wanted(Part::Browsers) {
        checks.run("browsers", browsers);
    }
    checks.report()
}

fn install_packages(parts: &[Part]) -> Result<()> {
    let any_of = |these: &[Part]| these.iter().any(|part| parts.contains(part));
    if any_of(&[Part::Lint, Part::Unit, Part::Page, Part::Firefox, Part::Browsers]) {
        setup::page()?;
    }
    if any_of(&[Part::Native]) {
        setup::vulkan()?;
    }
    if any_of(&[Part::Wasm, Part::Page, Part::Browsers]) {
        setup::chromium()?;
    }
    if any_of(&[Part::Firefox, Part::Browsers]) {
        setup::firefox()?;
    }
    if any_of(&[Part::Browsers]) {
        setup::webkit()?;
    }
    Ok(())
}

/// Cargo's options for the tests that need no browser. They are the same wherever these tests or the command line are
/// compiled: other packages would choose other features of the dependencies, and compile all of them again.
const NATIVE: &str = "--package lenet --package lenet-kernels --package fuzz";

/// Cargo's options for the engine's tests that need a browser.
const WASM_TESTS: &str = "--target wasm32-unknown-unknown --test wasm --test worker";

/// Runs what `wasm-pack test --headless --chrome` runs, but needs no installation of wasm-pack.
fn wasm() -> Result<()> {
    for tests in [WASM_TESTS, "--target wasm32-unknown-unknown --doc"] {
        let mut tests = tools::cargo(&format!("test --no-fail-fast {tests}"));
        tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen::test_runner()?);
        tools::run(tests.env("CHROMEDRIVER", "chromedriver").env("WASM_BINDGEN_TEST_ONLY_WEB", "1"))?;
    }
    Ok(())
}

const PLAYWRIGHT: &str = "@playwright/test/cli.js";

fn page() -> Result<()> {
    let mut tests = tools::node(PLAYWRIGHT, "test --config ../tests/page/playwright.config.ts");
    tools::run(tests.env("LENET_PORT", free_port()?.to_string()))
}

/// The configuration of the tests that drive several browsers.
const DRIVEN: &str = "test --config ../tests/browsers/playwright.config.ts";

fn firefox() -> Result<()> {
    let mut tests = tools::node(PLAYWRIGHT, &format!("{DRIVEN} --project=firefox main-path bits"));
    tools::run(tests.env("LENET_PORT", free_port()?.to_string()))
}

fn browsers() -> Result<()> {
    tools::run(&mut tools::cargo(&format!("test --no-run {WASM_TESTS}")))?;
    // WebKit has no mode without a display.
    let command = format!("--auto-servernum node node_modules/{PLAYWRIGHT} {DRIVEN}");
    let mut tests = tools::program("xvfb-run", &tools::www(), &command);
    tests.env("LENET_WASM_RUNNER", bindgen::test_runner()?);
    tools::run(tests.env("LENET_PORT", free_port()?.to_string()))
}

pub fn free_port() -> Result<u16> {
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
