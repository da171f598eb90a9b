//! The files of pictures that `lenet classify` and `lenet read` are given: what they decode, and what they say of others.

use crate::picture::test_images;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of pictures for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("picture-files-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn run(&self, command: &str, files: &[&str]) -> Output {
        let trained = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
        let mut lenet = Command::new(env!("CARGO_BIN_EXE_lenet"));
        lenet.current_dir(&self.0).args([command, "--network", trained]).args(files).output().unwrap()
    }

    /// The output of a successful `classify`, a line for each file.
    fn said(&self, files: &[&str]) -> Vec<String> {
        let output = self.run("classify", files);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    /// What is said of a bad file.
    fn refusal(&self, name: &str, bytes: &[u8]) -> String {
        self.put(name, bytes);
        let output = self.run("classify", &[name]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap().trim_end().to_owned()
    }
}

/// The side of the pictures in pixels.
const SIDE: usize = 112;

/// A 7 in black on white, row by row, as the EXIF orientation stores it.
fn seven(orientation: u8) -> Vec<u8> {
    let (image, _) = test_images(1);
    let pixel = |at: usize| {
        let (x, y) = (at % SIDE, at / SIDE);
        let (right, down) = (SIDE - 1 - x, SIDE - 1 - y);
        let (column, row) = match orientation {
            2 => (right, y),
            3 => (right, down),
            4 => (x, down),
            5 => (y, x),
            6 => (down, x),
            7 => (down, right),
            8 => (y, right),
            _ => (x, y),
        };
        255 - image[row / 4 * 28 + column / 4]
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

fn png(grey: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIDE as u32, SIDE as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(grey).unwrap();
    bytes
}

fn jpeg(orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 60);
    // Big-endian TIFF with one entry: tag 0x112, a short.
    let exif = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat();
    encoder.add_app_segment(1, exif).unwrap();
    encoder.encode(&seven(orientation), SIDE as u16, SIDE as u16, ColorType::Luma).unwrap();
    bytes
}

#[test]
fn photographs_are_turned_as_their_exif_data_says() {
    let folder = Folder::new("turned");
    for orientation in 1..=8 {
        folder.put("seven.jpg", &jpeg(orientation));
        let said = folder.said(&["seven.jpg"]);
        assert!(said[0].starts_with("seven.jpg: 7 ("), "orientation {orientation}: {said:?}");
    }
}

#[test]
fn a_bad_file_does_not_stop_the_others() {
    let folder = Folder::new("others");
    folder.put("a.png", &png(&seven(1)));
    folder.put("b.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9");
    folder.put("c.jpg", &jpeg(1));
    for command in ["classify", "read"] {
        let output = folder.run(command, &["a.png", "b.jpg", "none.png", "c.jpg"]);
        let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert_eq!(output.status.code(), Some(1), "{out}{err}");
        assert!(out.lines().count() == 2 && out.contains("a.png: 7 (") && out.contains("c.jpg: 7 ("), "{out}");
        assert!(err.contains("b.jpg: the JPEG file") && err.contains("none.png: No such file"), "{err}");
    }
}

#[test]
fn a_png_is_read_if_all_its_pixels_are_there() {
    let folder = Folder::new("cut");
    let whole = png(&seven(1));
    for missing in [0, 1, 11, 12] {
        folder.put("seven.png", &whole[..whole.len() - missing]);
        assert!(folder.said(&["seven.png"])[0].starts_with("seven.png: 7 ("), "{missing} bytes are missing");
    }
    for cut in [20, 60, whole.len() / 2, whole.len() - 13] {
        let said = folder.refusal("half.png", &whole[..cut]);
        assert!(said.starts_with("half.png: the PNG file is cut off"), "{cut}: {said}");
    }
    let whole = jpeg(1);
    for cut in [30, whole.len() / 2, whole.len() - 2] {
        let said = folder.refusal("half.jpg", &whole[..cut]);
        assert!(said.starts_with("half.jpg: the JPEG file is cut off"), "{cut}: {said}");
    }
    // A header that promises ten thousand million pixels.
    let mut huge = png(&seven(1));
    huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let said = folder.refusal("huge.png", &huge);
    assert!(said.starts_with("huge.png: the PNG file is damaged") || said.contains("scale it down"), "{said}");
}

/// Found by fuzzing: the decoder takes a palette that ends within a colour, and panics there.
#[test]
fn a_palette_that_ends_within_a_colour_is_refused() {
    let folder = Folder::new("palettes");
    for length in [4, 80, 767] {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, SIDE as u32, SIDE as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(vec![200; length]);
        encoder.set_trns(vec![255]);
        encoder.write_header().unwrap().write_image_data(&[0; SIDE * SIDE]).unwrap();
        let said = folder.refusal("palette.png", &bytes);
        assert_eq!(said, format!("palette.png: the PNG file is damaged (a palette of {length} bytes): save it again"));
    }
}

#[test]
fn a_jpeg_of_any_kind_is_read() {
    let folder = Folder::new("kinds");
    for (colour, samples) in [(ColorType::Luma, 1), (ColorType::Rgb, 3), (ColorType::Cmyk, 4)] {
        let ink = |&grey: &u8| if samples == 4 { [0, 0, 0, 255 - grey] } else { [grey; 4] };
        let pixels: Vec<u8> = seven(1).iter().flat_map(|grey| ink(grey).into_iter().take(samples)).collect();
        for progressive in [false, true] {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 90);
            encoder.set_progressive(progressive);
            encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
            encoder.encode(&pixels, SIDE as u16, SIDE as u16, colour).unwrap();
            folder.put("seven.jpg", &bytes);
            let said = folder.said(&["seven.jpg"]);
            assert!(said[0].starts_with("seven.jpg: 7 ("), "{samples} samples, progressive {progressive}: {said:?}");
        }
    }
}

#[test]
fn a_file_too_short_for_its_pixels_is_cut_off() {
    let folder = Folder::new("short");
    let mut bytes = jpeg(1);
    let frame = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[0x10, 0, 0x10, 0]); // 4,096 × 4,096
    let said = folder.refusal("seven.jpg", &bytes);
    assert!(said.starts_with("seven.jpg: the JPEG file is cut off"), "{said}");
    let mut bytes = png(&seven(1));
    bytes[16..24].copy_from_slice(&[0, 0, 0x10, 0, 0, 0, 0x10, 0]);
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    let said = folder.refusal("seven.png", &bytes);
    assert!(said.starts_with("seven.png: the PNG file is cut off"), "{said}");
}

