//! One file for each kind of input.

mod checkpoint;
mod gzip;
mod idx;
mod layers;
mod onnx;
mod picture;
mod picture_file;
mod settings;
mod state_dict;
mod strokes;

use crate::Target;
use lenet::data::Dataset;
use std::sync::{Arc, LazyLock};

/// All targets.
pub const TARGETS: [Target; 10] = [
    checkpoint::TARGET,
    gzip::TARGET,
    idx::TARGET,
    layers::TARGET,
    onnx::TARGET,
    picture::TARGET,
    picture_file::TARGET,
    settings::TARGET,
    state_dict::TARGET,
    strokes::TARGET,
];

/// What needs no repair.
fn as_it_is(_: &mut Vec<u8>) {}

/// 60 images of noise to train on, and 20 to test with.
static IMAGES: LazyLock<Arc<Dataset>> = LazyLock::new(|| {
    let file = |dimensions: &[u32], byte: fn(u32) -> u8| {
        let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
        bytes.extend(dimensions.iter().flat_map(|size| size.to_be_bytes()));
        bytes.extend((0..dimensions.iter().product()).map(byte));
        bytes
    };
    let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24) as u8;
    let label = |at: u32| (at % 10) as u8;
    let files = [file(&[60, 28, 28], noise), file(&[60], label), file(&[20, 28, 28], noise), file(&[20], label)];
    Arc::new(Dataset::from_idx(lenet::data::MNIST, files).expect("well-formed files"))
});
