//! Reads PNG and JPEG files as pixels, and says of any other file what it is.

use jpeg_decoder::PixelFormat;
use lenet::data::picture::{MAX_PIXELS, Picture};
use png::{ColorType, DecodingError, Transformations};
use std::io::{Cursor, ErrorKind};

/// A picture's pixels, row by row: red, green, blue and opacity.
pub struct Pixels {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

/// The format of a file as people call it, such as "GIF"; None if its first bytes do not tell.
pub fn format(bytes: &[u8]) -> Option<String> {
    let text = bytes.trim_ascii_start();
    if [&b"<svg"[..], b"<?xml"].iter().any(|start| text.starts_with(start)) {
        return Some("SVG".into());
    }
    Some(match infer::get(bytes)?.extension() {
        "jpg" => "JPEG".into(),
        "tif" => "TIFF".into(),
        "webp" => "WebP".into(),
        other => other.to_uppercase(),
    })
}

/// Reads a PNG or JPEG file, turned as its EXIF orientation says.
///
/// # Errors
/// The reason why it cannot be read: it is something else, is cut off or damaged, or is too large.
pub fn read(bytes: &[u8]) -> Result<Pixels, String> {
    match format(bytes).as_deref() {
        Some("PNG") => read_png(bytes),
        Some("JPEG") => read_jpeg(bytes),
        Some(other) => Err(format!("this is a {other} file: convert it to PNG or JPEG")),
        None => Err("this is neither a PNG nor a JPEG file".into()),
    }
}

impl Pixels {
    pub fn picture(&self) -> Picture<'_> {
        Picture { width: self.width, height: self.height, rgba: &self.rgba }
    }

    /// The picture as an EXIF orientation (1 to 8) means it: what is stored as its first row and column is not always its
    /// top and left.
    fn turned(self, orientation: u32) -> Pixels {
        let Pixels { width, height, rgba } = self;
        let is_on_its_side = orientation >= 5;
        let size = if is_on_its_side { [height, width] } else { [width, height] };
        let stored = |at: usize| {
            let (x, y) = (at % size[0], at / size[0]);
            let (right, down) = (size[0] - 1 - x, size[1] - 1 - y);
            let (column, row) = match orientation {
                2 => (right, y),
                3 => (right, down),
                4 => (x, down),
                5 => (y, x),
                6 => (y, right),
                7 => (down, right),
                8 => (down, x),
                _ => (x, y),
            };
            &rgba[4 * (row * width + column)..][..4]
        };
        Pixels { width: size[0], height: size[1], rgba: (0..width * height).flat_map(stored).copied().collect() }
    }
}

/// Refuses a picture with too many pixels before there is memory for them.
fn check_size(width: usize, height: usize) -> Result<(), String> {
    match width.checked_mul(height) {
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        _ => Err(format!(
            "the picture has {width}×{height} pixels: scale it down to {} million at most",
            MAX_PIXELS / 1_000_000
        )),
    }
}

const CUT_OFF: &str = "file is cut off, and part of the picture is missing: copy or download it again";

fn read_png(bytes: &[u8]) -> Result<Pixels, String> {
    let whole = with_end(bytes);
    let why = |why: DecodingError| match why {
        DecodingError::IoError(why) if why.kind() == ErrorKind::UnexpectedEof => format!("the PNG {CUT_OFF}"),
        why => format!("the PNG file is damaged ({why}): save it again"),
    };
    // Twice as much as the pixels of 16 bits: rows are unpacked beside them.
    let limits = png::Limits { bytes: 16 * MAX_PIXELS };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(whole), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(why)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    // The decoder panics where a palette ends within a colour.
    let palette = reader.info().palette.as_ref().map_or(0, |palette| palette.len());
    if reader.info().color_type == ColorType::Indexed && !palette.is_multiple_of(3) {
        return Err(format!("the PNG file is damaged (a palette of {palette} bytes): save it again"));
    }
    // No byte of packed data stands for more than 1,032.
    if reader.info().raw_bytes() > 1032 * bytes.len() {
        return Err(format!("the PNG {CUT_OFF}"));
    }
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("the picture is too large")?];
    let info = reader.next_frame(&mut pixels).map_err(why)?;
    let pixels = &pixels[..info.buffer_size()];
    let rgba = match info.color_type {
        ColorType::Grayscale => pixels.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
        ColorType::GrayscaleAlpha => {
            pixels.as_chunks().0.iter().flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect()
        }
        ColorType::Rgb | ColorType::Indexed => {
            pixels.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
        }
        ColorType::Rgba => pixels.to_vec(),
    };
    Ok(Pixels { width, height, rgba })
}

