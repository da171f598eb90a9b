//! The prediction for one image, which is either pixels or a drawing.

use super::shapes::{ClassifiedDrawing, Strokes};
use super::{Engine, Result, array, floats, promise, to_js};
use crate::backend::Tap;
use crate::data::digit::{self, Point};
use crate::refusal::Refusal;
use js_sys::Promise;
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Engine {
    /// The probability of each class for an image, which has one number from 0 to 1 for each pixel.
    #[wasm_bindgen(unchecked_return_type = "Promise<Float32Array>")]
    pub fn classify(&self, pixels: Vec<f32>) -> Result<Promise> {
        let probabilities = self.probabilities(pixels)?;
        Ok(promise(async move { Ok(array(&probabilities.await?)) }))
    }

    /// Turns a drawing into an image, in the same way as drawings on the page's pad, and predicts its class.
    #[wasm_bindgen(unchecked_return_type = "Promise<ClassifiedDrawing>")]
    pub fn classify_drawing(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number[][][]")] strokes: JsValue,
    ) -> Result<Promise> {
        let pixels = floats(&image_of(&from_value(strokes)?)?);
        let probabilities = self.probabilities(pixels.clone())?;
        Ok(promise(async move {
            to_js(&ClassifiedDrawing {
                pixels: pixels.as_slice().into(),
                probabilities: probabilities.await?.as_slice().into(),
            })
        }))
    }
}

impl Engine {
    fn probabilities(&self, pixels: Vec<f32>) -> Result<impl Future<Output = Result<Vec<f32>>> + use<>> {
        let session = self.session()?;
        let parameters = session.read(Tap::Parameters);
        Ok(async move {
            let parameters = parameters.await;
            Ok(session.borrow_mut().look(&parameters, &pixels)?.probabilities.to_vec())
        })
    }
}

/// Turns a drawing into an image of a digit.
pub fn image_of(strokes: &Strokes) -> std::result::Result<[u8; digit::PIXELS], Refusal> {
    Ok(digit::normalize(&points_of(strokes)?))
}

/// The points of a drawing's strokes.
pub fn points_of(strokes: &Strokes) -> std::result::Result<Vec<Vec<Point>>, Refusal> {
    let point = |point: &Vec<f32>| match point[..] {
        [x, y] => Ok(Point { x, y, pressure: 0.5 }),
        [x, y, pressure] => Ok(Point { x, y, pressure }),
        _ => Err(Refusal::new("a drawing is a list of strokes, each a list of points [x, y] or [x, y, pressure]")),
    };
    strokes.iter().map(|stroke| stroke.iter().map(point).collect()).collect()
}
