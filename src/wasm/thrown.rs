//! The errors that the engine's methods throw: a JavaScript `Error` with a refusal's sentence, layer and field.

use crate::refusal::Refusal;
use std::error::Error;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Error)]
    type RefusalError;

    #[wasm_bindgen(constructor, js_class = "Error")]
    fn new(message: &str) -> RefusalError;

    #[wasm_bindgen(method, setter)]
    fn set_layer(this: &RefusalError, layer: Option<usize>);

    #[wasm_bindgen(method, setter)]
    fn set_field(this: &RefusalError, field: Option<&str>);
}

/// Any error that becomes a JavaScript `Error`.
#[derive(Debug)]
pub struct Thrown(JsValue);

impl<E: Error + 'static> From<E> for Thrown {
    fn from(error: E) -> Thrown {
        thrown(&error)
    }
}

fn thrown(error: &(dyn Error + 'static)) -> Thrown {
    let thrown = RefusalError::new(&error.to_string());
    if let Some(Refusal { layer, field, .. }) = error.downcast_ref() {
        thrown.set_layer(*layer);
        thrown.set_field(field.as_deref());
    }
    Thrown(thrown.into())
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> JsValue {
        thrown.0
    }
}
