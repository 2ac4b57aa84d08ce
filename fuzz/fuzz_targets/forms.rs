//! Any text has its forms without a panic, and every map points into it, in order, on character
//! boundaries.
#![no_main]

use erratum_fuzz::watch;
use erratum_text::{ComparisonForm, SearchForm, canonical_of, paragraphs, passages, quoted};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let search = SearchForm::new(&text);
    assert_eq!(search.chars_len(), search.as_str().chars().count());
    let mut last = 0;
    for char in 0..search.chars_len() {
        let range = search.source_range(char..char + 1);
        assert!(last <= range.start && range.start < range.end && text.get(range.clone()).is_some());
        last = range.start;
    }
    let comparison = ComparisonForm::new(&text);
    let mut previous = 0..0;
    for token in comparison.tokens() {
        let span = token.span.clone();
        assert!(previous.start <= span.start && previous.end <= span.end && span.start < span.end);
        assert!(text.get(span.start as usize..span.end as usize).is_some());
        previous = span;
    }
    assert_eq!(canonical_of(comparison.tokens()), comparison.canonical());
    for ranges in [paragraphs(&text), passages(&text), quoted(&text)] {
        let mut last = 0;
        for range in ranges {
            assert!(last <= range.start && range.start < range.end && text.get(range.clone()).is_some());
            last = range.end;
        }
    }
});
