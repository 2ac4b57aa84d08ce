//! The small values that statements are made of: ids, times, names, origins, blob references.
//!
//! Each type can hold only what `docs/record.md` section 1 allows, and prints exactly as it was read;
//! what is not canonical is refused. Nothing here knows what a statement is.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A value that does not have the form its type demands.
///
/// Displays as `<what> "<value>": <why>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomError {
    what: &'static str,
    value: String,
    why: &'static str,
}

impl AtomError {
    pub(crate) fn new(what: &'static str, value: &str, why: &'static str) -> Self {
        let value = value.chars().take(120).flat_map(char::escape_debug).collect();
        Self { what, value, why }
    }
}

impl fmt::Display for AtomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\": {}", self.what, self.value, self.why)
    }
}

impl std::error::Error for AtomError {}

/// A SHA-256, printed as 64 lower-case hexadecimal digits: the id of a statement or document, or the
/// digest of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub [u8; 32]);

impl Id {
    /// The SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The first eight hexadecimal digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let bad = || AtomError::new("digest", text, "expected 64 lower-case hexadecimal digits");
        let hex = text.as_bytes();
        if hex.len() != 64 {
            return Err(bad());
        }
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(bad()),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// A moment in UTC, in milliseconds since 1970.
///
/// ```
/// let time: erratum_record::Time = "2026-01-06T21:14:05.123Z".parse().unwrap();
/// assert_eq!(time.to_string(), "2026-01-06T21:14:05.123Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(i64);

impl Time {
    /// The last moment that can be written.
    pub const MAX: Self = Self(253_402_207_200_000 - 1);

    /// The moment `millis` after 1970, held between 1970 and [`Time::MAX`].
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// What the machine's clock says.
    #[must_use]
    pub fn now() -> Self {
        Self::from_millis(jiff::Timestamp::now().as_millisecond())
    }

    fn stamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    /// For people: `6 January 2026 21:14 UTC`.
    #[must_use]
    pub fn for_people(self) -> String {
        self.stamp().strftime("%-d %B %Y %H:%M UTC").to_string()
    }

    /// Reads what people write: the exact form, one without decimals, or a date (its first moment).
    ///
    /// # Errors
    /// Anything else.
    pub fn lenient(text: &str) -> Result<Self, AtomError> {
        let bad = || AtomError::new("time", text, "expected 2026-01-06, or 2026-01-06T21:14:05Z");
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return (stamp.as_millisecond() >= 0)
                .then(|| Self::from_millis(stamp.as_millisecond()))
                .ok_or_else(bad);
        }
        text.parse::<Date>().map_err(|_| bad())?;
        format!("{text}T00:00:00.000Z").parse().map_err(|_| bad())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.stamp())
    }
}

impl FromStr for Time {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let bad = || AtomError::new("time", text, "expected a form like 2026-01-06T21:14:05.123Z");
        let stamp: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        let time = Self(stamp.as_millisecond());
        let canonical = time.0 >= 0 && time <= Self::MAX && time.to_string() == text;
        canonical.then_some(time).ok_or_else(bad)
    }
}

/// A calendar date such as `2026-01-06`, as a document bears it. Shown, never binding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(String);

impl Date {
    /// For people: `6 January 2026`.
    #[must_use]
    pub fn for_people(&self) -> String {
        self.0
            .parse::<jiff::civil::Date>()
            .map(|date| date.strftime("%-d %B %Y").to_string())
            .unwrap_or_default()
    }
}

impl FromStr for Date {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        match text.parse::<jiff::civil::Date>() {
            Ok(date) if text.len() == 10 && date.to_string() == text => Ok(Self(text.to_owned())),
            _ => Err(AtomError::new("date", text, "expected a form like 2026-01-06")),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! text_atom {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The value as it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = AtomError;

            fn from_str(text: &str) -> Result<Self, AtomError> {
                let check: fn(&str) -> Result<(), &'static str> = $check;
                match check(text) {
                    Ok(()) => Ok(Self(text.to_owned())),
                    Err(why) => Err(AtomError::new($what, text, why)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_atom!(
    /// The name of an issuer: a DNS name in lower-case ASCII with at least one dot.
    Name,
    "name",
    check_name
);

text_atom!(
    /// The name of a document: `<issuer>/<path>`.
    DocumentName,
    "document name",
    check_document_name
);

text_atom!(
    /// The origin of a record, which is also the name of its log key (C2SP tlog-checkpoint).
    Origin,
    "origin",
    |text| check_word(text, 200, |byte| byte != b'+')
);

text_atom!(
    /// A language tag (BCP 47), such as `en` or `pt-BR`.
    Lang,
    "language",
    |text| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let first = text.split('-').next().unwrap_or("");
        if !(2..=8).contains(&first.len()) {
            return Err("expected a BCP 47 tag such as en or pt-BR");
        }
        check_word(text, 35, fits)
    }
);

text_atom!(
    /// A media type, such as `application/pdf`.
    Media,
    "media type",
    |text| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/.+-".contains(&byte);
        if text.split('/').filter(|side| !side.is_empty()).count() != 2 || text.matches('/').count() != 1 {
            return Err("expected type/subtype");
        }
        check_word(text, 127, fits)
    }
);

text_atom!(
    /// A version tag: printable ASCII without spaces, up to 64 bytes.
    Version,
    "version",
    |text| check_word(text, 64, |_| true)
);

impl Lang {
    /// Its first subtag: the language itself, without script and region.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl Name {
    /// The names above this one, nearest first: `a.b.example` has `b.example`. Single labels are not
    /// names, so the last label alone is not among them.
    pub fn ancestors(&self) -> impl Iterator<Item = Name> + '_ {
        self.0
            .match_indices('.')
            .map(|(dot, _)| &self.0[dot + 1..])
            .filter(|rest| rest.contains('.'))
            .map(|rest| Name(rest.to_owned()))
    }
}

impl DocumentName {
    /// The issuer's part of the name.
    #[must_use]
    pub fn issuer(&self) -> Name {
        Name(self.0.split('/').next().unwrap_or_default().to_owned())
    }
}

fn check_word(text: &str, most: usize, fits: impl Fn(u8) -> bool) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.len() > most {
        return Err("it is too long");
    }
    let printable = |byte: u8| (0x21..=0x7e).contains(&byte) && fits(byte);
    if text.bytes().all(printable) { Ok(()) } else { Err("it has a character that is not allowed") }
}

fn check_name(text: &str) -> Result<(), &'static str> {
    if text.len() > 253 {
        return Err("longer than 253 bytes");
    }
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !text.split('.').all(label_fits) {
        return Err("expected a DNS name in lower-case ASCII");
    }
    let last = text.rsplit('.').next().unwrap_or_default();
    if !text.contains('.') || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err("expected a DNS name with at least two labels");
    }
    Ok(())
}

