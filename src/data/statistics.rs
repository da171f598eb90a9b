//! The mean and the covariance of the training images, for layers that preprocess.

use super::Dataset;
use crate::network::{Layer, Plan, Preprocessing};
use lenet_kernels::statistics::{Moments, eigen};
use std::sync::{Arc, OnceLock};

/// How many of the first training images are taken: enough for statistics that agree to two digits with those of all.
const SAMPLED: u32 = 10_000;

/// What has been computed so far.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    moments: OnceLock<Arc<MeanAndCovariance>>,
    whitening: OnceLock<Arc<Vec<f32>>>,
}

/// Pixels are numbers from 0 to 1.
#[derive(Debug)]
struct MeanAndCovariance {
    mean: Vec<f64>,
    covariance: Vec<f64>,
}

impl Dataset {
    /// Sets the parameters of the preprocessing layers of `plan`: the mean image, and each pixel's 1/√(σ² + ε), or each
    /// principal component's u/(λ + ε)^¼, so that Σ w (w · x) whitens an image x.
    ///
    /// # Panics
    /// If the training images that it needs have not arrived: see `has_statistics`.
    pub fn put_statistics(&self, plan: &Plan, parameters: &mut [f32]) {
        for layer in &plan.layers {
            let Layer::Preprocess { kind } = layer.layer else { continue };
            let moments = self.moments();
            let mean = parameters[layer.biases.clone()].iter_mut().zip(&moments.mean);
            mean.for_each(|(to, &mean)| *to = mean as f32);
            let weights = &mut parameters[layer.weights.clone()];
            match kind {
                Preprocessing::Center => {}
                Preprocessing::Standardize => {
                    let variances = moments.covariance.iter().step_by(self.pixels() + 1);
                    for (to, variance) in weights.iter_mut().zip(variances) {
                        *to = (1.0 / libm::sqrt(variance + Preprocessing::EPSILON)) as f32;
                    }
                }
                Preprocessing::Whiten => weights.copy_from_slice(&self.whitening(&moments)),
            }
        }
    }

    /// Whether the training images that `put_statistics` needs for this network have arrived.
    pub fn has_statistics(&self, plan: &Plan) -> bool {
        let preprocesses = plan.layers.iter().any(|layer| matches!(layer.layer, Layer::Preprocess { .. }));
        !preprocesses || self.has(self.sampled())
    }

    fn sampled(&self) -> std::ops::Range<u32> {
        let training = self.split(super::Split::Train, false);
        training.start..training.end.min(training.start + SAMPLED)
    }

    fn moments(&self) -> Arc<MeanAndCovariance> {
        let count = || {
            let mut moments = Moments::new(self.pixels());
            self.sampled().for_each(|image| moments.add(self.image(image)));
            Arc::new(MeanAndCovariance { mean: moments.mean(), covariance: moments.covariance() })
        };
        self.statistics.moments.get_or_init(count).clone()
    }

    fn whitening(&self, moments: &MeanAndCovariance) -> Arc<Vec<f32>> {
        let whiten = || {
            let (values, vectors) = eigen(moments.covariance.clone(), self.pixels());
            let rows = vectors.chunks_exact(self.pixels()).zip(values).take(Preprocessing::COMPONENTS);
            let row = |(vector, value): (&[f64], f64)| {
                // Rounding leaves the variance of a constant a little below zero.
                let root = libm::sqrt(libm::sqrt(value.max(0.0) + Preprocessing::EPSILON));
                vector.iter().map(|x| (x / root) as f32).collect::<Vec<f32>>()
            };
            Arc::new(rows.flat_map(row).collect())
        };
        self.statistics.whitening.get_or_init(whiten).clone()
    }
}
