//! The digests of a dataset's files: CRC-32 as in gzip (ISO 3309). A download that was cut, mixed up or changed on the way
//! escapes it once in four thousand million times. It is no protection against forgery, and need not be one: the digests
//! come from the same server as the files.
//!
//! gzip's own CRC-32 does not suffice: it comes at the end of the file, and training begins with the first images.

use crc::{CRC_32_ISO_HDLC, Crc};

static CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Checks that these bytes have this digest.
///
/// # Errors
/// Both digests.
pub fn check(bytes: &[u8], wanted: u32) -> Result<(), String> {
    match CRC32.checksum(bytes) {
        digest if digest == wanted => Ok(()),
        digest => Err(format!("the CRC-32 is {digest:08x} and not {wanted:08x}")),
    }
}
