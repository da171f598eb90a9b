//! The random networks of these tests cover every kind of layer in every situation that matters.

use crate::random_networks::{ACTIVATIONS, ENOUGH, SEEDS, random_plan};
use lenet::declare::Words;
use lenet::network::{Layer, LayerPlan, Plan, PoolKind, Preprocessing, Shape};

/// A kind of layer in some situation: its name, and whether a layer on such an input is one.
type Kind = (&'static str, fn(&Layer, Shape) -> bool);

#[test]
fn the_draw_leaves_nothing_out() {
    nothing_is_left_out(SEEDS.map(random_plan).collect());
    nothing_is_left_out(ENOUGH.map(random_plan).to_vec());
}

#[track_caller]
fn nothing_is_left_out(plans: Vec<Plan>) {
    let layers = || plans.iter().flat_map(|plan| &plan.layers);
    for activation in ACTIVATIONS {
        let is = |layer: &LayerPlan| layer.activation == activation;
        let conv = layers().any(|l| matches!(l.layer, Layer::Conv { .. }) && is(l));
        let dense = layers().any(|l| matches!(l.layer, Layer::Dense { .. }) && is(l));
        assert!(conv && dense, "{activation:?} on convolutions: {conv}, on dense layers: {dense}");
    }
    // Only above a layer with parameters is the gradient of a layer's input needed.
    let above_learned = plans.iter().flat_map(|plan| {
        let first = plan.layers.iter().position(LayerPlan::learns).unwrap();
        &plan.layers[first + 1..]
    });
    let kinds: [Kind; 17] = [
        ("max", |layer, _| matches!(layer, Layer::Pool { kind: PoolKind::Max, .. })),
        ("average", |layer, _| matches!(layer, Layer::Pool { kind: PoolKind::Average, .. })),
        (
            "overlapping max",
            |layer, _| matches!(layer, Layer::Pool { kind: PoolKind::Max, size, stride } if size > stride),
        ),
        (
            "overlapping average",
            |layer, _| matches!(layer, Layer::Pool { kind: PoolKind::Average, size, stride } if size > stride),
        ),
        ("pooling with gaps", |layer, _| matches!(layer, Layer::Pool { size, stride, .. } if size < stride)),
        (
            "strided convolution of several maps",
            |layer, input| matches!(layer, Layer::Conv { stride, .. } if *stride > 1 && input.channels > 1 && input.area() > 1),
        ),
        (
            "padded and strided convolution",
            |layer, _| matches!(layer, Layer::Conv { stride, padding, .. } if *stride > 1 && *padding > 0),
        ),
        ("convolution with gaps", |layer, _| matches!(layer, Layer::Conv { size, stride, .. } if size < stride)),
        ("L2", |layer, _| matches!(layer, Layer::Pool { kind: PoolKind::L2, size, .. } if *size > 1)),
        ("dropout", |layer, _| matches!(layer, Layer::Dropout { rate } if *rate > 0.0)),
        ("parametric ReLU on maps", |layer, input| matches!(layer, Layer::Prelu {} if input.area() > 1)),
        ("parametric ReLU on units", |layer, input| matches!(layer, Layer::Prelu {} if input.area() == 1)),
        ("randomised ReLU", |layer, _| matches!(layer, Layer::Rrelu {})),
        (
            "pooling with a rest",
            |layer, input| matches!(layer, Layer::Pool { size, stride, .. } if !(input.width - size).is_multiple_of(*stride)),
        ),
        ("subsampling", |layer, _| matches!(layer, Layer::Subsample { .. })),
        ("table of connections", |layer, _| matches!(layer, Layer::Conv { connections, .. } if !connections.is_all())),
        ("convolution after a dense layer", |layer, input| matches!(layer, Layer::Conv { .. }) && input.area() == 1),
    ];
    for kind in Preprocessing::ALL {
        let drawn = layers().any(|layer| layer.layer == Layer::Preprocess { kind: *kind });
        assert!(drawn, "no network is preprocessed by {kind:?}");
    }
    for (name, is) in kinds {
        assert!(
            above_learned.clone().any(|layer| is(&layer.layer, layer.input)),
            "no {name} above a layer with parameters"
        );
    }
}
