//! Gzip files of one member or several, as the command line unpacks them.

use crate::Target;
use crate::readers::gzip;
use flate2::read::MultiGzDecoder;
use flate2::{Compression, Crc, Decompress, FlushDecompress, GzBuilder, write::GzEncoder};
use std::io::{Read, Write};

pub const TARGET: Target = Target {
    name: "gzip",
    seeds,
    mend: |bytes| mend(bytes),
    passes: |bytes| data(bytes).is_some(),
    check,
    // No byte of deflated data stands for more than 1,032. Here two readers unpack it, and a list that grows has room for
    // as much again while what it has is moved.
    memory: (128 << 10, 6 * 1032),
    longest: 1024,
};

/// The magic number, and the method, which is always deflation.
const START: [u8; 3] = [0x1f, 0x8b, 8];
/// Bits of the flags: what the header contains.
const CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
/// The checksum and the length of what was packed.
const TRAILER: usize = 8;

fn seeds() -> Vec<Vec<u8>> {
    let text = b"seven seven seven times".repeat(3);
    let member = |builder: GzBuilder, level: u32, data: &[u8]| {
        let mut encoder: GzEncoder<Vec<u8>> = builder.write(Vec::new(), Compression::new(level));
        encoder.write_all(data).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    };
    let plain = |level| member(GzBuilder::new(), level, &text);
    let named = member(GzBuilder::new().filename("a").comment("b").extra([1, 2, 3, 4]), 9, &text);
    vec![
        plain(0),
        plain(9),
        member(GzBuilder::new(), 6, b""),
        member(GzBuilder::new(), 9, &[0; 4096]),
        [named.clone(), plain(6), vec![0; 20]].concat(),
        named,
    ]
}

/// Where the deflated data of the first member begins, if its header is whole.
fn data(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let is_set = |flag: u8| flags & flag > 0;
    let mut at = 10;
    if is_set(EXTRA) {
        at += 2 + usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    }
    for text in [NAME, COMMENT] {
        if is_set(text) {
            at += 1 + bytes.get(at..)?.iter().position(|&byte| byte == 0)?;
        }
    }
    let sum = bytes.get(..at).filter(|header| header.starts_with(&START)).map(crc)?;
    if is_set(CHECKSUM) {
        let stated = u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
        return (stated == sum as u16).then_some(at + 2);
    }
    Some(at)
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Makes the start of each member right, and the checksum and the length at the end of each that can be unpacked.
fn mend(bytes: &mut [u8]) {
    let mut start = 0;
    while let Some(member) = bytes.get_mut(start..).filter(|member| member.len() > 4) {
        member[..3].copy_from_slice(&START);
        member[3] &= !CHECKSUM;
        let Some(data) = data(member) else { return };
        let (mut unpacked, mut inflate) = (Vec::with_capacity(1 << 20), Decompress::new(false));
        if inflate.decompress_vec(&member[data..], &mut unpacked, FlushDecompress::Finish).is_err() {
            return;
        }
        let end = data + inflate.total_in() as usize;
        let trailer = [crc(&unpacked).to_le_bytes(), (unpacked.len() as u32).to_le_bytes()].concat();
        member[end..].iter_mut().zip(trailer).for_each(|(to, from)| *to = from);
        start += end + TRAILER;
        // Zeros after the last member are padding.
        if bytes.get(start) == Some(&0) {
            return;
        }
    }
}

fn check(bytes: &[u8]) {
    if !gzip::is_packed(bytes) {
        return;
    }
    match gzip::unpack(bytes) {
        Ok(unpacked) => {
            let mut other = Vec::new();
            // It fails at padding, after it has unpacked everything.
            let _ = MultiGzDecoder::new(bytes).read_to_end(&mut other);
            assert!(unpacked == other, "another reader unpacks the same");
        }
        Err(why) => assert!(why.contains("unpack") || why.contains("follow"), "{why}"),
    }
}
