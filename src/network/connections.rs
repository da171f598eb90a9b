//! Which maps a convolution's filters see.

/// All maps, or those of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Connections {
    /// Each filter sees every map.
    #[default]
    All,
    /// LeNet-5's C3: of six maps each of sixteen filters sees three, four or all (LeCun, Bottou, Bengio, Haffner 1998,
    /// table I), "to break the symmetry".
    Lecun1998,
}

/// The table: for each filter a bit for each map, the lowest for the first.
const LECUN_1998: [u32; 16] = [
    0b000111, 0b001110, 0b011100, 0b111000, 0b110001, 0b100011, 0b001111, 0b011110, 0b111100, 0b111001, 0b110011,
    0b100111, 0b011011, 0b110110, 0b101101, 0b111111,
];

impl Connections {
    /// Whether all filters see all maps.
    pub fn is_all(&self) -> bool {
        *self == Connections::All
    }

    /// For each filter a bit for each map; of a table.
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

    /// Why it cannot be between so many maps and filters, if so.
    pub fn misfit(self, maps: usize, filters: usize) -> Option<String> {
        (!self.is_all() && (maps, filters) != (6, 16)).then(|| {
            format!("the table of 1998 is for 6 maps and 16 filters, and here are {maps} and {filters}: connect all")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the paper counts: six see three maps, nine four and one all; C3 has 1,516 parameters and each map ten readers.
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
