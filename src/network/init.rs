//! The parameters a network starts from.

use super::facts::LayerPlan;
use super::plan::Plan;
use super::start::Start;
use crate::rng::{Rng, Stream};
use lenet_kernels::rbf::codes;

/// The distribution of initial weights. All are normal with mean 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initialization {
    /// Standard deviation √(2/fan_in), biases 0 (He, Zhang, Ren, Sun 2015, equation 10).
    He,
    /// Standard deviation √(2/(fan_in + fan_out)), biases 0 (Glorot, Bengio 2010, equation 12).
    Glorot,
    /// Nielsen's `network3.py`: standard deviation √(1/n_out), where n_out is the number of units of a dense layer, or
    /// filters·size²/4 of a convolution (its 2×2 pooling). Biases have standard deviation 1. The softmax layer is all
    /// zeros.
    Nielsen,
    /// Standard deviation 1/√fan_in, biases 0 (LeCun, Bottou, Orr, Müller 1998, *Efficient BackProp*, section 4.6).
    InverseRoot,
    /// Standard deviation 0.01, biases 0 (Krizhevsky, Sutskever, Hinton 2012, section 5). In deep networks the signal
    /// fades.
    SmallGaussian,
    /// All zeros: all units of a layer stay equal.
    Zeros,
}

/// The flat block of initial parameters. It depends only on plan, scheme and seed, and is the same on every machine.
pub fn initial_parameters(plan: &Plan, scheme: Initialization, seed: u32) -> Vec<f32> {
    let mut parameters = vec![0.0; plan.parameters];
    for (index, layer) in plan.layers.iter().enumerate() {
        match layer.start {
            Start::Spread if layer.weights.is_empty() => {}
            // The softmax layer of `network3.py` starts with zeros.
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
