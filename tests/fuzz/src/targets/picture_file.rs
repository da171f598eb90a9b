//! PNG and JPEG files, as the command line decodes them.

use crate::Target;
use crate::readers::picture_file;
use flate2::Crc;
use jpeg_encoder::{ColorType as Jpeg, Encoder, SamplingFactor};
use png::{BitDepth, ColorType, Compression};

pub const TARGET: Target = Target {
    name: "picture_file",
    seeds,
    mend: |bytes| mend(bytes),
    passes: |bytes| if bytes.starts_with(&JPEG) { frame(bytes).is_some() } else { has_header(bytes) },
    check,
    memory: (256 << 10, 128 << 10),
    longest: 1024,
};

const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

fn seeds() -> Vec<Vec<u8>> {
    let pngs = [
        (ColorType::Grayscale, BitDepth::One, Compression::NoCompression),
        (ColorType::Grayscale, BitDepth::Eight, Compression::High),
        (ColorType::Grayscale, BitDepth::Sixteen, Compression::NoCompression),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, Compression::NoCompression),
        (ColorType::Rgb, BitDepth::Eight, Compression::NoCompression),
        (ColorType::Rgba, BitDepth::Eight, Compression::High),
        (ColorType::Rgba, BitDepth::Sixteen, Compression::NoCompression),
        (ColorType::Indexed, BitDepth::Two, Compression::NoCompression),
        (ColorType::Indexed, BitDepth::Eight, Compression::NoCompression),
    ]
    .map(|(colour, depth, compression)| png(colour, depth, compression));
    // A picture of one pixel has the same data in each order of its rows.
    let mut interlaced = png(ColorType::Grayscale, BitDepth::Eight, Compression::NoCompression);
    interlaced[28] = 1;
    mend(&mut interlaced);
    let jpegs = [(Jpeg::Luma, false), (Jpeg::Luma, true), (Jpeg::Rgb, false), (Jpeg::Cmyk, true)];
    let jpegs = jpegs.map(|(colour, progressive)| jpeg(colour, progressive));
    pngs.into_iter().chain([interlaced]).chain(jpegs).collect()
}

const WIDTH: usize = 5;
const HEIGHT: usize = 3;

fn png(colour: ColorType, depth: BitDepth, compression: Compression) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH as u32, HEIGHT as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(compression);
    if colour == ColorType::Indexed {
        encoder.set_palette(vec![0, 9, 18, 27, 36, 45, 54, 63, 72, 81, 90, 99]);
        encoder.set_trns(vec![0, 128, 255]);
    }
    let row = (WIDTH * colour.samples() * depth as usize).div_ceil(8);
    let pixels: Vec<u8> =
        (0..row * HEIGHT).map(|at| if depth == BitDepth::Eight { at as u8 % 4 } else { at as u8 }).collect();
    let mut writer = encoder.write_header().expect("a header that fits");
    writer.write_image_data(&pixels).expect("as many bytes as the header promises");
    writer.finish().expect("memory takes everything");
    bytes
}

fn jpeg(colour: Jpeg, progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 40);
    encoder.set_progressive(progressive);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    // The orientation 6: a big-endian TIFF with one entry, tag 0x112, a short.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    encoder.add_app_segment(1, exif.to_vec()).expect("a short segment");
    let samples = match colour {
        Jpeg::Luma => 1,
        Jpeg::Rgb => 3,
        _ => 4,
    };
    let pixels: Vec<u8> = (0..samples * WIDTH * HEIGHT).map(|at| (37 * at) as u8).collect();
    encoder.encode(&pixels, WIDTH as u16, HEIGHT as u16, colour).expect("as many bytes as pixels");
    bytes
}

/// Makes the magic number right, and in a PNG file also each chunk's length and checksum.
fn mend(bytes: &mut [u8]) {
    if bytes.first() == Some(&JPEG[0]) {
        bytes.iter_mut().zip(JPEG).for_each(|(to, from)| *to = from);
        return;
    }
    bytes.iter_mut().zip(PNG).for_each(|(to, from)| *to = from);
    let mut start = PNG.len();
    while let Some(rest) = bytes.get_mut(start..).filter(|rest| rest.len() >= AROUND) {
        let stated = u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize;
        let length = stated.min(rest.len() - AROUND);
        rest[..4].copy_from_slice(&(length as u32).to_be_bytes());
        let sum = crc(&rest[4..8 + length]);
        rest[8 + length..AROUND + length].copy_from_slice(&sum);
        start += AROUND + length;
    }
}

/// A chunk's length, name and checksum.
const AROUND: usize = 12;

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_be_bytes()
}

/// Whether a PNG file begins with its header and the right checksum of it.
fn has_header(bytes: &[u8]) -> bool {
    bytes.strip_prefix(&PNG).is_some_and(|rest| {
        rest.starts_with(b"\0\0\0\x0dIHDR")
            && rest.get(4..21).is_some_and(|header| rest[21..].starts_with(&crc(header)))
    })
}

/// Where the size of a JPEG picture is.
fn frame(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let &[0xff, marker, high, low] = bytes.get(at..)?.first_chunk()? else { return None };
        if (0xc0..=0xc2).contains(&marker) {
            return Some(at + 5);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}

fn check(bytes: &[u8]) {
    match picture_file::read(bytes) {
        Ok(pixels) => {
            let picture = pixels.picture();
            assert!(picture.width > 0 && picture.height > 0);
            assert_eq!(picture.rgba.len(), 4 * picture.width * picture.height);
        }
        Err(why) => assert!(why.len() > 10 && why.len() < 1000, "{why}"),
    }
}
