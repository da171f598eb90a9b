//! Numbers that become typed arrays in JavaScript.

use js_sys::{Float32Array, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// A `Float32Array` in JavaScript.
#[derive(Clone, Serialize, Tsify)]
pub struct Floats(#[serde(with = "preserve")] Float32Array);

impl From<&[f32]> for Floats {
    fn from(numbers: &[f32]) -> Self {
        Floats(Float32Array::from(numbers))
    }
}

/// A `Uint8Array` in JavaScript.
#[derive(Serialize, Tsify)]
pub struct Bytes(#[serde(with = "preserve")] Uint8Array);

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Bytes(Uint8Array::from(bytes))
    }
}
