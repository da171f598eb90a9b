//! The tasks of LeNet Live: `cargo xtask serve | build | test | bench | fuzz | days | setup`.
//!
//! If this program is called by the name `wasm-bindgen` or `wasm-bindgen-test-runner`, it acts as that tool, in the
//! version that the engine needs. So the tools need no installation, and only `Cargo.lock` pins their version.

mod bench;
mod bindgen;
mod days;
mod engine;
mod fuzz;
mod serve;
mod setup;
mod site;
mod split;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "LeNet Live's chores.")]
enum Chore {
    /// Build the engine, serve the page and reload it whenever src/ or www/ changes.
    Serve {
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Open the page in the default browser.
        #[arg(long)]
        open: bool,
    },
    /// Build the static site into www/dist, for any file server and any path.
    Build,
    /// Run the lints and all tests, or only the parts named.
    Test { parts: Vec<test::Part> },
    /// Measure the page in Chromium, beside other trainers, or only the parts named.
    Bench {
        parts: Vec<bench::Part>,
        /// How many seconds each measurement takes.
        #[arg(long, default_value_t = 2)]
        seconds: u32,
    },
    /// Read millions of damaged inputs, for minutes to hours, with all targets or only those named.
    Fuzz {
        targets: Vec<String>,
        /// How many inputs each target reads.
        #[arg(long, default_value_t = 1_000_000)]
        inputs: u64,
    },
    /// Disturb runs on the built page a hundred times in each way, or only in those named.
    Days {
        kinds: Vec<days::Kind>,
        /// How often each kind of bad day is had. The seeds count from 1.
        #[arg(long, default_value_t = 100)]
        times: u32,
        /// Repeat the days of this seed alone.
        #[arg(long)]
        seed: Option<u32>,
    },
    /// Install what the tests need, so that plain `cargo test` and `wasm-pack test --headless --chrome` work too.
    Setup,
}

fn main() -> ExitCode {
    let outcome = match bindgen::called_as_tool() {
        Some(tool) => tool(),
        None => match Chore::parse() {
            Chore::Serve { port, open } => serve::serve(port, open),
            Chore::Build => site::build(),
            Chore::Test { parts } => test::test(&parts),
            Chore::Bench { seconds, parts } => bench::bench(seconds, &parts),
            Chore::Fuzz { targets, inputs } => fuzz::fuzz(&targets, inputs),
            Chore::Days { kinds, times, seed } => days::days(&kinds, times, seed),
            Chore::Setup => setup::everything(),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
