//! Which lines of `src/` a folder of inputs reaches. The compiler has put a counter and its address into every branch
//! (SanitizerCoverage, see `xtask/src/fuzz.rs`); their debugging information tells the lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

unsafe extern "C" {
    #[link_name = "__start___sancov_cntrs"]
    static mut COUNTERS: u8;
    #[link_name = "__stop___sancov_cntrs"]
    static COUNTERS_END: u8;
    #[link_name = "__start___sancov_pcs"]
    static ADDRESSES: [usize; 2];
}

/// Reads all files of a folder with `check`, and prints for each file of `src/` the lines that were reached, of those that
/// have a counter. The last line is for `xtask/src/fuzz.rs`.
pub fn of(folder: &str, check: impl Fn(&[u8])) {
    let mut reached: Vec<bool> = take_counts().iter().map(|_| false).collect();
    for file in std::fs::read_dir(folder).expect("the folder of inputs") {
        check(&std::fs::read(file.expect("a file").path()).expect("its bytes"));
        // A counter of eight bits begins again after 255.
        reached.iter_mut().zip(take_counts()).for_each(|(reached, count)| *reached |= count > 0);
    }
    let mut lines: BTreeMap<String, [BTreeSet<u32>; 2]> = BTreeMap::new();
    for (address, reached) in addresses(reached.len()).into_iter().zip(reached) {
        backtrace::resolve(address as *mut c_void, |symbol| {
            let place = symbol.filename().zip(symbol.lineno());
            let Some((name, line)) = place.and_then(|(path, line)| Some((ours(path)?, line))) else {
                return;
            };
            let [all, those_reached] = lines.entry(name).or_default();
            all.insert(line);
            if reached {
                those_reached.insert(line);
            }
        });
    }
    lines.retain(|_, [_, reached]| !reached.is_empty());
    let mut sums = [0, 0];
    for (name, [all, reached]) in &lines {
        println!("  src/{name}: {} of {} lines", reached.len(), all.len());
        sums = [sums[0] + reached.len(), sums[1] + all.len()];
    }
    println!("reached {}\nlines {}\nfiles {}", sums[0], sums[1], lines.len());
}

/// The name of a file within this project's `src/`. Dependencies lie below folders of the same name.
fn ours(path: &Path) -> Option<String> {
    static SOURCE: LazyLock<PathBuf> = LazyLock::new(|| {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../src")).canonicalize().expect("the engine is there")
    });
    let path = path.canonicalize().ok()?;
    Some(path.strip_prefix(&*SOURCE).ok()?.to_str()?.to_owned())
}

/// Takes the counters as they are, and sets them to 0.
fn take_counts() -> Vec<u8> {
    let (first, end) = (&raw mut COUNTERS, &raw const COUNTERS_END);
    let count = end as usize - first as usize;
    // SAFETY: the linker lays the counters out one after the other, and nothing else runs that could write them.
    (0..count).map(|at| unsafe { std::mem::take(&mut *first.add(at)) }).collect()
}

/// The address of each counter's branch.
fn addresses(count: usize) -> Vec<usize> {
    let first = &raw const ADDRESSES;
    // SAFETY: there is a pair of an address and flags for each counter, in the same order.
    (0..count).map(|at| unsafe { (*first.add(at))[0] }).collect()
}
