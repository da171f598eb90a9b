//! Builds the engine that the page imports: compiles `src/` to WebAssembly with JavaScript glue in `www/engine/pkg`.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::tools;

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
    tools::run(&mut tools::cargo("build --release --lib --target wasm32-unknown-unknown"))
}

pub fn build(names: Names) -> Result<()> {
    compile()?;
    let module = tools::target_dir()?.join("wasm32-unknown-unknown/release/lenet.wasm");
    let mut arguments = vec!["wasm-bindgen".into(), module.into_os_string()];
    arguments.extend(["--target", "web", "--out-name", "lenet", "--out-dir"].map(OsString::from));
    arguments.push(folder().into_os_string());
    arguments.push("--remove-producers-section".into());
    if names == Names::Drop {
        arguments.push("--remove-name-section".into());
    }
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments)
}
