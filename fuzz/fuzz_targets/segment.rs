//! A damaged index never does more than find too little.
#![no_main]

use erratum_fuzz::watch;
use erratum_match::{Finder, Segment};
use erratum_text::SearchForm;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: watch(), |bytes: &[u8]| {
    if let Ok(segment) = Segment::from_bytes(bytes.to_vec()) {
        let copy = SearchForm::new("We respect your sovereign decision ordering our departure from this country.");
        let _ = Finder::new(Some(segment)).candidates(&copy, 64, |_| Some(0));
    }
});
