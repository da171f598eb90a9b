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

/// What the run has seen so far.
static INPUTS: AtomicU64 = AtomicU64::new(0);
static PASSED: AtomicU64 = AtomicU64::new(0);
static SLOWEST: AtomicU64 = AtomicU64::new(0);
static LARGEST: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" {
    safe fn atexit(callback: extern "C" fn()) -> i32;
}

extern "C" fn report() {
    println!(
        "{}: {} inputs, {} pass the first check, slowest {} ms, most memory {} kB",
        TARGET.name,
        INPUTS.load(Relaxed),
        PASSED.load(Relaxed),
        SLOWEST.load(Relaxed),
        LARGEST.load(Relaxed) >> 10,
    );
}

fn one(bytes: &[u8]) {
    INPUTS.fetch_add(1, Relaxed);
    PASSED.fetch_add((TARGET.passes)(bytes).into(), Relaxed);
    let (begun, start) = (ThreadTime::now(), memory::start());
    (TARGET.check)(bytes);
    let used = memory::most_since(start);
    let milliseconds = begun.elapsed().as_millis() as u64;
    SLOWEST.fetch_max(milliseconds, Relaxed);
    LARGEST.fetch_max(used as u64, Relaxed);
    let (base, times) = TARGET.memory;
    assert!(milliseconds < 1_000, "an input of {} bytes takes {milliseconds} ms", bytes.len());
    assert!(used <= base + times * bytes.len(), "{used} bytes of memory for an input of {}", bytes.len());
}

fuzz_target!(
    init: {
        let corpus = std::env::var("FUZZ_CORPUS").expect("FUZZ_CORPUS is a folder");
        if std::env::var_os("FUZZ_REPORT").is_some() {
            lines::of(&corpus, |bytes| (TARGET.check)(bytes));
            std::process::exit(0);
        }
        for (at, seed) in (TARGET.seeds)().iter().enumerate() {
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
    let how = random() % 4;
    let mut bytes = if how < 2 {
        let size = fuzzer_mutate(data, size, max_size);
        data[..size].to_vec()
    } else {
        let mut bytes = data[..size].to_vec();
        let edits: Vec<_> = (0..1 + random() % 3).map(|_| any(&mut random)).collect();
        apply(&mut bytes, &edits);
        bytes
    };
    if how % 2 == 0 {
        (TARGET.mend)(&mut bytes);
    }
    bytes.truncate(max_size.min(TARGET.longest));
    data[..bytes.len()].copy_from_slice(&bytes);
    bytes.len()
});
