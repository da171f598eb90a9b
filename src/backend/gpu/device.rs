//! The GPU: its adapter, its device, and the first error of the device.

use crate::backend::Failure;
use futures_channel::oneshot::Receiver;
use std::sync::{Arc, Mutex};

/// A device and its queue. Clones are the same device.
#[derive(Clone)]
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    adapter: Arc<str>,
    software: bool,
    /// The minimum number of threads that a dispatch should have.
    pub(super) threads: usize,
    trouble: Arc<Mutex<Option<Failure>>>,
}

/// Hardware has thousands of lanes, each of which needs a thread. A software adapter has few lanes, and fewer, longer
/// threads are faster there.
const HARDWARE_THREADS: usize = 4096;
const SOFTWARE_THREADS: usize = 512;

impl Gpu {
    /// Opens the adapter that the system recommends, with WebGPU's default limits and no features except timestamps.
    /// `known_as` is the adapter's name as the browser tells it to scripts, because `wgpu` does not learn it.
    ///
    /// # Errors
    /// There is no adapter, or it cannot be opened.
    pub async fn open(known_as: &str) -> Result<Gpu, Failure> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance
            .request_adapter(&options)
            .await
            .map_err(|_| Failure("there is no WebGPU here: neither hardware nor software offers it".into()))?;
        let info = adapter.get_info();
        let descriptor = wgpu::DeviceDescriptor {
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = adapter.request_device(&descriptor).await;
        let (device, queue) = opened.map_err(|error| Failure(format!("the GPU cannot be opened: {error}")))?;
        let trouble = Arc::new(Mutex::new(None));
        let (uncaptured, lost) = (trouble.clone(), trouble.clone());
        device.on_uncaptured_error(Arc::new(move |error| note(&uncaptured, sentence(&error))));
        device.set_device_lost_callback(move |_, message| {
            let why = message.trim().trim_end_matches('.');
            let why = if why.is_empty() { "its driver or the browser took it away" } else { why };
            note(&lost, Failure(format!("the GPU was lost ({why})")));
        });
        let name = if info.name.is_empty() { known_as } else { &info.name };
        let name = if name.is_empty() { "unnamed adapter" } else { name };
        let software = info.device_type == wgpu::DeviceType::Cpu || is_software(name) || is_software(known_as);
        let threads = if software { SOFTWARE_THREADS } else { HARDWARE_THREADS };
        Ok(Gpu { device, queue, adapter: name.into(), software, threads, trouble })
    }

    /// The adapter's name.
    pub fn adapter(&self) -> &str {
        &self.adapter
    }

    /// Whether the adapter computes on the CPU.
    pub fn is_software(&self) -> bool {
        self.software
    }

    /// This device, with the work divided as for hardware. So those kernels can be tested without a GPU.
    pub fn as_hardware(&self) -> Gpu {
        Gpu { threads: HARDWARE_THREADS, ..self.clone() }
    }

    /// The error after which the device cannot continue, if there was one.
    pub fn trouble(&self) -> Option<Failure> {
        self.trouble.lock().expect("no thread panics with it").clone()
    }

    /// Destroys the device, as a crash of the driver would. For tests.
    pub fn destroy(&self) {
        self.device.destroy();
        // Natively a loss is reported only while polling, after all submitted work is done.
        #[cfg(not(target_arch = "wasm32"))]
        let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
    }

    /// Whether the device can measure the time between its commands.
    pub(super) fn has_clock(&self) -> bool {
        self.device.features().contains(wgpu::Features::TIMESTAMP_QUERY)
    }

    /// Waits for a callback.
    #[cfg(target_arch = "wasm32")]
    pub(super) async fn wait<T>(&self, callback: Receiver<T>) -> Result<T, Failure> {
        match callback.await {
            Ok(value) => Ok(value),
            Err(_) => Err(self.failure().await),
        }
    }

    /// Waits for a callback. Natively callbacks run only while this or another thread polls.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) async fn wait<T>(&self, mut callback: Receiver<T>) -> Result<T, Failure> {
        loop {
            let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
            match callback.try_recv() {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => std::thread::yield_now(),
                Err(_) => return Err(self.failure().await),
            }
        }
    }

    /// The reason why a callback was not called.
    pub(super) async fn failure(&self) -> Failure {
        if self.trouble().is_none() {
            // A browser drops the callback before it reports the loss of the device, so wait for one more answer.
            self.device.push_error_scope(wgpu::ErrorFilter::Internal).pop().await;
        }
        self.trouble().unwrap_or_else(|| Failure("the GPU did not answer".into()))
    }

    /// Runs `make`, and fails if the device reports an error.
    pub(super) async fn checked<T>(&self, make: impl FnOnce() -> T) -> Result<T, Failure> {
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let made = make();
        let errors = [memory.pop().await, validation.pop().await];
        match errors.into_iter().flatten().next() {
            Some(error) => Err(sentence(&error)),
            None => self.trouble().map_or(Ok(made), Err),
        }
    }
}

/// Keeps the first failure only, because it is the cause of those that follow.
fn note(trouble: &Mutex<Option<Failure>>, failure: Failure) {
    trouble.lock().expect("no thread panics with it").get_or_insert(failure);
}

fn sentence(error: &wgpu::Error) -> Failure {
    Failure(match error {
        wgpu::Error::OutOfMemory { .. } => "the GPU's memory is full".into(),
        wgpu::Error::Validation { description, .. } => {
            format!("the GPU's driver refuses the work ({})", description.trim())
        }
        wgpu::Error::Internal { description, .. } => format!("the GPU's driver failed ({})", description.trim()),
    })
}

/// Whether an adapter of this name computes on the CPU. Not all software adapters say so themselves.
pub fn is_software(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["swiftshader", "llvmpipe", "lavapipe", "software", "basic render", "warp"].iter().any(|word| name.contains(word))
}
