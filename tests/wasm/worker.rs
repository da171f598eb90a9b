//! The engine in a dedicated worker, where the page has it.
#![cfg(target_arch = "wasm32")]

#[path = "../shared/bits.rs"]
mod bits;
mod engine;
mod webgpu;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
