//! What the tests share: small datasets, reading a tap at once, and comparing numbers.

use lenet::backend::cpu::CpuBackend;
pub use lenet::backend::cpu::now;
use lenet::backend::{Backend, Tap};
use lenet::data::{Dataset, Format, MNIST};
use lenet::network::Plan;
use lenet::rng::{Rng, Stream};
use std::sync::Arc;

/// A CPU backend with these parameters.
pub fn engine(plan: &Plan, dataset: &Arc<Dataset>, parameters: &[f32]) -> CpuBackend {
    let mut engine = CpuBackend::new(plan.clone(), dataset.clone());
    engine.write_parameters(parameters);
    engine
}

/// Reads a tap and waits for it.
pub fn read(backend: &mut dyn Backend, tap: Tap) -> Vec<f32> {
    now(backend.read(tap)).unwrap()
}

/// An IDX file of unsigned bytes.
pub fn idx_file(dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    dimensions.iter().for_each(|size| bytes.extend(size.to_be_bytes()));
    bytes.extend(data);
    bytes
}

/// A dataset of training and of test images, each as pixels and labels.
pub fn dataset(format: Format, parts: [(&[u8], &[u8]); 2]) -> Arc<Dataset> {
    let [[a, b], [c, d]] = parts.map(|(pixels, labels)| {
        let count = labels.len() as u32;
        [idx_file(&[count, format.height as u32, format.width as u32], pixels), idx_file(&[count], labels)]
    });
    Arc::new(Dataset::from_idx(format, [a, b, c, d]).unwrap())
}

/// A dataset of training images as large as MNIST's, with one blank test image, which a dataset must have.
pub fn dataset_of(pixels: &[u8], labels: &[u8]) -> Arc<Dataset> {
    dataset(MNIST, [(pixels, labels), (&[0; MNIST.pixels()], &[0])])
}

/// Images of noise on paper (half the pixels are blank, as most of MNIST's are), each with a random label.
pub fn noise_of(format: Format, train: usize, test: usize, seed: u32) -> Arc<Dataset> {
    let mut rng = Rng::new(seed, Stream::Test(1));
    let mut bytes = |count: usize, end: u32| (0..count).map(|_| rng.below(end) as u8).collect::<Vec<u8>>();
    let mut part = |count: usize| {
        let (pixels, blank) = (bytes(count * format.pixels(), 256), bytes(count * format.pixels(), 2));
        let pixels: Vec<u8> = pixels.iter().zip(blank).map(|(pixel, blank)| pixel * blank).collect();
        (pixels, bytes(count, format.classes as u32))
    };
    let (train, test) = (part(train), part(test));
    dataset(format, [(&train.0, &train.1), (&test.0, &test.1)])
}

/// Images of noise as large as MNIST's.
pub fn noise_split(train: usize, test: usize, seed: u32) -> Arc<Dataset> {
    noise_of(MNIST, train, test, seed)
}

/// `count` training images of noise.
pub fn noise(count: usize, seed: u32) -> Arc<Dataset> {
    noise_split(count, 1, seed)
}

/// An image as the network sees it, pixels in 0..1, and its label.
pub fn example(dataset: &Dataset, index: u32) -> (Vec<f64>, u8) {
    let pixels = dataset.image(index).iter().map(|&byte| f64::from(byte) / 255.0);
    (pixels.collect(), dataset.label(index))
}

/// The numbers in f64.
pub fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().map(|&x| f64::from(x)).collect()
}

/// The Euclidean distance.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Fails unless every measured number is within `tolerance` of the expected one, as a share of the largest expected
/// magnitude: the numbers of one tensor are sums of terms of its size, with rounding errors of that size. NaN always fails.
pub fn assert_close(what: &str, measured: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(measured.len(), expected.len(), "{what}: how many numbers");
    let scale = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for (i, (&m, &e)) in measured.iter().zip(expected).enumerate() {
        let error = (m - e).abs();
        assert!(
            error <= tolerance * scale,
            "{what}: number {i} of {} is {m:e} and not {e:e}; off by {error:.1e}, where {:.1e} is allowed",
            expected.len(),
            tolerance * scale
        );
    }
}
