//! Texts made to hurt: whatever they are, comparing them ends soon, without a panic, with ranges that lie
//! inside the texts.

use std::time::{Duration, Instant};

use erratum_match::{
    Common, Comparison, Finder, Forms, Held, Relation, compare, holds_verbatim, passage_canonical,
    phrases,
};
use proptest::prelude::*;

/// Far above what is needed, so that a busy machine does not fail the test, and far below quadratic.
const SOON: Duration = Duration::from_secs(20);

fn check(copy: &Forms, document: &Forms) -> Option<Comparison> {
    let begun = Instant::now();
    let comparison = compare(copy, document, &Common::default());
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    for part in comparison.iter().flat_map(|c| &c.segments) {
        assert!(
            copy.text().get(part.copy.clone()).is_some()
                && document.text().get(part.document.clone()).is_some()
        );
    }
    for difference in comparison.iter().flat_map(|c| &c.differences) {
        assert!(copy.text().get(difference.copy.range.clone()).is_some());
        assert!(document.text().get(difference.document.range.clone()).is_some());
    }
    for own in comparison.iter().flat_map(|c| &c.own) {
        assert!(copy.text().get(own.clone()).is_some());
    }
    if let Some(c) = &comparison {
        let touched: Vec<usize> = c.touched.iter().map(|touched| touched.passage).collect();
        assert_eq!(touched, c.passages);
        assert!(c.touched.iter().all(|touched| copy.text().get(touched.copy.clone()).is_some()));
    }
    assert!(comparison.iter().flat_map(|c| &c.passages).all(|&p| p < document.passages().len()));
    comparison
}

fn both_ways(a: &str, b: &str) -> [Option<Comparison>; 2] {
    let (a, b) = (Forms::new(a), Forms::new(b));
    [check(&a, &b), check(&b, &a)]
}

#[test]
fn nothing_and_almost_nothing() {
    for (a, b) in [("", ""), ("", "x"), ("x", "x"), (" \n\n ", "…"), ("$", "$"), ("\u{200b}", "\u{ad}")]
    {
        assert_eq!(both_ways(a, b), [None, None], "{a:?} {b:?}");
    }
}

#[test]
fn a_megabyte_of_one_letter() {
    let text = "a".repeat(1 << 20);
    let [same, _] = both_ways(&text, &text);
    assert_eq!(same.map(|c| c.relation), Some(Relation::SameText));
    both_ways(&text, &"a".repeat(1000));
}

#[test]
fn a_megabyte_of_one_word() {
    let text = "word ".repeat(1 << 18);
    let [same, _] = both_ways(&text, &text);
    assert_eq!(same.map(|c| c.relation), Some(Relation::SameText));
    both_ways(&text, &"word ".repeat(100));
    both_ways(&text, &format!("{}sword {}", "word ".repeat(5000), "word ".repeat(5000)));
}

#[test]
fn a_megabyte_of_one_sentence() {
    let sentence = "We respect your sovereign decision ordering our departure from here. ";
    let text = sentence.repeat(15_000);
    let [part, _] = both_ways(&text, sentence);
    assert!(part.is_some());
    both_ways(&text, &sentence.replace("ordering", "requesting").repeat(15_000));
    both_ways(
        &text,
        &format!("{}{}", sentence.repeat(7_000), sentence.replace("our", "the").repeat(3_000)),
    );
}

#[test]
fn marks_without_end() {
    let sentence = "We respect your sovereign decision ordering our departure from here. ";
    for mark in [
        "“",
        "”",
        "\"",
        "‘",
        "“‘",
        "“\n\n",
        "\u{202e}",
        "\u{202b}",
        "\u{2067}",
        "\u{202e}\u{2066}\u{202c}",
        "… ",
    ] {
        let text = format!("{}{sentence}{}", mark.repeat(100_000), mark.repeat(100_000));
        let [part, _] = both_ways(&text, sentence);
        assert!(part.is_some(), "{mark:?}");
        both_ways(&sentence.replace(' ', &format!(" {mark}")).repeat(1_000), sentence);
        both_ways(&sentence.replace(' ', &format!("{mark} ")).repeat(1_000), &sentence.repeat(1_000));
    }
}

