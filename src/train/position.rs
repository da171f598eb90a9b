//! How far a run is, and which samples come next.

use super::settings::Settings;
use crate::data::{Dataset, PIECE, Split, pen};
use crate::rng::{Rng, Stream};
use std::ops::Range;
use std::sync::Arc;

/// How far a run is.
#[derive(Clone, Debug)]
pub struct Position {
    /// The number of mini-batches done.
    pub step: u32,
    pub epochs_done: u32,
    /// The samples of this epoch in order, and how many of them are done.
    pub(super) order: Arc<Vec<u32>>,
    pub(super) done: usize,
    /// What a pen draws in the place of some of them.
    drawn: Drawn,
    /// Whether the samples are the file's images in the file's order. Then training can begin before all of them have
    /// arrived.
    as_in_file: bool,
    /// The epoch at which the schedule started.
    pub schedule_start: f64,
}

/// The samples that a pen draws.
#[derive(Clone, Debug)]
struct Drawn {
    /// The share of all samples whose place they take.
    share: f32,
    all: Range<u32>,
    /// The samples that the pen draws in this epoch, in the order in which training takes them.
    order: Arc<Vec<u32>>,
}

impl Position {
    /// The start of a run on these samples.
    pub fn new(samples: Arc<Vec<u32>>, settings: &Settings, dataset: &Dataset) -> Self {
        let in_file = dataset.split(Split::Train, settings.train_on_all).len();
        Position {
            step: 0,
            epochs_done: 0,
            as_in_file: samples.len() == in_file && !settings.balanced_sampling,
            order: samples,
            done: 0,
            drawn: Drawn { share: settings.pen_share, all: dataset.drawn(), order: Arc::default() },
            schedule_start: 0.0,
        }
    }

    /// The number of epochs done, with the fraction of the present one.
    pub fn epoch(&self) -> f64 {
        f64::from(self.epochs_done) + self.share()
    }

    /// The share of the present epoch that is done, 0 to 1.
    pub fn share(&self) -> f64 {
        self.done as f64 / self.order.len() as f64
    }

    /// The number of images in an epoch.
    pub fn images(&self) -> usize {
        self.order.len()
    }

    /// The training images that `next` can choose from.
    pub fn needs(&self, size: usize) -> Range<u32> {
        let all = self.order.len();
        if !self.as_in_file {
            return 0..u32::MAX;
        }
        let first = if self.epochs_done == 0 { (self.done + size).next_multiple_of(PIECE).min(all) } else { all };
        0..first as u32
    }

    /// Leaves out the images that will not arrive. If all others are done, that ends the epoch.
    pub fn make_do(&mut self, dataset: &Dataset) {
        let done = self.order[..self.done].iter().filter(|&&sample| comes(sample, dataset)).count();
        Arc::make_mut(&mut self.order).retain(|&sample| comes(sample, dataset));
        self.done = done;
        if done > 0 && done == self.order.len() {
            (self.epochs_done, self.done) = (self.epochs_done + 1, 0);
        }
    }

    /// Takes the next mini-batch of up to `size` images: the last of an epoch may have fewer. Each epoch has its own order.
    pub fn next(&mut self, seed: u32, size: usize) -> Vec<u32> {
        if self.done == 0 {
            self.shuffle(seed);
        }
        let end = (self.done + size).min(self.order.len());
        let batch = (self.done..end).map(|place| self.drawn.at(place).unwrap_or(self.order[place])).collect();
        self.step += 1;
        self.done = end;
        if end == self.order.len() {
            (self.epochs_done, self.done) = (self.epochs_done + 1, 0);
        }
        batch
    }

    /// Shuffles the images for a new epoch.
    ///
    /// The first epoch shuffles only within pieces of the file. So training can begin with the first piece while the
    /// others are still loading, and the order does not depend on when they arrive.
    pub(super) fn shuffle(&mut self, seed: u32) {
        let mut rng = Rng::new(seed, Stream::Shuffle(self.epochs_done));
        let order = Arc::make_mut(&mut self.order).as_mut_slice();
        if self.epochs_done == 0 && self.as_in_file {
            order.chunks_mut(PIECE).for_each(|piece| rng.shuffle(piece));
        } else {
            rng.shuffle(order);
        }
        self.drawn.shuffle(seed, self.epochs_done, self.order.len());
    }
}

