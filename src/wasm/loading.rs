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
    /// Takes the CRC-32 of one file, or, of the training images, of each piece of a thousand. It must come before the file,
    /// which is then checked before it is used.
    pub fn expect(&self, name: &str, digests: Vec<u32>) -> Result<()> {
        self.inner.borrow_mut().digests[place(name)?] = digests;
        Ok(())
    }

    /// Takes one unpacked IDX file: "train-images", "train-labels", "test-images" or "test-labels". The first may instead
    /// come in parts, after the others.
    pub fn load_data(&self, name: &str, bytes: Vec<u8>) -> Result<()> {
        let inner = &mut *self.inner.borrow_mut();
        let place = place(name)?;
        let file = MnistFile::ALL[place];
        file.check(&bytes)?;
        if let (MnistFile::TrainImages, Some(dataset)) = (file, &inner.dataset) {
            dataset.add_images(&bytes)?;
            return Ok(dataset.end_images()?);
        }
        if let (false, &[digest]) = (file == MnistFile::TrainImages, &inner.digests[place][..]) {
            file.check_digest(&bytes, digest)?;
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
            let digests = std::mem::take(&mut inner.digests[0]);
            inner.dataset = Some(Arc::new(dataset?.with_digests(digests)));
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

    /// Prepares for another attempt to receive the training images, and returns the number of bytes that were kept: those in
    /// complete pieces. The attempt goes on after them.
    pub fn resume_images(&self) -> Result<usize> {
        Ok(self.dataset()?.resume_images())
    }

    /// Goes on with the training images that are here, because no more will arrive. Returns their number.
    pub fn cut_short(&self) -> Result<usize> {
        let dataset = self.dataset()?;
        dataset.cut_short();
        if let Some(session) = &self.inner.borrow().session {
            session.borrow_mut().trainer.make_do();
        }
        Ok(dataset.arrived())
    }

    /// Whether the training images have arrived from which preprocessing is computed.
    pub fn has_statistics(&self) -> Result<bool> {
        Ok(self.dataset()?.has_sampled())
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

/// The place of a file in `MnistFile::ALL`.
fn place(name: &str) -> Result<usize> {
    let place = MnistFile::ALL.iter().position(|file| file.name() == name);
    place.ok_or_else(|| Refusal::new(format!("\"{name}\" is none of MNIST's four files")).into())
}
