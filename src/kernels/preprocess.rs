//! Preprocesses every image: subtracts the mean image, divides each pixel by its deviation, or whitens the whole image.
//! Nothing here learns: the numbers come from the training images (`statistics`).

use super::dense::Dense;
use super::lanes::{Lanes, ZERO};
use crate::Shape;

/// A preprocessing layer. Without weights it subtracts the mean; with one weight for each pixel it then multiplies by them;
/// with rows w of pixels its output is Σ w (w · (x − mean)).
pub struct Preprocess {
    /// The projections on the rows.
    rows: Option<Dense>,
    centred: Vec<Lanes>,
    projected: Vec<Lanes>,
    none: Vec<f32>,
}

impl Preprocess {
    /// A layer on images of this shape with this many rows, 0 for none.
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