/// A PNG file with its last chunk, "IEND", if that is missing or cut off: it holds no pixels, as all chunks after "IDAT".
fn with_end(bytes: &[u8]) -> Vec<u8> {
    const SIGNATURE: usize = 8;
    /// A length, a name and a checksum are around a chunk's data.
    const AROUND: usize = 12;
    let (mut end, mut has_pixels) = (SIGNATURE.min(bytes.len()), false);
    while let Some(length) = bytes[end..].first_chunk() {
        let length = u32::from_be_bytes(*length) as usize;
        match end.checked_add(length.saturating_add(AROUND)) {
            Some(next) if next <= bytes.len() => {
                has_pixels |= bytes[end..].get(4..8) == Some(b"IDAT");
                end = next;
            }
            _ => break,
        }
    }
    if !has_pixels || bytes[end..].get(4..8) == Some(b"IDAT") {
        return bytes.to_vec();
    }
    [&bytes[..end], b"\0\0\0\0IEND\xae\x42\x60\x82"].concat()
}

fn read_jpeg(bytes: &[u8]) -> Result<Pixels, String> {
    let why = |why: &dyn std::fmt::Display| match is_complete(bytes) {
        true => format!("the JPEG file is damaged ({why}): save it again as JPEG or PNG"),
        false => format!("the JPEG {CUT_OFF}, or give a PNG file"),
    };
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.read_info().map_err(|error| why(&error))?;
    let info = decoder.info().ok_or_else(|| why(&"it has no size"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(width, height)?;
    // A block of 8×8 pixels takes a bit at least.
    if !is_complete(bytes) || width * height > 8 * 64 * bytes.len() {
        return Err(format!("the JPEG {CUT_OFF}, or give a PNG file"));
    }
    let pixels = decoder.decode().map_err(|error| why(&error))?;
    let opaque = |grey| [grey, grey, grey, 255];
    let mut rgba = Vec::with_capacity(4 * width * height);
    for pixel in pixels.chunks_exact(info.pixel_format.pixel_bytes()) {
        rgba.extend(match (info.pixel_format, pixel) {
            (PixelFormat::CMYK32, &[c, m, y, k]) => {
                let light = |ink: u8| (u32::from(255 - ink) * u32::from(255 - k) / 255) as u8;
                [light(c), light(m), light(y), 255]
            }
            (PixelFormat::RGB24, &[r, g, b]) => [r, g, b, 255],
            (PixelFormat::L16, &[a, b]) => opaque((u16::from_ne_bytes([a, b]) >> 8) as u8),
            _ => opaque(pixel[0]),
        });
    }
    let orientation = decoder.exif_data().and_then(|exif| orientation(exif.to_vec())).unwrap_or(1);
    let pixels = Pixels { width, height, rgba };
    Ok(if orientation == 1 { pixels } else { pixels.turned(orientation) })
}

/// Whether a JPEG file has its end marker after the pixels begin. A preview in the file's head has one of its own.
fn is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xda {
            return bytes.get(at..).is_some_and(|pixels| pixels.windows(2).any(|pair| pair == [0xff, 0xd9]));
        }
    }
    false
}

/// The orientation that EXIF data states.
fn orientation(exif: Vec<u8>) -> Option<u32> {
    let exif = exif::Reader::new().read_raw(exif).ok()?;
    exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0).filter(|turn| (1..=8).contains(turn))
}
