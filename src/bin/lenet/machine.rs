//! The images, what computes here, and a session brought onto it.

use super::command::Result;
use super::files;
use lenet::backend::Backend;
use lenet::backend::cpu::{Threads, now};
use lenet::choice::{Hire, Machine, Wanted};
use lenet::data::{Dataset, MNIST};
use lenet::session::{Configuration, Session};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

/// MNIST's four files in this folder, or in the one that comes with the sources.
///
/// # Errors
/// Which file cannot be used, and why.
pub fn dataset(folder: Option<PathBuf>) -> Result<Arc<Dataset>> {
    let folder = folder.unwrap_or("assets/mnist".into());
    let names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
    let mut contents: [Vec<u8>; 4] = Default::default();
    for (name, bytes) in names.into_iter().zip(&mut contents) {
        *bytes = files::read_unpacked(&folder.join(format!("{name}-ubyte.gz")))?;
    }
    Ok(Arc::new(Dataset::from_idx(MNIST, contents)?))
}

/// This machine, with the images on it.
pub fn machine(dataset: &Arc<Dataset>) -> Machine {
    let cores = available_parallelism().map_or(1, usize::from);
    let hire: Hire = Box::new(|plan, helpers| Box::new(Threads::new(plan, helpers)));
    Machine::new(dataset.clone(), cores, hire, None)
}

/// Moves the session to the backend it asks for: the CPU, if it does not ask.
///
/// # Errors
/// There is no WebGPU.
pub fn settle(session: &mut Session, machine: &Machine) -> Result<()> {
    session.trainer.move_to(backend(session, machine)?);
    Ok(())
}

/// The backend a session asks for, new.
///
/// # Errors
/// There is no WebGPU.
pub fn backend(session: &Session, machine: &Machine) -> Result<Box<dyn Backend>> {
    if session.wanted != Wanted::WebGpu {
        return Ok(Box::new(machine.cpu(session.trainer.plan(), session.workers)));
    }
    let gpu = now(machine.backend(session.trainer.plan()))?;
    eprintln!("on {}", gpu.gpu().adapter());
    Ok(Box::new(gpu))
}

/// A session of the network in a file, and of its run if it is there; `configuration` has workers and backend.
///
/// # Errors
/// What is wrong with the file.
pub fn load(file: &Path, configuration: &Configuration, dataset: &Arc<Dataset>) -> Result<Session> {
    let bytes = files::read(file)?;
    let session = Session::new(configuration, dataset.clone())?;
    session.loaded(&bytes).map_err(|why| files::of(file, why))
}
