//! The structure of a network: its layers, the shapes between them, and the positions of its parameters. Nothing here
//! depends on data, on training or on a backend.

mod connections;
mod init;
mod kind;
mod layers;
mod plan;
mod preprocessing;
mod presets;
mod sliding;
mod spec;

pub use connections::Connections;
pub use init::{Initialization, Start, initial_parameters};
pub use kind::{LayerField, LayerKind, Place};
pub use layers::{LAYER_KINDS, Layer};
pub use lenet_kernels::activation::Activation;
pub use lenet_kernels::pool::PoolKind;
pub use lenet_kernels::{Shape, Window};
pub use plan::{LayerPlan, ParameterTensor, Plan};
pub use preprocessing::Preprocessing;
pub use presets::{PRESETS, Preset, preset, preset_of};
pub use sliding::Sliding;
pub use spec::NetworkSpec;
