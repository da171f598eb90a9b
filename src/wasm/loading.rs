//! What the engine needs before a network can be configured: the data, and what the machine has.

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

    /// Takes the next bytes of the unpacked training images, after the other three files.
    pub fn add_images(&self, bytes: &[u8]) -> Result<()> {
        Ok(self.dataset()?.add_images(bytes)?)
    }

    /// Says that the training images have ended.
    pub fn end_images(&self) -> Result<()> {
        Ok(self.dataset()?.end_images()?)
    }

    /// Whether enough training images have arrived to begin training.
    pub fn can_train(&self) -> Result<bool> {
        let dataset = self.dataset()?;
        Ok(dataset.has(0..PIECE.min(dataset.split(Split::Train, true).len()) as u32))
    }

    /// Takes what the browser says of its WebGPU adapter, before the first `configure`; without this there is none.
    pub fn set_adapter(&self, name: String, fallback: bool) {
        self.inner.borrow_mut().adapter = Some(Adapter { name, fallback });
    }

    /// Takes the number of this machine's cores, and who hires workers that help to train on them, before the first
    /// `configure`; without this the engine trains alone.
    pub fn set_crews(&self, cores: usize, crews: JsCrews) {
        self.inner.borrow_mut().crews = Some((cores, crews));
    }
}
