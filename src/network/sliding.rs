//! A network that was made for one image, over a canvas: at every place of its window at once, in one forward pass. "A
//! fully connected layer is a convolution whose filters cover the whole map" (CS231n, *Converting FC layers to CONV
//! layers*; LeCun, Bottou, Bengio, Haffner 1998, section VII, the space displacement neural network). Weights lie the
//! same either way, [units, channels·height·width] or [filters, channels, height, width]: so the sliding network has the
//! parameters of the other as they are, and on a canvas of one window they say the same.
//!
//! What stands around an image (a frame's paper, the zeros of the first layer's padding) is on a canvas whatever is
//! written there: the window grows by that much, and neither frame nor padding is left. The scores equal those of crops
//! that are taken with their surroundings; of crops as the network knows them where the ring around them is blank.

use super::plan::{LayerPlan, Plan};
use super::{Layer, Shape, Window};
use crate::refusal::Refusal;
use lenet_kernels::rbf::CODE_LENGTH;

/// A plan laid out over a canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Sliding {
    /// The parameters lie as in the plan it was made from; its output is [10, rows, columns], a place of the window each.
    pub plan: Plan,
    /// Pixels from one place of the window to the next: the product of all strides.
    pub stride: usize,
    /// Side of the window, without its surroundings: that of the image.
    pub window: usize,
    /// How far the window sees beyond itself on each side; its first place needs so much blank around the canvas.
    pub margin: usize,
}

impl Sliding {
    /// `plan` at `rows` × `columns` places, on a canvas (with its margin) as large as these need: `window` + 2·`margin` +
    /// (places − 1)·`stride` along each side.
    ///
    /// # Errors
    /// The layer that depends on where the window stands or ends, and what to do.
    pub fn new(plan: &Plan, [rows, columns]: [usize; 2]) -> Result<Sliding, Refusal> {
        let (mut slid, mut stride, mut margin) = (Vec::with_capacity(plan.layers.len()), 1, 0);
        // Until something other than zero may stand where nothing is written.
        let mut blank_is_zero = true;
        for (index, layer) in plan.layers.iter().enumerate() {
            check(layer, blank_is_zero)
                .map_err(|refusal| refusal.at_layer(index, &format!("{} cannot slide", layer.name)))?;
            let (each, step) = everywhere(layer);
            slid.push(each);
            stride *= step;
            margin += layer.window.map_or(0, |window| window.padding);
            blank_is_zero &= layer.elementwise;
        }
        let window = plan.input.height;
        let side = |places: usize| window + 2 * margin + (places - 1) * stride;
        let input = Shape::new(plan.input.channels, side(rows), side(columns));
        let mut before = input;
        let mut layers = Vec::with_capacity(slid.len());
        for (each, layer) in slid.into_iter().zip(&plan.layers) {
            let LayerPlan { name, weights, biases, .. } = layer.clone();
            let planned = match each {
                // It sees one place of its input at a time.
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

    /// How many places the window has on a canvas (without margin) of so many pixels along each side; 0 where it does not
    /// fit. What is left over at the end is seen by none, as in pooling.
    pub fn places(&self, canvas: [usize; 2]) -> [usize; 2] {
        canvas.map(|side| (side + self.stride).saturating_sub(self.window) / self.stride)
    }
}

/// Checks that a layer can do the same at every place of the window.
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

/// What a layer becomes on a canvas, where the surroundings of an image are there already, and its stride there.
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

/// The stride of a window: one that fills its map has never taken a step, and takes single ones.
fn step(window: Window, side: usize) -> usize {
    if window.size == side + 2 * window.padding { 1 } else { window.stride }
}
