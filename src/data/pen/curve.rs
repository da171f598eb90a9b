//! A smooth line through points.

use super::styles::Passed;

/// The length of a piece of line, in units of half the height of a digit: two pixels of MNIST's.
const PIECE: f32 = 0.2;

/// A line through these points: a cardinal spline (Catmull, Rom 1974: roundness ½) that turns sharply at corners, with at
/// most `most` pieces between two points. With roundness 0 the line is straight from point to point.
pub fn through(points: &[Passed], roundness: f32, most: usize) -> Vec<[f32; 2]> {
    let at = |n: usize| points[n].at;
    // The tangent at a point that is no corner is parallel to the line between its neighbours.
    let tangent = |n: usize| {
        let inner = n > 0 && n + 1 < points.len() && !points[n].corner;
        let [before, after] = if inner { [at(n - 1), at(n + 1)] } else { [[0.0; 2]; 2] };
        [0, 1].map(|axis| roundness * (after[axis] - before[axis]))
    };
    let mut line = vec![at(0)];
    for n in 1..points.len() {
        let ([from, to], [leaving, arriving]) = ([at(n - 1), at(n)], [tangent(n - 1), tangent(n)]);
        let length = libm::hypotf(to[0] - from[0], to[1] - from[1]);
        let steps = ((length / PIECE).ceil() as usize).clamp(1, most);
        for step in 1..=steps {
            let t = step as f32 / steps as f32;
            let (t2, t3) = (t * t, t * t * t);
            // Hermite's basis.
            let [h00, h10, h01, h11] = [2.0 * t3 - 3.0 * t2 + 1.0, t3 - 2.0 * t2 + t, 3.0 * t2 - 2.0 * t3, t3 - t2];
            line.push(
                [0, 1].map(|axis| h00 * from[axis] + h10 * leaving[axis] + h01 * to[axis] + h11 * arriving[axis]),
            );
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_passes_every_point_and_is_straight_without_roundness() {
        let points = [[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]].map(|at| Passed { at, corner: false });
        for roundness in [0.0, 0.5] {
            let line = through(&points, roundness, 4);
            assert_eq!(line.len(), 9);
            assert!(points.iter().zip([0, 4, 8]).all(|(passed, n)| passed.at == line[n]));
        }
        let straight = through(&points, 0.0, 4);
        assert!(straight[..5].iter().all(|[x, y]| (y - 2.0 * x).abs() < 1e-4));
        assert!(through(&points, 0.5, 4)[..5].iter().any(|[x, y]| (y - 2.0 * x).abs() > 0.01));
    }
}
