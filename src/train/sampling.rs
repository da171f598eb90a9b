//! Which training images an epoch is made of: all, fewer of some digits, each five times, or as many of each digit.

use super::settings::Settings;
use crate::data::{Dataset, Split};
use crate::network::NetworkSpec;
use crate::rng::Rng;

const CLASSES: usize = NetworkSpec::CLASSES;

/// The samples (`Dataset::put_sample`) of an epoch, in order: one digit becomes rarer than the one before where the
/// settings say so, each the first so many of the file; all of them moved by a pixel as well.
pub fn samples(settings: &Settings, dataset: &Dataset) -> Vec<u32> {
    let images = dataset.split(Split::Train, settings.train_on_all);
    let mut all = [0_u32; CLASSES];
    images.clone().for_each(|image| all[usize::from(dataset.label(image))] += 1);
    let rarer = |class: usize| libm::powf(settings.imbalance, -(class as f32) / (CLASSES - 1) as f32);
    let most: [u32; CLASSES] = std::array::from_fn(|class| libm::ceilf(all[class] as f32 * rarer(class)) as u32);
    let mut taken = [0_u32; CLASSES];
    let kept = images.filter(|&image| {
        let class = usize::from(dataset.label(image));
        taken[class] += 1;
        taken[class] <= most[class]
    });
    let moves = if settings.expand { 5 } else { 1 };
    let len = dataset.len() as u32;
    kept.flat_map(|image| (0..moves).map(move |moved| image + moved * len)).collect()
}

/// What each digit's images weigh so that all digits weigh the same, and an image 1 on average: n/(10 n_digit).
pub fn class_weights(samples: &[u32], dataset: &Dataset) -> [f32; CLASSES] {
    let mut counts = [0_u32; CLASSES];
    samples.iter().for_each(|&sample| counts[label(sample, dataset)] += 1);
    let present = counts.iter().filter(|&&count| count > 0).count();
    counts.map(|count| samples.len() as f32 / (present as f32 * count.max(1) as f32))
}

/// As many samples as there are, drawn so that each digit has the same share: those of a rare one again and again.
pub fn balanced(samples: &[u32], dataset: &Dataset, rng: &mut Rng) -> Vec<u32> {
    let mut classes = vec![Vec::new(); CLASSES];
    samples.iter().for_each(|&sample| classes[label(sample, dataset)].push(sample));
    classes.retain(|class| !class.is_empty());
    let mut drawn = Vec::with_capacity(samples.len());
    let count = classes.len();
    for (n, class) in classes.iter_mut().enumerate() {
        let mut left = samples.len() * (n + 1) / count - samples.len() * n / count;
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

fn label(sample: u32, dataset: &Dataset) -> usize {
    usize::from(dataset.label(dataset.image_of(sample)))
}
