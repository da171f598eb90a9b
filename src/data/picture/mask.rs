//! Which pixels of a sheet are ink, and the part of the sheet that is looked at.

/// A mask of a sheet's pixels, row by row.
#[derive(Clone)]
pub struct Mask {
    pub width: usize,
    pub inked: Vec<bool>,
}

impl Mask {
    pub fn size(&self) -> [usize; 2] {
        [self.width, self.inked.len() / self.width]
    }

    /// The pixels of a row (axis 0) or of a column (axis 1).
    pub fn line(&self, axis: usize, number: usize) -> impl DoubleEndedIterator<Item = bool> + ExactSizeIterator + '_ {
        (0..self.size()[axis]).map(move |at| self.inked[self.place(axis, number, at)])
    }

    /// The index of the pixel `at` of a row (axis 0) or of a column (axis 1).
    pub fn place(&self, axis: usize, number: usize, at: usize) -> usize {
        if axis == 0 { number * self.width + at } else { at * self.width + number }
    }

    /// The pixels whose run of ink along an axis has a length that `fits`.
    pub fn in_runs(&self, axis: usize, fits: impl Fn(usize) -> bool) -> Mask {
        let mut found = Mask { width: self.width, inked: vec![false; self.inked.len()] };
        for number in 0..self.size()[1 - axis] {
            let mut start = 0;
            for at in 0..=self.size()[axis] {
                if at < self.size()[axis] && self.inked[self.place(axis, number, at)] {
                    continue;
                }
                if at > start && fits(at - start) {
                    (start..at).for_each(|at| found.inked[self.place(axis, number, at)] = true);
                }
                start = at + 1;
            }
        }
        found
    }

    /// What is paper.
    pub fn paper(&self) -> Mask {
        Mask { width: self.width, inked: self.inked.iter().map(|inked| !inked).collect() }
    }
}
