//! `cargo xtask serve`: Vite serves the page and reloads it, and this program rebuilds the engine whenever `src/`
//! changes.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};

use crate::engine::{self, Names};
use crate::{setup, tools};

/// The time between two comparisons of the files' dates in `src/`. Polling is cheap and works on every file system.
const TICK: Duration = Duration::from_millis(300);

pub fn serve(port: u16, open: bool) -> Result<()> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        bail!("port {port} is taken: please choose another with --port");
    }
    setup::wasm_target()?;
    setup::page()?;
    let mut built = last_change();
    rebuild();
    let mut vite = start_vite(port, open)?;
    let mut announced = false;
    loop {
        thread::sleep(TICK);
        if let Some(status) = vite.try_wait()? {
            bail!("Vite stopped ({status})");
        }
        if !announced && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            println!("LeNet Live is on http://localhost:{port}/ until you press Ctrl-C.");
            announced = true;
        }
        let changed = last_change();
        if changed != built {
            built = changed;
            rebuild();
        }
    }
}

/// Rebuilds the engine. Vite sees the new files in `www/engine/pkg` and reloads the page.
fn rebuild() {
    if let Err(error) = engine::build(Names::Keep) {
        eprintln!(
            "error: {error:#}. The page keeps the previous engine; the next change in src/ starts another build."
        );
    }
}

fn start_vite(port: u16, open: bool) -> Result<Child> {
    // Vite stops when its standard input ends, if something reads that input and CI is not set. This program holds the
    // other end of the pipe, so that Vite stops however this program ends.
    let mut vite = tools::program("node", &tools::www(), "--import data:text/javascript,process.stdin.resume()");
    vite.args(["node_modules/vite/bin/vite.js", "--port", &port.to_string()]);
    if open {
        vite.arg("--open");
    }
    vite.env_remove("CI").stdin(Stdio::piped()).spawn().context("cannot start Vite")
}

/// The time of the last change in the engine's source files.
fn last_change() -> Option<SystemTime> {
    ["src", "Cargo.toml", "Cargo.lock"].iter().filter_map(|name| newest(&tools::root().join(name))).max()
}

/// The latest date in a folder and everything in it. A folder's own date changes when files are added or removed.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let children = fs::read_dir(path).into_iter().flatten().flatten();
    children.filter_map(|child| newest(&child.path())).chain(own).max()
}
