//! Says which rows and columns of its input a layer never sees, because the places of its window are rounded down or its
//! stride is larger than its window.

use super::LayerPlan;
use lenet_kernels::Window;

/// The maximum number of rows or columns that are listed; of more, the first ones are.
const LISTED: usize = 6;

impl LayerPlan {
    /// The rows and columns of its input that no unit sees, and the arithmetic, in a sentence without its subject. `None`
    /// if all are seen. Rows and columns count from 1.
    pub fn unseen(&self) -> Option<String> {
        let window = self.window?;
        let sides = [self.input.height, self.input.width];
        let [rows, columns] = sides.map(|side| window.unseen(side));
        let what = match (&rows[..], &columns[..]) {
            ([], []) => return None,
            (rows, []) => named("row", rows),
            ([], columns) => named("column", columns),
            (rows, columns) if rows != columns => format!("{} and {}", named("row", rows), named("column", columns)),
            ([one], _) => format!("row and column {}", one + 1),
            (both, _) => format!("rows and columns {}", listed(both)),
        };
        let why = match sides.into_iter().find(|&side| window.left_over(side) > 0) {
            Some(side) => rounded(window, side),
            None => format!("its windows of {size}×{size} are {} apart", window.stride, size = window.size),
        };
        Some(format!("{why}, so no unit sees {what} of its input"))
    }
}

/// "(12 − 5 + 2·0)/2 + 1 = 4.5 places are rounded down to 4, as in PyTorch".
fn rounded(window: Window, side: usize) -> String {
    let Window { size, stride, padding } = window;
    let room = side + 2 * padding - size;
    // Rounded by hand: formatting with a precision would add two kilobytes to the engine.
    let exact = (100.0 * (room + stride) as f64 / stride as f64).round() / 100.0;
    format!(
        "({side} − {size} + 2·{padding})/{stride} + 1 = {exact} places a side are rounded down to {}, as in PyTorch",
        room / stride + 1
    )
}

fn named(name: &str, places: &[usize]) -> String {
    format!("{name}{} {}", if places.len() == 1 { "" } else { "s" }, listed(places))
}

/// "12", "11 and 12" or "2, 4, 6, 8, 10, 12, …", counted from 1.
fn listed(places: &[usize]) -> String {
    let numbers: Vec<String> = places.iter().take(LISTED).map(|at| (at + 1).to_string()).collect();
    match &numbers[..] {
        [first @ .., last] if places.len() <= LISTED && !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        all if places.len() > LISTED => format!("{}, …", all.join(", ")),
        all => all.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use crate::network::{Activation, Layer, PoolKind, Shape};

    fn note(layer: Layer, input: Shape) -> Option<String> {
        layer.on(input, 10).unwrap().unseen()
    }

    #[test]
    fn what_is_rounded_down_or_skipped_is_said() {
        let conv = |size, stride, padding| Layer::conv(2, size, stride, padding, Activation::Relu);
        let square = |side| Shape::new(1, side, side);
        let half = "(12 − 5 + 2·0)/2 + 1 = 4.5 places a side are rounded down to 4, as in PyTorch, so no unit sees \
                    row and column 12 of its input";
        assert_eq!(note(conv(5, 2, 0), square(12)).as_deref(), Some(half));
        let pool = Layer::Pool { kind: PoolKind::Max, size: 3, stride: 3 };
        let third = "(11 − 3 + 2·0)/3 + 1 = 3.67 places a side are rounded down to 3, as in PyTorch, so no unit sees \
                     rows and columns 10 and 11 of its input";
        assert_eq!(note(pool, square(11)).as_deref(), Some(third));
        let apart =
            "its windows of 1×1 are 2 apart, so no unit sees rows and columns 2, 4, 6, 8, 10, 12, … of its input";
        assert_eq!(note(conv(1, 2, 0), square(15)).as_deref(), Some(apart));
        let oblong = note(pool, Shape::new(1, 11, 9)).unwrap();
        assert!(oblong.ends_with("no unit sees rows 10 and 11 of its input"), "{oblong}");
        let both = note(pool, Shape::new(1, 11, 10)).unwrap();
        assert!(both.ends_with("no unit sees rows 10 and 11 and column 10 of its input"), "{both}");
        // 28 → 14 → 7 loses only zeros of the padding.
        assert_eq!(note(conv(3, 2, 1), square(28)), None);
        assert_eq!(note(Layer::Frame { border: 2, paper: 0.0, ink: 1.0 }, square(28)), None);
        assert_eq!(note(Layer::Dense { units: 3, activation: Activation::Relu }, square(28)), None);
    }
}
