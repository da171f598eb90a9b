//! The training images of an epoch: all of them, fewer of some digits, each five times, or equally many of each digit.

use super::settings::Settings;
use crate::data::{Dataset, Split};
use crate::rng::Rng;
use serde::Serialize;

/// The samples (`Dataset::put_sample`) that a run trains on, in the order of the file. With `imbalance` each digit is rarer
/// than the one before it, and its first images are kept; with `expand` each image also comes moved by a pixel, four times.
pub fn samples(settings: &Settings, dataset: &Dataset) -> Vec<u32> {
    let images = dataset.split(Split::Train, settings.train_on_all);
    let classes = dataset.classes();
    let mut all = vec![0_u32; classes];
    images.clone().for_each(|image| all[usize::from(dataset.label(image))] += 1);
    let rarer = |class: usize| libm::powf(settings.imbalance, -(class as f32) / (classes - 1) as f32);
    let limits: Vec<u32> = (0..classes).map(|class| libm::ceilf(all[class] as f32 * rarer(class)) as u32).collect();
    let mut taken = vec![0_u32; classes];
    let kept = images.filter(|&image| {
        let class = usize::from(dataset.label(image));
        taken[class] += 1;
        taken[class] <= limits[class]
    });
    let moves = if settings.expand { 5 } else { 1 };
    let len = dataset.len() as u32;
    kept.flat_map(|image| (0..moves).map(move |moved| image + moved * len)).collect()
}

/// A digit's share of the samples of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DigitShare {
    /// The number of its samples: its training images, five times as many if they are expanded.
    pub samples: u32,
    /// The number of its samples that an epoch draws.
    pub drawn: u32,
    /// The weight of the loss of each.
    pub weight: f32,
}

/// The share of each digit in a run's samples.
pub fn digits(settings: &Settings, samples: &[u32], dataset: &Dataset) -> Vec<DigitShare> {
    let counts = counts(samples, dataset);
    let drawn = if settings.balanced_sampling { shares(&counts) } else { counts.clone() };
    let weights = if settings.class_weights { class_weights(samples, dataset) } else { vec![1.0; dataset.classes()] };
    let numbers = counts.into_iter().zip(drawn).zip(weights);
    numbers.map(|((samples, drawn), weight)| DigitShare { samples, drawn, weight }).collect()
}

/// The weight of each digit's images with which all digits weigh the same and an image 1 on average: n / (digits · n_digit).
pub fn class_weights(samples: &[u32], dataset: &Dataset) -> Vec<f32> {
    let counts = counts(samples, dataset);
    let present = present(&counts);
    counts.into_iter().map(|count| samples.len() as f32 / (present as f32 * count.max(1) as f32)).collect()
}

/// Equally many samples of each digit, as many in all as there are samples. Those of a rare digit are drawn several times.
pub fn balanced(samples: &[u32], dataset: &Dataset, rng: &mut Rng) -> Vec<u32> {
    let mut classes = vec![Vec::new(); dataset.classes()];
    samples.iter().for_each(|&sample| classes[usize::from(dataset.label_of(sample))].push(sample));
    let mut drawn = Vec::with_capacity(samples.len());
    for (class, share) in classes.iter_mut().zip(shares(&counts(samples, dataset))) {
        let mut left = share as usize;
        while left > 0 {
            rng.shuffle(class);
            let some = left.min(class.len());
            drawn.extend_from_slice(&class[..some]);
            left -= some;
        }
    }
    rng.shuffle(&mut drawn);
    drawn
}

/// Equal shares for all digits that are present, to within one.
fn shares(counts: &[u32]) -> Vec<u32> {
    let (all, present) = (counts.iter().sum::<u32>(), present(counts) as u32);
    let mut before = 0;
    let share = |&count: &u32| {
        let n = before;
        before += u32::from(count > 0);
        all * before / present.max(1) - all * n / present.max(1)
    };
    counts.iter().map(share).collect()
}

fn counts(samples: &[u32], dataset: &Dataset) -> Vec<u32> {
    let mut counts = vec![0; dataset.classes()];
    samples.iter().for_each(|&sample| counts[usize::from(dataset.label_of(sample))] += 1);
    counts
}

/// The number of digits that are present.
fn present(counts: &[u32]) -> usize {
    counts.iter().filter(|&&count| count > 0).count()
}
