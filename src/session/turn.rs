//! A turn does small pieces of work until time is up, and says what is left to do.

use super::Session;

/// What is left to do after a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: the goal is reached, or the run is paused or has diverged.
    Done,
    /// Work that can continue at once.
    More,
    /// Work that has to wait for `Shared::room`.
    Wait,
    /// Work that has to wait for more training images.
    Data,
}

impl Session {
    /// Does small pieces of work until `is_over` returns true or no work can be done at once. It does at least one
    /// piece if it can. After the loss of the GPU, a turn only moves the run back to the CPU.
    pub fn turn(&mut self, mut is_over: impl FnMut() -> bool) -> Turn {
        if let Some(why) = self.trainer.backend().failure() {
            self.fall_back(&why);
            return self.left();
        }
        if self.held.is_some() {
            return Turn::Wait;
        }
        let mut left = self.left();
        while left == Turn::More {
            if !self.read_on() {
                self.trainer.advance();
            }
            left = self.left();
            if is_over() {
                break;
            }
        }
        left
    }

    fn left(&mut self) -> Turn {
        if self.is_member_reading() {
            return Turn::More;
        }
        let trainer = &mut self.trainer;
        if !trainer.is_busy() {
            self.end_diverged_ensemble();
            return if self.is_member_trained() { Turn::Wait } else { Turn::Done };
        }
        if !trainer.has_data() {
            trainer.rest();
            return Turn::Data;
        }
        if trainer.backend().has_room() && !trainer.is_waiting() { Turn::More } else { Turn::Wait }
    }
}
