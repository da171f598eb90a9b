//! Networks from files of other programs: which are opened, what is assumed then, and what the refusals say.

use half::{bf16, f16};
use lenet::network::{Activation, Initialization, Layer, NetworkSpec, Plan, initial_parameters, preset};
use lenet::train::checkpoint::{self, Checkpoint, check_file};
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::json;
use std::collections::HashMap;

/// The tensors of a file: names, shapes and numbers.
type State = Vec<(String, Vec<usize>, Vec<f32>)>;

fn plan_of(name: &str) -> Plan {
    Plan::new(&preset(name).unwrap()).unwrap()
}

/// Some parameters of a network, no two of them alike.
fn parameters_of(plan: &Plan) -> Vec<f32> {
    let mut parameters = initial_parameters(plan, Initialization::He, 3);
    let biases: Vec<_> = plan.layers.iter().map(|layer| layer.biases.clone()).collect();
    biases.into_iter().flatten().for_each(|at| parameters[at] = at as f32 / 1e6);
    parameters
}

/// The parameters of a network, in which each layer has the name that `names` gives it.
fn state(plan: &Plan, names: &[&str]) -> State {
    let parameters = parameters_of(plan);
    let mut layers: Vec<String> =
        plan.tensors().iter().map(|tensor| tensor.name.split('.').next().unwrap().into()).collect();
    layers.dedup();
    let renamed = |name: &str| {
        let (layer, kind) = name.split_once('.').unwrap();
        format!("{}{kind}", names[layers.iter().position(|known| known == layer).unwrap()])
    };
    let tensors = plan.tensors().into_iter();
    tensors.map(|tensor| (renamed(&tensor.name), tensor.shape, parameters[tensor.range].to_vec())).collect()
}

fn file(state: &State, dtype: Dtype, layers: Option<&Plan>) -> Vec<u8> {
    let bytes = |x: f32| match dtype {
        Dtype::F64 => f64::from(x).to_le_bytes().to_vec(),
        Dtype::F16 => f16::from_f32(x).to_le_bytes().to_vec(),
        Dtype::BF16 => bf16::from_f32(x).to_le_bytes().to_vec(),
        Dtype::I64 => (x as i64).to_le_bytes().to_vec(),
        _ => x.to_le_bytes().to_vec(),
    };
    let data: Vec<Vec<u8>> =
        state.iter().map(|(.., numbers)| numbers.iter().flat_map(|&x| bytes(x)).collect()).collect();
    let views = state.iter().zip(&data);
    let views =
        views.map(|((name, shape, _), data)| (name.clone(), TensorView::new(dtype, shape.clone(), data).unwrap()));
    let described = layers.map(|plan| serde_json::to_string(&plan.spec().layers).unwrap());
    let metadata = described.map(|layers| HashMap::from([("lenet.layers".to_owned(), layers)]));
    serialize(views, metadata).unwrap()
}

fn load(bytes: &[u8]) -> Result<Checkpoint, String> {
    checkpoint::load(bytes, &plan_of("lenet5")).map_err(|refusal| refusal.to_string())
}

#[track_caller]
fn opens(state: &State, plan: &Plan) -> String {
    let loaded = load(&file(state, Dtype::F32, None)).unwrap();
    assert_eq!((&loaded.plan, &loaded.parameters), (plan, &parameters_of(plan)));
    loaded.assumed.unwrap().to_string()
}

#[track_caller]
fn refused(state: &State, parts: &[&str]) {
    let why = load(&file(state, Dtype::F32, None)).unwrap_err();
    assert!(parts.iter().all(|part| why.contains(part)), "{why}");
    assert!(why.len() < 400 && why.starts_with("This file is not a LeNet Live checkpoint: "), "{why}");
}

const CONV_FC: [&str; 5] = ["conv1.", "conv2.", "fc1.", "fc2.", "fc3."];

#[test]
fn lenet5_is_opened_under_any_names() {
    let plan = plan_of("lenet5");
    for names in [
        CONV_FC,
        ["0.", "3.", "7.", "9.", "11."],
        ["module.net.0.", "module.net.3.", "module.net.7.", "module.net.10.", "module.net.13."],
        ["features.z.", "features.a.", "classifier.head.", "classifier.b.", "classifier.a."],
        ["c1_", "c3_", "c5_", "f6_", "out_"],
    ] {
        let said = opens(&state(&plan, &names), &plan);
        assert!(said.starts_with(
            "The file does not say what its layers are. They are assumed to be those of lenet5 (relu, max pooling)"
        ));
        let pair = format!("{} → C3", names[1].trim_end_matches('.'));
        assert!(said.contains(&pair) || names[1].ends_with('_') && said.contains("c3_weight → C3.weight"), "{said}");
    }
    let said = opens(&state(&plan, &CONV_FC), &plan);
    assert!(
        said.ends_with("Renamed by their shapes: conv1 → C1, conv2 → C3, fc1 → C5, fc2 → F6, fc3 → Output."),
        "{said}"
    );
}

