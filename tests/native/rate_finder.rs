//! The sweep for a learning rate: it repeats from a seed, runs on any backend, stops when the loss diverges, and leaves
//! the run as it is.

use crate::gpu::{GPU, gpu_engine};
use crate::idx::mnist;
use crate::runs::{finish, trainer};
use crate::support::{noise_split, now, read};
use lenet::backend::cpu::{CpuBackend, Threads};
use lenet::backend::{Backend, Optimizer, Tap};
use lenet::data::Dataset;
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use lenet::train::{Goal, RateCurve, RateFinder, SWEEP, Settings};
use std::sync::{Arc, LazyLock};

static MNIST: LazyLock<Arc<Dataset>> = LazyLock::new(|| Arc::new(mnist()));

fn plan(name: &str) -> Plan {
    Plan::new(&preset(name).unwrap()).unwrap()
}

fn cpu(plan: &Plan, dataset: &Arc<Dataset>) -> Box<dyn Backend> {
    Box::new(CpuBackend::new(plan.clone(), dataset.clone()))
}

/// A finder from the initial parameters of the seed.
fn finder(name: &str, dataset: &Arc<Dataset>, settings: &Settings, backend: Box<dyn Backend>) -> RateFinder {
    let plan = plan(name);
    let parameters = initial_parameters(&plan, settings.initialization, settings.seed);
    RateFinder::new(plan, dataset.clone(), backend, settings, &parameters)
}

fn sweep(name: &str, dataset: &Arc<Dataset>, settings: &Settings) -> RateCurve {
    now(finder(name, dataset, settings, cpu(&plan(name), dataset)).sweep()).unwrap()
}

fn bits(curve: &RateCurve) -> Vec<u32> {
    curve.losses.iter().chain(&curve.smoothed).chain(&curve.rates).map(|x| x.to_bits()).collect()
}

#[test]
fn a_seed_repeats_bit_for_bit_in_whatever_pieces_and_on_however_many_threads() {
    let (dataset, settings) = (noise_split(600, 20, 3), Settings { seed: 3, ..Settings::default() });
    let whole = sweep("lenet5", &dataset, &settings);
    assert_eq!(bits(&whole), bits(&sweep("lenet5", &dataset, &settings)));

    let plan = plan("lenet5");
    let threads = CpuBackend::with_crew(plan.clone(), dataset.clone(), Box::new(Threads::new(&plan, 1)));
    let mut piecewise = finder("lenet5", &dataset, &settings, Box::new(threads));
    while !piecewise.is_done() {
        piecewise.advance();
        let steps = now(piecewise.measure()).unwrap();
        piecewise.take_in(&steps);
    }
    assert_eq!(bits(&whole), bits(piecewise.curve()));
    assert_eq!(whole.suggestion, piecewise.curve().suggestion);
    assert_ne!(bits(&whole), bits(&sweep("lenet5", &dataset, &Settings { seed: 4, ..settings })));
}

/// `tests/page/rate-finder.spec.ts` finds the same number in a browser.
#[test]
fn the_default_sweep_has_these_bits_everywhere() {
    let curve = sweep("lenet5", &MNIST, &Settings::default());
    let fold = |sum: u32, bits: u32| (sum ^ bits).wrapping_mul(16_777_619);
    assert_eq!((bits(&curve).into_iter().fold(2_166_136_261, fold), curve.suggestion), (4_046_553_355, Some(0.0035)));
}

#[test]
fn the_smoothed_loss_is_the_weighted_mean_of_those_so_far() {
    let curve = sweep("nielsen1", &noise_split(300, 20, 3), &Settings::default());
    for n in 0..curve.losses.len() {
        let weight = |k: usize| 0.9_f64.powi((n - k) as i32);
        let sum: f64 = (0..=n).map(|k| weight(k) * f64::from(curve.losses[k])).sum();
        let mean = sum / (0..=n).map(weight).sum::<f64>();
        let apart = (mean - f64::from(curve.smoothed[n])).abs();
        assert!(apart <= 1e-5 * mean, "{n}: {mean} and {}", curve.smoothed[n]);
    }
}

/// SGD at rates near 10 makes a network with ReLU diverge: the sweep stops there, and all its losses are finite.
#[test]
fn it_stops_where_the_loss_diverges() {
    let settings = Settings { optimizer: Optimizer::Sgd, weight_decay: 0.0, batch_size: 64, ..Settings::default() };
    let curve = sweep("nielsen2", &MNIST, &settings);
    let (losses, smoothed) = (&curve.losses, &curve.smoothed);
    assert!((40..SWEEP).contains(&losses.len()), "{} mini-batches", losses.len());
    assert_eq!((losses.len(), smoothed.len()), (curve.rates.len(), curve.rates.len()));
    assert!(smoothed.iter().all(|loss| loss.is_finite()));
    let best = smoothed.iter().fold(f32::INFINITY, |best, &loss| best.min(loss));
    let end = *smoothed.last().unwrap();
    assert!(end > (4.0 * best).max(2.3), "it ended at {end}, with {best} as its best");
}

#[test]
fn it_stops_at_a_loss_that_is_no_number_whatever_comes_after() {
    let dataset = noise_split(60, 20, 3);
    let mut finder = finder("lenet5", &dataset, &Settings::default(), cpu(&plan("lenet5"), &dataset));
    finder.take_in(&[2.3, 0.1, 2.2, 0.1]);
    assert!(!finder.is_done());
    finder.take_in(&[2.1, 0.1, f32::NAN, 0.1, 2.0, 0.1]);
    assert!(finder.is_done());
    assert_eq!(finder.curve().losses, [2.3, 2.2, 2.1]);
    assert_eq!(finder.curve().suggestion, None);
}

