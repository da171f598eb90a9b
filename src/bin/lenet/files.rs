//! Reads files, gzipped or not, and finds the data and the network that belong to this program.

use super::command::Result;
use flate2::read::GzDecoder;
use std::env;
use std::fs;
use std::io::{Read, stdin};
use std::path::{Path, PathBuf};

/// The name of the trained LeNet-5 that is part of this program.
pub const TRAINED: &str = "assets/lenet5.safetensors";
const TRAINED_BYTES: &[u8] = include_bytes!("../../../assets/lenet5.safetensors");

/// Reads a whole file; "-" is standard input. The trained network is read from the program if there is no such file here.
///
/// # Errors
/// The file's name, and why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    if path == "-" {
        let mut bytes = Vec::new();
        stdin().read_to_end(&mut bytes).map_err(|why| of(path, why))?;
        return if bytes.is_empty() { Err("-: standard input is empty".into()) } else { Ok(bytes) };
    }
    match fs::read(path) {
        Err(_) if path == TRAINED && !path.exists() => Ok(TRAINED_BYTES.to_vec()),
        read => read.map_err(|why| of(path, why)),
    }
}

/// The folder of MNIST's files: here, or in a folder that the program is in, as in a clone of the repository.
///
/// # Errors
/// There is none.
pub fn mnist() -> Result<PathBuf> {
    const PLACE: &str = "assets/mnist";
    let program = env::current_exe().and_then(fs::canonicalize).unwrap_or_default();
    let folders = [Path::new("")].into_iter().chain(program.ancestors().skip(1));
    folders
        .map(|folder| folder.join(PLACE))
        .find(|folder| folder.is_dir())
        .ok_or_else(|| format!("there is no folder {PLACE} here or beside the program: give --data FOLDER").into())
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

/// An error that begins with the file's name.
pub fn of(path: &Path, why: impl std::fmt::Display) -> Box<dyn std::error::Error> {
    format!("{}: {why}", path.display()).into()
}
