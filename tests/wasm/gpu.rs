//! The GPU backend agrees with the CPU backend in a browser, which compiles shaders differently from the native tests.

use crate::gpu_agreement::assert_alike;
use crate::random_networks::{Case, few};
use crate::webgpu;
use lenet::backend::gpu::Gpu;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn random_networks_are_as_on_the_cpu() {
    if webgpu::is_missing() {
        return;
    }
    let gpu = Gpu::open("").await.unwrap();
    for seed in few(24) {
        let gpu = if seed % 2 == 0 { gpu.clone() } else { gpu.as_hardware() };
        assert_alike(&gpu, &mut Case::draw(seed)).await;
    }
}

#[wasm_bindgen_test]
async fn the_presets_are_as_on_the_cpu() {
    if webgpu::is_missing() {
        return;
    }
    let gpu = Gpu::open("").await.unwrap();
    for (name, gpu) in [
        ("lenet5", gpu.clone()),
        ("lenet5_1998", gpu.clone()),
        ("nielsen1", gpu.as_hardware()),
        ("nielsen2", gpu.as_hardware()),
    ] {
        assert_alike(&gpu, &mut Case::preset(name, 10)).await;
    }
}
