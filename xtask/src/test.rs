//! `cargo xtask test`: every check there is, in the order in which a mistake is cheapest to find. One failure does not
//! keep the others from running; a table at the end says what failed.

use std::env;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::engine::{self, Names};
use crate::{bindgen, setup, site, tools};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Part {
    /// Formatting, clippy, TypeScript, Biome.
    Lint,
    /// `cargo test`.
    Native,
    /// The engine in Chromium, on a page and in a worker.
    Browser,
    /// The built site in Chromium.
    Page,
}

pub fn test(parts: &[Part]) -> Result<()> {
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    install(wanted)?;
    let cargo = |arguments| move || tools::run(&mut tools::cargo(arguments));
    let node = |script, arguments| move || tools::run(&mut tools::node(script, arguments));
    let mut checks = Checks::default();
    if wanted(Part::Lint) {
        checks.run("cargo fmt", cargo("fmt --all --check"));
        checks.run("clippy", cargo("clippy --workspace --all-targets -- -D warnings"));
        checks.run("clippy wasm32", cargo("clippy --target wasm32-unknown-unknown --all-targets -- -D warnings"));
        checks.run("tsc", || {
            // The page is checked against the declarations of the engine it imports.
            engine::build(Names::Drop)?;
            node("typescript/bin/tsc", "--noEmit")()?;
            node("typescript/bin/tsc", "--noEmit --project ../tests/page")()
        });
        checks.run("biome", node("@biomejs/biome/bin/biome", "ci . ../tests/page ../benches"));
    }
    if wanted(Part::Native) {
        checks.run("native", cargo("test --no-fail-fast"));
    }
    if wanted(Part::Browser) {
        checks.run("browser", browser);
    }
    if wanted(Part::Page) {
        checks.run("page", page);
        checks.run("size", site::within_budget);
    }
    checks.report()
}

/// Before anything runs, so that what cannot be installed is said at once.
fn install(wanted: impl Fn(Part) -> bool) -> Result<()> {
    if wanted(Part::Lint) {
        setup::lints()?;
    }
    if wanted(Part::Lint) || wanted(Part::Page) {
        setup::page()?;
    }
    if wanted(Part::Lint) || wanted(Part::Browser) || wanted(Part::Page) {
        setup::wasm_target()?;
    }
    if wanted(Part::Native) {
        setup::vulkan()?;
    }
    if wanted(Part::Browser) || wanted(Part::Page) {
        setup::browser()?;
    }
    if wanted(Part::Browser) {
        setup::wasm_pack()?;
    }
    Ok(())
}

fn browser() -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(bindgen::folder()?).chain(env::split_paths(&path)))?;
    let mut wasm_pack = tools::program("wasm-pack", &tools::root(), "test --headless --chrome --mode no-install");
    tools::run(wasm_pack.env("PATH", path))
}

fn page() -> Result<()> {
    site::build()?;
    // The page and the command line open each other's checkpoints.
    tools::run(&mut tools::cargo("build --bin lenet"))?;
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
        match self.done.iter().filter(|check| !check.passed).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} checks failed", self.done.len()),
        }
    }
}
