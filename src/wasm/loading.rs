//! The methods that must be called before a network can be configured: they load the data and describe the machine.

use super::crew::JsCrews;
use super::{Engine, Result};
use crate::backend::machine::Adapter;
use crate::data::{Dataset, MNIST, MnistFile, PIECE, Split};
use crate::refusal::Refusal;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Engine {
    /// Takes one unpacked IDX file: "train-images", "train-labels", "test-images" or "test-labels". The first may instead
    /// come in parts, after the others.
    pub fn load_data(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &mut *self.inner.borrow_mut();
        let Some(place) = MnistFile::ALL.iter().position(|file| file.name() == name) else {
            return Err(Refusal::new(format!("\"{name}\" is none of MNIST's four files")).into());
        };
        MnistFile::ALL[place].check(&bytes)?;
        if let (MnistFile::TrainImages, Some(dataset)) = (MnistFile::ALL[place], &inner.dataset) {
            dataset.add_images(&bytes)?;
            return Ok(dataset.end_images()?);
        }
        inner.files[place] = Some(bytes);
        if let [images, Some(_), Some(_), Some(_)] = &inner.files
            && inner.dataset.is_none()
        {
            let complete = images.is_some();
            let [images, labels, test_images, test_labels] =
                std::mem::take(&mut inner.files).map(Option::unwrap_or_default);
            let dataset = if complete {
                Dataset::from_idx(MNIST, [images, labels, test_images, test_labels])
            } else {
                Dataset::expecting(MNIST, [labels, test_images, test_labels])
            };
            inner.dataset = Some(Arc::new(dataset?));
        }
        Ok(())
    }

    /// Takes the next bytes of the unpacked training images. The other three files must have been loaded.
    pub fn add_images(&self, bytes: &[u8]) -> Result<()> {
        Ok(self.dataset()?.add_images(bytes)?)
    }

    /// Declares that all training images were passed.
    pub fn end_images(&self) -> Result<()> {
        Ok(self.dataset()?.end_images()?)
    }

    /// Whether enough training images have arrived to begin training.
    pub fn can_train(&self) -> Result<bool> {
        let dataset = self.dataset()?;
        Ok(dataset.has(0..PIECE.min(dataset.split(Split::Train, true).len()) as u32))
    }

    /// Takes the browser's description of its WebGPU adapter. Without this call there is no WebGPU. It must come before
    /// the first `configure`.
    pub fn set_adapter(&self, name: String, fallback: bool) {
        self.inner.borrow_mut().adapter = Some(Adapter { name, fallback });
    }

    /// Takes the number of cores and the object that starts workers. Without this call the engine trains on its own
    /// thread only. It must come before the first `configure`.
    pub fn set_crews(&self, cores: usize, crews: JsCrews) {
        self.inner.borrow_mut().crews = Some((cores, crews));
    }
}
