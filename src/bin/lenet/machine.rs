//! Loads the images and makes sessions on this machine.

use super::command::Result;
use super::{files, mnist_files};
use lenet::backend::cpu::now;
use lenet::backend::machine::ThisMachine;
use lenet::data::{Dataset, MNIST};
use lenet::session::{Configuration, Session, Shared, Wanted};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// This machine with MNIST, whose four files are read from `folder` or, by default, from the folder in the repository.
/// `transpose` is for EMNIST.
///
/// # Errors
/// The file that cannot be used, and the reason.
pub fn with_mnist(folder: Option<PathBuf>, transpose: bool) -> Result<Rc<ThisMachine>> {
    let contents = mnist_files::read(&folder.unwrap_or("assets/mnist".into()), transpose)?;
    Ok(Rc::new(ThisMachine::native(Arc::new(Dataset::from_idx(MNIST, contents)?))))
}

/// Moves a session to the backend that it requests, which by default is the CPU.
///
/// # Errors
/// WebGPU is requested and cannot be used.
pub fn settled(session: Session) -> Result<Shared> {
    let wanted = session.choice().wanted;
    let session = Shared::new(session);
    now(session.clone().settle(wanted))?;
    if let (Wanted::WebGpu, Some(adapter)) = (wanted, &session.borrow().choice().adapter) {
        eprintln!("on {adapter}");
    }
    Ok(session)
}

/// Makes a session from a network in a file, and continues its run if the file has one. `configuration` can set workers
/// and backend.
///
/// # Errors
/// The reason why the file cannot be used.
pub fn load(file: &Path, configuration: &Configuration, machine: &Rc<ThisMachine>) -> Result<Session> {
    let bytes = files::read_network(file)?;
    let session = Session::new(configuration, machine.clone())?;
    let session = session.loaded(&bytes).map_err(|why| files::of(file, why))?;
    files::tell_assumed(file, session.assumed.as_ref());
    Ok(session)
}
