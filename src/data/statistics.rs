//! How the training images vary, for `Preprocessing`.

use super::Dataset;
use crate::network::{Layer, Plan, Preprocessing};
use lenet_kernels::statistics::{Moments, eigen};
use std::sync::{Arc, OnceLock};

/// So many of the first training images are looked at: enough for numbers that are the same to two digits.
pub const LOOKED_AT: u32 = 10_000;

/// Of pixels 0..1.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    moments: OnceLock<Arc<MeanAndCovariance>>,
    whitening: OnceLock<Arc<Vec<f32>>>,
}

#[derive(Debug)]
struct MeanAndCovariance {
    mean: Vec<f64>,
    covariance: Vec<f64>,
}

impl Dataset {
    /// Puts into the preprocessing layers of `plan`, among `parameters`, what is known of the images: the mean, and each
    /// pixel's 1/√(σ² + ε), or each component's u/(λ + ε)^¼, so that Σ w (w · x) whitens.
    ///
    /// # Panics
    /// If the images that `statistics_need` have not arrived.
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
                    let variances = moments.covariance.iter().step_by(Self::PIXELS + 1);
                    for (to, variance) in weights.iter_mut().zip(variances) {
                        *to = (1.0 / libm::sqrt(variance + Preprocessing::EPSILON)) as f32;
                    }
                }
                Preprocessing::Whiten => weights.copy_from_slice(&self.whitening(&moments)),
            }
        }
    }

    /// Whether the training images have arrived that `put_statistics` looks at for this network.
    pub fn has_statistics(&self, plan: &Plan) -> bool {
        let preprocesses = plan.layers.iter().any(|layer| matches!(layer.layer, Layer::Preprocess { .. }));
        !preprocesses || self.has(self.looked_at())
    }

    fn looked_at(&self) -> std::ops::Range<u32> {
        let training = self.split(super::Split::Train, false);
        training.start..training.end.min(training.start + LOOKED_AT)
    }

    fn moments(&self) -> Arc<MeanAndCovariance> {
        let count = || {
            let mut moments = Moments::new(Self::PIXELS);
            self.looked_at().for_each(|image| moments.add(self.image(image)));
            Arc::new(MeanAndCovariance { mean: moments.mean(), covariance: moments.covariance() })
        };
        self.statistics.moments.get_or_init(count).clone()
    }

    fn whitening(&self, moments: &MeanAndCovariance) -> Arc<Vec<f32>> {
        let whiten = || {
            let (values, vectors) = eigen(moments.covariance.clone(), Self::PIXELS);
            let rows = vectors.chunks_exact(Self::PIXELS).zip(values).take(Preprocessing::COMPONENTS);
            let row = |(vector, value): (&[f64], f64)| {
                // What does not vary comes out a little below zero.
                let root = libm::sqrt(libm::sqrt(value.max(0.0) + Preprocessing::EPSILON));
                vector.iter().map(|x| (x / root) as f32).collect::<Vec<f32>>()
            };
            Arc::new(rows.flat_map(row).collect())
        };
        self.statistics.whitening.get_or_init(whiten).clone()
    }
}
