//! Recall and sizes on generated documents: `cargo run --release -p erratum-match --example recall -- 10000`.
//!
//! Prints the index against the text, the time of a query, and how many of 400 noisy spans have the right
//! document first and accepted. Spans are counted in characters of the text, spaces included.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use erratum_match::{Finder, Forms, Segment, SegmentHeader, build_segment, compare};
use erratum_text::SearchForm;
use support::{Random, document, noise, span, vocabulary};

/// Candidates compared with each copy.
const COMPARED: usize = 64;
/// Copies of each kind.
const ROUNDS: usize = 200;

fn main() -> Result<(), erratum_match::Error> {
    let documents = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(10_000_u32);
    let words = vocabulary();
    let texts: Vec<String> =
        (0..u64::from(documents)).map(|seed| document(&words, seed, 25, 400)).collect();
    let bytes: usize = texts.iter().map(String::len).sum();

    let begun = Instant::now();
    let forms: Vec<SearchForm> = texts.iter().map(|text| SearchForm::new(text)).collect();
    let formed = begun.elapsed();
    let begun = Instant::now();
    let segment = build_segment(SegmentHeader { log_size: 0, root: [0; 32] }, (0..).zip(&forms))?;
    let built = begun.elapsed();
    drop(forms);
    let segment = Segment::from_bytes(segment)?;
    println!(
        "{documents} documents, {:.1} MB of text; search forms in {formed:.2?}, segment in {built:.2?}",
        bytes as f64 / 1e6
    );
    println!(
        "segment {:.1} MB, {:.1}% of the text, {:.2} bytes a posting",
        segment.as_bytes().len() as f64 / 1e6,
        100.0 * segment.as_bytes().len() as f64 / bytes as f64,
        segment.as_bytes().len() as f64 / f64::from(segment.postings())
    );

    let finder = Finder::new(Some(segment));
    println!(
        "{:>12} {:>8} {:>8} {:>8} {:>12} {:>12}",
        "characters", "noise", "first", "accepted", "find median", "find p99"
    );
    for (length, share) in [(60, 0.0), (80, 0.02), (120, 0.05), (200, 0.10), (400, 0.15), (2500, 0.0)] {
        row(&texts, &finder, length, share);
    }
    Ok(())
}

/// One kind of copy: in how many cases the right document is first, and first among those accepted.
fn row(texts: &[String], finder: &Finder, length: usize, share: f64) {
    let mut random = Random(length as u64);
    let (mut first, mut accepted) = (0, 0);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let doc = random.below(texts.len());
        let copy = Forms::new(&noise(span(&texts[doc], length, &mut random), share, &mut random));
        let begun = Instant::now();
        let found = finder.candidates(copy.search(), COMPARED, |doc| Some(doc % 200));
        times.push(begun.elapsed());
        first += usize::from(found.list.first().is_some_and(|c| c.doc as usize == doc));
        let best = found.list.iter().filter_map(|candidate| {
            let known = Forms::new(texts.get(candidate.doc as usize)?);
            Some((compare(&copy, &known, &found.common)?.letters, candidate.doc as usize))
        });
        accepted += usize::from(best.max().is_some_and(|(_, found)| found == doc));
    }
    times.sort();
    let percent = |n: usize| 100.0 * n as f64 / ROUNDS as f64;
    println!(
        "{length:>12} {:>7}% {:>7.1}% {:>7.1}% {:>12.2?} {:>12.2?}",
        share * 100.0,
        percent(first),
        percent(accepted),
        times[ROUNDS / 2],
        times[ROUNDS * 99 / 100]
    );
}