#[test]
fn other_formats_are_named() {
    let folder = Folder::new("foreign");
    for (bytes, name) in [
        (&b"GIF89a\x01\0\x01\0"[..], "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 \0\0\0\0", "WebP"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "BMP"),
        (b"II*\0\x08\0\0\0\0\0\0\0", "TIFF"),
        (b"%PDF-1.7\n%....", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ] {
        let said = folder.refusal("foreign", bytes);
        assert_eq!(said, format!("foreign: this is a {name} file: convert it to PNG or JPEG"));
    }
    let said = folder.refusal("text", b"seven");
    assert_eq!(said, "text: this is a text: give a PNG, a JPEG or an IDX file of images");
}

#[test]
fn a_blank_picture_and_several_digits_are_said() {
    let folder = Folder::new("blank");
    folder.put("white.png", &png(&[255; SIDE * SIDE]));
    assert_eq!(folder.said(&["white.png"]), ["white.png: no digit"]);
    let small: Vec<u8> = seven(1).iter().step_by(2).copied().collect();
    let rows: Vec<&[u8]> = small.chunks(SIDE / 2).step_by(2).collect();
    let two = |row: &[u8]| [row, row].concat();
    let top: Vec<u8> = rows.iter().flat_map(|row| two(row)).collect();
    let both: Vec<u8> = [vec![255; SIDE * SIDE / 4], top, vec![255; SIDE * SIDE / 4]].concat();
    folder.put("two.png", &png(&both));
    assert_eq!(
        folder.said(&["two.png"]),
        ["two.png: 2 digits or more, and one was expected: `lenet read` reads a number"]
    );
}
