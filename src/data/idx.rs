//! IDX, the format of MNIST's files (LeCun, Cortes, Burges): two zero bytes, a type, the number of dimensions, each
//! dimension as a big-endian 32-bit number, then the data, big-endian too.

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

/// The element types: the byte in the header, a description, and the number of bytes of an element.
const ELEMENTS: [(u8, &str, usize); 6] = [
    (UNSIGNED_BYTE, "unsigned bytes", 1),
    (0x09, "signed bytes", 1),
    (0x0b, "16-bit integers", 2),
    (0x0c, "32-bit integers", 4),
    (0x0d, "32-bit floats", 4),
    (0x0e, "64-bit floats", 8),
];
/// The only element type in MNIST's files.
const UNSIGNED_BYTE: u8 = 0x08;
/// The most dimensions that a file can have. Images have three and labels one.
const MAX_DIMENSIONS: usize = 8;

/// Reads an IDX file of unsigned bytes.
///
/// # Errors
/// Something is missing, invalid or left over. The error has the byte and the reason.
pub fn parse(bytes: &[u8]) -> Result<Idx<'_>, IdxError> {
    let (dimensions, header) = header(bytes)?;
    with_data(bytes, dimensions, header, 1)
}

/// Reads an IDX file of integers as its dimensions and one number for each element.
///
/// # Errors
/// The elements are not integers, or something is missing, invalid or left over.
pub fn integers(bytes: &[u8]) -> Result<(Vec<usize>, Vec<i64>), IdxError> {
    let (element, dimensions, header) = any_header(bytes)?;
    let (kind, name, size) = ELEMENTS[element];
    let Idx { dimensions, data } = with_data(bytes, dimensions, header, size)?;
    let number = |bytes: &[u8]| match (kind, bytes) {
        (UNSIGNED_BYTE, &[byte]) => Some(i64::from(byte)),
        (0x09, &[byte]) => Some(i64::from(byte as i8)),
        (0x0b, &[a, b]) => Some(i64::from(i16::from_be_bytes([a, b]))),
        (0x0c, &[a, b, c, d]) => Some(i64::from(i32::from_be_bytes([a, b, c, d]))),
        _ => None,
    };
    let numbers = data.chunks_exact(size).map(number).collect::<Option<_>>();
    numbers.map(|numbers| (dimensions, numbers)).ok_or_else(|| wrong_element(kind, name, "integers"))
}

/// The data after a header, which must end where the file ends.
fn with_data(bytes: &[u8], dimensions: Vec<usize>, header: usize, size: usize) -> Result<Idx<'_>, IdxError> {
    let (data, length) = (&bytes[header..], dimensions.iter().product::<usize>().saturating_mul(size));
    if data.len() < length {
        return Err(short_of(length, header, &dimensions, data.len()));
    }
    if data.len() > length {
        return Err(longer_than(length, header, &dimensions, data.len() - length));
    }
    Ok(Idx { dimensions, data })
}

/// The error of a file of bytes that ends `data` bytes after its header.
pub fn too_short(header: usize, dimensions: &[usize], data: usize) -> IdxError {
    short_of(dimensions.iter().product(), header, dimensions, data)
}

/// The error of a file of bytes that has `more` bytes after its data.
pub fn too_long(header: usize, dimensions: &[usize], more: usize) -> IdxError {
    longer_than(dimensions.iter().product(), header, dimensions, more)
}

fn short_of(length: usize, header: usize, dimensions: &[usize], data: usize) -> IdxError {
    let reason =
        format!("the file ends after {data} of the {length} bytes of data its dimensions {dimensions:?} promise");
    IdxError { byte: header + data, reason }
}

fn longer_than(length: usize, header: usize, dimensions: &[usize], more: usize) -> IdxError {
    let reason = format!("{more} bytes follow the {length} that the dimensions {dimensions:?} promise");
    IdxError { byte: header + length, reason }
}

fn wrong_element(kind: u8, name: &str, wanted: &str) -> IdxError {
    IdxError { byte: 2, reason: format!("its elements are {name} (type {kind:#04x}), and not {wanted}") }
}

/// Reads the header of a file of unsigned bytes: the dimensions, whose product does not overflow, and the length of the
/// header.
///
/// # Errors
/// Something in the header is missing or invalid. The error has the byte and the reason.
pub fn header(bytes: &[u8]) -> Result<(Vec<usize>, usize), IdxError> {
    let (element, dimensions, length) = any_header(bytes)?;
    match ELEMENTS[element] {
        (UNSIGNED_BYTE, ..) => Ok((dimensions, length)),
        (kind, name, _) => Err(wrong_element(kind, name, "unsigned bytes (0x08)")),
    }
}

/// Reads the header of any file: the place of the element type in `ELEMENTS`, the dimensions, and its length.
fn any_header(bytes: &[u8]) -> Result<(usize, Vec<usize>, usize), IdxError> {
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
    let Some(element) = ELEMENTS.iter().position(|(kind, ..)| *kind == bytes[2]) else {
        return refuse(2, format!("there is no element type {:#04x}: unsigned bytes are 0x08", bytes[2]));
    };
    let count = usize::from(bytes[3]);
    if count == 0 {
        return refuse(3, "no dimensions".into());
    }
    if count > MAX_DIMENSIONS {
        return refuse(3, format!("{count} dimensions, where images have 3 and labels 1"));
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
    Ok((element, dimensions, header))
}

/// The bytes of a file of unsigned bytes.
///
/// # Panics
/// A dimension does not fit 32 bits, or there are more than 255.
pub fn write(dimensions: &[usize], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, UNSIGNED_BYTE, u8::try_from(dimensions.len()).expect("few dimensions")];
    for &size in dimensions {
        bytes.extend(u32::try_from(size).expect("dimensions of 32 bits").to_be_bytes());
    }
    bytes.extend(data);
    bytes
}
