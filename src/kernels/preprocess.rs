//! What is done to every image before the network proper sees it: minus the mean image, each pixel by its own spread, or
//! the whole image whitened. Nothing of it learns: the numbers come from the training images (`statistics`).

use super::dense::Dense;
use super::lanes::{Lanes, ZERO};
use crate::Shape;

/// A layer. It has as many weights as it needs: none and only the mean is taken off; one for each pixel, which is then
/// multiplied by it; or rows w of pixels, and what comes out is Σ w (w · (x − mean)).
pub struct Preprocess {
    /// Projects on the rows, and back.
    rows: Option<Dense>,
    centred: Vec<Lanes>,
    projected: Vec<Lanes>,
    none: Vec<f32>,
}

impl Preprocess {
    /// On images of this shape, with so many rows; 0: none.
    pub fn new(shape: Shape, rows: usize) -> Self {
        Preprocess {
            rows: (rows > 0).then(|| Dense::new(shape, rows)),
            centred: vec![ZERO; shape.len()],
            projected: vec![ZERO; rows],
            none: vec![0.0; rows],
        }
    }

    /// From [pixel] to [pixel].
    #[inline(never)]
    pub fn forward(&mut self, input: &[Lanes], weights: &[f32], mean: &[f32], output: &mut [Lanes]) {
        let centred = if self.rows.is_some() { &mut self.centred[..] } else { &mut *output };
        for ((to, x), mean) in centred.iter_mut().zip(input).zip(mean) {
            *to = x.map(|x| x - mean);
        }
        match &mut self.rows {
            Some(rows) => {
                rows.forward(&self.centred, weights, &self.none, &mut self.projected);
                rows.backward_input(&self.projected, weights, output);
            }
            None => {
                for (to, weight) in output.iter_mut().zip(weights) {
                    to.iter_mut().for_each(|to| *to *= weight);
                }
            }
        }
    }
}
