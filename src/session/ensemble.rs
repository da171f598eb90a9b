//! Trains the members of an ensemble one after the other, as runs of the session. Each member begins a new run with the
//! next seed, trains until its goal is reached, and then predicts all test images. Meanwhile the run can be paused and
//! continued, and settings can change; each change takes effect when its declaration says. A reset or another network
//! ends the training of the ensemble; members that are complete stay.

use super::{Message, Session, Shared};
use crate::backend::Tap;
use crate::declare::Value;
use crate::inspect::{Member, Reading};
use crate::refusal::Refusal;
use crate::train::{Goal, Phase};
use std::ops::RangeInclusive;

/// The numbers of members that an ensemble of the page can have.
pub const MEMBERS: RangeInclusive<usize> = 2..=9;

/// Reads a number of members.
///
/// # Errors
/// An ensemble of the page cannot have this number of members.
pub fn member_count(count: f64) -> Result<usize, Refusal> {
    let whole = Some(count as usize).filter(|&whole| whole as f64 == count);
    whole.filter(|whole| MEMBERS.contains(whole)).ok_or_else(|| {
        let (minimum, maximum) = (MEMBERS.start(), MEMBERS.end());
        Refusal::new(format!("An ensemble has {minimum} to {maximum} members: give {{members: 5}}")).at_field("members")
    })
}

/// An ensemble that is being trained.
pub(super) struct Training {
    /// The number of members when it is complete.
    members: usize,
    /// The goal of each member's run.
    goal: Goal,
    /// The trained member that predicts the test images; None while a member trains.
    reader: Option<Reader>,
}

/// A trained network that predicts the test images.
struct Reader {
    seed: u32,
    parameters: Vec<f32>,
    reading: Reading,
}

/// The progress of an ensemble, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The number of members when it is complete.
    pub members: usize,
    /// The seed of the member being trained.
    pub seed: u32,
    /// Whether the member predicts the test images; otherwise it trains.
    pub is_reading: bool,
}

impl Session {
    /// Begins to train members, each towards `goal`, until there are `members`. Turns do the work, and messages report
    /// it.
    ///
    /// # Errors
    /// Another ensemble is being trained.
    pub fn begin_ensemble(&mut self, members: usize, goal: Goal) -> Result<(), Refusal> {
        if let Some(Training { members, .. }) = self.training {
            return Err(Refusal::new(format!("An ensemble of {members} is being trained already: Reset ends it")));
        }
        self.training = Some(Training { members, goal, reader: None });
        self.begin_member();
        Ok(())
    }

    /// Forgets all members.
    ///
    /// # Errors
    /// An ensemble is being trained.
    pub fn forget_ensemble(&mut self) -> Result<(), Refusal> {
        if self.training.is_some() {
            return Err(Refusal::new("An ensemble is being trained: Reset ends it, then it can be forgotten"));
        }
        self.ensemble.members.clear();
        Ok(())
    }

    /// The ensemble being trained.
    pub fn under_way(&self) -> Option<UnderWay> {
        self.training.as_ref().map(|Training { members, reader, .. }| UnderWay {
            members: *members,
            seed: reader.as_ref().map_or_else(|| self.trainer.status().seed, |reader| reader.seed),
            is_reading: reader.is_some(),
        })
    }

    /// The probabilities that each member predicts for `image`, which has one number from 0 to 1 for each pixel.
    ///
    /// # Errors
    /// The same as those of `Session::look`.
    pub fn opinions(&mut self, image: &[f32]) -> Result<Vec<Vec<f32>>, Refusal> {
        let members = std::mem::take(&mut self.ensemble.members);
        let look = |member: &Member| Ok(self.look(&member.parameters, image)?.probabilities.to_vec());
        let opinions = members.iter().map(look).collect();
        self.ensemble.members = members;
        opinions
    }

    /// Ends the training of an ensemble early. `why` becomes the end of a sentence.
    pub(super) fn end_ensemble(&mut self, why: &str) {
        if let Some(Training { members, .. }) = self.training.take() {
            let complete = self.ensemble.members.len();
            let sentence = format!("The ensemble ended with {complete} of {members} members: {why}");
            self.messages.push_back(Message::EnsembleEnded(Err(Refusal::new(sentence))));
        }
    }

    /// Ends the training of an ensemble after the loss of its member has stopped being finite.
    pub(super) fn end_diverged_ensemble(&mut self) {
        let status = self.trainer.status();
        if self.training.is_some() && status.phase == Phase::Diverged {
            let message = status.message.unwrap_or_default();
            self.end_ensemble(&format!("the loss of seed {} is not finite any more. {message}", status.seed));
        }
    }

    pub(super) fn is_member_reading(&self) -> bool {
        self.training.as_ref().is_some_and(|training| training.reader.is_some())
    }

    /// Whether the member has reached its goal and does not predict the test images yet.
    pub(super) fn is_member_trained(&self) -> bool {
        let Some(Training { goal, reader: None, .. }) = &self.training else { return false };
        let (trainer, phase) = (&self.trainer, self.trainer.phase());
        let is_reached = match *goal {
            Goal::Schedule => false,
            Goal::Steps(steps) => trainer.step() >= steps,
            Goal::Epochs(epochs) => trainer.epoch() >= epochs,
        };
        !trainer.is_busy() && (phase == Phase::Finished || phase == Phase::Paused && is_reached)
    }

    /// Predicts eight more test images with the trained member. Returns false if there is none.
    pub(super) fn read_on(&mut self) -> bool {
        let Some(reader) = self.training.as_mut().and_then(|training| training.reader.as_mut()) else { return false };
        if !reader.reading.advance() {
            let reader = self.training.as_mut().and_then(|training| training.reader.take());
            let Reader { seed, parameters, reading } = reader.expect("it has just read");
            self.ensemble.members.push(Member { seed, parameters, probabilities: reading.finish() });
            self.begin_member();
        }
        true
    }

    /// Begins the next member. If no member is missing, ends the training.
    fn begin_member(&mut self) {
        let Some(Training { members, goal, .. }) = self.training else { return };
        if self.ensemble.members.len() >= members {
            self.training = None;
            self.messages.push_back(Message::EnsembleEnded(Ok(())));
            return;
        }
        let seed = self.ensemble.next_seed(self.trainer.settings().seed);
        self.trainer.set("seed", &Value::Number(f64::from(seed))).expect("every u32 is a seed");
        self.trainer.reset();
        self.trainer.start(goal);
        self.messages.push_back(Message::MemberLearns { seed });
    }
}

impl Shared {
    /// Begins to predict the test images with the trained member.
    pub(super) async fn read_member(&self) {
        self.refresh().await;
        let run = self.borrow().trainer.runs();
        let parameters = self.read(Tap::Parameters).await;
        let session = &mut *self.borrow_mut();
        // While the parameters were read, the loss may have become infinite, the GPU may have been lost, or another run may
        // have begun.
        if session.trainer.runs() != run || !session.is_member_trained() {
            return;
        }
        let (plan, dataset) = (session.trainer.plan().clone(), session.trainer.dataset().clone());
        let (seed, reading) = (session.trainer.status().seed, Reading::new(plan, &parameters, dataset));
        if let Some(training) = &mut session.training {
            training.reader = Some(Reader { seed, parameters, reading });
            session.messages.push_back(Message::MemberReads { seed });
        }
    }
}
