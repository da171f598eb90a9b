//! What the parameters of a layer are at the start.

/// The parameters of a layer before training, and whether they learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// Drawn from the distribution of the `Initialization`; they learn.
    Spread,
    /// The same number for all weights and another for all biases; they learn.
    Constant {
        /// The value of every weight.
        weight: f32,
        /// The value of every bias.
        bias: f32,
    },
    /// Pictures of the ten digits, which do not learn (see `lenet_kernels::rbf`).
    Pictures,
    /// Statistics of the training images, which do not learn. `Dataset::put_statistics` writes them.
    Statistics,
}

impl Start {
    /// Whether training changes such parameters.
    pub fn learns(self) -> bool {
        matches!(self, Start::Spread | Start::Constant { .. })
    }
}
