//! What is learned from each image of a mini-batch: towards what, how much, and from which change of it.

use lenet_kernels::augment::Augmentation;
use lenet_kernels::loss::Target;

/// The loss of a mini-batch, and what happens to its images on the way. Evaluations know nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Objective {
    /// Label smoothing and class weights.
    pub target: Target,
    /// How images are changed.
    pub augmentation: Augmentation,
    /// Where the random numbers of augmentation, dropout and drawn slopes begin; 0: there are none of them.
    pub noise: u32,
}

impl Objective {
    /// How many words of 32 bits it is.
    pub const WORDS: usize = 12 + Augmentation::NUMBERS;

    /// One word after the other, for those it is sent to.
    pub fn words(&self) -> [u32; Self::WORDS] {
        let Objective { target, augmentation, noise } = self;
        let mut words = [0; Self::WORDS];
        words[0] = *noise;
        words[1] = target.smoothing.to_bits();
        words[2..12].copy_from_slice(&target.weights.map(f32::to_bits));
        words[12..].copy_from_slice(&augmentation.numbers().map(f32::to_bits));
        words
    }

    /// Of `words`.
    pub fn from_words(words: [u32; Self::WORDS]) -> Self {
        let number = |at: usize| f32::from_bits(words[at]);
        Objective {
            noise: words[0],
            target: Target { smoothing: number(1), weights: std::array::from_fn(|class| number(2 + class)) },
            augmentation: Augmentation::from_numbers(std::array::from_fn(|n| number(12 + n))),
        }
    }
}

/// The layer whose random numbers are the augmentation's: none has this index.
pub const AUGMENTATION: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_arrives() {
        let objective = Objective {
            noise: 0xdead_beef,
            target: Target { smoothing: 0.1, weights: std::array::from_fn(|class| class as f32) },
            augmentation: Augmentation { shift: 2.0, stroke: 0.5, ..Augmentation::default() },
        };
        assert_eq!(Objective::from_words(objective.words()), objective);
    }
}
