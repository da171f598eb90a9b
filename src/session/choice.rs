//! The choice of the backend that trains, and the sentences that give the reason.

use crate::backend::machine::{Accelerator, Machine};
use crate::backend::speed::{Batches, speed};
use crate::backend::{Backend, Failure};
use crate::network::Plan;
use serde::{Deserialize, Serialize};

/// The backend that was requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Backend"))]
pub enum Wanted {
    /// The faster one.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU, even if the adapter is software.
    WebGpu,
}

/// The requested backend, and why the present one was chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// The requested backend.
    pub wanted: Wanted,
    /// The name of the GPU's adapter, whether it is in use or was only examined.
    pub adapter: Option<String>,
    /// The measured speed of both backends, if there is one.
    pub speeds: Option<Speeds>,
    /// The reason, in one or two sentences.
    pub why: String,
}

/// Training images per second on each backend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Speeds {
    /// On all threads of the CPU.
    pub cpu: f64,
    /// On the GPU.
    pub webgpu: f64,
}

impl Choice {
    /// A choice without an adapter and without a measurement.
    pub(super) fn new(wanted: Wanted, why: impl Into<String>) -> Self {
        Choice { wanted, adapter: None, speeds: None, why: why.into() }
    }

    /// A choice made by measuring both backends.
    pub(super) fn measured(wanted: Wanted, accelerator: &Accelerator, speeds: Speeds) -> Self {
        let adapter = &accelerator.adapter;
        let Speeds { cpu, webgpu } = speeds;
        let (faster, ratio) =
            if webgpu > cpu { (adapter.name.as_str(), webgpu / cpu) } else { ("The CPU", cpu / webgpu) };
        let note = match adapter.is_software() {
            true => format!(" {} is a software adapter: it computes on the CPU too.", adapter.name),
            false => String::new(),
        };
        let why = format!("{faster} trains this network {ratio:.1} times as fast here.{note}");
        Choice { wanted, adapter: Some(adapter.name.clone()), speeds: Some(speeds), why }
    }

    /// The choice of the CPU because the adapter of this name is software.
    pub(super) fn without_hardware(wanted: Wanted, adapter: &str) -> Self {
        let why = format!(
            "There is no hardware WebGPU here: {adapter} is a software adapter, which computes on the CPU too, and \
             slower than our own code."
        );
        Choice { adapter: Some(adapter.to_owned()), ..Choice::new(wanted, why) }
    }
}

/// How long each backend is measured, in seconds.
const RACE_SECONDS: f64 = 0.2;

/// Measures how fast both backends train the network of `plan`, on the same mini-batches and from the same parameters.
/// Afterwards both have the parameters that they have learned.
///
/// # Errors
/// A backend failed.
pub(super) async fn race(
    machine: &dyn Machine,
    plan: &Plan,
    cpu: &mut dyn Backend,
    gpu: &mut dyn Backend,
    batch_size: usize,
) -> Result<Speeds, Failure> {
    let batches = Batches::new(machine.dataset(), batch_size);
    Ok(Speeds {
        cpu: speed(machine, plan, cpu, &batches, RACE_SECONDS).await?.images_per_second,
        webgpu: speed(machine, plan, gpu, &batches, RACE_SECONDS).await?.images_per_second,
    })
}
