//! The files that `lenet train` writes. All are looked at before the first step, so that no run is lost at its end.

use super::command::{Given, Result};
use super::files;
use super::output::{Claim, Output, are_one_file};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of a run.
pub struct Outputs {
    /// For the network and its run.
    pub checkpoint: Option<Output>,
    /// For the network alone.
    pub out: Option<Output>,
    /// For the table of measurements.
    pub csv: Option<Output>,
    _claim: Option<Claim>,
}

impl Outputs {
    /// The files that the options name. `read` has the options and names of files that are read; the checkpoint may be
    /// the one that the run continues from.
    ///
    /// # Errors
    /// A file cannot be written, two options name one file, or another run writes to it.
    pub fn new(given: &Given, resumed: Option<&Path>, data: Option<&Path>) -> Result<Outputs> {
        let [out, csv] = ["out", "csv"].map(|name| given.path(name));
        // What comes from standard input cannot be saved there.
        let checkpoint = given.path("checkpoint").or_else(|| resumed.filter(|file| *file != "-").map(Path::to_owned));
        let saves = if given.path("checkpoint").is_some() { "--checkpoint" } else { "--resume" };
        let named = [(saves, &checkpoint), ("--out", &out), ("--csv", &csv)];
        let written: Vec<(&str, &Path)> =
            named.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?))).collect();
        for (number, &(option, path)) in written.iter().enumerate() {
            let others = written[..number].iter().copied();
            // A run may be saved where it comes from.
            let resumed = resumed.filter(|_| option != saves).map(|path| ("--resume", path));
            for (other, file) in others.chain(resumed) {
                if are_one_file(path, file) {
                    let why = format!("{other} and {option} both name this file: give each its own");
                    return Err(files::of(path, why));
                }
            }
            if let Some(images) = data_files(data).into_iter().find(|file| are_one_file(path, file)) {
                let why = format!("{option} would replace {}, which is trained on: give another", images.display());
                return Err(files::of(path, why));
            }
        }
        let open = |path: Option<PathBuf>| path.as_deref().map(Output::new).transpose();
        let (checkpoint, out, csv) = (open(checkpoint)?, open(out)?, open(csv)?);
        if let Some(checkpoint) = checkpoint.as_ref().filter(|checkpoint| checkpoint.file().is_none()) {
            return Err(files::of(checkpoint.name(), "a checkpoint is read again, so it has to be a regular file"));
        }
        if let Some(mixed) = [&out, &csv].into_iter().flatten().find(|output| output.is_standard_output()) {
            return Err(files::of(mixed.name(), "standard output has what is printed: give a file of its own"));
        }
        let claim = checkpoint.as_ref().map(Output::claim).transpose()?.flatten();
        Ok(Outputs { checkpoint, out, csv, _claim: claim })
    }

    /// Whether anything of the run outlives what is printed.
    pub fn keep_something(&self) -> bool {
        self.checkpoint.is_some() || self.out.is_some() || self.csv.is_some()
    }
}

/// The files of images and labels in a folder.
fn data_files(folder: Option<&Path>) -> Vec<PathBuf> {
    let files = folder.map(Path::to_owned).or_else(|| files::mnist().ok()).and_then(|folder| fs::read_dir(folder).ok());
    let paths = files.into_iter().flatten().flatten().map(|file| file.path());
    paths.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("idx"))).collect()
}
