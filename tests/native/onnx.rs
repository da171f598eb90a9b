//! ONNX files: the files that `tests/golden/check_onnx.py` ran in onnxruntime are still written byte for byte, and they
//! contain every parameter under its name.

use lenet::network::{Layer, NetworkSpec, Plan, Preprocessing, preset};
use lenet::train::onnx;
use serde_json::Value;

/// A network that `tests/golden/check_onnx.py` trains too.
fn golden(name: &str) -> NetworkSpec {
    let networks: Value = serde_json::from_str(include_str!("../golden/onnx_networks.json")).unwrap();
    NetworkSpec::mnist(Layer::read_list(&networks[name]).unwrap())
}

/// The kinds of layers that the presets lack.
fn odd() -> NetworkSpec {
    golden("unusual")
}

/// Layers of maps after layers of units: each map is one number.
fn maps_after_units() -> NetworkSpec {
    golden("maps_after_units")
}

/// The book's first network on whitened images.
fn whitened() -> NetworkSpec {
    let mut spec = preset("nielsen1").unwrap();
    spec.layers.insert(0, Layer::Preprocess { kind: Preprocessing::Whiten });
    spec
}

/// The file of a network whose parameters all differ.
fn network(spec: &NetworkSpec) -> (Plan, Vec<f32>) {
    let plan = Plan::new(spec).unwrap();
    let parameters = (0..plan.parameters).map(|n| n as f32 / 1024.0 - 1.0).collect();
    (plan, parameters)
}

/// The FNV-1a hash.
fn folded(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// If this fails because the file is written in another way, run `tests/golden/check_onnx.py` and then update the
/// number.
#[test]
fn files_are_those_that_onnxruntime_has_read() {
    let rounded = golden("rounded");
    let specs =
        [preset("lenet5").unwrap(), preset("lenet5_1998").unwrap(), odd(), whitened(), maps_after_units(), rounded];
    let read = specs.map(|spec| {
        let (plan, parameters) = network(&spec);
        folded(&onnx::save(&plan, &parameters))
    });
    let expected = [
        13_829_619_802_185_470_543,
        11_776_905_883_631_837_072,
        9_421_011_658_924_818_240,
        8_572_997_914_255_268_417,
        6_688_960_526_051_347_865,
        894_421_166_850_572_862,
    ];
    assert_eq!(read, expected);
}

#[test]
fn every_parameter_is_there_under_its_name() {
    for spec in [preset("lenet5").unwrap(), preset("nielsen2").unwrap(), odd(), whitened(), maps_after_units()] {
        let (plan, parameters) = network(&spec);
        let file = onnx::save(&plan, &parameters);
        for tensor in plan.tensors() {
            let data: Vec<u8> = parameters[tensor.range].iter().flat_map(|x| x.to_le_bytes()).collect();
            // The name is field 8 of a tensor, and its numbers are field 9.
            let named = [&[8 << 3 | 2, tensor.name.len() as u8], tensor.name.as_bytes(), &[9 << 3 | 2]].concat();
            let at = file.windows(named.len()).position(|window| window == named).expect(&tensor.name);
            let rest = &file[at + named.len()..];
            let length = rest.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
            assert!(rest[length..].starts_with(&data), "{}", tensor.name);
        }
    }
}
