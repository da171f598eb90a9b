//! `cargo xtask setup`: installs everything that the tasks need and this machine lacks.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::{bindgen, tools};

pub fn everything() -> Result<()> {
    rust()?;
    page()?;
    vulkan()?;
    chromium()?;
    firefox()?;
    if is_debian() {
        webkit()?;
    }
    cargo_install("wasm-pack", "0.15.1")?;
    bindgen::install()
}

/// Installs the target and components that `rust-toolchain.toml` names, if the toolchain lacks them.
pub fn rust() -> Result<()> {
    wasm_target()?;
    lints()
}

/// Installs the standard library for WebAssembly.
pub fn wasm_target() -> Result<()> {
    let sysroot = tools::output(&mut tools::program("rustc", &tools::root(), "--print sysroot"))?;
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").exists() {
        return Ok(());
    }
    rustup("target add wasm32-unknown-unknown")
}

fn lints() -> Result<()> {
    for component in ["fmt", "clippy"] {
        if tools::output(&mut tools::cargo(&format!("{component} --version"))).is_err() {
            rustup(&format!("component add {}", component.replace("fmt", "rustfmt")))?;
        }
    }
    Ok(())
}

fn rustup(arguments: &str) -> Result<()> {
    tools::run(&mut tools::program("rustup", &tools::root(), arguments))
        .with_context(|| format!("this needs rustup (https://rustup.rs), to `rustup {arguments}`"))
}

/// Installs the page's packages in the versions of `package-lock.json`.
pub fn page() -> Result<()> {
    let node = tools::output(Command::new("node").arg("--version")).unwrap_or_default();
    let version: Vec<u32> =
        node.trim().trim_start_matches('v').split('.').map_while(|part| part.parse().ok()).collect();
    // Vite needs at least this version of Node.
    if version < vec![20, 19] {
        let found = if node.is_empty() { "none was found" } else { node.trim() };
        bail!("the page needs Node 20.19 or later (https://nodejs.org), and {found}");
    }
    npm_ci(&tools::www())
}

/// Installs the other trainers of the bench. They have 300 MB, so only the bench does it.
pub fn peers() -> Result<()> {
    npm_ci(&tools::root().join("benches/peers"))
}

fn npm_ci(folder: &Path) -> Result<()> {
    let modified = |file: &str| fs::metadata(folder.join(file)).and_then(|metadata| metadata.modified());
    let installed = modified("node_modules/.package-lock.json").unwrap_or(SystemTime::UNIX_EPOCH);
    if modified("package-lock.json")? <= installed {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    tools::run(&mut tools::program(npm, folder, "ci --no-audit --no-fund"))
}

/// Installs Chromium, and the driver through which tests control it.
pub fn chromium() -> Result<()> {
    let mut missing = Vec::new();
    if lacks_browser(&["chromium", "chromium-browser", "google-chrome"]) {
        missing.push("chromium");
    }
    if !tools::on_path("chromedriver") {
        missing.push("chromium-driver");
    }
    install_browser("Chromium or Chrome and a chromedriver of the same version", &missing)
}

/// Installs Firefox, and the driver through which tests control it.
pub fn firefox() -> Result<()> {
    let missing = if lacks_browser(&["firefox", "firefox-esr"]) { vec!["firefox-esr"] } else { Vec::new() };
    install_browser("Firefox", &missing)?;
    cargo_install("geckodriver", "0.37.1")
}

/// Installs WebKit with its driver, and the display that it needs.
pub fn webkit() -> Result<()> {
    let wanted = [("WebKitWebDriver", "webkit2gtk-driver"), ("xvfb-run", "xvfb"), ("xauth", "xauth")];
    let missing = wanted.iter().filter(|(program, _)| !tools::on_path(program)).map(|(_, package)| *package);
    install_browser("WebKitGTK with its WebKitWebDriver, and xvfb-run", &missing.collect::<Vec<_>>())
}

/// On other systems browsers are not on the PATH, but Playwright and the drivers find them.
fn lacks_browser(programs: &[&str]) -> bool {
    cfg!(target_os = "linux") && !programs.iter().any(|program| tools::on_path(program))
}

fn install_browser(what: &str, missing: &[&str]) -> Result<()> {
    if !missing.is_empty() && !is_debian() {
        bail!(
            "the tests in the browser need {what} on the PATH; only on Debian are they installed for you: please \
             install them and run this again"
        );
    }
    install(missing)
}

/// Installs Mesa's Vulkan driver, which runs WebGPU in the native tests of a machine without a GPU.
pub fn vulkan() -> Result<()> {
    let package = "mesa-vulkan-drivers";
    if !is_debian() || tools::output(Command::new("dpkg-query").args(["--status", package])).is_ok() {
        return Ok(());
    }
    install(&[package])
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists() && tools::on_path("apt-get")
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    apt_get("update")?;
    apt_get(&format!("install --yes --no-install-recommends {}", packages.join(" ")))
}

fn apt_get(arguments: &str) -> Result<()> {
    let root = tools::output(Command::new("id").arg("-u"))?.trim() == "0";
    let mut command = if root {
        tools::program("apt-get", &tools::root(), arguments)
    } else if tools::on_path("sudo") {
        tools::program("sudo", &tools::root(), &format!("apt-get {arguments}"))
    } else {
        bail!("please run `apt-get {arguments}` as root, then run this again");
    };
    tools::run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Compiles a program from crates.io, unless it is there.
fn cargo_install(name: &str, version: &str) -> Result<()> {
    if tools::on_path(name) {
        return Ok(());
    }
    let mut install = tools::cargo(&format!("install --debug {name} --locked --version {version}"));
    // These builds are faster and a quarter of the size.
    tools::run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))
}
