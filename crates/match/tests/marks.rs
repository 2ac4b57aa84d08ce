//! What quotation marks, ellipses and direction overrides may not hide, what they may leave away, and
//! which short quotations count. Other differences have their own file.

use erratum_match::{Common, Comparison, Finder, Forms, Kind, Relation, compare};

const LETTER: &str = "\
Northern Command will move parts of the contingent between its camps during the coming weeks. Flights will not take place when the temperature at the northern airfield falls below -5 degrees, or when visibility is less than 800 metres.

The northern garrison has been ordered to give up the bridge at Holm on 14 February 2026, together with all stores. The order was signed by the general himself and cannot be recalled.

Families should be moved south before 1 February 2026. Transport for 4,200 persons has been arranged with the railway. Our gates stay shut and the keys are with the duty officer.";

const FLIGHTS: &str = "Flights will not take place when the temperature at the northern airfield falls below -5 degrees, or when visibility is less than 800 metres.";

const BEFORE: &str = "The town council met on Tuesday evening to discuss the parking situation near the old market hall, where residents complain of noise. A spokeswoman said that new signs would be put up before the summer, and that fines would follow.";
const AFTER: &str = "Elsewhere, the weather stayed mild for the season and the ferries ran on time, according to the harbour office, which expects heavy traffic at the weekend.";

use Kind::{Added, LeftOut, Replaced};

fn page(quote: &str) -> String {
    format!("{BEFORE}\n\n{quote}\n\n{AFTER}")
}

fn found(copy: &str) -> Option<Comparison> {
    compare(&Forms::new(copy), &Forms::new(LETTER), &Common::default())
}

fn quotation(quote: &str) -> Comparison {
    let comparison = found(&page(quote)).expect("a match");
    assert_eq!(comparison.relation, Relation::Quotation, "{quote}");
    comparison
}

fn told(comparison: &Comparison) -> Vec<(Kind, &str, &str)> {
    comparison.differences.iter().map(|d| (d.kind, &*d.document.words, &*d.copy.words)).collect()
}

#[test]
fn no_mark_hides_a_removed_word() {
    for mark in [
        "” ", " “", "\" ", " \"", "» ", " «", " ‘", "’ ", " '", "' ", " “ ", "” “", "» «", "\" \"",
        " … ", "... ", " ... ", " [...] ", " […] ", " (...) ", ", ", " [ ",
    ] {
        let bare = FLIGHTS.replace(" not ", if mark.contains(' ') { mark } else { "" });
        for quote in
            [bare.clone(), format!("“{bare}”"), format!("»{bare}«"), format!("He wrote: {bare}")]
        {
            assert_eq!(told(&quotation(&quote)), [(LeftOut, "not", "")], "{quote}");
        }
    }
}

#[test]
fn a_word_put_between_ellipses_hides_nothing() {
    for own in [" … Yes. … ", " ... Yes. ... ", " … certainly … ", "” certainly ", " certainly “"]
    {
        let quote = FLIGHTS.replace(" not ", own);
        let quotation = quotation(&quote);
        let not = quotation.differences.iter().any(|d| d.document.words == "not");
        assert!(not, "{quote}: {:?}", told(&quotation));
    }
}

#[test]
fn an_ellipsis_leaves_away_many_words_without_a_number_and_no_others() {
    for (left_out, differences) in [
        (" at the northern airfield", vec![]),
        (" the temperature at the northern airfield", vec![]),
        (" at the northern", vec![(LeftOut, "at the northern", "")]),
        (
            " at the northern airfield falls below -5 degrees",
            vec![(LeftOut, "at the northern airfield falls below -5 degrees", "")],
        ),
    ] {
        for ellipsis in [" …", " […]", " ...", "…"] {
            let quote = format!("“{}”", FLIGHTS.replace(left_out, ellipsis));
            let letters = left_out.chars().filter(|c| c.is_alphabetic()).count();
            let expected = if letters <= 24 && differences.is_empty() {
                vec![(LeftOut, left_out.trim(), "")]
            } else {
                differences.clone()
            };
            assert_eq!(told(&quotation(&quote)), expected, "{quote}");
        }
    }
}

#[test]
fn balanced_marks_with_words_of_the_copy_between_are_an_attribution() {
    for quote in [
        "“Flights will not take place when the temperature at the northern airfield”, it says there, “falls below -5 degrees, or when visibility is less than 800 metres.”",
        "‘Flights will not take place when the temperature at the northern airfield’, it says there, ‘falls below -5 degrees, or when visibility is less than 800 metres.’",
        "He told us: “In it stands ‘Flights will not take place when the temperature at the northern airfield falls below -5 degrees’, as you know.”",
    ] {
        assert_eq!(told(&quotation(quote)), [], "{quote}");
    }
    // The same without the marks that make it a quotation.
    let quote = "Flights will not take place when the temperature at the northern airfield”, it says there, “falls below -5 degrees, or when visibility is less than 800 metres.";
    assert_eq!(told(&quotation(quote)), [(Added, "", "it says there")]);
}

