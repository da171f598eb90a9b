//! The methods for the network's parameters by name, and for files.

use super::shapes::{Description, GivenTensor, Gradients, NamedTensor};
use super::{Engine, Result, promise, to_js};
use crate::backend::Tap;
use crate::data::Split;
use crate::declare::quoted;
use crate::network::{ParameterTensor, Plan};
use crate::refusal::Refusal;
use crate::session::Shared;
use crate::train::{checkpoint, onnx};
use js_sys::{Promise, Uint8Array};
use serde_wasm_bindgen::from_value;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// The formats of `save`.
const FORMATS: [&str; 3] = ["safetensors", "network", "onnx"];

#[wasm_bindgen]
impl Engine {
    /// All parameters by name.
    #[wasm_bindgen(unchecked_return_type = "Promise<NamedTensor[]>")]
    pub fn parameters(&self) -> Result<Promise> {
        let session = self.session()?;
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            to_js(&named(session.borrow().trainer.plan(), &parameters))
        }))
    }

    /// Replaces the named parameters and keeps the others.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn set_parameters(
        &self,
        #[wasm_bindgen(unchecked_param_type = "GivenTensor[]")] list: JsValue,
    ) -> Result<Promise> {
        let list: Vec<GivenTensor> = from_value(list)?;
        let session = self.session()?;
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let mut parameters = parameters.await;
            let trainer = &mut session.borrow_mut().trainer;
            let given = list.into_iter().map(|tensor| (tensor.name, tensor.shape, tensor.data));
            trainer.plan().replace(&mut parameters, given)?;
            trainer.write_parameters(&parameters);
            Ok(JsValue::UNDEFINED)
        }))
    }

    /// The mean loss and its gradients for these images of the training file.
    #[wasm_bindgen(unchecked_return_type = "Promise<Gradients>")]
    pub fn gradients(&self, indices: Vec<u32>) -> Result<Promise> {
        let session = self.session()?;
        let training = self.dataset()?.split(Split::Train, true);
        let count = training.len();
        if !(1..=count).contains(&indices.len()) || indices.iter().any(|index| !training.contains(index)) {
            let last = count - 1;
            let takes = format!("gradients takes 1 to {count} indices of training images, each from 0 to {last}");
            return Err(Refusal::new(takes).into());
        }
        let gradients = session.ask(move |trainer| trainer.gradients(&indices));
        Ok(promise(async move {
            let (loss, gradients) = gradients.await;
            to_js(&Gradients { loss, gradients: named(session.borrow().trainer.plan(), &gradients) })
        }))
    }

    /// The network and its run as a "safetensors" file, or only the network: as a safetensors file, in the format "network",
    /// or as an "onnx" file. A network with a parameter that is not finite is refused.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array>")]
    pub fn save(&self, format: &str) -> Result<Promise> {
        if !FORMATS.contains(&format) {
            let sentence = format!("\"{format}\" is not a format: there are {}", quoted(FORMATS.into_iter()));
            return Err(Refusal::new(sentence).into());
        }
        let format = format.to_owned();
        let session = self.session()?;
        let read = session.read_run();
        Ok(promise(async move {
            let (parameters, run) = read.await;
            let session = session.borrow();
            let plan = session.trainer.plan();
            checkpoint::check_finite(plan, &parameters)?;
            let bytes = match format.as_str() {
                "onnx" => onnx::save(plan, &parameters),
                "network" => checkpoint::save(plan, &parameters),
                _ => checkpoint::save_run(plan, &parameters, &run),
            };
            Ok(Uint8Array::from(bytes.as_slice()).into())
        }))
    }

    /// Checks a file of this size by its first bytes, before it is read.
    pub fn check_file(&self, first: &[u8], size: f64) -> Result<()> {
        Ok(checkpoint::check_file(first, size as u64)?)
    }

    /// What was assumed about the file that `load` was given last, in sentences; nothing if it says what its layers are.
    pub fn assumed(&self) -> Result<Option<String>> {
        Ok(self.session()?.borrow().assumed.as_ref().map(ToString::to_string))
    }

    /// Loads a safetensors file and describes its network. If the file contains a run, the run continues. After an
    /// error, the old network stays.
    pub fn load(&self, bytes: &[u8]) -> Result<Ts<Description>> {
        let session = self.session()?.borrow().loaded(bytes)?;
        self.install(Shared::new(session))
    }
}

/// Splits a block of numbers in the order of the parameters into named tensors.
fn named(plan: &Plan, numbers: &[f32]) -> Vec<NamedTensor> {
    let out = |tensor: ParameterTensor| NamedTensor {
        data: numbers[tensor.range].into(),
        name: tensor.name,
        shape: tensor.shape,
    };
    plan.tensors().into_iter().map(out).collect()
}