#[test]
fn many_short_runs_in_every_order() {
    let pieces: Vec<String> = (0..200).map(|n| format!("piece number {n} of it ")).collect();
    let forward: String = (0..20_000_usize).map(|n| &*pieces[n * 7 % 200]).collect();
    let backward: String = (0..20_000_usize).map(|n| &*pieces[n * 193 % 200]).collect();
    both_ways(&forward, &backward);
}

#[test]
fn half_of_the_words_changed_everywhere() {
    let a: String = (0..60_000).map(|n| format!("unit{} leaves ", ["ab", "cd", "ef"][n % 3])).collect();
    let b: String =
        (0..60_000).map(|n| format!("unit{} leaves ", ["ab", "xy", "ef", "gh"][n % 4])).collect();
    both_ways(&a, &b);
}

#[test]
fn a_repeated_text_in_the_finder_costs_no_more_than_another() {
    let text = "a".repeat(1 << 20);
    let mut finder = Finder::new(None);
    for doc in 0..20 {
        finder.add(doc, Forms::new(&text).search());
    }
    let begun = Instant::now();
    let found = finder.candidates(Forms::new(&text).search(), 5, Some);
    assert_eq!((found.list.len(), found.more), (5, 15));
    assert!(begun.elapsed() < SOON);
}

#[test]
fn a_notice_that_quotes_the_wrong_sentence_does_not_hold_it() {
    let draft = Forms::new("We leave at once. No unit will stay behind the northern gate.");
    let passage = passage_canonical(&draft, 1);
    assert_eq!(passage, "nounitwillstaybehindthenortherngate");
    let notice =
        Forms::new("The letter said: “No unit will stay behind the northern gate.” That was wrong.");
    let last = Forms::new("We stay.\n\nNo unit will stay behind the\nnorthern gate.");
    let changed = Forms::new("No unit will stay behind the southern gate.");
    assert_eq!(holds_verbatim(&notice, &passage), Some(Held::Quoted));
    assert_eq!(holds_verbatim(&last, &passage), Some(Held::Outside));
    assert_eq!(holds_verbatim(&changed, &passage), None);
    assert_eq!(holds_verbatim(&last, ""), None);
    let numbers = Forms::new("It costs $15 million. It costs $1.5 million.");
    assert_eq!(
        holds_verbatim(&Forms::new("It costs $1.5 million."), &passage_canonical(&numbers, 0)),
        None
    );
    assert_eq!(holds_verbatim(&numbers, &passage_canonical(&numbers, 1)), Some(Held::Outside));
    assert_eq!(holds_verbatim(&Forms::new("We are unable to pay."), "abletopay"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn garbage_never_panics(a in "\\PC{0,120}", b in "\\PC{0,120}", middle in "[a-z0-9 .,“”$-]{0,160}") {
        both_ways(&format!("{a}{middle}{b}"), &format!("{b}{middle}{a}"));
        let _ = phrases(&Forms::new(&a), &Forms::new(&b));
    }

    #[test]
    fn bytes_turned_into_text_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), cut in 0_usize..600) {
        let text = String::from_utf8_lossy(&bytes);
        let part = String::from_utf8_lossy(&bytes[cut.min(bytes.len())..]);
        both_ways(&text, &part);
    }

    #[test]
    fn edited_texts_keep_every_range_inside(
        words in prop::collection::vec("[a-z]{1,9}|[0-9]{1,4}|“[a-z]{2,6}”|[a-z]{3,8}\\.|\n\n", 20..120),
        cuts in prop::collection::vec((0_usize..120, 0_usize..6, "[a-z]{0,8}"), 0..6),
    ) {
        let mut edited = words.clone();
        for (at, count, new) in cuts {
            let at = at % edited.len();
            let end = (at + count).min(edited.len());
            edited.splice(at..end, [new]);
            prop_assume!(!edited.is_empty());
        }
        both_ways(&edited.join(" "), &words.join(" "));
    }

    #[test]
    fn a_text_is_the_same_as_itself(words in prop::collection::vec("[a-z]{1,9}|[0-9]{1,4}|[A-Z][a-z]{2,8}\\.|\n\n", 20..100)) {
        let text = words.join(" ");
        let forms = Forms::new(&text);
        prop_assume!(forms.letters() >= 24);
        let same = check(&forms, &forms).expect("a match");
        prop_assert_eq!((same.relation, same.differences.len(), same.document_coverage), (Relation::SameText, 0, 1.0));
    }
}
