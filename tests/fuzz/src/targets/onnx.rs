//! What is written for other programs: any network that fits gives well-formed protobuf.

use crate::{Target, json};
use lenet::network::{Initialization, Layer, NetworkSpec, Plan, initial_parameters};
use lenet::train::onnx;

pub const TARGET: Target = Target {
    name: "onnx",
    seeds: super::layers::TARGET.seeds,
    mend: super::as_it_is,
    passes: |bytes| json::find(bytes).is_some_and(|place| place == (0..bytes.len())),
    check,
    memory: (4 << 20, 512),
    longest: 4096,
};

/// A network of more parameters takes too long for millions of inputs, and none is written otherwise.
const MOST: usize = 100_000;

fn check(bytes: &[u8]) {
    let layers = serde_json::from_slice(bytes).ok().and_then(|value| Layer::read_list(&value).ok());
    let plan = layers.and_then(|layers| Plan::new(&NetworkSpec::mnist(layers)).ok());
    let Some(plan) = plan.filter(|plan| plan.parameters <= MOST) else {
        return;
    };
    let written = onnx::save(&plan, &initial_parameters(&plan, Initialization::He, 1));
    let graph = fields(&written).into_iter().find(|(number, _)| *number == 7).expect("a model has a graph");
    let weights: usize =
        fields(graph.1).iter().filter(|(number, _)| *number == 5).map(|(_, tensor)| tensor.len()).sum();
    assert!(weights >= 4 * plan.trainable(), "every parameter is in it");
}

/// The fields of a message: the number and the bytes of each. Panics where they are not well formed.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let length = match key & 7 {
            0 => {
                varint(&mut message);
                0
            }
            1 => 8,
            2 => varint(&mut message) as usize,
            5 => 4,
            other => panic!("there is no wire type {other}"),
        };
        let (bytes, rest) = message.split_at(length);
        fields.push((key >> 3, bytes));
        message = rest;
    }
    fields
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().expect("a number ends within its message");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    panic!("a number has at most ten bytes");
}
