//! A network that slides over a canvas gives every place the scores of the crop there: the presets, and networks drawn at
//! random. The digits that are read from the scores are those that were written.

use crate::idx::mnist;
use crate::random_networks::{SEEDS, random_parameters, random_plan};
use crate::support::{assert_close, wide};
use crate::trained::trained;
use lenet::backend::cpu::{ScoreMap, Slider, Tracer};
use lenet::data::{Canvas, Dataset, Split};
use lenet::inspect::read_off;
use lenet::network::{Activation, Layer, NetworkSpec, PRESETS, Plan, PoolKind, Shape, Sliding, preset};
use lenet::rng::{Rng, Stream};
use lenet::train::checkpoint::Checkpoint;

const LOGITS: Layer = Layer::Dense { units: 10, activation: Activation::None };

/// Sizes of canvases: one window, one row of places, many rows, a remainder at the end, more and fewer columns than lanes.
const SIZES: [[usize; 2]; 5] = [[28, 28], [28, 140], [33, 61], [47, 30], [36, 113]];

fn plan_of(name: &str) -> Plan {
    Plan::new(&preset(name).unwrap()).unwrap()
}

/// A canvas of noise, also around every crop.
fn noise([height, width]: [usize; 2], seed: u32) -> Canvas {
    let mut rng = Rng::new(seed, Stream::Test(7));
    Canvas { height, width, pixels: (0..height * width).map(|_| rng.below(256) as f32 / 255.0).collect() }
}

/// `side` × `side` pixels from row `y` and column `x` on, which may lie outside, where it is blank.
fn crop(canvas: &Canvas, y: isize, x: isize, side: usize) -> Vec<f32> {
    let inside = |at: isize, length: usize| usize::try_from(at).ok().filter(|&at| at < length);
    let pixel = |at: usize| {
        let place = (inside(y + (at / side) as isize, canvas.height), inside(x + (at % side) as isize, canvas.width));
        if let (Some(y), Some(x)) = place { canvas.pixels[y * canvas.width + x] } else { 0.0 }
    };
    (0..side * side).map(pixel).collect()
}

/// The network for crops that include their surroundings; the original pads them with paper or zeros.
fn with_surroundings(plan: &Plan, margin: usize) -> Plan {
    let mut spec = plan.spec();
    for layer in &mut spec.layers {
        match layer {
            Layer::Frame { border, .. } => *border = 0,
            Layer::Conv { padding, .. } => *padding = 0,
            _ => {}
        }
    }
    let side = spec.input.height + 2 * margin;
    spec.input = Shape::new(1, side, side);
    Plan::new(&spec).unwrap()
}

/// The ten scores at a place.
fn at(scores: &[f32], map: &ScoreMap, row: usize, column: usize) -> Vec<f32> {
    (0..10).map(|class| scores[(class * map.rows + row) * map.columns + column]).collect()
}

/// Whether both sum in the same order: dense layers on maps sum map by map, convolutions do not.
fn same_order(plan: &Plan) -> bool {
    !plan
        .layers
        .iter()
        .any(|each| matches!(each.layer, Layer::Dense { .. }) && each.input.area() > 1 && each.input.channels > 1)
}

/// Compares all places with crops that include their surroundings; returns the number of places.
fn judge(name: &str, plan: &Plan, parameters: &[f32], size: [usize; 2]) -> usize {
    let Sliding { margin, stride, .. } = Sliding::new(plan, [1, 1]).unwrap();
    let canvas = noise(size, 3);
    let map = Slider::new(plan, parameters, size).unwrap().forward(&canvas);
    assert_eq!([map.rows, map.columns], size.map(|side| (side - 28) / stride + 1), "{name}: places");
    let mut apart = Tracer::new(with_surroundings(plan, margin));
    apart.write_parameters(parameters);
    for row in 0..map.rows {
        for column in 0..map.columns {
            let corner = |place: usize| (place * stride) as isize - margin as isize;
            let expected = apart.forward(&crop(&canvas, corner(row), corner(column), 28 + 2 * margin));
            let expected = expected.activations.last().unwrap();
            let measured = at(&map.logits, &map, row, column);
            let what = format!("{name}, {size:?}, row {row}, column {column}");
            if same_order(plan) {
                assert_eq!(measured, *expected, "{what}");
            } else {
                assert_close(&what, &wide(&measured), &wide(expected), 1e-5);
            }
        }
    }
    map.rows * map.columns
}

