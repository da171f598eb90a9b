//! The GPU backend on the Vulkan driver of this machine (Mesa's lavapipe if there is no GPU; `cargo xtask setup`
//! installs it). It must agree with the CPU backend. Passes, submits, seeds and failures are tested too.

use crate::gpu_agreement::{self, assert_alike};
use crate::random_networks::{Case, FORMATS, few, random_parameters};
use crate::support::{distance, engine, noise, now, read, wide};
use lenet::backend::gpu::{Gpu, GpuBackend, Images};
use lenet::backend::{Backend, Optimizer, StepConfig, Tap};
use lenet::data::Dataset;
use lenet::network::{Activation, Layer, NetworkSpec, Plan, PoolKind, preset};
use std::sync::{Arc, LazyLock};

/// The device of all tests, except those that destroy theirs and those of random networks.
pub static GPU: LazyLock<Gpu> = LazyLock::new(open);

/// A new device.
pub fn open() -> Gpu {
    now(Gpu::open("")).unwrap_or_else(|error| panic!("{error}: `cargo xtask setup` installs Mesa's"))
}

/// A GPU backend with these parameters.
pub fn gpu_engine(gpu: &Gpu, plan: &Plan, dataset: &Arc<Dataset>, parameters: &[f32]) -> GpuBackend {
    now(gpu_agreement::gpu_engine(gpu, plan, dataset, parameters))
}

