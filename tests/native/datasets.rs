//! The program `lenet` with datasets and networks that others have packed, named and written.

use crate::bits::bars;
use crate::command_line::Folder;
use flate2::Compression;
use flate2::write::GzEncoder;
use lenet::data::{MNIST, idx};
use lenet::network::{Initialization, Plan, initial_parameters, preset};
use lenet::train::checkpoint;
use std::fs;
use std::io::Write;

const EXACT: [&str; 4] =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Writes the four files under these names, each changed by `change`.
fn put(folder: &Folder, into: &str, names: [&str; 4], change: impl Fn(&str, Vec<u8>) -> Vec<u8>) {
    for (name, bytes) in names.into_iter().zip(bars(240, 40)) {
        let path = folder.0.join(into).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, change(name, bytes)).unwrap();
    }
}

#[test]
fn a_dataset_is_read_however_it_is_packed_and_named() {
    let folder = Folder::new("datasets");
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
    let evaluate = |from: &str| folder.prints(&format!("evaluate {network} --data {from}"));
    let right = evaluate(".");
    let as_it_is = |_: &str, bytes: Vec<u8>| bytes;
    put(&folder, "unpacked", EXACT, as_it_is);
    put(
        &folder,
        "dotted",
        ["train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"],
        as_it_is,
    );
    put(&folder, "members", EXACT, |_, bytes| {
        let (first, rest) = bytes.split_at(bytes.len() / 3);
        // bgzip ends with an empty member, and tapes with zeros.
        [packed(first), packed(rest), packed(&[]), vec![0; 100]].concat()
    });
    let emnist = ["train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1"]
        .map(|name| format!("emnist-digits-{name}-ubyte.gz"));
    put(&folder, "emnist", emnist.each_ref().map(String::as_str), |_, bytes| packed(&bytes));
    put(&folder, "folders", EXACT.map(|name| Box::leak(format!("{name}/{name}").into_boxed_str()) as &str), as_it_is);
    let qmnist = [
        "qmnist-train-images-idx3-ubyte.gz",
        "qmnist-train-labels-idx2-int.gz",
        "qmnist-test-images-idx3-ubyte.gz",
        "qmnist-test-labels-idx2-int.gz",
    ];
    put(&folder, "qmnist", qmnist, |name, bytes| {
        if name.contains("images") {
            return packed(&bytes);
        }
        let labels = &bytes[8..];
        let mut table = idx::write(&[labels.len(), 8], &[]);
        table[2] = 0x0c;
        labels.iter().for_each(|&label| table.extend([[0, 0, 0, label], [0, 0, 0, 3]].concat().repeat(4)));
        packed(&table)
    });
    for from in ["unpacked", "dotted", "members", "emnist", "folders", "qmnist"] {
        assert_eq!(evaluate(from), right, "{from}");
    }

    put(&folder, "dark", EXACT, |name, bytes| match name.contains("images") {
        true => [&bytes[..16], &bytes[16..].iter().map(|grey| 255 - grey).collect::<Vec<u8>>()].concat(),
        false => bytes,
    });
    let dark = folder.run(&format!("evaluate {network} --data dark"));
    assert_eq!(String::from_utf8_lossy(&dark.stdout), right);
    let said = String::from_utf8_lossy(&dark.stderr).into_owned();
    assert!(said.starts_with("dark/train-images-idx3-ubyte: dark on light: inverted\ndark/t10k"), "{said}");

    put(&folder, "on-side", EXACT, |name, bytes| match name.contains("images") {
        true => {
            let pixels = MNIST.pixels();
            let turned = |at: usize| bytes[16 + at / pixels * pixels + at % 28 * 28 + at % pixels / 28];
            [&bytes[..16], &(0..bytes.len() - 16).map(turned).collect::<Vec<u8>>()].concat()
        }
        false => bytes,
    });
    assert_ne!(evaluate("on-side"), right);
    assert_eq!(evaluate("on-side --transpose"), right);
}

