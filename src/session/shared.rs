//! A session that several futures share. An answer of the backend takes a while, and training continues meanwhile. So a
//! future borrows the session only between two awaits. It keeps the session that it began with, even if another is
//! configured before it resolves.

use super::Session;
use crate::backend::{Failure, Readback, Tap};
use crate::train::{SavedRun, Trainer};
use futures_channel::oneshot;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A session with shared ownership; all clones are the same session.
#[derive(Clone)]
pub struct Shared(Rc<RefCell<Session>>);

/// The maximum age, in seconds, of the kept state from which the run continues if its GPU is lost.
const KEEP_SECONDS: f64 = 1.0;

impl Shared {
    /// Shares a session.
    pub fn new(session: Session) -> Self {
        Shared(Rc::new(RefCell::new(session)))
    }

    /// Borrows the session. The borrow must end before the next await.
    pub fn borrow(&self) -> Ref<'_, Session> {
        self.0.borrow()
    }

    /// Borrows the session to change it. The borrow must end before the next await.
    pub fn borrow_mut(&self) -> RefMut<'_, Session> {
        self.0.borrow_mut()
    }

    /// Asks the trainer immediately. If the GPU fails before it answers, the run falls back to the CPU and the question
    /// is asked again.
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

    /// Reads the new measurements and adds them to the next report. On the GPU, also keeps the run's state in case the
    /// GPU is lost.
    pub fn refresh(&self) -> impl Future<Output = ()> + use<> {
        let measured = self.ask(|trainer| trainer.measure().arrive());
        let is_old = self.borrow().on_gpu && self.borrow().is_kept_state_old();
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
            // They are as large as the network, and nobody needs them any more.
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

    /// Waits until a turn has work that it can do.
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
        // A failure is ignored here, because the next turn detects it.
        let _ = room.await;
    }

    /// Reads everything that is needed to continue the run elsewhere: the parameters, and the rest of its state.
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
    /// Whether it is time to keep the run's state: once a second, and when the run has come to rest.
    fn is_kept_state_old(&self) -> bool {
        let has_rested = !self.trainer.is_busy() && !self.trainer.is_kept();
        has_rested || self.machine.seconds() - self.kept_at >= KEEP_SECONDS
    }
}
