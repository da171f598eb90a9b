//! MNIST's files as others make them, brought into the form of the original ones: labels as integers of any size or in
//! QMNIST's table, images with other dimensions, on their side, or dark on light.

use super::idx;
use super::mnist::MNIST;

/// Unpacked images in MNIST's form: 28×28 bytes for each, ink bright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// The pixels of one image after the other.
    pub pixels: Vec<u8>,
    /// Whether the images were dark on light, so that they were inverted.
    pub inverted: bool,
}

/// Reads an IDX file of 28×28 images. Dimensions of 1 after the first are ignored, and [count, 784] is accepted too.
/// `transpose` mirrors each image at its diagonal, because EMNIST's lie on their side. Images whose rims are bright on
/// average are taken to be dark on light.
///
/// # Errors
/// The reason why it is no such file, in one sentence.
pub fn images(bytes: &[u8], transpose: bool) -> Result<Images, String> {
    let idx = idx::parse(bytes).map_err(|error| error.to_string())?;
    let (side, area) = (MNIST.width, MNIST.pixels());
    let first = idx.dimensions[0];
    let rest: Vec<usize> = idx.dimensions[1..].iter().copied().filter(|&size| size != 1).collect();
    match (first, &rest[..]) {
        (_, &[size]) if size == area => {}
        (_, &[height, width]) if (height, width) == (side, side) => {}
        (height, &[width]) if (height, width) == (side, side) && idx.dimensions.len() == 2 => {}
        (count, []) => return Err(format!("these are {count} labels and no images")),
        _ => return Err(format!("dimensions {:?}, and not [count, {side}, {side}]", idx.dimensions)),
    }
    let mut pixels = idx.data.to_vec();
    if transpose {
        for image in pixels.chunks_exact_mut(area) {
            for y in 0..side {
                (0..y).for_each(|x| image.swap(y * side + x, x * side + y));
            }
        }
    }
    let inverted = is_dark_on_light(&pixels, side);
    if inverted {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    Ok(Images { pixels, inverted })
}

/// Whether the rims of images with this side are brighter than the middle of the range, on average over all images.
fn is_dark_on_light(pixels: &[u8], side: usize) -> bool {
    let is_rim = |at: usize| [at / side, at % side].iter().any(|&place| place == 0 || place == side - 1);
    let rim: Vec<usize> = (0..side * side).filter(|&at| is_rim(at)).collect();
    let images = pixels.chunks_exact(side * side);
    let count = images.len() * rim.len();
    let sum: u64 = images.map(|image| rim.iter().map(|&at| u64::from(image[at])).sum::<u64>()).sum();
    2 * sum > 255 * count as u64
}

/// Reads an IDX file of labels: [count] integers of any size, or [count, 8] as in QMNIST, where the class is the first of
/// eight columns.
///
/// # Errors
/// The reason why it is no such file, in one sentence.
pub fn labels(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let (dimensions, numbers) = idx::integers(bytes).map_err(|error| error.to_string())?;
    let columns = match dimensions[..] {
        [_] | [_, 1] => 1,
        [_, 8] => 8,
        [count, _, _] => return Err(format!("these are {count} images and no labels")),
        _ => return Err(format!("dimensions {dimensions:?}, and not [count], one label per image")),
    };
    let label = |(at, row): (usize, &[i64])| {
        u8::try_from(row[0])
            .ok()
            .filter(|&label| usize::from(label) < MNIST.classes)
            .ok_or_else(|| format!("label {} of image {at} is not a class from 0 to {}", row[0], MNIST.classes - 1))
    };
    numbers.chunks_exact(columns).enumerate().map(label).collect()
}
