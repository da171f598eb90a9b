//! Reads IDX files of images for `classify`.

use lenet::data::file_kind;
use lenet::data::variants::{self, Images};

/// The images of an unpacked IDX file.
///
/// # Errors
/// What the file is instead.
pub fn read(bytes: &[u8], transpose: bool) -> Result<Images, String> {
    // An IDX file begins with two zeros and an element type.
    if !bytes.starts_with(&[0, 0]) {
        let is = file_kind::named(bytes).unwrap_or("neither a picture nor an IDX file");
        return Err(format!("this is {is}: give a PNG, a JPEG or an IDX file of images"));
    }
    variants::images(bytes, transpose)
}
