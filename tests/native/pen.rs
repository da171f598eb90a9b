//! The digits that a pen draws: which they are, how many a mini-batch has, and that both backends learn from the same.

use crate::bits::bars;
use crate::gpu::both;
use crate::random_networks::random_parameters;
use crate::support::{assert_close, read, wide};
use lenet::backend::Tap;
use lenet::data::{Dataset, MNIST, pen};
use lenet::network::{Plan, preset};
use lenet::session::{Configuration, Session};
use lenet::train::{Goal, Phase};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

fn dataset() -> Arc<Dataset> {
    Arc::new(Dataset::from_idx(MNIST, bars(1200, 40)).unwrap())
}

#[test]
fn every_drawing_is_another_and_has_the_ink_of_a_digit() {
    let dataset = dataset();
    let mut seen = HashSet::new();
    for (n, sample) in dataset.drawn().take(1000).enumerate() {
        let mut image = Vec::new();
        dataset.put_sample(sample, &mut image);
        assert_eq!(usize::from(dataset.label_of(sample)), n % 10);
        // MNIST's digits have 100 grey pixels on average, 20 to 350.
        let ink: f64 = image.iter().map(|&grey| f64::from(grey) / 255.0).sum();
        assert!((15.0..350.0).contains(&ink), "drawing {n} has {ink} pixels of ink");
        assert!(seen.insert(image), "drawing {n} was there before");
    }
    assert_eq!(dataset.drawn().len(), pen::DRAWINGS as usize);
}

/// Threads that ask for the same drawing at the same time get the same.
#[test]
fn drawings_do_not_depend_on_who_asks_first() {
    let (one, other) = (dataset(), dataset());
    let last_of = |dataset: &Dataset| {
        let mut image = Vec::new();
        dataset.put_sample(dataset.drawn().end - 1, &mut image);
        image
    };
    let last = last_of(&one);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let other = other.clone();
            std::thread::spawn(move || last_of(&other))
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == last));
}

fn session(share: f64) -> Session {
    let layers = serde_json::json!([{ "type": "dense", "units": 10, "activation": "none" }]);
    let mut configuration = Configuration::from([("layers".to_owned(), layers)]);
    configuration.insert("pen_share".into(), share.into());
    configuration.insert("batch_size".into(), 50.into());
    Session::new(&configuration, Rc::new(lenet::backend::machine::ThisMachine::single(dataset()))).unwrap()
}

/// The parameters after an epoch and a half.
fn trained(share: f64) -> Vec<u32> {
    let mut session = session(share);
    session.trainer.start(Goal::Steps(30));
    while session.trainer.is_busy() {
        session.trainer.advance();
        let report = lenet::backend::cpu::now(session.trainer.measure().arrive()).unwrap();
        session.trainer.take_in(&report);
    }
    assert_eq!(session.trainer.status().phase, Phase::Paused);
    let (parameters, _) = lenet::backend::cpu::now(session.trainer.read_run()).unwrap();
    parameters.iter().map(|number| number.to_bits()).collect()
}

#[test]
fn each_share_is_a_run_of_its_own_which_a_seed_repeats() {
    let runs = [0.0, 0.2, 0.5, 1.0].map(trained);
    assert_eq!(runs[1], trained(0.2), "a seed repeats a run");
    for n in 1..4 {
        assert_ne!(runs[n], runs[n - 1]);
    }
}

/// The gradients of a mini-batch of drawings alone.
#[test]
fn the_gpu_learns_from_the_same_drawings() {
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let dataset = dataset();
    let [(_, mut cpu), (_, mut gpu)] = both(&plan, &dataset, &random_parameters(&plan, 1));
    let batch: Vec<u32> = dataset.drawn().skip(15).take(70).collect();
    let [ours, theirs] = [&mut cpu, &mut gpu].map(|backend| {
        backend.gradients(&batch);
        (wide(&read(&mut **backend, Tap::Gradients)), read(&mut **backend, Tap::Loss))
    });
    assert_close("gradients of drawings", &theirs.0, &ours.0, 5e-5);
    assert_close("loss and accuracy of drawings", &wide(&theirs.1), &wide(&ours.1), 1e-5);
}
