//! The long run of one target, whose name is in FUZZ_TARGET; `cargo xtask fuzz` starts it. libFuzzer makes the inputs. It
//! keeps those that reach something new in the folder FUZZ_CORPUS. With FUZZ_REPORT the inputs of that folder are read once
//! instead, and the lines that they reach are printed.

#![no_main]

mod lines;
mod memory;

use cpu_time::ThreadTime;
use fuzz::Target;
use fuzz::edit::{any, apply};
use fuzz::targets::TARGETS;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
});

static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| (TARGET.seeds)());

/// What the run has seen so far.
static INPUTS: AtomicU64 = AtomicU64::new(0);
static PASSED: AtomicU64 = AtomicU64::new(0);
/// The longest processor time of an input, in microseconds.
static SLOWEST: AtomicU64 = AtomicU64::new(0);
/// The greatest share of the memory that an input may take, in thousandths.
static FULLEST: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" {
    safe fn atexit(callback: extern "C" fn()) -> i32;
}

/// Prints what `xtask/src/fuzz.rs` reads.
extern "C" fn report() {
    let (base, times) = TARGET.memory;
    println!("inputs {}", INPUTS.load(Relaxed));
    println!("passed {}", PASSED.load(Relaxed));
    println!("slowest {}", SLOWEST.load(Relaxed));
    println!("fullest {}", FULLEST.load(Relaxed));
    println!("base {base}");
    println!("times {times}");
}

fn one(bytes: &[u8]) {
    INPUTS.fetch_add(1, Relaxed);
    PASSED.fetch_add((TARGET.passes)(bytes).into(), Relaxed);
    let (begun, start) = (ThreadTime::now(), memory::start());
    (TARGET.check)(bytes);
    let (time, used) = (begun.elapsed(), memory::most_since(start));
    let (base, times) = TARGET.memory;
    let most = base + times * bytes.len();
    SLOWEST.fetch_max(time.as_micros() as u64, Relaxed);
    FULLEST.fetch_max((1000 * used / most) as u64, Relaxed);
    assert!(time.as_secs() < 1, "an input of {} bytes takes {time:?} of processor time", bytes.len());
    assert!(used <= most, "an input of {} bytes takes {used} bytes of memory, and may take {most}", bytes.len());
}

fuzz_target!(
    init: {
        let corpus = std::env::var("FUZZ_CORPUS").expect("FUZZ_CORPUS is a folder");
        if std::env::var_os("FUZZ_REPORT").is_some() {
            lines::of(&corpus, |bytes| (TARGET.check)(bytes));
            std::process::exit(0);
        }
        for (at, seed) in SEEDS.iter().enumerate() {
            std::fs::write(format!("{corpus}/seed-{at}"), seed).expect("the folder can be written");
            // Some targets prepare something once: that is no input's doing.
            (TARGET.check)(seed);
        }
        atexit(report);
    },
    |bytes: &[u8]| one(bytes)
);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut state = seed;
    let mut random = || {
        // An LCG of period 2³²; its high bits are the random ones.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.rotate_left(16)
    };
    let (by_bytes, mends, may_fail) =
        (random().is_multiple_of(2), random().is_multiple_of(2), random().is_multiple_of(4));
    let edited = |mut bytes: Vec<u8>, most: u32, random: &mut dyn FnMut() -> u32| {
        let edits: Vec<_> = (0..1 + random() % most).map(|_| any(&mut *random)).collect();
        apply(&mut bytes, &edits);
        bytes
    };
    let mut bytes = if by_bytes {
        let size = fuzzer_mutate(data, size, max_size);
        data[..size].to_vec()
    } else {
        edited(data[..size].to_vec(), 3, &mut random)
    };
    if mends {
        (TARGET.mend)(&mut bytes);
    }
    // Most inputs are to get beyond the first check: they begin again with a valid input, until one does.
    for _ in 0..if may_fail { 0 } else { 8 } {
        bytes.truncate(max_size.min(TARGET.longest));
        if (TARGET.passes)(&bytes) {
            break;
        }
        bytes = edited(SEEDS[random() as usize % SEEDS.len()].clone(), 1, &mut random);
        (TARGET.mend)(&mut bytes);
    }
    bytes.truncate(max_size.min(TARGET.longest));
    data[..bytes.len()].copy_from_slice(&bytes);
    bytes.len()
});
