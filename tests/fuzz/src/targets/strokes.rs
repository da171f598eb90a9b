//! Drawings: a byte that tells how many points a stroke has, then its points as little-endian floats.

use crate::Target;
use lenet::data::digit::{self, Point};
use lenet::data::{Canvas, write};

pub const TARGET: Target = Target {
    name: "strokes",
    seeds: || {
        let bytes = |strokes: &[&[[f32; 3]]]| {
            let stroke = |stroke: &&[[f32; 3]]| {
                let numbers = stroke.iter().flatten().flat_map(|x| x.to_le_bytes());
                std::iter::once(stroke.len() as u8).chain(numbers).collect::<Vec<u8>>()
            };
            strokes.iter().flat_map(stroke).collect::<Vec<u8>>()
        };
        vec![
            bytes(&[&[[0.0, 0.0, 0.5], [10.0, 3.0, 1.0], [4.0, 50.0, 0.0]]]),
            bytes(&[&[[1e6, -1e6, 0.5]], &[[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]]),
            bytes(&[&[[f32::MAX, 0.0, 0.5], [f32::MIN, 0.0, 0.5]], &[[f32::NAN, f32::INFINITY, -1.0]], &[]]),
        ]
    },
    mend: super::as_it_is,
    passes: |bytes| is_drawn(&strokes(bytes)),
    check,
    memory: (3 << 20, 256),
    longest: 512,
};

fn strokes(bytes: &[u8]) -> Vec<Vec<Point>> {
    let (mut strokes, mut rest) = (Vec::new(), bytes);
    while let Some((&count, points)) = rest.split_first() {
        let (points, after) = points.split_at(points.len().min(12 * usize::from(count)));
        let number = |at: &[u8]| f32::from_le_bytes([at[0], at[1], at[2], at[3]]);
        let point = |at: &[u8]| Point { x: number(at), y: number(&at[4..]), pressure: number(&at[8..]) };
        strokes.push(points.chunks_exact(12).map(point).collect());
        rest = after;
    }
    strokes
}

/// Whether a drawing has a point that is a number.
fn is_drawn(strokes: &[Vec<Point>]) -> bool {
    strokes.iter().flatten().any(|point| point.x.is_finite() && point.y.is_finite())
}

fn check(bytes: &[u8]) {
    let strokes = strokes(bytes);
    let has_ink = digit::normalize(&strokes).iter().any(|&ink| ink > 0);
    assert_eq!(has_ink, is_drawn(&strokes), "whatever is drawn leaves ink");
    let written = write(&strokes);
    let Canvas { height, width, pixels } = &written.canvas;
    assert_eq!(pixels.len(), height * width);
    assert!(*height <= Canvas::MAX_SIDES[0] && *width <= Canvas::MAX_SIDES[1], "{height}×{width}");
    assert!(pixels.iter().all(|ink| (0.0..=1.0).contains(ink)), "every pixel is between paper and ink");
    assert!(written.scale.is_finite() && written.corner.iter().all(|x| x.is_finite()), "{written:?}");
}
