//! A run: every training image once an epoch, the schedule's rates, evaluations when they are due, and changes of
//! settings that change nothing else. Tested with a backend that only records its calls, and on the CPU backend where the
//! numbers matter.

use crate::support::{noise_split, now};
use lenet::backend::cpu::CpuBackend;
use lenet::backend::{Backend, Objective, Optimizer, OptimizerState, Pending, Readback, StepConfig, Tap};
use lenet::data::{Dataset, Split};
use lenet::declare::Value;
use lenet::network::{Activation, Layer, NetworkSpec, Plan, preset};
use lenet::train::{Goal, Phase, Report, Schedule, Settings, Trainer};
use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;

/// A trainer on the CPU backend.
pub fn trainer(spec: &NetworkSpec, dataset: &Arc<Dataset>, settings: Settings) -> Trainer {
    let plan = Plan::new(spec).unwrap();
    let backend = CpuBackend::new(plan.clone(), dataset.clone());
    Trainer::new(plan, dataset.clone(), Box::new(backend), settings)
}

/// Advances the trainer until it has no more work, and returns its report.
pub fn finish(trainer: &mut Trainer) -> Report {
    while trainer.is_busy() {
        if trainer.backend().has_room() {
            trainer.advance();
        } else {
            now(trainer.backend().room()).unwrap();
        }
    }
    let report = now(trainer.measure().arrive()).unwrap();
    trainer.take_in(&report);
    report
}

/// The calls that a trainer made to its backend.
#[derive(Default)]
struct Asked {
    steps: Vec<(Vec<u32>, StepConfig)>,
    /// The evaluated images, and the number of steps before each evaluation.
    evaluated: Vec<(usize, Vec<u32>)>,
    /// The losses to return; 1 when there are no more.
    losses: Vec<f32>,
    answered: usize,
}

/// A backend that computes nothing.
struct Spy(Rc<RefCell<Asked>>);

impl Backend for Spy {
    fn write_parameters(&mut self, _: &[f32]) {}

    fn write_optimizer_state(&mut self, _: &OptimizerState) {}

    fn write_objective(&mut self, _: &Objective) {}

    fn gradients(&mut self, _: &[u32]) {}

    fn train_step(&mut self, images: &[u32], step: &StepConfig) {
        self.0.borrow_mut().steps.push((images.to_vec(), *step));
    }

    fn evaluate(&mut self, images: &[u32]) {
        let mut asked = self.0.borrow_mut();
        let steps = asked.steps.len();
        asked.evaluated.push((steps, images.to_vec()));
    }

    fn forward(&mut self, _: &[u32]) {}

    fn read(&mut self, tap: Tap) -> Readback {
        let mut asked = self.0.borrow_mut();
        let answer = match tap {
            Tap::Steps => {
                let new = asked.answered..asked.steps.len();
                asked.answered = new.end;
                new.flat_map(|step| [asked.losses.get(step).copied().unwrap_or(1.0), 0.5]).collect()
            }
            Tap::Evaluation => vec![1.0; 101],
            _ => vec![],
        };
        Box::pin(ready(Ok(answer)))
    }

    fn read_optimizer_state(&mut self) -> Pending<OptimizerState> {
        Box::pin(ready(Ok(OptimizerState::default())))
    }
}

/// 60 training images, of which 10 are for validation, and 20 for testing.
fn images() -> Arc<Dataset> {
    noise_split(60, 20, 1)
}

/// Two epochs in mini-batches of 16, at a constant rate unless said otherwise.
fn settings() -> Settings {
    Settings { epochs: 2, batch_size: 16, schedule: Schedule::Constant, pen_share: 0.0, ..Settings::default() }
}

/// A trainer on a spy.
fn spied(settings: Settings) -> (Trainer, Rc<RefCell<Asked>>) {
    let asked = Rc::new(RefCell::new(Asked::default()));
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let trainer = Trainer::new(plan, images(), Box::new(Spy(asked.clone())), settings);
    (trainer, asked)
}

/// The images of each epoch's mini-batches, one after the other.
fn epochs(asked: &Asked, steps_per_epoch: usize) -> Vec<Vec<u32>> {
    asked
        .steps
        .chunks(steps_per_epoch)
        .map(|epoch| epoch.iter().flat_map(|(batch, _)| batch.clone()).collect())
        .collect()
}

