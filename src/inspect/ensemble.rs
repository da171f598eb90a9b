//! Several networks asked together: each reads all test images, and what they say is averaged, or they vote.
//!
//! Networks that differ only in their seed make different mistakes, and what one gets wrong the others may get right
//! (Nielsen, chapter 6, "Using an ensemble of networks"; CS231n, "Model ensembles"; Hansen, Salamon 1990).

use super::test_images::{self, TestImages};
use crate::backend::cpu::probabilities;
use crate::data::{Dataset, Split};
use crate::network::{NetworkSpec, Plan};
use std::sync::Arc;

const CLASSES: usize = NetworkSpec::CLASSES;

/// What a network says to an image: a probability for each digit.
pub type Answer = [f32; CLASSES];

/// A network reading all test images, piece by piece, so that training goes on.
pub struct Reading {
    images: TestImages,
    answers: Vec<Answer>,
}

impl Reading {
    /// Of `dataset`'s test images with these parameters; not begun.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        Reading { images: TestImages::new(plan, parameters, dataset), answers: Vec::new() }
    }

    /// Reads the next eight images; false when there are none.
    pub fn advance(&mut self) -> bool {
        let Some(block) = self.images.next() else { return false };
        for n in 0..block.len() {
            let answer = probabilities(&self.images.logits(n)).try_into();
            self.answers.push(answer.expect("a network has ten outputs"));
        }
        true
    }

    /// What was predicted of each image, in their order, after reading those that are left.
    pub fn finish(mut self) -> Vec<Answer> {
        while self.advance() {}
        self.answers
    }
}

/// An image that every member got wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its place among the test images.
    pub image: u32,
    /// What it shows.
    pub label: u8,
    /// What each member predicted.
    pub predicted: Vec<u8>,
}

/// How many images were read right, and which by none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Of how many.
    pub images: usize,
    /// By each member.
    pub members: Vec<usize>,
    /// By the digit whose probability is the largest in the mean.
    pub mean: usize,
    /// By the digit most members say; of equally many votes the one whose probability is the larger in the mean.
    pub vote: usize,
    /// By no member, whatever they came to together.
    pub all_wrong: Vec<Missed>,
}

impl Verdict {
    /// Of what each member predicted of the same images, which show these digits.
    pub fn new(members: &[&[Answer]], labels: &[u8]) -> Self {
        let mut verdict = Verdict { images: labels.len(), members: vec![0; members.len()], ..Verdict::default() };
        for (image, &label) in labels.iter().enumerate() {
            let answers: Vec<Answer> = members.iter().map(|member| member[image]).collect();
            let predicted: Vec<u8> = answers.iter().map(largest).collect();
            predicted
                .iter()
                .zip(&mut verdict.members)
                .for_each(|(&digit, right)| *right += usize::from(digit == label));
            let mean = mean(&answers);
            verdict.mean += usize::from(largest(&mean) == label);
            verdict.vote += usize::from(vote(&predicted, &mean) == label);
            if !predicted.contains(&label) {
                verdict.all_wrong.push(Missed { image: image as u32, label, predicted });
            }
        }
        verdict
    }
}

/// The mean of what several members say.
pub fn mean(answers: &[Answer]) -> Answer {
    let sum = |digit: usize| answers.iter().map(|answer| answer[digit]).sum::<f32>();
    std::array::from_fn(|digit| sum(digit) / answers.len() as f32)
}

/// The digit of the largest probability; of equal ones the first. NaN is never the largest.
pub fn largest(answer: &Answer) -> u8 {
    test_images::largest(answer).0 as u8
}

/// The digit most members say; of equally many the one that `mean` gives more to, and then the first.
fn vote(predicted: &[u8], mean: &Answer) -> u8 {
    let mut votes = [0; CLASSES];
    predicted.iter().for_each(|&digit| votes[usize::from(digit)] += 1);
    let most = votes.iter().max();
    largest(&std::array::from_fn(|digit| if Some(&votes[digit]) == most { mean[digit] } else { f32::NEG_INFINITY }))
}

/// A network that was trained, and what it says of the test images.
pub struct Member {
    /// What it was started with.
    pub seed: u32,
    /// As it was kept.
    pub parameters: Vec<f32>,
    /// Of each test image.
    pub answers: Vec<Answer>,
}

impl Member {
    /// A network of `plan` with these parameters, which reads all test images of `dataset` now.
    pub fn read(seed: u32, plan: Plan, parameters: Vec<f32>, dataset: Arc<Dataset>) -> Self {
        let answers = Reading::new(plan, &parameters, dataset).finish();
        Member { seed, parameters, answers }
    }
}

/// Networks of one plan.
#[derive(Default)]
pub struct Ensemble {
    /// In the order in which they were trained.
    pub members: Vec<Member>,
}

impl Ensemble {
    /// What the members come to together on the test images of `dataset`, which they have read.
    pub fn verdict(&self, dataset: &Dataset) -> Verdict {
        let labels: Vec<u8> = dataset.split(Split::Test, false).map(|image| dataset.label(image)).collect();
        let answers: Vec<&[Answer]> = self.members.iter().map(|member| member.answers.as_slice()).collect();
        Verdict::new(&answers, &labels)
    }

    /// The seed of the next member: the one after the last's, or `first`.
    pub fn next_seed(&self, first: u32) -> u32 {
        self.members.last().map_or(first, |member| member.seed.wrapping_add(1))
    }
}
