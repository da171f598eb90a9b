//! MNIST's files: the real four are read, and any other file is refused with the byte where it goes wrong and the
//! reason.

use crate::support::idx_file;
use flate2::read::GzDecoder;
use lenet::data::variants::{self, Images};
use lenet::data::{Dataset, MNIST, PIECE, Split, idx};
use lenet::rng::{Rng, Stream};
use serde_json::{Value, json};
use std::io::Read;

/// The refusal of `bytes`: where, and why.
fn refusal(bytes: &[u8]) -> (usize, String) {
    let error = idx::parse(bytes).unwrap_err();
    (error.byte, error.reason)
}

#[track_caller]
fn assert_refused(bytes: &[u8], byte: usize, reason: &str) {
    let (at, why) = refusal(bytes);
    assert_eq!(at, byte, "{why}");
    assert!(why.contains(reason), "{why}");
}

#[test]
fn a_file_as_it_should_be_is_its_dimensions_and_its_data() {
    let file = idx_file(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let idx = idx::parse(&file).unwrap();
    assert_eq!(idx.dimensions, [2, 3]);
    assert_eq!(idx.data, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn every_prefix_of_a_file_is_refused_at_its_end() {
    let file = idx_file(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    for length in 0..file.len() {
        assert_refused(&file[..length], length, "the file ends");
    }
    assert_refused(&file[..3], 3, "magic number");
    assert_refused(&file[..7], 7, "dimension 1 of 2");
    assert_refused(&file[..11], 11, "dimension 2 of 2");
    assert_refused(&file[..15], 15, "after 3 of the 6 bytes");
}

#[test]
fn bytes_after_the_end_are_refused_at_the_first_of_them() {
    let mut file = idx_file(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    file.extend([0, 0]);
    assert_refused(&file, 18, "2 bytes follow the 6");
}

#[test]
fn a_wrong_magic_number_is_refused_at_its_wrong_byte() {
    let broken = |byte: usize, value| {
        let mut file = idx_file(&[2], &[1, 2]);
        file[byte] = value;
        file
    };
    assert_refused(&broken(0, 0x50), 0, "0x50");
    assert_refused(&broken(1, 0x4b), 1, "0x4b");
    assert_refused(&broken(2, 0x0d), 2, "its elements are 32-bit floats (type 0x0d), and not unsigned bytes");
    assert_refused(&broken(2, 0x0c), 2, "its elements are 32-bit integers (type 0x0c), and not unsigned bytes");
    assert_refused(&broken(2, 0x0a), 2, "there is no element type 0x0a");
    assert_refused(&broken(3, 0), 3, "no dimensions");
    assert_refused(&idx_file(&[0; 255], &[]), 3, "255 dimensions, where images have 3 and labels 1");
}

#[test]
fn a_gzipped_file_is_told_apart() {
    assert_refused(&packed("t10k-labels-idx1-ubyte"), 0, "still gzipped");
}

#[test]
fn dimensions_no_file_can_have_are_refused_at_the_one_too_many() {
    assert_refused(&idx_file(&[u32::MAX, u32::MAX, u32::MAX], &[]), 12, "more than any file holds");
    assert_refused(&idx_file(&[u32::MAX, u32::MAX], &[]), 12, "the file ends after 0 of");
}

/// Noise causes no panic and is never accepted: it would have to state its own length by chance.
#[test]
fn noise_is_refused() {
    let mut rng = Rng::new(1, Stream::Test(0));
    for _ in 0..20_000 {
        let mut bytes: Vec<u8> = (0..rng.below(64)).map(|_| rng.bits() as u8).collect();
        // Half of the files have a valid magic number, so that the noise is in the dimensions.
        if bytes.len() >= 4 && rng.below(2) == 0 {
            bytes[..4].copy_from_slice(&[0, 0, 8, 1 + rng.below(8) as u8]);
        }
        let (byte, _) = refusal(&bytes);
        assert!(byte <= bytes.len());
    }
}

/// Two training images and one test image, with one thing changed.
fn dataset_with(change: impl FnOnce(&mut [Vec<u8>; 4])) -> Result<Dataset, String> {
    let mut files = [
        idx_file(&[2, 28, 28], &[7; 2 * 784]),
        idx_file(&[2], &[3, 9]),
        idx_file(&[1, 28, 28], &[5; 784]),
        idx_file(&[1], &[0]),
    ];
    change(&mut files);
    Dataset::from_idx(MNIST, files).map_err(|error| error.to_string())
}

#[test]
fn a_dataset_is_refused_with_the_file_the_byte_and_the_reason() {
    assert!(dataset_with(|_| ()).is_ok());
    let refused = |change: fn(&mut [Vec<u8>; 4])| dataset_with(change).unwrap_err();

    assert_eq!(
        refused(|files| files[0].truncate(100)),
        "train-images: byte 100: the file ends after 84 of the 1568 bytes of data its dimensions [2, 28, 28] promise"
    );
    assert_eq!(
        refused(|files| files[2] = idx_file(&[1, 32, 32], &[0; 1024])),
        "test-images: byte 4: dimensions [1, 32, 32], and not [count, 28, 28]"
    );
    assert_eq!(
        refused(|files| files[0] = idx_file(&[0, 28, 28], &[])),
        "train-images: byte 4: dimensions [0, 28, 28], and not [count, 28, 28]"
    );
    assert_eq!(
        refused(|files| files.swap(0, 1)),
        "train-images: byte 4: dimensions [2], and not [count, 28, 28]",
        "labels for images"
    );
    assert_eq!(
        refused(|files| files[1] = idx_file(&[3], &[1, 2, 3])),
        "train-labels: byte 4: dimensions [3], and not [2], one label per image"
    );
    assert_eq!(refused(|files| files[1][9] = 10), "train-labels: byte 9: label 10 is not a class from 0 to 9");
    assert_eq!(refused(|files| files[3][8] = 255), "test-labels: byte 8: label 255 is not a class from 0 to 9");
}

/// Two images of an L, which is no other letter on its side or mirrored.
fn letters() -> Vec<u8> {
    let pixel = |at: usize| {
        if (4..8).contains(&(at % 28)) && at / 28 > 3 && at / 28 < 24 || at / 28 == 23 && at % 28 < 18 {
            250
        } else {
            3
        }
    };
    (0..2 * 784).map(|at| pixel(at % 784)).collect()
}

#[test]
fn images_in_other_shapes_turned_or_inverted_are_brought_into_mnists_form() {
    let upright = letters();
    let read = |file: &[u8], transpose| {
        variants::images(file, transpose).map(|Images { pixels, inverted }| (pixels, inverted))
    };
    let plain = Ok((upright.clone(), false));
    for dimensions in [&[2, 28, 28][..], &[2, 784], &[2, 1, 28, 28], &[2, 28, 28, 1], &[2, 1, 784]] {
        assert_eq!(read(&idx_file(dimensions, &upright), false), plain, "{dimensions:?}");
    }
    assert_eq!(read(&idx_file(&[28, 28], &upright[..784]), false), Ok((upright[..784].to_vec(), false)));
    let on_side: Vec<u8> = (0..2 * 784).map(|at| upright[at / 784 * 784 + at % 28 * 28 + at % 784 / 28]).collect();
    assert_ne!(on_side, upright);
    assert_eq!(read(&idx_file(&[2, 28, 28], &on_side), true), plain);
    let dark: Vec<u8> = upright.iter().map(|grey| 255 - grey).collect();
    assert_eq!(read(&idx_file(&[2, 28, 28], &dark), false), Ok((upright, true)));
    assert_eq!(read(&idx_file(&[0, 28, 28], &[]), false), Ok((vec![], false)));
    let refusal = |dimensions: &[u32], data: &[u8]| read(&idx_file(dimensions, data), false).unwrap_err();
    assert_eq!(refusal(&[20], &[3; 20]), "these are 20 labels and no images");
    assert_eq!(refusal(&[1, 32, 32], &[0; 1024]), "dimensions [1, 32, 32], and not [count, 28, 28]");
    assert_eq!(refusal(&[1, 3, 28, 28], &[0; 3 * 784]), "dimensions [1, 3, 28, 28], and not [count, 28, 28]");
}

#[test]
fn labels_of_any_integers_are_read_and_those_of_qmnist() {
    let with_type = |kind: u8, dimensions: &[u32], data: &[u8]| {
        let mut file = idx_file(dimensions, data);
        file[2] = kind;
        file
    };
    assert_eq!(variants::labels(&idx_file(&[3], &[5, 0, 9])), Ok(vec![5, 0, 9]));
    assert_eq!(variants::labels(&with_type(0x09, &[3], &[5, 0, 9])), Ok(vec![5, 0, 9]));
    assert_eq!(variants::labels(&with_type(0x0b, &[2], &[0, 5, 0, 9])), Ok(vec![5, 9]));
    assert_eq!(variants::labels(&with_type(0x0c, &[2, 1], &[0, 0, 0, 5, 0, 0, 0, 9])), Ok(vec![5, 9]));
    // Class, series, writer, digit, class, byte, byte, byte.
    let row = |class: u8| {
        [[0, 0, 0, class], [0, 0, 0, 1], [0, 0, 12, 3], [0; 4], [0, 0, 0, 77], [0; 4], [0; 4], [0; 4]].concat()
    };
    let table = [row(7), row(2)].concat();
    assert_eq!(variants::labels(&with_type(0x0c, &[2, 8], &table)), Ok(vec![7, 2]));
    let refusal = |file: &[u8]| variants::labels(file).unwrap_err();
    assert_eq!(refusal(&idx_file(&[2], &[3, 10])), "label 10 of image 1 is not a class from 0 to 9");
    assert_eq!(refusal(&with_type(0x0c, &[1], &[255; 4])), "label -1 of image 0 is not a class from 0 to 9");
    assert_eq!(refusal(&idx_file(&[1, 28, 28], &[0; 784])), "these are 1 images and no labels");
    assert!(refusal(&with_type(0x0d, &[1], &[0; 4])).contains("32-bit floats (type 0x0d), and not integers"));
    assert!(refusal(&with_type(0x0c, &[2, 8], &table[..40])).contains("ends after 40 of the 64 bytes"));
    assert!(refusal(&with_type(0x0c, &[u32::MAX; 2], &[])).contains("than any file holds") || usize::BITS == 64);
}

/// One of the four shipped files.
fn packed(name: &str) -> Vec<u8> {
    let path = format!("{}/assets/mnist/{name}.gz", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// MNIST itself.
pub fn mnist() -> Dataset {
    Dataset::from_idx(MNIST, unpacked()).unwrap()
}

fn unpacked() -> [Vec<u8>; 4] {
    let unpack = |name: &str| {
        let mut bytes = vec![];
        GzDecoder::new(&packed(name)[..]).read_to_end(&mut bytes).unwrap();
        bytes
    };
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
        .map(unpack)
}

/// The CRC-32 as gzip's library computes it.
pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The page checks what it downloads against these digests. The failure says what they have to be.
#[test]
fn the_shipped_digests_are_those_of_the_shipped_files() {
    let pieces = |file: &[u8], header: usize, size: usize| file[header..].chunks(size).map(crc).collect::<Vec<u32>>();
    let [images, others @ ..] = unpacked();
    let mut digests = vec![("train-images", pieces(&images, 16, PIECE * 784))];
    for (name, file) in ["train-labels", "test-images", "test-labels"].into_iter().zip(&others) {
        digests.push((name, pieces(file, 0, file.len())));
    }
    let wanted: Value = digests.into_iter().map(|(name, digests)| (name, json!(digests))).collect();
    let shipped: Value = serde_json::from_slice(&std::fs::read("assets/mnist/crc32.json").unwrap()).unwrap();
    assert!(shipped == wanted, "assets/mnist/crc32.json has to be {wanted}");
}

#[test]
fn the_shipped_files_are_mnist() {
    let mnist = mnist();
    assert_eq!(mnist.split(Split::Train, false), 0..50_000);
    assert_eq!(mnist.split(Split::Train, true), 0..60_000);
    assert_eq!(mnist.split(Split::Validation, false), 50_000..60_000);
    assert_eq!(mnist.split(Split::Test, false), 60_000..70_000);

    let mut histogram = [0; 10];
    mnist.split(Split::Test, false).for_each(|image| histogram[usize::from(mnist.label(image))] += 1);
    assert_eq!(histogram, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    // The first training image is the 5 that every book shows, the first test image a 7.
    assert_eq!([mnist.label(0), mnist.label(60_000)], [5, 7]);

    // The mean and the standard deviation of all training pixels, as they are often quoted.
    let pixels = || (0..60_000).flat_map(|image| mnist.image(image)).map(|&byte| f64::from(byte) / 255.0);
    let mean = pixels().sum::<f64>() / (60_000.0 * 784.0);
    let variance = pixels().map(|pixel| (pixel - mean).powi(2)).sum::<f64>() / (60_000.0 * 784.0);
    assert!((mean - 0.1307).abs() < 5e-5, "mean {mean}");
    assert!((variance.sqrt() - 0.3081).abs() < 5e-5, "deviation {}", variance.sqrt());
}
