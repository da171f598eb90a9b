//! Lists of layers, as JSON.

use crate::{Target, json};
use lenet::network::{Layer, NetworkSpec, PRESETS, Plan, preset};
use serde_json::Value;

pub const TARGET: Target = Target {
    name: "layers",
    seeds: || {
        let lists = PRESETS.iter().filter_map(|known| preset(known.name));
        lists.map(|spec| serde_json::to_vec(&spec.layers).expect("layers are plain data")).chain(others()).collect()
    },
    mend: super::as_it_is,
    passes: |bytes| json::find(bytes).is_some_and(|place| place == (0..bytes.len())),
    check,
    memory: (64 << 10, 512),
    longest: 4096,
};

fn others() -> impl Iterator<Item = Vec<u8>> {
    [
        r#"[{"type":"preprocess","kind":"whiten"},{"type":"conv","filters":3,"size":3,"stride":2,"padding":1,"activation":"tanh"},{"type":"batchnorm"},{"type":"pool","kind":"mean","size":3,"stride":2},{"type":"dropout","rate":0.5},{"type":"rrelu"},{"type":"prelu"},{"type":"dense","units":10,"activation":"none"}]"#,
        r#"[{"type":"dense","units":10,"activation":"softsign"}]"#,
    ]
    .into_iter()
    .map(|text| text.as_bytes().to_vec())
}

fn check(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let Ok(layers) = Layer::read_list(&value) else {
        return;
    };
    let again = serde_json::to_value(&layers).expect("layers are plain data");
    assert_eq!(Layer::read_list(&again).as_ref(), Ok(&layers), "a list that was read and written is the same list");
    if let Ok(plan) = Plan::new(&NetworkSpec::mnist(layers)) {
        let tensors = plan.tensors();
        let ends = tensors.iter().map(|tensor| tensor.range.end).max().unwrap_or(0);
        assert!(ends <= plan.parameters, "every tensor lies within the parameters");
        assert_eq!(Plan::new(&plan.spec()).map(|other| other.parameters), Ok(plan.parameters));
    }
}