#[test]
fn a_sentence_made_up_inside_the_same_marks_is_added() {
    let made_up = "We shall burn every bridge behind us on 9 May.";
    let added = [(Added, "", made_up.trim_end_matches('.'))];
    for quote in [
        format!("The letter says: “{FLIGHTS} {made_up}”"),
        format!("The letter says: “{made_up} {FLIGHTS}”"),
        format!("The letter says: \"{made_up} {FLIGHTS}\" And so on."),
        format!("“{FLIGHTS}\n\n“{made_up}”"),
        format!("“{made_up}\n\n“{FLIGHTS}”"),
    ] {
        assert_eq!(told(&quotation(&quote)), added, "{quote}");
    }
    for quote in [
        format!("“{FLIGHTS}” {made_up}"),
        format!("{made_up} “{FLIGHTS}”"),
        format!("“{FLIGHTS}” And “{made_up}”"),
        format!("{FLIGHTS} {made_up}"),
    ] {
        assert_eq!(told(&quotation(&quote)), [], "{quote}");
    }
}

#[test]
fn what_another_stretch_of_the_document_holds_is_no_addition() {
    let order = "The order was signed by the general himself and cannot be recalled.";
    for quote in [format!("“{order} {FLIGHTS}”"), format!("“{FLIGHTS} {order}”")] {
        let quotation = quotation(&quote);
        assert_eq!(told(&quotation), [], "{quote}");
        assert_eq!(quotation.passages, [1, 3], "{quote}");
    }
}

#[test]
fn a_whole_letter_in_marks_with_a_sentence_of_its_own_is_altered() {
    let copy = format!("“{} We shall burn every bridge.”", LETTER.replace("\n\n", " "));
    let altered = found(&copy).expect("a match");
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(told(&altered), [(Added, "", "We shall burn every bridge")]);
}

#[test]
fn a_direction_override_is_a_difference_and_a_mark_is_not() {
    for (from, to, document, copy) in [
        ("800", "\u{202e}800\u{202c}", "800", "[U+202E] 800"),
        ("800", "\u{202d}800\u{202c}", "800", "[U+202D] 800"),
        ("800", "8\u{202e}00\u{202c}", "800", "[U+202E] 800"),
        ("-5 degrees", "\u{202e}-5\u{202c} degrees", "-5", "[U+202E] -5"),
    ] {
        let altered = found(&LETTER.replace(from, to)).expect("a match");
        assert_eq!(altered.relation, Relation::Altered);
        assert_eq!(told(&altered), [(Replaced, document, copy)]);
        assert!(altered.differences.iter().all(|d| d.certain));
        assert!(altered.minor.is_empty(), "{:?}", altered.minor);
    }
    let two = found(&LETTER.replace("800 metres", "\u{202e}800 metres")).expect("a match");
    assert_eq!(told(&two), [(Replaced, "800", "[U+202E] 800"), (Replaced, "metres", "[U+202E] metres")]);
    for mark in ["\u{200e}800", "\u{200f}800", "\u{2067}800\u{2069}", "\u{202b}800\u{202c}"] {
        let same = found(&LETTER.replace("800", mark)).expect("a match");
        assert_eq!((same.relation, told(&same)), (Relation::SameText, vec![]), "{mark:?}");
        assert!(same.minor.invisible > 0, "{mark:?}");
    }
    // The document has it too.
    let both = LETTER.replace("800", "\u{202e}800\u{202c}");
    let same = compare(&Forms::new(&both), &Forms::new(&both), &Common::default()).expect("a match");
    assert_eq!((same.relation, told(&same)), (Relation::SameText, vec![]));
}

#[test]
fn a_whole_sentence_that_the_copy_sets_off_is_a_match_if_it_is_rare() {
    let document = Forms::new(LETTER);
    let common = |copy: &Forms| {
        let mut finder = Finder::new(None);
        (0..3).for_each(|doc| finder.add(doc, document.search()));
        finder.candidates(copy.search(), 9, Some).common
    };
    for (quote, rare) in [
        ("The order says: “Transport for 4,200 persons has been arranged with the railway.”", true),
        ("Transport for 4,200 persons has been arranged with the railway.", true),
        ("“Families should be moved south before 1 February 2026.”", true),
        (
            "The mayor knew that transport for 4,200 persons has been arranged with the railway and was glad of it.",
            false,
        ),
        ("“For 4,200 persons has been arranged with the railway”, it says.", false),
        ("“Our gates stay shut and the keys are with the officer.”", false),
    ] {
        let copy = Forms::new(&page(quote));
        let is = |common: &Common| compare(&copy, &document, common).map(|c| c.relation);
        assert_eq!(is(&Common::default()), rare.then_some(Relation::Quotation), "{quote}");
        assert_eq!(is(&common(&copy)), None, "{quote}");
    }
}
