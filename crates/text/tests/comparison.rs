//! The comparison form: which tokens a text has, what leaves its digest alone and what changes it. The
//! vectors with digests, for another implementation, are in `vectors.rs`.

use erratum_text::{ComparisonForm, SearchForm, TokenKind};
use proptest::prelude::*;

/// The tokens of `text`, exact ones in brackets.
fn tokens(text: &str) -> String {
    let form = ComparisonForm::new(text);
    let shown = form.tokens().iter().map(|token| match token.kind {
        TokenKind::Word => token.folded.to_string(),
        TokenKind::Exact => format!("[{}]", token.folded),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn words_fold() {
    for (text, expected) in [
        ("", ""),
        ("—!? “”", ""),
        ("The Modern modem", "the modern modem"),
        ("don’t don't DON‘T don´t", "dont dont dont dont"),
        ("well-known well‑known well–known well—known", "wellknown wellknown well known well known"),
        ("contin-\ngent contin- \r\n gent contin‐\ngent", "contingent contingent contingent"),
        ("contin-\n\ngent", "contin gent"),
        ("con\u{ad}tin\u{200b}\u{feff}gent", "contingent"),
        ("Рroоf ﬁt ｆｉｔ", "proof fit fit"),
        ("e\u{301}t\u{e9} \u{c9}T\u{c9}", "e\u{301}te\u{301} e\u{301}te\u{301}"),
        ("U.S. army", "u s army"),
        ("rock 'n' roll", "rock n roll"),
        ("Hawaiʻi Hawai‘i", "hawaii hawaii"),
        ("日本語テスト", "日 本 語 テ ス 卜"),
        ("Привет", "πpᴎʙeᴛ"),
    ] {
        assert_eq!(tokens(text), expected, "{text:?}");
    }
}

#[test]
fn numbers_signs_and_currencies_are_exact() {
    for (text, expected) in [
        ("$1.5 million $ 15", "[$] [1.5] million [$] [15]"),
        ("1,500. 1.500, 18:30; (16th)", "[1,500] [1.500] [18:30] [16th]"),
        (
            "2026-01-06 2026–01–06 2026−01−06 ２０２６－０１",
            "[2026-01-06] [2026-01-06] [2026-01-06] [2026-01]",
        ),
        ("2026-\n017 2026-\n\n017", "[2026-017] [2026] [017]"),
        ("F-16 F–16 F—16 F-\n16", "[F-16] [F-16] f [16] [F-16]"),
        ("-5 −5 –5 +5 ±5 5", "[-5] [-5] [-5] [+5] [±5] [5]"),
        ("(-5) =-5 x-5 5-5 a -5", "[-5] [=] [-5] [x-5] [5-5] a [-5]"),
        ("- 5 + 5 5 - 3 5%–10%", "[5] [+] [5] [5] [3] [5] [%] [10] [%]"),
        ("-$5 $-5 $5-$10", "[-] [$] [5] [$] [-5] [$] [5] [$] [10]"),
        ("50 % 50% 5 ‰ 20 °C", "[50] [%] [50] [%] [5] [‰] [20] [°] c"),
        (".5 5 x .5 -.5 1..5 end.5", "[.5] [5] x [.5] [-.5] [1] [5] end [5]"),
        ("10² 102 10⁻² word¹", "[10] [2] [102] [10] [2] word [1]"),
        ("10^3 10 3 10^-3 x^2 (a)^2", "[10] [^] [3] [10] [3] [10] [^] [-3] x [^] [2] a [^] [2]"),
        ("a ^ b ^5 5^ 5", "a b [5] [5] [5]"),
        ("5½ 51/2 5 1⁄2", "[5] [1/2] [51/2] [5] [1/2]"),
        ("1990’s ’90s", "[1990's] [90s]"),
        ("a < b ≤ c | d → e", "a [<] b [≤] c d [→] e"),
        ("€5 5€ 5 EUR £5", "[€] [5] [5] [€] [5] eur [£] [5]"),
        ("2026年1月6日", "[2026] 年 [1] 月 [6] 日"),
        ("1\u{200b}5\u{ad}0", "[150]"),
        ("٥٠٪", "[٥٠] [٪]"),
    ] {
        assert_eq!(tokens(text), expected, "{text:?}");
    }
}

#[test]
fn the_canonical_string_sets_exact_tokens_off() {
    let form = ComparisonForm::new("Pay $1.5 million, not -5.");
    assert_eq!(form.canonical(), "pay\u{1f}$\u{1f}1.5\u{1f}millionnot\u{1f}-5\u{1f}");
    let tail = erratum_text::canonical_of(&form.tokens()[3..]);
    assert_eq!(tail, "millionnot\u{1f}-5\u{1f}");
    assert!(form.canonical().contains(&tail));
    assert!(!form.canonical().contains(ComparisonForm::new("5 million").canonical()));
}

#[test]
fn spans_point_at_the_words() {
    let text = "“The con\u{ad}tin-\ngent” – −5,\n\nﬁnal.";
    let spans: Vec<&str> = ComparisonForm::new(text)
        .tokens()
        .iter()
        .map(|token| &text[token.span.start as usize..token.span.end as usize])
        .collect();
    assert_eq!(spans, ["The", "con\u{ad}tin-\ngent", "−5", "ﬁnal"]);
}

const LETTER: &str = "On 6 January 2026 the northern contingent, 1,500 strong, received $1.5 million. The command \
    doesn’t know why; we do not respect the decision ordering our well-known departure at -5 °C.";

#[test]
fn what_a_person_would_call_a_change_changes_the_digest() {
    let digest = ComparisonForm::new(LETTER).digest();
    for (from, to) in [
        ("$1.5", "$15"),
        ("-5", "5"),
        ("do not", "do"),
        ("6 January", "7 January"),
        ("1,500", "1.500"),
        ("$", "€"),
        ("ordering", "requesting"),
        ("°C", "C"),
        ("modern", "modem"),
    ] {
        if LETTER.contains(from) {
            let changed = LETTER.replacen(from, to, 1);
            assert_ne!(ComparisonForm::new(&changed).digest(), digest, "{from} → {to}");
        }
    }
    assert_ne!(ComparisonForm::new("modern").digest(), ComparisonForm::new("modem").digest());
}

/// What may happen to a text on its way: for each of its letters and spaces, which change.
fn travel(text: &str, changes: &[u8]) -> String {
    let mut out = String::new();
    let mut changes = changes.iter().cycle().copied();
    let mut word_has_digit = false;
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let in_word = |c: char| c.is_alphanumeric() || "’-$,.°".contains(c);
        if !in_word(c) || at == 0 {
            word_has_digit = chars[at + usize::from(!in_word(c))..]
                .iter()
                .take_while(|&&c| in_word(c))
                .any(|c| c.is_numeric());
        }
        match (changes.next().unwrap_or(0), c) {
            (1, ' ') => out.push('\n'),
            (2, ' ') => out.push('\u{a0}'),
            (3, ' ') => out.push_str(" \r\n  "),
            (4, _) => out.extend([c, '\u{200b}']),
            (5, _) => out.extend(['\u{ad}', c]),
            (6, '’') => out.push('\''),
            (7, _) if !word_has_digit => out.extend(c.to_uppercase()),
            (8, _) if !word_has_digit => out.push(match c {
                'a' => 'а',
                'e' => 'е',
                'o' => 'о',
                'p' => 'р',
                'c' => 'с',
                'x' => 'х',
                'y' => 'у',
                's' => 'ѕ',
                'i' => 'і',
                other => other,
            }),
            (9, _)
                if !word_has_digit && at > 0 && c.is_alphabetic() && chars[at - 1].is_alphabetic() =>
            {
                out.extend(['-', '\n', c]);
            }
            (10, '-') if !word_has_digit => out.push('‑'),
            _ => out.push(c),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn layout_type_and_look_alikes_change_neither_digest(changes in prop::collection::vec(0u8..14, 1..300)) {
        let copy = travel(LETTER, &changes);
        prop_assert_eq!(ComparisonForm::new(&copy).canonical().to_owned(), ComparisonForm::new(LETTER).canonical().to_owned(), "{:?}", copy);
        prop_assert_eq!(ComparisonForm::new(&copy).digest(), ComparisonForm::new(LETTER).digest());
        prop_assert_eq!(SearchForm::new(&copy).digest(), SearchForm::new(LETTER).digest());
    }

    #[test]
    fn another_digit_is_another_digest(number in 0u64..1_000_000_000, other in 0u64..1_000_000_000) {
        let form = |n: u64| ComparisonForm::new(&format!("pay {n} now")).digest();
        prop_assert_eq!(form(number) == form(other), number == other);
    }

    #[test]
    fn any_text_has_tokens_in_order_and_in_bounds(text in any::<String>()) {
        in_order(&text);
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        in_order(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn punctuation_and_digits_thrown_together(text in "[-–—+±$€%.,:/'’ \n\r0-9a-cA-Z½²年½é\u{301}\u{ad}]{0,40}") {
        in_order(&text);
    }
}

fn in_order(text: &str) {
    let form = ComparisonForm::new(text);
    let mut previous = 0..0;
    for token in form.tokens() {
        assert!(!token.folded.is_empty());
        assert!(token.span.start < token.span.end);
        assert!(previous.start <= token.span.start && previous.end <= token.span.end, "{text:?}");
        assert!(text.get(token.span.start as usize..token.span.end as usize).is_some());
        previous = token.span.clone();
    }
    assert_eq!(erratum_text::canonical_of(form.tokens()), form.canonical());
}
