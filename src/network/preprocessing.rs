//! Preprocessing: a fixed transformation of every image before the layers that learn.

/// How images are preprocessed. Its numbers (the mean training image, and the variation around it) are the parameters
/// of a layer that does not learn. So every image gets the same treatment, and files contain the numbers with the
/// network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Preprocessing {
    /// x − mean.
    Center,
    /// (x − mean)/√(σ² + ε), where σ is the standard deviation of each pixel.
    Standardize,
    /// Σ u (u · (x − mean))/√(λ + ε) over the first `COMPONENTS` principal components u, which have length 1 and
    /// variance λ. The result varies equally in these directions, and is rotated back so that it is still an image
    /// (CS231n, *Data preprocessing*; Bell, Sejnowski 1997 call it ZCA). The other components, with a twelfth of the
    /// variance, are left out.
    Whiten,
}

impl Preprocessing {
    /// ε, the square of a tenth of a pixel's range: values that hardly vary are amplified ten times at most.
    pub const EPSILON: f64 = 0.01;
    /// The number of components that are whitened.
    pub const COMPONENTS: usize = 100;
}
