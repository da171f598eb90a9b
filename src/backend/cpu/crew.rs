//! The helpers of a training worker. The worker gives each a part of a mini-batch, does one part itself and adds up the
//! results.
//!
//! A helper may fail at any time: what it has not delivered when it is needed, the worker computes itself, to the same bits.

use super::worker::Job;
use crate::backend::Pending;
use std::future::ready;

/// Helpers with the same network as the worker.
pub trait Crew {
    /// How many helpers a job can be given to.
    fn helpers(&self) -> usize;

    /// How many of them work or are starting.
    fn present(&self) -> usize {
        self.helpers()
    }

    /// Sets the parameters for the jobs that follow.
    fn write_parameters(&mut self, parameters: &[f32]);

    /// Gives a helper a job. Returns false if it is absent or still busy.
    fn give(&mut self, helper: usize, job: &Job) -> bool;

    /// Copies the results of a helper's job into `numbers`. Waits for them where a thread can wait. Returns false if they did
    /// not arrive; they are then dropped when they do.
    fn take(&mut self, helper: usize, numbers: &mut [f32]) -> bool;

    /// Whether waiting longer would give `take` nothing more. Always true where `take` itself waits.
    fn is_done(&self) -> bool {
        true
    }

    /// Resolves when `is_done`.
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
