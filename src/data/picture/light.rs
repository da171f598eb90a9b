//! What may be the ink of a picture, after a look at the light on its paper.

use super::grey::Grey;
use super::ink::{Ink, SAME, depths};
use super::levels::Levels;
use super::mask::Mask;
use super::noise::{quantile, quiet};
use super::strokes::strokes;
use super::surface;

/// Two levels of grey are the whole picture if they explain this share of its variance.
const TWO_LEVELS: f32 = 0.85;

/// What may be the ink.
pub struct Candidates {
    /// The likelier first. There is none in a picture without contrast.
    pub inks: Vec<Ink>,
    /// What else may be the ink if these are shadows.
    pub in_shadow: Box<dyn FnOnce() -> [Ink; 2]>,
}

/// What may be the ink of a picture.
pub fn candidates(grey: &Grey) -> Candidates {
    let (grey, noise) = quiet(grey);
    let [low, high] = [0.0, 1.0].map(|share| quantile(grey.pixels.iter().copied(), share));
    let least = SAME.max(4.0 * noise);
    let inks = match surface::inks(&grey, noise) {
        _ if high - low < SAME => Vec::new(),
        Some(inks) => inks.into(),
        None => {
            let levels = Levels::of(&grey);
            let even = levels.inks(&grey, least);
            if levels.explained < TWO_LEVELS {
                strokes(&grey, least).into_iter().chain(even).collect()
            } else {
                even.into()
            }
        }
    };
    Candidates { inks, in_shadow: Box::new(move || strokes(&grey, least)) }
}

/// The ink if what was taken for ink is paper: the picture's other level of grey.
pub fn swapped(grey: &Grey, ink: &Ink, mask: &Mask) -> Ink {
    let paper = quantile(grey.pixels.iter().zip(&mask.inked).filter(|(_, inked)| **inked).map(|(grey, _)| *grey), 0.5);
    let dark = !ink.dark;
    Ink { width: ink.width, depth: depths(grey, paper, dark), floor: ink.floor, dark }
}
