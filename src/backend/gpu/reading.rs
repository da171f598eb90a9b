//! Reads values back: the contents of a buffer, and the records of steps, which accumulate on the device until they are
//! requested.

use super::GpuBackend;
use super::buffers::MAX_RECORDS;
use crate::backend::Readback;
use std::ops::Range;
use wgpu::Buffer;

/// The records of steps that were not delivered yet.
pub struct Records {
    /// The range of those on the device.
    unread: Range<usize>,
    /// Records that were requested and have not arrived yet.
    fetched: Vec<Readback>,
    /// The index of the last mini-batch's record.
    pub last: usize,
}

/// The index of the record for a mini-batch that is not a step.
pub const GRADIENTS_RECORD: usize = MAX_RECORDS;

impl Records {
    pub fn new() -> Self {
        Records { unread: 0..0, fetched: Vec::new(), last: GRADIENTS_RECORD }
    }
}

impl GpuBackend {
    /// Reads a buffer after all work that was requested so far. `after` records commands that follow the copy.
    pub(super) fn read_from(
        &mut self,
        buffer: &Buffer,
        numbers: Range<usize>,
        after: impl FnOnce(&mut wgpu::CommandEncoder),
    ) -> Readback {
        self.submit();
        let mut encoder = self.encoder();
        let copied = self.readbacks.copy(&mut encoder, buffer, numbers.start as u64..numbers.end as u64);
        after(&mut encoder);
        self.gpu.queue.submit([encoder.finish()]);
        self.counts.submits += 1;
        self.readbacks.map(copied)
    }

    /// Reads one number for each parameter.
    pub(super) fn read_parameters_of(&mut self, buffer: &Buffer) -> Readback {
        self.read_from(buffer, 0..self.plan.parameters, |_| ())
    }

    /// The index of the next step's record.
    pub(super) fn next_record(&mut self) -> usize {
        if self.records.unread.end == MAX_RECORDS {
            self.fetch_records();
            self.records.unread = 0..0;
        }
        self.records.unread.end += 1;
        self.records.unread.end - 1
    }

    /// Requests the records on the device.
    fn fetch_records(&mut self) {
        let unread = self.records.unread.clone();
        if !unread.is_empty() {
            let buffer = self.buffers.records.clone();
            let fetched = self.read_from(&buffer, 2 * unread.start..2 * unread.end, |_| ());
            self.records.fetched.push(fetched);
        }
        self.records.unread = unread.end..unread.end;
    }

    /// The records of all steps since the last call.
    pub(super) fn read_records(&mut self) -> Readback {
        self.fetch_records();
        let fetched = std::mem::take(&mut self.records.fetched);
        Box::pin(async move {
            let mut records = Vec::new();
            for part in fetched {
                records.extend(part.await?);
            }
            Ok(records)
        })
    }

    /// The record of the last mini-batch.
    pub(super) fn read_last_record(&mut self) -> Readback {
        let (buffer, at) = (self.buffers.records.clone(), 2 * self.records.last);
        self.read_from(&buffer, at..at + 2, |_| ())
    }
}
