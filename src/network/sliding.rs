//! Applies a network that was made for one image to every place of its window on a larger canvas, in one forward pass.
//! "A fully connected layer is a convolution whose filters cover the whole map" (CS231n, *Converting FC layers to CONV
//! layers*; LeCun, Bottou, Bengio, Haffner 1998, section VII, the space displacement neural network). Dense weights
//! [units, channels·height·width] and filters [filters, channels, height, width] have the same order in memory. So the
//! sliding network uses the parameters unchanged, and on a canvas of one window both networks predict the same.
//!
//! A frame or the first layer's padding surrounds a single image with blank pixels. On a canvas the neighbouring pixels
//! take their place: the window grows by that margin, and frame and padding are removed. The scores equal those of
//! crops that include their surroundings. They equal those of crops without surroundings where the ring around the crop
//! is blank.

use super::facts::LayerPlan;
use super::plan::Plan;
use super::{Layer, Shape, Window};
use crate::refusal::Refusal;
use lenet_kernels::rbf::CODE_LENGTH;

/// A plan laid out over a canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Sliding {
    /// The layers with the canvas as input; its parameters have the order of the original plan. The output is [10,
    /// rows, columns], a column of logits for each place of the window.
    pub plan: Plan,
    /// The distance between two places of the window, in pixels: the product of all strides.
    pub stride: usize,
    /// The side of the window without its margin, in pixels: that of the image.
    pub window: usize,
    /// How many pixels the window sees beyond each of its sides. The canvas needs a blank border of this width.
    pub margin: usize,
}

impl Sliding {
    /// Lays out `plan` for `rows` × `columns` places of the window. Each side of the canvas, with its margin, has
    /// `window` + 2·`margin` + (places − 1)·`stride` pixels.
    ///
    /// # Errors
    /// The layer whose result depends on the window's position, and how to change it.
    pub fn new(plan: &Plan, [rows, columns]: [usize; 2]) -> Result<Sliding, Refusal> {
        let (mut slid, mut stride, mut margin) = (Vec::with_capacity(plan.layers.len()), 1, 0);
        // Zero padding equals a blank canvas as long as the layers so far map zero to zero.
        let mut blank_is_zero = true;
        for (index, layer) in plan.layers.iter().enumerate() {
            check(layer, blank_is_zero)
                .map_err(|refusal| refusal.at_layer(index, &format!("{} cannot slide", layer.name)))?;
            let (each, step) = everywhere(layer);
            slid.push(each);
            stride *= step;
            margin += layer.window.map_or(0, |window| window.padding);
            blank_is_zero &= layer.elementwise();
        }
        let window = plan.input.height;
        let side = |places: usize| window + 2 * margin + (places - 1) * stride;
        let input = Shape::new(plan.input.channels, side(rows), side(columns));
        let mut before = input;
        let mut layers = Vec::with_capacity(slid.len());
        for (each, layer) in slid.into_iter().zip(&plan.layers) {
            let LayerPlan { name, weights, biases, .. } = layer.clone();
            let planned = match each {
                // An RBF layer sees one place of its input at a time, so its parameters fit without a change.
                Layer::Rbf {} => {
                    LayerPlan { input: before, output: Shape { channels: plan.classes(), ..before }, ..layer.clone() }
                }
                _ => LayerPlan { name, weights, biases, ..each.on(before, plan.classes())? },
            };
            before = planned.output;
            layers.push(planned);
        }
        let plan = Plan { input, layers, parameters: plan.parameters };
        Ok(Sliding { plan, stride, window, margin })
    }

    /// The number of places of the window along each side of a canvas of this size (without margin); 0 where it does
    /// not fit. As in pooling, pixels that are left over at the end are ignored.
    pub fn places(&self, canvas: [usize; 2]) -> [usize; 2] {
        canvas.map(|side| (side + self.stride).saturating_sub(self.window) / self.stride)
    }
}

/// Checks that a layer computes the same at every place of the window.
fn check(layer: &LayerPlan, blank_is_zero: bool) -> Result<(), Refusal> {
    match layer.layer {
        Layer::Rbf {} if layer.input.area() > 1 => Err(Refusal::new(format!(
            "its inputs are maps: put a dense layer of {CODE_LENGTH} units before, which can become a convolution"
        ))),
        Layer::Preprocess { .. } => {
            Err(Refusal::new("it treats each place of the image in its own way: choose no preprocessing"))
        }
        _ => match layer.window {
            Some(Window { padding, .. }) if padding > 0 && !blank_is_zero => Err(Refusal::new(format!(
                "padding {padding} puts zeros around the maps of every digit, and on a canvas there is what is written \
                 beside it: give it padding 0"
            ))
            .at_field("padding")),
            _ => Ok(()),
        },
    }
}

/// The layer for a canvas, without frame and padding, and its stride there.
fn everywhere(layer: &LayerPlan) -> (Layer, usize) {
    let side = layer.input.height;
    let stride = layer.window.map_or(1, |window| step(window, side));
    match layer.layer {
        Layer::Conv { filters, size, activation, connections, .. } => {
            (Layer::Conv { filters, size, stride, padding: 0, activation, connections }, stride)
        }
        Layer::Pool { kind, size, .. } => (Layer::Pool { kind, size, stride }, stride),
        Layer::Dense { units, activation } => (Layer::conv(units, side, 1, 0, activation), 1),
        Layer::Frame { paper, ink, .. } => (Layer::Frame { border: 0, paper, ink }, 1),
        same => (same, layer.window.map_or(1, |window| window.stride)),
    }
}

/// The stride of a window on a canvas. A window that covers its whole map has only one place, so its declared stride
/// has no effect; on a canvas it moves by one.
fn step(window: Window, side: usize) -> usize {
    if window.size == side + 2 * window.padding { 1 } else { window.stride }
}
