//! Turns a drawing of several digits into a canvas. Each digit has the height and the pen width of MNIST's, and the
//! canvas is wide enough for the window to be centred on the first and the last digit.

use super::digit::{FIT, Point, SIDE, Span, span};
use super::ink::{PEN, pieces, render};

/// A grey image of any size.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    /// The number of rows.
    pub height: usize,
    /// The number of columns.
    pub width: usize,
    /// The pixels row by row, from 0 (paper) to 1 (ink).
    pub pixels: Vec<f32>,
}

impl Canvas {
    /// The maximum height and width: about four lines of forty digits.
    pub const MAX_SIDES: [usize; 2] = [140, 1120];

    /// A canvas of these pixels.
    ///
    /// # Errors
    /// The number of pixels does not fit, a side is too long, or a pixel is not finite.
    pub fn new(height: usize, width: usize, pixels: Vec<f32>) -> Result<Canvas, String> {
        let [max_rows, max_columns] = Canvas::MAX_SIDES;
        if height > max_rows || width > max_columns || pixels.len() != height * width {
            return Err(format!(
                "a canvas is height·width numbers, of at most {max_rows} rows and {max_columns} columns, and this is \
                 {height}×{width} with {} numbers",
                pixels.len()
            ));
        }
        match pixels.iter().position(|pixel| !pixel.is_finite()) {
            Some(at) => Err(format!("pixel {at} of the canvas is {}: give numbers from 0 to 1", pixels[at])),
            None => Ok(Canvas { height, width, pixels }),
        }
    }

    /// A canvas of blank paper.
    pub fn blank(height: usize, width: usize) -> Canvas {
        Canvas { height, width, pixels: vec![0.0; height * width] }
    }
}

/// A canvas, and the position of the drawing on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The canvas.
    pub canvas: Canvas,
    /// Pixels of the canvas per unit of the drawing.
    pub scale: f64,
    /// The point of the drawing at the canvas's top left corner, in the drawing's units.
    pub corner: [f64; 2],
}

/// The minimum height of a digit as a share of the highest. Lower strokes, such as a dot beside the digits, are
/// ignored.
const TALL: f64 = 0.5;
/// The maximum width of a digit in heights. A wider stroke, such as a dash, is not scaled to the height of a digit.
const FLAT: f64 = 8.0;
/// The distance in pixels by which the window can move up and down from a digit in the middle of a canvas of minimum
/// height.
pub(super) const ROOM: usize = 4;

/// The canvas of a drawing in any scale, with y down. Points that are not finite are ignored. The canvas is `SIDE` + 8
/// pixels high, and higher in steps of 8 if the writing is higher than a digit. The ink's centre of mass is half-way
/// between top and bottom. A drawing without points gives a blank canvas.
pub fn write(strokes: &[Vec<Point>]) -> Written {
    let all = span(strokes.iter().flatten());
    if all.is_empty() {
        return Written { canvas: Canvas::blank(SIDE + 2 * ROOM, SIDE), scale: 1.0, corner: [0.0; 2] };
    }
    let [width, height] = all.extent();
    let fit = f64::from(FIT - PEN);
    let digit = match digit_height(strokes) {
        // The drawing has only dots.
        0.0 => width.max(height) / FLAT,
        digit => digit,
    };
    let mut scale = if digit > 0.0 { fit / digit } else { 0.0 };
    // If the writing would exceed the canvas, it is drawn smaller than digits should be.
    for (extent, max) in [(height, Canvas::MAX_SIDES[0] - 4 * ROOM - SIDE), (width, Canvas::MAX_SIDES[1] - 2 * SIDE)] {
        if extent * scale > max as f64 {
            scale = max as f64 / extent;
        }
    }
    let higher = (height * scale - fit - 0.5).max(0.0);
    let rows = SIDE + 2 * ROOM * (1 + (higher / (2 * ROOM) as f64).ceil() as usize);
    // Half a window on each side is enough, even for a digit as thin as a line.
    let columns = SIDE + (width * scale + f64::from(PEN)).ceil() as usize;
    let corner = [(columns as f64 - width * scale) / 2.0, (rows as f64 - height * scale) / 2.0];
    let place = |[x, y]: [f64; 2]| {
        [((x - all.low[0]) * scale + corner[0]) as f32, ((y - all.low[1]) * scale + corner[1]) as f32]
    };
    let lines = pieces(strokes, place);
    let size = [rows, columns];
    let first = render(&lines, [0.0; 2], size);
    let ink: f32 = first.iter().sum();
    let moment: f32 =
        first.chunks_exact(columns).zip(0..).map(|(row, y)| row.iter().sum::<f32>() * (y as f32 + 0.5)).sum();
    let down = if ink > 0.0 { rows as f32 / 2.0 - moment / ink } else { 0.0 };
    let pixels = render(&lines, [0.0, down], size);
    let corner = [corner[0], corner[1] + f64::from(down)].map(|at| if scale > 0.0 { at / scale } else { 0.0 });
    Written {
        canvas: Canvas { height: rows, width: columns, pixels },
        scale,
        corner: [all.low[0] - corner[0], all.low[1] - corner[1]],
    }
}

/// The height of the digits, estimated before they are read. Strokes that overlap horizontally are grouped, and the median
/// of the groups' heights is taken, which tolerates digits that are higher or lower or joined.
fn digit_height(strokes: &[Vec<Point>]) -> f64 {
    let mut groups: Vec<Span> = Vec::new();
    for mut next in strokes.iter().map(span).filter(|span| !span.is_empty()) {
        groups.retain(|group| {
            let apart = group.high[0] < next.low[0] || group.low[0] > next.high[0];
            if !apart {
                next.add(group);
            }
            apart
        });
        groups.push(next);
    }
    let height = |group: &Span| group.extent()[1].max(group.extent()[0] / FLAT);
    let mut heights: Vec<f64> = groups.iter().map(height).collect();
    let highest = heights.iter().copied().fold(0.0, f64::max);
    heights.retain(|&height| height >= TALL * highest);
    let lower = |height: f64| heights.iter().filter(|&&other| other < height).count();
    // The median: the greatest height that at most half of the heights are below.
    heights.iter().copied().filter(|&height| lower(height) <= heights.len() / 2).fold(0.0, f64::max)
}
