//! `cargo xtask build`: the static site in `www/dist`.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::engine::{self, Names};
use crate::{setup, tools};

pub fn build() -> Result<()> {
    setup::wasm_target()?;
    setup::page()?;
    engine::build(Names::Drop)?;
    tools::run(&mut tools::node("vite/bin/vite.js", "build"))?;
    report()
}

/// What the engine costs a reader: the sizes of the WebAssembly and its glue.
fn report() -> Result<()> {
    let mut total = Size::default();
    for name in ["lenet_bg.wasm", "lenet.js"] {
        let size = Size::of(&engine::folder().join(name))?;
        println!("{name:<14} {size}");
        total = Size { raw: total.raw + size.raw, gzipped: total.gzipped + size.gzipped };
    }
    println!("{:<14} {total}", "engine");
    println!("The site is in www/dist.");
    Ok(())
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

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
        write!(f, "{:>7.1} kB, {:>6.1} kB gzipped", kilobytes(self.raw), kilobytes(self.gzipped))
    }
}
