//! The preprocessing of every image: it subtracts the mean image, and may divide each pixel by its deviation or whiten the
//! image. Nothing here learns: the parameters come from the training images (`statistics`).

use super::dense::Dense;
use super::lanes::{Lanes, ZERO};
use super::operation::{Noise, Operation, Parameters};
use crate::Shape;

/// A preprocessing layer. Without weights it subtracts the mean. With one weight per pixel it multiplies the difference by
/// it. With rows w of pixels as weights, its output is Σ w (w · (x − mean)).
pub struct Preprocess {
    /// Projects an image onto the rows, and back.
    rows: Option<Dense>,
    centred: Vec<Lanes>,
    projected: Vec<Lanes>,
    none: Vec<f32>,
}

impl Preprocess {
    /// Preprocessing of images of this shape, with this number of rows; 0 for the kinds without.
    pub fn new(shape: Shape, rows: usize) -> Self {
        Preprocess {
            rows: (rows > 0).then(|| Dense::new(shape, rows)),
            centred: vec![ZERO; shape.len()],
            projected: vec![ZERO; rows],
            none: vec![0.0; rows],
        }
    }
}

impl Operation for Preprocess {
    /// From [pixel] to [pixel]; the biases are the mean image.
    #[inline(never)]
    fn forward(&mut self, input: &[Lanes], parameters: Parameters, _: Option<Noise>, output: &mut [Lanes]) {
        let Parameters { weights, biases: mean } = parameters;
        let centred = if self.rows.is_some() { &mut self.centred[..] } else { &mut *output };
        for ((to, x), mean) in centred.iter_mut().zip(input).zip(mean) {
            *to = x.map(|x| x - mean);
        }
        match &mut self.rows {
            Some(rows) => {
                rows.forward(&self.centred, Parameters { weights, biases: &self.none }, None, &mut self.projected);
                rows.backward_input(&self.projected, weights, output);
            }
            None => {
                for (to, weight) in output.iter_mut().zip(weights) {
                    to.iter_mut().for_each(|to| *to *= weight);
                }
            }
        }
    }

    /// No layer before this one learns.
    fn backward_input(&mut self, _: &[Lanes], _: &[f32], _: &mut [Lanes]) {}
}
