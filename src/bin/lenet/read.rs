//! The command `lenet read`: reads the number in each picture by sliding the network over it.

use super::command::{Command, Given, NETWORK, Outcome, Result};
use super::export::{NO_NUMBER, network};
use super::{files, picture_file};
use lenet::backend::cpu::Slider;
use lenet::data::picture::{Unread, line};
use lenet::inspect::{Digit, read_off};

pub const READ: Command = Command {
    name: "read",
    words: "FILE ...",
    about: "Reads the number in each picture, several digits in a line: the network slides over the picture in one forward \
            pass. A FILE is a PNG or JPEG of any size and colour.",
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
        return Err("there is nothing to read: give PNG or JPEG files".into());
    }
    let checkpoint = network(&given.path("network").unwrap_or(files::TRAINED.into()))?;
    files::each(given, files::read, |file, bytes, out| {
        let canvas = match line(&picture_file::read(bytes)?.picture()) {
            Ok((canvas, _)) => canvas,
            Err(Unread::Blank) => return Ok(writeln!(out, "{}: {}", file.display(), shown(&[]))?),
            Err(why) => return Err(why.into()),
        };
        let mut slider = Slider::new(&checkpoint.plan, &checkpoint.parameters, [canvas.height, canvas.width])?;
        let scores = slider.forward(&canvas);
        if scores.probabilities.iter().any(|probability| !probability.is_finite()) {
            return Err(NO_NUMBER.into());
        }
        let digits = read_off(&canvas, &scores);
        Ok(writeln!(out, "{}: {}", file.display(), shown(&digits))?)
    })
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
