//! How feature maps lie in a buffer; see `common.wgsl`.

use crate::backend::gpu::shader::Shader;
use crate::backend::gpu::wgsl::wgsl;
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

    /// The constants that shaders address them with.
    pub fn constants(&self) -> [(&'static str, usize); 6] {
        let Shape { channels, height, width } = self.shape;
        [
            ("CHANNELS", channels),
            ("HEIGHT", height),
            ("WIDTH", width),
            ("BORDER", self.border),
            ("ROW", self.row),
            ("AREA", self.row * self.rows),
        ]
    }
}

impl Shader {
    /// Adds `maps.wgsl`.
    pub fn maps(self) -> Self {
        self.with(wgsl!("maps.wgsl"))
    }
}