fn check_document_name(text: &str) -> Result<(), &'static str> {
    let Some((issuer, path)) = text.split_once('/') else {
        return Err("expected <issuer>/<path>");
    };
    check_name(issuer)?;
    if path.is_empty() || path.len() > 200 {
        return Err("the path needs 1 to 200 bytes");
    }
    let byte_fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_./".contains(&b);
    if !path.bytes().all(byte_fits) {
        return Err("the path may hold a-z 0-9 - _ . / only");
    }
    if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err("the path has an empty or dotted segment");
    }
    Ok(())
}

/// A blob that a statement names: how long it is, and the SHA-256 of its salt and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobRef {
    /// Length of the bytes, without the salt.
    pub bytes: u64,
    /// SHA-256(salt ‖ bytes).
    pub digest: Id,
}

impl FromStr for BlobRef {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let bad = || AtomError::new("blob", text, "expected <bytes> <digest>");
        let (bytes, digest) = text.split_once(' ').ok_or_else(bad)?;
        Ok(Self { bytes: number(bytes)?, digest: digest.parse()? })
    }
}

impl fmt::Display for BlobRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.bytes, self.digest)
    }
}

/// Reads a decimal number without sign or leading zeros.
pub(crate) fn number(text: &str) -> Result<u64, AtomError> {
    let bad = || AtomError::new("number", text, "expected a decimal number without leading zeros");
    let plain = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if !plain {
        return Err(bad());
    }
    text.parse().map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_names_in_lower_case() {
        for good in ["a.example", "northern-command.example", "xn--80ak6aa92e.example", "0.a.example"] {
            assert_eq!(good.parse::<Name>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "example",
            "A.example",
            "a..example",
            "-a.example",
            "a-.example",
            "1.2.3.4",
            "a.example.",
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
        let error = "Ex\u{202e}ample".parse::<Name>().unwrap_err().to_string();
        assert_eq!(error, r#"name "Ex\u{202e}ample": expected a DNS name in lower-case ASCII"#);
    }

    #[test]
    fn ancestors_stop_before_the_last_label() {
        let name: Name = "a.b.c.example".parse().unwrap();
        let above: Vec<String> = name.ancestors().map(|n| n.to_string()).collect();
        assert_eq!(above, ["b.c.example", "c.example"]);
    }

    #[test]
    fn document_names_have_plain_paths() {
        let name: DocumentName = "a.example/letters/2026-017".parse().unwrap();
        assert_eq!(name.issuer().as_str(), "a.example");
        for bad in
            ["a.example", "a.example/", "a.example/a//b", "a.example/../b", "a.example/A", "example/a"]
        {
            assert!(bad.parse::<DocumentName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read_only_in_their_one_form() {
        let text = "2026-01-06T21:14:05.120Z";
        assert_eq!(text.parse::<Time>().unwrap().to_string(), text);
        assert_eq!(text.parse::<Time>().unwrap().for_people(), "6 January 2026 21:14 UTC");
        for bad in [
            "2026-01-06T21:14:05Z",
            "2026-01-06T21:14:05.12Z",
            "2026-01-06T21:14:05.120+00:00",
            "2026-01-06 21:14:05.120Z",
            "1969-12-31T23:59:59.999Z",
            "2026-13-06T21:14:05.120Z",
        ] {
            assert!(bad.parse::<Time>().is_err(), "{bad}");
        }
        assert_eq!(Time::lenient("2026-01-06").unwrap().to_string(), "2026-01-06T00:00:00.000Z");
        assert_eq!(
            Time::lenient("2026-01-06T01:00:00Z").unwrap().to_string(),
            "2026-01-06T01:00:00.000Z"
        );
        assert!(Time::lenient("yesterday").is_err());
        assert_eq!(Time::MAX.to_string().parse::<Time>().unwrap(), Time::MAX);
    }

    #[test]
    fn ids_and_numbers_are_canonical() {
        let id = Id::of(b"");
        assert_eq!(id.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<Id>().is_err());
        assert_eq!(number("0"), Ok(0));
        for bad in ["", "00", "01", "+1", "-1", "1 ", "18446744073709551616"] {
            assert!(number(bad).is_err(), "{bad}");
        }
    }
}
