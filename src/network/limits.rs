//! How large a network may be.

/// The maximum number of parameters: a browser tab has no memory for more weights, gradients and moments.
pub const MAX_PARAMETERS: usize = 20_000_000;
/// The maximum number of outputs of a layer, which a mini-batch keeps for every image.
pub const MAX_OUTPUTS: usize = MAX_PARAMETERS / 8;
