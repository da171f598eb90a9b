//! The methods that look at the network: snapshots, the chosen image and unit, surveys, and the sizes of layers.

use super::drawing::image_of;
use super::shapes::*;
use super::view::{Chosen, FilterNumbers, Numbers, UnitPlace, View};
use super::{Engine, Result, advance_for, floats, promise, to_js};
use crate::backend::Tap;
use crate::data::{Split, pen, put_moved};
use crate::inspect::{Excited, Survey, Unit, augmented};
use crate::network::{LAYER_KINDS, Layer, NetworkSpec, Plan, Shape, Window, preset_of};
use crate::refusal::Refusal;
use crate::train::Report;
use js_sys::{Promise, Uint8Array};
use serde_json::Value;
use serde_wasm_bindgen::from_value;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Engine {
    /// Chooses the image of all following snapshots.
    pub fn choose(&self, chosen: Ts<ChosenImage>) -> Result<()> {
        let chosen = match ChosenImage::from_js(chosen)? {
            ChosenImage { strokes: Some(strokes), .. } => Chosen { pixels: floats(&image_of(&strokes)?), label: None },
            ChosenImage { pixels: Some(pixels), .. } => Chosen::picture(&pixels)?,
            ChosenImage { index, .. } => {
                let index = self.test_index(index.unwrap_or(f64::NAN))?;
                Chosen::of(&*self.dataset()?, index)
            }
        };
        self.inner.borrow_mut().chosen = Some(chosen);
        Ok(())
    }

    /// Everything that happened since the last snapshot, and the network's values for the chosen image.
    #[wasm_bindgen(unchecked_return_type = "Promise<Snapshot>")]
    pub fn snapshot(&self) -> Result<Promise> {
        let session = self.session()?;
        let refreshed = session.refresh();
        let shown = self.inner.borrow().shown;
        let parameters = session.read(Tap::Parameters);
        let gradients = shown.filters.filter(|numbers| *numbers == FilterNumbers::Gradients);
        let gradients = gradients.map(|_| session.read(Tap::Gradients));
        let optimizer = shown.unit.map(|_| session.ask(|trainer| trainer.backend().read_optimizer_state()));
        let chosen = self.chosen()?;
        Ok(promise(async move {
            refreshed.await;
            let parameters = parameters.await;
            let gradients = match gradients {
                Some(gradients) => Some(gradients.await),
                None => None,
            };
            let optimizer = match optimizer {
                Some(optimizer) => Some(optimizer.await),
                None => None,
            };
            let numbers = Numbers { parameters, gradients, optimizer };
            let session = &mut *session.borrow_mut();
            let view = View::new(session, &numbers, &chosen, shown)?;
            // If two snapshots are requested at once, the first contains the whole report.
            let report = session.take_report();
            let report = report.unwrap_or_else(|| Report { run: session.runs(), ..Report::default() });
            to_js(&Snapshot {
                run: report.run,
                status: Status::new(session),
                losses: Losses {
                    first_step: report.first_step,
                    loss: report.losses.as_slice().into(),
                    accuracy: report.accuracies.as_slice().into(),
                    seconds: report.seconds.as_slice().into(),
                },
                evaluations: report.evaluations.iter().map(EvaluationPoint::new).collect(),
                view,
            })
        }))
    }

    /// Chooses the unit whose arithmetic is in all following snapshots; null chooses none.
    pub fn inspect(&self, unit: Option<Ts<UnitPlace>>) -> Result<()> {
        let place = unit.map(UnitPlace::from_js).transpose()?;
        self.inner.borrow_mut().shown.unit = place.map(Unit::from);
        Ok(())
    }

    /// Chooses what of the filters is in all following snapshots; null leaves them out.
    pub fn show_filters(&self, numbers: Option<Ts<FilterNumbers>>) -> Result<()> {
        self.inner.borrow_mut().shown.filters = numbers.map(FilterNumbers::from_js).transpose()?;
        Ok(())
    }

    /// Begins to predict all test images with the present parameters.
    #[wasm_bindgen(unchecked_return_type = "Promise<RunningSurvey>")]
    pub fn survey(&self) -> Result<Promise> {
        let (session, dataset) = (self.session()?, self.dataset()?);
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let trainer = &session.borrow().trainer;
            let survey = Survey::new(trainer.plan().clone(), &parameters, dataset);
            Ok(RunningSurvey { survey, step: trainer.status().step }.into())
        }))
    }

    /// Describes the network of a list of layers, or throws the reason why they do not fit. Changes nothing.
    pub fn describe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Layer[]")] layers: JsValue,
    ) -> Result<Ts<Description>> {
        let layers: Value = from_value(layers)?;
        let spec = NetworkSpec::mnist(Layer::read_list(&layers)?);
        let plan = Plan::new(&spec)?;
        typed(&Description::new(preset_of(&spec).unwrap_or("custom"), &plan))
    }

    /// The declaration of every kind of layer, with the default values of a new layer.
    pub fn layer_kinds(&self) -> Result<Vec<Ts<LayerDeclaration>>> {
        LAYER_KINDS.iter().map(|kind| typed(&LayerDeclaration::new(kind))).collect()
    }

    /// How a window fits along a side. Throws the reason if it has no place at all.
    pub fn places(&self, length: usize, size: usize, stride: usize, padding: usize) -> Result<Ts<Fit>> {
        let window = Window { size, stride, padding };
        let places = window.places(length).map_err(Refusal::new)?;
        typed(&Fit { places, left_over: window.left_over(length), unseen: window.unseen(length) })
    }

    /// The labels of all test images.
    pub fn test_labels(&self) -> Result<Uint8Array> {
        let dataset = self.dataset()?;
        let labels: Vec<u8> = dataset.split(Split::Test, false).map(|image| dataset.label(image)).collect();
        Ok(Uint8Array::from(labels.as_slice()))
    }

    /// A test image by its number.
    pub fn test_image(&self, index: f64) -> Result<Ts<TestImage>> {
        let (dataset, index) = (self.dataset()?, self.test_index(index)?);
        typed(&TestImage { pixels: dataset.image(index).into(), label: dataset.label(index) })
    }
}

