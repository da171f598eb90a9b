//! The helpers of a training worker. All of them and the worker itself claim shards of a mini-batch, one after the other,
//! so that nobody waits long for a worker whose core is busy with something else. The worker adds up the results.
//!
//! A helper can fail at any time. The worker then computes the missing results itself, with the same bits.

use super::shards::Sums;
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

    /// Begins the next mini-batch, of which no shard is claimed.
    fn begin(&mut self);

    /// Gives a job to a helper, which is `worker` of `workers` (the training worker is 0). Returns false if the helper is
    /// absent or still busy.
    fn give(&mut self, helper: usize, worker: usize, workers: usize, job: &Job) -> bool;

    /// Claims a shard for the training worker. Returns false if a helper has it.
    fn claim(&mut self, shard: usize) -> bool;

    /// Adds the results of a helper's job to `sums`; each node has `length` numbers. Waits for them if this thread can wait.
    /// Results that have not arrived are missing; later they are ignored.
    fn take(&mut self, helper: usize, length: usize, sums: &mut Sums);

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

    fn begin(&mut self) {}

    fn give(&mut self, _: usize, _: usize, _: usize, _: &Job) -> bool {
        false
    }

    fn claim(&mut self, _: usize) -> bool {
        true
    }

    fn take(&mut self, _: usize, _: usize, _: &mut Sums) {}
}
