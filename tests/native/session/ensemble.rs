//! The members of an ensemble: trained one after the other, each as a run of its own would be, whatever happens meanwhile.

use super::machine::TestMachine;
use super::{configuration, drive, images, messages_of, parameters, session};
use lenet::backend::machine::ThisMachine;
use lenet::declare::Value;
use lenet::session::{Message, Session, Shared, Turn, UnderWay, member_count};
use lenet::train::{Goal, Phase};
use std::rc::Rc;

fn on_cpu() -> Shared {
    session(Rc::new(ThisMachine::single(images())), "cpu")
}

/// The parameters of a run of its own with this seed.
fn run(seed: u32) -> Vec<f32> {
    let mut configuration = configuration("cpu");
    configuration.insert("seed".into(), seed.into());
    let session = Shared::new(Session::new(&configuration, Rc::new(ThisMachine::single(images()))).unwrap());
    session.borrow_mut().trainer.start(Goal::Schedule);
    drive(&session);
    parameters(&session)
}

fn members(session: &Shared) -> Vec<(u32, Vec<f32>)> {
    let session = session.borrow();
    session.ensemble.members.iter().map(|member| (member.seed, member.parameters.clone())).collect()
}

fn learns_and_reads(seeds: impl Iterator<Item = u32>) -> Vec<Message> {
    seeds.flat_map(|seed| [Message::MemberLearns { seed }, Message::MemberReads { seed }]).collect()
}

fn ended(messages: &[Message]) -> &str {
    match messages {
        [.., Message::EnsembleEnded(Err(refusal))] => &refusal.sentence,
        _ => panic!("{messages:?}"),
    }
}

#[test]
fn each_member_is_the_run_of_its_seed() {
    let session = on_cpu();
    session.borrow_mut().begin_ensemble(2, Goal::Schedule).unwrap();
    let expected = [learns_and_reads(4..6), vec![Message::EnsembleEnded(Ok(()))]].concat();
    assert_eq!(drive(&session), expected);
    assert_eq!(members(&session), [(4, run(4)), (5, run(5))]);
    assert_eq!(messages_of(&session), [], "each message is delivered once");
    assert_eq!(session.borrow().under_way(), None);
    // One more: those that are there stay.
    session.borrow_mut().begin_ensemble(3, Goal::Schedule).unwrap();
    assert_eq!(drive(&session), [learns_and_reads(6..7), vec![Message::EnsembleEnded(Ok(()))]].concat());
    assert_eq!(members(&session), [(4, run(4)), (5, run(5)), (6, run(6))]);
    // Enough are there already.
    session.borrow_mut().begin_ensemble(2, Goal::Schedule).unwrap();
    assert_eq!(drive(&session), [Message::EnsembleEnded(Ok(()))]);
    let dataset = session.borrow().trainer.dataset().clone();
    let image = dataset.image(dataset.len() as u32 - 1).iter().map(|&byte| f32::from(byte) / 255.0);
    let image: Vec<f32> = image.collect();
    let opinions = session.borrow_mut().opinions(&image).unwrap();
    let session = &mut *session.borrow_mut();
    for (opinion, member) in opinions.iter().zip(&session.ensemble.members) {
        assert_eq!(Some(opinion), member.probabilities.last());
    }
    session.forget_ensemble().unwrap();
    assert!(session.ensemble.members.is_empty());
}

#[test]
fn a_member_may_be_paused_and_goes_on() {
    let session = on_cpu();
    session.borrow_mut().begin_ensemble(2, Goal::Schedule).unwrap();
    for _ in 0..5 {
        assert_eq!(session.borrow_mut().turn(|| true), Turn::More);
    }
    session.borrow_mut().trainer.pause();
    assert_eq!(drive(&session), [Message::MemberLearns { seed: 4 }]);
    let under_way = UnderWay { members: 2, seed: 4, is_reading: false };
    assert_eq!(session.borrow().under_way(), Some(under_way));
    let refusal = session.borrow_mut().begin_ensemble(5, Goal::Schedule).unwrap_err();
    assert_eq!(refusal.sentence, "An ensemble of 2 is being trained already: Reset ends it");
    let refusal = session.borrow_mut().forget_ensemble().unwrap_err();
    assert_eq!(refusal.sentence, "An ensemble is being trained: Reset ends it, then it can be forgotten");
    // A single step does not end the member.
    session.borrow_mut().trainer.start(Goal::Steps(1));
    assert_eq!(drive(&session), []);
    session.borrow_mut().trainer.start(Goal::Schedule);
    drive(&session);
    assert_eq!(members(&session), [(4, run(4)), (5, run(5))]);
}