#[test]
fn every_preset_says_at_each_place_what_it_says_to_the_crop() {
    for preset in PRESETS {
        let plan = plan_of(preset.name);
        let parameters = random_parameters(&plan, 5);
        let places: usize = SIZES.iter().map(|&size| judge(preset.name, &plan, &parameters, size)).sum();
        assert!(places > 100, "{}", preset.name);
    }
}

/// Half of all networks drawn can slide; the others have padding in a layer that is not the first, or preprocessing.
#[test]
fn so_does_any_network_that_can_slide() {
    let (mut slid, mut exact) = (0, 0);
    for seed in SEEDS {
        let plan = random_plan(seed);
        let parameters = random_parameters(&plan, seed);
        let deep = |each: &lenet::network::LayerPlan| each.window.is_some_and(|window| window.padding > 0);
        let learned = plan.layers.iter().position(|each| !each.elementwise()).unwrap();
        let padded = plan.layers.iter().skip(learned + 1).any(deep);
        let preprocessed = matches!(plan.layers[0].layer, Layer::Preprocess { .. });
        match Sliding::new(&plan, [1, 1]) {
            Ok(_) => {
                assert!(!padded && !preprocessed, "{seed}");
                slid += 1;
                exact += usize::from(same_order(&plan));
                for size in [[28, 28], [34, 75]] {
                    judge(&format!("seed {seed}, {:?}", plan.spec().layers), &plan, &parameters, size);
                }
            }
            Err(why) => {
                let way_out = if preprocessed { "choose no preprocessing" } else { "give it padding 0" };
                assert!((padded || preprocessed) && why.to_string().ends_with(way_out), "{seed}: {why}");
            }
        }
    }
    assert!(slid > 40 && exact > 5, "{slid} slid, {exact} of them to the bit");
}

/// On blank paper crops need no surroundings: the network's own frame and padding are the same.
#[test]
fn an_image_on_blank_paper_is_read_as_it_is_alone() {
    let dataset = mnist();
    for preset in PRESETS {
        let plan = plan_of(preset.name);
        let parameters = random_parameters(&plan, 6);
        let stride = Sliding::new(&plan, [1, 1]).unwrap().stride;
        let mut alone = Tracer::new(plan.clone());
        alone.write_parameters(&parameters);
        let pixels: Vec<f32> = dataset.image(60_004).iter().map(|&byte| f32::from(byte) / 255.0).collect();
        let mut canvas = Canvas::blank(28 + 2 * stride, 100);
        paste(&mut canvas, &dataset, 60_004, 9 * stride, stride);
        let map = Slider::new(&plan, &parameters, [canvas.height, canvas.width]).unwrap().forward(&canvas);
        let expected = alone.forward(&pixels);
        let expected = expected.activations.last().unwrap();
        assert_close(preset.name, &wide(&at(&map.logits, &map, 1, 9)), &wide(expected), 1e-5);
        let sum: f32 = at(&map.probabilities, &map, 1, 9).iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{}: {sum}", preset.name);
    }
}

/// What windows share is computed once: compares the multiply-adds over a canvas of five digits with those of a crop at
/// every place.
#[test]
fn one_pass_costs_less_than_separate_crops() {
    for preset in PRESETS {
        let plan = plan_of(preset.name);
        let products = |plan: &Plan| plan.layers.iter().map(|layer| layer.multiply_adds()).sum::<usize>();
        let places = Sliding::new(&plan, [1, 1]).unwrap().places([28, 140]);
        let sliding = Sliding::new(&plan, places).unwrap();
        let share = products(&sliding.plan) as f64 / (products(&plan) * places[1]) as f64;
        println!("{}: {} places, {:.1} % of the products of crops", preset.name, places[1], 100.0 * share);
        assert!(share < 0.6, "{}: {share}", preset.name);
    }
}

/// A window that fills its map takes no steps, so that its stride does not reduce the number of places.
#[test]
fn places_are_as_far_apart_as_the_strides_say() {
    let stride =
        |layers: Vec<Layer>| Sliding::new(&Plan::new(&NetworkSpec::mnist(layers)).unwrap(), [1, 1]).unwrap().stride;
    let conv = |size, stride| Layer::conv(2, size, stride, 0, Activation::Relu);
    let pool = |size, stride| Layer::Pool { kind: PoolKind::Max, size, stride };
    assert_eq!(
        ["lenet5", "lenet5_1998", "nielsen1", "nielsen2"].map(|name| stride(preset(name).unwrap().layers)),
        [4, 4, 2, 4]
    );
    assert_eq!(stride(vec![LOGITS]), 1);
    assert_eq!(stride(vec![conv(4, 2), pool(3, 2), LOGITS]), 4);
    assert_eq!(stride(vec![conv(4, 2), pool(13, 13), conv(1, 3), LOGITS]), 2);
}

