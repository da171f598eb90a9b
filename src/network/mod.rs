//! The structure of a network: its layers, the shapes between them, and the positions of its parameters. Nothing here
//! depends on data, on training or on a backend.

mod connections;
mod facts;
mod init;
mod json;
mod kind;
mod layers;
mod limits;
mod plan;
mod preprocessing;
mod presets;
mod rule;
mod sliding;
mod spec;
mod start;
mod unseen;

pub use connections::Connections;
pub use facts::LayerPlan;
pub use init::{Initialization, initial_parameters};
pub use kind::{LayerField, LayerKind, Place};
pub use layers::{LAYER_KINDS, Layer};
pub use lenet_kernels::activation::Activation;
pub use lenet_kernels::pool::PoolKind;
pub use lenet_kernels::{Shape, Window};
pub use limits::MAX_PARAMETERS;
pub use plan::{ParameterTensor, Plan};
pub use preprocessing::Preprocessing;
pub use presets::{PRESETS, Preset, preset, preset_of};
pub use rule::Rule;
pub use sliding::Sliding;
pub use spec::NetworkSpec;
pub use start::Start;