/// Many tutorials leave the first convolution's padding out: 28 → 24 → 12 → 8 → 4, so 16·4·4 = 256 inputs of "fc1".
#[test]
fn lenet5_without_padding_is_opened_too() {
    let mut spec = preset("lenet5").unwrap();
    spec.layers[0] = Layer::conv(6, 5, 1, 0, Activation::Relu);
    let plan = Plan::new(&spec).unwrap();
    let said = opens(&state(&plan, &CONV_FC), &plan);
    assert!(said.contains("assumed to be those of lenet5 without padding (relu, max pooling)"), "{said}");
    assert!(said.contains("fc1 → C5"), "{said}");
}

#[test]
fn names_of_another_kind_are_told_by_shape() {
    let plan = plan_of("lenet5");
    let mut other = state(&plan, &CONV_FC);
    for (name, ..) in &mut other {
        *name = name.replace(".weight", "/W").replace(".bias", "/b").replace("conv", "layer").replace("fc", "dense");
    }
    assert!(opens(&other, &plan).contains("layer1/W → C1.weight"));
}

/// LeCun's C5 is a convolution whose filters cover its whole input: the same numbers in the same order.
#[test]
fn a_dense_layer_may_be_there_as_a_convolution() {
    let plan = plan_of("lenet5");
    let mut other = state(&plan, &["conv1.", "conv2.", "conv3.", "fc1.", "fc2."]);
    other[4].1 = vec![120, 16, 5, 5];
    other[6].1 = vec![84, 120, 1, 1];
    opens(&other, &plan);
    other[4].1 = vec![120, 5, 5, 16];
    refused(&other, &["conv3.weight [120, 5, 5, 16]"]);
}

#[test]
fn another_preset_is_found_by_its_shapes() {
    let nielsen = plan_of("nielsen2");
    assert!(opens(&state(&nielsen, &["a.", "b.", "c.", "d."]), &nielsen).contains("those of nielsen2"));
    let plain = opens(&state(&nielsen, &["C1.", "C3.", "C5.", "Output."]), &nielsen);
    assert!(!plain.contains("Renamed"), "{plain}");
}

#[test]
fn the_present_network_comes_before_the_presets() {
    let mut layers = preset("lenet5").unwrap().layers;
    layers[0] = Layer::conv(6, 5, 1, 2, lenet::network::Activation::Tanh);
    let present = Plan::new(&NetworkSpec::mnist(layers)).unwrap();
    let bytes = file(&state(&plan_of("lenet5"), &CONV_FC), Dtype::F32, None);
    let loaded = checkpoint::load(&bytes, &present).unwrap();
    assert_eq!(loaded.plan, present);
    let said = loaded.assumed.unwrap().to_string();
    assert!(said.contains("those of the present network (tanh, max pooling, relu)"), "{said}");
}

