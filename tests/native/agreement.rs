//! The CPU backend agrees with the reference in every activation, loss, gradient and count, on networks drawn at
//! random, in batches that fill its blocks of eight images and in batches that do not.

use crate::random_networks::{Case, FORMATS, SEEDS};
use crate::reference;
use crate::support::{assert_close, read, wide};
use lenet::backend::cpu::{Tracer, probabilities};
use lenet::backend::{Backend, Tap};

/// f32 carries 6·10⁻⁸ of a number; a sum of some hundred terms loses a few of those, a handful of layers some more.
/// Measured: at most 1.5·10⁻⁶.
const FORWARD: f64 = 5e-6;
/// The tolerance of the backward pass is larger, because differences of nearly equal numbers occur there. Measured: at
/// most 3·10⁻⁶.
const BACKWARD: f64 = 3e-5;

/// Random networks, and small ones on images of other sizes and in other numbers of classes.
fn cases() -> impl Iterator<Item = Case> {
    SEEDS.map(Case::draw).chain(FORMATS.map(|format| Case::of_format(format, 1)))
}

#[test]
fn activations() {
    for mut case in cases() {
        case.engine.forward(&case.batch);
        let pass = |(image, _): (Vec<f64>, u8)| case.reference.forward(&wide(&case.parameters), &image);
        let passes: Vec<_> = case.examples().into_iter().map(pass).collect();
        for n in 0..case.reference.plan.layers.len() {
            let expected: Vec<f64> = passes.iter().flat_map(|pass| pass.values[n + 1].clone()).collect();
            let measured = wide(&read(&mut case.engine, Tap::Activation(n)));
            assert_close(&format!("{}: activations of layer {n}", case.name), &measured, &expected, FORWARD);
        }
    }
}

/// `Tracer`, which computes what views and the pad show, agrees with the reference forwards and backwards.
#[test]
fn a_look_at_one_image() {
    for case in cases() {
        let mut look = Tracer::new(case.reference.plan.clone());
        look.write_parameters(&case.parameters);
        for (image, label) in case.examples().into_iter().take(2) {
            let parameters = wide(&case.parameters);
            let expected = case.reference.forward(&parameters, &image);
            let pixels: Vec<f32> = image.iter().map(|&pixel| pixel as f32).collect();
            let pass = look.forward(&pixels);
            let back = look.backward(label);
            let gradients = case.reference.backward(&parameters, &expected, label);
            assert_eq!(pass.activations.len(), case.reference.plan.layers.len());
            for n in 0..pass.activations.len() {
                let what = |what: &str| format!("{}: {what} of layer {n}", case.name);
                assert_close(&what("activations"), &wide(&pass.activations[n]), &expected.values[n + 1], FORWARD);
                assert_close(
                    &what("pre_activations"),
                    &wide(&pass.pre_activations[n]),
                    &expected.pre_activations[n],
                    FORWARD,
                );
                assert_close(&what("d_activations"), &wide(&back.d_activations[n]), &gradients.values[n + 1], BACKWARD);
            }
            assert_close(&format!("{}: gradients", case.name), &wide(&back.gradients), &gradients.parameters, BACKWARD);
            let loss = reference::loss(expected.values.last().unwrap(), label);
            assert_close(&format!("{}: loss", case.name), &[f64::from(back.loss)], &[loss], FORWARD);
            let expected = reference::softmax(expected.values.last().unwrap());
            let measured = wide(&probabilities(pass.activations.last().unwrap()));
            assert_close(&format!("{}: probabilities", case.name), &measured, &expected, FORWARD);
        }
    }
}

#[test]
fn gradients_and_the_loss() {
    for mut case in cases() {
        let (loss, gradients) = case.reference.mean_gradients(&wide(&case.parameters), &case.examples());
        case.engine.gradients(&case.batch);
        let record = wide(&read(&mut case.engine, Tap::Loss));
        assert_close(&format!("{}: loss", case.name), &record[..1], &[loss], FORWARD);

        let measured = wide(&read(&mut case.engine, Tap::Gradients));
        assert_eq!(measured.len(), gradients.len());
        for tensor in case.reference.plan.tensors() {
            let what = format!("{}: gradient of {}", case.name, tensor.name);
            assert_close(&what, &measured[tensor.range.clone()], &gradients[tensor.range], BACKWARD);
        }
        assert_eq!(
            read(&mut case.engine, Tap::Parameters),
            case.parameters,
            "computing gradients changes no parameter"
        );
    }
}

#[test]
fn losses_and_counts_of_an_evaluation() {
    for mut case in cases() {
        let classes = case.reference.plan.classes();
        let (mut expected, mut right) = (vec![0.0; 1 + classes * classes], 0.0);
        for (place, (image, label)) in case.examples().into_iter().enumerate() {
            let learned_from = case.reference.forward_at(&wide(&case.parameters), &image, Some(place as u32));
            right += f64::from(predicted(learned_from.values.last().unwrap()) == usize::from(label));
            let pass = case.reference.forward(&wide(&case.parameters), &image);
            let logits = pass.values.last().unwrap();
            expected[0] += reference::loss(logits, label);
            expected[1 + usize::from(label) * classes + predicted(logits)] += 1.0;
        }
        // In two parts: an evaluation accumulates until it is read.
        let (some, others) = case.batch.split_at(case.batch.len() / 3);
        case.engine.evaluate(some);
        case.engine.evaluate(others);
        let evaluation = wide(&read(&mut case.engine, Tap::Evaluation));
        assert_close(&format!("{}: sum of losses", case.name), &evaluation[..1], &expected[..1], FORWARD);
        assert_eq!(evaluation[1..], expected[1..], "{}: confusion", case.name);
        assert_eq!(
            read(&mut case.engine, Tap::Evaluation),
            vec![0.0; 1 + classes * classes],
            "{}: reading clears it",
            case.name
        );

        right /= case.batch.len() as f64;
        case.engine.gradients(&case.batch);
        let record = wide(&read(&mut case.engine, Tap::Loss));
        assert_close(&format!("{}: share of correct predictions", case.name), &record[1..], &[right], FORWARD);
    }
}

/// The class with the largest logit.
fn predicted(logits: &[f64]) -> usize {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap()
}
