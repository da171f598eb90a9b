//! Reads the tensors of a safetensors file, and converts their numbers to f32.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

/// The name and the shape of a tensor in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub name: String,
    pub shape: Vec<usize>,
}

/// All tensors of a file, in the alphabetical order of their names. The order in the file says nothing: it is by element
/// type and name.
pub(super) fn listed(file: &SafeTensors) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    // By insertion, because a sort of the standard library takes 3 kB of the download.
    for (name, view) in file.iter() {
        let at = all.partition_point(|other| other.name.as_str() < name);
        all.insert(at, Named { name: name.into(), shape: view.shape().to_vec() });
    }
    all
}

/// Reads the numbers of the tensor `name` into `to`, which has as many. F16, BF16 and F64 are converted.
///
/// # Errors
/// The elements are no floating-point numbers, or one of them is not finite.
pub(super) fn read(view: &TensorView, name: &str, to: &mut [f32]) -> Result<(), String> {
    let (size, dtype) = (view.dtype().bitsize() / 8, view.dtype());
    for (to, bytes) in to.iter_mut().zip(view.data().chunks_exact(size.max(1))) {
        *to = match (dtype, bytes) {
            (Dtype::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Dtype::F64, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Dtype::F16, &[a, b]) => f16::from_le_bytes([a, b]).to_f32(),
            (Dtype::BF16, &[a, b]) => bf16::from_le_bytes([a, b]).to_f32(),
            _ => return Err(format!("\"{name}\" has elements of type {dtype:?}, and not F32, F64, F16 or BF16")),
        };
        if !to.is_finite() {
            return Err(format!("\"{name}\" holds {to}"));
        }
    }
    Ok(())
}

/// The first few names, and how many more there are: "a, b, c and 7 more".
pub(super) fn few(mut names: Vec<String>) -> String {
    const SHOWN: usize = 3;
    let more = match names.len() {
        count if count > SHOWN + 1 => format!("{} more", count - SHOWN),
        _ => names.pop().unwrap_or_default(),
    };
    names.truncate(SHOWN);
    if names.is_empty() { more } else { names.join(", ") + " and " + &more }
}

/// A name for a sentence: not longer than a line's half, without what a terminal could take as a command.
pub(super) fn short(name: &str) -> String {
    const LONGEST: usize = 40;
    let clean = |name: &str| name.chars().map(|c| if c.is_control() { '?' } else { c }).collect::<String>();
    match name.char_indices().nth(LONGEST) {
        None => clean(name),
        Some((at, _)) => format!("{}…", clean(&name[..at])),
    }
}