#[test]
fn the_run_is_left_as_it_is() {
    let dataset = noise_split(300, 20, 3);
    let outcome = |sweeps: bool| {
        let mut trainer = trainer(&preset("lenet5").unwrap(), &dataset, Settings::default());
        trainer.start(Goal::Steps(12));
        finish(&mut trainer);
        let parameters = read(trainer.backend(), Tap::Parameters);
        if sweeps {
            let backend = cpu(trainer.plan(), &dataset);
            let plan = trainer.plan().clone();
            let sweep = RateFinder::new(plan, dataset.clone(), backend, trainer.settings(), &parameters).sweep();
            assert!(now(sweep).unwrap().losses.len() > 20);
        }
        assert_eq!(trainer.status().step, 12);
        trainer.start(Goal::Steps(12));
        finish(&mut trainer);
        read(trainer.backend(), Tap::Parameters).into_iter().map(f32::to_bits).collect::<Vec<u32>>()
    };
    assert!(outcome(true) == outcome(false));
}

/// The sweep starts from the parameters it is given, not from the seed's.
#[test]
fn a_network_that_has_learned_begins_low_and_is_suggested_nothing() {
    let mut trained = trainer(&preset("nielsen1").unwrap(), &noise_split(32, 20, 3), Settings::default());
    trained.start(Goal::Epochs(200.0));
    finish(&mut trained);
    let parameters = read(trained.backend(), Tap::Parameters);
    let (plan, dataset) = (trained.plan().clone(), trained.dataset().clone());
    let backend = cpu(&plan, &dataset);
    let curve = now(RateFinder::new(plan, dataset, backend, trained.settings(), &parameters).sweep()).unwrap();
    assert!(curve.losses[0] < 0.1, "{}", curve.losses[0]);
    assert_eq!(curve.suggestion, None);
    let zeros = Settings { initialization: Initialization::Zeros, ..Settings::default() };
    assert_eq!(sweep("lenet5", &MNIST, &zeros).suggestion, None);
}

#[test]
fn on_the_gpu_it_finds_what_it_finds_on_the_cpu() {
    let (plan, dataset) = (plan("lenet5"), noise_split(300, 20, 3));
    let settings = Settings { batch_size: 16, ..Settings::default() };
    let gpu = gpu_engine(&GPU, &plan, &dataset, &vec![0.0; plan.parameters]);
    let on_gpu = now(finder("lenet5", &dataset, &settings, Box::new(gpu)).sweep()).unwrap();
    let on_cpu = sweep("lenet5", &dataset, &settings);
    // Only while rates are low; after that every rounding error grows.
    for n in 0..60 {
        let apart = (on_gpu.smoothed[n] - on_cpu.smoothed[n]).abs();
        assert!(apart < 1e-2, "{n}: {} and {}", on_gpu.smoothed[n], on_cpu.smoothed[n]);
    }
    assert_eq!(on_gpu.rates[..60], on_cpu.rates[..60]);
}

/// With SGD, whose suggested rate is far from Adam's default.
#[test]
fn lenet5_trains_with_what_is_suggested() {
    let settings = Settings { optimizer: Optimizer::Sgd, weight_decay: 0.0005, ..Settings::default() };
    let rate = sweep("lenet5", &MNIST, &settings).suggestion.unwrap();
    assert!((0.003..=0.1).contains(&rate), "{rate}");
    let mut trainer =
        trainer(&preset("lenet5").unwrap(), &MNIST, Settings { learning_rate: rate as f32, epochs: 1, ..settings });
    trainer.start(Goal::Steps(400));
    finish(&mut trainer);
    let accuracy = trainer.status().train_accuracy.unwrap();
    assert!(accuracy > 0.88, "{accuracy} with a rate of {rate}");
}

/// `cargo test --test native rules_compared -- --ignored --nocapture` prints how well one epoch goes with the default
/// rate, with the suggestion, and with the rate where the smoothed loss falls fastest, the other rule in use.
#[test]
#[ignore = "takes minutes, and prints"]
fn rules_compared() {
    for name in ["lenet5", "lenet5_1998", "nielsen1", "nielsen2"] {
        for (optimizer, weight_decay) in [(Optimizer::Adam, 0.05), (Optimizer::Sgd, 0.0005)] {
            let settings = Settings { optimizer, weight_decay, epochs: 1, ..Settings::default() };
            let curve = sweep(name, &MNIST, &settings);
            let smoothed = &curve.smoothed;
            // The slope over half a decade, after the first mini-batches.
            let fall = |n: &usize| smoothed[n - 5] - smoothed[n + 5];
            let steepest = (10..smoothed.len() - 5).max_by(|a, b| fall(a).total_cmp(&fall(b))).unwrap();
            let steepest = f64::from(curve.rates[steepest]);
            for (rule, rate) in
                [("default", Some(4e-3)), ("suggestion", curve.suggestion), ("steepest", Some(steepest))]
            {
                let Some(rate) = rate else { continue };
                let settings = Settings { learning_rate: rate as f32, ..settings.clone() };
                let mut trainer = trainer(&preset(name).unwrap(), &MNIST, settings);
                trainer.start(Goal::Schedule);
                finish(&mut trainer);
                let accuracy = 100.0 * trainer.status().test_accuracy.unwrap();
                println!("{name:12} {optimizer:?} {rule:10} {rate:.5}: {accuracy:.2} %");
            }
        }
    }
}
