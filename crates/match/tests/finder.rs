//! Finding: that what must be found is found, ranked first where it should be, the same through a segment
//! and through documents added, and that a damaged segment is refused or harmless.

mod support;

use erratum_match::{
    Candidates, Common, ErrorKind, Finder, Forms, Relation, Segment, SegmentHeader, build_segment,
    compare,
};
use erratum_text::SearchForm;
use proptest::prelude::*;
use sha2::Digest;
use support::{Random, document, noise, span, vocabulary};

const HEADER: SegmentHeader = SegmentHeader { log_size: 42, root: [9; 32] };

fn corpus(n: u32) -> (Vec<String>, Vec<SearchForm>) {
    let words = vocabulary();
    let texts: Vec<String> = (0..u64::from(n)).map(|seed| document(&words, seed, 20, 40)).collect();
    let forms = texts.iter().map(|text| SearchForm::new(text)).collect();
    (texts, forms)
}

fn segment(forms: &[SearchForm]) -> Vec<u8> {
    build_segment(HEADER, (0..).zip(forms)).expect("a segment")
}

#[test]
fn the_right_source_is_first_among_five_hundred() {
    let (texts, forms) = corpus(500);
    let finder = Finder::new(Some(Segment::from_bytes(segment(&forms)).expect("sound")));
    let mut random = Random(1);
    for (length, share) in [(80, 0.0), (120, 0.02), (200, 0.05), (400, 0.10)] {
        for round in 0..25 {
            let doc = random.below(texts.len());
            let copy = noise(span(&texts[doc], length, &mut random), share, &mut random);
            let candidates = finder.candidates(&SearchForm::new(&copy), 64, |doc| Some(doc % 50));
            let first = candidates.list.first().map(|c| c.doc as usize);
            assert_eq!(first, Some(doc), "{length} characters, {share} noise, round {round}: {copy}");
        }
    }
}

#[test]
fn a_segment_and_added_documents_answer_alike() {
    let (texts, forms) = corpus(60);
    let mapped = Finder::new(Some(Segment::from_bytes(segment(&forms)).expect("sound")));
    let mut added = Finder::new(None);
    let mut half = Finder::new(Some(Segment::from_bytes(segment(&forms[..30])).expect("sound")));
    for (doc, form) in (0..).zip(&forms) {
        added.add(doc, form);
        if doc >= 30 {
            half.add(doc, form);
        }
    }
    for text in texts.iter().step_by(7) {
        let copy = SearchForm::new(&text[..300]);
        let answer = mapped.candidates(&copy, 10, Some);
        // A segment may report a hit of another gram with the same 16 bits; the ranking must agree.
        let order = |finder: &Finder| finder.candidates(&copy, 3, Some).list[0].doc;
        assert_eq!((order(&added), order(&half)), (answer.list[0].doc, answer.list[0].doc));
    }
}

#[test]
fn building_is_deterministic_and_small() {
    let (texts, forms) = corpus(200);
    let bytes = segment(&forms);
    assert_eq!(bytes, segment(&forms));
    let opened = Segment::from_bytes(bytes.clone()).expect("sound");
    assert_eq!((opened.header(), opened.documents()), (HEADER, 200));
    let text: usize = texts.iter().map(String::len).sum();
    assert!(bytes.len() * 100 < text * 45, "{} bytes for {text} of text", bytes.len());
    assert!(bytes.len() < opened.postings() as usize * 6);
}

#[test]
fn a_segment_of_nothing_is_a_segment() {
    let bytes = segment(&[]);
    assert_eq!(bytes.len(), 72 + 8 + 32);
    let empty = Segment::from_bytes(bytes).expect("sound");
    assert_eq!((empty.documents(), empty.postings()), (0, 0));
    let finder = Finder::new(Some(empty));
    assert_eq!(
        finder.candidates(&SearchForm::new("nothing can be found here at all"), 9, |_| Some(0)).list,
        []
    );
}

