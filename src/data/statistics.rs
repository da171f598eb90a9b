//! The mean and the covariance of the training images, and the rows of the whitening matrix. Each is computed only
//! once.

use crate::network::Preprocessing;
use lenet_kernels::statistics::{Moments, eigen};
use std::sync::{Arc, OnceLock};

/// The statistics that were computed so far.
#[derive(Debug, Default)]
pub struct Statistics {
    moments: OnceLock<Arc<MeanAndCovariance>>,
    whitening: OnceLock<Arc<Vec<f32>>>,
}

/// The moments of pixels from 0 to 1.
#[derive(Debug)]
pub struct MeanAndCovariance {
    pub mean: Vec<f64>,
    pub covariance: Vec<f64>,
}

impl Statistics {
    pub fn moments<'a>(&self, pixels: usize, images: impl Iterator<Item = &'a [u8]>) -> Arc<MeanAndCovariance> {
        let count = || {
            let mut moments = Moments::new(pixels);
            images.for_each(|image| moments.add(image));
            Arc::new(MeanAndCovariance { mean: moments.mean(), covariance: moments.covariance() })
        };
        self.moments.get_or_init(count).clone()
    }

    /// A row of pixels for each principal component: u/(λ + ε)^¼.
    pub fn whitening(&self, moments: &MeanAndCovariance) -> Arc<Vec<f32>> {
        let whiten = || {
            let pixels = moments.mean.len();
            let (values, vectors) = eigen(moments.covariance.clone(), pixels);
            let rows = vectors.chunks_exact(pixels).zip(values).take(Preprocessing::COMPONENTS);
            let row = |(vector, value): (&[f64], f64)| {
                // Rounding can make the variance of a constant slightly negative.
                let root = libm::sqrt(libm::sqrt(value.max(0.0) + Preprocessing::EPSILON));
                vector.iter().map(|x| (x / root) as f32).collect::<Vec<f32>>()
            };
            Arc::new(rows.flat_map(row).collect())
        };
        self.whitening.get_or_init(whiten).clone()
    }
}
