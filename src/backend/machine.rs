//! The hardware of a machine: its CPU and the helpers there, its GPU, and a clock.

#[cfg(not(target_arch = "wasm32"))]
use super::cpu::Threads;
use super::cpu::{Alone, CpuBackend, Crew, MAX_SHARDS};
use super::gpu::{Gpu, GpuBackend, Images, is_software};
use super::{Backend, Failure, Pending};
use crate::data::Dataset;
use crate::network::Plan;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use web_time::Instant;

/// Makes backends for a plan, all on one dataset, and tells the time. Tests implement it with simulated machines.
pub trait Machine {
    /// The images that the backends train on.
    fn dataset(&self) -> &Arc<Dataset>;

    /// The GPU's adapter as the browser describes it; None if there is no GPU.
    fn adapter(&self) -> Option<&Adapter>;

    /// A backend on the CPU with `workers` threads: a power of two, at most `MAX_SHARDS`. None means one thread for
    /// each core.
    fn cpu(&self, plan: &Plan, workers: Option<usize>) -> Box<dyn Backend>;

    /// A backend on the GPU with compiled kernels. Fails with the reason why there is none.
    fn gpu(&self, plan: &Plan) -> Pending<Accelerator>;

    /// Seconds since some fixed moment.
    fn seconds(&self) -> f64;
}

/// The description of a GPU's adapter that is known without opening it.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// For example "nvidia ampere" or "google swiftshader".
    pub name: String,
    /// Whether the adapter reports itself as software.
    pub fallback: bool,
}

impl Adapter {
    /// Whether the adapter computes on the CPU. Browsers offer software adapters like GPUs, and not all report
    /// themselves as software.
    pub fn is_software(&self) -> bool {
        self.fallback || is_software(&self.name)
    }
}

/// A GPU that is ready to train one network.
pub struct Accelerator {
    /// The adapter after it was opened.
    pub adapter: Adapter,
    /// The backend of the network.
    pub backend: Box<dyn Backend>,
}

/// Starts this number of helpers for a network of the plan.
pub type Hire = Box<dyn Fn(&Plan, usize) -> Box<dyn Crew>>;

/// The machine that this program runs on. The GPU is opened, and the images are uploaded, at its first use.
pub struct ThisMachine {
    dataset: Arc<Dataset>,
    cores: usize,
    hire: Hire,
    adapter: Option<Adapter>,
    opened: Rc<RefCell<Option<(Gpu, Images)>>>,
    start: Instant,
}

impl ThisMachine {
    /// A machine that runs `cores` threads at once. `adapter` is the browser's description of its GPU; natively there
    /// is none before the GPU is opened.
    pub fn new(dataset: Arc<Dataset>, cores: usize, hire: Hire, adapter: Option<Adapter>) -> Self {
        ThisMachine { dataset, cores, hire, adapter, opened: Rc::default(), start: Instant::now() }
    }

    /// A machine that runs one thread and has no GPU.
    pub fn single(dataset: Arc<Dataset>) -> Self {
        ThisMachine::new(dataset, 1, Box::new(|_, _| Box::new(Alone)), None)
    }

    /// The machine that this program runs on natively, with all cores.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn native(dataset: Arc<Dataset>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        ThisMachine::new(dataset, cores, Box::new(|plan, helpers| Box::new(Threads::new(plan, helpers))), None)
    }

    /// The CPU's backend, as `Machine::cpu` describes it.
    pub fn cpu_backend(&self, plan: &Plan, workers: Option<usize>) -> CpuBackend {
        let workers = workers.unwrap_or(1 << self.cores.clamp(1, MAX_SHARDS).ilog2());
        CpuBackend::with_crew(plan.clone(), self.dataset.clone(), (self.hire)(plan, workers - 1))
    }

    /// The GPU's backend, as `Machine::gpu` describes it.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn gpu_backend(&self, plan: &Plan) -> impl Future<Output = Result<GpuBackend, Failure>> + use<> {
        let (opened, dataset, plan) = (self.opened.clone(), self.dataset.clone(), plan.clone());
        let name = self.adapter.as_ref().map_or(String::new(), |adapter| adapter.name.clone());
        async move {
            let ready = opened.borrow().clone().filter(|(gpu, _)| gpu.trouble().is_none());
            let (gpu, images) = match ready {
                Some(ready) => ready,
                // At the first use, and after a GPU was lost.
                None => {
                    let fresh = open(&name, &dataset).await?;
                    opened.replace(Some(fresh.clone()));
                    fresh
                }
            };
            GpuBackend::new(&gpu, plan, &images).await
        }
    }
}

async fn open(name: &str, dataset: &Arc<Dataset>) -> Result<(Gpu, Images), Failure> {
    if !dataset.has(0..dataset.len() as u32) {
        return Err(Failure("the training images are still on their way".into()));
    }
    let gpu = Gpu::open(name).await?;
    let images = Images::upload(&gpu, dataset).await?;
    Ok((gpu, images))
}

impl Machine for ThisMachine {
    fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    fn adapter(&self) -> Option<&Adapter> {
        self.adapter.as_ref()
    }

    fn cpu(&self, plan: &Plan, workers: Option<usize>) -> Box<dyn Backend> {
        Box::new(self.cpu_backend(plan, workers))
    }

    fn gpu(&self, plan: &Plan) -> Pending<Accelerator> {
        let backend = self.gpu_backend(plan);
        Box::pin(async {
            let backend = backend.await?;
            let gpu = backend.gpu();
            let adapter = Adapter { name: gpu.adapter().to_owned(), fallback: gpu.is_software() };
            Ok(Accelerator { adapter, backend: Box::new(backend) })
        })
    }

    fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}
