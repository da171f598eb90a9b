//! The `.wgsl` files without comments and indentation, which would only make the download of the program longer.

/// The text of a file in this folder, stripped while the program is compiled.
macro_rules! wgsl {
    ($file:literal) => {{
        const FILE: &str = include_str!($file);
        const STRIPPED: ([u8; FILE.len()], usize) = $crate::backend::gpu::wgsl::strip(FILE.as_bytes());
        const TEXT: [u8; STRIPPED.1] = *STRIPPED.0.first_chunk().expect("no more than the file");
        const {
            match str::from_utf8(&TEXT) {
                Ok(text) => text,
                Err(_) => panic!("text, as the file is"),
            }
        }
    }};
}
pub(super) use wgsl;

/// The bytes of `file` that are kept, and how many they are. `file` has `N` bytes.
pub const fn strip<const N: usize>(file: &[u8]) -> ([u8; N], usize) {
    let (mut kept, mut length, mut at) = ([0; N], 0, 0);
    while at < N {
        if file[at] == b'/' && file[at + 1] == b'/' {
            while file[at] != b'\n' {
                at += 1;
            }
        }
        let line_begins = length == 0 || kept[length - 1] == b'\n';
        if !(line_begins && file[at].is_ascii_whitespace()) {
            kept[length] = file[at];
            length += 1;
        }
        at += 1;
    }
    (kept, length)
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn comments_indentation_and_empty_lines_go() {
        let file = b"// What.\n\nfn f() {\n    #if A / B\n    g(); // why\n}\n";
        let (kept, length) = strip::<51>(file);
        assert_eq!(str::from_utf8(&kept[..length]), Ok("fn f() {\n#if A / B\ng(); \n}\n"));
    }
}
