//! Rich text.
#![no_main]

use erratum_fuzz::{read, watch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    read(&[b"{\\rtf1 ", bytes, b"}"].concat(), None);
});
