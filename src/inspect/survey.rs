//! All test images through the network once: what each was read as, and which excite each feature map most.

use super::test_images::{TestImages, largest};
use crate::backend::cpu::probabilities;
use crate::data::Dataset;
use crate::network::{Plan, Shape};
use std::sync::Arc;

/// How many images are kept for each map.
pub const STRONGEST: usize = 9;

/// One image and the unit of a map that it excites most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excited {
    /// The image's place among the test images.
    pub image: u32,
    /// The unit's activation.
    pub value: f32,
    /// Row and column of the unit; of equal ones the first.
    pub at: [u32; 2],
}

/// A look at all test images with parameters that stay as they are; done piece by piece, so that training goes on.
pub struct Survey {
    images: TestImages,
    plan: Plan,
    /// What each image was read as, so far.
    pub predicted: Vec<u8>,
    /// The probability of that.
    pub given: Vec<f32>,
    /// By layer and channel: the most excited first; of equally excited ones the earlier.
    pub strongest: Vec<Vec<Vec<Excited>>>,
}

impl Survey {
    /// A look at `dataset`'s test images, not begun.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        Survey {
            images: TestImages::new(plan.clone(), parameters, dataset),
            predicted: Vec::new(),
            given: Vec::new(),
            strongest: plan.layers.iter().map(|layer| vec![Vec::new(); layer.output.channels]).collect(),
            plan,
        }
    }

    /// Looks at the next eight images; false when there are none.
    pub fn advance(&mut self) -> bool {
        let Some(block) = self.images.next() else { return false };
        for (lane, image) in block.enumerate() {
            for (layer, maps) in self.strongest.iter_mut().enumerate() {
                let Shape { height, width, .. } = self.plan.layers[layer].output;
                let values: Vec<f32> = self.images.tracer.activation(layer, lane).collect();
                for (map, strongest) in values.chunks(height * width).zip(maps) {
                    let (at, value) = largest(map);
                    let at = [(at / width) as u32, (at % width) as u32];
                    insert(strongest, Excited { image, value, at });
                }
            }
            let logits = self.images.logits(lane);
            let predicted = largest(&logits).0;
            self.predicted.push(predicted as u8);
            self.given.push(probabilities(&logits)[predicted]);
        }
        true
    }
}

fn insert(strongest: &mut Vec<Excited>, excited: Excited) {
    if strongest.len() == STRONGEST && strongest[STRONGEST - 1].value >= excited.value {
        return;
    }
    let place = strongest.iter().position(|each| each.value < excited.value).unwrap_or(strongest.len());
    strongest.insert(place, excited);
    strongest.truncate(STRONGEST);
}
