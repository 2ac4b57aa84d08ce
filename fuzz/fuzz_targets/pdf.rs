//! Any PDF is read or refused, without a panic that its worker does not catch, within the limits; its places lie in
//! its text and on a page. The bytes get the head of a PDF if they have none, so that none is wasted on other kinds.
#![no_main]

use erratum_fuzz::watch;
use erratum_text::{Limits, Place, extract};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let mut limits = Limits::default();
    limits.text_bytes = 1 << 20;
    limits.stream_bytes = 1 << 20;
    let headed: Vec<u8>;
    let bytes = if bytes.starts_with(b"%PDF-") {
        bytes
    } else {
        headed = [b"%PDF-1.7\n", bytes].concat();
        &headed
    };
    let Ok(parts) = extract(bytes, Some("x.pdf"), &limits) else { return };
    for text in parts.iter().filter_map(|part| part.text.as_ref().ok()) {
        assert!(text.text.len() <= limits.text_bytes);
        for (range, place) in text.places.iter() {
            assert!(text.text.get(range.clone()).is_some());
            let Place::Page { page, area } = place else { panic!("{place:?}") };
            assert!(*page >= 1 && area.left >= 0.0 && area.left + area.width <= 1.001);
            assert!(area.top >= 0.0 && area.top + area.height <= 1.001);
        }
    }
});
