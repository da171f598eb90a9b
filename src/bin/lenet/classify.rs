//! The command `lenet classify`: predicts the digit in each picture.

use super::command::{Command, Given, NETWORK, Opt, Outcome, Result, TRANSPOSE};
use super::export::{NO_NUMBER, network};
use super::output::Output;
use super::{files, idx_file, picture_file};
use lenet::data::digit::PIXELS;
use lenet::data::picture::{Normalized, Unread, normalize};
use lenet::data::variants::Images;
use lenet::inspect::Viewer;

pub const CLASSIFY: Command = Command {
    name: "classify",
    words: "FILE ...",
    about: "Predicts the digit in each picture, with the network's confidence. A FILE is a PNG or JPEG of any size and \
            colour, or an IDX file of 28×28 images, gzipped or not.",
    options: &[
        NETWORK,
        TRANSPOSE,
        Opt {
            name: "images",
            value: "FILE",
            help: "write what the network receives to this file, as 28×28 images in IDX",
        },
    ],
    more: || {
        "\nA picture is cropped to its ink, fitted into 20×20 and centred by the ink's mass, as MNIST's digits were; one of\n\
         28×28 that is like MNIST's is used as it is. What is dark on light is inverted. Uneven light, frames, ruled paper,\n\
         scan edges, noise and specks are no ink. A file that cannot be read does not stop the others; the exit code is 1.\n\
         EMNIST's IDX files need --transpose.\n"
            .into()
    },
    run: classify,
};

fn classify(given: &Given) -> Result<Outcome> {
    if given.words.is_empty() {
        return Err("there is nothing to classify: give PNG, JPEG or IDX files".into());
    }
    let checkpoint = network(&given.path("network").unwrap_or(files::TRAINED.into()))?;
    let mut viewer = Viewer::new(checkpoint.plan);
    viewer.write_parameters(&checkpoint.parameters);
    let images = given.path("images").as_deref().map(Output::new).transpose()?;
    let mut received = Vec::new();
    let mut prediction = |image: &[u8]| -> Result<String> {
        received.extend_from_slice(image);
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let probabilities = viewer.look(&image).probabilities;
        if probabilities.iter().any(|probability| !probability.is_finite()) {
            return Err(NO_NUMBER.into());
        }
        let (digit, confidence) =
            probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("there are ten");
        Ok(format!("{digit} ({:.2} %)", 100.0 * confidence))
    };
    let outcome = files::each(given, files::read_unpacked, |file, bytes, out| {
        let name = file.display();
        if picture_file::format(bytes).is_none() {
            let Images { pixels, inverted } = idx_file::read(bytes, given.flag("transpose"))?;
            let note = if inverted { "  [dark on light: inverted]" } else { "" };
            for (number, image) in pixels.chunks(PIXELS).enumerate() {
                writeln!(out, "{name} {number}: {}{note}", prediction(image)?)?;
            }
            return Ok(());
        }
        match normalize(&picture_file::read(bytes)?.picture()) {
            Ok(Normalized { image, inverted, fitted }) => {
                let notes = [(inverted, "dark on light: inverted"), (fitted, "cropped, scaled and centred")];
                let notes: Vec<&str> = notes.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect();
                let notes = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join(", ")) };
                writeln!(out, "{name}: {}{notes}", prediction(&image)?)?;
            }
            Err(several @ Unread::Several(_)) => writeln!(out, "{name}: {several}: `lenet read` reads a number")?,
            Err(why) => writeln!(out, "{name}: {why}")?,
        }
        Ok(())
    })?;
    if let Some(file) = images {
        let count = (received.len() / PIXELS) as u32;
        let header = [[0, 0, 8, 3], count.to_be_bytes(), [0, 0, 0, 28], [0, 0, 0, 28]].concat();
        file.write(&[header, received].concat())?;
    }
    Ok(outcome)
}
