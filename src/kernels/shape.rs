//! The shape of a tensor, and the arithmetic of a window that slides over it.

use serde::{Deserialize, Serialize};

/// The shape of one image's tensor between two layers. A dense layer's output is `units`×1×1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Shape {
    /// Feature maps (or units).
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Shape {
    /// `channels`×`height`×`width`.
    pub const fn new(channels: usize, height: usize, width: usize) -> Self {
        Shape { channels, height, width }
    }

    /// The number of numbers in this shape.
    pub const fn len(self) -> usize {
        self.channels * self.area()
    }

    /// Whether it has no numbers.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of numbers in one feature map.
    pub const fn area(self) -> usize {
        self.height * self.width
    }
}

/// A square window of `size`×`size` that moves by `stride` over a map with `padding` zeros on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Window {
    /// Side of the window.
    pub size: usize,
    /// Step between two places of the window.
    pub stride: usize,
    /// Zeros around the map.
    pub padding: usize,
}

impl Window {
    /// How many places the window has along a side of `length`: (length − size + 2·padding)/stride + 1, rounded down as in
    /// PyTorch.
    ///
    /// # Errors
    /// The arithmetic and the fix, as a sentence without its subject, where there is no place at all.
    pub fn places(self, length: usize) -> Result<usize, String> {
        let Window { size, stride, padding } = self;
        if size == 0 || stride == 0 {
            return Err("a window needs a size and a stride of at least 1".into());
        }
        if padding >= size {
            return Err(format!(
                "padding {padding} leaves windows of {size}×{size} that see only zeros: make it smaller than the size"
            ));
        }
        let padded = length + 2 * padding;
        if size > padded {
            return Err(format!(
                "a window of {size}×{size} does not fit into {length} + 2·{padding} = {padded}: \
                 make the window smaller or the padding larger"
            ));
        }
        Ok((padded - size) / stride + 1)
    }

    /// How many numbers of a padded side lie after the last window, where the window has `places`; fewer than a stride.
    pub fn left_over(self, length: usize) -> usize {
        (length + 2 * self.padding - self.size) % self.stride
    }

    /// The coordinates along a side of `length` that no window sees, where the window has `places`: those after the last
    /// window, and those between windows if the stride is larger than the size.
    pub fn unseen(self, length: usize) -> Vec<usize> {
        let Window { size, stride, padding } = self;
        let end = length + 2 * padding - self.left_over(length);
        (0..length).filter(|at| (at + padding) % stride >= size || at + padding >= end).collect()
    }

    /// The offsets within the window at `place` that lie on the map and not on its padding, along a side of `length`.
    pub fn offsets_inside(self, place: usize, length: usize) -> std::ops::Range<usize> {
        let start = place * self.stride;
        let first = self.padding.saturating_sub(start);
        let last = (length + self.padding).saturating_sub(start).min(self.size);
        first..last.max(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(size: usize, stride: usize, padding: usize) -> Window {
        Window { size, stride, padding }
    }

    #[test]
    fn the_arithmetic_of_lenet() {
        assert_eq!(window(5, 1, 2).places(28), Ok(28));
        assert_eq!(window(2, 2, 0).places(28), Ok(14));
        assert_eq!(window(5, 1, 0).places(14), Ok(10));
        assert_eq!(window(3, 2, 0).places(7), Ok(3));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_arithmetic() {
        assert!(window(5, 1, 0).places(4).unwrap_err().contains("does not fit into 4 + 2·0 = 4"));
        assert!(window(3, 1, 3).places(9).unwrap_err().contains("only zeros"));
        assert!(window(3, 0, 0).places(9).unwrap_err().contains("at least 1"));
        assert!(window(6, 2, 0).places(5).unwrap_err().contains("does not fit"));
    }

    #[test]
    fn half_a_place_is_left_out_as_in_pytorch() {
        // CS231n's example: (10 − 3 + 2·0)/2 + 1 = 4.5.
        assert_eq!((window(3, 2, 0).places(10), window(3, 2, 0).left_over(10)), (Ok(4), 1));
        // 28 → 14 → 7, where only a zero of the padding is left over.
        assert_eq!((window(3, 2, 1).places(28), window(3, 2, 1).places(14)), (Ok(14), Ok(7)));
        assert_eq!((window(3, 2, 1).left_over(28), window(3, 2, 1).unseen(28)), (1, vec![]));
        assert_eq!(window(2, 2, 0).places(5), Ok(2));
    }

    /// By definition: a coordinate is seen if it lies on the map within some window.
    #[test]
    fn the_unseen_are_those_in_no_window() {
        for (size, stride, padding, length) in
            (0..7 * 7 * 7 * 12).map(|n| (1 + n % 7, 1 + n / 7 % 7, n / 49 % 7, 1 + n / 343))
        {
            let window = window(size, stride, padding);
            let Ok(places) = window.places(length) else { continue };
            let seen =
                |at: usize| (0..places).any(|place| (place * stride..place * stride + size).contains(&(at + padding)));
            let expected: Vec<usize> = (0..length).filter(|&at| !seen(at)).collect();
            assert_eq!(window.unseen(length), expected, "{window:?} on {length}");
        }
        assert_eq!(window(3, 2, 0).unseen(10), [9]);
        assert_eq!(window(1, 3, 0).unseen(7), [1, 2, 4, 5]);
    }

    #[test]
    fn offsets_are_clipped_at_both_borders() {
        let same = window(5, 1, 2);
        assert_eq!(same.offsets_inside(0, 28), 2..5);
        assert_eq!(same.offsets_inside(13, 28), 0..5);
        assert_eq!(same.offsets_inside(27, 28), 0..3);
    }
}
