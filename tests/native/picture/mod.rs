//! Pictures of digits of any size become images like MNIST's: test images that are enlarged, moved, inverted and greyed
//! are still predicted as before.

use lenet::backend::cpu::Slider;
use lenet::data::idx;
use lenet::data::picture::{Normalized, Picture, line, normalize};
use lenet::inspect::{Viewer, read_off};
use lenet::network::{Plan, preset};
use lenet::train::checkpoint;
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

/// `image` five times as large on a sheet of 400×300, at its lower right, in these two greys.
fn on_a_sheet(image: &[u8], paper: u8, ink: u8) -> Vec<u8> {
    let (left, top) = (230, 150);
    let mut sheet = vec![paper; 400 * 300];
    for (at, pixel) in sheet.iter_mut().enumerate() {
        let (x, y) = ((at % 400).wrapping_sub(left) / 5, (at / 400).wrapping_sub(top) / 5);
        if x < 28 && y < 28 {
            let depth = f32::from(image[y * 28 + x]) / 255.0;
            *pixel = (f32::from(paper) + depth * (f32::from(ink) - f32::from(paper))).round() as u8;
        }
    }
    sheet
}

#[test]
fn a_digit_anywhere_on_a_sheet_is_read_as_the_image_it_was() {
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let trained = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors")).unwrap();
    let mut viewer = Viewer::new(plan.clone());
    viewer.write_parameters(&checkpoint::load(&trained, &plan).unwrap().parameters);
    let (images, labels) = test_images(300);
    for (paper, ink) in [(255, 0), (0, 255), (200, 60)] {
        let mut right = 0;
        for (image, &label) in images.chunks(784).zip(&labels) {
            let sheet = on_a_sheet(image, paper, ink);
            let Normalized { image, inverted, fitted } = normalize(&Picture { width: 400, grey: &sheet });
            assert!(fitted && inverted == (paper > ink));
            let image: Vec<f32> = image.iter().map(|&byte| f32::from(byte) / 255.0).collect();
            let said = viewer.look(&image).probabilities;
            right += usize::from(said.iter().all(|share| *share <= said[usize::from(label)]));
        }
        assert!(right >= 294, "{right} of 300 on {paper}, in {ink}");
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
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let trained = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors")).unwrap();
    let parameters = checkpoint::load(&trained, &plan).unwrap().parameters;
    let (images, labels) = test_images(400);
    let mut right = 0;
    for (images, labels) in images.chunks(4 * 784).zip(labels.chunks(4)) {
        let (canvas, inverted) = line(&Picture { width: 3 * 28 * 4, grey: &in_a_line(images, 3) }).unwrap();
        assert!(inverted && canvas.height == 36);
        let scores = Slider::new(&plan, &parameters, [canvas.height, canvas.width]).unwrap().forward(&canvas);
        let read: Vec<u8> = read_off(&canvas, &scores).iter().map(|digit| digit.label).collect();
        right += usize::from(read == labels);
    }
    println!("{right} of 100 lines");
    assert!(right >= 90, "{right} of 100 lines");
    assert_eq!(line(&Picture { width: 50, grey: &[255; 50 * 40] }).unwrap().0.pixels, [0.0; 36 * 28]);
    let dash = |at: usize| if at / 4000 == 5 && at % 4000 > 9 { 0 } else { 255 };
    let dash: Vec<u8> = (0..4000 * 10).map(dash).collect();
    assert!(line(&Picture { width: 4000, grey: &dash }).unwrap_err().ends_with("cut it into pieces"));
}

#[test]
fn an_image_of_28_by_28_is_taken_as_it_is_whatever_its_colours() {
    let (images, _) = test_images(5);
    for image in images.chunks(784) {
        let negative: Vec<u8> = image.iter().map(|&pixel| 255 - pixel).collect();
        let plain = normalize(&Picture { width: 28, grey: image });
        assert_eq!((&plain.image[..], plain.inverted, plain.fitted), (image, false, false));
        let inverted = normalize(&Picture { width: 28, grey: &negative });
        assert_eq!((&inverted.image[..], inverted.inverted), (image, true));
    }
}

#[test]
fn what_shows_nothing_is_blank_and_a_dot_is_in_the_middle() {
    for (width, height) in [(1, 1), (1, 40), (40, 1), (100, 80)] {
        for grey in [0, 90, 255] {
            let blank = normalize(&Picture { width, grey: &vec![grey; width * height] });
            assert_eq!(blank.image, [0; 784], "{width}×{height} of {grey}");
        }
    }
    let mut dot = vec![255; 50 * 40];
    dot[7 * 50 + 3] = 0;
    let image = normalize(&Picture { width: 50, grey: &dot }).image;
    assert!((0..784).all(|at| (image[at] == 255) == ((4..24).contains(&(at % 28)) && (4..24).contains(&(at / 28)))));
}
