//! `cargo xtask build`: builds the static site in `www/dist`.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::engine::{self, Names};
use crate::{setup, tools};

pub fn build() -> Result<()> {
    setup::wasm_target()?;
    setup::page()?;
    engine::build(Names::Drop)?;
    tools::run(&mut tools::node("vite/bin/vite.js", "build"))?;
    engine_size()?;
    shell_size()?;
    println!("The site is in www/dist.");
    Ok(())
}

/// The maximum size, in bytes gzipped, of what is fetched of the engine before the first training step; a little more than
/// its present size. 215 kB are the module, of which 29 kB are the CPU's arithmetic and 10 kB the pen, whose digits the first
/// mini-batch has; 20 kB are the workers' script. What is not needed for that step belongs to the later part
/// (`xtask/src/split/mod.rs`).
const BUDGET: usize = 235_500;

/// The maximum size, in bytes gzipped, of what is fetched of the page itself before training is possible: `index.html`, and
/// the scripts and styles that it names.
const SHELL_BUDGET: usize = 60_000;

/// Fails if the engine or the page's shell in the built site is larger than its budget.
pub fn within_budget() -> Result<()> {
    let Size { gzipped, .. } = engine_size()?;
    ensure!(
        gzipped <= BUDGET,
        "the engine for the first step has {gzipped} bytes gzipped, and its budget is {BUDGET}: see `BUDGET` in \
         xtask/src/site.rs"
    );
    let Size { gzipped, .. } = shell_size()?;
    ensure!(
        gzipped <= SHELL_BUDGET,
        "the page has {gzipped} bytes gzipped before training is possible, and its budget is {SHELL_BUDGET}: see \
         `SHELL_BUDGET` in xtask/src/site.rs"
    );
    Ok(())
}

/// The size of `index.html` with the scripts and styles that it names, which are all that is fetched before the engine.
fn shell_size() -> Result<Size> {
    let site = tools::www().join("dist");
    let page = site.join("index.html");
    let html = fs::read_to_string(&page)?;
    let mut total = Size::of(&page)?;
    for found in regex::Regex::new(r#"(?:src|href)="\./(assets/[^"]+\.(?:js|css))""#)?.captures_iter(&html) {
        total += Size::of(&site.join(&found[1]))?;
    }
    println!("{:<26} {total}", "page before the engine");
    Ok(total)
}

/// The size of what is fetched of the engine in `www/dist` before the first training step: the first part of the
/// WebAssembly, and the workers' script, which includes its glue.
fn engine_size() -> Result<Size> {
    let mut total = Size::default();
    let mut later = Size::default();
    for file in fs::read_dir(tools::www().join("dist/assets"))? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if ["lenet_bg-", "worker-"].iter().any(|start| name.starts_with(start)) {
            let size = Size::of(&file)?;
            println!("{name:<26} {size}");
            total += size;
        } else if name.starts_with("lenet_later-") {
            later = Size::of(&file)?;
        }
    }
    println!("{:<26} {total}", "engine for the first step");
    println!("{:<26} {later}", "later, when asked for");
    Ok(total)
}

#[derive(Default)]
struct Size {
    raw: usize,
    gzipped: usize,
}

impl Size {
    fn of(file: &Path) -> Result<Size> {
        let bytes = fs::read(file)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        Ok(Size { raw: bytes.len(), gzipped: encoder.finish()?.len() })
    }
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Size) {
        self.raw += other.raw;
        self.gzipped += other.gzipped;
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
        write!(f, "{:>7.1} kB, {:>6.1} kB gzipped", kilobytes(self.raw), kilobytes(self.gzipped))
    }
}
