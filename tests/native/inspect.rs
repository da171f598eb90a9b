//! The arithmetic shown for one unit against the reference's whole passes: it adds up to what the network computes.

use crate::random_networks::{Case, SEEDS};
use crate::reference::{State, update};
use crate::support::{assert_close, noise_split, wide};
use lenet::backend::{Optimizer, OptimizerState, StepConfig};
use lenet::data::Split;
use lenet::inspect::{Survey, Unit, Viewer};
use lenet::network::{Layer, Plan, PoolKind, preset};
use lenet::rng::{Rng, Stream};

/// The tolerance of `agreement`.
const CLOSE: f64 = 2e-5;

/// Some units of every layer: corners, where the padding is, and others.
fn units(plan: &Plan, rng: &mut Rng) -> Vec<Unit> {
    let mut units = vec![];
    for (layer, planned) in plan.layers.iter().enumerate() {
        let shape = planned.output;
        let mut any = |most: usize| rng.below(most as u32) as usize;
        units.push(Unit { layer, channel: 0, y: 0, x: 0 });
        units.push(Unit { layer, channel: shape.channels - 1, y: shape.height - 1, x: shape.width - 1 });
        units.push(Unit { layer, channel: any(shape.channels), y: any(shape.height), x: any(shape.width) });
    }
    units
}

#[test]
fn what_a_unit_sees_adds_up_to_its_sum() {
    let mut rng = Rng::new(5, Stream::Test(9));
    for case in SEEDS.map(Case::draw).chain([Case::preset("lenet5_1998", 1)]) {
        let plan = &case.reference.plan;
        let (image, _) = case.examples().remove(0);
        let pixels: Vec<f32> = image.iter().map(|&pixel| pixel as f32).collect();
        let mut viewer = Viewer::new(plan.clone());
        viewer.write_parameters(&case.parameters);
        let maps = viewer.look(&pixels);
        let expected = case.reference.forward(&wide(&case.parameters), &image);
        for unit in units(plan, &mut rng) {
            let layer = &plan.layers[unit.layer];
            let shape = (layer.input.channels, layer.input.height, layer.input.width);
            let first = ndarray::Array3::from_shape_vec(shape, pixels.clone());
            let input = if unit.layer == 0 { first.unwrap() } else { maps.activations[unit.layer - 1].clone() };
            let sight = unit.sight(plan, &case.parameters, input.view());
            assert_eq!(sight.inputs.len(), sight.window.len());
            let inputs = sight.inputs.iter().map(|&x| f64::from(x));
            let sum = match layer.layer {
                Layer::Pool { kind: PoolKind::Max, .. } => inputs.fold(f64::NEG_INFINITY, f64::max),
                Layer::Pool { kind: PoolKind::Average, .. } => inputs.sum::<f64>() / sight.window.len() as f64,
                Layer::Pool { kind: PoolKind::L2, .. } => inputs.map(|x| x * x).sum::<f64>().sqrt(),
                Layer::Rbf {} => -inputs.zip(wide(&sight.weights)).map(|(x, w)| (x - w).powi(2)).sum::<f64>(),
                _ => f64::from(sight.bias) + inputs.zip(wide(&sight.weights)).map(|(x, w)| x * w).sum::<f64>(),
            };
            let index = unit.index(plan);
            let what = format!("{}: {unit:?}", case.name);
            let reference = expected.pre_activations[unit.layer][index];
            // A sum may be small because its terms cancel: the tolerance is a share of the layer's largest.
            let scale = expected.pre_activations[unit.layer].iter().fold(1e-3_f64, |most, sum| most.max(sum.abs()));
            assert!((sum - reference).abs() <= CLOSE * scale, "{what}: {sum} and not {reference}");
            let shown = f64::from(maps.pre_activations[unit.layer].as_slice().unwrap()[index]);
            assert!((shown - reference).abs() <= CLOSE * scale, "{what}: {shown} and not {reference}");
        }
    }
}

