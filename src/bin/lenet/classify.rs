//! What a network says to pictures.

use super::command::{Command, Given, Opt, Outcome, Result};
use super::export::network;
use super::files;
use lenet::data::idx;
use lenet::data::picture::{Normalized, Picture, normalize};
use lenet::inspect::Viewer;
use png::{ColorType, Transformations};
use std::io::{self, BufWriter, Cursor, Write};
use std::path::{Path, PathBuf};

pub const CLASSIFY: Command = Command {
    name: "classify",
    words: "FILE ...",
    about: "Says which digit is in each picture, and how sure the network is. A FILE is a PNG of any size and colour, or \
            an IDX file of 28×28 images, gzipped or not.",
    options: &[Opt {
        name: "network",
        value: "FILE",
        help: "the network, or a checkpoint (assets/lenet5.safetensors)",
    }],
    more: || {
        "\nA PNG of 28×28 is taken as it is, any other cropped to its ink, fitted into 20×20 and centred by the ink's mass,\n\
         as MNIST's digits were. What is dark on light is inverted.\n"
            .into()
    },
    run: classify,
};

/// Room for a PNG's pixels: 10,000 × 10,000 in four channels.
const MOST_BYTES: usize = 400_000_000;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn classify(given: &Given) -> Result<Outcome> {
    if given.words.is_empty() {
        return Err("classify what? give PNG or IDX files".into());
    }
    let checkpoint = network(&given.path("network").unwrap_or(files::TRAINED.into()))?;
    let mut viewer = Viewer::new(checkpoint.plan);
    viewer.write_parameters(&checkpoint.parameters);
    let mut answer = |image: &[u8]| {
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let probabilities = viewer.look(&image).probabilities;
        let (digit, share) = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("there are ten");
        format!("{digit} ({:.2} %)", 100.0 * share)
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for file in given.words.iter().map(PathBuf::from) {
        let bytes = files::read_unpacked(&file)?;
        let name = file.display();
        if bytes.starts_with(PNG) {
            let Normalized { image, inverted, fitted } = picture(&bytes).map_err(|why| files::of(&file, why))?;
            let notes = [(inverted, "dark on light: inverted"), (fitted, "cropped, scaled and centred")];
            let notes: Vec<&str> = notes.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect();
            let notes = if notes.is_empty() { String::new() } else { format!("  [{}]", notes.join(", ")) };
            writeln!(out, "{name}: {}{notes}", answer(&image))?;
        } else {
            for (number, image) in images(&file, &bytes)?.chunks(28 * 28).enumerate() {
                writeln!(out, "{name} {number}: {}", answer(image))?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The pixels of an IDX file of 28×28 images.
fn images<'a>(file: &Path, bytes: &'a [u8]) -> Result<&'a [u8]> {
    let idx = idx::parse(bytes).map_err(|why| files::of(file, format!("this is no PNG, and as IDX: {why}")))?;
    match idx.dimensions[..] {
        [_, 28, 28] | [28, 28] => Ok(idx.data),
        _ => Err(files::of(file, format!("dimensions {:?}, and not [count, 28, 28]", idx.dimensions))),
    }
}

/// A PNG in grey, on white where it is transparent.
fn picture(bytes: &[u8]) -> Result<Normalized> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST_BYTES });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().filter(|&size| size <= MOST_BYTES);
    let mut pixels = vec![0; size.ok_or("the picture is too large: at most 10,000 × 10,000 pixels")?];
    let info = reader.next_frame(&mut pixels)?;
    let (channels, colours) = match info.color_type {
        ColorType::Grayscale => (1, 1),
        ColorType::GrayscaleAlpha => (2, 1),
        ColorType::Rgb | ColorType::Indexed => (3, 3),
        ColorType::Rgba => (4, 3),
    };
    let grey: Vec<u8> = pixels[..info.buffer_size()].chunks_exact(channels).map(|pixel| grey(pixel, colours)).collect();
    Ok(normalize(&Picture { width: info.width as usize, grey: &grey }))
}

/// Luma as of ITU-R BT.601.
fn grey(pixel: &[u8], colours: usize) -> u8 {
    let luma = match pixel[..colours] {
        [r, g, b] => 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b),
        _ => f32::from(pixel[0]),
    };
    let opacity = pixel.get(colours).map_or(1.0, |&alpha| f32::from(alpha) / 255.0);
    (luma * opacity + 255.0 * (1.0 - opacity)).round() as u8
}
