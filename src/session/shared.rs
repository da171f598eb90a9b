//! A session that several futures share. What is asked of a backend takes a while to arrive, and training goes on
//! meanwhile: so a future borrows the session only between two awaits, and keeps the session it was asked of, whatever is
//! configured before it resolves.

use super::Session;
use crate::backend::{Failure, Readback, Tap};
use crate::train::{SavedRun, Trainer};
use futures_channel::oneshot;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A session in shared ownership. Clones are the same session.
#[derive(Clone)]
pub struct Shared(Rc<RefCell<Session>>);

/// How old the state may be that a run goes on from when its GPU is lost, in seconds.
const KEEP_SECONDS: f64 = 1.0;

impl Shared {
    /// Shares a session.
    pub fn new(session: Session) -> Self {
        Shared(Rc::new(RefCell::new(session)))
    }

    /// The session. Never held across an await.
    pub fn borrow(&self) -> Ref<'_, Session> {
        self.0.borrow()
    }

    /// The session, to be changed. Never held across an await.
    pub fn borrow_mut(&self) -> RefMut<'_, Session> {
        self.0.borrow_mut()
    }

    /// Asks the trainer at once. If the GPU fails before it answers, the run falls back to the CPU and is asked again.
    pub fn ask<T, F, Q>(&self, question: Q) -> impl Future<Output = T> + use<T, F, Q>
    where
        F: Future<Output = Result<T, Failure>>,
        Q: Fn(&mut Trainer) -> F,
    {
        let mut answer = question(&mut self.borrow_mut().trainer);
        let shared = self.clone();
        async move {
            loop {
                match answer.await {
                    Ok(value) => return value,
                    Err(why) => {
                        let session = &mut *shared.borrow_mut();
                        session.fall_back(&why);
                        answer = question(&mut session.trainer);
                    }
                }
            }
        }
    }

    /// Reads a tap.
    pub fn read(&self, tap: Tap) -> impl Future<Output = Vec<f32>> + use<> {
        self.ask(move |trainer| -> Readback { trainer.backend().read(tap) })
    }

    /// Has the trainer learn what was measured, adds that to the next report, and, on the GPU, keeps the run's state in
    /// case the GPU is lost.
    pub fn refresh(&self) -> impl Future<Output = ()> + use<> {
        let measured = self.ask(|trainer| trainer.measure().arrive());
        let is_old = self.borrow().on_gpu && self.borrow().since_kept() >= KEEP_SECONDS;
        let state = is_old.then(|| self.borrow_mut().trainer.read_state());
        let shared = self.clone();
        async move {
            let mut report = measured.await;
            let state = match state {
                Some(state) => state.await.ok(),
                None => None,
            };
            let session = &mut *shared.borrow_mut();
            session.trainer.take_in(&report);
            // Nobody else needs them, and they are as large as the network.
            report.candidates.clear();
            match &mut session.untold {
                Some(untold) => untold.append(report),
                None => session.untold = Some(report),
            }
            if let Some(state) = state {
                session.trainer.keep(state);
                session.kept_at = session.machine.seconds();
            }
        }
    }

    /// Waits until a turn can do something again.
    pub async fn room(self) {
        let held = self.borrow_mut().held.as_mut().map(|waiting| {
            let (sender, receiver) = oneshot::channel();
            waiting.push(sender);
            receiver
        });
        if let Some(goes_on) = held {
            let _ = goes_on.await;
            return;
        }
        if self.borrow().is_member_trained() {
            return self.read_member().await;
        }
        if self.borrow().trainer.is_waiting() {
            return self.refresh().await;
        }
        let room = self.borrow_mut().trainer.backend().room();
        // The next turn learns of a failure.
        let _ = room.await;
    }

    /// Reads everything that the run goes on from elsewhere: the parameters and the rest.
    pub fn read_run(&self) -> impl Future<Output = (Vec<f32>, SavedRun)> + use<> {
        let refreshed = self.refresh();
        let shared = self.clone();
        async move {
            refreshed.await;
            shared.ask(Trainer::read_run).await
        }
    }
}

impl Session {
    fn since_kept(&self) -> f64 {
        self.machine.seconds() - self.kept_at
    }
}
