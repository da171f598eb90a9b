//! Safetensors files: networks and runs.

use super::IMAGES;
use crate::{Target, json};
use lenet::backend::machine::ThisMachine;
use lenet::network::{Initialization, NetworkSpec, Plan, initial_parameters};
use lenet::session::{Configuration, Session};
use lenet::train::{Goal, checkpoint};
use serde_json::json;
use std::rc::Rc;

/// The bytes before the header, which hold its length.
const LENGTH: usize = 8;

pub const TARGET: Target = Target {
    name: "checkpoint",
    seeds,
    mend,
    passes: |bytes| {
        bytes.get(..LENGTH).is_some_and(|length| {
            let length = u64::from_le_bytes(length.try_into().expect("eight bytes"));
            json::find(bytes).is_some_and(|place| place.start == LENGTH && (place.len() as u64) <= length)
        })
    },
    check,
    memory: (2 << 20, 256),
    longest: 16 << 10,
};

fn small() -> Configuration {
    let layers = json!([
        { "type": "conv", "filters": 2, "size": 4, "stride": 4, "activation": "relu" },
        { "type": "pool", "kind": "max", "size": 7, "stride": 7 },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    Configuration::from([("layers".to_owned(), layers), ("batch_size".to_owned(), 16.into())])
}

fn session() -> Session {
    Session::new(&small(), Rc::new(ThisMachine::single(IMAGES.clone()))).expect("a network that fits")
}

fn seeds() -> Vec<Vec<u8>> {
    let mut session = session();
    session.trainer.start(Goal::Steps(2));
    while session.trainer.is_busy() {
        session.trainer.advance();
    }
    let plan = session.trainer.plan().clone();
    let (parameters, run) = now(session.trainer.read_run());
    let untrained = initial_parameters(&plan, Initialization::He, 3);
    vec![checkpoint::save_run(&plan, &parameters, &run), checkpoint::save(&plan, &untrained)]
}

/// Awaits what is ready at once, because the CPU computes nothing later.
fn now<T, E: std::fmt::Debug>(future: impl Future<Output = Result<T, E>>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(result) => result.expect("the CPU does not fail"),
        std::task::Poll::Pending => unreachable!("the CPU has everything at once"),
    }
}

/// Writes the length of the header that is there, and adds or removes data until the tensors have theirs.
fn mend(bytes: &mut Vec<u8>) {
    let Some(place) = json::find(bytes).filter(|place| place.start >= LENGTH) else {
        return;
    };
    bytes.drain(LENGTH..place.start);
    let end = LENGTH + place.len();
    bytes[..LENGTH].copy_from_slice(&(place.len() as u64).to_le_bytes());
    let header: serde_json::Value = serde_json::from_slice(&bytes[LENGTH..end]).expect("it was found");
    let ends = header.as_object().into_iter().flatten();
    let data = ends.filter_map(|(_, tensor)| tensor["data_offsets"][1].as_u64()).max().unwrap_or(0);
    bytes.resize(end + (data as usize).min(16 << 10), 7);
}

fn check(bytes: &[u8]) {
    let session = session();
    match session.loaded(bytes) {
        Ok(mut loaded) => {
            let plan = loaded.trainer.plan().clone();
            assert!(Plan::new(&NetworkSpec { ..plan.spec() }).is_ok());
            let (parameters, run) = now(loaded.trainer.read_run());
            assert_eq!(parameters.len(), plan.parameters);
            assert!(parameters.iter().all(|x| x.is_finite()), "what is read can be trained");
            // A run that can be read can be written, and read again.
            let again = checkpoint::save_run(&plan, &parameters, &run);
            assert!(session.loaded(&again).is_ok());
        }
        Err(refusal) => is_a_sentence(&refusal.to_string()),
    }
}

/// A refusal has words, and not so many that they would cover the page.
pub fn is_a_sentence(words: &str) {
    assert!(!words.is_empty() && words.len() < 2_000, "{words}");
}
