//! Computes the parameters of preprocessing layers from the training images.

use super::{Dataset, Split};
use crate::network::{Layer, Plan, Preprocessing};

/// The number of training images, taken from the first, that are used. Their statistics agree with those of all images
/// to two digits.
const SAMPLED: u32 = 10_000;

impl Dataset {
    /// Sets the parameters of the preprocessing layers of `plan`: the mean image, and each pixel's 1/√(σ² + ε), or each
    /// principal component's u/(λ + ε)^¼, so that Σ w (w · x) whitens an image x.
    ///
    /// # Panics
    /// The training images that it needs have not arrived (see `has_statistics`).
    pub fn put_statistics(&self, plan: &Plan, parameters: &mut [f32]) {
        for layer in &plan.layers {
            let Layer::Preprocess { kind } = layer.layer else { continue };
            let images = self.sampled().map(|image| self.image(image));
            let moments = self.statistics.moments(self.pixels(), images);
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
                Preprocessing::Whiten => weights.copy_from_slice(&self.statistics.whitening(&moments)),
            }
        }
    }

    /// Whether the training images that `put_statistics` needs for this network have arrived.
    pub fn has_statistics(&self, plan: &Plan) -> bool {
        let preprocesses = plan.layers.iter().any(|layer| matches!(layer.layer, Layer::Preprocess { .. }));
        !preprocesses || self.has_sampled()
    }

    /// Whether the training images have arrived from which statistics are computed.
    pub fn has_sampled(&self) -> bool {
        self.has(self.sampled())
    }

    fn sampled(&self) -> std::ops::Range<u32> {
        let training = self.split(Split::Train, false);
        training.start..training.end.min(training.start + SAMPLED)
    }
}