fn sorted(mut images: Vec<u32>) -> Vec<u32> {
    images.sort();
    images
}

#[test]
fn an_epoch_is_every_training_image_once_in_an_order_of_its_own() {
    let (mut trainer, asked) = spied(settings());
    trainer.start(Goal::Schedule);
    finish(&mut trainer);
    let asked = asked.borrow();
    let sizes: Vec<usize> = asked.steps.iter().map(|(batch, _)| batch.len()).collect();
    assert_eq!(sizes, [16, 16, 16, 2, 16, 16, 16, 2], "the last of an epoch takes what is left");
    let epochs = epochs(&asked, 4);
    assert_ne!(epochs[0], epochs[1]);
    for epoch in epochs {
        assert_eq!(sorted(epoch), (0..50).collect::<Vec<u32>>());
    }
    assert_eq!(trainer.status().phase, Phase::Finished);
    assert_eq!((trainer.status().step, trainer.status().epoch), (8, 2.0));
}

#[test]
fn the_order_is_the_seeds() {
    let order = |seed| {
        let (mut trainer, asked) = spied(Settings { seed, ..settings() });
        trainer.start(Goal::Schedule);
        finish(&mut trainer);
        epochs(&asked.borrow(), 8)
    };
    assert_eq!(order(1), order(1));
    assert_ne!(order(1), order(2));
}

#[test]
fn the_speed_stays_when_training_stops_until_another_run_begins() {
    let (mut trainer, _) = spied(Settings { epochs: 1_000_000, ..settings() });
    assert_eq!(trainer.status().images_per_second, 0.0, "nothing has been measured");
    trainer.start(Goal::Schedule);
    while trainer.status().images_per_second == 0.0 {
        trainer.advance();
        let report = now(trainer.measure().arrive()).unwrap();
        trainer.take_in(&report);
    }
    let speed = trainer.status().images_per_second;
    trainer.pause();
    assert_eq!((trainer.status().phase, trainer.status().images_per_second), (Phase::Paused, speed));
    trainer.reset();
    assert_eq!(trainer.status().images_per_second, 0.0);
}

#[test]
fn training_on_all_takes_the_validation_images_and_validates_on_none() {
    let (mut trainer, asked) = spied(Settings { train_on_all: true, ..settings() });
    trainer.start(Goal::Epochs(1.0));
    finish(&mut trainer);
    let asked = asked.borrow();
    assert_eq!(sorted(epochs(&asked, 4).concat()), (0..60).collect::<Vec<u32>>());
    assert!(asked.evaluated.iter().flat_map(|(_, images)| images).all(|&image| image >= 60));
}

#[test]
fn after_each_epoch_the_whole_validation_and_test_sets_are_evaluated() {
    let (mut trainer, asked) = spied(settings());
    trainer.start(Goal::Schedule);
    let report = finish(&mut trainer);
    for epoch_end in [4, 8] {
        let of_split = |split| {
            let evaluations = report.evaluations.iter().filter(|e| e.split == split && e.step == epoch_end);
            evaluations.count()
        };
        assert!(of_split(Split::Validation) >= 1 && of_split(Split::Test) == 1);
        let asked = asked.borrow();
        let then = asked.evaluated.iter().filter(|(steps, _)| *steps == epoch_end as usize);
        let images: Vec<u32> = then.flat_map(|(_, images)| images.clone()).collect();
        assert!((50..80).all(|image| images.contains(&image)), "after step {epoch_end}: {images:?}");
    }
    let asked = asked.borrow();
    assert!(asked.evaluated.iter().flat_map(|(_, images)| images).all(|&image| image >= 50), "no training image");
}

#[test]
fn rates_follow_the_schedule() {
    for schedule in [Schedule::Constant, Schedule::OneCycle, Schedule::Cosine] {
        let (mut trainer, asked) = spied(Settings { schedule, learning_rate: 0.5, ..settings() });
        trainer.start(Goal::Schedule);
        finish(&mut trainer);
        let mut done = 0;
        for (step, (batch, config)) in asked.borrow().steps.iter().enumerate() {
            let expected = 0.5 * schedule.share(f64::from(done) / 100.0);
            let off = (f64::from(config.learning_rate) - expected).abs();
            assert!(off < 1e-7, "{schedule:?}, step {step}: {} and not {expected}", config.learning_rate);
            done += batch.len() as u32;
        }
    }
}

