//! An ensemble: several networks predict all test images, and their probabilities are averaged, or they vote.
//!
//! Networks that differ only in their seed make different mistakes, so the others can outvote one that is wrong
//! (Nielsen, chapter 6, "Using an ensemble of networks"; CS231n, "Model ensembles"; Hansen, Salamon 1990).

use super::test_images::{self, TestImages};
use crate::backend::cpu::probabilities;
use crate::data::{Dataset, Split};
use crate::network::{NetworkSpec, Plan};
use std::sync::Arc;

const CLASSES: usize = NetworkSpec::CLASSES;

/// What a network predicts for an image: a probability for each digit.
pub type Answer = [f32; CLASSES];

/// A pass of all test images through a network, done in small pieces so that training continues meanwhile.
pub struct Reading {
    images: TestImages,
    answers: Vec<Answer>,
}

impl Reading {
    /// A pass of `dataset`'s test images through a network with these parameters. No image is read yet.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        Reading { images: TestImages::new(plan, parameters, dataset), answers: Vec::new() }
    }

    /// Reads the next eight images; returns false when none are left.
    pub fn advance(&mut self) -> bool {
        let Some(block) = self.images.next() else { return false };
        for n in 0..block.len() {
            let answer = probabilities(&self.images.logits(n)).try_into();
            self.answers.push(answer.expect("a network has ten outputs"));
        }
        true
    }

    /// Reads the images that are left. Returns the prediction for each image, in the order of the images.
    pub fn finish(mut self) -> Vec<Answer> {
        while self.advance() {}
        self.answers
    }
}

/// An image that no member predicted correctly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Its place among the test images.
    pub image: u32,
    /// The digit it shows.
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
    /// Correct predictions of the majority. Among digits with equally many votes, the greater mean probability decides.
    pub vote: usize,
    /// The images that no member predicted correctly, whatever the ensemble predicted.
    pub all_wrong: Vec<Missed>,
}

impl Verdict {
    /// The verdict on members that predicted the same images, which show the digits of `labels`.
    pub fn new(members: &[&[Answer]], labels: &[u8]) -> Self {
        let mut verdict = Verdict { images: labels.len(), members: vec![0; members.len()], ..Verdict::default() };
        for (image, &label) in labels.iter().enumerate() {
            let answers: Vec<Answer> = members.iter().map(|member| member[image]).collect();
            let predicted: Vec<u8> = answers.iter().map(largest).collect();
            predicted
                .iter()
                .zip(&mut verdict.members)
                .for_each(|(&digit, correct)| *correct += usize::from(digit == label));
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

/// The mean of the members' probabilities.
pub fn mean(answers: &[Answer]) -> Answer {
    let sum = |digit: usize| answers.iter().map(|answer| answer[digit]).sum::<f32>();
    std::array::from_fn(|digit| sum(digit) / answers.len() as f32)
}

/// The digit with the largest probability, the first of equal ones. NaN is never the largest.
pub fn largest(answer: &Answer) -> u8 {
    test_images::largest(answer).0 as u8
}

/// The digit with the most votes. Among equals the one with the greater probability in `mean` wins, then the first.
fn vote(predicted: &[u8], mean: &Answer) -> u8 {
    let mut votes = [0; CLASSES];
    predicted.iter().for_each(|&digit| votes[usize::from(digit)] += 1);
    let most = votes.iter().max();
    largest(&std::array::from_fn(|digit| if Some(&votes[digit]) == most { mean[digit] } else { f32::NEG_INFINITY }))
}

/// A trained network and its predictions for the test images.
pub struct Member {
    /// The seed of its run.
    pub seed: u32,
    /// Its parameters at the end of training.
    pub parameters: Vec<f32>,
    /// Its prediction for each test image.
    pub answers: Vec<Answer>,
}

impl Member {
    /// A network of `plan` with these parameters. It reads all test images of `dataset` now.
    pub fn read(seed: u32, plan: Plan, parameters: Vec<f32>, dataset: Arc<Dataset>) -> Self {
        let answers = Reading::new(plan, &parameters, dataset).finish();
        Member { seed, parameters, answers }
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
        let answers: Vec<&[Answer]> = self.members.iter().map(|member| member.answers.as_slice()).collect();
        Verdict::new(&answers, &labels)
    }

    /// The seed of the next member: the last member's seed plus one, or `first` if there is no member.
    pub fn next_seed(&self, first: u32) -> u32 {
        self.members.last().map_or(first, |member| member.seed.wrapping_add(1))
    }
}
