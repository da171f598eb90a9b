//! The figures of a target's run.

use std::fmt;

use anyhow::{Context, Result};

/// What a run has seen.
pub struct Figures {
    pub inputs: u64,
    /// The inputs that pass the first check: of a magic number, a header, a checksum.
    pub passed: u64,
    /// The longest processor time of an input in microseconds.
    pub slowest: u64,
    /// The lines of our source that were reached, and all lines of the files that were.
    pub lines: [u64; 2],
    pub memory: Option<Memory>,
}

/// What an input may take: this many bytes, and a multiple of its length.
pub struct Memory {
    pub base: u64,
    pub times: u64,
    /// The greatest share that was taken, in thousandths.
    pub fullest: u64,
}

impl Figures {
    /// Reads what `tests/fuzz/src/main.rs` prints: lines of a name and a number.
    pub fn read(text: &str) -> Result<Figures> {
        let number = |name: &str| number(text, name);
        Ok(Figures {
            inputs: number("inputs")?,
            passed: number("passed")?,
            slowest: number("slowest")?,
            lines: [number("reached")?, number("lines")?],
            memory: Some(Memory { base: number("base")?, times: number("times")?, fullest: number("fullest")? }),
        })
    }
}

/// The number after a name at the beginning of a line.
pub fn number(text: &str, name: &str) -> Result<u64> {
    let number = text.lines().rev().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    number.with_context(|| format!("the run has ended without a figure \"{name}\""))
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { inputs, passed, slowest, lines: [reached, lines], memory } = self;
        let (share, milliseconds) = (100 * passed / inputs.max(&1), *slowest as f64 / 1000.0);
        write!(f, "{inputs:>9} inputs, {share:>3} % pass the first check, {reached:>5} of {lines:>5} lines reached")?;
        write!(f, ", slowest {milliseconds:>5.1} ms")?;
        if let Some(Memory { base, times, fullest }) = memory {
            write!(f, ", at most {} % of the memory allowed: {} kB + {times} × the input", fullest / 10, base >> 10)?;
        }
        Ok(())
    }
}