/// Two hidden layers of the same size.
fn twice(names: &[&str]) -> (Plan, State) {
    let layers = json!([
        { "type": "dense", "units": 40, "activation": "relu" },
        { "type": "dense", "units": 40, "activation": "relu" },
        { "type": "dense", "units": 40, "activation": "relu" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let plan = Plan::new(&NetworkSpec::mnist(Layer::read_list(&layers).unwrap())).unwrap();
    let state = state(&plan, names);
    (plan, state)
}

#[test]
fn equal_shapes_are_ordered_by_the_numbers_in_their_names_or_refused() {
    for names in [["fc1.", "fc2.", "fc3.", "fc4."], ["0.", "2.", "10.", "12."], ["l1.fc.", "l2.fc.", "l11.fc.", "out."]]
    {
        let (plan, state) = twice(&names);
        let loaded = checkpoint::load(&file(&state, Dtype::F32, None), &plan).unwrap();
        assert_eq!(loaded.parameters, parameters_of(&plan), "{names:?}");
    }
    for names in [["in.", "left.", "right.", "out."], ["a1.", "b2.", "a3.", "out."], ["fc1.", "x2y9.", "x3y1.", "out."]]
    {
        let (plan, state) = twice(&names);
        if let Ok(loaded) = checkpoint::load(&file(&state, Dtype::F32, None), &plan) {
            panic!("{names:?} opened: {:?}", loaded.assumed);
        }
    }
    let (plan, state) = twice(&["in.", "left.", "right.", "out."]);
    let why = checkpoint::load(&file(&state, Dtype::F32, None), &plan).unwrap_err().to_string();
    assert!(why.contains("it is open which layer left.weight and right.weight belong to"), "{why}");
}

#[test]
fn what_has_no_place_is_named_and_refused() {
    let plan = plan_of("lenet5");
    let with = |more: &[(&str, &[usize])]| {
        let mut state = state(&plan, &CONV_FC);
        let zeros = |shape: &[usize]| vec![0.0; shape.iter().product()];
        state.extend(more.iter().map(|(name, shape)| ((*name).to_owned(), shape.to_vec(), zeros(shape))));
        state
    };
    refused(
        &with(&[("Preprocess.mean", &[28, 28]), ("Preprocess.scale", &[28, 28])]),
        &["Preprocess.mean", "Preprocess.scale"],
    );
    refused(
        &with(&[
            ("bn1.weight", &[6]),
            ("bn1.bias", &[6]),
            ("bn1.running_mean", &[6]),
            ("bn1.num_batches_tracked", &[]),
        ]),
        &["Batch normalisation is not among the layers"],
    );
    refused(&with(&[("optimizer.first.C1.weight", &[6, 1, 5, 5])]), &["optimizer.first.C1.weight"]);
    let mut copies = state(&plan, &CONV_FC);
    copies.extend(state(&plan, &["ema.conv1.", "ema.conv2.", "ema.fc1.", "ema.fc2.", "ema.fc3."]));
    refused(&copies, &["it is open which layer conv1.weight and ema.conv1.weight belong to"]);
    // Many names are not listed.
    let many: Vec<(String, Vec<usize>, Vec<f32>)> =
        (0..300).map(|at| (format!("encoder.layer.{at}.attention.weight"), vec![7, 9], vec![0.0; 63])).collect();
    refused(&many, &["297 more"]);
    let long = vec![("x\u{1b}[31m".repeat(900), vec![1], vec![0.0])];
    refused(&long, &["x?[31m"]);
    refused(&vec![], &["those of lenet5: it lacks C1.weight [6, 1, 5, 5]"]);
}

#[test]
fn another_architecture_is_told_by_its_shapes() {
    let plan = plan_of("lenet5");
    let mut other = state(&plan, &CONV_FC);
    other[0].1 = vec![6, 1, 25];
    refused(&other, &["no place for conv1.weight [6, 1, 25]", "lacks C1.weight [6, 1, 5, 5]"]);
    let mut turned = state(&plan, &CONV_FC);
    turned[4].1.reverse();
    refused(&turned, &["fc1.weight [400, 120]", "Transpose fc1.weight"]);
    let mut colour = state(&plan, &CONV_FC);
    (colour[0].1, colour[0].2) = (vec![6, 3, 5, 5], vec![0.0; 450]);
    refused(&colour, &["conv1.weight [6, 3, 5, 5]"]);
    let mut cut = state(&plan, &CONV_FC);
    cut.remove(4);
    refused(&cut, &["fc1.bias [120]", "C5.weight [120, 400]"]);
}

/// `bias=False` in PyTorch leaves the bias out, which is the same as zeros.
#[test]
fn a_bias_that_is_not_there_is_zero_and_said() {
    let plan = plan_of("lenet5");
    let mut state = state(&plan, &CONV_FC);
    state.retain(|(name, ..)| name != "conv1.bias" && name != "conv2.bias");
    let loaded = load(&file(&state, Dtype::F32, None)).unwrap();
    assert!(loaded.parameters[plan.layers[0].biases.clone()].iter().all(|&bias| bias == 0.0));
    assert!(loaded.assumed.unwrap().to_string().ends_with("Without a bias, which is taken as 0: C1, C3."));
}

#[test]
fn numbers_of_other_lengths_are_converted() {
    let plan = plan_of("lenet5");
    let state = state(&plan, &["C1.", "C3.", "C5.", "F6.", "Output."]);
    for (dtype, close) in [(Dtype::F64, 0.0), (Dtype::F16, 1e-3), (Dtype::BF16, 1e-2)] {
        for described in [None, Some(&plan)] {
            let loaded = load(&file(&state, dtype, described)).unwrap();
            assert_eq!(loaded.assumed.is_none(), described.is_some());
            let pairs = loaded.parameters.iter().zip(parameters_of(&plan));
            let off = pairs.fold(0.0, |off, (a, b)| f32::max(off, (a - b).abs()));
            assert!(off <= close, "{dtype:?}: {off}");
        }
    }
    let why = load(&file(&state, Dtype::I64, Some(&plan))).unwrap_err();
    assert!(why.contains("has elements of type I64, and not F32, F64, F16 or BF16"), "{why}");
}

#[test]
fn numbers_that_are_not_finite_are_refused_when_opened_and_when_saved() {
    let plan = plan_of("lenet5");
    for (dtype, number, said) in [
        (Dtype::F16, f32::INFINITY, "holds inf"),
        (Dtype::F16, 70_000.0, "holds inf"),
        (Dtype::BF16, f32::NAN, "holds NaN"),
        (Dtype::F32, f32::NEG_INFINITY, "holds -inf"),
    ] {
        let mut state = state(&plan, &CONV_FC);
        state[4].2[7] = number;
        let why = load(&file(&state, dtype, None)).unwrap_err();
        assert!(why.contains("\"fc1.weight\"") && why.contains(said), "{why}");
    }
    let mut parameters = parameters_of(&plan);
    assert!(checkpoint::check_finite(&plan, &parameters).is_ok());
    parameters[61_705] = f32::NAN;
    let why = checkpoint::check_finite(&plan, &parameters).unwrap_err().to_string();
    assert!(why.contains("Output.bias holds NaN"), "{why}");
}

#[test]
fn a_file_that_says_its_layers_has_nothing_else() {
    let plan = plan_of("lenet5");
    let mut state = state(&plan, &["C1.", "C3.", "C5.", "F6.", "Output."]);
    state.push(("S2.weight".into(), vec![1], vec![0.0]));
    let why = load(&file(&state, Dtype::F32, Some(&plan))).unwrap_err();
    assert!(why.ends_with("its layers have no place for S2.weight"), "{why}");
}

#[test]
fn a_file_of_another_kind_is_named() {
    let zip = [b"PK\x03\x04".as_slice(), &[0; 26], b"archive/data.pkl"].concat();
    let beginnings: [(&[u8], &str); 14] = [
        (&zip, "safetensors.torch as s; s.save_file("),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "pickle"),
        (b"\x08\x08\x12\x07pytorch", "an ONNX network"),
        (b"PK\x03\x04and more", "a ZIP archive"),
        (b"\x89HDF\r\n\x1a\n", "Keras"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\x1f\x8b\x08\0", "a gzip file"),
        (b"\0\0\x08\x03\0\0\0\x01", "an IDX file"),
        (b"GGUF\x03\0\0\0", "a GGUF network"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"{\"weights\": []}", "a JSON file"),
        ("Es war einmal ein Netz, das hieß L".as_bytes(), "a text"),
        (b"", "an empty file"),
        (b"\xc3\x28\x01\x02\x03", "nothing is known that begins like this"),
    ];
    for (first, said) in beginnings {
        let why = check_file(first, first.len() as u64).unwrap_err().to_string();
        assert!(why.contains(said) && why.len() < 240, "{why}");
        assert_eq!(load(first), Err(why));
    }
    let ours = checkpoint::save(&plan_of("lenet5"), &parameters_of(&plan_of("lenet5")));
    assert_eq!(check_file(&ours[..checkpoint::FIRST_BYTES], ours.len() as u64), Ok(()));
    let why = check_file(&ours[..checkpoint::FIRST_BYTES], 700_000_000).unwrap_err().to_string();
    assert!(why.ends_with("it has 700 MB, and at most 324 MB are read"), "{why}");
    // With headers of these lengths a safetensors file begins like a pickle, an ONNX network and a program.
    for length in [0x0380_u64, 0x12_0208, 0x5a4d] {
        let first = [&length.to_le_bytes()[..], b"{\"fc"].concat();
        assert_eq!(check_file(&first, 9_000_000), Ok(()), "{length:#x}");
    }
    let mut long = ours.clone();
    long[..8].copy_from_slice(&0x1000_0000_u64.to_le_bytes());
    assert!(load(&long).unwrap_err().ends_with("its header has 269 MB, and at most 4 MB are read"));
    let why = load(&ours[..ours.len() - 8]).unwrap_err();
    assert!(why.contains("it is cut off or damaged"), "{why}");
}
