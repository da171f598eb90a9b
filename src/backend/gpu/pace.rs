//! Decides how much work each submit contains, and how many submits can be in progress.
//!
//! A submit should take 20 ms: long enough that its own cost does not matter, and short enough that views stay live and
//! Pause takes effect at once. Another submit should always be waiting. Some browsers report finished work only every
//! tenth of a second. So whenever the GPU was idle, one more submit is allowed to be in progress.

use futures_channel::oneshot::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use web_time::Instant;

/// The target duration of a submit in seconds.
const SECONDS: f64 = 0.02;
/// The maximum number of submits in progress.
const MAX_DEPTH: u32 = 8;

/// The state, which is shared with the callbacks of finished submits.
#[derive(Clone)]
pub struct Pace(Arc<Mutex<Progress>>);

struct Progress {
    under_way: u32,
    /// The present maximum of `under_way`.
    depth: u32,
    /// Whether somebody has had more work and found no room since the last submit.
    wanted_room: bool,
    waiting: Vec<Sender<()>>,
    last_done: Option<Instant>,
    /// Work and time of the last few submits, with higher weights for the later ones.
    work: f64,
    seconds: f64,
    /// The amount of work for the next submit.
    portion: f64,
}

impl Pace {
    /// Starts with one mini-batch per submit, because its duration is not known yet.
    pub fn new() -> Self {
        Pace(Arc::new(Mutex::new(Progress {
            under_way: 0,
            depth: 2,
            wanted_room: false,
            waiting: Vec::new(),
            last_done: None,
            work: 0.0,
            seconds: 0.0,
            portion: 0.0,
        })))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().expect("no thread panics with it")
    }

    /// The amount of work for the next submit, in training images.
    pub fn portion(&self) -> f64 {
        self.progress().portion
    }

    /// Whether another submit is allowed.
    pub fn has_room(&self) -> bool {
        let progress = &mut *self.progress();
        let room = progress.under_way < progress.depth;
        progress.wanted_room |= !room;
        room
    }

    /// Resolves when another submit is allowed.
    pub fn room(&self) -> Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let progress = &mut *self.progress();
        if progress.under_way < progress.depth {
            let _ = sender.send(());
        } else {
            progress.waiting.push(sender);
        }
        receiver
    }

    /// Counts a submit of `work`. The returned function must be called when the submit is done.
    pub fn submitted(&self, work: f64) -> impl FnOnce() + Send + use<> {
        let progress = &mut *self.progress();
        progress.under_way += 1;
        progress.wanted_room = false;
        let (pace, start) = (self.clone(), Instant::now());
        move || pace.progress().done(work, start, Instant::now())
    }

    /// Ends all waiting, because no submit will finish any more.
    pub fn release(&self) {
        self.progress().waiting.clear();
    }
}

impl Progress {
    fn done(&mut self, work: f64, start: Instant, now: Instant) {
        let began = self.last_done.map_or(start, |done| done.max(start));
        self.last_done = Some(now);
        self.under_way -= 1;
        self.work = 0.8 * self.work + work;
        self.seconds = 0.8 * self.seconds + (now - began).as_secs_f64();
        // At most doubles at a time, because the first submits include the time of compiling.
        self.portion = (SECONDS * self.work / self.seconds.max(1e-6)).min(2.0 * self.portion.max(work));
        if self.under_way == 0 && self.wanted_room {
            self.depth = (self.depth + 1).min(MAX_DEPTH);
            self.wanted_room = false;
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

    /// On a GPU that takes a tenth of a millisecond an image, portions grow from one mini-batch to 200 images.
    #[test]
    fn a_submit_comes_to_take_twenty_milliseconds() {
        let pace = Pace::new();
        let mut now = Instant::now();
        let mut portions = Vec::new();
        for _ in 0..16 {
            let work = pace.portion().max(10.0);
            portions.push(work);
            pace.progress().under_way += 1;
            let start = now;
            now += Duration::from_secs_f64(work * 1e-4);
            pace.progress().done(work, start, now);
        }
        assert!(portions.windows(2).all(|pair| pair[1] <= 2.0 * pair[0] + 1e-9), "no leaps: {portions:?}");
        assert!((portions[15] - 200.0).abs() < 1.0, "{portions:?}");
    }

    /// A GPU that was idle gets more submits ahead of time, up to a limit.
    #[test]
    fn an_idle_gpu_gets_more_at_once() {
        let pace = Pace::new();
        for round in 2..20 {
            let mut under_way = Vec::new();
            while pace.has_room() {
                under_way.push(pace.submitted(1.0));
            }
            assert_eq!(under_way.len(), round.min(MAX_DEPTH as usize));
            under_way.into_iter().for_each(|done| done());
        }
    }

    /// Firefox reports only every tenth of a second what its GPU has finished. The GPU is kept busy all the same.
    #[test]
    fn late_reports_do_not_leave_the_gpu_idle() {
        let (pace, start) = (Pace::new(), Instant::now());
        let mut submits: Vec<(f64, Instant, Instant)> = Vec::new();
        let (mut free, mut computed) = (start, 0.0);
        for tenth in 0..100 {
            let now = start + Duration::from_millis(100 * tenth);
            let (finished, under_way): (Vec<_>, Vec<_>) = submits.into_iter().partition(|&(_, _, end)| end <= now);
            submits = under_way;
            for (work, submitted, _) in finished {
                pace.progress().done(work, submitted, now);
            }
            while pace.has_room() {
                let work = pace.portion().max(10.0);
                pace.progress().under_way += 1;
                free = free.max(now) + Duration::from_secs_f64(work * 1e-4);
                submits.push((work, now, free));
                // The first two seconds are for finding the portion and the depth.
                computed += if tenth < 20 { 0.0 } else { work * 1e-4 };
            }
        }
        assert!(computed > 0.95 * 8.0, "{computed:.2} s of work in 8 s");
    }
}
