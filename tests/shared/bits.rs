//! A short run with known parameters, the same bits natively, in a page and in a worker.

use lenet::backend::Tap;
use lenet::backend::cpu::now;
use lenet::backend::machine::ThisMachine;
use lenet::data::{Dataset, MNIST};
use lenet::rng::{Rng, Stream};
use lenet::session::{Configuration, Session};
use lenet::train::Goal;
use std::rc::Rc;
use std::sync::Arc;

/// Four IDX files of `train` and `test` images that a network can learn: class n is a bar at height 2n + 3, in noise.
pub fn bars(train: u32, test: u32) -> [Vec<u8>; 4] {
    let mut rng = Rng::new(1, Stream::Test(0));
    let mut pair = |count: u32| {
        let mut images =
            [vec![0, 0, 8, 3], [count, 28, 28].iter().flat_map(|size| size.to_be_bytes()).collect()].concat();
        let mut labels = [vec![0, 0, 8, 1], count.to_be_bytes().to_vec()].concat();
        for image in 0..count {
            let class = image % 10;
            labels.push(class as u8);
            images.extend((0..784).map(|pixel| {
                let bar = if pixel / 28 / 2 == class + 1 { 160 } else { 0 };
                bar + rng.below(90) as u8
            }));
        }
        [images, labels]
    };
    let ([a, b], [c, d]) = (pair(train), pair(test));
    [a, b, c, d]
}

/// The parameters after twenty mini-batches of LeNet-5 with tanh in one layer, folded into one number (FNV-1a).
pub fn folded_run() -> u64 {
    let dataset = Arc::new(Dataset::from_idx(MNIST, bars(240, 40)).expect("well made"));
    let layers = serde_json::json!([
        { "type": "conv", "filters": 6, "size": 5, "padding": 2, "activation": "relu" },
        { "type": "pool", "kind": "max", "size": 2, "stride": 2 },
        { "type": "conv", "filters": 16, "size": 5, "activation": "tanh" },
        { "type": "pool", "kind": "average", "size": 2, "stride": 2 },
        { "type": "dense", "units": 84, "activation": "sigmoid" },
        { "type": "dense", "units": 10, "activation": "none" },
    ]);
    let configuration = Configuration::from([
        ("layers".to_owned(), layers),
        ("batch_size".to_owned(), 12.into()),
        ("learning_rate".to_owned(), 0.003.into()),
        ("weight_decay".to_owned(), 0.01.into()),
        ("seed".to_owned(), 7.into()),
    ]);
    let mut session = Session::new(&configuration, Rc::new(ThisMachine::single(dataset))).expect("it fits");
    session.trainer.start(Goal::Steps(20));
    while session.trainer.is_busy() {
        session.trainer.advance();
    }
    let parameters = now(session.trainer.backend().read(Tap::Parameters)).expect("the CPU does not fail");
    let bytes = parameters.iter().flat_map(|x| x.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The result of `folded_run` on every machine.
pub const BITS: u64 = 10_536_640_061_370_699_374;
