//! Both backends compute what PyTorch computes on 64 MNIST images: with LeNet-5, with LeNet-5 of 1998, with a network of
//! the layers that these two lack, with one whose windows do not fit, and with one whose pooling is all ties.
//! `tests/golden/make.py` made the numbers, in f64.

use crate::gpu::both;
use crate::support::{assert_close, dataset_of, distance, read, wide};
use lenet::backend::{Backend, Optimizer, StepConfig, Tap};
use lenet::network::{Layer, NetworkSpec, Plan, preset};
use safetensors::SafeTensors;

/// The contents of one golden file.
struct Golden {
    bytes: Vec<u8>,
    plan: Plan,
}

impl Golden {
    fn open(name: &str) -> Golden {
        let path = format!("{}/tests/golden/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let layers = &metadata.metadata().as_ref().unwrap()["layers"];
        let spec = NetworkSpec::mnist(Layer::read_list(&serde_json::from_str(layers).unwrap()).unwrap());
        Golden { plan: Plan::new(&spec).unwrap(), bytes }
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        SafeTensors::deserialize(&self.bytes).unwrap().tensor(name).unwrap().data().to_vec()
    }

    fn floats(&self, name: &str) -> Vec<f32> {
        let bytes = self.bytes(name);
        bytes.as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
    }

    /// Both backends at the golden start.
    fn engines(&self) -> [(&'static str, Box<dyn Backend>); 2] {
        let dataset = dataset_of(&self.bytes("images"), &self.bytes("labels"));
        both(&self.plan, &dataset, &self.floats("parameters"))
    }

    /// The ten mini-batches.
    fn batches(&self) -> Vec<Vec<u32>> {
        self.bytes("batches").chunks(16).map(|batch| batch.iter().map(|&image| u32::from(image)).collect()).collect()
    }
}

/// Compares the logits and every tensor's gradients. Measured: off by 4·10⁻⁷, and by 3·10⁻⁶ where a gradient's terms
/// cancel.
fn assert_computes_alike(golden: &Golden) {
    for (on, mut engine) in golden.engines() {
        engine.forward(&(0..16).collect::<Vec<u32>>());
        let logits = read(&mut *engine, Tap::Activation(golden.plan.layers.len() - 1));
        assert_close(&format!("{on}: logits"), &wide(&logits), &wide(&golden.floats("logits")), 5e-6);

        engine.gradients(&golden.batches()[0]);
        let (measured, expected) = (wide(&read(&mut *engine, Tap::Gradients)), wide(&golden.floats("gradients")));
        assert_eq!(measured.len(), expected.len());
        for tensor in golden.plan.tensors() {
            let what = format!("{on}: gradients of {}", tensor.name);
            assert_close(&what, &measured[tensor.range.clone()], &expected[tensor.range], 1e-5);
        }
    }
}

/// After five of Adam's steps LeNet-5's parameters on the GPU are 8·10⁻⁷ from the CPU's; in the sixth step this puts one
/// unit of one image on the other side of ReLU's corner, and losses are off by 2·10⁻⁴ from then on. SGD meets no corner
/// and is held to 10⁻⁵.
const OTHER_SIDE: f64 = 1e-3;

/// Compares ten losses and, where the file has them, the parameters after the ten steps.
fn assert_trains_alike(golden: &Golden, name: &str, optimizer: Optimizer, learning_rate: f32, tolerance: f64) {
    let settings = StepConfig { optimizer, learning_rate, momentum: 0.9, weight_decay: 5e-4, ..StepConfig::default() };
    for (on, mut engine) in golden.engines() {
        let tolerance = if (on, optimizer) == ("GPU", Optimizer::Adam) { OTHER_SIDE } else { tolerance };
        golden.batches().iter().for_each(|batch| engine.train_step(batch, &settings));
        let losses: Vec<f64> = wide(&read(&mut *engine, Tap::Steps)).into_iter().step_by(2).collect();
        let expected = wide(&golden.floats(&format!("{name}.losses")));
        assert_close(&format!("{on}: {name}.losses"), &losses, &expected, tolerance);

        let end = format!("{name}.parameters");
        let knows_the_end = SafeTensors::deserialize(&golden.bytes).unwrap().tensor(&end).is_ok();
        if knows_the_end {
            let (start, end) = (wide(&golden.floats("parameters")), wide(&golden.floats(&end)));
            let measured = wide(&read(&mut *engine, Tap::Parameters));
            let (way, apart) = (distance(&start, &end), distance(&measured, &end));
            assert!(apart <= tolerance * way, "{on}: {name}: {apart:.1e} apart after a way of {way:.1e}");
        }
    }
}

/// Measured: the losses are off by at most 10⁻⁷, the parameters after SGD's steps by 10⁻⁶ of their change, after Adam's
/// by 5·10⁻⁶, because Adam amplifies gradients as small as their rounding errors.
fn assert_both_optimizers_train_alike(golden: &Golden) {
    assert_trains_alike(golden, "sgd", Optimizer::Sgd, 0.05, 1e-5);
    assert_trains_alike(golden, "adam", Optimizer::Adam, 0.002, 5e-5);
}

#[test]
fn lenet5_is_as_in_pytorch() {
    let golden = Golden::open("lenet5");
    assert_eq!(golden.plan.spec(), preset("lenet5").unwrap(), "the preset and make.py mean the same network");
    assert_computes_alike(&golden);
    assert_both_optimizers_train_alike(&golden);
}

#[test]
fn lenet5_of_1998_is_as_in_pytorch() {
    let golden = Golden::open("lenet5_1998");
    assert_eq!(golden.plan.spec(), preset("lenet5_1998").unwrap(), "the preset and make.py mean the same network");
    assert_eq!(golden.plan.trainable(), 60_000, "as the paper counts");
    assert_computes_alike(&golden);
    assert_trains_alike(&golden, "sgd", Optimizer::Sgd, 0.0005, 1e-4);
    assert_trains_alike(&golden, "adam", Optimizer::Adam, 0.002, 1e-3);
}

#[test]
fn the_other_layers_and_activations_are_as_in_pytorch() {
    let golden = Golden::open("others");
    assert_computes_alike(&golden);
    assert_both_optimizers_train_alike(&golden);
}

#[test]
fn windows_that_do_not_fit_are_rounded_down_as_in_pytorch() {
    let golden = Golden::open("rounded");
    let sides: Vec<usize> = golden.plan.layers.iter().map(|layer| layer.output.height).collect();
    assert_eq!(sides, [14, 4, 2, 1, 1]);
    assert_computes_alike(&golden);
    assert_both_optimizers_train_alike(&golden);
}

#[test]
fn ties_in_the_pooling_are_as_in_pytorch() {
    assert_computes_alike(&Golden::open("ties"));
}
