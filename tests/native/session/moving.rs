//! A run that moves: because its GPU is lost, because the other backend is faster, or because its helpers die.

use super::machine::TestMachine;
use super::{alone, drive, images, messages_of, parameters, report, session};
use crate::gpu::{gpu_engine, open};
use crate::support::now;
use lenet::backend::cpu::{Crew, Job, Sums, Threads};
use lenet::backend::gpu::Gpu;
use lenet::backend::machine::{Accelerator, Adapter, Machine, ThisMachine};
use lenet::backend::{Backend, Failure, Pending};
use lenet::data::Dataset;
use lenet::declare::Value;
use lenet::network::Plan;
use lenet::session::{Message, Shared, Turn, Wanted};
use lenet::train::{Goal, Phase};
use std::future::{Future, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Steps of a whole run.
const STEPS: u32 = 21;

/// The state is kept once a second, so after every third step of 0.4 s; a GPU that is lost costs what came after that.
#[test]
fn a_gpu_that_is_lost_changes_no_bit() {
    let (expected, measured) = alone();
    for (steps, from) in [(0, 0), (1, 0), (7, 6), (8, 6), (STEPS, 21)] {
        let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
        let session = session(machine.clone(), "webgpu");
        machine.events.steps_left.set(steps);
        assert!(session.borrow().is_on_gpu());
        session.borrow_mut().trainer.start(Goal::Schedule);
        let notice = format!(
            "WebGPU stopped: the GPU was lost (a test took it). The run continues on the CPU from step {from}."
        );
        let messages = drive(&session);
        if from < STEPS {
            assert_eq!(messages, [Message::Notice(notice.clone())]);
            assert_eq!(session.borrow().choice().why, notice);
        }
        assert!(!session.borrow().is_on_gpu() && session.borrow().choice().wanted == Wanted::Cpu);
        assert_eq!(session.borrow().trainer.phase(), Phase::Finished);
        assert!(parameters(&session) == expected, "lost after {steps} steps");
        assert!(report(&session) == measured, "lost after {steps} steps");
    }
}

/// The steps of a finished run are lost with its GPU: it is not finished any more.
#[test]
fn a_run_that_loses_its_last_steps_makes_them_again() {
    let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
    let session = session(machine.clone(), "webgpu");
    session.borrow_mut().trainer.start(Goal::Schedule);
    while session.borrow().trainer.phase() != Phase::Finished {
        session.borrow_mut().turn(|| true);
    }
    machine.events.steps_left.set(0);
    assert_eq!(drive(&session).len(), 1);
    assert_eq!((session.borrow().trainer.step(), session.borrow().trainer.phase()), (STEPS, Phase::Finished));
    assert!(parameters(&session) == alone().0);
}

/// Neither a pause nor a goal that was reached costs a step, whether the state at that moment was kept or not.
#[test]
fn a_run_at_rest_comes_back_to_the_step_where_it_was() {
    let expected = {
        let session = session(Rc::new(ThisMachine::single(images())), "cpu");
        session.borrow_mut().trainer.start(Goal::Steps(5));
        drive(&session);
        (parameters(&session), report(&session), session.borrow().trainer.status().train_loss)
    };
    for (is_kept, goal) in [(false, Goal::Steps(5)), (true, Goal::Steps(5)), (false, Goal::Schedule)] {
        let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
        let session = session(machine.clone(), "webgpu");
        session.borrow_mut().trainer.start(goal);
        while session.borrow().trainer.step() < 5 {
            session.borrow_mut().turn(|| true);
            if session.borrow().trainer.step() == 3 {
                now(session.refresh());
            }
        }
        session.borrow_mut().trainer.pause();
        if is_kept {
            while session.borrow_mut().turn(|| true) == Turn::More {}
            now(session.refresh());
        }
        machine.events.steps_left.set(0);
        let from = if is_kept { 5 } else { 3 };
        let messages = drive(&session);
        let [Message::Notice(notice)] = &messages[..] else { panic!("{messages:?}") };
        assert!(notice.ends_with(&format!("from step {from}.")), "{notice}");
        let status = session.borrow().trainer.status();
        assert_eq!((status.step, status.phase), (5, Phase::Paused));
        assert!((parameters(&session), report(&session), status.train_loss) == expected, "kept: {is_kept}");
    }
}

/// The evaluations at the end of an epoch are made again if they are lost, and only then.
#[test]
fn evaluations_that_are_lost_with_the_gpu_are_made_again() {
    let begun = |machine: Rc<dyn Machine>, backend, patience: f64| {
        let session = session(machine, backend);
        session.borrow_mut().trainer.set("patience", &Value::Number(patience)).unwrap();
        session.borrow_mut().trainer.start(Goal::Schedule);
        session
    };
    for (patience, are_measured) in [(0.0, false), (0.0, true), (1.0, false), (1.0, true)] {
        let undisturbed = begun(Rc::new(ThisMachine::single(images())), "cpu", patience);
        drive(&undisturbed);
        let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
        let session = begun(machine.clone(), "webgpu", patience);
        while session.borrow().trainer.epoch() < 1.0 {
            session.borrow_mut().turn(|| true);
        }
        now(session.refresh()); // keeps the state before the evaluations
        while session.borrow().trainer.is_evaluating() {
            session.borrow_mut().turn(|| true);
        }
        if are_measured {
            now(session.refresh());
        }
        machine.events.steps_left.set(0);
        assert_eq!(drive(&session).len(), 1);
        assert_eq!(report(&session), report(&undisturbed), "patience {patience}, measured: {are_measured}");
        assert!(parameters(&session) == parameters(&undisturbed));
    }
}

/// A machine with the real GPU backend, whose clock stands still: no state but the first is kept.
struct WithGpu {
    single: ThisMachine,
    gpu: Gpu,
}

impl Machine for WithGpu {
    fn dataset(&self) -> &Arc<Dataset> {
        self.single.dataset()
    }

    fn adapter(&self) -> Option<&Adapter> {
        None
    }

    fn cpu(&self, plan: &Plan, workers: Option<usize>) -> Box<dyn Backend> {
        self.single.cpu(plan, workers)
    }

    fn gpu(&self, plan: &Plan) -> Pending<Accelerator> {
        let backend = gpu_engine(&self.gpu, plan, self.dataset(), &vec![0.0; plan.parameters]);
        let adapter = Adapter { name: self.gpu.adapter().into(), fallback: self.gpu.is_software() };
        Box::pin(ready(Ok(Accelerator { adapter, backend: Box::new(backend) })))
    }

    fn seconds(&self) -> f64 {
        0.0
    }
}

#[test]
fn a_device_that_is_destroyed_changes_no_bit() {
    let gpu = open();
    let machine = WithGpu { single: ThisMachine::single(images()), gpu: gpu.clone() };
    let session = session(Rc::new(machine), "webgpu");
    session.borrow_mut().trainer.start(Goal::Schedule);
    for _ in 0..9 {
        session.borrow_mut().turn(|| true);
    }
    now(session.refresh());
    assert!(session.borrow().is_on_gpu() && session.borrow().trainer.step() > 3);
    gpu.destroy();
    let messages = drive(&session);
    let [Message::Notice(notice)] = &messages[..] else { panic!("{messages:?}") };
    assert!(notice.starts_with("WebGPU stopped: the GPU was lost (") && notice.ends_with("from step 0."), "{notice}");
    let (expected, measured) = alone();
    assert!(parameters(&session) == expected);
    assert!(report(&session) == measured);
}

#[test]
fn the_faster_backend_wins_the_race_and_the_run_stays_as_it_is() {
    for (seconds, is_on_gpu, why) in [
        ([0.010, 0.004], true, "fast gpu trains this network 2.5 times as fast here."),
        ([0.005, 0.010], false, "The CPU trains this network 2.0 times as fast here."),
    ] {
        let machine = TestMachine { seconds, ..TestMachine::new(images(), "fast gpu") };
        let session = session(Rc::new(machine), "cpu");
        session.borrow_mut().trainer.start(Goal::Schedule);
        for _ in 0..5 {
            session.borrow_mut().turn(|| true);
        }
        let before = parameters(&session);
        now(session.clone().settle(Wanted::Auto)).unwrap();
        assert_eq!(session.borrow().is_on_gpu(), is_on_gpu);
        assert_eq!(session.borrow().choice().why, why);
        let speeds = session.borrow().choice().speeds.unwrap();
        for (measured, seconds) in [speeds.cpu, speeds.webgpu].into_iter().zip(seconds) {
            assert!((measured * seconds / 16.0 - 1.0).abs() < 1e-9, "{measured} images a second");
        }
        assert_eq!(parameters(&session), before);
        assert_eq!(drive(&session), []);
        assert!(parameters(&session) == alone().0);
    }
}

#[test]
fn a_software_adapter_is_not_even_opened_and_a_comparison_moves_nothing() {
    let machine = Rc::new(TestMachine::new(images(), "google swiftshader"));
    let session = session(machine.clone(), "auto");
    assert_eq!((machine.events.opened.get(), session.borrow().is_on_gpu()), (0, false));
    assert!(session.borrow().choice().why.starts_with("There is no hardware WebGPU here: google swiftshader is"));
    now(session.clone().compare()).unwrap();
    let choice = session.borrow().choice().clone();
    assert!(
        choice.why.ends_with("google swiftshader is a software adapter: it computes on the CPU too."),
        "{choice:?}"
    );
    assert!((choice.wanted, session.borrow().is_on_gpu()) == (Wanted::Auto, false) && choice.speeds.is_some());
}

#[test]
fn a_gpu_that_fails_in_the_race_leaves_the_run_on_the_cpu() {
    let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
    machine.events.steps_left.set(1);
    let session = session(machine.clone(), "auto");
    assert!(!session.borrow().is_on_gpu());
    assert_eq!(session.borrow().choice().why, "WebGPU cannot be used: the GPU was lost (a test took it).");
    session.borrow_mut().trainer.start(Goal::Schedule);
    assert_eq!(drive(&session), []);
    assert!(parameters(&session) == alone().0);
}

/// While backends are compared a turn does nothing, and whoever waits for room is woken afterwards.
#[test]
fn training_is_held_during_a_race() {
    let machine = Rc::new(TestMachine::new(images(), "fast gpu"));
    let session = session(machine.clone(), "cpu");
    session.borrow_mut().trainer.start(Goal::Schedule);
    machine.events.answers.set(false);
    let mut context = Context::from_waker(Waker::noop());
    {
        let mut settled = pin!(session.clone().settle(Wanted::Auto));
        assert!(settled.as_mut().poll(&mut context).is_pending());
        let turn = session.borrow_mut().turn(|| true);
        assert_eq!((turn, session.borrow().trainer.step()), (Turn::Wait, 0));
        let mut room = pin!(session.clone().room());
        assert!(room.as_mut().poll(&mut context).is_pending());
    }
    machine.events.answers.set(true);
    let room = pin!(session.clone().room());
    let mut room = room;
    assert!(room.as_mut().poll(&mut context).is_pending(), "nothing has ended the race");
    now(session.clone().settle(Wanted::Cpu)).unwrap();
    assert_eq!(room.as_mut().poll(&mut context), Poll::Ready(()));
    assert_eq!(session.borrow_mut().turn(|| true), Turn::More);
}

/// A machine without a GPU that may be opened.
#[test]
fn where_there_is_no_gpu_the_run_stays_and_says_why() {
    struct Without(ThisMachine);
    impl Machine for Without {
        fn dataset(&self) -> &Arc<Dataset> {
            self.0.dataset()
        }
        fn adapter(&self) -> Option<&Adapter> {
            None
        }
        fn cpu(&self, plan: &Plan, workers: Option<usize>) -> Box<dyn Backend> {
            self.0.cpu(plan, workers)
        }
        fn gpu(&self, _: &Plan) -> Pending<Accelerator> {
            Box::pin(ready(Err(Failure("there is none".into()))))
        }
        fn seconds(&self) -> f64 {
            self.0.seconds()
        }
    }
    let session = session(Rc::new(Without(ThisMachine::single(images()))), "auto");
    assert_eq!(session.borrow().choice().why, "There is no WebGPU here.");
    let refusal = |outcome: Result<(), lenet::refusal::Refusal>| outcome.unwrap_err().sentence;
    let asked = refusal(now(session.clone().settle(Wanted::WebGpu)));
    assert_eq!(asked, "WebGPU cannot be used: there is none; give \"cpu\"");
    assert_eq!(refusal(now(session.clone().compare())), "WebGPU cannot be used: there is none");
    assert_eq!(session.borrow().choice().wanted, Wanted::Auto);
    assert_eq!(session.borrow_mut().turn(|| true), Turn::Done);
}

/// Helpers that take a few jobs and then neither answer nor take another.
struct Dying {
    threads: Threads,
    jobs_left: u32,
}

impl Crew for Dying {
    fn helpers(&self) -> usize {
        self.threads.helpers()
    }

    fn present(&self) -> usize {
        if self.jobs_left > 0 { self.helpers() } else { 0 }
    }

    fn write_parameters(&mut self, parameters: &[f32]) {
        self.threads.write_parameters(parameters);
    }

    fn begin(&mut self) {
        self.threads.begin();
    }

    fn give(&mut self, helper: usize, worker: usize, workers: usize, job: &Job) -> bool {
        self.jobs_left = self.jobs_left.saturating_sub(1);
        self.jobs_left > 0 && self.threads.give(helper, worker, workers, job)
    }

    fn claim(&mut self, shard: usize) -> bool {
        self.threads.claim(shard)
    }

    fn take(&mut self, helper: usize, length: usize, sums: &mut Sums) {
        if self.jobs_left > 0 {
            self.threads.take(helper, length, sums);
        }
    }
}

#[test]
fn helpers_that_die_in_the_middle_change_no_bit() {
    let (expected, measured) = alone();
    for jobs in [1, 2, 9, 30] {
        let hire = move |plan: &Plan, helpers: usize| -> Box<dyn Crew> {
            Box::new(Dying { threads: Threads::new(plan, helpers), jobs_left: jobs })
        };
        let machine = ThisMachine::new(images(), 4, Box::new(hire), None);
        let session: Shared = session(Rc::new(machine), "cpu");
        assert_eq!(session.borrow().backend_label(), "CPU · 4 workers");
        session.borrow_mut().trainer.start(Goal::Schedule);
        assert_eq!(drive(&session), []);
        assert_eq!(session.borrow().backend_label(), "CPU · 1 worker");
        assert!(parameters(&session) == expected, "{jobs} jobs were done");
        assert!(report(&session) == measured, "{jobs} jobs were done");
        assert_eq!(messages_of(&session), []);
    }
}
