//! Each target reads its seeds, and a few hundred damaged ones; one that breaks it is made as short as possible.

use fuzz::Target;
use fuzz::edit::{self, apply};
use fuzz::targets::TARGETS;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// The number of damaged inputs for each target.
const CASES: u32 = 300;

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
}

fn holds(name: &str) {
    let target = target(name);
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.check)(seed);
        assert!((target.passes)(seed) || seed.is_empty(), "a seed is valid");
    }
    let damaged = (any::<prop::sample::Index>(), vec(any::<[u32; 3]>(), 1..6), any::<bool>());
    // The same inputs in every run: a failure must not depend on luck.
    let mut runner = TestRunner::new_with_rng(
        Config { cases: CASES, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let result = runner.run(&damaged, |(seed, numbers, mended)| {
        let mut bytes = seed.get(&seeds).clone();
        let edits: Vec<_> = numbers
            .into_iter()
            .map(|numbers| {
                let mut numbers = numbers.into_iter();
                edit::any(|| numbers.next().expect("an edit takes three numbers"))
            })
            .collect();
        apply(&mut bytes, &edits);
        if mended {
            (target.mend)(&mut bytes);
        }
        (target.check)(&bytes);
        Ok(())
    });
    if let Err(broken) = result {
        panic!("{name}: {broken}");
    }
}

#[test]
fn idx_files() {
    holds("idx");
}

#[test]
fn gzip_files() {
    holds("gzip");
}

#[test]
fn files_of_pictures() {
    holds("picture_file");
}

#[test]
fn networks_under_foreign_names() {
    holds("state_dict");
}

#[test]
fn checkpoints() {
    holds("checkpoint");
}

#[test]
fn lists_of_layers() {
    holds("layers");
}

#[test]
fn configurations() {
    holds("settings");
}

#[test]
fn pictures() {
    holds("picture");
}

#[test]
fn drawings() {
    holds("strokes");
}

#[test]
fn files_for_other_programs() {
    holds("onnx");
}
