//! A session driven natively, with machines of our own: a GPU that is lost, one that is slower or faster than the CPU,
//! helpers that die, and the members of an ensemble. What the run comes to must not depend on any of it.

mod ensemble;
mod machine;
mod moving;

use crate::support::{noise_split, now};
use lenet::backend::Tap;
use lenet::backend::machine::{Machine, ThisMachine};
use lenet::data::Dataset;
use lenet::session::{Configuration, Message, Session, Shared, Turn};
use lenet::train::{Goal, Report};
use std::rc::Rc;
use std::sync::Arc;

/// 100 images to train on, 20 to validate and 20 to test.
fn images() -> Arc<Dataset> {
    noise_split(120, 20, 1)
}

/// A small network: seven mini-batches an epoch, three epochs.
fn configuration(backend: &str) -> Configuration {
    let layers = serde_json::json!([
        { "type": "pool", "kind": "average", "size": 4, "stride": 4 },
        { "type": "dense", "units": 20, "activation": "tanh" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let settings = [("batch_size", 16.into()), ("epochs", 3.into()), ("seed", 4.into()), ("backend", backend.into())];
    let settings = settings.into_iter().chain([("layers", layers)]);
    settings.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A session on the backend that it asks for.
fn session(machine: Rc<dyn Machine>, backend: &str) -> Shared {
    let session = Shared::new(Session::new(&configuration(backend), machine).unwrap());
    let wanted = session.borrow().choice().wanted;
    now(session.clone().settle(wanted)).unwrap();
    session
}

/// Drives a session, one piece of work a turn, until there is nothing left to do. What was measured is taken in after
/// every turn, as it is on the page.
fn drive(session: &Shared) -> Vec<Message> {
    let mut messages = Vec::new();
    loop {
        let left = session.borrow_mut().turn(|| true);
        match left {
            Turn::More => {}
            Turn::Wait => now(session.clone().room()),
            Turn::Done => now(session.refresh()),
            Turn::Data => unreachable!("all images are there"),
        }
        now(session.refresh());
        messages.extend(messages_of(session));
        // What arrived last may have given it something to do.
        if left == Turn::Done && session.borrow_mut().turn(|| true) == Turn::Done {
            messages.extend(messages_of(session));
            return messages;
        }
    }
}

fn messages_of(session: &Shared) -> Vec<Message> {
    std::iter::from_fn(|| session.borrow_mut().take_message()).collect()
}

fn parameters(session: &Shared) -> Vec<f32> {
    now(session.read(Tap::Parameters))
}

/// The parameters and the measurements of the whole run on one thread of the CPU, without times.
fn alone() -> (Vec<f32>, Report) {
    let session = session(Rc::new(ThisMachine::single(images())), "cpu");
    session.borrow_mut().trainer.start(Goal::Schedule);
    assert_eq!(drive(&session), []);
    (parameters(&session), report(&session))
}

/// What was measured, without times.
fn report(session: &Shared) -> Report {
    let mut report = session.borrow_mut().take_report().unwrap();
    report.seconds.clear();
    report.evaluations.iter_mut().for_each(|evaluation| evaluation.seconds = 0.0);
    report
}

#[test]
fn a_turn_ends_when_time_is_up_and_does_at_least_one_piece() {
    let session = session(Rc::new(ThisMachine::single(images())), "cpu");
    let turn = |pieces: u32| {
        let mut left = pieces;
        session.borrow_mut().turn(|| {
            left = left.saturating_sub(1);
            left == 0
        })
    };
    assert_eq!(turn(5), Turn::Done, "nobody has started it");
    session.borrow_mut().trainer.start(Goal::Steps(6));
    assert_eq!((turn(0), session.borrow().trainer.step()), (Turn::More, 1));
    // After each mini-batch some validation images are a piece of their own.
    assert_eq!((turn(4), session.borrow().trainer.step()), (Turn::More, 3));
    while turn(1) == Turn::More {}
    assert_eq!(session.borrow().trainer.step(), 6);
}

#[test]
fn a_report_is_told_once_and_counts_the_runs_of_the_sessions_before() {
    let machine: Rc<dyn Machine> = Rc::new(ThisMachine::single(images()));
    let first = session(machine.clone(), "cpu");
    first.borrow_mut().trainer.start(Goal::Steps(3));
    drive(&first);
    let told = report(&first);
    assert_eq!((told.run, told.first_step, told.losses.len()), (1, 1, 3));
    now(first.refresh());
    assert!(report(&first).losses.is_empty());
    first.borrow_mut().reset();
    let second = session(machine, "cpu");
    second.borrow_mut().replace(&mut first.borrow_mut());
    now(second.refresh());
    assert_eq!((report(&second).run, second.borrow().runs()), (3, 3));
}
