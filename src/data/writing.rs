//! A drawing of several digits made into a canvas on which each is as MNIST's are: as high as they were made, under the
//! same pen, on paper wide enough for the network's window to stand over the first and the last.

use super::digit::{FIT, PEN, Point, SIDE, Span, pieces, render, span};

/// Grey pixels, row by row: 0 paper, 1 ink.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// As many as both say.
    pub pixels: Vec<f32>,
}

impl Canvas {
    /// The largest that is made or taken: forty digits side by side, four lines of them.
    pub const MAX_SIDES: [usize; 2] = [140, 1120];

    /// A canvas of these pixels.
    ///
    /// # Errors
    /// How many there have to be, or that they are not finite.
    pub fn new(height: usize, width: usize, pixels: Vec<f32>) -> Result<Canvas, String> {
        let [most_rows, most_columns] = Canvas::MAX_SIDES;
        if height > most_rows || width > most_columns || pixels.len() != height * width {
            return Err(format!(
                "a canvas is height·width numbers, of at most {most_rows} rows and {most_columns} columns, and this is \
                 {height}×{width} with {} numbers",
                pixels.len()
            ));
        }
        match pixels.iter().position(|pixel| !pixel.is_finite()) {
            Some(at) => Err(format!("pixel {at} of the canvas is {}: give numbers from 0 to 1", pixels[at])),
            None => Ok(Canvas { height, width, pixels }),
        }
    }

    /// Blank paper.
    pub fn blank(height: usize, width: usize) -> Canvas {
        Canvas { height, width, pixels: vec![0.0; height * width] }
    }
}

/// A canvas, and where the drawing lies on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// What was drawn.
    pub canvas: Canvas,
    /// Pixels in one unit of the drawing.
    pub scale: f64,
    /// The point of the drawing at the canvas's corner, in its units.
    pub corner: [f64; 2],
}

/// What is lower than this share of the highest digit is no digit: a dot beside them does not count.
const TALL: f64 = 0.5;
/// A group wider than so many times its height is no digit: a dash is not made as high as one.
const FLAT: f64 = 8.0;
/// How far the window can move up and down from a digit in the middle of the lowest canvas.
pub(super) const ROOM: usize = 4;

/// The canvas of a drawing, in any scale, y down; points that are not finite are left out. It is `SIDE` pixels high and 8
/// more, and another 8 for as many as the writing is higher than a digit; the ink's mass is half-way between top and
/// bottom. A drawing of no points is blank.
pub fn write(strokes: &[Vec<Point>]) -> Written {
    let all = span(strokes.iter().flatten());
    if all.is_empty() {
        return Written { canvas: Canvas::blank(SIDE + 2 * ROOM, SIDE), scale: 1.0, corner: [0.0; 2] };
    }
    let [width, height] = all.extent();
    let fit = f64::from(FIT - PEN);
    let digit = match digit_height(strokes) {
        // Nothing but dots.
        0.0 => width.max(height) / FLAT,
        digit => digit,
    };
    let mut scale = if digit > 0.0 { fit / digit } else { 0.0 };
    // Smaller than a digit should be rather than more than fits.
    for (extent, most) in [(height, Canvas::MAX_SIDES[0] - 4 * ROOM - SIDE), (width, Canvas::MAX_SIDES[1] - 2 * SIDE)] {
        if extent * scale > most as f64 {
            scale = most as f64 / extent;
        }
    }
    let higher = (height * scale - fit - 0.5).max(0.0);
    let rows = SIDE + 2 * ROOM * (1 + (higher / (2 * ROOM) as f64).ceil() as usize);
    // Half a window on either side, for a digit as thin as a line.
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

/// The height of the digits, so far as one can tell before they are read: strokes that lie above one another belong
/// together, and the median of their heights does not mind if they stand higher and lower or some are joined.
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
    // The highest of those that at most half are lower than.
    heights.iter().copied().filter(|&height| lower(height) <= heights.len() / 2).fold(0.0, f64::max)
}
