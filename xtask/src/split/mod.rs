//! Splits the engine into the part that the first training step needs, `lenet_bg.wasm`, and the part that is fetched when it
//! is first asked for, `lenet_later.wasm`. So the page can train sooner.
//!
//! Both are one program in one memory: the later part brings functions and constants that the first part was compiled and
//! linked with, and puts them where the first part expects them. Nothing in `src/` is written for that, and tests that
//! build the engine without this program have it whole.
//!
//! 1. `LATER` names what is not needed at first. Whatever else the exported functions call or point to, directly or not,
//!    is in the first part (`parts.rs`, with `references.rs`); what is left is the later part. No list says what that is,
//!    so it cannot be out of date: code that comes to be needed at first moves to the first part by itself, and the budget
//!    in `site.rs` notices.
//! 2. In the first part, a *door* stands in for each function of the later part that the first part calls: it calls the
//!    function through its slot of the function table (`first.rs`). The later part, when it is instantiated, writes its
//!    functions into their slots and its constants to their addresses, and imports everything else from the first part
//!    (`later.rs`).
//! 3. `www/engine/later.ts` fetches the later part before a call that needs it. If one was forgotten there, the door itself
//!    calls JavaScript, which fetches the part while the worker waits.

mod first;
mod later;
mod parts;
mod references;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use walrus::{Module, ModuleConfig};

use crate::engine::Names;
use parts::Parts;
use references::References;

/// What the first training step does not need: exported functions by their names, and others by their paths. The latter are
/// called by functions that are needed, in a branch that is rarely taken.
const LATER: Later = Later {
    exports: &[
        "engine_augmented",
        "engine_begin_ensemble",
        "engine_bench",
        "engine_check_file",
        "engine_compare",
        "engine_drawings",
        "engine_expanded",
        "engine_find_rate",
        "engine_gradients",
        "engine_load",
        "engine_read_picture",
        "engine_save",
        "engine_set_parameters",
        "engine_slide",
        "engine_survey",
        "runningsurvey_result",
        "runningsurvey_run",
        "runningsweep_result",
        "runningsweep_run",
    ],
    functions: &[
        "<lenet::backend::machine::ThisMachine as lenet::backend::machine::Machine>::gpu",
        "lenet_kernels::statistics::eigen", // for one of the preprocessings
    ],
};

struct Later {
    exports: &'static [&'static str],
    functions: &'static [&'static str],
}

/// The names under which the parts find each other.
mod names {
    /// The module from which the glue's functions are imported.
    pub const GLUE: &str = "./lenet_bg.js";
    /// The function of the glue that fetches the later part.
    pub const FETCH: &str = "__fetch_later";
    /// The module from which the later part imports the first.
    pub const FIRST: &str = "first";
    /// The variable that is 1 once the later part is here.
    pub const HERE: &str = "here";
}

/// What the glue needs beyond what wasm-bindgen writes.
const GLUE: &str = "
// From xtask/src/split/mod.rs, for www/engine/later.ts.
export const later = {
    /** Called if the later part of the engine is needed and not here. */
    fetch() { throw new Error('the later part of the engine is not here'); },
    /** Makes the later part, once it is compiled, a part of the engine that was started. */
    add(module) { new WebAssembly.Instance(module, { ...__wbg_get_imports(), first: wasm }); },
};
";

const TYPES: &str = "
export const later: { fetch: () => void; readonly add: (module: WebAssembly.Module) => void };
";

/// Splits the module that wasm-bindgen has written into `folder`. `linked` is the module that it was given.
pub fn split(linked: &Path, folder: &Path, names: Names) -> Result<()> {
    let references = References::read(&fs::read(linked)?).context("the linker's notes cannot be read")?;
    let path = folder.join("lenet_bg.wasm");
    let bytes = fs::read(&path)?;
    let mut config = ModuleConfig::new();
    config.generate_name_section(names == Names::Keep).generate_producers_section(false);
    let read = || config.parse(&bytes);
    let parts = Parts::new(&read()?, &references, &LATER)?;
    let mut later = later::module(read()?, &parts)?;
    let mut first = first::module(read()?, &parts, &later)?;
    for (module, path) in [(&mut first, path), (&mut later, folder.join("lenet_later.wasm"))] {
        demangle(module);
        let notes: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
        for id in notes {
            module.customs.delete(id);
        }
        fs::write(path, module.emit_wasm())?;
    }
    glue(folder)
}

/// wasm-bindgen would do so, but the linker's notes have the names as they were.
fn demangle(module: &mut Module) {
    for function in module.funcs.iter_mut() {
        function.name = function.name.as_deref().map(demangled);
    }
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

fn glue(folder: &Path) -> Result<()> {
    let path = folder.join("lenet.js");
    let written = fs::read_to_string(&path)?;
    let start = "const import0 = {";
    ensure!(written.matches(start).count() == 1, "wasm-bindgen writes other glue than xtask/src/split/mod.rs expects");
    let imports = format!("{start}\n        {}: () => later.fetch(),", names::FETCH);
    fs::write(path, written.replace(start, &imports) + GLUE)?;
    let path = folder.join("lenet.d.ts");
    fs::write(&path, fs::read_to_string(&path)? + TYPES)?;
    Ok(())
}
