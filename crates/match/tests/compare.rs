//! What a copy is to a document, and in what it differs: cases a person can read, asserted exactly.
//! Finding candidates has its own file, hostile texts too.

use erratum_match::{Common, Comparison, Finder, Forms, Kind, Relation, Touched, compare};

/// Five paragraphs with an amount, a date, a negative number and a negation.
const LETTER: &str = "\
Sir, as you are aware, the northern contingent has guarded the harbour and the two airfields since the spring of last year. In that time it has lost no one, and it has cost both sides $1.5 million a month.

In due deference to your government, and following the resolution of your assembly, we will be repositioning our forces over the coming days. The first convoy leaves on 9 January 2026 at 06:30. During this time you will see more helicopters over the capital, mostly at night.

We respect your sovereign decision ordering our departure. We will not leave any unit behind without your written consent, and we will hand over each gate in the presence of your officers.

The winter store at the northern gate must be kept at -5 degrees until your engineers have taken it over. The keys are with the duty officer, who will sign for 1,200 litres of fuel.

We thank the people of the harbour towns for their patience and their friendship. Our liaison office will stay open until 31 January 2026.";

fn forms(text: &str) -> Forms {
    Forms::new(text)
}

fn against(copy: &str, document: &str) -> Comparison {
    compare(&forms(copy), &forms(document), &Common::default()).expect("a match")
}

/// Every difference as (kind, the document's words, the copy's words).
fn told(comparison: &Comparison) -> Vec<(Kind, &str, &str)> {
    let side = |d: &erratum_match::Difference| d.certain;
    assert!(comparison.differences.iter().all(side));
    comparison.differences.iter().map(|d| (d.kind, &*d.document.words, &*d.copy.words)).collect()
}

fn paragraph(n: usize) -> &'static str {
    LETTER.split("\n\n").nth(n).expect("a paragraph")
}

use Kind::{Added, LeftOut, Moved, Replaced};

