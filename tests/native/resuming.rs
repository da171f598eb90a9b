//! A run that is stopped anywhere, saved to a file and continued from it equals the run that was never stopped: the same
//! losses, parameters and optimizer state, bit for bit.

use crate::runs::finish;
use crate::support::{noise, noise_split, now};
use lenet::backend::machine::ThisMachine;
use lenet::data::Dataset;
use lenet::declare::Value;
use lenet::session::{Configuration, Session};
use lenet::train::{Goal, Phase, Report, checkpoint};
use serde_json::{Value as Json, json};
use std::rc::Rc;
use std::sync::Arc;

/// 60 training images, of which 10 are for validation: mini-batches of 16 make four steps an epoch.
fn images() -> Arc<Dataset> {
    noise_split(60, 20, 1)
}

/// Three epochs of a small network with every layer that has a state or draws random numbers.
fn configuration(settings: &[(&str, Json)]) -> Configuration {
    let layers = json!([
        { "type": "conv", "filters": 4, "size": 5, "stride": 1, "activation": "relu" },
        { "type": "pool", "kind": "max", "size": 2, "stride": 2 },
        { "type": "dropout", "rate": 0.3 },
        { "type": "rrelu" },
        { "type": "dense", "units": 12, "activation": "tanh" },
        { "type": "prelu" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let mut configuration = Configuration::from([
        ("layers".to_owned(), layers),
        ("batch_size".to_owned(), 16.into()),
        ("epochs".to_owned(), 3.into()),
    ]);
    configuration.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    configuration
}

fn session(settings: &[(&str, Json)], dataset: &Arc<Dataset>) -> Session {
    Session::new(&configuration(settings), Rc::new(ThisMachine::single(dataset.clone()))).unwrap()
}

fn save(session: &mut Session) -> Vec<u8> {
    let (parameters, run) = now(session.trainer.read_run()).unwrap();
    checkpoint::save_run(session.trainer.plan(), &parameters, &run)
}

/// Loads the file into another session with other settings and another network.
fn load(bytes: &[u8], dataset: &Arc<Dataset>) -> Session {
    let other = Configuration::from([("preset".to_owned(), "nielsen1".into()), ("seed".to_owned(), 99.into())]);
    Session::new(&other, Rc::new(ThisMachine::single(dataset.clone()))).unwrap().loaded(bytes).unwrap()
}

fn train(session: &mut Session, goal: Goal, report: &mut Report) {
    session.trainer.start(goal);
    work(session, report);
}

/// Does one piece of work and takes in its measurements.
fn work(session: &mut Session, report: &mut Report) {
    loop {
        while session.trainer.is_busy() && !session.trainer.is_waiting() {
            session.trainer.advance();
        }
        let more = finish_taking(session);
        merge(report, more);
        if !session.trainer.is_busy() {
            return;
        }
    }
}

fn finish_taking(session: &mut Session) -> Report {
    let more = now(session.trainer.measure().arrive()).unwrap();
    session.trainer.take_in(&more);
    more
}

/// The reports of several sessions, joined as if one session had made them.
fn merge(report: &mut Report, more: Report) {
    report.losses.extend(more.losses);
    report.accuracies.extend(more.accuracies);
    report.evaluations.extend(more.evaluations);
}

/// The final state and the reports of a run, as bits where bits could differ; without times.
#[derive(Debug, PartialEq)]
struct Outcome {
    parameters: Vec<u32>,
    moments: [Vec<u32>; 2],
    losses: Vec<u32>,
    evaluations: Vec<(&'static str, u32, u64)>,
    phase: Phase,
    message: Option<String>,
    run: String,
}

fn outcome(session: &mut Session, report: &Report) -> Outcome {
    let (parameters, run) = now(session.trainer.read_run()).unwrap();
    let bits = |numbers: &[f32]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
    let status = session.trainer.status();
    Outcome {
        parameters: bits(&parameters),
        moments: [bits(&run.optimizer.first), bits(&run.optimizer.second)],
        losses: bits(&report.losses),
        evaluations: report.evaluations.iter().map(|e| (e.split.name(), e.step, e.loss.to_bits())).collect(),
        phase: status.phase,
        message: status.message,
        run: format!("{:?}", lenet::train::SavedRun { seconds: 0.0, ..run }),
    }
}

/// Settings with everything at once, and each setting with a state of its own alone.
fn ways() -> Vec<Vec<(&'static str, Json)>> {
    let everything = [
        ("augment_rotation", 10.into()),
        ("augment_elastic", 20.into()),
        ("imbalance", 3.into()),
        ("class_weights", true.into()),
        ("expand", true.into()),
        ("l1", 0.1.into()),
        ("max_norm", 2.into()),
        ("label_smoothing", 0.1.into()),
        ("seed", 5.into()),
        ("batch_size", 37.into()),
    ];
    vec![
        vec![("schedule", "one_cycle".into())],
        vec![("optimizer", "sgd".into()), ("schedule", "cosine".into()), ("learning_rate", 0.0123.into())],
        vec![("balanced_sampling", true.into()), ("imbalance", 4.into()), ("preprocessing", "whiten".into())],
        vec![("train_on_all", true.into()), ("initialization", "glorot".into()), ("pen_share", 0.3.into())],
        everything.to_vec(),
    ]
}

#[test]
fn a_run_that_is_stopped_anywhere_and_taken_up_from_its_file_is_the_run_that_was_not() {
    let dataset = images();
    for settings in ways() {
        let mut straight = session(&settings, &dataset);
        let mut told = Report::default();
        train(&mut straight, Goal::Schedule, &mut told);
        let expected = outcome(&mut straight, &told);
        assert_eq!(expected.phase, Phase::Finished);
        let steps = straight.trainer.status().step;
        // In the middle of each epoch, at its end, before the first step and after the last but one.
        for stops in [vec![0], vec![1], vec![4], vec![steps - 1], vec![1, 2, 1, 1]] {
            let mut stopped = session(&settings, &dataset);
            let mut told = Report::default();
            for &steps in &stops {
                if steps > 0 {
                    train(&mut stopped, Goal::Steps(steps), &mut told);
                }
                stopped = load(&save(&mut stopped), &dataset);
            }
            assert_eq!(stopped.trainer.status().step, stops.iter().sum::<u32>());
            train(&mut stopped, Goal::Schedule, &mut told);
            assert!(outcome(&mut stopped, &told) == expected, "{settings:?}, stopped after {stops:?}");
        }
    }
}

/// The run is interrupted between any two pieces of work, also during an evaluation and before its result is known.
#[test]
fn early_stopping_stops_at_the_same_place_wherever_the_run_was_interrupted() {
    let dataset = images();
    let settings = [
        ("patience", 2.into()),
        ("epochs", 12.into()),
        ("schedule", "constant".into()),
        ("optimizer", "sgd".into()),
        ("learning_rate", 0.02.into()),
    ];
    let mut straight = session(&settings, &dataset);
    train(&mut straight, Goal::Schedule, &mut Report::default());
    let end = straight.trainer.status();
    assert!(end.message.as_ref().is_some_and(|message| message.starts_with("Stopped early")), "{end:?}");
    let expected = outcome(&mut straight, &Report::default());
    for pieces in 1.. {
        let mut stopped = session(&settings, &dataset);
        stopped.trainer.start(Goal::Schedule);
        for _ in 0..pieces {
            if stopped.trainer.is_waiting() {
                finish_taking(&mut stopped);
            }
            stopped.trainer.advance();
        }
        if !stopped.trainer.is_busy() {
            break;
        }
        let mut resumed = load(&save(&mut stopped), &dataset);
        // As on the page: evaluations that are due are made before training starts.
        if pieces % 2 == 0 {
            work(&mut resumed, &mut Report::default());
        }
        if resumed.trainer.status().phase != Phase::Finished {
            train(&mut resumed, Goal::Schedule, &mut Report::default());
        }
        assert!(outcome(&mut resumed, &Report::default()) == expected, "interrupted after {pieces} pieces of work");
    }
}

#[test]
fn settings_that_wait_for_a_reset_wait_in_the_file_too() {
    let dataset = images();
    let mut straight = session(&[], &dataset);
    train(&mut straight, Goal::Schedule, &mut Report::default());

    let mut stopped = session(&[], &dataset);
    train(&mut stopped, Goal::Steps(5), &mut Report::default());
    let pending =
        [("seed", Value::Number(7.0)), ("expand", Value::Flag(true)), ("balanced_sampling", Value::Flag(true))];
    for (name, value) in &pending {
        stopped.trainer.set(name, value).unwrap();
    }
    let mut resumed = load(&save(&mut stopped), &dataset);
    assert_eq!(resumed.trainer.settings().seed, 7);
    assert_eq!(resumed.trainer.status().seed, 1);
    train(&mut resumed, Goal::Schedule, &mut Report::default());
    let bits = |session: &mut Session| outcome(session, &Report::default()).parameters;
    assert!(bits(&mut resumed) == bits(&mut straight));

    resumed.trainer.reset();
    let fresh: Vec<(&str, Json)> =
        vec![("seed", 7.into()), ("expand", true.into()), ("balanced_sampling", true.into())];
    let mut fresh = session(&fresh, &dataset);
    train(&mut resumed, Goal::Steps(6), &mut Report::default());
    train(&mut fresh, Goal::Steps(6), &mut Report::default());
    assert!(bits(&mut resumed) == bits(&mut fresh), "after the reset they are in force");
}

#[test]
fn a_second_schedule_goes_on_where_it_was() {
    let dataset = images();
    let run = |interrupted: bool| {
        let mut session = session(&[("epochs", 1.into())], &dataset);
        train(&mut session, Goal::Steps(6), &mut Report::default());
        if interrupted {
            session = load(&save(&mut session), &dataset);
        }
        train(&mut session, Goal::Schedule, &mut Report::default());
        (session.trainer.status().step, outcome(&mut session, &Report::default()))
    };
    let (straight, interrupted) = (run(false), run(true));
    assert_eq!(straight.0, 8);
    assert!(straight == interrupted);
}

#[test]
fn a_file_without_a_run_begins_one_with_the_settings_in_force() {
    let dataset = images();
    let mut trained = session(&[], &dataset);
    train(&mut trained, Goal::Steps(3), &mut Report::default());
    let (parameters, _) = now(trained.trainer.read_run()).unwrap();
    let bytes = checkpoint::save(trained.trainer.plan(), &parameters);
    let mut loaded = session(&[("batch_size", 7.into())], &dataset).loaded(&bytes).unwrap();
    assert_eq!((loaded.trainer.status().step, loaded.trainer.settings().batch_size), (0, 7));
    finish(&mut loaded.trainer);
    assert_eq!(now(loaded.trainer.read_run()).unwrap().0, parameters);
}

#[test]
fn what_does_not_fit_is_refused_with_the_reason() {
    let dataset = images();
    let mut trained = session(&[], &dataset);
    train(&mut trained, Goal::Steps(3), &mut Report::default());
    let bytes = save(&mut trained);
    let refusal = |bytes: &[u8], dataset: &Arc<Dataset>| match session(&[], dataset).loaded(bytes) {
        Ok(_) => panic!("it was taken"),
        Err(refusal) => refusal.to_string(),
    };
    assert_eq!(
        refusal(&bytes, &noise(90, 1)),
        "its run has 50 training images per epoch, and with this data it would have 75: it was made with other data"
    );
    for length in (0..bytes.len()).step_by(991) {
        assert!(refusal(&bytes[..length], &dataset).starts_with("This file is not a LeNet Live checkpoint: "));
    }
    // The metadata of another kind of run, of the same length.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let at = text.find("step\\\":3").unwrap();
    let mut bad = bytes.clone();
    bad[at..at + 8].copy_from_slice(b"step\\\":x");
    assert!(refusal(&bad, &dataset).starts_with("This file is not a LeNet Live checkpoint: its run cannot be read: "));
    let mut impossible = bytes;
    impossible[at + 7] = b'9';
    impossible[at + 8..at + 10].copy_from_slice(b"9,");
    assert!(refusal(&impossible, &dataset).starts_with("This file is not a LeNet Live checkpoint: "));
}
