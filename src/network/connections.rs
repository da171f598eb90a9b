//! Which maps a convolution's filters see.

/// Which input maps each filter sees: all, or those of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Connections {
    /// Each filter sees every map.
    #[default]
    All,
    /// LeNet-5's C3: each of sixteen filters sees three, four or all of six maps (LeCun, Bottou, Bengio, Haffner 1998,
    /// table I), "to break the symmetry".
    Lecun1998,
}

/// One number for each filter. Bit `i` is set if the filter sees map `i`.
const LECUN_1998: [u32; 16] = [
    0b000111, 0b001110, 0b011100, 0b111000, 0b110001, 0b100011, 0b001111, 0b011110, 0b111100, 0b111001, 0b110011,
    0b100111, 0b011011, 0b110110, 0b101101, 0b111111,
];

impl Connections {
    /// Whether all filters see all maps.
    pub fn is_all(&self) -> bool {
        *self == Connections::All
    }

    /// One number for each filter, in which bit `i` is set if the filter sees map `i`. Empty if all filters see all
    /// maps.
    pub fn table(self) -> &'static [u32] {
        match self {
            Connections::All => &[],
            Connections::Lecun1998 => &LECUN_1998,
        }
    }

    /// Whether this filter sees this map.
    pub fn has(self, filter: usize, map: usize) -> bool {
        self.table().get(filter).is_none_or(|maps| maps >> map & 1 == 1)
    }

    /// The reason why these connections do not fit so many maps and filters, if they do not.
    pub fn misfit(self, maps: usize, filters: usize) -> Option<String> {
        (!self.is_all() && (maps, filters) != (6, 16)).then(|| {
            format!("the table of 1998 is for 6 maps and 16 filters, and here are {maps} and {filters}: connect all")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paper's counts: six filters see three maps, nine see four and one sees all. C3 has 1,516 parameters, and ten
    /// filters see each map.
    #[test]
    fn the_table_is_as_the_paper_counts_it() {
        let sees = |filter| (0..6).filter(|&map| Connections::Lecun1998.has(filter, map)).count();
        assert_eq!((0..16).map(sees).collect::<Vec<_>>(), [3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6]);
        assert_eq!((0..16).map(sees).sum::<usize>() * 25 + 16, 1_516);
        for map in 0..6 {
            assert_eq!((0..16).filter(|&filter| Connections::Lecun1998.has(filter, map)).count(), 10);
        }
        assert!(Connections::All.has(3, 5));
    }
}