#[test]
fn a_dataset_that_cannot_be_read_is_refused_with_the_file_and_the_reason() {
    let folder = Folder::new("bad-datasets");
    let with = |name: &str, bytes: Vec<u8>| {
        put(&folder, "bad", EXACT, |_, bytes| bytes);
        fs::write(folder.0.join("bad").join(name), bytes).unwrap();
        let said = folder.refusal("find-rate --data bad preset=nielsen1");
        fs::remove_dir_all(folder.0.join("bad")).unwrap();
        said
    };
    let images = bars(240, 40)[0].clone();
    assert_eq!(with(EXACT[1], images.clone()), "bad/train-labels-idx1-ubyte: these are 240 images and no labels");
    assert_eq!(
        with(EXACT[0], vec![0, 0, 8, 1, 0, 0, 0, 1, 7]),
        "bad/train-images-idx3-ubyte: these are 1 labels and no images"
    );
    let torn = [packed(&images), b"rubbish".to_vec()].concat();
    assert_eq!(
        with(EXACT[0], torn),
        "bad/train-images-idx3-ubyte: 7 bytes that are not gzipped follow the gzipped ones"
    );
    let cut = packed(&images)[..5000].to_vec();
    assert!(with(EXACT[0], cut).starts_with("bad/train-images-idx3-ubyte: it cannot be unpacked after "));
    put(&folder, "twice", EXACT, |_, bytes| bytes);
    fs::remove_file(folder.0.join("twice").join(EXACT[2])).unwrap();
    assert_eq!(
        folder.refusal("evaluate --data twice"),
        "twice: there is no file t10k-images-idx3-ubyte, with or without .gz"
    );
    for name in ["emnist-letters-test-images-idx3-ubyte", "emnist-digits-test-images-idx3-ubyte"] {
        fs::write(folder.0.join("twice").join(name), &images).unwrap();
    }
    let said = folder.refusal("evaluate --data twice");
    assert!(
        said.starts_with("twice: several files could be test-images: emnist-digits-test-images-idx3-ubyte, emnist-")
    );
}

#[test]
fn what_is_no_file_of_images_is_named() {
    let folder = Folder::new("no-images");
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors");
    let refusal = |bytes: &[u8]| {
        fs::write(folder.0.join("file"), bytes).unwrap();
        folder.refusal(&format!("classify --network {network} file"))
    };
    assert_eq!(refusal(&idx::write(&[20], &[1; 20])), "file: these are 20 labels and no images");
    let many = refusal(&[vec![0, 0, 8, 255], vec![0; 4 * 255]].concat());
    assert_eq!(many, "file: byte 3: 255 dimensions, where images have 3 and labels 1");
    assert!(refusal(&fs::read(network).unwrap()).contains("this is a safetensors file"));
    assert!(folder.prints("classify --help").contains("--transpose"));
}

/// LeNet-5 with weights that are finite and too large for what is computed with them.
#[test]
fn a_network_that_overflows_says_so_and_names_no_digit() {
    let folder = Folder::new("overflows");
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let large: Vec<f32> = initial_parameters(&plan, Initialization::He, 1).iter().map(|x| 1e20 * x).collect();
    fs::write(folder.0.join("large.safetensors"), checkpoint::save(&plan, &large)).unwrap();
    fs::write(folder.0.join("images"), idx::write(&[1, 28, 28], &bars(1, 1)[0][16..])).unwrap();
    for command in ["evaluate large.safetensors --data .", "classify --network large.safetensors images"] {
        let said = folder.refusal(command);
        assert!(
            said.ends_with("what the network computes is not a number, because its weights are too large"),
            "{said}"
        );
    }
}

#[test]
fn a_network_without_its_description_is_opened_with_a_word_about_it() {
    let folder = Folder::new("undescribed");
    let trained = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors")).unwrap();
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let parameters = checkpoint::load(&trained, &plan).unwrap().parameters;
    let bytes: Vec<u8> = parameters.iter().flat_map(|x| x.to_le_bytes()).collect();
    let names = ["conv1", "conv2", "fc1", "fc2", "fc3"];
    let tensors = plan.tensors().into_iter().enumerate().map(|(at, tensor)| {
        let kind = if at % 2 == 0 { "weight" } else { "bias" };
        let data = &bytes[4 * tensor.range.start..4 * tensor.range.end];
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, tensor.shape, data).unwrap();
        (format!("{}.{kind}", names[at / 2]), view)
    });
    fs::write(folder.0.join("torch.safetensors"), safetensors::serialize(tensors, None).unwrap()).unwrap();
    fs::write(folder.0.join("ours.safetensors"), trained).unwrap();
    let output = folder.run("evaluate torch.safetensors --data .");
    assert_eq!(String::from_utf8_lossy(&output.stdout), folder.prints("evaluate ours.safetensors --data ."));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("torch.safetensors: The file does not say what its layers are."), "{said}");
    assert!(said.contains("conv1 → C1, conv2 → C3, fc1 → C5, fc2 → F6, fc3 → Output"), "{said}");
}
