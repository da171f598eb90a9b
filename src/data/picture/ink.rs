//! What may be the ink of a picture: how far each pixel is from the paper.

use super::grey::Grey;

/// How far each pixel is from the paper on one side, in grey values.
pub struct Ink {
    pub width: usize,
    /// Zero where the pixel is paper, or on the other side of it.
    pub depth: Vec<f32>,
    /// Less than this is noise.
    pub floor: f32,
    /// Whether the ink is darker than the paper.
    pub dark: bool,
}

/// Grey values that are closer to the paper than this are paper, however little noise there is.
pub const SAME: f32 = 6.0;

/// How far each pixel is from a grey of paper.
pub fn depths(grey: &Grey, paper: f32, dark: bool) -> Vec<f32> {
    grey.pixels.iter().map(|&grey| if dark { paper - grey } else { grey - paper }.max(0.0)).collect()
}
