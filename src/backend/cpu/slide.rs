//! Applies a network to a canvas in one forward pass. The eight images of a block are neighbouring strips of the
//! canvas. Each strip has its share of the window's places and all pixels that these see, so hardly anything is
//! computed twice.

use super::network::Network;
use crate::data::Canvas;
use crate::network::{Plan, Sliding};
use crate::refusal::Refusal;
use lenet_kernels::lanes::{LANES, Lanes, ZERO};
use lenet_kernels::loss::{self, Target};

/// The predictions at every place of the network's window. The window at row r and column c has its corner at pixel
/// (r·stride, c·stride) of the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreMap {
    /// The number of places from top to bottom.
    pub rows: usize,
    /// The number of places from left to right.
    pub columns: usize,
    /// The distance between two places, in pixels.
    pub stride: usize,
    /// The side of the window, in pixels.
    pub window: usize,
    /// [class][row][column].
    pub logits: Vec<f32>,
    /// The softmax of the logits over the classes, at each place.
    pub probabilities: Vec<f32>,
}

/// A network over canvases of one size, with its own copy of the parameters.
pub struct Slider {
    network: Network,
    parameters: Vec<f32>,
    sliding: Sliding,
    classes: usize,
    /// The numbers of rows and columns of places on the canvas.
    places: [usize; 2],
    /// The number of columns of places in a strip.
    share: usize,
}

impl Slider {
    /// `plan` for canvases of `height` × `width` pixels, with these parameters.
    ///
    /// # Errors
    /// The network cannot slide, or its window does not fit on the canvas.
    pub fn new(plan: &Plan, parameters: &[f32], [height, width]: [usize; 2]) -> Result<Slider, Refusal> {
        let places = Sliding::new(plan, [1, 1])?.places([height, width]);
        let [rows, columns] = places;
        if rows == 0 || columns == 0 {
            let side = plan.input.height;
            return Err(Refusal::new(format!(
                "a canvas of {height}×{width} is too small for the window of {side}×{side}: make it larger"
            )));
        }
        let share = columns.div_ceil(LANES);
        let sliding = Sliding::new(plan, [rows, share])?;
        let mut network = Network::new(sliding.plan.clone());
        network.pack(parameters);
        Ok(Slider { network, parameters: parameters.to_vec(), sliding, classes: plan.classes(), places, share })
    }

    /// The predictions for the whole canvas, which must have the size that `new` was given.
    pub fn forward(&mut self, canvas: &Canvas) -> ScoreMap {
        self.load(canvas);
        self.network.forward(&self.parameters);
        let logits = self.collect();
        let labels = [0; LANES];
        for place in self.network.logits().chunks_exact_mut(self.classes) {
            loss::softmax(place, &labels, &Target::PLAIN);
        }
        let probabilities = self.collect();
        let ([rows, columns], &Sliding { stride, window, .. }) = (self.places, &self.sliding);
        ScoreMap { rows, columns, stride, window, logits, probabilities }
    }

    /// Loads each strip into its lane, with blank paper around the canvas.
    fn load(&mut self, canvas: &Canvas) {
        let Sliding { ref plan, stride, margin, .. } = self.sliding;
        let width = plan.input.width;
        for (at, lanes) in self.network.input().iter_mut().enumerate() {
            let (y, x) = (at / width, at % width);
            let mut strips = ZERO;
            for (strip, pixel) in strips.iter_mut().enumerate() {
                let x = x + strip * self.share * stride;
                *pixel = match (y.checked_sub(margin), x.checked_sub(margin)) {
                    (Some(y), Some(x)) if y < canvas.height && x < canvas.width => canvas.pixels[y * canvas.width + x],
                    _ => 0.0,
                };
            }
            *lanes = strips;
        }
    }

    /// The numbers of the last layer, assembled from the strips: [class][row][column].
    fn collect(&mut self) -> Vec<f32> {
        let ([rows, columns], share, classes) = (self.places, self.share, self.classes);
        let values: &[Lanes] = self.network.logits();
        let mut all = Vec::with_capacity(classes * rows * columns);
        for class in 0..classes {
            for row in 0..rows {
                let of = |column: usize| values[(row * share + column % share) * classes + class][column / share];
                all.extend((0..columns).map(of));
            }
        }
        all
    }
}
