//! The same seed and settings give the same parameters, bit for bit; and a run whose state is read and written back
//! continues as if it had never stopped.

use crate::runs::{finish, trainer};
use crate::support::{noise, now, read};
use lenet::backend::cpu::CpuBackend;
use lenet::backend::{Backend, Optimizer, OptimizerState, StepConfig, Tap};
use lenet::data::Split;
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use lenet::rng::{Rng, Stream};
use lenet::train::{Goal, Phase, Settings, Trainer};

const OPTIMIZERS: [Optimizer; 2] = [Optimizer::Sgd, Optimizer::Adam];

fn settings(optimizer: Optimizer) -> StepConfig {
    StepConfig { optimizer, learning_rate: 0.01, momentum: 0.9, weight_decay: 1e-3, ..StepConfig::default() }
}

/// LeNet-5 as `seed` starts it, on sixty images.
fn start(seed: u32) -> CpuBackend {
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let mut engine = CpuBackend::new(plan.clone(), noise(60, 1));
    engine.write_parameters(&initial_parameters(&plan, Initialization::He, seed));
    engine
}

/// Trains on the batches of some steps: 12 of sixty images each, in an order of the seed.
fn train(engine: &mut CpuBackend, seed: u32, steps: std::ops::Range<u32>, optimizer: Optimizer) {
    for step in steps {
        let mut order: Vec<u32> = (0..60).collect();
        Rng::new(seed, Stream::Shuffle(step)).shuffle(&mut order);
        engine.train_step(&order[..12], &settings(optimizer));
    }
}

/// The parameters and the optimizer state, as bits: even the sign of a zero must agree.
fn outcome(engine: &mut CpuBackend) -> [Vec<u32>; 3] {
    let bits = |numbers: Vec<f32>| numbers.into_iter().map(f32::to_bits).collect();
    let state = now(engine.read_optimizer_state()).unwrap();
    [bits(read(engine, Tap::Parameters)), bits(state.first), bits(state.second)]
}

fn run(seed: u32, optimizer: Optimizer) -> [Vec<u32>; 3] {
    let mut engine = start(seed);
    train(&mut engine, seed, 0..20, optimizer);
    outcome(&mut engine)
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for optimizer in OPTIMIZERS {
        assert!(run(1, optimizer) == run(1, optimizer), "{optimizer:?}");
    }
}

#[test]
fn another_seed_gives_others() {
    assert!(read(&mut start(1), Tap::Parameters) != read(&mut start(2), Tap::Parameters));
    for optimizer in OPTIMIZERS {
        let from_the_same_start = |order| {
            let mut engine = start(1);
            train(&mut engine, order, 0..20, optimizer);
            outcome(&mut engine)
        };
        assert!(from_the_same_start(1)[0] != from_the_same_start(2)[0], "{optimizer:?}");
    }
}

#[test]
fn a_run_taken_up_again_goes_on_bit_for_bit() {
    for optimizer in OPTIMIZERS {
        let mut first = start(1);
        train(&mut first, 1, 0..10, optimizer);
        let (parameters, state) = (read(&mut first, Tap::Parameters), now(first.read_optimizer_state()).unwrap());
        assert_eq!(state.updates, 10);
        let mut second = start(2);
        // The second backend has a history, which must not matter.
        train(&mut second, 2, 0..3, Optimizer::Adam);
        second.write_parameters(&parameters);
        second.write_optimizer_state(&state);
        train(&mut second, 1, 10..20, optimizer);
        assert!(outcome(&mut second) == run(1, optimizer), "{optimizer:?}");
    }
}

/// Without the optimizer state a run ends elsewhere, so the state that is written matters.
#[test]
fn the_default_state_forgets_everything() {
    for optimizer in OPTIMIZERS {
        let mut engine = start(1);
        let start = read(&mut engine, Tap::Parameters);
        train(&mut engine, 1, 0..10, optimizer);
        engine.write_parameters(&start);
        train(&mut engine, 1, 0..10, optimizer);
        let with_memory = outcome(&mut engine);
        engine.write_parameters(&start);
        engine.write_optimizer_state(&OptimizerState::default());
        train(&mut engine, 1, 0..20, optimizer);
        assert!(outcome(&mut engine) == run(1, optimizer), "{optimizer:?}: as from the start");
        assert!(with_memory != run(1, optimizer), "{optimizer:?}: the state matters");
    }
}

/// Parameters of a trainer, as bits.
fn parameters(trainer: &mut Trainer) -> Vec<u32> {
    read(trainer.backend(), Tap::Parameters).into_iter().map(f32::to_bits).collect()
}

fn lenet5_on_noise() -> Trainer {
    let settings = Settings { batch_size: 12, epochs: 2, ..Settings::default() };
    trainer(&preset("lenet5").unwrap(), &noise(60, 1), settings)
}

#[test]
fn a_reset_repeats_the_run_exactly() {
    let mut trainer = lenet5_on_noise();
    let start = parameters(&mut trainer);
    trainer.start(Goal::Schedule);
    let first = finish(&mut trainer);
    let end = parameters(&mut trainer);
    trainer.reset();
    assert!(parameters(&mut trainer) == start && start != end);
    trainer.start(Goal::Schedule);
    let second = finish(&mut trainer);
    assert!(parameters(&mut trainer) == end);
    assert_eq!((first.losses, first.accuracies), (second.losses, second.accuracies));
}

#[test]
fn stopping_and_looking_on_the_way_changes_nothing() {
    let mut straight = lenet5_on_noise();
    straight.start(Goal::Schedule);
    finish(&mut straight);

    let mut stopped = lenet5_on_noise();
    for _ in 0..straight.status().step {
        stopped.start(Goal::Steps(1));
        finish(&mut stopped);
        now(stopped.evaluate(Split::Test)).unwrap();
        now(stopped.gradients(&[1, 2, 3])).unwrap();
        stopped.evaluate_soon();
        finish(&mut stopped);
    }
    assert_eq!(stopped.status().phase, Phase::Finished);
    assert!(parameters(&mut stopped) == parameters(&mut straight));
}
