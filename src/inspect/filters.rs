//! The learned filters.

use crate::network::{Layer, Plan};
use ndarray::Array4;

/// The filters of every convolution, with the index of its layer: [filter, channel, row, column]. `numbers` has the
/// layout of the parameters: it is the parameters themselves, or their gradients.
pub fn filters(plan: &Plan, numbers: &[f32]) -> Vec<(usize, Array4<f32>)> {
    let convolution = |(index, layer): (usize, &crate::network::LayerPlan)| {
        let Layer::Conv { filters, size, .. } = layer.layer else {
            return None;
        };
        let shape = (filters, layer.input.channels, size, size);
        let numbers = numbers[layer.weights.clone()].to_vec();
        Some((index, Array4::from_shape_vec(shape, numbers).expect("as many weights as the shape says")))
    };
    plan.layers.iter().enumerate().filter_map(convolution).collect()
}
