//! Ensembles: the joint predictions of their members against the definitions written out, on given probabilities and on
//! networks.

use crate::support::noise_split;
use lenet::data::Split;
use lenet::inspect::{Ensemble, Member, Reading, Verdict, Viewer, largest, mean};
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use lenet::rng::{Rng, Stream};
use std::slice::from_ref;

/// Ten probabilities that add up to one.
fn random_answer(rng: &mut Rng) -> Vec<f32> {
    let shares: [f32; 10] = std::array::from_fn(|_| 1.0 + rng.below(1_000) as f32);
    let sum: f32 = shares.iter().sum();
    shares.iter().map(|share| share / sum).collect()
}

/// A prediction that gives some digits these probabilities and spreads the rest evenly over the others.
fn answer(given: &[(usize, f32)]) -> Vec<f32> {
    let rest = (1.0 - given.iter().map(|(_, share)| share).sum::<f32>()) / (10 - given.len()) as f32;
    (0..10).map(|digit| given.iter().find(|(one, _)| *one == digit).map_or(rest, |(_, share)| *share)).collect()
}

/// The verdict on one image, straight from the definition, by sorting.
fn by_hand(answers: &[&[f32]], label: u8) -> (Vec<bool>, bool, bool) {
    let says = |answer: &[f32]| {
        let mut digits: Vec<usize> = (0..10).collect();
        digits.sort_by(|&a, &b| answer[b].total_cmp(&answer[a]).then(a.cmp(&b)));
        digits[0]
    };
    let sums: Vec<f32> = (0..10).map(|digit| answers.iter().map(|answer| answer[digit]).sum()).collect();
    let votes: Vec<usize> =
        (0..10).map(|digit| answers.iter().filter(|answer| says(answer) == digit).count()).collect();
    let mut digits: Vec<usize> = (0..10).collect();
    digits.sort_by(|&a, &b| votes[b].cmp(&votes[a]).then(sums[b].total_cmp(&sums[a])).then(a.cmp(&b)));
    let label = usize::from(label);
    (answers.iter().map(|answer| says(answer) == label).collect(), says(&sums) == label, digits[0] == label)
}

#[test]
fn the_verdict_is_what_the_definitions_say() {
    for seed in 0..40 {
        let mut rng = Rng::new(seed, Stream::Test(2));
        let (count, images) = (1 + seed as usize % 9, 50);
        let members: Vec<Vec<Vec<f32>>> =
            (0..count).map(|_| (0..images).map(|_| random_answer(&mut rng)).collect()).collect();
        let labels: Vec<u8> = (0..images).map(|_| rng.below(10) as u8).collect();
        let views: Vec<&[Vec<f32>]> = members.iter().map(Vec::as_slice).collect();
        let verdict = Verdict::new(&views, &labels);

        let (mut each, mut mean, mut vote, mut all_wrong) = (vec![0; count], 0, 0, Vec::new());
        for image in 0..images {
            let answers: Vec<&[f32]> = members.iter().map(|member| member[image].as_slice()).collect();
            let (right, by_mean, by_vote) = by_hand(&answers, labels[image]);
            right.iter().zip(&mut each).for_each(|(&right, each)| *each += usize::from(right));
            mean += usize::from(by_mean);
            vote += usize::from(by_vote);
            if right.iter().all(|right| !right) {
                all_wrong.push(image as u32);
            }
        }
        assert_eq!((&verdict.members, verdict.mean, verdict.vote), (&each, mean, vote), "seed {seed}");
        assert_eq!(verdict.all_wrong.iter().map(|missed| missed.image).collect::<Vec<_>>(), all_wrong);
        assert_eq!(verdict.images, images);
    }
}

#[test]
fn equal_votes_go_to_the_digit_that_the_mean_gives_more_to() {
    let (three, five) = (answer(&[(3, 0.6), (5, 0.3)]), answer(&[(5, 0.9), (3, 0.05)]));
    let vote = |members: &[&Vec<f32>], label| {
        let members: Vec<&[Vec<f32>]> = members.iter().map(|&answer| from_ref(answer)).collect();
        Verdict::new(&members, &[label]).vote
    };
    assert_eq!(vote(&[&three, &five], 5), 1, "5 has the larger mean");
    assert_eq!(vote(&[&three, &five, &three], 3), 1, "two votes are more than one, whatever the mean");
    // No member predicts 8, although its mean is the largest: the vote is still between 3 and 5.
    let (three, five) = (answer(&[(3, 0.5), (8, 0.45)]), answer(&[(5, 0.48), (8, 0.46)]));
    let verdict = |label| Verdict::new(&[from_ref(&three), from_ref(&five)], &[label]);
    assert_eq!((verdict(8).mean, verdict(8).vote), (1, 0));
    assert_eq!((verdict(3).mean, verdict(3).vote), (0, 1));
    assert_eq!(verdict(8).all_wrong[0].predicted, [3, 5], "all members are wrong, though their mean is right");
    assert!(verdict(3).all_wrong.is_empty());
}

#[test]
fn what_is_no_number_is_never_the_largest() {
    assert_eq!(largest(&[f32::NAN; 10]), 0);
    let mut odd = answer(&[(4, 0.5)]);
    odd[2] = f32::NAN;
    assert_eq!(largest(&odd), 4);
}

/// Reading all test images gives each the prediction of a forward pass of it alone, and every member that was read
/// counts in the ensemble.
#[test]
fn networks_read_all_test_images() {
    let dataset = noise_split(1, 43, 7);
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let mut ensemble = Ensemble::default();
    assert_eq!(ensemble.next_seed(7), 7);
    for seed in [7, 8, 9] {
        let parameters = initial_parameters(&plan, Initialization::He, seed);
        let mut reading = Reading::new(plan.clone(), &parameters, dataset.clone());
        assert!(reading.advance(), "there are more than eight");
        let answers = reading.finish();
        let mut viewer = Viewer::new(plan.clone());
        viewer.write_parameters(&parameters);
        let tests = dataset.split(Split::Test, false);
        assert_eq!(answers.len(), tests.len());
        for (answer, image) in answers.iter().zip(tests) {
            let pixels: Vec<f32> = dataset.image(image).iter().map(|&byte| f32::from(byte) / 255.0).collect();
            assert_eq!(answer.to_vec(), viewer.look(&pixels).probabilities.to_vec());
        }
        let member = Member::read(seed, plan.clone(), parameters, dataset.clone());
        assert_eq!(member.probabilities, answers);
        ensemble.members.push(member);
    }
    assert_eq!(ensemble.next_seed(1), 10);
    let verdict = ensemble.verdict(&dataset);
    assert_eq!((verdict.images, verdict.members.len()), (43, 3));
    let label = |missed: &lenet::inspect::Missed| dataset.label(dataset.split(Split::Test, false).start + missed.image);
    assert!(!verdict.all_wrong.is_empty() && verdict.all_wrong.iter().all(|missed| missed.label == label(missed)));
    for missed in &verdict.all_wrong {
        let answers: Vec<&[f32]> =
            ensemble.members.iter().map(|member| member.probabilities[missed.image as usize].as_slice()).collect();
        assert_eq!(missed.predicted, answers.iter().map(|answer| largest(answer)).collect::<Vec<u8>>());
        assert!((mean(&answers).iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
