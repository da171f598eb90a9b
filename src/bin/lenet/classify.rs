//! The command `lenet classify`: predicts the digit in each picture.

use super::command::{Command, Given, NETWORK, Outcome, Result, TRANSPOSE};
use super::export::{NO_NUMBER, network};
use super::{files, idx_file, png_file};
use lenet::data::digit::PIXELS;
use lenet::data::picture::{Normalized, normalize};
use lenet::data::variants::Images;
use lenet::inspect::Viewer;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub const CLASSIFY: Command = Command {
    name: "classify",
    words: "FILE ...",
    about: "Predicts the digit in each picture, with the network's confidence. A FILE is a PNG of any size and colour, or \
            an IDX file of 28×28 images, gzipped or not.",
    options: &[NETWORK, TRANSPOSE],
    more: || {
        "\nA PNG of 28×28 is used as it is. Any other is cropped to its ink, fitted into 20×20 and centred by the ink's mass,\n\
         as MNIST's digits were. A picture that is dark on light is inverted. EMNIST's IDX files need --transpose.\n"
            .into()
    },
    run: classify,
};

fn classify(given: &Given) -> Result<Outcome> {
    if given.words.is_empty() {
        return Err("there is nothing to classify: give PNG or IDX files".into());
    }
    let checkpoint = network(&given.path("network").unwrap_or(files::TRAINED.into()))?;
    let mut viewer = Viewer::new(checkpoint.plan);
    viewer.write_parameters(&checkpoint.parameters);
    let mut prediction = |file: &Path, image: &[u8]| -> Result<String> {
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let probabilities = viewer.look(&image).probabilities;
        if probabilities.iter().any(|probability| !probability.is_finite()) {
            return Err(files::of(file, NO_NUMBER));
        }
        let (digit, confidence) =
            probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("there are ten");
        Ok(format!("{digit} ({:.2} %)", 100.0 * confidence))
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for file in given.words.iter().map(PathBuf::from) {
        let bytes = files::read_unpacked(&file)?;
        let name = file.display();
        if png_file::is_png(&bytes) {
            let grey = png_file::read(&bytes).map_err(|why| files::of(&file, why))?;
            let Normalized { image, inverted, fitted } = normalize(&grey.picture());
            let notes = [(inverted, "dark on light: inverted"), (fitted, "cropped, scaled and centred")];
            let notes: Vec<&str> = notes.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect();
            let notes = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join(", ")) };
            writeln!(out, "{name}: {}{notes}", prediction(&file, &image)?)?;
        } else {
            let Images { pixels, inverted } =
                idx_file::read(&bytes, given.flag("transpose")).map_err(|why| files::of(&file, why))?;
            let note = if inverted { "  [dark on light: inverted]" } else { "" };
            for (number, image) in pixels.chunks(PIXELS).enumerate() {
                writeln!(out, "{name} {number}: {}{note}", prediction(&file, image)?)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}