#[test]
fn after_its_schedule_a_run_may_go_on_for_another() {
    let (mut trainer, asked) = spied(Settings { schedule: Schedule::OneCycle, ..settings() });
    for end in [8, 16] {
        trainer.start(Goal::Schedule);
        finish(&mut trainer);
        assert_eq!((trainer.status().step, trainer.status().phase), (end, Phase::Finished));
    }
    let rates: Vec<f32> = asked.borrow().steps.iter().map(|(_, config)| config.learning_rate).collect();
    assert_eq!(rates[..8], rates[8..]);
}

#[test]
fn a_change_is_used_at_the_next_step_and_resets_nothing() {
    let (mut trainer, asked) = spied(settings());
    trainer.start(Goal::Steps(3));
    finish(&mut trainer);
    let set = |trainer: &mut Trainer, name: &str, value: f64| trainer.set(name, &Value::Number(value)).unwrap();
    set(&mut trainer, "learning_rate", 0.25);
    set(&mut trainer, "weight_decay", 0.125);
    set(&mut trainer, "momentum", 0.5);
    trainer.set("optimizer", &Value::Text("sgd".into())).unwrap();
    assert_eq!(trainer.status().step, 3);
    trainer.start(Goal::Steps(2));
    finish(&mut trainer);
    let asked = asked.borrow();
    let changed = StepConfig {
        optimizer: Optimizer::Sgd,
        learning_rate: 0.25,
        momentum: 0.5,
        weight_decay: 0.125,
        ..StepConfig::default()
    };
    assert!(asked.steps[..3].iter().all(|(_, config)| config.optimizer == Optimizer::Adam));
    assert!(asked.steps[3..].iter().all(|(_, config)| *config == changed));
    assert_eq!(sorted(epochs(&asked, 4)[0].clone()), (0..50).collect::<Vec<u32>>(), "the epoch goes on");
}

#[test]
fn a_run_that_diverged_says_at_which_step_and_stays_so_until_reset() {
    for (bad, word) in [(f32::NAN, "NaN"), (f32::INFINITY, "infinite")] {
        let (mut trainer, asked) = spied(settings());
        asked.borrow_mut().losses = vec![1.0, 2.0, 3.0, 4.0, bad];
        trainer.start(Goal::Steps(3));
        finish(&mut trainer);
        assert_eq!(trainer.status().phase, Phase::Paused);
        trainer.start(Goal::Schedule);
        finish(&mut trainer);
        let status = trainer.status();
        assert_eq!(status.phase, Phase::Diverged);
        let message = status.message.unwrap();
        assert!(
            message.contains(word)
                && message.contains("step 5")
                && message.contains(&settings().learning_rate.to_string()),
            "{message}"
        );
        trainer.start(Goal::Schedule);
        assert!(!trainer.is_busy());
        trainer.reset();
        assert_eq!((trainer.status().phase, trainer.status().message), (Phase::Ready, None));
    }
}

/// Whoever opens the file of a run that was lost, and lowers the rate, is not to be told that the rate is too high.
#[test]
fn parameters_that_were_lost_before_are_to_blame_and_not_the_rate() {
    for losses in [vec![f32::NAN], vec![3e12, f32::INFINITY], vec![2e4, 1.0, f32::NAN]] {
        let (mut trainer, asked) = spied(settings());
        asked.borrow_mut().losses = losses.clone();
        trainer.start(Goal::Schedule);
        finish(&mut trainer);
        let message = trainer.status().message.unwrap();
        assert!(message.contains("the parameters that it began with are to blame"), "{losses:?}: {message}");
        assert!(!message.contains("rate") && !message.contains("Reset"), "{message}");
    }
}

/// The CPU backend with a learning rate at which two linear layers diverge.
#[test]
fn far_too_high_a_rate_is_noticed() {
    let dense = |units| Layer::Dense { units, activation: Activation::None };
    let settings = Settings { learning_rate: 10.0, optimizer: Optimizer::Sgd, epochs: 20, ..settings() };
    let mut trainer = trainer(&NetworkSpec::mnist(vec![dense(30), dense(10)]), &images(), settings);
    trainer.start(Goal::Schedule);
    finish(&mut trainer);
    assert_eq!(trainer.status().phase, Phase::Diverged);
}
