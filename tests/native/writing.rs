//! A drawing of several digits becomes a canvas on which the digits are as high as MNIST's, wherever and however large
//! they were drawn.

use lenet::data::digit::Point;
use lenet::data::{Canvas, Written, write};

fn stroke(points: &[(f32, f32)]) -> Vec<Point> {
    points.iter().map(|&(x, y)| Point { x, y, pressure: 0.5 }).collect()
}

/// Vertical strokes of this height at these places, like ones.
fn ones(places: &[(f32, f32)], height: f32) -> Vec<Vec<Point>> {
    places.iter().map(|&(x, y)| stroke(&[(x, y), (x, y + height)])).collect()
}

fn columns(canvas: &Canvas) -> Vec<f32> {
    (0..canvas.width).map(|x| (0..canvas.height).map(|y| canvas.pixels[y * canvas.width + x]).sum()).collect()
}

/// The rows from the first to the last that have ink between these columns.
fn rows(canvas: &Canvas, columns: std::ops::Range<usize>) -> (usize, usize) {
    let inked: Vec<usize> = (0..canvas.height)
        .filter(|y| canvas.pixels[y * canvas.width..][columns.clone()].iter().any(|&pixel| pixel > 0.1))
        .collect();
    (inked[0], inked[inked.len() - 1])
}

#[test]
fn digits_on_a_line_are_twenty_pixels_high_with_room_for_the_window() {
    let Written { canvas, .. } = write(&ones(&[(10.0, 50.0), (60.0, 50.0), (90.0, 50.0)], 40.0));
    assert_eq!(canvas.height, 36);
    // 80 units are 80·17.6/40 pixels wide, and there is half a window on each side.
    assert_eq!(canvas.width, 28 + (80.0 * 17.6 / 40.0 + 2.4_f64).ceil() as usize);
    let (first, last) = rows(&canvas, 0..canvas.width);
    assert_eq!((first, last), (8, 27));
    assert!(columns(&canvas)[..13].iter().all(|&ink| ink == 0.0));
}

#[test]
fn size_and_place_of_the_drawing_do_not_matter() {
    let strokes = |scale: f32, x: f32, y: f32| {
        let points = [(0.0, 0.0), (12.0, 1.0), (5.0, 30.0), (40.0, 4.0), (31.0, 20.0), (50.0, 22.0)];
        let at = |range: std::ops::Range<usize>| {
            stroke(&points[range].iter().map(|&(px, py)| (px * scale + x, py * scale + y)).collect::<Vec<_>>())
        };
        vec![at(0..3), at(3..6)]
    };
    let plain = write(&strokes(1.0, 0.0, 0.0));
    for (scale, x, y) in [(1.0, 300.0, -20.0), (0.01, 0.0, 0.0), (37.0, -5000.0, 900.0)] {
        let other = write(&strokes(scale, x, y));
        assert_eq!((other.canvas.height, other.canvas.width), (plain.canvas.height, plain.canvas.width));
        let off = plain.canvas.pixels.iter().zip(&other.canvas.pixels).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f32::max) <= 0.05, "times {scale}");
        assert!((other.scale * f64::from(scale) / plain.scale - 1.0).abs() < 1e-3);
    }
}

#[test]
fn where_the_drawing_lies_is_told() {
    let strokes = ones(&[(100.0, 7.0), (180.0, 27.0)], 50.0);
    let Written { canvas, scale, corner } = write(&strokes);
    for (x, y) in [(100.0, 7.0 + 25.0), (180.0, 27.0 + 25.0)] {
        let pixel = |at: f64, axis: usize| ((at - corner[axis]) * scale) as usize;
        assert!(canvas.pixels[pixel(y, 1) * canvas.width + pixel(x, 0)] > 0.9, "{x}, {y}");
    }
}

/// A digit that stands lower than the others makes the canvas higher and not the digits smaller.
#[test]
fn a_line_that_goes_up_and_down_makes_digits_no_smaller() {
    let Written { canvas, .. } = write(&ones(&[(0.0, 0.0), (40.0, 25.0), (80.0, -10.0)], 40.0));
    assert_eq!(canvas.height, 28 + 8 * 3);
    let columns = columns(&canvas);
    let middles: Vec<usize> = (1..canvas.width - 1)
        .filter(|&x| columns[x] > 15.0 && columns[x] >= columns[x - 1] && columns[x] > columns[x + 1])
        .collect();
    assert_eq!(middles.len(), 3);
    for x in middles {
        let (first, last) = rows(&canvas, x..x + 1);
        assert!((19..=21).contains(&(last + 1 - first)), "{first} to {last}");
    }
}

/// A dot, or a mark much lower than a digit, does not set the scale.
#[test]
fn a_dot_is_no_digit_to_be_made_as_high_as_one() {
    let mut strokes = ones(&[(0.0, 0.0), (40.0, 0.0)], 40.0);
    let plain = write(&strokes).scale;
    strokes.push(stroke(&[(80.0, 39.0)]));
    strokes.push(stroke(&[(100.0, 30.0), (101.0, 35.0)]));
    assert_eq!(write(&strokes).scale, plain);
}

/// Strokes above one another are one digit: the bar of a five does not set the scale.
#[test]
fn strokes_above_one_another_belong_together() {
    let mut strokes = ones(&[(20.0, 0.0)], 40.0);
    let plain = write(&strokes).scale;
    strokes.push(stroke(&[(10.0, 0.0), (30.0, 0.0)]));
    strokes.push(stroke(&[(10.0, 38.0), (30.0, 40.0)]));
    assert_eq!(write(&strokes).scale, plain);
}

#[test]
fn nothing_that_can_be_drawn_is_too_much() {
    let [most_rows, most_columns] = Canvas::MAX_SIDES;
    let inked = |strokes: &[Vec<Point>]| {
        let Written { canvas, .. } = write(strokes);
        assert!(canvas.height <= most_rows && canvas.width <= most_columns, "{}×{}", canvas.height, canvas.width);
        assert!(canvas.height >= 36 && canvas.width >= 28 && canvas.pixels.iter().all(|pixel| pixel.is_finite()));
        canvas.pixels.iter().any(|&pixel| pixel > 0.0)
    };
    assert!(!inked(&[]));
    assert!(!inked(&[vec![], stroke(&[(f32::NAN, 1.0), (f32::INFINITY, 2.0)])]));
    assert!(inked(&[stroke(&[(5.0, 5.0)])]), "a dot");
    assert!(inked(&[stroke(&[(5.0, 5.0)]), stroke(&[(9.0, 5.0)])]), "two dots");
    assert!(inked(&[stroke(&[(0.0, 0.0), (900.0, 0.0)])]), "a dash");
    assert!(inked(&ones(&[(0.0, 0.0), (1e6, 0.0)], 1.0)), "far apart");
    assert!(inked(&ones(&[(0.0, 0.0), (9.0, 1e6)], 1.0)), "far below");
    for far in [f32::MAX, f32::MIN, 1e30, 1e-40] {
        assert!(inked(&[stroke(&[(-far, 0.0), (far, far)])]), "{far}");
    }
}
