//! Safetensors files that do not say what their layers are, as PyTorch's.

use super::checkpoint;
use crate::Target;
use half::{bf16, f16};
use lenet::network::{Layer, NetworkSpec, Plan};
use lenet::train::checkpoint as file;
use safetensors::tensor::{Dtype, TensorView, serialize};
use std::sync::LazyLock;

pub const TARGET: Target = Target {
    name: "state_dict",
    seeds,
    mend: checkpoint::TARGET.mend,
    passes: checkpoint::TARGET.passes,
    check,
    memory: (256 << 10, 256),
    longest: 8 << 10,
};

/// The present network. Two of its layers have the same shape, so that names have to tell them apart.
static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let layers = serde_json::json!([
        { "type": "conv", "filters": 2, "size": 4, "stride": 4, "activation": "relu" },
        { "type": "pool", "kind": "max", "size": 7, "stride": 7 },
        { "type": "dense", "units": 4, "activation": "relu" },
        { "type": "dense", "units": 4, "activation": "relu" },
        { "type": "dense", "units": 4, "activation": "relu" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let layers = Layer::read_list(&layers).expect("layers that exist");
    Plan::new(&NetworkSpec::mnist(layers)).expect("layers that fit")
});

fn seeds() -> Vec<Vec<u8>> {
    let names = |names: [&'static str; 5]| move |module: usize, kind: &str| format!("{}.{kind}", names[module]);
    let usual = names(["conv1", "fc1", "fc2", "fc3", "fc4"]);
    let listed = names(["features.0", "classifier.0", "classifier.2", "classifier.4", "classifier.10"]);
    let mixed = names(["a", "b", "c", "d", "e"]);
    let dense_as_convolution = |shape: &[usize]| match *shape {
        [units, inputs] => vec![units, inputs, 1, 1],
        _ => shape.to_vec(),
    };
    let same = |shape: &[usize]| shape.to_vec();
    vec![
        dict(usual, same, true, Dtype::F32),
        dict(listed, dense_as_convolution, true, Dtype::F16),
        dict(listed, same, false, Dtype::BF16),
        dict(usual, same, true, Dtype::F64),
        dict(mixed, same, true, Dtype::F16),
    ]
}

/// The network's parameters under these names and in these shapes, with biases or without.
fn dict(
    name: impl Fn(usize, &str) -> String,
    shaped: impl Fn(&[usize]) -> Vec<usize>,
    with_biases: bool,
    dtype: Dtype,
) -> Vec<u8> {
    let tensors = PLAN.tensors();
    let data: Vec<Vec<u8>> =
        tensors.iter().map(|tensor| tensor.range.clone().flat_map(|at| number(at, dtype)).collect()).collect();
    let views = tensors.iter().zip(&data).enumerate().filter(|(at, _)| with_biases || at % 2 == 0);
    let views = views.map(|(at, (tensor, data))| {
        let kind = if at % 2 == 0 { "weight" } else { "bias" };
        (name(at / 2, kind), TensorView::new(dtype, shaped(&tensor.shape), data).expect("the plan's own shapes"))
    });
    serialize(views, None).expect("tensors under different names")
}

/// A number for the parameter at this place.
fn number(at: usize, dtype: Dtype) -> Vec<u8> {
    let x = at as f32 / 64.0;
    match dtype {
        Dtype::F16 => f16::from_f32(x).to_le_bytes().into(),
        Dtype::BF16 => bf16::from_f32(x).to_le_bytes().into(),
        Dtype::F64 => f64::from(x).to_le_bytes().into(),
        _ => x.to_le_bytes().into(),
    }
}

fn check(bytes: &[u8]) {
    match file::load(bytes, &PLAN) {
        Ok(read) => {
            assert_eq!(read.parameters.len(), read.plan.parameters);
            assert!(read.parameters.iter().all(|x| x.is_finite()), "what is read can be trained");
            if let Some(assumed) = &read.assumed {
                assert!(assumed.to_string().contains("assumed"));
            }
            let again =
                file::load(&file::save(&read.plan, &read.parameters), &PLAN).expect("what was saved can be read");
            assert!(again.assumed.is_none() && again.parameters == read.parameters);
        }
        Err(refusal) => checkpoint::is_a_sentence(&refusal.to_string()),
    }
}
