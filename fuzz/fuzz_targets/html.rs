//! Any bytes are read as a web page or refused, without a panic and in time; every stretch of the text stands in a
//! block of the page, in the page's order.
#![no_main]

use erratum_fuzz::watch;
use erratum_text::{Limits, Place, extract};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let limits = Limits::default();
    let page = [b"<!doctype html>", bytes].concat();
    let Ok(parts) = extract(&page, Some("x.html"), &limits) else { return };
    for text in parts.iter().filter_map(|part| part.text.as_ref().ok()) {
        assert!(text.text.len() <= limits.text_bytes && !text.text.trim().is_empty());
        let (mut end, mut last) = (0, 0);
        for (range, place) in text.places.iter() {
            let Place::Paragraph { section: None, number } = place else { panic!("{place:?}") };
            assert!(*number > last, "block {number} after {last}");
            assert!(text.text.get(range.clone()).is_some_and(|block| !block.trim().is_empty()));
            assert!(text.text.get(end..range.start).is_some_and(|between| between.trim().is_empty()));
            (end, last) = (range.end, *number);
        }
        assert_eq!(end, text.text.len());
    }
});
