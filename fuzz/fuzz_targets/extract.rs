//! Any bytes are extracted or refused, without a panic, and what is extracted keeps the limits.
//! The first byte picks the file's name.
#![no_main]

use erratum_fuzz::watch;
use erratum_text::{Limits, extract};
use libfuzzer_sys::fuzz_target;

const NAMES: &[Option<&str>] = &[None, Some("x.pdf"), Some("x.eml"), Some("x.html"), Some("x.txt")];

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let limits = Limits::default();
    let name = NAMES.get(usize::from(*first) % NAMES.len()).copied().flatten();
    if let Ok(parts) = extract(bytes, name, &limits) {
        assert!(!parts.is_empty() && parts.len() <= limits.parts);
        for text in parts.iter().filter_map(|part| part.text.as_ref().ok()) {
            assert!(text.text.len() <= limits.text_bytes);
        }
    }
});
