//! The network over a canvas with several digits, field by field as `Slide` in `www/engine/protocol.ts`.

use super::live::read;
use super::{Engine, Result, array, points_of, promise, to_js};
use crate::backend::Tap;
use crate::backend::cpu::Slider;
use crate::data::{Canvas, Written, write};
use crate::inspect::{Digit, read_off};
use crate::refusal::Refusal;
use js_sys::Promise;
use serde::Serialize;
use serde_wasm_bindgen::{from_value, preserve};
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct SlideOut {
    height: usize,
    width: usize,
    #[serde(with = "preserve")]
    pixels: JsValue,
    scale: f64,
    corner: [f64; 2],
    window: usize,
    stride: usize,
    rows: usize,
    columns: usize,
    #[serde(with = "preserve")]
    scores: JsValue,
    digits: Vec<DigitOut>,
}

#[derive(Serialize)]
struct DigitOut {
    label: u8,
    probability: f32,
    row: usize,
    column: usize,
    x: usize,
    y: usize,
    left: usize,
    right: usize,
}

#[wasm_bindgen]
impl Engine {
    /// What the network as it is now says all over a drawing or, where there is none, over `height` × `width` pixels, in one
    /// forward pass; and the digits that are read off.
    pub fn slide(&self, strokes: JsValue, pixels: Vec<f32>, height: usize, width: usize) -> Result<Promise> {
        let Written { canvas, scale, corner } = match strokes.is_undefined() {
            false => write(&points_of(&from_value(strokes)?)?),
            true => Written {
                canvas: Canvas::new(height, width, pixels).map_err(Refusal::new)?,
                scale: 1.0,
                corner: [0.0; 2],
            },
        };
        let live = self.live()?;
        let parameters = read(&live, Tap::Parameters);
        Ok(promise(async move {
            let parameters = parameters.await;
            let slider = Slider::new(live.borrow().session.trainer.plan(), &parameters, [canvas.height, canvas.width]);
            let scores = slider?.forward(&canvas);
            let out = |digit: Digit| DigitOut {
                label: digit.label,
                probability: digit.probability,
                row: digit.place[0],
                column: digit.place[1],
                x: digit.place[1] * scores.stride,
                y: digit.place[0] * scores.stride,
                left: digit.columns[0],
                right: digit.columns[1],
            };
            to_js(&SlideOut {
                height: canvas.height,
                width: canvas.width,
                pixels: array(&canvas.pixels),
                scale,
                corner,
                window: scores.window,
                stride: scores.stride,
                rows: scores.rows,
                columns: scores.columns,
                scores: array(&scores.probabilities),
                digits: read_off(&canvas, &scores).into_iter().map(out).collect(),
            })
        }))
    }
}
