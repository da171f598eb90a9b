//! Softmax and cross-entropy with their gradient, on a block of eight images.

use super::activation::exp;
use super::lanes::{LANES, Lanes, ZERO};

/// What is learned from each image: towards what, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// ε of label smoothing: the label is wanted with probability 1 − ε + ε/10, each other class with ε/10 (Szegedy,
    /// Vanhoucke, Ioffe, Shlens, Wojna 2016, section 7).
    pub smoothing: f32,
    /// What an image of each class weighs.
    pub weights: [f32; 10],
}

impl Target {
    /// The label alone, each image as much as any other.
    pub const PLAIN: Target = Target { smoothing: 0.0, weights: [1.0; 10] };

    /// What an image of this class weighs.
    pub fn weight(&self, class: usize) -> f32 {
        self.weights[class]
    }
}

impl Default for Target {
    fn default() -> Self {
        Target::PLAIN
    }
}

/// What a block's images came to.
pub struct Outcome {
    /// Cross-entropy with what is wanted, times its weight; nats. Plainly: −ln of the probability given to the label.
    pub loss: Lanes,
    /// The class with the largest logit; of equal ones the first.
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
        let wanted =
            if each == 0.0 { label[image] } else { (1.0 - target.smoothing) * label[image] + each * all[image] };
        let weight = target.weights[usize::from(labels[image])];
        weight * (libm::logf(sum[image]) + largest[image] - wanted)
    });
    Outcome { loss, predicted }
}

/// Replaces probabilities by the gradient of the mean loss over `batch` images, (p − wanted)·weight, for the first
/// `images` of the block, and by zero for the others, which only fill it.
pub fn backward(probabilities: &mut [Lanes], labels: &[u8; LANES], images: usize, batch: usize, target: &Target) {
    let share = 1.0 / batch as f32;
    let each = target.smoothing / probabilities.len() as f32;
    for (class, lanes) in probabilities.iter_mut().enumerate() {
        for image in 0..LANES {
            let label = usize::from(labels[image]);
            let wanted = if label == class { 1.0 - target.smoothing + each } else { each };
            let share = share * target.weights[label];
            lanes[image] = if image < images { (lanes[image] - wanted) * share } else { 0.0 };
        }
    }
}
