//! A drawing becomes the image that MNIST's makers would have made of it, as an independent implementation has it
//! (`tests/golden/digit.py`), wherever and however large it was drawn.

use lenet::data::digit::{PEN, Point, SIDE, normalize};
use safetensors::SafeTensors;

type Image = [u8; SIDE * SIDE];

fn point(x: f32, y: f32) -> Point {
    Point { x, y, pressure: 0.5 }
}

fn file() -> Vec<u8> {
    let path = format!("{}/tests/golden/digit.safetensors", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The golden drawings: name, strokes and image.
fn golden() -> Vec<(String, Vec<Vec<Point>>, Vec<u8>)> {
    let file = file();
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let names = tensors.names().into_iter().filter_map(|name| name.strip_suffix(".image"));
    let drawing = |name: &str| {
        let mut strokes: Vec<Vec<Point>> = vec![];
        let bytes = tensors.tensor(&format!("{name}.points")).unwrap().data().to_vec();
        for row in bytes.as_chunks::<16>().0 {
            let number = |column: usize| f32::from_le_bytes(row[4 * column..][..4].try_into().unwrap());
            strokes.resize(strokes.len().max(number(0) as usize + 1), vec![]);
            strokes.last_mut().unwrap().push(Point { x: number(1), y: number(2), pressure: number(3) });
        }
        let image = tensors.tensor(&format!("{name}.image")).unwrap().data().to_vec();
        (name.to_owned(), strokes, image)
    };
    names.map(drawing).collect()
}

/// The image as rows of hexadecimal digits, for the message of a failure.
fn picture(image: &[u8]) -> String {
    let row = |row: &[u8]| row.iter().map(|grey| format!("{:x}", grey / 16)).collect::<String>().replace('0', ".");
    image.chunks(SIDE).map(row).collect::<Vec<String>>().join("\n")
}

/// The largest and the mean difference of a pixel.
fn differences(a: &[u8], b: &[u8]) -> (u8, f64) {
    let off: Vec<u8> = a.iter().zip(b).map(|(&a, &b)| a.abs_diff(b)).collect();
    let mean = off.iter().map(|&off| f64::from(off)).sum::<f64>() / off.len() as f64;
    (off.into_iter().max().unwrap(), mean)
}

/// The centre of mass of the ink.
fn center(image: &Image) -> [f64; 2] {
    let ink: f64 = image.iter().map(|&grey| f64::from(grey)).sum();
    [|pixel: usize| pixel % SIDE, |pixel: usize| pixel / SIDE].map(|axis| {
        let moments = image.iter().enumerate().map(|(pixel, &grey)| f64::from(grey) * (axis(pixel) as f64 + 0.5));
        moments.sum::<f64>() / ink
    })
}

#[test]
fn drawings_are_as_in_the_golden_images() {
    let file = file();
    let (_, metadata) = SafeTensors::read_metadata(&file).unwrap();
    let pen: f32 = metadata.metadata().as_ref().unwrap()["pen"].parse().unwrap();
    assert_eq!(pen, PEN, "the golden images are of another pen: change it in digit.py and make them anew");

    let golden = golden();
    assert_eq!(golden.len(), 8);
    for (name, strokes, expected) in golden {
        let image = normalize(&strokes);
        let (most, mean) = differences(&image, &expected);
        // The engine samples a pixel 8 × 8 times, so an edge may be off by half a sample: 1/16 of 255.
        assert!(
            most <= 17 && mean <= 0.8,
            "{name}: off by {most} at most and {mean} in the mean\n{}\nand not\n{}",
            picture(&image),
            picture(&expected)
        );
    }
}

#[test]
fn size_and_place_of_the_drawing_do_not_matter() {
    for (name, strokes, _) in golden() {
        let image = normalize(&strokes);
        for (scale, dx, dy) in [(1.0, 300.0, -20.0), (0.01, 0.0, 0.0), (37.0, -5000.0, 900.0), (1.7, 0.3, 0.7)] {
            let moved = |p: &Point| Point { x: p.x * scale + dx, y: p.y * scale + dy, ..*p };
            let moved: Vec<Vec<Point>> = strokes.iter().map(|stroke| stroke.iter().map(moved).collect()).collect();
            let (most, mean) = differences(&normalize(&moved), &image);
            // A sample that lies exactly on an edge may fall on either side: 4 grey levels each.
            assert!(most <= 8 && mean <= 0.1, "{name} times {scale}: off by {most} at most and {mean} in the mean");
        }
    }
}

#[test]
fn the_ink_fits_twenty_pixels_and_its_mass_is_in_the_middle() {
    for (name, strokes, _) in golden() {
        let image = normalize(&strokes);
        for (axis, center) in ["x", "y"].into_iter().zip(center(&image)) {
            assert!((center - 14.0).abs() < 0.05, "{name}: {axis} {center}\n{}", picture(&image));
        }
        let inked = |pixel: &usize| image[*pixel] > 0;
        let span = |axis: fn(usize) -> usize| {
            let inked: Vec<usize> = (0..image.len()).filter(inked).map(axis).collect();
            inked.iter().max().unwrap() - inked.iter().min().unwrap() + 1
        };
        let largest = span(|pixel| pixel % SIDE).max(span(|pixel| pixel / SIDE));
        // Twenty pixels of ink can touch 21, and a pressed pen is a pixel thicker. A dot is not enlarged.
        let expected = if name == "dot" { 3..=4 } else { 20..=22 };
        assert!(expected.contains(&largest), "{name} spans {largest} pixels");
    }
}

#[test]
fn nothing_is_blank() {
    assert_eq!(normalize(&[]), [0; 784]);
    assert_eq!(normalize(&[vec![], vec![]]), [0; 784]);
    assert_eq!(normalize(&[vec![point(f32::NAN, 1.0)]]), [0; 784]);
}

#[test]
fn a_point_is_a_disc_in_the_middle() {
    let image = normalize(&[vec![point(5.0, 5.0)]]);
    let ink: f64 = image.iter().map(|&grey| f64::from(grey) / 255.0).sum();
    let disc = std::f64::consts::PI * f64::from(PEN / 2.0).powi(2);
    assert!((ink - disc).abs() < 0.05 * disc, "{ink} and not {disc}");
    for flipped in [|x, y| (27 - x, y), |x, y| (x, 27 - y), |x: usize, y: usize| (y, x)] {
        for (pixel, grey) in image.iter().enumerate() {
            let (x, y) = flipped(pixel % SIDE, pixel / SIDE);
            assert_eq!(*grey, image[y * SIDE + x], "it is as round one way as the other");
        }
    }
}

#[test]
fn points_that_are_nowhere_are_left_out() {
    let clean = [vec![point(10.0, 10.0), point(60.0, 10.0), point(30.0, 90.0)]];
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut dirty = clean.clone();
        dirty[0].insert(1, point(bad, 3.0));
        dirty[0].push(point(3.0, bad));
        assert_eq!(normalize(&dirty), normalize(&clean), "{bad}");
    }
}

/// A pen with an invalid pressure draws like a mouse, and one out of range like the nearest pressure in range.
#[test]
fn pressure_out_of_range_is_no_harm() {
    let pressed =
        |pressure| normalize(&[vec![Point { pressure, ..point(0.0, 0.0) }, Point { pressure, ..point(1.0, 2.0) }]]);
    assert_eq!(pressed(f32::NAN), pressed(0.5));
    assert_eq!(pressed(7.0), pressed(1.0));
    assert_eq!(pressed(-7.0), pressed(0.0));
    let ink = |image: Image| image.iter().map(|&grey| u32::from(grey)).sum::<u32>();
    assert!(ink(pressed(0.0)) < ink(pressed(0.5)) && ink(pressed(0.5)) < ink(pressed(1.0)));
}

/// Coordinates at the limits of f32 give an image and no panic.
#[test]
fn the_largest_and_smallest_numbers_are_no_harm() {
    for far in [f32::MAX, f32::MIN, 1e30, 1e-40] {
        let image = normalize(&[vec![point(-far, 0.0), point(far, far)]]);
        assert!(image.iter().any(|&grey| grey > 0), "{far}");
    }
}
