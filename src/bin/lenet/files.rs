//! Files that are there whole or not at all, and files that may be gzipped.

use super::command::Result;
use flate2::read::GzDecoder;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

/// The network that comes with the sources.
pub const TRAINED: &str = "assets/lenet5.safetensors";

/// All of a file.
///
/// # Errors
/// Its name, and why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|why| of(path, why))
}

/// All of a file; unpacked, if it is gzipped.
///
/// # Errors
/// Its name, and why it cannot be read.
pub fn read_unpacked(path: &Path) -> Result<Vec<u8>> {
    let packed = read(path)?;
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(packed);
    }
    let mut bytes = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut bytes).map_err(|why| of(path, why))?;
    Ok(bytes)
}

/// Puts these bytes in the place of a file: written beside it and renamed, so that whatever happens, the old file is
/// there or the new one.
///
/// # Errors
/// Its name, and why it cannot be written.
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

/// An error with the name of what it is about.
pub fn of(path: &Path, why: impl std::fmt::Display) -> Box<dyn std::error::Error> {
    format!("{}: {why}", path.display()).into()
}
