//! The engine on a browser's page.
#![cfg(target_arch = "wasm32")]

#[path = "../shared/bits.rs"]
mod bits;
mod engine;
mod gpu;
#[path = "../shared/gpu_agreement.rs"]
mod gpu_agreement;
// The native tests use more of these.
#[allow(dead_code)]
#[path = "../shared/random_networks.rs"]
mod random_networks;
#[allow(dead_code)]
#[path = "../shared/reference.rs"]
mod reference;
#[allow(dead_code, unused_imports)]
#[path = "../shared/support.rs"]
mod support;
mod webgpu;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
