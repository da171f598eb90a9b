//! Reads a picture that the reader opened: one digit becomes an image, several become a canvas.

use super::arrays::{Bytes, Floats};
use super::shapes::typed;
use super::view::Chosen;
use super::{Engine, Result, floats};
use crate::data::digit::PIXELS;
use crate::data::picture::{MAX_PIXELS, Picture, Unread, line, normalize};
use crate::refusal::Refusal;
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// What a picture shows: either one digit or a line of them.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct ReadPicture {
    /// The image of its digit.
    digit: Option<Bytes>,
    /// The canvas of its digits.
    line: Option<PictureLine>,
}

/// The grey pixels of a canvas, row by row, from 0 (paper) to 1 (ink).
#[derive(Serialize, Tsify)]
pub struct PictureLine {
    pixels: Floats,
    height: usize,
    width: usize,
}

#[wasm_bindgen]
impl Engine {
    /// Reads a picture: red, green, blue and opacity of each pixel, row by row.
    pub fn read_picture(&self, rgba: &[u8], width: usize, height: usize) -> Result<Ts<ReadPicture>> {
        if width == 0 || height == 0 || width.saturating_mul(height) > MAX_PIXELS || rgba.len() != 4 * width * height {
            let (bytes, million) = (rgba.len(), MAX_PIXELS / 1_000_000);
            let why = format!("a picture is 4·width·height bytes, of at most {million} million pixels");
            return Err(Refusal::new(format!("{why}, and this is {width}×{height} with {bytes} bytes")).into());
        }
        let picture = Picture { width, height, rgba };
        match normalize(&picture) {
            Ok(read) => typed(&ReadPicture { digit: Some(read.image.as_slice().into()), line: None }),
            Err(Unread::Several(_)) => {
                let (canvas, _) = line(&picture).map_err(|why| Refusal::new(why.to_string()))?;
                let pixels = canvas.pixels.as_slice().into();
                let line = PictureLine { pixels, height: canvas.height, width: canvas.width };
                typed(&ReadPicture { digit: None, line: Some(line) })
            }
            Err(why) => Err(Refusal::new(format!("there is {why} in this picture")).into()),
        }
    }
}

impl Chosen {
    /// The image of a picture's digit.
    pub fn picture(pixels: &[u8]) -> Result<Chosen> {
        if pixels.len() != PIXELS {
            return Err(Refusal::new(format!("an image has {PIXELS} pixels, and not {}", pixels.len())).into());
        }
        Ok(Chosen { pixels: floats(pixels), label: None })
    }
}
