//! MNIST's files: the real four are read, and any other file is refused with the byte where it goes wrong and the
//! reason.

use crate::support::idx_file;
use flate2::read::GzDecoder;
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
    assert_refused(&broken(2, 0x0d), 2, "type 0x0d, and not unsigned bytes");
    assert_refused(&broken(3, 0), 3, "no dimensions");
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
