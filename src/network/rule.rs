//! The rules by which units are computed.

use super::{PoolKind, Preprocessing};

/// How a unit is computed from the numbers that it sees, outside training. Layers of different kinds can share a rule;
/// the inspector and the ONNX file follow it and not the kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The sum of the numbers, each times a weight, plus the bias of its map. A map with fewer weights than a unit sees
    /// numbers repeats them.
    Sum,
    /// Minus the squared distance to its weights.
    Distance,
    /// What pooling keeps of a window.
    Pool(PoolKind),
    /// The only number, unchanged.
    Same,
    /// The only number times a factor, plus a shift. In the padding the number is 0.
    Scaled {
        /// The factor.
        factor: f32,
        /// The summand.
        shift: f32,
    },
    /// The only number, if it is above zero. Otherwise it is multiplied by this slope or, without one, by the bias of
    /// the map.
    Rectifier(Option<f32>),
    /// Preprocessing with the statistics of the training images.
    Statistics(Preprocessing),
}
