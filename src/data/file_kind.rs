//! What a file is, by its first bytes.

/// The beginnings of files: the offset, the bytes there, and what a file with them is.
const BEGINNINGS: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyp", "a film"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes them"),
    (4, b"TFL3", "a TensorFlow Lite network"),
    (0, b"GGUF", "a GGUF network"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"MATLAB 5.0", "a MATLAB file"),
    (0, b"version https://git-lfs", "a pointer of Git LFS (`git lfs pull` fetches the file)"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"BZh", "a bzip2 file"),
    (0, b"\xfd7zXZ\0", "an xz file"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"<svg", "an SVG picture"),
    (0, b"<!DOCTYPE", "a web page"),
    (0, b"<!doctype", "a web page"),
    (0, b"<html", "a web page"),
    (0, b"{", "a JSON file"),
    (0, b"[", "a JSON file"),
];

/// What a file with these first bytes (some hundreds) is, for the middle of a sentence; `None` if nobody knows.
pub fn named(first: &[u8]) -> Option<&'static str> {
    if first.is_empty() {
        return Some("an empty file");
    }
    if is_safetensors(first) {
        return Some("a safetensors file");
    }
    if is_pickle(first) {
        return Some("a pickle of Python, as PyTorch writes them");
    }
    if is_onnx(first) {
        return Some("an ONNX network");
    }
    if let [0, 0, 0x08..=0x0e, 1..=8, ..] = first {
        return Some("an IDX file, as MNIST's are");
    }
    let begins =
        |(offset, bytes, _): &&(usize, &[u8], &str)| first.get(*offset..).is_some_and(|rest| rest.starts_with(bytes));
    let known = BEGINNINGS.iter().find(begins).map(|(.., name)| *name);
    known.or_else(|| is_text(first).then_some("a text"))
}

/// Whether these are the first bytes of a pickle: of PyTorch's ZIP archive, whose first entry is `NAME/data.pkl`, or a
/// bare pickle of protocol 2 to 5.
pub fn is_pickle(first: &[u8]) -> bool {
    // A header of the right length makes a safetensors file begin like a pickle.
    if is_safetensors(first) {
        return false;
    }
    let is_archive = first.starts_with(b"PK\x03\x04") && first.windows(9).any(|bytes| bytes == b"/data.pkl");
    is_archive || matches!(first, [0x80, 2..=5, ..])
}

/// Whether these are the first bytes of an ONNX file: field 1 of the protobuf message, a small version number, and then a
/// field of another kind, most often the producer's name.
pub fn is_onnx(first: &[u8]) -> bool {
    matches!(first, [0x08, 1..=20, 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x3a | 0x42, ..])
}

/// Whether these are the first bytes of a safetensors file: the length of the header, then the header, which is JSON.
pub fn is_safetensors(first: &[u8]) -> bool {
    matches!(first, [_, _, _, _, 0, 0, 0, 0, b'{', ..])
}

fn is_text(first: &[u8]) -> bool {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        // The last letter may be cut off.
        Err(error) if error.valid_up_to() + 4 > first.len() => return error.valid_up_to() > 0,
        Err(_) => return false,
    };
    !text.chars().any(|letter| letter.is_control() && !letter.is_whitespace())
}
