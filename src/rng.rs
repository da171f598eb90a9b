//! Random numbers that are a pure function of (seed, stream, position).
//!
//! The generator is Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw: *Parallel random numbers: as easy as
//! 1, 2, 3*, SC 2011). It is counter-based, so a shader can make the n-th number without the ones before it, and it
//! needs only 32-bit add, xor and rotate, which WGSL has; Philox would need a 64-bit product, which WGSL lacks.

/// The purpose of a stream of random numbers. Each purpose has its own stream, so that one more number for one purpose
/// never changes the numbers of another.
#[derive(Clone, Copy, Debug)]
pub enum Stream {
    /// The initial weights of one layer, by its index.
    Initialization(u32),
    /// The order of the training images in one epoch, counted from 0.
    Shuffle(u32),
    /// The images of each digit that one epoch of balanced sampling draws.
    Balance(u32),
    /// The order of the drawings in one round through all of them.
    Drawn(u32),
    /// The hand that makes one drawing.
    Pen(u32),
    /// Numbers for tests.
    Test(u32),
}

impl Stream {
    fn key(self) -> u32 {
        let (purpose, index) = match self {
            Stream::Initialization(layer) => (1, layer),
            Stream::Shuffle(epoch) => (2, epoch),
            Stream::Test(index) => (3, index),
            Stream::Balance(epoch) => (4, epoch),
            Stream::Pen(drawing) => (5, drawing),
            Stream::Drawn(epoch) => (6, epoch),
        };
        assert!(index < 1 << 24, "a stream's index has 24 bits");
        purpose << 24 | index
    }
}

/// A sequence of random numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    key: [u32; 2],
    counter: u64,
    spare: Option<u32>,
}

impl Rng {
    /// The sequence of `stream` under `seed`, from its start.
    pub fn new(seed: u32, stream: Stream) -> Self {
        Rng { key: [seed, stream.key()], counter: 0, spare: None }
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        if let Some(word) = self.spare.take() {
            return word;
        }
        let [first, second] = threefry2x32(self.key, [self.counter as u32, (self.counter >> 32) as u32]);
        self.counter += 1;
        self.spare = Some(second);
        first
    }

    /// Uniform in [0, 1), a multiple of 2⁻²⁴.
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 8) as f32 * (1.0 / (1 << 24) as f32)
    }

    /// Uniform in 0..`n`, by Lemire's multiplication with rejection, which has no bias. `n` is at least 1.
    pub fn below(&mut self, n: u32) -> u32 {
        let threshold = n.wrapping_neg() % n;
        loop {
            let product = self.bits() as u64 * n as u64;
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// Normal with mean 0 and standard deviation 1, by the Box–Muller transform. It uses `libm` and not the platform's
    /// logarithm, so that a seed gives the same weights natively and in a browser.
    pub fn normal(&mut self) -> f32 {
        let radius = libm::sqrtf(-2.0 * libm::logf(1.0 - self.uniform()));
        radius * libm::cosf(std::f32::consts::TAU * self.uniform())
    }

    /// Puts `items` into a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}

/// Threefry-2x32-20: two words from a two-word key and a two-word counter.
pub fn threefry2x32(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD1_1BDA];
    let [mut x0, mut x1] = [counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1])];
    for round in 0..20 {
        x0 = x0.wrapping_add(x1);
        x1 = x1.rotate_left(ROTATIONS[round % 8]) ^ x0;
        if round % 4 == 3 {
            let injection = round / 4 + 1;
            x0 = x0.wrapping_add(keys[injection % 3]);
            x1 = x1.wrapping_add(keys[(injection + 1) % 3]).wrapping_add(injection as u32);
        }
    }
    [x0, x1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers published with Random123 (`kat_vectors`, threefry2x32 20).
    #[test]
    fn threefry_gives_the_published_answers() {
        assert_eq!(threefry2x32([0, 0], [0, 0]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry2x32([u32::MAX; 2], [u32::MAX; 2]), [0x1cb9_96fc, 0xbb00_2be7]);
        assert_eq!(threefry2x32([0x1319_8a2e, 0x0370_7344], [0x243f_6a88, 0x85a3_08d3]), [0xc492_3a9c, 0x483d_f7a0]);
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_deviation_one() {
        let mut rng = Rng::new(7, Stream::Test(0));
        let draws: Vec<f32> = (0..100_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f32>() / draws.len() as f32;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / draws.len() as f32;
        assert!(mean.abs() < 0.01, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }

    #[test]
    fn a_shuffle_is_a_permutation_and_differs_by_epoch() {
        let order = |epoch| {
            let mut order: Vec<u32> = (0..1000).collect();
            Rng::new(1, Stream::Shuffle(epoch)).shuffle(&mut order);
            order
        };
        assert_ne!(order(0), order(1));
        assert_eq!(order(0), order(0));
        let mut sorted = order(0);
        sorted.sort();
        assert_eq!(sorted, (0..1000).collect::<Vec<u32>>());
    }
}
