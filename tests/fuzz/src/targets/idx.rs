//! IDX files: as MNIST's are, whole and in pieces, and as others make them.

use crate::Target;
use lenet::data::{Dataset, Format, MNIST, idx, variants};

const SMALL: Format = Format { height: 3, width: 2, classes: 10 };

pub const TARGET: Target = Target {
    name: "idx",
    seeds,
    mend,
    passes: |bytes| size(bytes).is_some() && bytes.len() >= 4 + 4 * usize::from(bytes[3]),
    check,
    memory: (32 << 10, 16),
    longest: 1024,
};

fn seeds() -> Vec<Vec<u8>> {
    let files = [
        (8, &[4, 3, 2][..]),
        (8, &[5]),
        (8, &[0, 3, 2]),
        (8, &[1, 1, 1, 1, 1]),
        (8, &[1, 28, 28]),
        (8, &[1, 784]),
        (9, &[6, 1]),
        (0x0b, &[6]),
        (0x0c, &[2, 8]),
        (0x0d, &[3]),
        (0x0e, &[2]),
    ];
    files.map(|(kind, dimensions)| file(kind, dimensions)).into()
}

/// A file of elements of this type, whose last byte is a class.
fn file(kind: u8, dimensions: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    let size = size(&bytes).expect("a type that exists");
    let element = |at: u32| std::iter::repeat_n(0, size - 1).chain([at as u8 % 10]);
    bytes.extend((0..dimensions.iter().product()).flat_map(element));
    bytes
}

/// The bytes of an element, if a file begins as IDX files do.
fn size(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0, 0, 8 | 9, 1..=8, ..] => Some(1),
        [0, 0, 0x0b, 1..=8, ..] => Some(2),
        [0, 0, 0x0c | 0x0d, 1..=8, ..] => Some(4),
        [0, 0, 0x0e, 1..=8, ..] => Some(8),
        _ => None,
    }
}

/// Makes the magic number right, and adds or removes data until there is as much as the dimensions promise.
fn mend(bytes: &mut Vec<u8>) {
    if size(bytes).is_none() {
        bytes.iter_mut().zip([0, 0, 8, 1]).for_each(|(to, from)| *to = from);
    }
    let Some(size) = size(bytes) else { return };
    let header = 4 + 4 * usize::from(bytes[3]);
    let dimensions = bytes[4..].as_chunks().0.iter().take(usize::from(bytes[3]));
    let count = dimensions.fold(1_usize, |count, &size| count.saturating_mul(u32::from_be_bytes(size) as usize));
    let length = header.saturating_add(count.saturating_mul(size));
    if length <= TARGET.longest {
        bytes.resize(length, 3);
    }
}

fn check(bytes: &[u8]) {
    match idx::parse(bytes) {
        Ok(read) => assert_eq!(idx::write(&read.dimensions, read.data), bytes, "what was read is the whole file"),
        Err(error) => assert!(error.byte <= bytes.len() && !error.reason.is_empty(), "{error:?}"),
    }
    check_arrival(bytes);
    check_images(bytes);
    match variants::labels(bytes) {
        Ok(labels) => assert!(labels.iter().all(|&label| label < 10) && labels.len() < bytes.len()),
        Err(why) => assert!(!why.is_empty()),
    }
}

/// Images that arrive: however a file is cut, the answer is the same.
fn check_arrival(bytes: &[u8]) {
    let files = || [file(8, &[4]), file(8, &[4, 3, 2]), file(8, &[4])];
    let store = || Dataset::expecting(SMALL, files()).expect("well-formed files");
    let (whole, pieces) = (store(), store());
    let at_once = whole.add_images(bytes).and_then(|()| whole.end_images());
    let step = bytes.len() / 3 + 1;
    let in_pieces =
        bytes.chunks(step).try_for_each(|piece| pieces.add_images(piece)).and_then(|()| pieces.end_images());
    assert_eq!(at_once.is_ok(), in_pieces.is_ok(), "{at_once:?}, {in_pieces:?}");
}

/// Images as others make them: mirrored twice, they are what they were.
fn check_images(bytes: &[u8]) {
    match variants::images(bytes, false) {
        Ok(upright) => {
            let write = |pixels: &[u8]| idx::write(&[pixels.len() / MNIST.pixels(), MNIST.height, MNIST.width], pixels);
            let mirrored = variants::images(bytes, true).expect("the same file");
            let again = variants::images(&write(&mirrored.pixels), true).expect("images in MNIST's form");
            assert!(again.pixels == upright.pixels && !again.inverted && mirrored.inverted == upright.inverted);
        }
        Err(why) => assert!(!why.is_empty()),
    }
}
