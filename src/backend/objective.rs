//! The loss that training minimises: its target, the change of each image before it, and the random numbers of both.

use lenet_kernels::augment::Augmentation;
use lenet_kernels::loss::Target;

/// The loss of a mini-batch, and how its images are changed before. Evaluations use neither.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objective {
    /// Label smoothing and class weights.
    pub target: Target,
    /// How images are changed.
    pub augmentation: Augmentation,
    /// The seed of this mini-batch's augmentation, dropout and random slopes; 0: all of them are off.
    pub noise: u32,
}

/// Words before the class weights: noise, smoothing and the numbers of the augmentation.
const BEFORE_WEIGHTS: usize = 2 + Augmentation::NUMBERS;

impl Objective {
    /// How many 32-bit words an objective over so many classes is.
    pub const fn word_count(classes: usize) -> usize {
        BEFORE_WEIGHTS + classes
    }

    /// The objective over so many classes as 32-bit words, for workers that share no memory with this one.
    pub fn words(&self, classes: usize) -> Vec<u32> {
        let Objective { target, augmentation, noise } = self;
        let numbers = [target.smoothing].into_iter().chain(augmentation.numbers());
        let numbers = numbers.chain((0..classes).map(|class| target.weight(class)));
        [*noise].into_iter().chain(numbers.map(f32::to_bits)).collect()
    }

    /// The objective that `words` made these from.
    pub fn from_words(words: &[u32]) -> Self {
        let number = |at: usize| f32::from_bits(words[at]);
        Objective {
            noise: words[0],
            target: Target { smoothing: number(1), weights: (BEFORE_WEIGHTS..words.len()).map(number).collect() },
            augmentation: Augmentation::from_numbers(std::array::from_fn(|n| number(2 + n))),
        }
    }
}

/// The layer index under which augmentation draws its random numbers; no layer has it.
pub const AUGMENTATION: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objective_survives_its_words() {
        let objective = Objective {
            noise: 0xdead_beef,
            target: Target { smoothing: 0.1, weights: vec![0.5, 1.0, 2.0] },
            augmentation: Augmentation { shift: 2.0, stroke: 0.5, ..Augmentation::default() },
        };
        let words = objective.words(3);
        assert_eq!(words.len(), Objective::word_count(3));
        assert_eq!(Objective::from_words(&words), objective);
        let plain = Objective::from_words(&Objective::default().words(4));
        assert_eq!(plain.target.weights, [1.0; 4], "no weights mean 1 for each class");
    }
}
