//! What a network *is*: its list of layers, the shapes between them, and where its numbers lie.
//! Knows nothing of data, training or how anything is computed.

mod init;
mod plan;
mod presets;
mod shape;
mod spec;

pub use init::{Initialization, initial_parameters};
pub use plan::{LayerPlan, ParameterTensor, Plan};
pub use presets::{PRESETS, Preset, preset, preset_of};
pub use shape::{Shape, Window};
pub use spec::{Activation, Layer, NetworkSpec, PoolKind, SpecError};
