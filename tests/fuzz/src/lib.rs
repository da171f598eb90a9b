//! Everything that reads what a stranger gives, with valid inputs to damage and what must hold of every result.
//!
//! The suite damages each target's seeds a few hundred times (`tests/properties.rs`). `cargo xtask fuzz` does it millions of
//! times, led by the lines that each input reaches (`main.rs`).

pub mod edit;
mod json;
mod readers;
pub mod targets;

/// Something that reads bytes from outside.
pub struct Target {
    /// Its name at the command line.
    pub name: &'static str,
    /// Valid inputs.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Repairs what the first check of an input asks for (a magic number, a length, a checksum), so that damage
    /// elsewhere is reached.
    pub mend: fn(&mut Vec<u8>),
    /// Whether an input passes that first check.
    pub passes: fn(&[u8]) -> bool,
    /// Reads the input. Panics if what must hold of every result does not.
    pub check: fn(&[u8]),
    /// The most bytes that `check` may have allocated at once: this many, and a multiple of the input's length.
    pub memory: (usize, usize),
    /// The length of the longest input to try.
    pub longest: usize,
}
