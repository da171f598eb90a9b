//! The helpers of a training worker: it gives each a part of the work, does one itself, and adds up.
//!
//! Nothing is lost with a helper: whatever it has not handed over when it is needed, the worker does itself, and comes
//! to the same bits.

use super::worker::Job;
use crate::backend::Pending;
use std::future::ready;

/// Some helpers, of the same network.
pub trait Crew {
    /// How many places for helpers it has.
    fn helpers(&self) -> usize;

    /// How many of them help, or are about to.
    fn present(&self) -> usize {
        self.helpers()
    }

    /// What jobs given from now on are done with.
    fn write_parameters(&mut self, parameters: &[f32]);

    /// Gives a helper a job. False: it is not there, or not done with the last.
    fn give(&mut self, helper: usize, job: &Job) -> bool;

    /// What a helper's job came to, into `numbers`. Waits for it where that can be done without letting go of the
    /// thread. False: it is not there; then it is not waited for any more.
    fn take(&mut self, helper: usize, numbers: &mut [f32]) -> bool;

    /// Whether `take` would now give everything that it ever will. Always so where `take` waits.
    fn is_done(&self) -> bool {
        true
    }

    /// Tells when it is so.
    fn done(&mut self) -> Pending<()> {
        Box::pin(ready(Ok(())))
    }
}

/// No helpers.
pub struct Alone;

impl Crew for Alone {
    fn helpers(&self) -> usize {
        0
    }

    fn write_parameters(&mut self, _: &[f32]) {}

    fn give(&mut self, _: usize, _: &Job) -> bool {
        false
    }

    fn take(&mut self, _: usize, _: &mut [f32]) -> bool {
        false
    }
}
