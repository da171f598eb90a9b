//! IDX, the format of MNIST's files (LeCun, Cortes, Burges): two zero bytes, a type, the number of dimensions, each
//! dimension as a big-endian 32-bit number, then the data.

use std::fmt;

/// A file of unsigned bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Idx<'a> {
    /// The dimensions in the header: [count, rows, columns] for images, [count] for labels.
    pub dimensions: Vec<usize>,
    /// The bytes after the header: as many as the product of the dimensions.
    pub data: &'a [u8],
}

/// The reason why bytes are not a valid IDX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxError {
    /// The offset of the first invalid byte.
    pub byte: usize,
    /// A description of the error.
    pub reason: String,
}

impl fmt::Display for IdxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.byte, self.reason)
    }
}

impl std::error::Error for IdxError {}

/// The only element type in MNIST's files.
const UNSIGNED_BYTE: u8 = 8;

/// Reads an IDX file of unsigned bytes.
///
/// # Errors
/// Something is missing, invalid or left over. The error has the byte and the reason.
pub fn parse(bytes: &[u8]) -> Result<Idx<'_>, IdxError> {
    let (dimensions, header) = header(bytes)?;
    let (data, length) = (&bytes[header..], dimensions.iter().product());
    if data.len() < length {
        return Err(too_short(header, &dimensions, data.len()));
    }
    if data.len() > length {
        return Err(too_long(header, &dimensions, data.len() - length));
    }
    Ok(Idx { dimensions, data })
}

/// The error of a file that ends `data` bytes after its header.
pub fn too_short(header: usize, dimensions: &[usize], data: usize) -> IdxError {
    let length: usize = dimensions.iter().product();
    let reason =
        format!("the file ends after {data} of the {length} bytes of data its dimensions {dimensions:?} promise");
    IdxError { byte: header + data, reason }
}

/// The error of a file that has `more` bytes after its data.
pub fn too_long(header: usize, dimensions: &[usize], more: usize) -> IdxError {
    let length: usize = dimensions.iter().product();
    let reason = format!("{more} bytes follow the {length} that the dimensions {dimensions:?} promise");
    IdxError { byte: header + length, reason }
}

/// Reads the dimensions, whose product does not overflow, and the length of the header.
///
/// # Errors
/// Something in the header is missing or invalid. The error has the byte and the reason.
pub fn header(bytes: &[u8]) -> Result<(Vec<usize>, usize), IdxError> {
    let refuse = |byte, reason: String| Err(IdxError { byte, reason });
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return refuse(0, "this is still gzipped (1f 8b): unpack it first".into());
    }
    if bytes.len() < 4 {
        return refuse(bytes.len(), "the file ends within the 4 bytes of the magic number".into());
    }
    if let Some(byte) = bytes[..2].iter().position(|&byte| byte != 0) {
        return refuse(byte, format!("an IDX file starts with two zero bytes, here is {:#04x}", bytes[byte]));
    }
    if bytes[2] != UNSIGNED_BYTE {
        return refuse(2, format!("elements of type {:#04x}, and not unsigned bytes (0x08)", bytes[2]));
    }
    let count = usize::from(bytes[3]);
    if count == 0 {
        return refuse(3, "no dimensions".into());
    }
    let header = 4 + 4 * count;
    let mut dimensions = Vec::with_capacity(count);
    let mut length = 1_usize;
    for index in 0..count {
        let at = 4 + 4 * index;
        let Some(size) = bytes.get(at..at + 4) else {
            return refuse(bytes.len(), format!("the file ends within dimension {} of {count}", index + 1));
        };
        let size = u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize;
        let Some(product) = length.checked_mul(size) else {
            return refuse(at, format!("dimension {} is {size}: the product is more than any file holds", index + 1));
        };
        length = product;
        dimensions.push(size);
    }
    Ok((dimensions, header))
}