#[test]
fn what_an_update_would_do_is_what_it_does() {
    let mut rng = Rng::new(6, Stream::Test(9));
    for (seed, optimizer) in SEEDS.zip([Optimizer::Sgd, Optimizer::Adam].into_iter().cycle()) {
        let case = Case::draw(seed);
        let plan = &case.reference.plan;
        let (image, label) = case.examples().remove(0);
        let parameters = wide(&case.parameters);
        let pass = case.reference.forward(&parameters, &image);
        let gradients = case.reference.backward(&parameters, &pass, label).parameters;
        let step =
            StepConfig { optimizer, learning_rate: 0.05, momentum: 0.9, weight_decay: 0.01, ..StepConfig::default() };
        let first: Vec<f32> = (0..plan.parameters).map(|_| rng.below(100) as f32 * 1e-4).collect();
        let second: Vec<f32> = first.iter().map(|x| x * x + 1e-4).collect();
        let mut expected_state = State { first: wide(&first), second: wide(&second), updates: 3 };
        let mut updated = parameters.clone();
        update(plan, &mut updated, &gradients, &mut expected_state, &step);

        let mut viewer = Viewer::new(plan.clone());
        viewer.write_parameters(&case.parameters);
        viewer.look(&image.iter().map(|&pixel| pixel as f32).collect::<Vec<_>>());
        let back = viewer.look_back(label);
        let state = OptimizerState { first, second, updates: 3 };
        for unit in units(plan, &mut rng) {
            let layer = &plan.layers[unit.layer];
            let what = format!("{}: {unit:?}", case.name);
            let Some(change) = unit.change(plan, &case.parameters, &back, &state, &step) else {
                assert!(layer.weights.is_empty() || !layer.learns(), "{what}");
                continue;
            };
            let each = layer.weights_each();
            let own = layer.weights.start + unit.channel * each..layer.weights.start + (unit.channel + 1) * each;
            let bias = layer.biases.start + unit.channel;
            // Compared within the whole tensor, because one unit's gradients may all be tiny.
            let among = |others: &[f64], weights: &[f32], own_bias: f32| {
                let mut all = others.to_vec();
                // A subsampling unit has one coefficient for all that it sees.
                all[own.clone()].copy_from_slice(&wide(&weights[..each]));
                all[bias] = f64::from(own_bias);
                all
            };
            let shown = among(&gradients, &change.gradients, change.bias_gradient);
            assert_close(&format!("{what} gradients"), &shown, &gradients, CLOSE);
            assert_close(&format!("{what} updated"), &among(&updated, &change.weights, change.bias), &updated, CLOSE);
        }
    }
}

/// A survey finds the same images as forward passes of every image, one by one.
#[test]
fn a_survey_finds_the_strongest() {
    let dataset = noise_split(1, 43, 7);
    let plan = Plan::new(&preset("lenet5").unwrap()).unwrap();
    let parameters = lenet::network::initial_parameters(&plan, lenet::network::Initialization::He, 4);
    let mut survey = Survey::new(plan.clone(), &parameters, dataset.clone());
    while survey.advance() {}
    let mut viewer = Viewer::new(plan.clone());
    viewer.write_parameters(&parameters);
    let tests = dataset.split(Split::Test, false);
    let looks: Vec<_> = tests
        .map(|image| viewer.look(&dataset.image(image).iter().map(|&b| f32::from(b) / 255.0).collect::<Vec<_>>()))
        .collect();
    assert_eq!(survey.predicted.len(), 43);
    for ((look, &predicted), &given) in looks.iter().zip(&survey.predicted).zip(&survey.given) {
        let largest = look.probabilities.iter().fold(0.0_f32, |most, &p| most.max(p));
        assert_eq!([look.probabilities[usize::from(predicted)], given], [largest; 2]);
    }
    for (layer, maps) in survey.strongest.iter().enumerate() {
        assert_eq!(maps.len(), plan.layers[layer].output.channels);
        for (channel, found) in maps.iter().enumerate() {
            let mut strongest: Vec<f32> = looks
                .iter()
                .map(|look| {
                    look.activations[layer]
                        .outer_iter()
                        .nth(channel)
                        .unwrap()
                        .iter()
                        .fold(f32::NEG_INFINITY, |m, &x| m.max(x))
                })
                .collect();
            strongest.sort_by(|a, b| b.total_cmp(a));
            let values: Vec<f32> = found.iter().map(|each| each.value).collect();
            assert_eq!(values, strongest[..9], "layer {layer}, map {channel}");
            for each in found {
                let at = [channel, each.at[0] as usize, each.at[1] as usize];
                assert_eq!(looks[each.image as usize].activations[layer][at], each.value);
            }
        }
    }
}
