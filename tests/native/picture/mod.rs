//! Pictures of digits become images like MNIST's: test images on every kind of sheet are still predicted as before.

mod kinds;
mod others;
mod sheets;

use crate::trained::{trained, trained_viewer};
use kinds::{KINDS, Kind, SAMPLE, cropped};
use lenet::backend::cpu::Slider;
use lenet::data::idx;
use lenet::data::picture::{Unread, line, normalize};
use lenet::inspect::{Viewer, read_off};
use lenet::train::checkpoint::Checkpoint;
use others::{blanks, several};
use sheets::{BLACK, Sheet, WHITE, chance};
use std::fs::File;
use std::io::Read;

/// The first `count` test images and their labels.
pub fn test_images(count: usize) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| {
        let path = format!("{}/assets/mnist/{name}-ubyte.gz", env!("CARGO_MANIFEST_DIR"));
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
        idx::parse(&bytes).unwrap().data.to_vec()
    };
    (read("t10k-images-idx3")[..784 * count].to_vec(), read("t10k-labels-idx1")[..count].to_vec())
}

/// The picture of grey pixels.
fn grey(width: usize, pixels: &[u8]) -> Sheet {
    Sheet::of(width, pixels.len() / width, |x, y| [f32::from(pixels[y * width + x]); 3])
}

/// The trained network, which predicts a digit.
struct Reader(Viewer);

impl Reader {
    fn new() -> Reader {
        Reader(trained_viewer())
    }

    fn digit(&mut self, image: &[u8]) -> u8 {
        let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let said = &self.0.look(&image).probabilities;
        (0..10).max_by(|&a, &b| said[a].total_cmp(&said[b])).unwrap() as u8
    }
}

