//! Reads PNG files as grey pixels.

use super::command::Result;
use lenet::data::picture::Picture;
use png::{ColorType, Transformations};
use std::io::Cursor;

/// The maximum size of the pixels in memory: 10,000 × 10,000 in four channels.
const MAX_BYTES: usize = 400_000_000;

/// A picture's pixels, row by row.
pub struct Grey {
    width: usize,
    pixels: Vec<u8>,
}

impl Grey {
    pub fn picture(&self) -> Picture<'_> {
        Picture { width: self.width, grey: &self.pixels }
    }
}

pub fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

/// Reads a PNG file as grey pixels. Transparent parts become white, like paper.
///
/// # Errors
/// The file cannot be read, or is too large.
pub fn read(bytes: &[u8]) -> Result<Grey> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MAX_BYTES });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().filter(|&size| size <= MAX_BYTES);
    let mut pixels = vec![0; size.ok_or("the picture is too large: at most 10,000 × 10,000 pixels")?];
    let info = reader.next_frame(&mut pixels)?;
    let (channels, colours) = match info.color_type {
        ColorType::Grayscale => (1, 1),
        ColorType::GrayscaleAlpha => (2, 1),
        ColorType::Rgb | ColorType::Indexed => (3, 3),
        ColorType::Rgba => (4, 3),
    };
    let pixels = pixels[..info.buffer_size()].chunks_exact(channels).map(|pixel| grey(pixel, colours)).collect();
    Ok(Grey { width: info.width as usize, pixels })
}

/// The luma of a pixel according to ITU-R BT.601, on white paper.
fn grey(pixel: &[u8], colours: usize) -> u8 {
    let luma = match pixel[..colours] {
        [r, g, b] => 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b),
        _ => f32::from(pixel[0]),
    };
    let opacity = pixel.get(colours).map_or(1.0, |&alpha| f32::from(alpha) / 255.0);
    (luma * opacity + 255.0 * (1.0 - opacity)).round() as u8
}
