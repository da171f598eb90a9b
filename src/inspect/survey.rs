//! A survey: all test images go through the network once, for the prediction of each and the images that excite each
//! feature map most.

use super::test_images::{TestImages, largest};
use crate::backend::cpu::probabilities;
use crate::data::Dataset;
use crate::network::{Plan, Shape};
use std::sync::Arc;

/// The number of images that are kept for each map.
pub const STRONGEST: usize = 9;

/// One image and the unit of a map that it excites most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excited {
    /// The image's place among the test images.
    pub image: u32,
    /// The unit's activation.
    pub value: f32,
    /// Row and column of the unit, the first of equal ones.
    pub at: [u32; 2],
}

/// A pass of all test images with fixed parameters, done in small pieces so that training continues meanwhile.
pub struct Survey {
    images: TestImages,
    plan: Plan,
    /// The predicted class of each image so far.
    pub predicted: Vec<u8>,
    /// The probability of the predicted class.
    pub given: Vec<f32>,
    /// By layer and channel, the images that excite the map most, in descending order; equal ones in the order of images.
    pub strongest: Vec<Vec<Vec<Excited>>>,
}

impl Survey {
    /// A survey of `dataset`'s test images. None has been looked at yet.
    pub fn new(plan: Plan, parameters: &[f32], dataset: Arc<Dataset>) -> Self {
        Survey {
            images: TestImages::new(plan.clone(), parameters, dataset),
            predicted: Vec::new(),
            given: Vec::new(),
            strongest: plan.layers.iter().map(|layer| vec![Vec::new(); layer.output.channels]).collect(),
            plan,
        }
    }

    /// Looks at the next eight images; returns false when none are left.
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
