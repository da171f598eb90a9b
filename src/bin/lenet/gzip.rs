//! Unpacks gzip files of any number of members, as pigz, bgzip and `cat a.gz b.gz` make them.

use flate2::bufread::GzDecoder;
use std::io::Read;

/// The maximum size after unpacking: EMNIST's largest file has 547 MB.
const MAX_BYTES: u64 = 1 << 30;

pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Unpacks all members. Zeros after the last are padding, as tapes and some downloads add it.
///
/// # Errors
/// The reason why the bytes cannot be unpacked.
pub fn unpack(mut packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    loop {
        let mut member = GzDecoder::new(packed).take(MAX_BYTES + 1 - bytes.len() as u64);
        let read = member.read_to_end(&mut bytes);
        read.map_err(|why| format!("it cannot be unpacked after {} bytes: {why}", bytes.len()))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("it unpacks to more than {} MB", MAX_BYTES >> 20));
        }
        packed = member.into_inner().into_inner();
        if packed.iter().all(|&byte| byte == 0) {
            return Ok(bytes);
        }
        if !is_packed(packed) {
            return Err(format!("{} bytes that are not gzipped follow the gzipped ones", packed.len()));
        }
    }
}
