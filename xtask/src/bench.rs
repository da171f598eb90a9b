//! `cargo xtask bench`: measures how fast the page loads and trains, beside other trainers, in one run.

use anyhow::Result;
use clap::ValueEnum;

use crate::{setup, site, tools};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Part {
    /// Training speed in images a second, on the CPU and on WebGPU, beside other trainers and PyTorch, and as used.
    Speed,
    /// Only the part of `speed` that measures the open page with its views in sight beside the engine alone.
    Used,
    /// The first visit, from the navigation to 99 % of the test images.
    Load,
    /// The page's memory over thirty epochs.
    Memory,
    /// The longest tasks of the page's thread while it trains.
    Frames,
    /// The page's speed and memory as an emulated phone has it.
    Phone,
}

pub fn bench(seconds: u32, parts: &[Part]) -> Result<()> {
    let parts = if parts.is_empty() { Part::value_variants() } else { parts };
    setup::chromium()?;
    site::build()?;
    if parts.contains(&Part::Speed) {
        setup::peers()?;
    }
    let names = parts.iter().filter_map(Part::to_possible_value).map(|part| format!(" {}", part.get_name()));
    let arguments = format!("benches/browser.mjs {seconds}{}", names.collect::<String>());
    tools::run(&mut tools::program("node", &tools::root(), &arguments))
}
