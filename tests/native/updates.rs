//! The CPU backend updates its parameters as the reference does: a single update from given gradients to the last bits,
//! and ten steps of training side by side.

use crate::random_networks::{Case, SEEDS, judged_step};
use crate::reference::{self, State};
use crate::support::{assert_close, distance, now, read, wide};
use lenet::backend::{Backend, Optimizer, Tap};

/// After each of ten steps the reference makes the same update from the backend's own gradients and must reach the same
/// parameters and optimizer state. This tests updates alone, whatever the gradients are.
fn assert_updates_alike(optimizer: Optimizer) {
    // One or two roundings of f32 a step, 6·10⁻⁸ each; the smallest mistake, decaying a bias, is a thousand times that.
    const TOLERANCE: f64 = 1e-6;
    // In f32, 1 − 0.999 is off by 1.3·10⁻⁵ of itself.
    const SECOND: f64 = 2e-5;
    for mut case in SEEDS.map(Case::draw) {
        let plan = case.reference.plan.clone();
        let mut expected = wide(&case.parameters);
        let mut expected_state = State::new(&plan);
        for step in 1..=10 {
            let settings = judged_step(optimizer, step);
            case.engine.train_step(&case.batch, &settings);
            let gradients = wide(&read(&mut case.engine, Tap::Gradients));
            reference::update(&plan, &mut expected, &gradients, &mut expected_state, &settings);

            let what = format!("{}: after {step} steps of {optimizer:?}", case.name);
            let measured = wide(&read(&mut case.engine, Tap::Parameters));
            assert_close(&format!("{what}: parameters"), &measured, &expected, TOLERANCE);
            let state = now(case.engine.read_optimizer_state()).unwrap();
            assert_eq!(state.updates, step, "{what}: updates");
            assert_close(&format!("{what}: first moment"), &wide(&state.first), &expected_state.first, TOLERANCE);
            if optimizer == Optimizer::Adam {
                assert_close(&format!("{what}: second moment"), &wide(&state.second), &expected_state.second, SECOND);
            }
        }
    }
}

/// Ten steps side by side, each with its own gradients. Compared by the distance between the two ends as a share of the
/// whole change: where a gradient is as small as its rounding error, Adam makes a full step in a random direction.
fn assert_trains_alike(optimizer: Optimizer, tolerance: f64) {
    for mut case in SEEDS.map(Case::draw) {
        let plan = case.reference.plan.clone();
        let (start, mut expected) = (wide(&case.parameters), wide(&case.parameters));
        let mut expected_state = State::new(&plan);
        for step in 1..=10 {
            let settings = judged_step(optimizer, step);
            case.engine.train_step(&case.batch, &settings);
            let (loss, gradients) = case.reference.mean_gradients(&expected, &case.examples());
            reference::update(&plan, &mut expected, &gradients, &mut expected_state, &settings);
            let what = format!("{}: loss before step {step} of {optimizer:?}", case.name);
            let measured = wide(&read(&mut case.engine, Tap::Steps))[0];
            // A tiny loss is the difference of two numbers that are not tiny.
            assert!((measured - loss).abs() <= tolerance * loss.max(1e-2), "{what}: {measured} and not {loss}");
        }
        let measured = wide(&read(&mut case.engine, Tap::Parameters));
        for tensor in plan.tensors() {
            let range = tensor.range;
            let (start, expected) = (&start[range.clone()], &expected[range.clone()]);
            let way = distance(start, expected);
            let apart = distance(&measured[range], expected);
            // Where the change is small, rounding ten parameters to f32 matters.
            let rounding = 10.0 * 6e-8 * distance(expected, &vec![0.0; expected.len()]);
            let what = format!("{}: {} after ten steps of {optimizer:?}", case.name, tensor.name);
            assert!(apart <= tolerance * way + rounding, "{what}: {apart:.1e} apart on a way of {way:.1e}");
        }
    }
}

#[test]
fn updates_by_sgd() {
    assert_updates_alike(Optimizer::Sgd);
}

#[test]
fn updates_by_adam() {
    assert_updates_alike(Optimizer::Adam);
}

#[test]
fn ten_steps_of_sgd() {
    assert_trains_alike(Optimizer::Sgd, 1e-3);
}

#[test]
fn ten_steps_of_adam() {
    assert_trains_alike(Optimizer::Adam, 2e-3);
}
