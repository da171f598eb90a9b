//! Softmax and cross-entropy with their gradient, on a block of eight images.

use super::activation::exp;
use super::lanes::{LANES, Lanes, ZERO};

/// The distribution that the probabilities are trained towards, and the weight of each image's loss.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// ε of label smoothing: of n classes the label's probability should be 1 − ε + ε/n and each other's ε/n (Szegedy,
    /// Vanhoucke, Ioffe, Shlens, Wojna 2016, section 7).
    pub smoothing: f32,
    /// The weight of an image by its class; empty: 1 for every class.
    pub weights: Vec<f32>,
}

impl Target {
    /// The label alone, with weight 1: the plain cross-entropy.
    pub const PLAIN: Target = Target { smoothing: 0.0, weights: Vec::new() };

    /// The weight of an image of this class.
    #[inline(always)]
    pub fn weight(&self, class: usize) -> f32 {
        if self.weights.is_empty() { 1.0 } else { self.weights[class] }
    }
}

/// The losses and predictions of one block of images.
pub struct Outcome {
    /// Cross-entropy with the target, times the image's weight; nats. For `Target::PLAIN`: −ln of the label's probability.
    pub loss: Lanes,
    /// The class with the largest logit; the first of several equal ones.
    pub predicted: [u8; LANES],
}

/// Replaces logits by probabilities: p = e^(z − max z) / Σ e^(z − max z). Returns the losses against `labels`.
pub fn softmax(values: &mut [Lanes], labels: &[u8; LANES], target: &Target) -> Outcome {
    let mut largest = values[0];
    let mut predicted = [0; LANES];
    let (mut label, mut all) = (ZERO, ZERO);
    for (class, logits) in values.iter().enumerate() {
        for image in 0..LANES {
            if logits[image] > largest[image] {
                (largest[image], predicted[image]) = (logits[image], class as u8);
            }
            if usize::from(labels[image]) == class {
                label[image] = logits[image];
            }
            all[image] += logits[image];
        }
    }
    let mut sum = ZERO;
    for logits in values.iter_mut() {
        for image in 0..LANES {
            logits[image] = exp(logits[image] - largest[image]);
            sum[image] += logits[image];
        }
    }
    for powers in values.iter_mut() {
        for image in 0..LANES {
            powers[image] /= sum[image];
        }
    }
    let each = target.smoothing / values.len() as f32;
    let loss = std::array::from_fn(|image| {
        // Σ target · logit.
        let expected =
            if each == 0.0 { label[image] } else { (1.0 - target.smoothing) * label[image] + each * all[image] };
        target.weight(usize::from(labels[image])) * (libm::logf(sum[image]) + largest[image] - expected)
    });
    Outcome { loss, predicted }
}

/// Replaces probabilities p by the gradient of the mean loss over `batch` images, (p − target)·weight/batch, for the first
/// `images` of the block, and by zero for the others, which only fill it.
pub fn backward(probabilities: &mut [Lanes], labels: &[u8; LANES], images: usize, batch: usize, target: &Target) {
    let share = 1.0 / batch as f32;
    let weights: Lanes = std::array::from_fn(|image| share * target.weight(usize::from(labels[image])));
    let each = target.smoothing / probabilities.len() as f32;
    for (class, lanes) in probabilities.iter_mut().enumerate() {
        for image in 0..LANES {
            let label = usize::from(labels[image]);
            let expected = if label == class { 1.0 - target.smoothing + each } else { each };
            lanes[image] = if image < images { (lanes[image] - expected) * weights[image] } else { 0.0 };
        }
    }
}