#[test]
fn what_cannot_slide_is_refused_with_the_layer_and_what_to_do() {
    let refusal = |layers: Vec<Layer>| {
        let plan = Plan::new(&NetworkSpec::mnist(layers)).unwrap();
        Sliding::new(&plan, [1, 1]).unwrap_err().to_string()
    };
    let conv = |padding| Layer::conv(2, 3, 1, padding, Activation::Relu);
    assert_eq!(
        refusal(vec![conv(1), conv(1), LOGITS]),
        "C2 cannot slide: padding 1 puts zeros around the maps of every digit, and on a canvas there is what is written \
         beside it: give it padding 0"
    );
    let frame = Layer::Frame { border: 2, paper: -0.1, ink: 1.175 };
    assert!(refusal(vec![frame, conv(2), LOGITS]).starts_with("C1 cannot slide: padding 2"));
    let before_rbf = vec![Layer::Dense { units: 10, activation: Activation::None }];
    assert!(Plan::new(&NetworkSpec::mnist([before_rbf, vec![Layer::Rbf {}]].concat())).is_err());
    let maps = vec![
        Layer::conv(21, 5, 1, 0, Activation::Relu),
        Layer::Pool { kind: PoolKind::Max, size: 12, stride: 12 },
        Layer::Rbf {},
    ];
    assert!(refusal(maps).contains("put a dense layer of 84 units before"));
    let plan = plan_of("lenet5");
    let small = Slider::new(&plan, &random_parameters(&plan, 1), [28, 27]).err().unwrap().to_string();
    assert_eq!(small, "a canvas of 28×27 is too small for the window of 28×28: make it larger");
}

/// Puts a test image on a canvas; where two overlap the darker ink stays.
fn paste(canvas: &mut Canvas, dataset: &Dataset, image: u32, x: usize, y: usize) {
    for (at, &byte) in dataset.image(image).iter().enumerate() {
        let pixel = &mut canvas.pixels[(y + at / 28) * canvas.width + x + at % 28];
        *pixel = pixel.max(f32::from(byte) / 255.0);
    }
}

/// Three to six test images side by side at different heights, their 28×28 boxes overlapping by up to 4 pixels or up to
/// 12 apart; and their labels.
fn string(dataset: &Dataset, split: Split, rng: &mut Rng) -> (Canvas, Vec<u8>) {
    let images = dataset.split(split, false);
    let count = 3 + rng.below(4) as usize;
    let mut canvas = Canvas::blank(36, 40 * count + 16);
    let (mut x, mut labels) = (rng.below(8) as usize, Vec::new());
    for _ in 0..count {
        let image = images.start + rng.below(images.len() as u32);
        paste(&mut canvas, dataset, image, x, 2 + rng.below(5) as usize);
        labels.push(dataset.label(image));
        x += 24 + rng.below(17) as usize;
    }
    (canvas, labels)
}

/// The number of strings out of `count` that are read without a mistake, and the share of correct digits.
fn read_strings(split: Split, count: usize, seed: u32) -> f64 {
    let dataset = mnist();
    let Checkpoint { plan, parameters, .. } = trained();
    let mut rng = Rng::new(seed, Stream::Test(8));
    let mut right = 0;
    for _ in 0..count {
        let (canvas, labels) = string(&dataset, split, &mut rng);
        let map = Slider::new(&plan, &parameters, [canvas.height, canvas.width]).unwrap().forward(&canvas);
        let digits = read_off(&canvas, &map);
        right += usize::from(digits.iter().map(|digit| digit.label).eq(labels.iter().copied()));
        assert!(digits.windows(2).all(|two| two[0].columns[1] <= two[1].columns[0]), "from left to right");
    }
    right as f64 / count as f64
}

#[test]
fn strings_of_test_digits_are_read() {
    let share = read_strings(Split::Test, 1_000, 1);
    println!("{:.1} % of 1,000 strings of 3 to 6 test digits are read wholly right", 100.0 * share);
    assert!(share > 0.93, "{share}");
}

#[test]
fn blank_paper_has_no_digits() {
    let plan = plan_of("lenet5");
    let canvas = Canvas::blank(36, 100);
    let map = Slider::new(&plan, &random_parameters(&plan, 1), [36, 100]).unwrap().forward(&canvas);
    assert!(read_off(&canvas, &map).is_empty());
}
