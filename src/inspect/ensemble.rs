//! An ensemble: several networks predict all test images, and their probabilities are averaged, or they vote.
//!
//! Networks that differ only in their seed make different mistakes, so the others can outvote one that is wrong
//! (Nielsen, chapter 6, "Using an ensemble of networks"; CS231n, "Model ensembles"; Hansen, Salamon 1990).

use super::test_images::{self, TestImages};
use crate::backend::cpu::probabilities;
use crate::data::{Dataset, Split};
use crate::network::Plan;
use std::sync::Arc;

/// A pass of all test images through a network, done in small pieces so that training continues meanwhile.
pub struct Reading {
    images: TestImages,
    /// [image][class].
    probabilities: Vec<Vec<f32>>,
}

impl Reading {
    /// A pass of `dataset`'s test images through a network with these parameters. No image is read yet.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        Reading { images: TestImages::new(plan, parameters, dataset), probabilities: Vec::new() }
    }

    /// Reads the next eight images; returns false when none are left.
    pub fn advance(&mut self) -> bool {
        let Some(block) = self.images.next() else { return false };
        self.probabilities.extend((0..block.len()).map(|n| probabilities(&self.images.logits(n))));
        true
    }

    /// Reads the images that are left. Returns the probabilities of all images, [image][class].
    pub fn finish(mut self) -> Vec<Vec<f32>> {
        while self.advance() {}
        self.probabilities
    }
}

/// An image that no member predicted correctly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its place among the test images.
    pub image: u32,
    /// Its class.
    pub label: u8,
    /// The prediction of each member.
    pub predicted: Vec<u8>,
}

/// How many images the members and the ensemble predicted correctly, and which no member did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The number of images.
    pub images: usize,
    /// Correct predictions of each member.
    pub members: Vec<usize>,
    /// Correct predictions of the mean of the members' probabilities.
    pub mean: usize,
    /// Correct predictions of the majority. Among classes with equally many votes, the greater mean probability decides.
    pub vote: usize,
    /// The images that no member predicted correctly, whatever the ensemble predicted.
    pub all_wrong: Vec<Missed>,
}

impl Verdict {
    /// The verdict on members' probabilities for the same images, [member][image][class], which have these `labels`.
    pub fn new(members: &[&[Vec<f32>]], labels: &[u8]) -> Self {
        let mut verdict = Verdict { images: labels.len(), members: vec![0; members.len()], ..Verdict::default() };
        for (image, &label) in labels.iter().enumerate() {
            let each: Vec<&[f32]> = members.iter().map(|member| member[image].as_slice()).collect();
            let predicted: Vec<u8> = each.iter().map(|probabilities| largest(probabilities)).collect();
            let counts = predicted.iter().zip(&mut verdict.members);
            counts.for_each(|(&class, correct)| *correct += usize::from(class == label));
            let mean = mean(&each);
            verdict.mean += usize::from(largest(&mean) == label);
            verdict.vote += usize::from(vote(&predicted, &mean) == label);
            if !predicted.contains(&label) {
                verdict.all_wrong.push(Missed { image: image as u32, label, predicted });
            }
        }
        verdict
    }
}

/// The mean of the members' probabilities.
///
/// # Panics
/// Without members.
pub fn mean(members: &[&[f32]]) -> Vec<f32> {
    let sum = |class: usize| members.iter().map(|probabilities| probabilities[class]).sum::<f32>();
    (0..members[0].len()).map(|class| sum(class) / members.len() as f32).collect()
}

/// The class with the largest probability, the first of equal ones. NaN is never the largest.
pub fn largest(probabilities: &[f32]) -> u8 {
    test_images::largest(probabilities).0 as u8
}

/// The class with the most votes. Among equals the one with the greater probability in `mean` wins, then the first.
fn vote(predicted: &[u8], mean: &[f32]) -> u8 {
    let mut votes = vec![0; mean.len()];
    predicted.iter().for_each(|&class| votes[usize::from(class)] += 1);
    let maximum = votes.iter().max();
    let winners = votes.iter().zip(mean);
    let winners = winners.map(|(vote, &mean)| if Some(vote) == maximum { mean } else { f32::NEG_INFINITY });
    largest(&winners.collect::<Vec<f32>>())
}

/// A trained network and its predictions for the test images.
pub struct Member {
    /// The seed of its run.
    pub seed: u32,
    /// Its parameters at the end of training.
    pub parameters: Vec<f32>,
    /// Its probabilities for the test images: [image][class].
    pub probabilities: Vec<Vec<f32>>,
}

impl Member {
    /// A network of `plan` with these parameters. It reads all test images of `dataset` now.
    pub fn read(seed: u32, plan: Plan, parameters: Vec<f32>, dataset: Arc<Dataset>) -> Self {
        let probabilities = Reading::new(plan, &parameters, dataset).finish();
        Member { seed, parameters, probabilities }
    }
}

/// Networks of one plan that were trained one after the other.
#[derive(Default)]
pub struct Ensemble {
    /// In the order in which they were trained.
    pub members: Vec<Member>,
}

impl Ensemble {
    /// How well the members predict the test images of `dataset`, which they have read, alone and together.
    pub fn verdict(&self, dataset: &Dataset) -> Verdict {
        let labels: Vec<u8> = dataset.split(Split::Test, false).map(|image| dataset.label(image)).collect();
        let members: Vec<&[Vec<f32>]> = self.members.iter().map(|member| member.probabilities.as_slice()).collect();
        Verdict::new(&members, &labels)
    }

    /// The seed of the next member: the last member's seed plus one, or `first` if there is no member.
    pub fn next_seed(&self, first: u32) -> u32 {
        self.members.last().map_or(first, |member| member.seed.wrapping_add(1))
    }
}
