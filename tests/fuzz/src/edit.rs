//! How a valid input is damaged.

use crate::json;

/// Numbers at the edges of what fits into 8, 16, 31 and 32 bits.
const EDGES: [u32; 12] = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// One change. Positions count from 0 to 2¹⁶ along the input.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Flips the bits of a byte that are set in the mask.
    Flip(u16, u8),
    /// Writes one of `EDGES` over four bytes, little-endian or big-endian.
    Number(u16, usize, bool),
    /// Removes this many bytes.
    Remove(u16, u16),
    /// Repeats this many bytes.
    Repeat(u16, u16),
    /// Ends the input here.
    Cut(u16),
    /// Changes a value of the JSON text in the input: which one, and to what.
    Json(u16, u16),
}

/// Makes the changes in order.
pub fn apply(bytes: &mut Vec<u8>, edits: &[Edit]) {
    for edit in edits {
        let place = |at: u16| (usize::from(at) * bytes.len()) >> 16;
        match *edit {
            _ if bytes.is_empty() => return,
            Edit::Flip(at, mask) => {
                let at = place(at);
                bytes[at] ^= mask;
            }
            Edit::Number(at, edge, little) => {
                let number = EDGES[edge % EDGES.len()];
                let number = if little { number.to_le_bytes() } else { number.to_be_bytes() };
                let at = place(at);
                bytes.iter_mut().skip(at).zip(number).for_each(|(to, from)| *to = from);
            }
            Edit::Remove(at, length) => {
                let at = place(at);
                bytes.drain(at..(at + usize::from(length)).min(bytes.len()));
            }
            Edit::Repeat(at, length) => {
                let at = place(at);
                let piece = bytes[at..(at + usize::from(length)).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            Edit::Cut(at) => bytes.truncate(place(at)),
            Edit::Json(at, to) => json::change(bytes, at.into(), to.into()),
        }
    }
}

/// A change that `random` determines.
pub fn any(mut random: impl FnMut() -> u32) -> Edit {
    let (kind, at, more) = (random(), random() as u16, random());
    match kind % 8 {
        0 => Edit::Flip(at, 1 << (more % 8)),
        1 => Edit::Flip(at, more as u8),
        2 => Edit::Number(at, more as usize / 2, more.is_multiple_of(2)),
        3 => Edit::Remove(at, more as u16 % 32),
        4 => Edit::Repeat(at, more as u16 % 64),
        5 if more.is_multiple_of(4) => Edit::Cut(at),
        _ => Edit::Json(at, more as u16),
    }
}