#[test]
fn a_digit_is_read_from_every_kind_of_picture() {
    let mut reader = Reader::new();
    let (images, labels) = test_images(SAMPLE);
    let mut failed = Vec::new();
    for Kind { name, wrong, make } in KINDS {
        let mut missed = Vec::new();
        for (number, (image, &label)) in images.chunks(784).zip(&labels).enumerate() {
            match normalize(&make(image, number).picture()) {
                Ok(read) if reader.digit(&read.image) == label => {}
                Ok(_) => missed.push(format!("{number} is misread")),
                Err(why) => missed.push(format!("{number}: {why}")),
            }
        }
        if missed.len() > *wrong {
            failed.push(format!("{name}: {} of {SAMPLE}: {}", missed.len(), missed.join(", ")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_1_that_fills_its_picture_is_read() {
    let mut reader = Reader::new();
    let (images, labels) = test_images(900);
    let ones: Vec<&[u8]> =
        images.chunks(784).zip(labels).filter(|(_, label)| *label == 1).map(|(one, _)| one).collect();
    for least in [1, 128] {
        let is_read = |one: &&&[u8]| {
            normalize(&cropped(one, 10, least).picture()).is_ok_and(|read| reader.digit(&read.image) == 1)
        };
        let right = ones.iter().filter(is_read).count();
        assert!(10 * right >= 9 * ones.len(), "{right} of {} cropped to what is at least {least}", ones.len());
    }
}

#[test]
fn what_shows_no_digit_is_blank() {
    for (name, sheet) in blanks() {
        assert_eq!(normalize(&sheet.picture()), Err(Unread::Blank), "{name}");
        assert_eq!(line(&sheet.picture()), Err(Unread::Blank), "{name}");
    }
}

#[test]
fn more_than_one_digit_is_said_and_one_never_taken_for_more() {
    let (images, _) = test_images(1000);
    let images: Vec<&[u8]> = images.chunks(784).collect();
    for images in images.chunks(3).take(40).filter(|images| images.len() == 3) {
        for (name, sheet) in several(images) {
            assert!(matches!(normalize(&sheet.picture()), Err(Unread::Several(2..=3))), "{name}");
        }
    }
    for (number, image) in images.iter().enumerate() {
        let read = normalize(&Sheet::with(image, 3.0, [100; 2], [8.0; 2], WHITE, BLACK).picture());
        assert!(read.is_ok_and(|read| read.fitted && read.inverted), "{number}");
    }
}

/// Digits as people write them, in strokes of a pen.
#[test]
fn parts_belong_to_their_digit() {
    let pen = |x: usize, y: usize, from: [f32; 2], to: [f32; 2]| {
        let (x, y) = (x as f32 - from[0], y as f32 - from[1]);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let along = ((x * dx + y * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
        (x - along * dx).hypot(y - along * dy) <= 5.0
    };
    let bow = |x: usize, y: usize| {
        let away = (x as f32 - 90.0).hypot(y as f32 - 120.0);
        (30.0..40.0).contains(&away) && (x > 80 || y > 140)
    };
    let drawn = |is: &dyn Fn(usize, usize) -> bool| {
        let sheet = Sheet::of(200, 200, |x, y| if is(x, y) { BLACK } else { WHITE });
        normalize(&sheet.picture()).map(|read| Reader::new().digit(&read.image))
    };
    let five = |x, y| bow(x, y) || pen(x, y, [75.0, 50.0], [72.0, 95.0]) || pen(x, y, [72.0, 95.0], [95.0, 85.0]);
    // The bar of the 5 does not touch it.
    assert_eq!(drawn(&|x, y| five(x, y) || pen(x, y, [92.0, 48.0], [130.0, 46.0])), Ok(5));
    let one = |x, y| pen(x, y, [100.0, 70.0], [98.0, 160.0]);
    assert_eq!(drawn(&one), Ok(1));
    // A dot as on an i, and a foot.
    assert_eq!(drawn(&|x, y| one(x, y) || pen(x, y, [101.0, 48.0], [101.5, 48.0])), Ok(1));
    let ring = |x: usize, y: usize| {
        let away = ((x as f32 - 100.0) / 0.7).hypot(y as f32 - 100.0);
        (50.0..62.0).contains(&away)
    };
    assert_eq!(drawn(&ring), Ok(0));
}

#[test]
fn pictures_of_any_size_are_worked_on() {
    let mut reader = Reader::new();
    let (images, labels) = test_images(1);
    let huge = Sheet::with(&images, 60.0, [4000, 3000], [900.0, 700.0], [220.0; 3], [30.0; 3]);
    assert_eq!(normalize(&huge.picture()).map(|read| reader.digit(&read.image)), Ok(labels[0]));
    for (width, height) in [(1, 1), (2, 1), (1, 3), (3, 3), (5, 400), (400, 5)] {
        for seed in 0..20 {
            let sheet = Sheet::of(width, height, |x, y| [255.0 * chance(seed, y * width + x); 3]);
            let _ = (normalize(&sheet.picture()), line(&sheet.picture()));
        }
    }
}

/// Images side by side, each `scale` times as large, dark on light.
pub fn in_a_line(images: &[u8], scale: usize) -> Vec<u8> {
    let width = scale * 28 * (images.len() / 784);
    let pixel = |at: usize| {
        let (x, y) = (at % width / scale, at / width / scale);
        255 - images[x / 28 * 784 + y * 28 + x % 28]
    };
    (0..width * scale * 28).map(pixel).collect()
}

/// 100 lines of four digits of different heights and places; each line is scaled as a whole.
#[test]
fn digits_in_a_line_are_read_one_after_the_other() {
    let Checkpoint { plan, parameters, .. } = trained();
    let (images, labels) = test_images(400);
    let mut right = 0;
    for (images, labels) in images.chunks(4 * 784).zip(labels.chunks(4)) {
        let (canvas, inverted) = line(&grey(3 * 28 * 4, &in_a_line(images, 3)).picture()).unwrap();
        assert!(inverted && canvas.height == 36);
        let scores = Slider::new(&plan, &parameters, [canvas.height, canvas.width]).unwrap().forward(&canvas);
        let read: Vec<u8> = read_off(&canvas, &scores).iter().map(|digit| digit.label).collect();
        right += usize::from(read == labels);
    }
    println!("{right} of 100 lines");
    assert!(right >= 90, "{right} of 100 lines");
    let dash = |at: usize| if at / 4000 / 8 == 2 && at % 4000 > 900 { 0 } else { 255 };
    let dash: Vec<u8> = (0..4000 * 40).map(dash).collect();
    let refusal = line(&grey(4000, &dash).picture()).unwrap_err();
    assert!(refusal.to_string().ends_with("cut it into pieces"), "{refusal}");
}

#[test]
fn an_image_like_mnists_is_taken_as_it_is_and_its_negative_too() {
    let (images, _) = test_images(1000);
    for image in images.chunks(784) {
        let negative: Vec<u8> = image.iter().map(|&pixel| 255 - pixel).collect();
        let plain = normalize(&grey(28, image).picture()).unwrap();
        assert_eq!((&plain.image[..], plain.inverted, plain.fitted), (image, false, false));
        let inverted = normalize(&grey(28, &negative).picture()).unwrap();
        assert_eq!((&inverted.image[..], inverted.inverted), (image, true));
    }
}
