//! The trained LeNet-5 of `assets`.

use lenet::inspect::Viewer;
use lenet::network::{Plan, preset};
use lenet::train::checkpoint::{self, Checkpoint};

pub fn trained() -> Checkpoint {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lenet5.safetensors")).unwrap();
    checkpoint::load(&bytes, &Plan::new(&preset("lenet5").unwrap()).unwrap()).unwrap()
}

pub fn trained_viewer() -> Viewer {
    let Checkpoint { plan, parameters, .. } = trained();
    let mut viewer = Viewer::new(plan);
    viewer.write_parameters(&parameters);
    viewer
}
