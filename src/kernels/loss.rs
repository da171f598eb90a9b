//! Softmax and cross-entropy with their gradient, on a block of eight images.

use super::activation::exp;
use super::lanes::{LANES, Lanes, ZERO};

/// What a block's images came to.
pub struct Outcome {
    /// −ln of the probability given to the label; nats.
    pub loss: Lanes,
    /// The class with the largest logit; of equal ones the first.
    pub said: [u8; LANES],
}

/// Replaces logits by probabilities: p = e^(z − max z) / Σ e^(z − max z). Returns the losses against `labels`.
pub fn softmax(values: &mut [Lanes], labels: &[u8; LANES]) -> Outcome {
    let mut largest = values[0];
    let mut said = [0; LANES];
    let mut label = ZERO;
    for (class, logits) in values.iter().enumerate() {
        for image in 0..LANES {
            if logits[image] > largest[image] {
                (largest[image], said[image]) = (logits[image], class as u8);
            }
            if usize::from(labels[image]) == class {
                label[image] = logits[image];
            }
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
    let loss = std::array::from_fn(|image| libm::logf(sum[image]) + largest[image] - label[image]);
    Outcome { loss, said }
}

/// Replaces probabilities by the gradient of the mean loss over `batch` images, p − [label], for the first `images`
/// of the block, and by zero for the others, which only fill it.
pub fn backward(probabilities: &mut [Lanes], labels: &[u8; LANES], images: usize, batch: usize) {
    let share = 1.0 / batch as f32;
    for (class, lanes) in probabilities.iter_mut().enumerate() {
        for image in 0..LANES {
            let target = if usize::from(labels[image]) == class { 1.0 } else { 0.0 };
            lanes[image] = if image < images { (lanes[image] - target) * share } else { 0.0 };
        }
    }
}
