//! The command `lenet read`: reads the number in each picture by sliding the network over it.

use super::command::{Command, Given, NETWORK, Outcome, Result};
use super::export::{NO_NUMBER, network};
use super::{files, png_file};
use lenet::backend::cpu::Slider;
use lenet::data::picture::line;
use lenet::inspect::{Digit, read_off};
use std::io::{Write, stdout};
use std::path::PathBuf;

pub const READ: Command = Command {
    name: "read",
    words: "FILE ...",
    about: "Reads the number in each picture, several digits in a line: the network slides over the picture in one forward \
            pass. A FILE is a PNG of any size and colour.",
    options: &[NETWORK],
    more: || {
        "\nThe ink is scaled to the height of MNIST's digits, and a picture that is dark on light is inverted. Dense layers become\n\
         convolutions with the same weights. The percentage after each digit is its probability.\n"
            .into()
    },
    run: read,
};

fn read(given: &Given) -> Result<Outcome> {
    if given.words.is_empty() {
        return Err("there is nothing to read: give PNG files".into());
    }
    let checkpoint = network(&given.path("network").unwrap_or(files::TRAINED.into()))?;
    for file in given.words.iter().map(PathBuf::from) {
        let bytes = files::read(&file)?;
        let grey = png_file::read(&bytes).map_err(|why| files::of(&file, why))?;
        let (canvas, _) = line(&grey.picture()).map_err(|why| files::of(&file, why))?;
        let mut slider = Slider::new(&checkpoint.plan, &checkpoint.parameters, [canvas.height, canvas.width])?;
        let scores = slider.forward(&canvas);
        if scores.probabilities.iter().any(|probability| !probability.is_finite()) {
            return Err(files::of(&file, NO_NUMBER));
        }
        let digits = read_off(&canvas, &scores);
        writeln!(stdout(), "{}: {}", file.display(), shown(&digits))?;
    }
    Ok(Outcome::Done)
}

/// The number and the probability of each digit: "72 (7 99.8 %, 2 100.0 %)".
fn shown(digits: &[Digit]) -> String {
    if digits.is_empty() {
        return "no digit".into();
    }
    let number: String = digits.iter().map(|digit| digit.label.to_string()).collect();
    let each: Vec<String> =
        digits.iter().map(|digit| format!("{} {:.1} %", digit.label, 100.0 * digit.probability)).collect();
    format!("{number} ({})", each.join(", "))
}
