//! The helpers of a training worker. The worker gives each a part of a mini-batch, does one part itself and adds up the
//! results.
//!
//! A helper can fail at any time. The worker then computes the missing results itself, with the same bits.

use super::worker::Job;
use crate::backend::Pending;
use std::future::ready;

/// Helpers with the same network as the worker.
pub trait Crew {
    /// The number of helpers that can receive a job.
    fn helpers(&self) -> usize;

    /// The number of helpers that work or are starting.
    fn present(&self) -> usize {
        self.helpers()
    }

    /// Sets the parameters for the jobs that follow.
    fn write_parameters(&mut self, parameters: &[f32]);

    /// Gives a job to a helper. Returns false if the helper is absent or still busy.
    fn give(&mut self, helper: usize, job: &Job) -> bool;

    /// Copies the results of a helper's job into `numbers`, and waits for them if this thread can wait. Returns false
    /// if they did not arrive; later they are ignored.
    fn take(&mut self, helper: usize, numbers: &mut [f32]) -> bool;

    /// Whether more waiting would not give `take` more results. Always true if `take` itself waits.
    fn is_done(&self) -> bool {
        true
    }

    /// Resolves when `is_done`.
    fn done(&mut self) -> Pending<()> {
        Box::pin(ready(Ok(())))
    }
}

/// A crew without helpers.
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
