//! Measures the forms: megabytes of text a second, for a text file given or an English sentence repeated.

use std::time::Instant;

use erratum_text::{ComparisonForm, SearchForm, passages};

fn main() {
    let text = match std::env::args().nth(1) {
        Some(name) => std::fs::read_to_string(name).unwrap_or_default(),
        None => {
            "We respect your sovereign decision ordering our departure on 6 January. ".repeat(150_000)
        }
    };
    measure("search form", &text, |text| SearchForm::new(text).chars_len());
    measure("comparison form", &text, |text| ComparisonForm::new(text).tokens().len());
    measure("passages", &text, |text| passages(text).len());
}

fn measure(what: &str, text: &str, work: impl Fn(&str) -> usize) {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            let count = work(text);
            (start.elapsed(), count)
        })
        .min();
    if let Some((took, count)) = best {
        println!("{what}: {:.0} MB/s, {count} items", text.len() as f64 / 1e6 / took.as_secs_f64());
    }
}
