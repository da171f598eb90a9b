//! The connected pieces of a mask.

/// A box of pixels, [column, row]: `low` is in it, `high` is just outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub low: [usize; 2],
    pub high: [usize; 2],
}

impl Area {
    /// Its number of columns (axis 0) or rows (axis 1).
    pub fn extent(&self, axis: usize) -> usize {
        self.high[axis] - self.low[axis]
    }

    /// The longer side.
    pub fn side(&self) -> usize {
        self.extent(0).max(self.extent(1))
    }

    /// The smallest box around both.
    pub fn with(&self, other: &Area) -> Area {
        let [low, high] = [[self.low, other.low], [self.high, other.high]];
        Area {
            low: std::array::from_fn(|axis| low[0][axis].min(low[1][axis])),
            high: std::array::from_fn(|axis| high[0][axis].max(high[1][axis])),
        }
    }

    /// The pixels between two boxes along an axis; negative if they overlap there.
    pub fn gap(&self, other: &Area, axis: usize) -> isize {
        let (low, high) = (self.low[axis].max(other.low[axis]), self.high[axis].min(other.high[axis]));
        low as isize - high as isize
    }
}

/// Pixels that touch each other.
pub struct Piece {
    pub area: Area,
    /// Their indices.
    pub pixels: Vec<usize>,
}

impl Piece {
    /// How many of its pixels lie on each side of the picture: left, top, right, bottom.
    pub fn on_rim(&self, [width, height]: [usize; 2]) -> [usize; 4] {
        let mut counts = [0; 4];
        for &at in &self.pixels {
            let (x, y) = (at % width, at / width);
            for (count, is) in counts.iter_mut().zip([x == 0, y == 0, x + 1 == width, y + 1 == height]) {
                *count += usize::from(is);
            }
        }
        counts
    }
}

/// The pieces of the pixels that are set. With `corners`, pixels that share a corner touch each other.
pub fn pieces(mask: &[bool], width: usize, corners: bool) -> Vec<Piece> {
    let height = mask.len() / width;
    let mut seen = vec![false; mask.len()];
    let mut found = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut pixels, mut next) = (vec![start], 0);
        let mut area = Area { low: [usize::MAX; 2], high: [0; 2] };
        while let Some(&at) = pixels.get(next) {
            next += 1;
            let (x, y) = (at % width, at / width);
            area = area.with(&Area { low: [x, y], high: [x + 1, y + 1] });
            for row in y.saturating_sub(1)..(y + 2).min(height) {
                for column in x.saturating_sub(1)..(x + 2).min(width) {
                    let to = row * width + column;
                    if mask[to] && !seen[to] && (corners || row == y || column == x) {
                        seen[to] = true;
                        pixels.push(to);
                    }
                }
            }
        }
        found.push(Piece { area, pixels });
    }
    found
}
