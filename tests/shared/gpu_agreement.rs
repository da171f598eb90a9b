//! The GPU backend agrees with the CPU backend in every activation, loss, gradient, count and parameter, natively and in
//! a browser, which compile shaders differently.

use crate::random_networks::{Case, judged_step};
use crate::support::{assert_close, distance, wide};
use lenet::backend::gpu::{Gpu, GpuBackend, Images};
use lenet::backend::{Backend, Optimizer, OptimizerState, Tap};
use lenet::data::Dataset;
use lenet::network::Plan;
use std::sync::Arc;

/// As between the CPU and the reference: f32 carries 6·10⁻⁸ of a number, and a sum of some hundred terms loses a few of
/// those.
const FORWARD: f64 = 5e-6;
/// On the way back differences of nearly equal numbers add to it.
const BACKWARD: f64 = 2e-5;
/// The tolerance after ten steps, as a share of the parameters' change: see `updates.rs`.
const TEN_STEPS: f64 = 2e-3;
/// The tolerance of the optimizer state after them: its gradients are taken at slightly different parameters, perhaps on
/// different sides of a corner.
const MEMORY: f64 = 1e-2;

/// A GPU backend with these parameters.
pub async fn gpu_engine(gpu: &Gpu, plan: &Plan, dataset: &Arc<Dataset>, parameters: &[f32]) -> GpuBackend {
    let images = Images::upload(gpu, dataset).await.unwrap();
    let mut engine = GpuBackend::new(gpu, plan.clone(), &images).await.unwrap();
    engine.write_parameters(parameters);
    engine
}

/// Compares everything of one training step, and ten steps of each optimizer.
pub async fn assert_alike(gpu: &Gpu, case: &mut Case) {
    let mut backend = gpu_engine(gpu, &case.reference.plan, &case.dataset, &case.parameters).await;
    backend.write_objective(&case.reference.objective);
    assert_looks_alike(&mut backend, case).await;
    assert_learns_alike(&mut backend, case).await;
    assert_evaluates_alike(&mut backend, case).await;
    for optimizer in [Optimizer::Sgd, Optimizer::Adam] {
        assert_trains_alike(&mut backend, case, optimizer).await;
    }
    assert_eq!(backend.failure(), None, "{}", case.name);
}

async fn assert_looks_alike(gpu: &mut GpuBackend, case: &mut Case) {
    gpu.forward(&case.batch);
    case.engine.forward(&case.batch);
    for n in 0..case.reference.plan.layers.len() {
        let what = format!("{}: activations of layer {n}", case.name);
        assert_same(gpu, case, Tap::Activation(n), &what, FORWARD).await;
    }
}

async fn assert_learns_alike(gpu: &mut GpuBackend, case: &mut Case) {
    gpu.gradients(&case.batch);
    case.engine.gradients(&case.batch);
    assert_same(gpu, case, Tap::Loss, &format!("{}: loss", case.name), FORWARD).await;
    let measured = wide(&gpu.read(Tap::Gradients).await.unwrap());
    let expected = wide(&case.engine.read(Tap::Gradients).await.unwrap());
    for tensor in case.reference.plan.tensors() {
        let what = format!("{}: gradient of {}", case.name, tensor.name);
        assert_close(&what, &measured[tensor.range.clone()], &expected[tensor.range], BACKWARD);
    }
    let parameters = gpu.read(Tap::Parameters).await.unwrap();
    assert_eq!(parameters, case.parameters, "{}: asking for gradients changes nothing", case.name);
}

async fn assert_evaluates_alike(gpu: &mut GpuBackend, case: &mut Case) {
    gpu.read(Tap::Evaluation).await.unwrap();
    let (some, others) = case.batch.split_at(case.batch.len() / 3);
    for part in [some, others] {
        gpu.evaluate(part);
        case.engine.evaluate(part);
    }
    let measured = wide(&gpu.read(Tap::Evaluation).await.unwrap());
    let expected = wide(&case.engine.read(Tap::Evaluation).await.unwrap());
    assert_close(&format!("{}: sum of losses", case.name), &measured[..1], &expected[..1], FORWARD);
    assert_eq!(measured[1..], expected[1..], "{}: confusion", case.name);
    let left = gpu.read(Tap::Evaluation).await.unwrap();
    assert_eq!(left, vec![0.0; measured.len()], "{}: what was read is gone", case.name);
}

/// Parameters after one step and after ten, each step with its own rate.
async fn assert_trains_alike(gpu: &mut GpuBackend, case: &mut Case, optimizer: Optimizer) {
    let plan = case.reference.plan.clone();
    for backend in [gpu as &mut dyn Backend, &mut case.engine] {
        backend.write_parameters(&case.parameters);
        backend.write_optimizer_state(&OptimizerState::default());
        backend.read(Tap::Steps).await.unwrap();
    }
    let start = wide(&case.parameters);
    for step in 1..=10 {
        let settings = judged_step(optimizer, step);
        gpu.train_step(&case.batch, &settings);
        case.engine.train_step(&case.batch, &settings);
        if step != 1 && step != 10 {
            continue;
        }
        let measured = wide(&gpu.read(Tap::Parameters).await.unwrap());
        let expected = wide(&case.engine.read(Tap::Parameters).await.unwrap());
        for tensor in plan.tensors() {
            let range = tensor.range;
            let (start, expected) = (&start[range.clone()], &expected[range.clone()]);
            let way = distance(start, expected);
            let apart = distance(&measured[range], expected);
            // Where the change is small, rounding so many parameters to f32 matters.
            let rounding = f64::from(step) * 6e-8 * distance(expected, &vec![0.0; expected.len()]);
            let what = format!("{}: {} after {step} steps of {optimizer:?}", case.name, tensor.name);
            assert!(apart <= TEN_STEPS * way + rounding, "{what}: {apart:.1e} apart on a way of {way:.1e}");
        }
    }
    let what = format!("{}: losses of ten steps of {optimizer:?}", case.name);
    assert_same(gpu, case, Tap::Steps, &what, TEN_STEPS).await;
    let (measured, expected) = (gpu.read_optimizer_state(), case.engine.read_optimizer_state());
    let (measured, expected) = (measured.await.unwrap(), expected.await.unwrap());
    assert_eq!(measured.updates, expected.updates);
    let apart = distance(&wide(&measured.first), &wide(&expected.first));
    let size = distance(&wide(&expected.first), &vec![0.0; plan.parameters]);
    assert!(apart <= MEMORY * size, "{}: first moments of {optimizer:?}: {apart:.1e} of {size:.1e}", case.name);
}

async fn assert_same(gpu: &mut GpuBackend, case: &mut Case, tap: Tap, what: &str, tolerance: f64) {
    let (measured, expected) = (gpu.read(tap), case.engine.read(tap));
    assert_close(what, &wide(&measured.await.unwrap()), &wide(&expected.await.unwrap()), tolerance);
}