/// The maximum number of changed images in one call of `augmented`.
const MAX_CHANGES: u32 = 1024;

#[wasm_bindgen]
impl Engine {
    /// `count` augmented versions of an image of 784 bytes, 784 bytes each. The run's seed and the number of a version
    /// determine it; `first` is the number of the first.
    pub fn augmented(&self, pixels: &[u8], first: u32, count: u32) -> Result<Vec<u8>> {
        let shape = self.check_image(pixels)?;
        if !(1..=MAX_CHANGES).contains(&count) {
            return Err(Refusal::new(format!("an image is changed 1 to {MAX_CHANGES} times, not {count}")).into());
        }
        let session = self.session()?;
        let session = session.borrow();
        let settings = session.trainer.settings();
        Ok(augmented(&settings.augmentation(), settings.seed, first, count, shape, pixels))
    }

    /// `count` of the digits that a pen draws (`pen_share`), 784 bytes each; `first` is the number of the first. After the
    /// last comes the first again.
    pub fn drawings(&self, first: u32, count: u32) -> Result<Vec<u8>> {
        if !(1..=MAX_CHANGES).contains(&count) {
            return Err(Refusal::new(format!("the pen shows 1 to {MAX_CHANGES} digits, not {count}")).into());
        }
        let dataset = self.dataset()?;
        let mut images = Vec::new();
        for n in 0..count {
            dataset.put_sample(dataset.drawn().start + first.wrapping_add(n) % pen::DRAWINGS, &mut images);
        }
        Ok(images)
    }

    /// The five images that `expand` makes from an image of 784 bytes: itself, and itself moved by a pixel up, down,
    /// left and right.
    pub fn expanded(&self, pixels: &[u8]) -> Result<Vec<u8>> {
        let shape = self.check_image(pixels)?;
        let mut five = Vec::new();
        (0..5).for_each(|way| put_moved(pixels, shape.width, way, &mut five));
        Ok(five)
    }
}

impl Engine {
    /// Checks that these bytes have the size of the dataset's images, and returns their shape.
    fn check_image(&self, pixels: &[u8]) -> Result<Shape> {
        let shape = self.dataset()?.image_shape();
        if pixels.len() != shape.len() {
            let (wanted, Shape { height, width, .. }, count) = (shape.len(), shape, pixels.len());
            return Err(
                Refusal::new(format!("an image is {height}×{width} = {wanted} bytes, and this is {count}")).into()
            );
        }
        Ok(shape)
    }
}

/// The prediction of all test images in progress.
#[wasm_bindgen]
pub struct RunningSurvey {
    survey: Survey,
    step: u32,
}

#[wasm_bindgen]
impl RunningSurvey {
    /// Continues for about `milliseconds`. Returns false when it is done.
    pub fn run(&mut self, milliseconds: f64) -> bool {
        advance_for(milliseconds, || self.survey.advance())
    }

    /// The predictions; complete after `run` has returned false.
    pub fn result(&self) -> Result<Ts<SurveyResult>> {
        let excited =
            |each: &Excited| ExcitingImage { image: each.image, value: each.value, y: each.at[0], x: each.at[1] };
        let layers = self.survey.strongest.iter();
        typed(&SurveyResult {
            step: self.step,
            predicted: self.survey.predicted.as_slice().into(),
            confidence: self.survey.given.as_slice().into(),
            strongest: layers.map(|maps| maps.iter().map(|map| map.iter().map(excited).collect()).collect()).collect(),
        })
    }
}
