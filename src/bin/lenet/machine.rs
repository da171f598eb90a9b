//! Loads the images and makes sessions on this machine.

use super::command::{Result, note};
use super::{files, mnist_files};
use lenet::backend::cpu::now;
use lenet::backend::machine::ThisMachine;
use lenet::data::{Dataset, MNIST};
use lenet::network::Plan;
use lenet::session::{Configuration, Session, Shared, Wanted};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// This machine with MNIST, whose four files are read from `folder` or, by default, from `files::mnist`. `transpose` is for
/// EMNIST.
///
/// # Errors
/// The file that cannot be used, and the reason.
pub fn with_mnist(folder: Option<PathBuf>, transpose: bool) -> Result<Rc<ThisMachine>> {
    let folder = folder.map_or_else(files::mnist, Ok)?;
    let contents = mnist_files::read(&folder, transpose)?;
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
        note(&format!("on {adapter}"));
    }
    Ok(session)
}

/// Says which rows and columns of their inputs the layers never see.
pub fn say_unseen(plan: &Plan) {
    for layer in &plan.layers {
        if let Some(unseen) = layer.unseen() {
            note(&format!("{}: {unseen}", layer.name));
        }
    }
}

/// Makes a session from the bytes of a file with a network, and continues its run if the file has one. `configuration` can set workers
/// and backend.
///
/// # Errors
/// The reason why the file cannot be used.
pub fn load(file: &Path, bytes: &[u8], configuration: &Configuration, machine: &Rc<ThisMachine>) -> Result<Session> {
    let session = Session::new(configuration, machine.clone())?;
    let session = session.loaded(bytes).map_err(|why| files::of(file, why))?;
    files::tell_assumed(file, session.assumed.as_ref());
    Ok(session)
}
