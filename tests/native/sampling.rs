//! The images that a run trains on: fewer of some digits, five of each image, as many of each digit, changed images; and
//! early stopping.

use crate::bits::bars;
use crate::gpu::both;
use crate::random_networks::random_parameters;
use crate::support::{assert_close, noise, read, wide};
use lenet::backend::cpu::now;
use lenet::backend::machine::ThisMachine;
use lenet::backend::{Objective, Tap};
use lenet::data::{Dataset, MNIST};
use lenet::inspect::augmented;
use lenet::network::{Plan, preset};
use lenet::rng::{Rng, Stream};
use lenet::session::{Configuration, Session};
use lenet::train::sampling::{DigitShare, balanced, class_weights, samples};
use lenet::train::{Goal, Phase, Report, Settings};
use lenet_kernels::augment::Augmentation;
use serde_json::Value;
use std::rc::Rc;
use std::sync::Arc;

fn dataset() -> Arc<Dataset> {
    Arc::new(Dataset::from_idx(MNIST, bars(1200, 40)).unwrap())
}

fn counts(samples: &[u32], dataset: &Dataset) -> [usize; 10] {
    let mut counts = [0; 10];
    samples.iter().for_each(|&sample| counts[usize::from(dataset.label_of(sample))] += 1);
    counts
}

#[test]
fn imbalance_keeps_fewer_in_geometric_steps_and_weights_and_sampling_make_up_for_it() {
    let dataset = dataset();
    let all = samples(&Settings::default(), &dataset);
    assert_eq!(counts(&all, &dataset), [100; 10]);
    let skewed = samples(&Settings { imbalance: 100.0, ..Settings::default() }, &dataset);
    assert_eq!(counts(&skewed, &dataset), [100, 60, 36, 22, 13, 8, 5, 3, 2, 1]);

    let weights = class_weights(&skewed, &dataset);
    let counted = counts(&skewed, &dataset);
    let total: f32 = weights.iter().zip(counted).map(|(weight, count)| weight * count as f32).sum();
    assert!((total / skewed.len() as f32 - 1.0).abs() < 1e-5, "1 on average");
    assert!(weights.iter().zip(counted).all(|(weight, count)| (weight * count as f32 - 25.0).abs() < 1e-3));

    let drawn = balanced(&skewed, &dataset, &mut Rng::new(1, Stream::Balance(0)));
    assert_eq!((drawn.len(), counts(&drawn, &dataset)), (250, [25; 10]));
    assert_eq!(drawn, balanced(&skewed, &dataset, &mut Rng::new(1, Stream::Balance(0))));
}

/// The numbers that the status gives for each digit are those of an epoch's images.
#[test]
fn the_status_says_how_many_of_each_digit_there_are() {
    let dataset = dataset();
    let status = |settings: &[(&str, Value)]| {
        let mut configuration = Configuration::new();
        configuration.insert("imbalance".into(), 100.0.into());
        configuration.extend(settings.iter().map(|(name, value)| (String::from(*name), value.clone())));
        Session::new(&configuration, Rc::new(ThisMachine::single(dataset.clone()))).unwrap().trainer.status().digits
    };
    let skewed = [100, 60, 36, 22, 13, 8, 5, 3, 2, 1];
    let plain = status(&[]);
    let samples = |digits: &[DigitShare]| digits.iter().map(|digit| digit.samples).collect::<Vec<_>>();
    assert_eq!(samples(&plain), skewed);
    assert!(plain.iter().all(|digit| digit.drawn == digit.samples && digit.weight == 1.0));
    let weighted = status(&[("class_weights", true.into())]);
    assert!(weighted.iter().all(|digit| (digit.weight * digit.samples as f32 - 25.0).abs() < 1e-3));
    let expanded = status(&[("balanced_sampling", true.into()), ("expand", true.into())]);
    assert_eq!(samples(&expanded), skewed.map(|count| 5 * count));
    assert!(expanded.iter().all(|digit| digit.drawn == 125));
}

/// The sixteen changed images that the page shows: a seed repeats them, another seed gives others, and the next sixteen
/// continue where these end.
#[test]
fn an_image_changed_to_be_looked_at() {
    let dataset = dataset();
    let image = dataset.image(3);
    let all = Augmentation::from_numbers([2.0, 10.0, 0.1, 5.0, 30.0, 4.0, 0.5]);
    let augmented =
        |all: &Augmentation, seed, first, count| augmented(all, seed, first, count, dataset.image_shape(), image);
    let sixteen = augmented(&all, 1, 0, 16);
    let mut different: Vec<&[u8]> = sixteen.chunks(784).collect();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 16);
    assert_eq!(sixteen, augmented(&all, 1, 0, 16));
    assert_ne!(sixteen, augmented(&all, 2, 0, 16));
    assert_eq!(sixteen[4 * 784..], augmented(&all, 1, 4, 12));
    assert_eq!(augmented(&Augmentation::default(), 1, 0, 2), [image, image].concat());
}

/// Each image five times: unchanged, and moved by one pixel in each direction, with blank pixels coming in.
#[test]
fn five_of_each_image() {
    let dataset = dataset();
    let expanded = samples(&Settings { expand: true, ..Settings::default() }, &dataset);
    assert_eq!(expanded.len(), 5 * 1000);
    assert!(expanded[..5].iter().all(|&sample| dataset.image_of(sample) == Some(0)));
    let image = |row: isize, column: isize| {
        let inside = (0..28).contains(&row) && (0..28).contains(&column);
        if inside { dataset.image(0)[(row * 28 + column) as usize] } else { 0 }
    };
    for (sample, [down, right]) in expanded[..5].iter().zip([[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]]) {
        let mut moved = Vec::new();
        dataset.put_sample(*sample, &mut moved);
        let expected: Vec<u8> = (0..784).map(|at| image(at / 28 - down, at % 28 - right)).collect();
        assert_eq!(moved, expected);
    }
}

