//! The corners of the definitions, which random numbers never hit, on both backends: ties, certainty, NaN, and that a
//! mini-batch leaves nothing behind for the next.

use crate::gpu::both;
use crate::random_networks::random_parameters;
use crate::reference::Reference;
use crate::support::{assert_close, dataset_of, example, noise, read, wide};
use lenet::backend::{Backend, Optimizer, StepConfig, Tap};
use lenet::network::{Activation, Layer, NetworkSpec, PRESETS, Plan, PoolKind, preset};

const LOGITS: Layer = Layer::Dense { units: 10, activation: Activation::None };

fn lenet5() -> Plan {
    Plan::new(&preset("lenet5").unwrap()).unwrap()
}

/// With all filters zero, every pooling window is a tie, and the filters' gradient shows which place received the
/// gradient: the first in reading order.
#[test]
fn the_first_of_equal_maxima_wins_the_pooling() {
    let conv = Layer::conv(3, 3, 1, 1, Activation::Tanh);
    for (size, stride) in [(2, 2), (4, 2)] {
        let pool = Layer::Pool { kind: PoolKind::Max, size, stride };
        let reference = Reference::new(Plan::new(&NetworkSpec::mnist(vec![conv, pool, LOGITS])).unwrap());
        let mut parameters = random_parameters(&reference.plan, 1);
        parameters[reference.plan.layers[0].weights.clone()].fill(0.0);
        let dataset = noise(1, 1);
        let (_, expected) = reference.mean_gradients(&wide(&parameters), &[example(&dataset, 0)]);
        for (on, mut engine) in both(&reference.plan, &dataset, &parameters) {
            engine.gradients(&[0]);
            let gradients = wide(&read(&mut *engine, Tap::Gradients));
            assert_close(&format!("{on}, {size}×{size}: gradients"), &gradients, &expected, 1e-5);
        }
    }
}

/// A network whose parameters are zero gives all digits the same logit: the loss is ln 10, and it predicts 0, the first.
#[test]
fn the_first_of_equal_logits_is_predicted() {
    let dataset = dataset_of(&[0; 3 * 784], &[0, 5, 9]);
    for (on, mut engine) in both(&lenet5(), &dataset, &vec![0.0; lenet5().parameters]) {
        engine.evaluate(&[0, 1, 2]);
        let evaluation = read(&mut *engine, Tap::Evaluation);
        assert_close(&format!("{on}: sum of losses"), &wide(&evaluation[..1]), &[3.0 * 10_f64.ln()], 1e-6);
        assert_eq!([evaluation[1], evaluation[51], evaluation[91]], [1.0; 3], "{on}");
    }
}

/// A logit ahead by 300 gives a loss of 300 and not infinity, although e⁻³⁰⁰ underflows in f32; the gradient is 1.
#[test]
fn certainty_is_no_infinity() {
    let plan = Plan::new(&NetworkSpec::mnist(vec![LOGITS])).unwrap();
    let mut parameters = vec![0.0; plan.parameters];
    let biases = plan.layers[0].biases.clone();
    parameters[biases.start + 4] = 300.0;
    let mut expected = [0.0; 10];
    (expected[4], expected[7]) = (1.0, -1.0);
    for (on, mut engine) in both(&plan, &dataset_of(&[9; 784], &[7]), &parameters) {
        engine.gradients(&[0]);
        assert_eq!(read(&mut *engine, Tap::Loss), [300.0, 0.0], "{on}");
        let gradients = wide(&read(&mut *engine, Tap::Gradients)[biases.clone()]);
        assert_close(&format!("{on}: gradients of the biases"), &gradients, &expected, 1e-6);
    }
}

/// A divergence must be noticed: one NaN in any tensor reaches the loss, through ReLU, max-pooling and the block's
/// other images.
#[test]
fn a_nan_is_not_hidden() {
    for preset in PRESETS {
        let plan = Plan::new(&lenet::network::preset(preset.name).unwrap()).unwrap();
        for (on, mut engine) in both(&plan, &noise(8, 1), &vec![0.0; plan.parameters]) {
            for tensor in plan.tensors() {
                let mut parameters = random_parameters(&plan, 1);
                parameters[tensor.range.start] = f32::NAN;
                engine.write_parameters(&parameters);
                engine.gradients(&[0, 1, 2, 3, 4, 5, 6, 7]);
                let loss = read(&mut *engine, Tap::Loss)[0];
                assert!(loss.is_nan(), "{on}, {}: a NaN in {} gives a loss of {loss}", preset.name, tensor.name);
            }
        }
    }
}

/// An infinite bias gives a loss that is not finite.
#[test]
fn an_infinity_is_not_hidden() {
    let plan = lenet5();
    for (on, mut engine) in both(&plan, &noise(8, 1), &vec![0.0; plan.parameters]) {
        for tensor in plan.tensors().iter().filter(|tensor| tensor.name.ends_with("bias")) {
            let mut parameters = random_parameters(&plan, 1);
            parameters[tensor.range.clone()].fill(f32::INFINITY);
            engine.write_parameters(&parameters);
            engine.gradients(&[0, 1, 2, 3, 4, 5, 6, 7]);
            let loss = read(&mut *engine, Tap::Loss)[0];
            assert!(!loss.is_finite(), "{on}: infinite {} give a loss of {loss}", tensor.name);
        }
    }
}

/// The result of a mini-batch depends on nothing computed before it: not on a larger batch, an evaluation or a forward
/// pass.
#[test]
fn what_came_before_leaves_no_trace() {
    let dataset = noise(40, 1);
    let parameters = random_parameters(&lenet5(), 1);
    let batches: [&[u32]; 5] = [&[3], &[4, 5, 6, 7, 8, 9, 10, 11, 12], &[13, 13], &[20; 8], &[3]];
    for ((on, mut used), (_, mut fresh)) in
        both(&lenet5(), &dataset, &parameters).into_iter().zip(both(&lenet5(), &dataset, &parameters))
    {
        // The used backend has computed other things before; the fresh one only the batches.
        let first = |backend: &mut dyn Backend, batch: &[u32]| {
            backend.gradients(batch);
            (read(backend, Tap::Gradients), read(backend, Tap::Loss))
        };
        for batch in batches {
            let after = first(&mut *used, batch);
            used.evaluate(&[30, 31, 32]);
            used.forward(&[33; 9]);
            assert!(after == first(&mut *fresh, batch), "{on}: {batch:?}");
        }
        for batch in batches.iter().rev() {
            assert!(first(&mut *used, batch) == first(&mut *fresh, batch), "{on}: {batch:?}, backwards");
        }
        used.forward(&[7]);
        let logits = read(&mut *used, Tap::Activation(6)).len();
        assert_eq!(logits, 10, "{on}: one image's logits and none of the nine before");
    }
}

/// Each step writes its record, computing gradients writes none, and reading removes them all.
#[test]
fn the_records_of_steps_are_kept_until_read_once() {
    let settings = StepConfig {
        optimizer: Optimizer::Sgd,
        learning_rate: 0.01,
        momentum: 0.0,
        weight_decay: 0.0,
        ..StepConfig::default()
    };
    for (on, mut engine) in both(&lenet5(), &noise(8, 1), &random_parameters(&lenet5(), 1)) {
        for step in 0..3 {
            engine.train_step(&[step, step + 1], &settings);
        }
        engine.gradients(&[7]);
        let records = read(&mut *engine, Tap::Steps);
        assert_eq!(records.len(), 6, "{on}");
        assert!(records[0] != records[2] && records[2] != records[4], "{on}");
        assert!(read(&mut *engine, Tap::Steps).is_empty(), "{on}");
    }
}
