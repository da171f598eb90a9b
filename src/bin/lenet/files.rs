//! Reads files, gzipped or not, and finds the data and the network that belong to this program.

use super::command::{Given, Outcome, Result, note};
use super::gzip;
use lenet::train::{Assumed, checkpoint};
use std::env;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write, stdin};
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
        note(&format!("{}: {assumed}", path.display()));
    }
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
        note(&why.to_string());
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
    let bytes = read(path)?;
    if gzip::is_packed(&bytes) { gzip::unpack(&bytes).map_err(|why| of(path, why)) } else { Ok(bytes) }
}

/// An error that begins with the file's name.
pub fn of(path: &Path, why: impl std::fmt::Display) -> Box<dyn std::error::Error> {
    format!("{}: {why}", path.display()).into()
}
