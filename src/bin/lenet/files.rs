//! Reads files, gzipped or not, and replaces files so that a half-written one never remains.

use super::command::{Given, Outcome, Result};
use flate2::read::GzDecoder;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
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

/// Handles the bytes of each of the given files. A bad file does not stop the others: its name and why it is bad go to
/// standard error.
///
/// # Errors
/// The output cannot be written.
pub fn each(
    given: &Given,
    read: fn(&Path) -> Result<Vec<u8>>,
    mut handle: impl FnMut(&Path, &[u8], &mut dyn Write) -> Result<()>,
) -> Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut outcome = Outcome::Done;
    for file in given.words.iter().map(Path::new) {
        let handled =
            read(file).map(|bytes| handle(file, &bytes, &mut out).map_err(|why| (!why.is::<io::Error>(), why)));
        let why = match handled {
            Ok(Ok(())) => continue,
            Ok(Err((false, why))) => return Err(why),
            Ok(Err((true, why))) => of(file, why),
            Err(why) => why,
        };
        // What was said before comes first.
        out.flush()?;
        eprintln!("{why}");
        outcome = Outcome::Failed;
    }
    out.flush()?;
    Ok(outcome)
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
