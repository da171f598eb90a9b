//! `cargo bench --package benches --bench sliding` measures one forward pass over a canvas of 28×140 pixels against separate crops at
//! every place of the window: eight crops at a time, as an evaluation takes them, and one at a time.

use criterion::Criterion;
use lenet::backend::cpu::{Slider, Tracer};
use lenet::data::Canvas;
use lenet::network::{Initialization, PRESETS, Plan, Sliding, initial_parameters, preset};
use std::time::Duration;

const CANVAS: [usize; 2] = [28, 140];

fn all(criterion: &mut Criterion) {
    for preset in PRESETS {
        bench_preset(criterion, preset.name);
    }
}

fn bench_preset(criterion: &mut Criterion, name: &str) {
    let plan = Plan::new(&preset(name).expect("a preset")).expect("a preset fits");
    let parameters = initial_parameters(&plan, Initialization::He, 1);
    let bytes: Vec<u8> = (0..CANVAS[0] * CANVAS[1]).map(|at| (at * at % 251) as u8).collect();
    let pixels = bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let canvas = Canvas { height: CANVAS[0], width: CANVAS[1], pixels };
    let sliding = Sliding::new(&plan, [1, 1]).expect("a preset slides");
    let crop = |place: usize| {
        let rows = bytes.chunks_exact(CANVAS[1]);
        rows.flat_map(|row| &row[place * sliding.stride..][..28]).copied().collect::<Vec<u8>>()
    };
    let crops: Vec<Vec<u8>> = (0..sliding.places(CANVAS)[1]).map(crop).collect();

    let mut group = criterion.benchmark_group(format!("{name}, {} places", crops.len()));
    group.measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(200)).sample_size(20);
    let mut slider = Slider::new(&plan, &parameters, CANVAS).expect("a preset slides");
    group.bench_function("one pass", |b| b.iter(|| slider.forward(&canvas)));
    let mut tracer = Tracer::new(plan.clone());
    tracer.write_parameters(&parameters);
    for (at_once, words) in [(8, "crops, eight at a time"), (1, "crops, one at a time")] {
        group.bench_function(words, |b| {
            b.iter(|| {
                for block in crops.chunks(at_once) {
                    tracer.forward_block(block.iter().map(Vec::as_slice));
                }
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    all(&mut criterion);
    criterion.final_summary();
}
