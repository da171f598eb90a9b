//! Finds and reads the four files of a dataset as they are packed and named by MNIST, Fashion-MNIST, KMNIST, QMNIST,
//! EMNIST, torchvision, Kaggle and `gunzip`.

use super::command::{Result, note};
use super::files;
use lenet::data::variants::{self, Images};
use lenet::data::{MNIST, MnistFile, idx};
use std::fs;
use std::path::{Path, PathBuf};

/// The unpacked files in the order of `MnistFile::ALL`, in MNIST's form. What was done to them is said on stderr.
///
/// # Errors
/// The file that is missing or cannot be used, and the reason.
pub fn read(folder: &Path, transpose: bool) -> Result<[Vec<u8>; 4]> {
    let there = listed(folder)?;
    let mut contents: [Vec<u8>; 4] = Default::default();
    for (file, to) in MnistFile::ALL.into_iter().zip(&mut contents) {
        let path = find(folder, &there, file)?;
        let bytes = files::read_unpacked(&path)?;
        *to = match file {
            MnistFile::TrainLabels | MnistFile::TestLabels => {
                let labels = variants::labels(&bytes).map_err(|why| files::of(&path, why))?;
                idx::write(&[labels.len()], &labels)
            }
            MnistFile::TrainImages | MnistFile::TestImages => {
                let Images { pixels, inverted } =
                    variants::images(&bytes, transpose).map_err(|why| files::of(&path, why))?;
                if inverted {
                    note(&format!("{}: dark on light: inverted", path.display()));
                }
                idx::write(&[pixels.len() / MNIST.pixels(), MNIST.height, MNIST.width], &pixels)
            }
        };
    }
    Ok(contents)
}

/// The files in a folder, and in folders of it that are named like files, as some programs unpack them.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut there = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| files::of(folder, why))? {
        let path = entry.map_err(|why| files::of(folder, why))?.path();
        match path.is_dir() {
            true if lower_name(&path).contains("idx") => {
                let within = fs::read_dir(&path).map_err(|why| files::of(&path, why))?;
                there.extend(
                    within.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file()),
                );
            }
            true => {}
            false => there.push(path),
        }
    }
    there.sort();
    Ok(there)
}

/// The file of `folder` that is meant: the one with MNIST's own name, packed or not, or else the only one whose name
/// says so.
fn find(folder: &Path, there: &[PathBuf], file: MnistFile) -> Result<PathBuf> {
    let (part, kind, exact) = match file {
        MnistFile::TrainImages => ("train", "images", "train-images-idx3-ubyte"),
        MnistFile::TrainLabels => ("train", "labels", "train-labels-idx1-ubyte"),
        MnistFile::TestImages => ("test", "images", "t10k-images-idx3-ubyte"),
        MnistFile::TestLabels => ("test", "labels", "t10k-labels-idx1-ubyte"),
    };
    for name in [format!("{exact}.gz"), exact.to_owned()] {
        if let Some(path) = there.iter().find(|path| lower_name(path) == name) {
            return Ok(path.clone());
        }
    }
    let is_of_part = |name: &str| match part {
        "train" => name.contains("train"),
        _ => name.contains("t10k") || name.contains("test"),
    };
    let meant = |path: &&PathBuf| {
        let name = lower_name(path);
        name.contains("idx") && name.contains(kind) && is_of_part(&name)
    };
    let mut found: Vec<&PathBuf> = there.iter().filter(meant).collect();
    // A file that is there packed and unpacked is the same twice.
    found.dedup_by(|packed, plain| packed.as_os_str().to_string_lossy() == format!("{}.gz", plain.display()));
    match found[..] {
        [path] => Ok(path.clone()),
        [] => Err(files::of(folder, format!("there is no file {exact}, with or without .gz"))),
        _ => {
            let names: Vec<String> = found.iter().map(|path| lower_name(path)).collect();
            let why = format!("several files could be {}: {}. Leave one of them there", file.name(), names.join(", "));
            Err(files::of(folder, why))
        }
    }
}

fn lower_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}