/// Both backends with these parameters.
pub fn both(plan: &Plan, dataset: &Arc<Dataset>, parameters: &[f32]) -> [(&'static str, Box<dyn Backend>); 2] {
    let gpu = gpu_engine(&GPU, plan, dataset, parameters);
    [("CPU", Box::new(engine(plan, dataset, parameters))), ("GPU", Box::new(gpu))]
}

fn lenet5() -> Plan {
    Plan::new(&preset("lenet5").unwrap()).unwrap()
}

fn sgd() -> StepConfig {
    StepConfig {
        optimizer: Optimizer::Sgd,
        learning_rate: 0.01,
        momentum: 0.9,
        weight_decay: 0.0,
        ..StepConfig::default()
    }
}

/// Half of the networks are divided into threads as for a software adapter, half as for hardware. The device is the
/// test's own, because Mesa's driver does the work of a device on one core.
fn on_random_networks(seeds: impl Iterator<Item = u32>) {
    let own = open();
    for seed in seeds {
        let gpu = if seed % 2 == 0 { own.clone() } else { own.as_hardware() };
        now(assert_alike(&gpu, &mut Case::draw(seed)));
    }
}

// These are two tests, so that they can run on two cores.
#[test]
fn random_networks_are_as_on_the_cpu() {
    on_random_networks(few(48).filter(|seed| seed % 4 < 2));
}

#[test]
fn other_random_networks_are_as_on_the_cpu() {
    on_random_networks(few(48).filter(|seed| seed % 4 >= 2));
}

#[test]
fn the_presets_are_as_on_the_cpu() {
    for name in ["lenet5", "lenet5_1998", "nielsen1", "nielsen2"] {
        for gpu in [GPU.clone(), GPU.as_hardware()] {
            now(assert_alike(&gpu, &mut Case::preset(name, 10)));
        }
    }
}

#[test]
fn images_of_another_size_are_as_on_the_cpu() {
    for format in FORMATS {
        for (gpu, seed) in [(GPU.clone(), 1), (GPU.as_hardware(), 2)] {
            now(assert_alike(&gpu, &mut Case::of_format(format, seed)));
        }
    }
}

/// 300 images are two passes, and 299 leave the last quad with a gap. The more images, the more come so near a corner
/// that the two see it on different sides, so this compares gradients as wholes.
#[test]
fn large_mini_batches_go_in_passes() {
    let (plan, dataset) = (lenet5(), noise(300, 1));
    let parameters = random_parameters(&plan, 1);
    let mut gpu = gpu_engine(&GPU, &plan, &dataset, &parameters);
    let mut cpu = engine(&plan, &dataset, &parameters);
    for images in [256, 257, 299, 300, 3] {
        let batch: Vec<u32> = (0..images).collect();
        gpu.gradients(&batch);
        cpu.gradients(&batch);
        let [measured, expected] = [&mut gpu as &mut dyn Backend, &mut cpu].map(|b| wide(&read(b, Tap::Gradients)));
        let (apart, size) = (distance(&measured, &expected), distance(&expected, &vec![0.0; expected.len()]));
        assert!(apart <= 1e-4 * size, "{images} images: {apart:.1e} apart of {size:.1e}");
        let [measured, expected] = [&mut gpu as &mut dyn Backend, &mut cpu].map(|b| wide(&read(b, Tap::Loss)));
        assert!(distance(&measured, &expected) <= 1e-5, "{images} images: {measured:?} and {expected:?}");
    }
}

#[test]
fn the_same_mini_batches_give_the_same_bits() {
    let (plan, dataset) = (lenet5(), noise(60, 1));
    let run = || {
        let mut gpu = gpu_engine(&GPU, &plan, &dataset, &random_parameters(&plan, 1));
        for step in 0..20 {
            gpu.train_step(&[step, step + 7, step + 31, 2 * step, 59 - step], &sgd());
        }
        read(&mut gpu, Tap::Parameters).into_iter().map(f32::to_bits).collect::<Vec<u32>>()
    };
    assert!(run() == run());
}

/// The counts that the bench reports: LeNet-5 needs 12 dispatches per step, and nothing is read. The number of steps per
/// submit depends on the machine; the tests of `pace` use a simulated clock.
#[test]
fn a_step_is_few_dispatches_and_reads_nothing_back() {
    let case = Case::preset("lenet5", 10);
    let mut gpu = gpu_engine(&GPU, &case.reference.plan, &case.dataset, &case.parameters);
    let before = gpu.counts();
    for _ in 0..200 {
        gpu.train_step(&[1, 2], &sgd());
        if !gpu.has_room() {
            now(gpu.room()).unwrap();
        }
    }
    now(gpu.room()).unwrap();
    assert_eq!(gpu.counts().bytes_read, before.bytes_read);
    let dispatches = gpu.counts().dispatches - before.dispatches;
    assert_eq!(dispatches, 12 * 200);
    assert_eq!(read(&mut gpu, Tap::Steps).len(), 2 * 200);
}

/// More steps than there are records for on the device: none is lost, and they stay in order.
#[test]
fn records_nobody_reads_are_kept() {
    let plan = Plan::new(&NetworkSpec::mnist(vec![LOGITS])).unwrap();
    let parameters = vec![0.0; plan.parameters];
    let [mut cpu, mut gpu] = both(&plan, &noise(8, 1), &parameters).map(|(_, backend)| backend);
    for backend in [&mut cpu, &mut gpu] {
        for step in 0..4_500 {
            backend.train_step(&[step % 8], &sgd());
        }
    }
    let [expected, measured] = [cpu, gpu].map(|mut backend| read(&mut *backend, Tap::Steps));
    assert_eq!(measured.len(), 2 * 4_500);
    // Rounding adds up over so many steps, and the rule is not far from chaos.
    let apart = distance(&wide(&measured[..200]), &wide(&expected[..200]));
    assert!(apart < 1e-2, "{apart}");
}

/// A pixel-wise convolution with so many filters that a quad of its maps is a fifth of a binding.
#[test]
fn where_layers_are_large_fewer_images_go_at_once() {
    let plan = Plan::new(&NetworkSpec::mnist(vec![pixelwise(2_000), POOL, LOGITS])).unwrap();
    let (dataset, parameters) = (noise(24, 1), random_parameters(&plan, 1));
    let batch: Vec<u32> = (0..24).collect();
    let [expected, measured] = both(&plan, &dataset, &parameters).map(|(_, mut backend)| {
        backend.gradients(&batch);
        wide(&read(&mut *backend, Tap::Gradients))
    });
    let (apart, size) = (distance(&measured, &expected), distance(&expected, &vec![0.0; expected.len()]));
    assert!(apart <= 1e-4 * size, "{apart:.1e} apart of {size:.1e}");
}

#[test]
fn a_network_too_large_for_the_device_is_refused_with_a_sentence() {
    let wide_border = Layer::conv(1, 28, 1, 27, Activation::Relu);
    let plan = Plan::new(&NetworkSpec::mnist(vec![pixelwise(3_000), wide_border, LOGITS])).unwrap();
    let images = now(Images::upload(&GPU, &noise(1, 1))).unwrap();
    let refusal = now(GpuBackend::new(&GPU, plan, &images)).err().unwrap();
    assert_eq!(refusal.to_string(), "this network is too large for WebGPU's buffers of 128 MiB");
    assert_eq!(GPU.trouble(), None);
}

const POOL: Layer = Layer::Pool { kind: PoolKind::Max, size: 28, stride: 28 };
const LOGITS: Layer = Layer::Dense { units: 10, activation: Activation::None };

fn pixelwise(filters: usize) -> Layer {
    Layer::conv(filters, 1, 1, 0, Activation::Relu)
}
