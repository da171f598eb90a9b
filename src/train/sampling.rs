//! Which training images an epoch is made of: all, fewer of some digits, each five times, or as many of each digit.

use super::settings::Settings;
use crate::data::{Dataset, Split};
use crate::rng::Rng;
use serde::Serialize;

/// The samples (`Dataset::put_sample`) of an epoch, in order: one digit becomes rarer than the one before where the
/// settings say so, each the first so many of the file; all of them moved by a pixel as well.
pub fn samples(settings: &Settings, dataset: &Dataset) -> Vec<u32> {
    let images = dataset.split(Split::Train, settings.train_on_all);
    let classes = dataset.classes();
    let mut all = vec![0_u32; classes];
    images.clone().for_each(|image| all[usize::from(dataset.label(image))] += 1);
    let rarer = |class: usize| libm::powf(settings.imbalance, -(class as f32) / (classes - 1) as f32);
    let most: Vec<u32> = (0..classes).map(|class| libm::ceilf(all[class] as f32 * rarer(class)) as u32).collect();
    let mut taken = vec![0_u32; classes];
    let kept = images.filter(|&image| {
        let class = usize::from(dataset.label(image));
        taken[class] += 1;
        taken[class] <= most[class]
    });
    let moves = if settings.expand { 5 } else { 1 };
    let len = dataset.len() as u32;
    kept.flat_map(|image| (0..moves).map(move |moved| image + moved * len)).collect()
}

/// A digit among the samples of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DigitShare {
    /// How many there are: training images, each five times where they are expanded.
    pub samples: u32,
    /// How many an epoch draws.
    pub drawn: u32,
    /// What the loss of each weighs.
    pub weight: f32,
}

/// How often each digit is in a run's samples, how often it is drawn and what it weighs.
pub fn digits(settings: &Settings, samples: &[u32], dataset: &Dataset) -> Vec<DigitShare> {
    let counts = counts(samples, dataset);
    let drawn = if settings.balanced_sampling { shares(&counts) } else { counts.clone() };
    let weights = if settings.class_weights { class_weights(samples, dataset) } else { vec![1.0; dataset.classes()] };
    let numbers = counts.into_iter().zip(drawn).zip(weights);
    numbers.map(|((samples, drawn), weight)| DigitShare { samples, drawn, weight }).collect()
}

/// What each digit's images weigh so that all digits weigh the same, and an image 1 on average: n/(10 n_digit).
pub fn class_weights(samples: &[u32], dataset: &Dataset) -> Vec<f32> {
    let counts = counts(samples, dataset);
    let present = present(&counts);
    counts.into_iter().map(|count| samples.len() as f32 / (present as f32 * count.max(1) as f32)).collect()
}

/// As many samples as there are, drawn so that each digit has the same share: those of a rare one again and again.
pub fn balanced(samples: &[u32], dataset: &Dataset, rng: &mut Rng) -> Vec<u32> {
    let mut classes = vec![Vec::new(); dataset.classes()];
    samples.iter().for_each(|&sample| classes[label(sample, dataset)].push(sample));
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

/// The same for each digit there is, to within one.
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
    samples.iter().for_each(|&sample| counts[label(sample, dataset)] += 1);
    counts
}

/// How many digits there are any of.
fn present(counts: &[u32]) -> usize {
    counts.iter().filter(|&&count| count > 0).count()
}

fn label(sample: u32, dataset: &Dataset) -> usize {
    usize::from(dataset.label(dataset.image_of(sample)))
}
