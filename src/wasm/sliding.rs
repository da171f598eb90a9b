//! Applies the network at every place of a canvas with several digits.

use super::arrays::Floats;
use super::drawing::points_of;
use super::shapes::Strokes;
use super::{Engine, Result, promise, to_js};
use crate::backend::Tap;
use crate::backend::cpu::Slider;
use crate::data::{Canvas, Written, write};
use crate::inspect::{Digit, read_off};
use crate::refusal::Refusal;
use js_sys::Promise;
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// A canvas with several digits: either a drawing or, without strokes, pixels row by row, from 0 (paper) to 1 (ink).
#[derive(Default, Deserialize, Tsify)]
#[serde(default)]
pub struct GivenWriting {
    #[tsify(type = "number[][][]")]
    strokes: Option<Strokes>,
    #[tsify(type = "Float32Array")]
    pixels: Vec<f32>,
    height: usize,
    width: usize,
}

/// The probabilities of every class at every place of a canvas.
#[derive(Serialize, Tsify)]
pub struct Slide {
    /// The canvas that the network received.
    height: usize,
    width: usize,
    pixels: Floats,
    /// The position of a drawing on the canvas: pixel = (point − corner)·scale.
    scale: f64,
    corner: [f64; 2],
    /// The side of the window, and the distance between two of its places, in pixels.
    window: usize,
    stride: usize,
    /// The number of places of the window from top to bottom, and from left to right.
    rows: usize,
    columns: usize,
    /// [class][row][column]: the probability of each class in the window whose corner is at (row·stride, column·stride).
    scores: Floats,
    /// The digits that were read, from left to right.
    digits: Vec<SlideDigit>,
}

/// A digit that was read on the canvas.
#[derive(Serialize, Tsify)]
pub struct SlideDigit {
    label: u8,
    probability: f32,
    /// Its place in `scores`, and the corner of its window in pixels.
    row: usize,
    column: usize,
    x: usize,
    y: usize,
    /// The first column of its ink, and the column after the last.
    left: usize,
    right: usize,
}

#[wasm_bindgen]
impl Engine {
    /// Applies the present network at every place of a canvas in one forward pass, and reads the digits.
    #[wasm_bindgen(unchecked_return_type = "Promise<Slide>")]
    pub fn slide(&self, writing: Ts<GivenWriting>) -> Result<Promise> {
        let GivenWriting { strokes, pixels, height, width } = GivenWriting::from_js(writing)?;
        let Written { canvas, scale, corner } = match strokes {
            Some(strokes) => write(&points_of(&strokes)?),
            None => Written {
                canvas: Canvas::new(height, width, pixels).map_err(Refusal::new)?,
                scale: 1.0,
                corner: [0.0; 2],
            },
        };
        let session = self.session()?;
        let parameters = session.read(Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let slider = Slider::new(session.borrow().trainer.plan(), &parameters, [canvas.height, canvas.width]);
            let scores = slider?.forward(&canvas);
            let out = |digit: Digit| SlideDigit {
                label: digit.label,
                probability: digit.probability,
                row: digit.place[0],
                column: digit.place[1],
                x: digit.place[1] * scores.stride,
                y: digit.place[0] * scores.stride,
                left: digit.columns[0],
                right: digit.columns[1],
            };
            to_js(&Slide {
                height: canvas.height,
                width: canvas.width,
                pixels: canvas.pixels.as_slice().into(),
                scale,
                corner,
                window: scores.window,
                stride: scores.stride,
                rows: scores.rows,
                columns: scores.columns,
                scores: scores.probabilities.as_slice().into(),
                digits: read_off(&canvas, &scores).into_iter().map(out).collect(),
            })
        }))
    }
}