#[test]
fn the_bytes_are_those_of_the_document() {
    let form = SearchForm::new("We have decided to leave.");
    let bytes =
        build_segment(SegmentHeader { log_size: 8, root: [1; 32] }, [(7, &form)]).expect("a segment");
    let mut expected = b"erratseg".to_vec();
    expected.extend([1, 0, 0, 0, 12, 12, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([1; 32]);
    expected.extend([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend([0, 0, 0, 0, 1, 0, 0, 0]);
    // The first 16 bits of 0xb817f8ae0fbda806, the hash of "wehavedecide"; gram 0.
    expected.extend([0x17, 0xb8, 0]);
    expected.extend(sha2::Sha256::digest(&expected));
    assert_eq!(bytes, expected);
}

#[test]
fn documents_must_ascend() {
    let form = SearchForm::new("text");
    let error = build_segment(HEADER, [(5, &form), (5, &form)]).expect_err("out of order");
    assert!(matches!(error.kind(), ErrorKind::Order { before: 5, after: 5 }));
    assert_eq!(error.to_string(), "documents out of order: number 5 after 5");
}

#[test]
fn rarity_counts_groups_and_not_documents() {
    let phrase = "the ministry of foreign affairs said in a statement on the matter";
    let own = "our unit will not hand over the northern gate to anybody but your engineers";
    let mut finder = Finder::new(None);
    for doc in 0..20 {
        finder.add(doc, &SearchForm::new(&format!("{phrase} number {doc}")));
    }
    finder.add(20, &SearchForm::new(&format!("{own} and {phrase}")));
    let copy = SearchForm::new(&format!("he wrote that {own} and then {phrase}"));
    let many = finder.candidates(&copy, 3, Some);
    assert_eq!((many.list[0].doc, many.list.len(), many.more), (20, 3, 18));
    assert_ne!(many.common, Common::default());
    // The phrase weighs as little as it can where every document is a group of its own.
    assert!(many.list[0].score > 10 * many.list[1].score, "{many:?}");
    let one = finder.candidates(&copy, 3, |_| Some(0));
    assert_eq!((one.list[0].doc, one.common), (20, Common::default()));
    assert!(one.list[0].score < 3 * one.list[1].score);
}

#[test]
fn one_or_two_others_do_not_make_a_text_common() {
    let own = "our unit will not hand over the northern gate to anybody but your engineers";
    let (copy, form) =
        (SearchForm::new(&format!("he wrote that {own} and so on")), SearchForm::new(own));
    let mut finder = Finder::new(None);
    let of = |groups: &Finder| groups.candidates(&copy, 9, Some).common;
    (0..2).for_each(|doc| finder.add(doc, &form));
    assert_eq!(of(&finder), Common::default());
    finder.add(2, &form);
    assert_ne!(of(&finder), Common::default());
}

#[test]
fn documents_that_do_not_count_are_neither_listed_nor_counted() {
    let own = "our unit will not hand over the northern gate to anybody but your engineers";
    let (copy, form) =
        (SearchForm::new(&format!("he wrote that {own} and so on")), SearchForm::new(own));
    let mut finder = Finder::new(None);
    (0..9).for_each(|doc| finder.add(doc, &form));
    let mut alone = Finder::new(None);
    alone.add(4, &form);
    let one = finder.candidates(&copy, 9, |doc| (doc == 4).then_some(7));
    assert_eq!(one, alone.candidates(&copy, 9, Some));
    assert_eq!((one.list.len(), one.more, one.common), (1, 0, Common::default()));
    assert_eq!(finder.candidates(&copy, 9, |_| None), Candidates::default());
}

#[test]
fn unrelated_texts_do_not_match() {
    let words = vocabulary();
    let (texts, forms) = corpus(300);
    let finder = Finder::new(Some(Segment::from_bytes(segment(&forms)).expect("sound")));
    let mut false_matches = Vec::new();
    for seed in 0..1000_u64 {
        let copy = Forms::new(&document(&words, 1_000_000 + seed, 25, 40));
        let candidates = finder.candidates(copy.search(), 4, |doc| Some(doc % 30));
        for candidate in candidates.list {
            let known = Forms::new(&texts[candidate.doc as usize]);
            if let Some(comparison) = compare(&copy, &known, &candidates.common) {
                false_matches.push((seed, candidate.doc, comparison.letters));
            }
        }
    }
    assert!(
        false_matches.len() <= 1,
        "{} {:?}",
        false_matches.len(),
        false_matches.iter().take(9).collect::<Vec<_>>()
    );
}

#[test]
fn a_damaged_segment_is_refused_by_name() {
    let (_, forms) = corpus(20);
    let good = segment(&forms);
    let said = |bytes: Vec<u8>| Segment::from_bytes(bytes).expect_err("damaged").to_string();
    assert_eq!(said(Vec::new()), "not a segment: it does not begin with \"erratseg\"");
    assert_eq!(said(good[..40].to_vec()), "damaged segment: the file ends inside its header at byte 40");
    let length = format!(
        "damaged segment: a length other than the header's counts give at byte {}",
        good.len() - 1
    );
    assert_eq!(said(good[..good.len() - 1].to_vec()), length);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    assert_eq!(said(with(0, b'E')), "not a segment: it does not begin with \"erratseg\"");
    assert_eq!(said(with(8, 2)), "segment version 2 is not known here (1 is)");
    assert_eq!(
        said(with(12, 13)),
        "damaged segment: gram and grid weights other than 12 and 12 at byte 12"
    );
    assert_eq!(said(with(14, 60)), "damaged segment: more than 28 prefix bits at byte 14");
    assert_eq!(
        said(with(15, 0)),
        "damaged segment: a gram number of less than 1 or more than 8 bytes at byte 15"
    );
    assert_eq!(said(with(72 + 12, 0)), "damaged segment: documents out of order at byte 84");
    let directory = 72 + 12 * 20;
    assert_eq!(
        said(with(directory, 9)),
        format!("damaged segment: a directory out of order at byte {directory}")
    );
}

#[test]
fn a_file_is_mapped_and_a_bad_one_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (texts, forms) = corpus(20);
    let path = folder.path().join("segment");
    std::fs::write(&path, segment(&forms)).expect("written");
    let finder = Finder::new(Some(Segment::open(&path).expect("opened")));
    assert_eq!(finder.candidates(&SearchForm::new(&texts[3]), 1, Some).list[0].doc, 3);
    std::fs::write(&path, b"").expect("written");
    let error = Segment::open(&path).expect_err("empty");
    assert_eq!(
        error.to_string(),
        format!("{}: not a segment: it does not begin with \"erratseg\"", path.display())
    );
    let error = Segment::open(&folder.path().join("missing")).expect_err("missing");
    assert!(matches!(error.kind(), ErrorKind::Io(_)));
    assert_eq!(
        std::error::Error::source(&error).map(ToString::to_string),
        Some("No such file or directory (os error 2)".into())
    );
}

#[test]
fn a_copy_of_twenty_four_letters_finds_its_document_at_every_offset() {
    let (texts, forms) = corpus(30);
    let finder = Finder::new(Some(Segment::from_bytes(segment(&forms)).expect("sound")));
    let form = &forms[4];
    for start in 0..form.as_str().len().min(600) - 24 {
        let copy = SearchForm::new(&form.as_str()[start..start + 24]);
        if copy.as_str() == &form.as_str()[start..start + 24] {
            assert!(
                finder.candidates(&copy, 1000, Some).list.iter().any(|c| c.doc == 4),
                "{start} of {}",
                texts[4]
            );
        }
    }
}

#[test]
fn what_is_found_is_recognised() {
    let (texts, forms) = corpus(100);
    let finder = Finder::new(Some(Segment::from_bytes(segment(&forms)).expect("sound")));
    for (doc, text) in texts.iter().enumerate().step_by(9) {
        let copy = Forms::new(&format!("Something else stands here first.\n\n{text}"));
        let candidates = finder.candidates(copy.search(), 1, Some);
        assert_eq!(candidates.list[0].doc as usize, doc);
        let comparison = compare(&copy, &Forms::new(text), &candidates.common).expect("a match");
        assert_eq!((comparison.relation, comparison.differences), (Relation::SameText, vec![]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_flipped_byte_never_panics(at in 0_usize..10_000, byte in any::<u8>()) {
        let forms: Vec<SearchForm> = (0..8).map(|n| SearchForm::new(&document(&vocabulary()[..300], n, 6, 40))).collect();
        let mut bytes = segment(&forms);
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(segment) = Segment::from_bytes(bytes) {
            let finder = Finder::new(Some(segment));
            for form in &forms {
                finder.candidates(form, 5, Some);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut with_magic = b"erratseg\x01\0\0\0\x0c\x0c".to_vec();
        with_magic.extend(&bytes);
        for bytes in [bytes, with_magic] {
            if let Ok(segment) = Segment::from_bytes(bytes) {
                Finder::new(Some(segment)).candidates(&SearchForm::new("whatever may stand in this text"), 5, Some);
            }
        }
    }
}
