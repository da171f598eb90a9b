//! `cargo bench --package benches --bench cpu` measures training on the CPU, natively: a step of 64 images on one thread
//! and on several, beside the plain reference in f64, and each operation of a step. Criterion's "elem" is a
//! floating-point operation here, so "Gelem/s" means GFLOP/s. With `-- C3` it runs only the benches with C3 in their
//! names.

#[path = "../tests/shared/bits.rs"]
#[allow(dead_code)]
mod bits;
#[path = "../tests/shared/reference.rs"]
#[allow(dead_code)]
mod reference;

use crate::bits::bars;
use crate::reference::Reference;
use criterion::{BenchmarkId, Criterion, Throughput};
use lenet::backend::cpu::{CpuBackend, Profile, Threads, product_rate};
use lenet::backend::{Backend, Objective, Optimizer, StepConfig, cost};
use lenet::data::{Dataset, MNIST};
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use lenet_kernels::augment::Augmentation;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const BATCH: usize = 64;
const STEP: StepConfig = StepConfig {
    optimizer: Optimizer::Sgd,
    learning_rate: 0.001,
    momentum: 0.9,
    weight_decay: 0.0,
    l2: 0.0,
    l1: 0.0,
    max_norm: 0.0,
};

const AUGMENTATION: Augmentation =
    Augmentation { shift: 2.0, rotation: 10.0, scale: 0.1, shear: 5.0, elastic: 34.0, smoothness: 4.0, stroke: 0.5 };

fn all(criterion: &mut Criterion) {
    println!("the 4 × 8 tile alone, on a 256³ product: {:.1} GFLOP/s", product_rate(1.0) / 1e9);
    // The time of an operation does not depend on the images, so any will do.
    let dataset = Arc::new(Dataset::from_idx(MNIST, bars(BATCH as u32, 1)).expect("the files are valid"));
    let images: Vec<u32> = (0..BATCH as u32).collect();
    for name in ["lenet5", "nielsen2"] {
        let plan = Plan::new(&preset(name).expect("a preset")).expect("a preset fits");
        let parameters = initial_parameters(&plan, Initialization::He, 1);

        let mut group = criterion.benchmark_group(format!("{name} step"));
        group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500)).sample_size(20);
        let flop = cost::training(&plan);
        group.throughput(Throughput::Elements((flop * BATCH as f64) as u64));
        for threads in [1, 2, 4] {
            let crew = Box::new(Threads::new(&plan, threads - 1));
            let mut backend = CpuBackend::with_crew(plan.clone(), dataset.clone(), crew);
            backend.write_parameters(&parameters);
            group.bench_function(BenchmarkId::new("threads", threads), |b| {
                b.iter(|| backend.train_step(&images, &STEP));
            });
        }
        // A step with augmented images, with every kind of change at once.
        let mut backend = CpuBackend::new(plan.clone(), dataset.clone());
        backend.write_parameters(&parameters);
        backend.write_objective(&Objective { augmentation: AUGMENTATION, noise: 1, ..Objective::default() });
        group.bench_function("1 thread, augmented", |b| b.iter(|| backend.train_step(&images, &STEP)));
        // The reference takes about as long for one image as the backend for a mini-batch.
        let reference = Reference::new(plan.clone());
        let plain: Vec<f64> = parameters.iter().map(|&x| f64::from(x)).collect();
        let image: Vec<f64> = dataset.image(0).iter().map(|&byte| f64::from(byte) / 255.0).collect();
        group.throughput(Throughput::Elements(flop as u64));
        group.bench_function("plain reference, one image", |b| {
            b.iter(|| {
                let pass = reference.forward(&plain, &image);
                black_box(reference.backward(&plain, &pass, 0))
            });
        });
        group.finish();

        let mut group = criterion.benchmark_group(name);
        group.measurement_time(Duration::from_millis(500)).warm_up_time(Duration::from_millis(100)).sample_size(10);
        let mut profile = Profile::new(&plan, &parameters, &dataset, BATCH, STEP);
        for operation in profile.operations() {
            group.throughput(Throughput::Elements((operation.cost.flop as u64).max(1)));
            group.bench_function(&operation.name, |b| b.iter(|| profile.run(&operation)));
        }
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    all(&mut criterion);
    criterion.final_summary();
}
