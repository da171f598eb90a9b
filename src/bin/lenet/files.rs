//! Reads files, gzipped or not, and replaces files so that a half-written one never remains.

use super::command::Result;
use super::gzip;
use lenet::train::{Assumed, checkpoint};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

/// The trained network in the repository.
pub const TRAINED: &str = "assets/lenet5.safetensors";

/// Reads a whole file.
///
/// # Errors
/// The file's name, and why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|why| of(path, why))
}

/// Reads a file of a network, unless its size and its first bytes tell that it is none.
///
/// # Errors
/// The file's name, and why it cannot be read.
pub fn read_network(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path).map(|file| file.len()).unwrap_or_default();
    if size > checkpoint::MAX_BYTES {
        let mut first = Vec::new();
        let file = File::open(path).map_err(|why| of(path, why))?;
        file.take(checkpoint::FIRST_BYTES as u64).read_to_end(&mut first).map_err(|why| of(path, why))?;
        checkpoint::check_file(&first, size).map_err(|why| of(path, why))?;
    }
    read(path)
}

/// Says on stderr what was assumed about a file, if anything was.
pub fn tell_assumed(path: &Path, assumed: Option<&Assumed>) {
    if let Some(assumed) = assumed {
        eprintln!("{}: {assumed}", path.display());
    }
}

/// Reads a whole file and unpacks it if it is gzipped.
///
/// # Errors
/// The file's name, and why it cannot be read.
pub fn read_unpacked(path: &Path) -> Result<Vec<u8>> {
    let bytes = read(path)?;
    if gzip::is_packed(&bytes) { gzip::unpack(&bytes).map_err(|why| of(path, why)) } else { Ok(bytes) }
}

/// Writes a file beside the old one and renames it, so that either the old or the new file exists at any time.
///
/// # Errors
/// The file's name, and why it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut beside = OsString::from(path);
    beside.push(".part");
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|why| of(path, why))
}

/// An error that begins with the file's name.
pub fn of(path: &Path, why: impl std::fmt::Display) -> Box<dyn std::error::Error> {
    format!("{}: {why}", path.display()).into()
}
