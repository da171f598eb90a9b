//! How feature maps lie in a buffer; see `common.wgsl`.

use super::shader::Shader;
use super::wgsl::wgsl;
use crate::network::Shape;

/// Maps of a shape, with zeros around them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapLayout {
    pub shape: Shape,
    /// Places of zeros before the first row and column.
    pub border: usize,
    /// Places of a row, and rows of a map, borders included.
    pub row: usize,
    pub rows: usize,
}

impl MapLayout {
    /// With as wide a border on every side.
    pub fn new(shape: Shape, border: usize) -> Self {
        MapLayout { shape, border, row: shape.width + 2 * border, rows: shape.height + 2 * border }
    }

    /// How many places there are for numbers, borders included.
    pub fn places(&self) -> usize {
        self.shape.channels * self.row * self.rows
    }

    /// The places of an image's numbers, in the order [channel][row][column].
    pub fn inside(self) -> impl Iterator<Item = usize> {
        let Shape { channels, height, width } = self.shape;
        (0..channels * height).flat_map(move |line| {
            let start = (line / height * self.rows + line % height + self.border) * self.row + self.border;
            start..start + width
        })
    }
}

impl Shader {
    /// Adds the constants, beginning with `prefix`, that address such maps.
    pub fn layout(self, prefix: &str, maps: &MapLayout) -> Self {
        let Shape { channels, height, width } = maps.shape;
        let numbers = [
            ("CHANNELS", channels),
            ("HEIGHT", height),
            ("WIDTH", width),
            ("BORDER", maps.border),
            ("ROW", maps.row),
            ("AREA", maps.row * maps.rows),
        ];
        self.constants(&numbers.map(|(name, number)| (format!("{prefix}_{name}"), number)))
    }

    /// Adds `maps.wgsl`.
    pub fn maps(self) -> Self {
        self.with(wgsl!("maps.wgsl"))
    }
}