impl Drawn {
    /// How many of the first `places` of an epoch are drawn. They are spread evenly.
    fn within(&self, places: usize) -> usize {
        (places as f64 * f64::from(self.share)) as usize
    }

    /// The sample that is drawn for this place of the epoch's order, if one is.
    fn at(&self, place: usize) -> Option<u32> {
        let number = self.within(place);
        (self.within(place + 1) > number).then(|| self.order.get(number).copied()).flatten()
    }

    /// Draws the order of an epoch of so many samples. It goes on after the last epoch's, and all come before one comes
    /// again. They are shuffled only within pieces, so that not all are made at once when training begins.
    fn shuffle(&mut self, seed: u32, epoch: u32, samples: usize) {
        let (count, all) = (self.within(samples), self.all.len());
        if count == 0 || all == 0 {
            return;
        }
        let first = epoch as usize * count;
        let rounds = first / all..(first + count).div_ceil(all);
        let round = |round: usize| {
            let mut rng = Rng::new(seed, Stream::Drawn(round as u32));
            let mut order: Vec<u32> = self.all.clone().collect();
            order.chunks_mut(pen::PIECE as usize).for_each(|piece| rng.shuffle(piece));
            order
        };
        self.order = Arc::new(rounds.flat_map(round).skip(first % all).take(count).collect());
    }
}

/// Whether the image of a sample of the training images has arrived or may still arrive.
pub(super) fn comes(sample: u32, dataset: &Dataset) -> bool {
    dataset.image_of(sample).is_none_or(|image| dataset.split(Split::Train, true).contains(&image))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(images: u32) -> Position {
        Position {
            step: 0,
            epochs_done: 0,
            order: Arc::new((0..images).collect()),
            done: 0,
            as_in_file: true,
            drawn: Drawn { share: 0.0, all: 0..0, order: Arc::default() },
            schedule_start: 0.0,
        }
    }

    #[test]
    fn the_first_epoch_takes_piece_after_piece_and_every_image_once() {
        let mut position = position(2_500);
        let mut seen = Vec::new();
        while position.epochs_done == 0 {
            let needs = position.needs(64);
            let batch = position.next(7, 64);
            assert!(batch.iter().all(|image| needs.contains(image)));
            seen.extend(batch);
        }
        for (number, piece) in seen.chunks(PIECE).enumerate() {
            let whole = (number * PIECE) as u32..((number + 1) * PIECE).min(2_500) as u32;
            assert!(piece.iter().all(|image| whole.contains(image)) && !piece.is_sorted());
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..2_500));
    }

    #[test]
    fn later_epochs_shuffle_everything() {
        let mut position = position(2_500);
        (0..40).for_each(|_| drop(position.next(7, 64)));
        assert_eq!((position.epochs_done, position.needs(64)), (1, 0..2_500));
        assert!(position.next(7, 64).iter().any(|&image| image >= 1_500));
    }

    #[test]
    fn every_mini_batch_has_its_share_of_drawings_and_they_go_round() {
        let mut position = position(10_000);
        position.drawn = Drawn { share: 0.2, all: 10_000..10_700, order: Arc::default() };
        let mut all = Vec::new();
        for epoch in 0..2 {
            let mut drawn = Vec::new();
            while position.epochs_done == epoch {
                let batch = position.next(7, 32);
                let count = batch.iter().filter(|&&sample| sample >= 10_000).count();
                assert!((6..=7).contains(&count) || batch.len() < 32, "{count} of 32");
                drawn.extend(batch.into_iter().filter(|&sample| sample >= 10_000));
            }
            assert_eq!(drawn.len(), 2_000);
            all.extend(drawn);
        }
        for round in all.chunks_exact_mut(700) {
            round.sort_unstable();
            assert!(round.iter().copied().eq(10_000..10_700), "each comes before one comes again");
        }
    }
}