#[test]
fn a_reset_ends_it_and_complete_members_stay() {
    let session = on_cpu();
    session.borrow_mut().begin_ensemble(3, Goal::Schedule).unwrap();
    let mut messages = Vec::new();
    while !messages.contains(&Message::MemberLearns { seed: 5 }) {
        if session.borrow_mut().turn(|| true) == Turn::Wait {
            lenet::backend::cpu::now(session.clone().room());
        }
        messages.extend(messages_of(&session));
    }
    session.borrow_mut().reset();
    let messages = messages_of(&session);
    assert_eq!(ended(&messages), "The ensemble ended with 1 of 3 members: another run was begun.");
    assert_eq!((messages.len(), session.borrow().trainer.phase()), (1, Phase::Ready));
    assert_eq!(drive(&session), []);
    assert_eq!(members(&session), [(4, run(4))]);
}

#[test]
fn another_network_ends_it_and_delivers_its_message() {
    let old = on_cpu();
    old.borrow_mut().begin_ensemble(3, Goal::Schedule).unwrap();
    let new = on_cpu();
    new.borrow_mut().replace(&mut old.borrow_mut());
    let messages = messages_of(&new);
    assert_eq!(messages[0], Message::MemberLearns { seed: 4 });
    assert_eq!(ended(&messages), "The ensemble ended with 0 of 3 members: another network begins without any.");
    assert_eq!((messages.len(), messages_of(&old).len()), (2, 0));
    assert_eq!((new.borrow().under_way(), members(&new).len()), (None, 0));
}

#[test]
fn a_loss_that_is_not_finite_ends_it() {
    let session = on_cpu();
    for (name, value) in [("learning_rate", 10.0), ("epochs", 100.0)] {
        session.borrow_mut().trainer.set(name, &Value::Number(value)).unwrap();
    }
    session.borrow_mut().trainer.set("optimizer", &Value::Text("sgd".into())).unwrap();
    session.borrow_mut().trainer.set("weight_decay", &Value::Number(1.0)).unwrap();
    session.borrow_mut().begin_ensemble(2, Goal::Schedule).unwrap();
    let messages = drive(&session);
    let beginning = "The ensemble ended with 0 of 2 members: the loss of seed 4 is not finite any more. The loss is ";
    assert!(ended(&messages).starts_with(beginning), "{messages:?}");
    assert_eq!(session.borrow().under_way(), None);
}

#[test]
fn a_gpu_that_is_lost_costs_no_member() {
    let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
    let session = session(machine.clone(), "webgpu");
    machine.events.steps_left.set(30);
    session.borrow_mut().begin_ensemble(2, Goal::Schedule).unwrap();
    let messages = drive(&session);
    assert!(messages.iter().any(|message| matches!(message, Message::Notice(_))));
    assert_eq!(members(&session), [(4, run(4)), (5, run(5))]);
}

#[test]
fn members_may_work_towards_fewer_steps() {
    let session = on_cpu();
    session.borrow_mut().begin_ensemble(2, Goal::Steps(3)).unwrap();
    assert_eq!(drive(&session), [learns_and_reads(4..6), vec![Message::EnsembleEnded(Ok(()))]].concat());
    assert_eq!((members(&session).len(), session.borrow().trainer.step()), (2, 3));
}

#[test]
fn an_ensemble_of_the_page_has_two_to_nine_members() {
    for count in [2.0, 9.0] {
        assert_eq!(member_count(count), Ok(count as usize));
    }
    for count in [1.0, 10.0, 2.5, -3.0, f64::NAN, f64::INFINITY] {
        let refusal = member_count(count).unwrap_err();
        assert_eq!(refusal.sentence, "An ensemble has 2 to 9 members: give {members: 5}");
        assert_eq!(refusal.field.as_deref(), Some("members"));
    }
}
