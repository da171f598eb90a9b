//! IDX files, whole and in pieces.

use crate::Target;
use lenet::data::{Dataset, Format, idx};

const SMALL: Format = Format { height: 3, width: 2, classes: 10 };

pub const TARGET: Target = Target {
    name: "idx",
    seeds,
    mend: |bytes| bytes.iter_mut().zip([0, 0, 8]).for_each(|(to, from)| *to = from),
    passes: |bytes| bytes.starts_with(&[0, 0, 8]),
    check,
    memory: (16 << 10, 4),
    longest: 512,
};

fn seeds() -> Vec<Vec<u8>> {
    [&[4, 3, 2][..], &[5], &[2, 28, 28][..1], &[0, 3, 2], &[1, 1, 1, 1, 1]].map(file).into()
}

fn file(dimensions: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend((0..dimensions.iter().product()).map(|at| at as u8 % 10));
    bytes
}

fn check(bytes: &[u8]) {
    match idx::parse(bytes) {
        Ok(read) => {
            let dimensions: Vec<u32> = read.dimensions.iter().map(|&size| size as u32).collect();
            let mut again = file(&dimensions);
            again.truncate(4 + 4 * dimensions.len());
            again.extend(read.data);
            assert_eq!(again, bytes, "what was read is the whole file");
        }
        Err(error) => assert!(error.byte <= bytes.len() && !error.reason.is_empty(), "{error:?}"),
    }
    // Images that arrive: however a file is cut, the answer is the same.
    let store = || Dataset::expecting(SMALL, [file(&[4]), file(&[4, 3, 2]), file(&[4])]).expect("well-formed files");
    let (whole, pieces) = (store(), store());
    let at_once = whole.add_images(bytes).and_then(|()| whole.end_images());
    let step = bytes.len() / 3 + 1;
    let in_pieces =
        bytes.chunks(step).try_for_each(|piece| pieces.add_images(piece)).and_then(|()| pieces.end_images());
    assert_eq!(at_once.is_ok(), in_pieces.is_ok(), "{at_once:?}, {in_pieces:?}");
}
