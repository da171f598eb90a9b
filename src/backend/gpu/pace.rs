//! How much work to hand to the GPU at once, and how much to have under way.
//!
//! A submit should take 20 ms: long enough that its own cost does not count, short enough that views stay live and
//! Pause is Pause. And there should always be another one waiting: some browsers tell only every tenth of a second
//! what is done, so whenever the GPU is found to have run dry, one more may be under way.

use futures_channel::oneshot::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use web_time::Instant;

/// How long a submit should take.
const SECONDS: f64 = 0.02;
/// The most submits under way.
const DEEPEST: u32 = 8;

/// Shared with the callbacks that tell what is done.
#[derive(Clone)]
pub struct Pace(Arc<Mutex<State>>);

struct State {
    under_way: u32,
    depth: u32,
    /// Since the last submit somebody had more to do and found no room.
    hungry: bool,
    waiting: Vec<Sender<()>>,
    last_done: Option<Instant>,
    /// Of the last few submits: how much they were, and how long they took.
    work: f64,
    seconds: f64,
    /// How much a submit should be.
    portion: f64,
}

impl Pace {
    /// Begins with portions of one mini-batch: how long they take is not known.
    pub fn new() -> Self {
        Pace(Arc::new(Mutex::new(State {
            under_way: 0,
            depth: 2,
            hungry: false,
            waiting: Vec::new(),
            last_done: None,
            work: 0.0,
            seconds: 0.0,
            portion: 0.0,
        })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no thread panics with it")
    }

    /// How much a submit should be, in images trained on.
    pub fn portion(&self) -> f64 {
        self.state().portion
    }

    /// Whether another submit may be made.
    pub fn has_room(&self) -> bool {
        let state = &mut *self.state();
        let room = state.under_way < state.depth;
        state.hungry |= !room;
        room
    }

    /// Tells when there is room again.
    pub fn room(&self) -> Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let state = &mut *self.state();
        if state.under_way < state.depth {
            let _ = sender.send(());
        } else {
            state.waiting.push(sender);
        }
        receiver
    }

    /// Notes a submit of `work`; to be called back when it is done.
    pub fn submitted(&self, work: f64) -> impl FnOnce() + Send + use<> {
        let state = &mut *self.state();
        state.under_way += 1;
        state.hungry = false;
        let (pace, start) = (self.clone(), Instant::now());
        move || pace.state().done(work, start, Instant::now())
    }

    /// Nothing will be done any more: lets everybody go.
    pub fn release(&self) {
        self.state().waiting.clear();
    }
}

impl State {
    fn done(&mut self, work: f64, start: Instant, now: Instant) {
        let began = self.last_done.map_or(start, |done| done.max(start));
        self.last_done = Some(now);
        self.under_way -= 1;
        self.work = 0.8 * self.work + work;
        self.seconds = 0.8 * self.seconds + (now - began).as_secs_f64();
        // At most double at a time: the first submits pay for compiling too.
        self.portion = (SECONDS * self.work / self.seconds.max(1e-6)).min(2.0 * self.portion.max(work));
        if self.under_way == 0 && self.hungry {
            self.depth = (self.depth + 1).min(DEEPEST);
            self.hungry = false;
        }
        for sender in self.waiting.drain(..) {
            let _ = sender.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web_time::Duration;

    /// A GPU that takes a tenth of a millisecond an image: portions grow from one mini-batch to 200 images.
    #[test]
    fn a_submit_comes_to_take_twenty_milliseconds() {
        let pace = Pace::new();
        let mut now = Instant::now();
        let mut portions = Vec::new();
        for _ in 0..16 {
            let work = pace.portion().max(10.0);
            portions.push(work);
            pace.state().under_way += 1;
            let start = now;
            now += Duration::from_secs_f64(work * 1e-4);
            pace.state().done(work, start, now);
        }
        assert!(portions.windows(2).all(|pair| pair[1] <= 2.0 * pair[0] + 1e-9), "no leaps: {portions:?}");
        assert!((portions[15] - 200.0).abs() < 1.0, "{portions:?}");
    }

    /// One that is found idle gets more to do ahead of time, up to a limit.
    #[test]
    fn a_gpu_that_runs_dry_gets_more_at_once() {
        let pace = Pace::new();
        for round in 2..20 {
            let mut under_way = Vec::new();
            while pace.has_room() {
                under_way.push(pace.submitted(1.0));
            }
            assert_eq!(under_way.len(), round.min(DEEPEST as usize));
            under_way.into_iter().for_each(|done| done());
        }
    }
}
