//! Vectors of both forms for another implementation, `data/vectors.txt`: a text, its search form, its
//! tokens (exact ones in brackets), its canonical string, and the digest of each form.

use std::fmt::Write;

use erratum_text::{ComparisonForm, SearchForm, TokenKind, forms_version};

const TEXTS: &[&str] = &[
    "",
    "We respect your sovereign decision ordering our departure.",
    "The Modern modem",
    "don’t DON'T well-known contin-\ngent",
    "con\u{ad}tin\u{200b}gent \u{feff}\u{202e}x\u{fe0f}",
    "Рaураl ＦＵＬＬ ﬁne Straße Île e\u{301}",
    "$1.5 million, € 15, 50 %, −5 °C, –5, +3, ±2, 5 < 6",
    "2026-01-06 18:30 1,500 16th F-16 No. 2026-\n017",
    "10² 102 5½ word¹ .5 1..5 -$5 10^3 ^5",
    "日本語 2026年1月6日 ภาษาไทย 한국어",
    "Привет, Ελλάδα עברית العربية",
    "one\n\ntwo-\n\nthree",
];

fn hex(digest: [u8; 32]) -> String {
    digest.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Backslash escapes: all but printable ASCII and letters that stand by themselves would be ambiguous.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| {
            if (' '..='~').contains(&c) && c != '\\' {
                c.to_string()
            } else {
                format!("\\u{{{:x}}}", u32::from(c))
            }
        })
        .collect()
}

fn vectors() -> String {
    let mut out = format!("forms {}\n", forms_version());
    for text in TEXTS {
        let (search, comparison) = (SearchForm::new(text), ComparisonForm::new(text));
        let tokens: Vec<String> = comparison
            .tokens()
            .iter()
            .map(|token| match token.kind {
                TokenKind::Word => escape(&token.folded),
                TokenKind::Exact => format!("[{}]", escape(&token.folded)),
            })
            .collect();
        let _ = write!(
            out,
            "\ntext {}\nsearch {}\nsearch-sha256 {}\ntokens {}\ncanonical {}\ncanonical-sha256 {}\n",
            escape(text),
            escape(search.as_str()),
            hex(search.digest()),
            tokens.join(" "),
            escape(comparison.canonical()),
            hex(comparison.digest()),
        );
    }
    out
}

#[test]
fn the_forms_give_what_the_vectors_say() {
    assert_eq!(vectors(), include_str!("data/vectors.txt"));
}
