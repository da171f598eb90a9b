//! Pictures as they are decoded: a byte for the width and one for the height, then each pixel's grey and opacity. Pixels
//! that are missing repeat the ones that are there.

use crate::Target;
use lenet::data::Canvas;
use lenet::data::picture::{Picture, line, normalize};

pub const TARGET: Target = Target {
    name: "picture",
    seeds: || {
        let sheet = |size: u8, ink: [u8; 2], paper: [u8; 2]| {
            let middle = usize::from(size) / 2;
            let pixel = move |at: usize| {
                let (x, y) = (at % usize::from(size), at / usize::from(size));
                let is_ink = x.abs_diff(middle) < 3 && y > 3 && y + 3 < usize::from(size) || y == middle && x > 3;
                if is_ink { ink } else { paper }
            };
            let pixels = (0..usize::from(size).pow(2)).flat_map(pixel);
            [size - 1; 2].into_iter().chain(pixels).collect::<Vec<u8>>()
        };
        vec![
            sheet(28, [255, 255], [0, 255]),
            sheet(30, [20, 255], [230, 255]),
            sheet(24, [255, 255], [255, 0]),
            vec![31, 8, 250, 255, 10, 255, 250, 255],
            vec![0, 0, 0, 0],
        ]
    },
    mend: super::as_it_is,
    passes: |bytes| bytes.len() > 3,
    check,
    memory: (4 << 20, 256),
    longest: 2048,
};

/// The longest side in pixels: a larger picture takes too long for millions of inputs.
const LONGEST: usize = 32;

fn check(bytes: &[u8]) {
    let (Some(&[width, height]), Some(pixels)) = (bytes.first_chunk(), bytes.get(2..)) else { return };
    let [width, height] = [width, height].map(|side| 1 + usize::from(side) % LONGEST);
    let pixels = pixels.as_chunks::<2>().0;
    if pixels.is_empty() {
        return;
    }
    let rgba: Vec<u8> =
        pixels.iter().cycle().take(width * height).flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]).collect();
    let picture = Picture { width, height, rgba: &rgba };
    if let Ok(read) = normalize(&picture) {
        assert!(read.image.iter().any(|&ink| ink > 0), "what is read has ink");
    }
    if let Ok((canvas, _)) = line(&picture) {
        let Canvas { height, width, pixels } = canvas;
        assert!(height <= Canvas::MAX_SIDES[0] && width <= Canvas::MAX_SIDES[1] && pixels.len() == height * width);
        assert!(pixels.iter().all(|ink| (0.0..=1.0).contains(ink)), "every pixel is between paper and ink");
    }
}