/// Both backends learn from the same changed images, in mini-batches of any size; evaluations use the originals.
#[test]
fn changed_images_are_the_same_on_the_gpu() {
    let plan = Plan::new(&preset("nielsen1").unwrap()).unwrap();
    let dataset = noise(300, 3);
    let augmentation = Augmentation::from_numbers([2.0, 10.0, 0.1, 5.0, 30.0, 4.0, 0.5]);
    let objective = Objective { augmentation, noise: 9, ..Objective::default() };
    let [(_, mut cpu), (_, mut gpu)] = both(&plan, &dataset, &random_parameters(&plan, 1));
    // Images, moved images and drawings.
    let drawn = dataset.drawn();
    let batch: Vec<u32> =
        (0..300).map(|n| if n % 7 == 3 { drawn.start + n } else { n + n % 5 * dataset.len() as u32 }).collect();
    let mut plain = Vec::new();
    for backend in [&mut cpu, &mut gpu] {
        backend.gradients(&batch);
        plain.push(read(&mut **backend, Tap::Loss)[0]);
        backend.write_objective(&objective);
        backend.gradients(&batch);
    }
    let [ours, theirs] = [&mut cpu, &mut gpu].map(|backend| wide(&read(&mut **backend, Tap::Gradients)));
    assert_close("gradients of changed images", &theirs, &ours, 5e-5);
    let losses = [&mut cpu, &mut gpu].map(|backend| read(&mut **backend, Tap::Loss)[0]);
    assert!((losses[0] - losses[1]).abs() < 1e-5 && losses[0] != plain[0], "{losses:?} {plain:?}");
    let images: Vec<u32> = (0..300).collect();
    let evaluations = [&mut cpu, &mut gpu].map(|backend| {
        backend.evaluate(&images);
        let changed = read(&mut **backend, Tap::Evaluation);
        backend.write_objective(&Objective::default());
        backend.evaluate(&images);
        assert_eq!(read(&mut **backend, Tap::Evaluation), changed, "evaluations change nothing");
        changed
    });
    assert_close("evaluations", &wide(&evaluations[1]), &wide(&evaluations[0]), 1e-5);
}

fn session(dataset: &Arc<Dataset>, settings: &[(&str, Value)]) -> Session {
    let layers = serde_json::json!([
        { "type": "dropout", "rate": 0.2 },
        { "type": "dense", "units": 20, "activation": "none" },
        { "type": "prelu" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let mut configuration = Configuration::from([("layers".to_owned(), layers), ("batch_size".to_owned(), 50.into())]);
    configuration.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Session::new(&configuration, Rc::new(ThisMachine::single(dataset.clone()))).unwrap()
}

/// Trains to the end, taking in measurements after every `every` steps.
fn train(session: &mut Session, each: u32) -> Report {
    let trainer = &mut session.trainer;
    let mut all = Report::default();
    trainer.start(Goal::Schedule);
    for turn in 1_u32.. {
        if !trainer.is_busy() {
            break;
        }
        trainer.advance();
        if turn.is_multiple_of(each) || trainer.is_waiting() || !trainer.is_busy() {
            let report = now(trainer.measure().arrive()).unwrap();
            trainer.take_in(&report);
            all.append(report);
        }
    }
    all
}

/// With a learning rate that makes it ever worse, a run stops after `patience` epochs without an improvement, with the
/// parameters of the best epoch, however late it takes in the evaluations.
#[test]
fn early_stopping_keeps_the_best_parameters() {
    let dataset = dataset();
    let settings = [
        ("patience", Value::from(2)),
        ("epochs", 40.into()),
        ("schedule", "constant".into()),
        ("optimizer", "sgd".into()),
        ("learning_rate", 0.02.into()),
    ];
    let run = |each| {
        let mut session = session(&dataset, &settings);
        let report = train(&mut session, each);
        let status = session.trainer.status();
        let best = report.candidates.iter().map(|(evaluation, _)| evaluation.accuracy()).fold(0.0, f64::max);
        let (evaluation, parameters) = report.candidates.iter().find(|(e, _)| e.accuracy() == best).unwrap();
        assert_eq!(status.phase, Phase::Finished);
        assert!(status.epoch < 40.0, "it stopped at epoch {}", status.epoch);
        assert_eq!(status.epoch, evaluation.epoch + 2.0);
        assert_eq!(&now(session.trainer.backend().read(Tap::Parameters)).unwrap(), parameters);
        assert_eq!(status.validation_accuracy, Some(best));
        assert!(status.message.unwrap().starts_with("Stopped early"));
        parameters.clone()
    };
    assert_eq!(run(1), run(1000));
}

/// A seed repeats a run with dropout, smoothing, drawn images and everything else that is random.
#[test]
fn a_seed_repeats_with_everything_on() {
    let dataset = dataset();
    let settings = [
        ("epochs", Value::from(1)),
        ("label_smoothing", 0.1.into()),
        ("l1", 0.5.into()),
        ("l2", 5.into()),
        ("max_norm", 2.into()),
        ("augment_elastic", 20.into()),
        ("augment_rotation", 10.into()),
        ("imbalance", 10.into()),
        ("balanced_sampling", true.into()),
        ("class_weights", true.into()),
        ("expand", true.into()),
    ];
    let run = |each| {
        let mut session = session(&dataset, &settings);
        train(&mut session, each);
        now(session.trainer.backend().read(Tap::Parameters)).unwrap()
    };
    assert_eq!(run(3), run(50));
}
