//! The command `lenet bench`: the measurements of the page's `bench.html`, natively.

use super::command::{Command, DATA, Given, Opt, Outcome, Result};
use super::table::table;
use super::{help, machine};
use lenet::backend::MAX_BATCH_SIZE;
use lenet::backend::bench::{Line, Measured, measure_cpu, measure_gpu};
use lenet::backend::cpu::now;
use lenet::backend::machine::ThisMachine;
use lenet::network::Plan;
use lenet::session::{Wanted, named_network, wanted_backend};
use std::io::{Write as _, stdout};

pub const BENCH: Command = Command {
    name: "bench",
    words: "[PRESET ...]",
    about: "Measures how fast this machine trains: on one core, on all cores and on the GPU. It is the bench of the page's \
            bench.html, natively.",
    options: &[
        Opt { name: "backend", value: "NAME", help: "cpu or webgpu (both)" },
        Opt {
            name: "batch-size",
            value: "N",
            help: "the images of a mini-batch (10, 64 and 256, one after the other)",
        },
        Opt { name: "seconds", value: "N", help: "how long each speed is measured, 1 to 60 (2)" },
        Opt { name: "json", value: "", help: "print one line of JSON for each measurement instead of tables" },
        DATA,
    ],
    more,
    run: bench,
};

/// The networks that are measured by default, as on bench.html.
const NETWORKS: [&str; 2] = ["lenet5", "nielsen2"];
const BATCH_SIZES: [usize; 3] = [10, 64, 256];
/// The mini-batch whose kernels are shown, unless another is asked for.
const SHOWN: usize = 64;

fn more() -> String {
    format!(
        "\nPRESET is one of {}; by default {} are measured. Leave the machine alone meanwhile.\n",
        help::presets(),
        NETWORKS.join(" and ")
    )
}

/// What computes.
#[derive(Clone, Copy)]
enum On {
    OneCore,
    AllCores,
    Gpu,
}

fn bench(given: &Given) -> Result<Outcome> {
    let seconds = f64::from(given.number("seconds", 1..=60_u32)?.unwrap_or(2));
    let backend = given.text("backend").map(|name| wanted_backend(&name.as_str().into())).transpose()?;
    let sizes = given.number("batch-size", 1..=MAX_BATCH_SIZE)?.map_or(BATCH_SIZES.to_vec(), |size| vec![size]);
    let places = [On::OneCore, On::AllCores, On::Gpu].into_iter().filter(|on| match backend {
        Some(Wanted::Cpu) => !matches!(on, On::Gpu),
        Some(Wanted::WebGpu) => matches!(on, On::Gpu),
        Some(Wanted::Auto) | None => true,
    });
    let names: Vec<String> = given.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let names = if names.is_empty() { NETWORKS.map(str::to_owned).to_vec() } else { names };
    let plans = names.iter().map(|name| Ok((name, Plan::new(&named_network(&name.as_str().into())?)?)));
    let plans: Vec<(&String, Plan)> = plans.collect::<Result<_>>()?;
    let machine = machine::with_mnist(given.path("data"), false)?;
    for (name, plan) in &plans {
        for on in places.clone() {
            match (measure(&machine, plan, on, &sizes, seconds), given.flag("json")) {
                (Ok(measured), true) => writeln!(stdout(), "{}", record(name, &measured)?)?,
                (Ok(measured), false) => writeln!(stdout(), "{}", shown(name, &measured))?,
                (Err(why), true) => super::command::note(&format!("{name}: {why}")),
                (Err(why), false) => writeln!(stdout(), "{name}: {why}\n")?,
            }
        }
    }
    Ok(Outcome::Done)
}

fn measure(machine: &ThisMachine, plan: &Plan, on: On, sizes: &[usize], seconds: f64) -> Result<Measured> {
    Ok(match on {
        On::OneCore => now(measure_cpu(machine, plan, Some(1), sizes, seconds))?,
        On::AllCores => now(measure_cpu(machine, plan, None, sizes, seconds))?,
        On::Gpu => now(measure_gpu(machine, plan, sizes, seconds))
            .map_err(|why| format!("WebGPU cannot be measured: {why}"))?,
    })
}

fn record(name: &str, measured: &Measured) -> Result<String> {
    let mut record = serde_json::to_value(measured)?;
    record["preset"] = name.into();
    Ok(record.to_string())
}

/// The tables of one measurement.
fn shown(name: &str, measured: &Measured) -> String {
    let on = match (&measured.adapter, measured.workers) {
        (Some(adapter), _) => format!("WebGPU on {adapter}"),
        (None, 1) => "one core".to_owned(),
        (None, workers) => format!("{workers} cores"),
    };
    let rate = measured.product_rate;
    let speeds = measured.lines.iter().map(|line| speed(line, measured));
    let mut text = format!("{name} on {on}\n");
    text += &table(&["mini-batch", "images/s", "GFLOP/s", "of the product rate", "dispatches", "submits"], speeds);
    let shown = measured.lines.iter().find(|line| line.batch_size == SHOWN).unwrap_or(&measured.lines[0]);
    let Line { batch_size, kernels, predictions, .. } = shown;
    if kernels.is_empty() {
        return text;
    }
    text += &format!(
        "\na step of {batch_size} images; a product of two matrices reaches {:.1} GFLOP/s; ready after {:.2} s\n",
        rate / 1e9,
        measured.seconds_to_compile
    );
    text += &table(
        &["kernel", "µs", "MFLOP", "GFLOP/s", "workgroups"],
        kernels.iter().map(|kernel| {
            let timed = |shown: &dyn Fn(f64) -> String| kernel.seconds.map_or("no clock".to_owned(), shown);
            vec![
                kernel.name.clone(),
                timed(&|seconds| format!("{:.1}", seconds * 1e6)),
                format!("{:.2}", kernel.cost.flop / 1e6),
                timed(&|seconds| format!("{:.1}", kernel.cost.flop / seconds / 1e9)),
                if kernel.groups == 0 { String::new() } else { kernel.groups.to_string() },
            ]
        }),
    );
    if !predictions.is_empty() {
        text += "\nthe cost model predicts for a step\n";
        text += &table(
            &["hardware", "ms", "images/s"],
            predictions.iter().map(|prediction| {
                let seconds = prediction.seconds;
                vec![
                    prediction.hardware.into(),
                    format!("{:.3}", 1e3 * seconds),
                    format!("{:.0}", *batch_size as f64 / seconds),
                ]
            }),
        );
    }
    text
}

fn speed(line: &Line, measured: &Measured) -> Vec<String> {
    let on_gpu = |count: f64| if measured.adapter.is_some() { format!("{count:.1}") } else { String::new() };
    // The product rate is that of one core.
    let share = 100.0 * line.flops / measured.product_rate / measured.workers as f64;
    vec![
        line.batch_size.to_string(),
        format!("{:.0}", line.speed.images_per_second),
        format!("{:.1}", line.flops / 1e9),
        format!("{share:.0} %"),
        on_gpu(line.speed.dispatches),
        on_gpu(line.speed.submits),
    ]
}
