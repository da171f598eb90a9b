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
    let mut all: Vec<Named> =
        file.iter().map(|(name, view)| Named { name: name.into(), shape: view.shape().to_vec() }).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Reads the numbers of the tensor `name` into `to`, which has as many. F16, BF16 and F64 are converted.
///
/// # Errors
/// The elements are no floating-point numbers, or one of them is not finite.
pub(super) fn read(view: &TensorView, name: &str, to: &mut [f32]) -> Result<(), String> {
    match view.dtype() {
        Dtype::F32 => convert(view, to, f32::from_le_bytes),
        Dtype::F64 => convert(view, to, |bytes| f64::from_le_bytes(bytes) as f32),
        Dtype::F16 => convert(view, to, |bytes| f16::from_le_bytes(bytes).to_f32()),
        Dtype::BF16 => convert(view, to, |bytes| bf16::from_le_bytes(bytes).to_f32()),
        other => return Err(format!("\"{name}\" has elements of type {other:?}, and not F32, F64, F16 or BF16")),
    }
    match to.iter().find(|x| !x.is_finite()) {
        None => Ok(()),
        Some(x) => Err(format!("\"{name}\" holds {x}")),
    }
}

fn convert<const SIZE: usize>(view: &TensorView, to: &mut [f32], number: impl Fn([u8; SIZE]) -> f32) {
    let (numbers, _) = view.data().as_chunks::<SIZE>();
    to.iter_mut().zip(numbers).for_each(|(to, &from)| *to = number(from));
}

/// The first few names, and how many more there are: "a, b, c and 7 more".
pub(super) fn few(names: impl IntoIterator<Item = String>) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = names.into_iter().collect();
    match names.len() {
        count if count > SHOWN + 1 => format!("{} and {} more", names[..SHOWN].join(", "), count - SHOWN),
        _ => match &names[..] {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        },
    }
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
