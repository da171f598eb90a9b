//! `cargo xtask days [KIND …] [--times N] [--seed S]`: disturbs runs on the built page, many times in each way.

use anyhow::Result;
use clap::ValueEnum;

use crate::{setup, site, test, tools};

/// A way to disturb a run, by the name that its tests begin with.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// The GPU's device is destroyed.
    Gpu,
    /// A helper of the engine dies.
    Helper,
    /// The page is hidden and shown, its thread stands still, or the machine sleeps.
    Page,
    /// A file is opened.
    File,
    /// The backend is switched.
    Backend,
}

/// Has days of these kinds, or of all, with the seeds from 1 on or with this one only.
pub fn days(kinds: &[Kind], times: u32, seed: Option<u32>) -> Result<()> {
    setup::chromium()?;
    site::build()?;
    let names: Vec<String> =
        kinds.iter().filter_map(Kind::to_possible_value).map(|kind| kind.get_name().into()).collect();
    let arguments =
        "--config ../tests/page/playwright.config.ts --reporter line,../tests/page/days/table.ts days.spec.ts";
    let mut playwright = tools::node("@playwright/test/cli.js", &format!("test {arguments}"));
    if !names.is_empty() {
        playwright.args(["--grep", &format!("/days.spec.ts ({})/i", names.join("|"))]);
    }
    playwright.env("LENET_PORT", test::free_port()?.to_string());
    playwright.env("LENET_DAYS", seed.map_or(times, |_| 1).to_string());
    tools::run(playwright.env("LENET_FIRST_DAY", seed.unwrap_or(1).to_string()))
}
