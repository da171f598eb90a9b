//! What the page itself reads: tests in Node, which damage more inputs than in the suite.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figures::{Figures, number};
use crate::{setup, tools};

/// A test that damages inputs.
pub struct Target {
    pub name: &'static str,
    /// The files of `www` that read them.
    source: &'static str,
}

pub const TARGETS: [Target; 2] =
    [Target { name: "address", source: "model/link.ts" }, Target { name: "arguments", source: "page/arguments/*.ts" }];

impl Target {
    /// Runs the test `tests/unit/damaged-<name>.spec.ts` with this many inputs.
    pub fn run(&self, inputs: u64) -> Result<Figures> {
        setup::page()?;
        let Target { name, source } = self;
        let folder = tools::root().join("target/fuzz-page").join(name);
        fs::create_dir_all(&folder)?;
        let figures = folder.join("figures");
        fs::write(&figures, "")?;
        let arguments = format!(
            "run damaged-{name} --testTimeout=0 --coverage.enabled --coverage.include={source} \
             --coverage.reporter=text --coverage.reporter=json-summary --coverage.reportsDirectory={}",
            folder.display()
        );
        let mut test = tools::node("vitest/vitest.mjs", &arguments);
        tools::run(test.env("FUZZ_INPUTS", inputs.to_string()).env("FUZZ_FIGURES", &figures))?;
        let text = fs::read_to_string(figures)?;
        Ok(Figures {
            inputs: number(&text, "inputs")?,
            passed: number(&text, "passed")?,
            slowest: number(&text, "slowest")?,
            lines: covered(&fs::read_to_string(folder.join("coverage-summary.json"))?)?,
            memory: None,
        })
    }
}

/// The lines that were reached, and all, of a summary of coverage.
fn covered(summary: &str) -> Result<[u64; 2]> {
    let summary: Value = serde_json::from_str(summary)?;
    let lines = |which: &str| summary["total"]["lines"][which].as_u64().context("the coverage has no total");
    Ok([lines("covered")?, lines("total")?])
}
