//! How large a network may be.

/// The maximum number of parameters: a browser tab has no memory for more weights, gradients and moments.
pub const MAX_PARAMETERS: usize = 20_000_000;
/// The maximum number of outputs of a layer, which a mini-batch keeps for every image.
pub const MAX_OUTPUTS: usize = MAX_PARAMETERS / 8;
/// The maximum number of layers. The page draws each of them.
pub const MAX_LAYERS: usize = 200;
/// The maximum number of outputs of all layers together, which take 640 MB for the eight images that a worker has at
/// once, with their gradients.
pub const MAX_ALL_OUTPUTS: usize = 4 * MAX_OUTPUTS;
