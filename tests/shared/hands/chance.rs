//! Random numbers of this folder's own, so that a seed gives the same drawings whatever the engine does to its own.

/// SplitMix64: one word of state, good enough for handwriting, and any seed will do, 0 and 1 too.
pub struct Chance(u64);

impl Chance {
    /// A generator that depends on the seed and on `what` only: numbers drawn elsewhere don't shift it.
    pub fn of(seed: u64, what: u64) -> Self {
        let mut mixed = Self(seed ^ what.wrapping_mul(0xd134_2543_de82_ef95));
        Self(mixed.bits())
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0.0..1.0`.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Near enough normal, and never beyond 3.5 deviations: a freak of the tail would be a digit nobody can read.
    pub fn normal(&mut self) -> f32 {
        let sum: f32 = (0..12).map(|_| self.unit()).sum();
        (sum - 6.0).clamp(-3.5, 3.5)
    }

    /// Normal, cut off at both ends: what a trait of a person is like.
    pub fn around(&mut self, mean: f32, deviation: f32, low: f32, high: f32) -> f32 {
        (mean + deviation * self.normal()).clamp(low, high)
    }

    /// A whole number below `end`, which must not be 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// An index, as often as its share of the sum says.
    pub fn pick(&mut self, shares: &[f32]) -> usize {
        let mut left = self.unit() * shares.iter().sum::<f32>();
        for (i, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return i;
            }
        }
        // Rounding can leave a crumb over: it falls to the last that has a share at all.
        shares.iter().rposition(|&share| share > 0.0).expect("some share is positive")
    }
}
