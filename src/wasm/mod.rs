//! The engine's interface for JavaScript. It only converts values; `shapes` and `view` have their types.
//!
//! wasm-bindgen keeps an object borrowed until an exported method returns, and an `async fn` returns late. So every
//! method here borrows the session, asks and returns. If an answer has to be awaited, the method returns a promise with
//! a 'static future, which borrows the session again after the answer has arrived (`session::Shared`).

mod arrays;
mod bench;
mod crew;
mod drawing;
mod ensemble;
mod files;
mod limits;
mod loading;
mod looking;
mod picture;
mod running;
mod shapes;
mod sliding;
mod sweep;
mod thrown;
mod view;

pub use crew::Helper;
pub use running::TurnOut;
pub use thrown::Thrown;

use crate::backend::cpu::Alone;
use crate::backend::machine::{Adapter, Hire, ThisMachine};
use crate::data::{Dataset, Split};
use crate::refusal::Refusal;
use crate::session::Shared;
use crew::JsCrews;
use js_sys::{Float32Array, Promise};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use shapes::{Description, typed};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use tsify::Ts;
use view::{Chosen, Shown};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_time::Instant;

type Result<T> = std::result::Result<T, Thrown>;

/// Trains a network and shows its values.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engine {
    inner: Rc<RefCell<Inner>>,
}

#[derive(Default)]
struct Inner {
    files: [Option<Vec<u8>>; 4],
    /// The digests of the files; empty if they are not known.
    digests: [Vec<u32>; 4],
    dataset: Option<Arc<Dataset>>,
    adapter: Option<Adapter>,
    /// The number of cores, and the object that starts workers for them.
    crews: Option<(usize, JsCrews)>,
    machine: Option<Rc<ThisMachine>>,
    session: Option<Shared>,
    /// The image that every view shows; None means the first test image.
    chosen: Option<Chosen>,
    /// What is shown beside the maps.
    shown: Shown,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without data and without a network.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engine {
        console_error_panic_hook::set_once();
        Engine::default()
    }
}

impl Engine {
    fn dataset(&self) -> Result<Arc<Dataset>> {
        self.inner.borrow().dataset.clone().ok_or_else(|| Refusal::new("the data is not loaded yet").into())
    }

    fn session(&self) -> Result<Shared> {
        self.inner
            .borrow()
            .session
            .clone()
            .ok_or_else(|| Refusal::new("there is no network yet: call configure first").into())
    }

    fn machine(&self) -> Result<Rc<ThisMachine>> {
        let dataset = self.dataset()?;
        let inner = &mut *self.inner.borrow_mut();
        let (adapter, crews) = (inner.adapter.clone(), inner.crews.clone());
        let machine = || {
            let (cores, hire): (_, Hire) = match crews {
                Some((cores, crews)) => (cores, Box::new(move |plan, helpers| crew::hire(&crews, plan, helpers))),
                None => (1, Box::new(|_, _| Box::new(Alone))),
            };
            Rc::new(ThisMachine::new(dataset, cores, hire, adapter))
        };
        Ok(inner.machine.get_or_insert_with(machine).clone())
    }

    /// Replaces the session with this one, and describes its network.
    fn install(&self, session: Shared) -> Result<Ts<Description>> {
        let old = self.inner.borrow_mut().session.replace(session.clone());
        if let Some(old) = old {
            session.borrow_mut().replace(&mut old.borrow_mut());
        }
        typed(&Description::new(session.borrow().preset(), session.borrow().trainer.plan()))
    }

    fn chosen(&self) -> Result<Chosen> {
        let chosen = self.inner.borrow().chosen.clone();
        let dataset = self.dataset()?;
        Ok(chosen.unwrap_or_else(|| Chosen::of(&dataset, dataset.split(Split::Test, false).start)))
    }

    fn test_index(&self, index: f64) -> Result<u32> {
        let test = self.dataset()?.split(Split::Test, false);
        if index >= 0.0 && index.fract() == 0.0 && index < test.len() as f64 {
            Ok(test.start + index as u32)
        } else {
            let last = test.len() - 1;
            Err(Refusal::new(format!("there is no test image {index}: they are numbered 0 to {last}")).into())
        }
    }
}

/// Returns a function that is true after this number of milliseconds.
fn after(milliseconds: f64) -> impl FnMut() -> bool {
    let start = Instant::now();
    move || start.elapsed().as_secs_f64() * 1e3 >= milliseconds
}

/// Calls `advance` until this number of milliseconds is over. Returns false when there is nothing left to do.
fn advance_for(milliseconds: f64, mut advance: impl FnMut() -> bool) -> bool {
    let mut is_over = after(milliseconds);
    while advance() {
        if is_over() {
            return true;
        }
    }
    false
}

fn promise(future: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    promise_of(Box::pin(future))
}

/// Takes a boxed future, so that the code that drives promises is compiled once instead of once per future.
fn promise_of(future: Pin<Box<dyn Future<Output = Result<JsValue>>>>) -> Promise {
    future_to_promise(async { future.await.map_err(JsValue::from) })
}

/// A promise without a value that resolves at the end of `future`.
fn done(future: impl Future<Output = ()> + 'static) -> Promise {
    promise(async {
        future.await;
        Ok(JsValue::UNDEFINED)
    })
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
}

fn array(numbers: &[f32]) -> JsValue {
    Float32Array::from(numbers).into()
}

fn to_js(value: &impl Serialize) -> Result<JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
