//! Reads files, gzipped or not, and replaces files so that a half-written one never remains.

use super::command::Result;
use flate2::read::GzDecoder;
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

/// Reads a whole file and unpacks it if it is gzipped.
///
/// # Errors
/// The file's name, and why it cannot be read.
pub fn read_unpacked(path: &Path) -> Result<Vec<u8>> {
    let packed = read(path)?;
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(packed);
    }
    let mut bytes = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut bytes).map_err(|why| of(path, why))?;
    Ok(bytes)
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
