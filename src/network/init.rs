//! The parameters a network starts from.

use super::plan::{LayerPlan, Plan};
use crate::rng::{Rng, Stream};
use lenet_kernels::rbf::codes;

/// How initial weights are spread: all are normal with mean 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialization {
    /// Deviation √(2/fan_in), biases 0 (He, Zhang, Ren, Sun 2015, equation 10).
    He,
    /// Deviation √(2/(fan_in + fan_out)), biases 0 (Glorot, Bengio 2010, equation 12).
    Glorot,
    /// Nielsen's `network3.py`: deviation √(1/n_out), n_out a dense layer's units or a convolution's
    /// filters·size²/4 (its 2×2 pooling); biases normal with deviation 1; the softmax layer all zeros.
    Nielsen,
    /// Deviation 1/√fan_in, biases 0 (LeCun, Bottou, Orr, Müller 1998, *Efficient BackProp*, section 4.6).
    InverseRoot,
    /// Deviation 0.01, biases 0 (Krizhevsky, Sutskever, Hinton 2012, section 5): fades in deep networks.
    SmallGaussian,
    /// All zeros: no two units ever become different.
    Zeros,
}

/// What the parameters of a layer are before training, and whether they learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// As the `Initialization` spreads them; they learn.
    Spread,
    /// Every weight and every bias the same number; they learn.
    Constant {
        /// Every weight.
        weight: f32,
        /// Every bias.
        bias: f32,
    },
    /// Pictures of the ten digits, which do not learn: see `lenet_kernels::rbf`.
    Pictures,
    /// Statistics of the training images, which do not learn and come from `Dataset::put_statistics`.
    Statistics,
}

impl Start {
    /// Whether such parameters learn.
    pub fn learns(self) -> bool {
        matches!(self, Start::Spread | Start::Constant { .. })
    }
}

/// The flat block of initial parameters: a pure function of plan, scheme and seed, the same on every machine.
pub fn initial_parameters(plan: &Plan, scheme: Initialization, seed: u32) -> Vec<f32> {
    let mut parameters = vec![0.0; plan.parameters];
    for (index, layer) in plan.layers.iter().enumerate() {
        match layer.start {
            Start::Spread if layer.weights.is_empty() => {}
            // The softmax layer of `network3.py` begins with zeros.
            Start::Spread if index + 1 == plan.layers.len() && scheme == Initialization::Nielsen => {}
            Start::Spread => {
                spread(layer, scheme, Rng::new(seed, Stream::Initialization(index as u32)), &mut parameters)
            }
            Start::Constant { weight, bias } => {
                parameters[layer.weights.clone()].fill(weight);
                parameters[layer.biases.clone()].fill(bias);
            }
            Start::Pictures => {
                parameters[layer.weights.clone()].iter_mut().zip(codes()).for_each(|(w, code)| *w = code);
            }
            Start::Statistics => {}
        }
    }
    parameters
}

fn spread(layer: &LayerPlan, scheme: Initialization, mut rng: Rng, parameters: &mut [f32]) {
    let (fan_in, fan_out) = (layer.fan_in as f32, layer.fan_out as f32);
    let deviation = match scheme {
        Initialization::He => (2.0 / fan_in).sqrt(),
        Initialization::Glorot => (2.0 / (fan_in + fan_out)).sqrt(),
        Initialization::Nielsen if layer.window.is_some() => (4.0 / fan_out).sqrt(),
        Initialization::Nielsen => (1.0 / fan_out).sqrt(),
        Initialization::InverseRoot => (1.0 / fan_in).sqrt(),
        Initialization::SmallGaussian => 0.01,
        Initialization::Zeros => 0.0,
    };
    parameters[layer.weights.clone()].fill_with(|| deviation * rng.normal());
    if scheme == Initialization::Nielsen {
        parameters[layer.biases.clone()].fill_with(|| rng.normal());
    }
    layer.unconnected().for_each(|weights| parameters[weights].fill(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::preset;

    #[test]
    fn weights_spread_as_each_scheme_says() {
        let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
        let spread = |scheme, layer: usize| {
            let parameters = initial_parameters(&plan, scheme, 3);
            let weights = &parameters[plan.layers[layer].weights.clone()];
            (weights.iter().map(|w| w * w).sum::<f32>() / weights.len() as f32).sqrt()
        };
        for (scheme, expected) in [
            (Initialization::He, (2.0_f32 / 400.0).sqrt()),
            (Initialization::Glorot, (2.0_f32 / 520.0).sqrt()),
            (Initialization::Nielsen, (1.0_f32 / 120.0).sqrt()),
            (Initialization::InverseRoot, (1.0_f32 / 400.0).sqrt()),
            (Initialization::SmallGaussian, 0.01),
        ] {
            let measured = spread(scheme, 4);
            assert!((measured / expected - 1.0).abs() < 0.02, "{scheme:?}: {measured} and not {expected}");
        }
    }

    #[test]
    fn zeros_are_zeros() {
        let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
        assert!(initial_parameters(&plan, Initialization::Zeros, 3).iter().all(|&w| w == 0.0));
    }

    #[test]
    fn a_seed_gives_its_own_parameters_each_time() {
        let plan = Plan::new(&preset("nielsen1").unwrap()).unwrap();
        let from = |seed| initial_parameters(&plan, Initialization::He, seed);
        assert_eq!(from(1), from(1));
        assert_ne!(from(1), from(2));
    }
}
