//! A run here is the run that a browser makes, bit for bit; `tests/wasm` asks the same of the engine there.

use crate::bits::{BITS, folded_run};

#[test]
fn the_same_bits_as_in_a_browser() {
    assert_eq!(folded_run(), BITS);
}
