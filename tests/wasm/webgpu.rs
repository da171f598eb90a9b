//! Whether the browser has WebGPU. Tests that need it end early where it does not, as in Firefox and WebKit on Linux.

use js_sys::Reflect;

/// Asks for the interface and not for an adapter: a browser with WebGPU but without an adapter fails these tests.
pub fn is_missing() -> bool {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap();
    let missing = Reflect::get(&navigator, &"gpu".into()).unwrap().is_undefined();
    if missing {
        web_sys::console::log_1(&"This browser has no WebGPU: the rest of the test is skipped.".into());
    }
    missing
}
