//! Which lines of `src/` a folder of inputs reaches. The compiler has put a counter and its address into every branch
//! (SanitizerCoverage, see `xtask/src/fuzz.rs`); their debugging information tells the lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;

unsafe extern "C" {
    #[link_name = "__start___sancov_cntrs"]
    static COUNTERS: u8;
    #[link_name = "__stop___sancov_cntrs"]
    static COUNTERS_END: u8;
    #[link_name = "__start___sancov_pcs"]
    static ADDRESSES: [usize; 2];
}

/// Reads all files of a folder with `check`, and prints for each file of `src/` the lines that were reached, of those that
/// have a counter.
pub fn of(folder: &str, check: impl Fn(&[u8])) {
    let mut inputs = 0;
    for file in std::fs::read_dir(folder).expect("the folder of inputs") {
        check(&std::fs::read(file.expect("a file").path()).expect("its bytes"));
        inputs += 1;
    }
    let mut lines: BTreeMap<String, [BTreeSet<u32>; 2]> = BTreeMap::new();
    for (count, address) in counters() {
        backtrace::resolve(address as *mut c_void, |symbol| {
            let place = symbol.filename().zip(symbol.lineno());
            let Some((path, line)) = place.and_then(|(path, line)| Some((path.to_str()?.to_owned(), line))) else {
                return;
            };
            // Dependencies lie in the registry, below another `src/`.
            let Some((_, name)) = path.split_once("/src/").filter(|(root, _)| !root.contains("/.cargo/")) else {
                return;
            };
            if path.contains("/rustc/") || path.contains("/tests/fuzz/") {
                return;
            }
            let [all, reached] = lines.entry(name.to_owned()).or_default();
            all.insert(line);
            if count > 0 {
                reached.insert(line);
            }
        });
    }
    lines.retain(|_, [_, reached]| !reached.is_empty());
    let mut sums = [0, 0];
    for (name, [all, reached]) in &lines {
        println!("  src/{name}: {} of {} lines", reached.len(), all.len());
        sums = [sums[0] + reached.len(), sums[1] + all.len()];
    }
    println!("  {inputs} inputs reach {} of {} lines in {} files", sums[0], sums[1], lines.len());
}

/// Each counter, and the address of its branch.
fn counters() -> impl Iterator<Item = (u8, usize)> {
    let (first, end) = (&raw const COUNTERS, &raw const COUNTERS_END);
    let addresses = &raw const ADDRESSES;
    (0..end as usize - first as usize).map(move |at| {
        // SAFETY: the linker lays the counters out one after the other, and a pair of address and flags for each.
        unsafe { (*first.add(at), (*addresses.add(at))[0]) }
    })
}