#[test]
fn the_same_text_is_the_same_text() {
    let same = against(LETTER, LETTER);
    assert_eq!(same.relation, Relation::SameText);
    assert_eq!(told(&same), []);
    assert!(same.minor.is_empty());
    assert_eq!((same.copy_coverage, same.document_coverage), (1.0, 1.0));
    assert_eq!(same.passages, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(same.paragraphs, [0, 1, 2, 3, 4]);
    assert_eq!(same.segments.len(), 1);
    assert_eq!(same.own, Vec::<std::ops::Range<usize>>::new());
}

#[test]
fn two_altered_words_are_exactly_those() {
    let copy = LETTER.replace("ordering", "requesting").replace("friendship", "hostility");
    let altered = against(&copy, LETTER);
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(
        told(&altered),
        [(Replaced, "ordering", "requesting"), (Replaced, "friendship", "hostility")]
    );
    let first = &altered.differences[0];
    assert_eq!(first.document.line(), "We respect your sovereign decision ordering our departure");
    assert_eq!(first.copy.line(), "We respect your sovereign decision requesting our departure");
    assert_eq!(&LETTER[first.document.range.clone()], "ordering");
    assert_eq!(&copy[first.copy.range.clone()], "requesting");
    assert_eq!(altered.document_coverage, 1.0);
}

#[test]
fn what_changes_the_meaning_is_always_listed() {
    let cases: &[(&str, &str, Kind, &str, &str)] = &[
        ("$1.5 million", "$15 million", Replaced, "$1.5", "$15"),
        ("$1.5 million", "€1.5 million", Replaced, "$", "€"),
        ("$1.5 million", "$1.5 billion", Replaced, "million", "billion"),
        ("at -5 degrees", "at 5 degrees", Replaced, "-5", "5"),
        ("will not leave", "will leave", LeftOut, "not", ""),
        ("We respect", "We do not respect", Added, "", "do not"),
        ("9 January 2026 at", "6 January 2026 at", Replaced, "9", "6"),
        ("31 January 2026", "31 January 2027", Replaced, "2026", "2027"),
        ("31 January 2026", "28 February 2026", Replaced, "31 January", "28 February"),
        ("06:30", "16:30", Replaced, "06:30", "16:30"),
        ("1,200", "12,00", Replaced, "1,200", "12,00"),
        ("Sir, as", "Madam, as", Replaced, "Sir", "Madam"),
        ("Sir, as", "As", LeftOut, "Sir", ""),
        ("mostly at night", "mostly by day", Replaced, "at night", "by day"),
        ("During this time", "After that time", Replaced, "During this", "After that"),
    ];
    for &(before, after, kind, document, copy) in cases {
        assert!(LETTER.contains(before), "{before}");
        let altered = against(&LETTER.replacen(before, after, 1), LETTER);
        assert_eq!(altered.relation, Relation::Altered, "{before} → {after}");
        assert_eq!(told(&altered), [(kind, document, copy)], "{before} → {after}");
    }
}

#[test]
fn a_date_is_listed_wherever_it_stands() {
    let body = "the contingent leaves the harbour and both airfields in good order";
    for (document, copy) in [
        (format!("On 9 January {body}."), format!("On 6 January {body}.")),
        (format!("9 January 2026: {body}."), format!("6 January 2026: {body}.")),
        (format!("Today {body} on January 9."), format!("Today {body} on January 6.")),
        (format!("Today {body}, 9."), format!("Today {body}, 6.")),
        (
            format!("It is said: today, 9 January, {body}."),
            format!("It is said: today, 6 January, {body}."),
        ),
        (format!("9 January\n\nToday {body}."), format!("6 January\n\nToday {body}.")),
        (format!("Today {body}.\n\n9 January"), format!("Today {body}.\n\n6 January")),
        (format!("9\n\nToday {body}."), format!("6\n\nToday {body}.")),
    ] {
        let altered = against(&copy, &document);
        assert_eq!(altered.relation, Relation::Altered, "{copy}");
        assert_eq!(told(&altered), [(Replaced, "9", "6")], "{copy}");
    }
}

#[test]
fn a_date_is_listed_in_a_quotation_too() {
    let page = |quote: &str| {
        format!(
            "A letter of the northern command has turned up in the capital this week, and nobody there seems to know what to make of it.\n\n\
             {quote}\n\n\
             Officials would not comment. The harbour towns have seen many such letters in the last years, and shops were open as always on Tuesday, \
             while the ferry brought its usual load of fish, mail and students over from the islands."
        )
    };
    let sentence = "The first convoy leaves on 9 January 2026 at 06:30.";
    let last = "Our liaison office will stay open until 31 January 2026.";
    let full = |s: &str| {
        format!(
            "{} {s}",
            "We thank the people of the harbour towns for their patience and their friendship."
        )
        .replace("  ", " ")
    };
    for (quote, expected) in [
        (format!("“{}”", paragraph(1)), vec![]),
        (
            format!(
                "“{}”",
                paragraph(1).replace(sentence, "The first convoy leaves on 6 January 2026 at 06:30.")
            ),
            vec![(Replaced, "9", "6")],
        ),
        (full(last), vec![]),
        (
            full("Our liaison office will stay open until 31 January 2027."),
            vec![(Replaced, "2026", "2027")],
        ),
        (
            format!("“{}”", full("Our liaison office will stay open until 30 March 2027.")),
            vec![(Replaced, "31 January 2026", "30 March 2027")],
        ),
        (
            format!("“{}”", paragraph(4).replace("We thank", "We do not thank")),
            vec![(Added, "", "do not")],
        ),
        (
            format!("“{}”", paragraph(4).replace("We thank", "They thank")),
            vec![(Replaced, "We", "They")],
        ),
    ] {
        let page = page(&quote);
        let quotation = against(&page, LETTER);
        assert_eq!(quotation.relation, Relation::Quotation, "{quote}");
        assert_eq!(told(&quotation), expected, "{quote}");
    }
}

#[test]
fn what_does_not_change_the_meaning_is_minor() {
    type Count = fn(&erratum_match::Minor) -> usize;
    let cases: &[(&str, String, Count)] = &[
        ("line breaks", LETTER.replace(" the ", "\nthe "), |m| m.layout),
        ("no-break spaces", LETTER.replace(" of ", "\u{a0}of "), |m| m.layout),
        (
            "hyphenation",
            LETTER.replace("contingent", "contin-\ngent").replace("departure", "depar-\nture"),
            |m| m.hyphenation,
        ),
        ("capitals", LETTER.replace("sovereign decision", "SOVEREIGN Decision"), |m| m.case),
        ("soft hyphens", LETTER.replace("contingent", "contin\u{ad}gent"), |m| m.invisible),
        ("zero-width", LETTER.replace("departure", "depart\u{200b}ure"), |m| m.invisible),
        ("look-alikes", LETTER.replace("respect", "rеspесt"), |m| m.lookalike),
        ("ligatures", LETTER.replace("first", "ﬁrst"), |m| m.lookalike),
        ("punctuation", LETTER.replace("departure.", "departure!"), |m| m.punctuation),
        (
            "quotes",
            format!("“{}”", LETTER.replace("sovereign decision", "“sovereign” decision")),
            |m| m.punctuation,
        ),
        ("word division", LETTER.replace("helicopters", "heli copters"), |m| m.hyphenation),
    ];
    for (name, copy, count) in cases {
        assert_ne!(copy, LETTER, "{name}");
        let same = against(copy, LETTER);
        assert_eq!(same.relation, Relation::SameText, "{name}: {:?}", told(&same));
        assert!(count(&same.minor) > 0, "{name}: {:?}", same.minor);
        assert_eq!(same.document_coverage, 1.0, "{name}");
    }
}

#[test]
fn all_minor_differences_together_are_still_the_same_text() {
    let copy = LETTER
        .replace("contingent", "contin-\ngent")
        .replace("departure", "DEPAR\u{ad}TURE")
        .replace("sovereign", "“sovеreign”")
        .replace(" the ", "\u{a0}the\u{200b} ")
        .replace("patience and", "patience\nand");
    let same = against(&copy, LETTER);
    assert_eq!(same.relation, Relation::SameText);
    let minor = same.minor;
    assert_eq!((minor.hyphenation, minor.case, minor.lookalike, minor.punctuation), (1, 1, 1, 2));
    assert_eq!((minor.layout > 0, minor.invisible > 0), (true, true));
}

const PAGE: [&str; 5] = [
    "A letter that looks like an order to leave has been passed around in the capital since Monday morning, and several papers have printed it in full or in part.",
    "The letter, which carries the reference of the northern command and no signature, was first shown on television by a member of the assembly.",
    "It goes on to say what the hosts should expect, and asks them to be patient with the noise that the aircraft will make over the roofs of the old town.",
    "Neither the ministry nor the embassy would say on Monday evening whether the letter was genuine, and calls to the headquarters were not answered. Traders in the market spoke of nothing else, and the price of fuel rose by a tenth within the hour, before it fell back at noon.",
    "The harbour has seen such letters before. Two years ago a forged telegram kept the ferries in port for a day, and the year before that a notice about ration cards caused queues that reached the lighthouse. In both cases the police found nobody, and in both cases the papers that had printed them first were the last to say that they had been wrong about them.",
];

fn news(paragraphs: [String; 4]) -> String {
    let [a, b, c, d] = paragraphs;
    [PAGE[0], PAGE[1], &a, &b, PAGE[2], &c, PAGE[3], &d, PAGE[4]].join("\n\n")
}

#[test]
fn four_of_five_paragraphs_on_a_page_are_a_quotation_without_differences() {
    for quoted in [false, true] {
        let quote =
            |n: usize| if quoted { format!("“{}”", paragraph(n)) } else { paragraph(n).to_owned() };
        let page = news([quote(0), quote(1), quote(2), quote(4)]);
        let quotation = against(&page, LETTER);
        assert_eq!(quotation.relation, Relation::Quotation, "{quoted}");
        assert_eq!(told(&quotation), [], "{quoted}");
        assert_eq!(quotation.paragraphs, [0, 1, 2, 4], "{quoted}");
        assert_eq!(quotation.passages, [0, 1, 2, 3, 4, 5, 6, 9, 10], "{quoted}");
        assert_eq!(quotation.segments.len(), 3, "{quoted}");
    }
}

#[test]
fn four_of_five_with_one_word_changed_have_exactly_one_difference() {
    let departure = paragraph(2).replace("ordering", "requesting");
    let page = news([paragraph(0).into(), paragraph(1).into(), departure, paragraph(4).into()]);
    let quotation = against(&page, LETTER);
    assert_eq!(quotation.relation, Relation::Quotation);
    assert_eq!(told(&quotation), [(Replaced, "ordering", "requesting")]);
    assert_eq!(quotation.paragraphs, [0, 1, 2, 4]);
}

#[test]
fn single_sentences_in_a_wire_report() {
    let report = "CAPITAL, January 7. / Meridian Wire /. The northern command has told its hosts that it is going, according to a letter seen by this agency.\n\n\
        “We respect your sovereign decision ordering our departure,” the command wrote in the letter, which is dated Tuesday. “We will not leave any unit behind without your written consent, and we will hand over each gate in the presence of your officers.”\n\n\
        The command said that helicopters would be heard. “During this time you will see more helicopters over the capital, mostly at night,” it added, without giving a reason.\n\n\
        The ministry declined to comment on Tuesday. The assembly had asked in December for the troops to be withdrawn, after a fire in the harbour that was never explained.";
    let quotation = against(report, LETTER);
    assert_eq!(quotation.relation, Relation::Quotation);
    assert_eq!(told(&quotation), []);
    assert_eq!(quotation.passages, [4, 5, 6]);

    let doctored =
        report.replace("will not leave", "will leave").replace("mostly at night,", "mostly by day,");
    let quotation = against(&doctored, LETTER);
    assert_eq!(told(&quotation), [(LeftOut, "not", ""), (Replaced, "at night", "by day")]);
}

#[test]
fn a_sentence_parted_by_its_attribution_is_no_difference() {
    let report = "Readers have sent us a letter. “We will not leave any unit behind without your written consent,” the command says there, \
        “and we will hand over each gate in the presence of your officers.” More than that we do not know about it, and the ministry has not called us back so far.";
    let quotation = against(report, LETTER);
    assert_eq!(quotation.relation, Relation::Quotation);
    assert_eq!(told(&quotation), []);
    assert_eq!(quotation.passages, [6]);
}

#[test]
fn a_fragment_that_stops_at_a_quotation_mark_is_no_difference() {
    let report = "The command is said to “respect your sovereign decision ordering our departure” and to be willing to “hand over each gate in the presence of your officers”, \
        which the ministry has neither confirmed nor denied since the letter was first shown on Monday evening.";
    let quotation = against(report, LETTER);
    assert_eq!(told(&quotation), []);
    assert_eq!(quotation.relation, Relation::Quotation);
}

#[test]
fn a_sentence_that_ends_early_is_a_difference_and_an_ellipsis_is_none() {
    let page = |quote: &str| format!("{}\n\n{quote}\n\n{}", PAGE[0], PAGE[3]);
    let cut = against(
        &page(
            "We will not leave any unit behind without your written consent, and we will hand over each gate.",
        ),
        LETTER,
    );
    assert_eq!(told(&cut), [(LeftOut, "in the presence of your officers", "")]);
    let dots = against(
        &page(
            "We will not leave any unit behind without your written consent, and we will hand over each gate …",
        ),
        LETTER,
    );
    assert_eq!(told(&dots), []);
    let inner = against(
        &page(
            "We will not leave any unit behind […] and we will hand over each gate in the presence of your officers.",
        ),
        LETTER,
    );
    assert_eq!(told(&inner), []);
    let without = against(
        &page(
            "We will not leave any unit behind, and we will hand over each gate in the presence of your officers.",
        ),
        LETTER,
    );
    assert_eq!(told(&without), [(LeftOut, "without your written consent", "")]);
    let added = against(
        &page(
            "We respect your sovereign decision ordering our departure and regret it. We will not leave any unit behind without your written consent, and we will hand over each gate in the presence of your officers.",
        ),
        LETTER,
    );
    assert_eq!(told(&added), [(Added, "", "and regret it")]);
}

#[test]
fn an_excerpt_leaves_paragraphs_away_without_a_difference() {
    let copy = [paragraph(0), paragraph(2), paragraph(4)].join("\n\n");
    let excerpt = against(&copy, LETTER);
    assert_eq!(excerpt.relation, Relation::Excerpt);
    assert_eq!(told(&excerpt), []);
    assert_eq!(excerpt.paragraphs, [0, 2, 4]);
    assert_eq!(excerpt.copy_coverage, 1.0);
    let inserted = copy.replace("We will not leave", "We are ashamed. We will not leave");
    let excerpt = against(&inserted, LETTER);
    assert_eq!(excerpt.relation, Relation::Excerpt);
    assert_eq!(told(&excerpt), [(Added, "", "We are ashamed")]);
}

#[test]
fn a_paragraph_swapped_in_an_otherwise_whole_letter_is_an_alteration() {
    let hostile = "We surrender both airfields and the harbour at midnight and leave all our fuel, our maps and our radios to whoever comes first through the gate.";
    let fake = LETTER.replace(paragraph(3), hostile);
    let altered = against(&fake, LETTER);
    assert_eq!(altered.relation, Relation::Altered);
    let ending = |text: &'static str| text.trim_end_matches('.');
    assert_eq!(told(&altered), [(Replaced, ending(paragraph(3)), ending(hostile))]);
    for n in [0, 4] {
        let altered = against(&LETTER.replace(paragraph(n), hostile), LETTER);
        assert_eq!(altered.relation, Relation::Altered, "{n}");
        assert_eq!(told(&altered), [(Replaced, ending(paragraph(n)), ending(hostile))], "{n}");
    }
}

#[test]
fn a_short_letter_with_one_changed_sentence_is_altered() {
    let short = "The contingent stays. No order to leave was given by anyone in this headquarters. All gates remain open to your officers as before.";
    let copy = "The contingent stays. An order to go was signed last night. All gates remain open to your officers as before.";
    let altered = against(copy, short);
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(
        told(&altered),
        [
            (Replaced, "No", "An"),
            (Replaced, "leave was given by anyone in this headquarters", "go was signed last night")
        ]
    );
}

#[test]
fn an_added_paragraph_alters_and_surrounding_text_does_not() {
    let sentence = "We also promise to pay for all that was broken.";
    let altered =
        against(&LETTER.replace("\n\nThe winter", &format!("\n\n{sentence}\n\nThe winter")), LETTER);
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(told(&altered), [(Added, "", "We also promise to pay for all that was broken")]);
    let forwarded = format!(
        "Colleagues, see below. This came in this morning.\n\n{LETTER}\n\nSent from a telephone."
    );
    let same = against(&forwarded, LETTER);
    assert_eq!(same.relation, Relation::SameText);
    assert_eq!(told(&same), []);
    assert_eq!(
        same.own.iter().map(|r| &forwarded[r.clone()]).collect::<Vec<_>>(),
        ["Colleagues, see below. This came in this morning", "Sent from a telephone"]
    );
}

#[test]
fn reordered_paragraphs_are_all_found() {
    let order = [0, 3, 1, 2, 4].map(paragraph).join("\n\n");
    let altered = against(&order, LETTER);
    assert_eq!(altered.relation, Relation::Altered);
    let moved = paragraph(3).trim_end_matches('.');
    assert_eq!(told(&altered), [(Moved, moved, moved)]);
    assert_eq!(altered.document_coverage, 1.0);

    let page = [PAGE[0], paragraph(4), PAGE[3], paragraph(1), PAGE[4]].join("\n\n");
    let quotation = against(&page, LETTER);
    assert_eq!(quotation.relation, Relation::Quotation);
    assert_eq!(told(&quotation), []);
    assert_eq!(quotation.paragraphs, [1, 4]);
}

#[test]
fn several_documents_in_one_copy() {
    let other = "The ministry states that no decision to withdraw has been made. The letter shown on Monday was a preliminary draft and was sent by mistake.";
    let copy = format!("{}\n\n{LETTER}\n\n{other}", PAGE[0]);
    let letter = against(&copy, LETTER);
    let statement = against(&copy, other);
    assert_eq!(letter.relation, Relation::SameText);
    assert_eq!((statement.relation, statement.document_coverage), (Relation::Quotation, 1.0));
    assert_eq!((told(&letter), told(&statement)), (vec![], vec![]));
}

#[test]
fn a_page_about_something_else_is_no_match() {
    let page = PAGE.join("\n\n");
    assert_eq!(compare(&forms(&page), &forms(LETTER), &Common::default()), None);
}

#[test]
fn a_phrase_alone_is_no_match() {
    let document = forms(LETTER);
    let page = forms(&format!("{} We thank the people of the harbour towns, he said.", PAGE[3]));
    assert_eq!(compare(&page, &document, &Common::default()), None);
    let phrases = erratum_match::phrases(&page, &document);
    let texts: Vec<_> = phrases
        .iter()
        .map(|p| (&page.text()[p.copy.clone()], &document.text()[p.document.clone()]))
        .collect();
    assert_eq!(
        texts,
        [("We thank the people of the harbour towns", "We thank the people of the harbour towns")]
    );
}

#[test]
fn rarity_and_a_second_place_make_shorter_spans_a_match() {
    let document = forms(LETTER);
    let one = forms(&format!(
        "{} He will hand over each gate in the presence of your officers, he said. {}",
        PAGE[3], PAGE[4]
    ));
    let long = forms(&format!(
        "{} “We will not leave any unit behind without your written consent, and we will hand over,” he said. {}",
        PAGE[3], PAGE[4]
    ));
    let rare =
        |copy: &Forms| compare(copy, &document, &Common::default()).map(|c| (c.relation, c.passages));
    let common = |copy: &Forms| {
        // Two other groups have registered the same words.
        let mut finder = Finder::new(None);
        (0..3).for_each(|doc| finder.add(doc, document.search()));
        let common = finder.candidates(copy.search(), 2, Some).common;
        compare(copy, &document, &common).map(|c| (c.relation, c.passages))
    };
    assert_eq!((rare(&one), common(&one)), (None, None));
    assert_eq!((rare(&long), common(&long)), (Some((Relation::Quotation, vec![6])), None));
    let two = forms(&format!(
        "{} “Hand over each gate in the presence of your officers,” he said. {} “The people of the harbour towns for their patience.”",
        PAGE[3], PAGE[4]
    ));
    assert_eq!((rare(&two), common(&two)), (Some((Relation::Quotation, vec![6, 9])), None));
    let sentence = forms(&format!(
        "{} “Hand over each gate in the presence of your officers,” he said. {} “The first convoy leaves on 9 January 2026 at 06:30.”",
        PAGE[3], PAGE[4]
    ));
    assert_eq!(
        (rare(&sentence), common(&sentence)),
        (Some((Relation::Quotation, vec![3, 6])), Some((Relation::Quotation, vec![3, 6])))
    );
    let snippet = forms("hand over each gate in the presence of your officers");
    assert_eq!((rare(&snippet), common(&snippet)), (Some((Relation::Excerpt, vec![6])), None));
}

#[test]
fn a_whole_short_document_is_a_match() {
    let document = "No unit of ours leaves the harbour.";
    let page = format!("{} “No unit of ours leaves the harbour,” he said. {}", PAGE[3], PAGE[4]);
    let quotation = against(&page, document);
    assert_eq!((quotation.relation, quotation.passages), (Relation::Quotation, vec![0]));
}

#[test]
fn ideographs_are_compared_one_by_one() {
    let document = "我们尊重贵国政府要求我们离开的主权决定。我们不会在未经贵方书面同意的情况下留下任何部队，并将在贵方军官在场时移交每一道大门。冬季仓库必须保持在零下五度，直到贵方工程师接管为止。";
    let altered = against(&document.replace("不会", "会"), document);
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(told(&altered), [(LeftOut, "不", "")]);
}

#[test]
fn a_copy_cut_within_words_is_no_difference() {
    let copy = "gency will not leave any unit behind without your written consent, and we will hand over each ga";
    let document = "Our agency will not leave any unit behind without your written consent, and we will hand over each gate to you. \
        The keys are with the duty officer, who will sign for 1,200 litres of fuel, and for the winter store at the northern gate.";
    let cut = against(copy, document);
    assert_eq!((cut.relation, told(&cut)), (Relation::Excerpt, vec![]));
}

#[test]
fn passages_come_with_their_real_places() {
    // Invisible padding in the second sentence must not move the place of the others.
    let sentences = [
        "A convoy leaves the gate at noon.",
        "No unit will cross the river.",
        "We shall sign for the keys.",
    ];
    let document = format!(
        "{} {} {} The store at the gate stays cold for the winter.",
        sentences[0], sentences[1], sentences[2]
    );
    let padded = sentences[1].replace(' ', &format!("{} ", "\u{200b}".repeat(200)));
    let copy = format!("He writes: {} {padded} {} So far.", sentences[0], sentences[2]);
    let quotation = against(&copy, &document);
    assert_eq!(quotation.passages, [0, 1, 2]);
    let places: Vec<(usize, &str)> =
        quotation.touched.iter().map(|touched| (touched.passage, &copy[touched.copy.clone()])).collect();
    let stopless = |text: &'static str| text.trim_end_matches('.');
    assert_eq!(
        places,
        [(0, stopless(sentences[0])), (1, padded.trim_end_matches('.')), (2, stopless(sentences[2]))]
    );
    let divided = "No unit of ours will ever cr oss the river";
    let whole = against(&format!("{divided}."), "No unit of ours will ever cross the river.");
    assert_eq!(whole.touched, [Touched { passage: 0, copy: 0..divided.len() }]);
}

#[test]
fn a_power_is_not_two_numbers() {
    let document = LETTER.replace("1,200 litres", "10^3 litres");
    let altered = against(&document.replace("10^3", "10 3"), &document);
    assert_eq!(altered.relation, Relation::Altered);
    assert_eq!(told(&altered), [(LeftOut, "^", "")]);
}

/// The letter as it was read from a picture: every word so surely, but `read` instead of the words that it
/// replaces, which was read as surely as is told.
fn from_picture(words: &str, read: &str, sure: u8) -> Comparison {
    let text = LETTER.replace(words, read);
    let at = text.find(read).filter(|_| !read.is_empty()).unwrap_or(0);
    let mut optical = Vec::new();
    let mut start = 0;
    for word in text.split([' ', '\n']) {
        if !word.is_empty() {
            let changed = !read.is_empty() && start < at + read.len() && start + word.len() > at;
            optical.push((start..start + word.len(), if changed { sure } else { 96 }));
        }
        start += word.len() + 1;
    }
    compare(&Forms::read_from_picture(&text, optical), &forms(LETTER), &Common::default())
        .expect("a match")
}

#[test]
fn what_is_probably_misread_is_listed_as_uncertain() {
    for (words, read, sure) in [
        ("9 January 2026", "9 January 2O26", 96),
        ("departure", "departurc", 71),
        ("friendship", "ffiendsbip", 44),
        ("harbour towns", "harbourtovvns", 60),
    ] {
        let comparison = from_picture(words, read, sure);
        assert_eq!(comparison.relation, Relation::SameText, "{read}");
        assert!(!comparison.differences.is_empty(), "{read}");
        assert!(
            comparison.differences.iter().all(|d| !d.certain),
            "{read}: {:?}",
            comparison.differences
        );
    }
}

#[test]
fn what_a_picture_alters_is_certain() {
    for (words, read, sure) in [
        ("9 January 2026", "8 January 2026", 96),
        ("9 January 2026", "8 January 2026", 31),
        ("will not leave", "will leave", 96),
        ("at -5 degrees", "at 5 degrees", 60),
        ("ordering", "requesting", 95),
        ("$1.5 million", "$15 million", 20),
    ] {
        let comparison = from_picture(words, read, sure);
        assert_eq!(comparison.relation, Relation::Altered, "{read}");
        assert!(
            comparison.differences.iter().any(|d| d.certain),
            "{read}: {:?}",
            comparison.differences
        );
    }
}
