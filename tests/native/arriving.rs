//! Training images that arrive during training give the same run, bit for bit, and the same refusals.

use crate::bits::bars;
use crate::idx::crc;
use crate::support::read;
use lenet::backend::Tap;
use lenet::backend::cpu::CpuBackend;
use lenet::data::{Dataset, MNIST, Split};
use lenet::declare::Value;
use lenet::network::{Layer, NetworkSpec, Plan};
use lenet::rng::{Rng, Stream};
use lenet::train::{Goal, Settings, Trainer};
use std::sync::Arc;

const TRAIN: u32 = 2_600;

fn expecting() -> (Vec<u8>, Dataset) {
    let [images, labels, test_images, test_labels] = bars(TRAIN, 40);
    (images, Dataset::expecting(MNIST, [labels, test_images, test_labels]).unwrap())
}

fn trainer(dataset: Arc<Dataset>) -> Trainer {
    let layer = |json| Layer::read(&json).unwrap();
    let plan = Plan::new(&NetworkSpec::mnist(vec![
        layer(serde_json::json!({ "type": "pool", "kind": "max", "size": 4, "stride": 4 })),
        layer(serde_json::json!({ "type": "dense", "units": 10, "activation": "none" })),
    ]))
    .unwrap();
    let backend = Box::new(CpuBackend::new(plan.clone(), dataset.clone()));
    Trainer::new(plan, dataset, backend, Settings { epochs: 2, ..Settings::default() })
}

fn outcome(trainer: &mut Trainer) -> Vec<u32> {
    read(trainer.backend(), Tap::Parameters).into_iter().map(f32::to_bits).collect()
}

#[test]
fn a_run_is_the_same_whether_its_images_were_there_or_came_meanwhile() {
    let mut whole = trainer(Arc::new(Dataset::from_idx(MNIST, bars(TRAIN, 40)).unwrap()));
    whole.start(Goal::Schedule);
    while whole.is_busy() {
        assert!(whole.has_data());
        whole.advance();
    }
    for seed in 0..3 {
        let (images, dataset) = expecting();
        let dataset = Arc::new(dataset);
        let mut rng = Rng::new(seed, Stream::Test(1));
        let mut rest = images.as_slice();
        let (mut waited, mut early) = (0, 0);
        let mut late = trainer(dataset.clone());
        late.start(Goal::Schedule);
        while late.is_busy() {
            if late.has_data() && rng.below(3) > 0 {
                late.advance();
                early += u32::from(!rest.is_empty());
            } else if rest.is_empty() {
                assert!(late.has_data(), "all of it has come");
            } else {
                waited += 1;
                let (part, more) = rest.split_at(rest.len().min(1 + rng.below(200_000) as usize));
                dataset.add_images(part).unwrap();
                rest = more;
            }
        }
        dataset.end_images().unwrap();
        assert!(waited > 0 && early > 0, "it waited {waited} times, and trained {early} steps before all had come");
        assert!(outcome(&mut late) == outcome(&mut whole), "seed {seed}");
    }
}

#[test]
fn images_are_there_piece_by_piece() {
    let (images, dataset) = expecting();
    let train = dataset.split(Split::Train, true);
    assert!(dataset.has(dataset.split(Split::Test, false)) && !dataset.has(train.start..1));
    dataset.add_images(&images[..16 + 999 * 784]).unwrap();
    assert_eq!(dataset.arrived(), 0);
    dataset.add_images(&images[16 + 999 * 784..16 + 1000 * 784]).unwrap();
    assert_eq!(dataset.arrived(), 1000);
    assert!(dataset.has(0..1000) && !dataset.has(0..1001));
    assert_eq!(dataset.image(999), &images[16 + 999 * 784..][..784]);
    dataset.add_images(&images[16 + 1000 * 784..]).unwrap();
    dataset.end_images().unwrap();
    assert!(dataset.has(0..dataset.len() as u32));
}

#[test]
fn a_file_that_is_not_what_was_expected_is_refused_with_its_byte() {
    let refusal = |bytes: &[u8]| {
        let (_, dataset) = expecting();
        let outcome = bytes.chunks(7_000).try_for_each(|part| dataset.add_images(part));
        outcome.and_then(|()| dataset.end_images()).unwrap_err().to_string()
    };
    let (images, _) = expecting();
    assert_eq!(
        refusal(b"<!doctype html><title>"),
        "train-images: byte 0: an IDX file starts with two zero bytes, here is 0x3c"
    );
    assert_eq!(refusal(&images[..9]), "train-images: byte 9: the file ends within dimension 2 of 3");
    assert_eq!(
        refusal(&images[..images.len() - 1]),
        format!(
            "train-images: byte {}: the file ends after {} of the {} bytes of data its dimensions [2600, 28, 28] promise",
            images.len() - 1,
            images.len() - 17,
            images.len() - 16
        )
    );
    let longer = [images.as_slice(), &[0]].concat();
    assert!(refusal(&longer).starts_with(&format!("train-images: byte {}: 1 bytes follow", images.len())));
    let other = [&images[..4], &5_u32.to_be_bytes(), &images[8..]].concat();
    assert_eq!(
        refusal(&other),
        "train-images: byte 4: dimensions [5, 28, 28], and not [2600, 28, 28], one image per label"
    );
}

