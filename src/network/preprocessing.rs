//! What is done to every image before the layers that learn.

/// How images are preprocessed, with what was seen of the training images: the mean image, and how they vary around it.
/// The numbers are parameters of a layer of their own, which does not learn; so they are applied to every image alike, and
/// go into files with the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Preprocessing {
    /// x − mean.
    Center,
    /// (x − mean)/√(σ² + ε), each pixel by its own deviation σ.
    Standardize,
    /// Σ u (u · (x − mean))/√(λ + ε) over the first `COMPONENTS` principal components u, which have length 1 and variance
    /// λ: as spread in one direction as in another, turned back so that it stays an image (CS231n, *Data preprocessing*;
    /// Bell, Sejnowski 1997 call it ZCA). Less important components, a twelfth of the variance, are left out.
    Whiten,
}

impl Preprocessing {
    /// ε, the square of a tenth of the range of a pixel: what hardly varies is not blown up more than ten times.
    pub const EPSILON: f64 = 0.01;
    /// How many components are whitened.
    pub const COMPONENTS: usize = 100;
}
