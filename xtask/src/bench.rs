//! `cargo xtask bench`: how fast the page trains, beside other trainers, in one run of one browser.

use anyhow::Result;

use crate::{setup, site, tools};

pub fn bench(seconds: u32) -> Result<()> {
    setup::browser()?;
    site::build()?;
    setup::peers()?;
    tools::run(&mut tools::program("node", &tools::root(), &format!("benches/browser.mjs {seconds}")))
}
