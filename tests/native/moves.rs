//! A run that moves between backends continues: on request from the current step, and after a lost GPU from the state
//! that was kept last.

use crate::gpu::{GPU, gpu_engine, open};
use crate::idx::mnist;
use crate::runs::{finish, trainer};
use crate::support::{distance, noise_split, now, wide};
use lenet::backend::gpu::Gpu;
use lenet::backend::{Backend, Tap};
use lenet::data::Dataset;
use lenet::network::{NetworkSpec, Plan, preset};
use lenet::train::{Goal, Phase, RunStatus, Settings, Trainer};
use std::sync::Arc;

fn lenet5() -> NetworkSpec {
    preset("lenet5").unwrap()
}

fn settings() -> Settings {
    Settings { epochs: 4, batch_size: 16, ..Settings::default() }
}

fn gpu_backend(gpu: &Gpu, dataset: &Arc<Dataset>) -> Box<dyn Backend> {
    let plan = Plan::new(&lenet5()).unwrap();
    let parameters = vec![0.0; plan.parameters];
    Box::new(gpu_engine(gpu, &plan, dataset, &parameters))
}

fn cpu_backend(dataset: &Arc<Dataset>) -> Box<dyn Backend> {
    Box::new(lenet::backend::cpu::CpuBackend::new(Plan::new(&lenet5()).unwrap(), dataset.clone()))
}

/// Moves the trainer as the page does: takes in all measurements and keeps the state first.
fn move_to(trainer: &mut Trainer, backend: Box<dyn Backend>) {
    let report = now(trainer.measure().arrive()).unwrap();
    trainer.take_in(&report);
    let state = now(trainer.read_state()).unwrap();
    trainer.keep(state);
    trainer.move_to(backend);
}

fn steps(trainer: &mut Trainer, count: u32) {
    trainer.start(Goal::Steps(count));
    finish(trainer);
}

fn parameters(trainer: &mut Trainer) -> Vec<f32> {
    now(trainer.backend().read(Tap::Parameters)).unwrap()
}

#[test]
fn a_move_carries_parameters_optimizer_state_and_step() {
    let dataset = noise_split(120, 20, 1);
    let run = |moves: bool| {
        let mut trainer = trainer(&lenet5(), &dataset, settings());
        for leg in 0..3 {
            if moves && leg > 0 {
                let backend = if leg == 1 { gpu_backend(&GPU, &dataset) } else { cpu_backend(&dataset) };
                let before = parameters(&mut trainer);
                move_to(&mut trainer, backend);
                assert_eq!(parameters(&mut trainer), before, "bit for bit");
            }
            steps(&mut trainer, 7);
        }
        assert_eq!(trainer.status().step, 21);
        wide(&parameters(&mut trainer))
    };
    let (stayed, moved) = (run(false), run(true));
    let start = wide(&parameters(&mut trainer(&lenet5(), &dataset, settings())));
    let (apart, way) = (distance(&stayed, &moved), distance(&start, &stayed));
    assert!(apart <= 1e-3 * way, "{apart:.1e} apart on a way of {way:.1e}");
}

/// The device is destroyed during a run: pending work fails with a sentence, and the run continues on the CPU.
#[test]
fn a_lost_gpu_does_not_end_the_run() {
    let (gpu, dataset) = (open(), noise_split(120, 20, 1));
    let mut trainer = trainer(&lenet5(), &dataset, settings());
    trainer.move_to(gpu_backend(&gpu, &dataset));
    steps(&mut trainer, 9);
    let state = now(trainer.read_state()).unwrap();
    trainer.keep(state);
    let kept = parameters(&mut trainer);
    trainer.start(Goal::Schedule);
    for _ in 0..3 {
        trainer.advance();
    }
    gpu.destroy();
    let failure = now(trainer.measure().arrive()).err().or(trainer.backend().failure()).unwrap();
    assert!(failure.to_string().starts_with("the GPU was lost"), "{failure}");
    // The lost backend accepts further work without a panic.
    trainer.advance();
    assert!(now(trainer.backend().read(Tap::Parameters)).is_err());

    trainer.move_to(cpu_backend(&dataset));
    assert_eq!((trainer.status().step, trainer.status().phase), (9, Phase::Training));
    assert_eq!(parameters(&mut trainer), kept);
    let report = finish(&mut trainer);
    assert_eq!(report.first_step, 10);
    assert_eq!(trainer.status().phase, Phase::Finished);
    assert_eq!(trainer.status().step, 4 * 7);
    // A run that stays on the CPU ends near the same parameters.
    let mut stayed = crate::runs::trainer(&lenet5(), &dataset, settings());
    stayed.start(Goal::Schedule);
    finish(&mut stayed);
    let (end, expected) = (wide(&parameters(&mut trainer)), wide(&parameters(&mut stayed)));
    let apart = distance(&end, &expected) / distance(&expected, &vec![0.0; expected.len()]);
    assert!(apart < 1e-2, "{apart:.1e} apart");
}

/// The statuses at the end of a run of MNIST on the CPU and of one on the GPU, from the same seed.
fn on_both(goal: Goal) -> [RunStatus; 2] {
    let dataset = Arc::new(mnist());
    [cpu_backend(&dataset), gpu_backend(&GPU, &dataset)].map(|backend| {
        let mut trainer = trainer(&lenet5(), &dataset, Settings { epochs: 1, pen_share: 0.0, ..Settings::default() });
        trainer.move_to(backend);
        trainer.start(goal);
        finish(&mut trainer);
        trainer.status()
    })
}

/// Roundings differ; what is learned does not.
#[test]
fn a_seed_learns_as_much_on_the_gpu() {
    let [cpu, gpu] = on_both(Goal::Steps(150)).map(|status| status.train_loss.unwrap());
    assert!(cpu < 0.6, "a loss of {cpu} after 150 steps");
    assert!((cpu - gpu).abs() <= 0.01 * cpu, "a loss of {cpu} on the CPU, {gpu} on the GPU");
}

/// `cargo test --test native a_whole_epoch -- --ignored --nocapture` compares the test accuracy after one epoch.
#[test]
#[ignore = "takes a minute"]
fn a_whole_epoch_learns_as_much_on_the_gpu() {
    let [cpu, gpu] = on_both(Goal::Schedule).map(|status| status.test_accuracy.unwrap());
    println!("test accuracy after one epoch: {:.2} % on the CPU, {:.2} % on the GPU", 100.0 * cpu, 100.0 * gpu);
    assert!((cpu - gpu).abs() <= 0.002, "{cpu} on the CPU, {gpu} on the GPU");
}