/// The CRC-32 of each piece.
fn digests(images: &[u8]) -> Vec<u32> {
    images[16..].chunks(784_000).map(crc).collect()
}

#[test]
fn a_piece_that_is_not_what_its_digest_says_is_refused_and_can_be_sent_again() {
    let (images, dataset) = expecting();
    let dataset = dataset.with_digests(digests(&images));
    assert_eq!(dataset.resume_images(), 0);
    let mut wrong = images.clone();
    wrong[16 + 784 * 1_500] ^= 1;
    let refusal = wrong.chunks(7_000).find_map(|part| dataset.add_images(part).err()).unwrap().to_string();
    assert!(refusal.starts_with("train-images: bytes 784016 to 1568015: the CRC-32 is "), "{refusal}");
    assert_eq!(dataset.arrived(), 1_000);
    // The next attempt goes on after the piece that was right, in the middle of a part.
    assert_eq!(dataset.resume_images(), 784_016);
    images[784_016..].chunks(9_000).for_each(|part| dataset.add_images(part).unwrap());
    dataset.end_images().unwrap();
    assert!((0..TRAIN).all(|image| dataset.image(image) == &images[16 + 784 * image as usize..][..784]));
}

#[test]
fn an_attempt_that_broke_off_leaves_only_whole_pieces() {
    let (images, dataset) = expecting();
    dataset.add_images(&images[..9]).unwrap();
    assert_eq!(dataset.resume_images(), 0);
    dataset.add_images(&images[..16 + 784 * 2_100]).unwrap();
    assert_eq!(dataset.resume_images(), 16 + 784 * 2_000);
    dataset.add_images(&images[16 + 784 * 2_000..]).unwrap();
    dataset.end_images().unwrap();
    assert!((0..TRAIN).all(|image| dataset.image(image) == &images[16 + 784 * image as usize..][..784]));
}

/// A run that begins with all images of a file of 2,600, of which 1,000 have arrived and no more will.
#[test]
fn a_run_goes_on_with_the_images_that_have_arrived() {
    let (images, dataset) = expecting();
    let dataset = Arc::new(dataset);
    let mut cut = trainer(dataset.clone());
    dataset.add_images(&images[..16 + 784 * 1_700]).unwrap();
    cut.start(Goal::Schedule);
    while cut.has_data() {
        cut.advance();
    }
    let steps = cut.step();
    assert!(steps > 0 && cut.is_busy());
    dataset.cut_short();
    cut.make_do();
    // The epoch is over with the thousand, and the second one has a thousand too.
    while cut.is_busy() {
        assert!(cut.has_data());
        cut.advance();
    }
    assert_eq!(cut.status().steps_per_epoch, 1_000_u32.div_ceil(32));
    assert_eq!(cut.step(), 2 * 1_000_u32.div_ceil(32));
    assert_eq!(dataset.split(Split::Train, false), 0..1_000);
    assert!(dataset.split(Split::Validation, false).is_empty());
    assert_eq!(dataset.split(Split::Test, false), TRAIN..TRAIN + 40);

    // Run again from the start, it is a run on a thousand images.
    cut.reset();
    assert_eq!(cut.status().digits.iter().map(|digit| digit.samples).sum::<u32>(), 1_000);
    cut.start(Goal::Steps(3));
    while cut.is_busy() {
        cut.advance();
    }
    assert_eq!(cut.step(), 3);
}

/// Balanced sampling needs all images before its first step.
#[test]
fn a_run_that_could_not_begin_without_all_images_begins_with_those_that_have_arrived() {
    let (images, dataset) = expecting();
    let dataset = Arc::new(dataset);
    let mut cut = trainer(dataset.clone());
    cut.set("balanced_sampling", &Value::Flag(true)).unwrap();
    dataset.add_images(&images[..16 + 784 * 2_000]).unwrap();
    cut.start(Goal::Steps(40));
    assert!(!cut.has_data());
    dataset.cut_short();
    cut.make_do();
    while cut.is_busy() {
        assert!(cut.has_data());
        cut.advance();
    }
    assert_eq!(cut.step(), 40);
}
