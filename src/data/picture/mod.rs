//! Turns a picture of a digit into a 28×28 image in the way that MNIST's images were made: the ink is made bright,
//! cropped, fitted into 20×20 with its proportions kept, and placed so that its centre of mass is the centre of the
//! image (LeCun, Bottou, Bengio, Haffner 1998, section III.A). A picture of 28×28 is such an image already if it looks
//! like one. A picture of a line of digits becomes a canvas.
//!
//! The picture can be any that a person has: dark on light or light on dark, in colour or drawn on nothing, in uneven
//! light, on ruled or squared paper, with a frame, scan edges, noise and specks.

mod count;
mod edges;
mod fit;
mod found;
mod grey;
mod ink;
mod levels;
mod light;
mod lines;
mod marks;
mod mask;
mod noise;
mod pieces;
mod rules;
mod strokes;
mod surface;

use super::digit::{FIT, PIXELS, SIDE, off_center};
use super::writing::{Canvas, ROOM};
use thiserror::Error;

/// A picture in colour.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The number of pixels in a row, at least one.
    pub width: usize,
    /// The number of rows, at least one.
    pub height: usize,
    /// Red, green, blue and opacity of each pixel, row by row, from 0 to 255. Colours are not multiplied by opacity.
    pub rgba: &'a [u8],
}

/// The maximum number of pixels of a picture.
pub const MAX_PIXELS: usize = 50_000_000;

/// The image that was made from a picture, and the steps that were needed.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// The pixels row by row: 0 paper, 255 ink.
    pub image: [u8; PIXELS],
    /// Whether the picture was dark on light.
    pub inverted: bool,
    /// Whether the picture was cropped, scaled and centred.
    pub fitted: bool,
}

/// Why a picture gives no image.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Unread {
    /// There is nothing but paper.
    #[error("no digit")]
    Blank,
    /// There are at least so many digits, and one was expected.
    #[error("{0} digits or more, and one was expected")]
    Several(usize),
    /// The line of digits would be so many pixels wide.
    #[error(
        "with digits {FIT} pixels high the line is {0} pixels wide, and a canvas at most {max}: cut it into pieces",
        max = Canvas::MAX_SIDES[1]
    )]
    TooWide(usize),
}

/// The image of the digit in a picture.
///
/// # Errors
/// The picture is blank, or has more than one digit.
pub fn normalize(picture: &Picture) -> Result<Normalized, Unread> {
    if let Some((image, inverted)) = as_it_is(picture) {
        return Ok(Normalized { image, inverted, fitted: false });
    }
    let found = found::find(picture).ok_or(Unread::Blank)?;
    match count::digits(&found.pieces) {
        0 | 1 => {}
        several => return Err(Unread::Several(several)),
    }
    let image = found.digits.image().map(|grey| (grey * 255.0).round() as u8);
    Ok(Normalized { image, inverted: found.dark, fitted: true })
}

/// The canvas of a picture with several digits in a line, and whether the picture was dark on light. The canvas is one
/// digit high, and the ink's centre of mass is half-way between its top and bottom.
///
/// # Errors
/// The picture is blank, or the line is too wide for a canvas.
pub fn line(picture: &Picture) -> Result<(Canvas, bool), Unread> {
    let found = found::find(picture).ok_or(Unread::Blank)?;
    let area = &found.digits.area;
    let scale = FIT / area.extent(1) as f32;
    let width = (area.extent(0) as f32 * scale).ceil() as usize + SIDE;
    if width > Canvas::MAX_SIDES[1] {
        return Err(Unread::TooWide(width));
    }
    let height = SIDE + 2 * ROOM;
    let pixels = found.digits.line(scale, [width, height]);
    Ok((Canvas { height, width, pixels }, found.dark))
}

/// The greys of MNIST's paper, black or, in a negative, white.
const BLACK: u8 = 4;

/// The pixels of a picture that is like MNIST's, and whether it is a negative: 28×28 greys on black or white paper, with
/// the ink in a box of 20×20 around its centre of mass.
fn as_it_is(picture: &Picture) -> Option<([u8; PIXELS], bool)> {
    if (picture.width, picture.height) != (SIDE, SIDE) {
        return None;
    }
    let pixels = picture.rgba.as_chunks::<4>().0;
    if !pixels.iter().all(|[r, g, b, alpha]| r == g && g == b && *alpha == 255) {
        return None;
    }
    let image = |inverted: bool| std::array::from_fn(|at| if inverted { 255 - pixels[at][0] } else { pixels[at][0] });
    [false, true].into_iter().map(|inverted| (image(inverted), inverted)).find(|(image, _)| is_like_mnist(image))
}

fn is_like_mnist(image: &[u8; PIXELS]) -> bool {
    let inked = || (0..PIXELS).filter(|&at| image[at] > BLACK).map(|at| [at % SIDE, at / SIDE]);
    let extent = |axis: usize| {
        let (low, high) = inked().fold((SIDE, 0), |(low, high), at| (low.min(at[axis]), high.max(at[axis] + 1)));
        high.saturating_sub(low) as f32
    };
    let is_fitted = (FIT - 2.0..=FIT).contains(&extent(0).max(extent(1)));
    let grey = image.map(f32::from);
    is_fitted && off_center(&grey).is_some_and(|off| off.iter().all(|off| off.abs() <= 1.0))
}
