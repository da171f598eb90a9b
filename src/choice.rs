//! Which backend trains: the one that was asked for, or the one that is faster here, and why.

use crate::backend::cpu::{CpuBackend, Crew, MAX_SHARDS};
use crate::backend::gpu::{Gpu, GpuBackend, Images, is_software};
use crate::backend::{Backend, Failure};
use crate::bench::{Batches, speed};
use crate::data::Dataset;
use crate::network::Plan;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::Arc;

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Backend"))]
pub enum Wanted {
    /// The faster one.
    #[default]
    Auto,
    /// Ours.
    Cpu,
    /// The GPU's, software or not.
    WebGpu,
}

/// What trains, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// What was asked for.
    pub wanted: Wanted,
    /// The adapter in use, or looked at.
    pub adapter: Option<String>,
    /// Images a second, where they were measured.
    pub speeds: Option<Speeds>,
    /// A sentence or two.
    pub why: String,
}

/// Images a second of training, on both.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Speeds {
    /// On all its workers.
    pub cpu: f64,
    /// On the adapter.
    pub webgpu: f64,
}

impl Choice {
    /// Without looking at an adapter or measuring anything.
    pub fn new(wanted: Wanted, why: &str) -> Self {
        Choice { wanted, adapter: None, speeds: None, why: why.into() }
    }
}

/// What a browser says of its adapter, without opening it.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// "nvidia ampere", "google swiftshader".
    pub name: String,
    /// Whether it says itself that it is software.
    pub fallback: bool,
}

impl Adapter {
    /// Browsers hand out software adapters as if they were GPUs, not all of them marked as such.
    pub fn is_software(&self) -> bool {
        self.fallback || is_software(&self.name)
    }
}

/// How helpers are hired here: so many for a network.
pub type Hire = Box<dyn Fn(&Plan, usize) -> Box<dyn Crew>>;

/// This machine: its CPU, and its GPU, opened when it is first wanted, with the dataset on it.
pub struct Machine {
    dataset: Arc<Dataset>,
    /// How many threads it can run at once.
    cores: usize,
    hire: Hire,
    /// None: the browser offers none.
    pub adapter: Option<Adapter>,
    opened: RefCell<Option<(Gpu, Images)>>,
}

impl Machine {
    /// The machine `dataset` is on.
    pub fn new(dataset: Arc<Dataset>, cores: usize, hire: Hire, adapter: Option<Adapter>) -> Self {
        Machine { dataset, cores, hire, adapter, opened: RefCell::default() }
    }

    /// A backend for `plan` on the CPU, on so many threads: a power of two, at most `MAX_SHARDS`. None: as many as
    /// there are cores.
    pub fn cpu(&self, plan: &Plan, workers: Option<usize>) -> CpuBackend {
        let workers = workers.unwrap_or(1 << self.cores.clamp(1, MAX_SHARDS).ilog2());
        CpuBackend::with_crew(plan.clone(), self.dataset.clone(), (self.hire)(plan, workers - 1))
    }

    /// The images.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The GPU; a new one after one that was lost.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn gpu(&self) -> Result<(Gpu, Images), Failure> {
        let opened = self.opened.borrow().clone();
        if let Some(opened) = opened.filter(|(gpu, _)| gpu.trouble().is_none()) {
            return Ok(opened);
        }
        if !self.dataset.has(0..self.dataset.len() as u32) {
            return Err(Failure("the training images are still on their way".into()));
        }
        let gpu = Gpu::open(self.adapter.as_ref().map_or("", |adapter| &adapter.name)).await?;
        let images = Images::upload(&gpu, &self.dataset).await?;
        self.opened.replace(Some((gpu.clone(), images.clone())));
        Ok((gpu, images))
    }

    /// A backend for `plan` on the GPU, compiled.
    ///
    /// # Errors
    /// Why there can be none.
    pub async fn backend(&self, plan: &Plan) -> Result<GpuBackend, Failure> {
        let (gpu, images) = self.gpu().await?;
        GpuBackend::new(&gpu, plan.clone(), &images).await
    }
}

/// How long each is tried.
const SECONDS: f64 = 0.2;

/// Trains a network of `plan` on both, the same mini-batches from the same start. They are left with what they learned.
///
/// # Errors
/// The GPU failed.
pub async fn race(
    plan: &Plan,
    dataset: &Arc<Dataset>,
    cpu: &mut dyn Backend,
    gpu: &mut dyn Backend,
    batch_size: usize,
) -> Result<Speeds, Failure> {
    let batches = Batches::new(dataset, batch_size);
    Ok(Speeds {
        cpu: speed(plan, cpu, &batches, SECONDS).await?.images_per_second,
        webgpu: speed(plan, gpu, &batches, SECONDS).await?.images_per_second,
    })
}

/// The words for a choice made by measuring.
pub fn verdict(adapter: &str, software: bool, speeds: Speeds) -> String {
    let Speeds { cpu, webgpu } = speeds;
    let (faster, ratio) = if webgpu > cpu { (adapter, webgpu / cpu) } else { ("The CPU", cpu / webgpu) };
    let note =
        if software { format!(" {adapter} is a software adapter: it computes on the CPU too.") } else { String::new() };
    format!("{faster} trains this network {ratio:.1} times as fast here.{note}")
}

/// The words for not even trying.
pub fn software_verdict(adapter: &str) -> String {
    format!(
        "There is no hardware WebGPU here: {adapter} is a software adapter, which computes on the CPU too, and slower \
         than our own code."
    )
}
