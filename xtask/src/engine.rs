//! Builds the engine that the page imports: compiles `src/` to WebAssembly in two parts, with JavaScript glue, in
//! `www/engine/pkg`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::{split, tools};

/// Whether the engine contains the names of its functions. They make stack traces readable, and the download larger.
#[derive(Clone, Copy, PartialEq)]
pub enum Names {
    Keep,
    Drop,
}

pub fn folder() -> PathBuf {
    tools::www().join("engine").join("pkg")
}

/// Compiles the engine to WebAssembly, without the glue.
pub fn compile() -> Result<()> {
    let build = "rustc --release --lib --package lenet --target wasm32-unknown-unknown";
    // The linker's notes are what the module is split by. As the crate is a Rust library too, cargo leaves link-time
    // optimisation out: with it the engine would be 26 kB smaller, and train a seventh slower.
    tools::run(&mut tools::cargo(&format!("{build} -- -C link-arg=--emit-relocs")))
}

pub fn build(names: Names) -> Result<()> {
    compile()?;
    let module = tools::target_dir()?.join("wasm32-unknown-unknown/release/lenet.wasm");
    let mut arguments = vec!["wasm-bindgen".into(), module.clone().into_os_string()];
    arguments.extend(["--target", "web", "--out-name", "lenet", "--no-demangle", "--out-dir"].map(OsString::from));
    arguments.push(folder().into_os_string());
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)?;
    split::split(&module, &folder(), names)
}
