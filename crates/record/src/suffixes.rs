//! The public suffix list in force, which bounds how far up a superior may be found.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use publicsuffix::{List, Psl};

use crate::atoms::{BlobRef, Id, Name};

/// The list that this build carries, for new records: version and text.
pub const SUFFIX_LIST: (&str, &str) = ("psl-2.1.247", include_str!("../data/public_suffix_list.dat"));

/// The list of this build, read.
static OWN: LazyLock<Suffixes> = LazyLock::new(|| Suffixes::read(Cow::Borrowed(SUFFIX_LIST.1)));

/// The digest of that list as a blob: it has no salt of its own, but 32 zero bytes, so that everybody knows
/// it without hashing a quarter of a megabyte.
const OWN_DIGEST: Id = Id([
    0x79, 0x26, 0xda, 0xea, 0x99, 0xd1, 0x7c, 0xfd, 0xc6, 0x7f, 0xbf, 0x3a, 0xa5, 0x90, 0xb1, 0xfa,
    0xe2, 0xeb, 0xf4, 0xde, 0x1e, 0x4f, 0xb1, 0x4d, 0xf4, 0xee, 0x0b, 0xbe, 0x63, 0xfc, 0x01, 0x44,
]);

/// A public suffix list in the format of publicsuffix.org. Of its many rules those under one top-level
/// domain are read when a name of that domain is first asked about.
///
/// Cloning is cheap. A text that is not such a list knows no registrable domain.
#[derive(Clone)]
pub struct Suffixes(Arc<Read>);

struct Read {
    text: Cow<'static, str>,
    /// By top-level domain.
    rules: Mutex<HashMap<String, Option<Arc<List>>>>,
}

impl Suffixes {
    /// Takes the text of a list.
    #[must_use]
    pub fn new(text: &str) -> Self {
        if text == SUFFIX_LIST.1 { OWN.clone() } else { Self::read(Cow::Owned(text.to_owned())) }
    }

    /// The list of this build, if that is what a blob line names.
    pub(crate) fn named(blob: BlobRef) -> Option<Self> {
        let own = BlobRef { bytes: SUFFIX_LIST.1.len() as u64, digest: OWN_DIGEST };
        (blob == own).then(|| OWN.clone())
    }

    fn read(text: Cow<'static, str>) -> Self {
        Self(Arc::new(Read { text, rules: Mutex::default() }))
    }

    /// Whether the whole text is a list, without a rule that is none.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.0.text.parse::<List>().is_ok()
    }

    /// Whether it has any rule.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        rules(&self.0.text).any(|(rule, _)| !rule.is_empty())
    }

    /// The registrable domain of `name`: the public suffix and one label, if it has that label.
    #[must_use]
    pub fn registrable(&self, name: &Name) -> Option<Name> {
        let top = name.as_str().rsplit('.').next()?;
        let list = self.under(top)?;
        let domain = list.domain(name.as_str().as_bytes())?;
        std::str::from_utf8(domain.as_bytes()).ok()?.parse().ok()
    }

    /// Whether `name` is a public suffix itself. By a list without rules none is.
    #[must_use]
    pub fn is_suffix(&self, name: &Name) -> bool {
        self.has_rules() && self.registrable(name).is_none()
    }

    /// The rules under a top-level domain; what else the list holds changes nothing there.
    fn under(&self, top: &str) -> Option<Arc<List>> {
        // Whoever panicked while holding it left nothing half done.
        let mut known = self.0.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known.get(top) {
            return list.clone();
        }
        let list = self.read_under(top).map(Arc::new);
        known.insert(top.to_owned(), list.clone());
        list
    }

    fn read_under(&self, top: &str) -> Option<List> {
        if !self.has_rules() {
            return None;
        }
        // Where no rule fits, the last label is the suffix, as if there were this one.
        let mut text = format!("// BEGIN ICANN DOMAINS\n{top}\n");
        let written_out = top.starts_with("xn--");
        for (rule, section) in rules(&self.0.text) {
            let last = rule.rsplit('.').next().unwrap_or_default();
            // A rule with other letters stands in the list as it is written, and the name in its A-labels.
            if last == top || (written_out && !last.is_ascii()) {
                text.push_str(section);
                text.push_str(rule);
                text.push('\n');
            }
        }
        text.parse().ok()
    }
}

/// The rules of a list, each with a line that says to which of its sections it belongs.
fn rules(text: &str) -> impl Iterator<Item = (&str, &'static str)> {
    let mut section = None;
    text.lines().filter_map(move |line| {
        if !line.starts_with("//") {
            return Some((line.split_whitespace().next()?, section?));
        }
        if line.contains("BEGIN ICANN DOMAINS") {
            section = Some("// BEGIN ICANN DOMAINS\n");
        } else if line.contains("BEGIN PRIVATE DOMAINS") {
            section = Some("// BEGIN PRIVATE DOMAINS\n");
        }
        None
    })
}

impl fmt::Debug for Suffixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suffixes({} bytes)", self.0.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::Blob;

    #[test]
    fn the_list_that_is_carried_is_one() {
        let list = Suffixes::new(SUFFIX_LIST.1);
        let of = |name: &str| list.registrable(&name.parse().unwrap()).map(|n| n.to_string());
        assert!(list.is_list());
        let blob = Blob::new([0; 32], SUFFIX_LIST.1.as_bytes().to_vec()).reference();
        assert_eq!(blob.digest, OWN_DIGEST);
        assert!(Suffixes::named(blob).is_some());
        assert!(Suffixes::named(BlobRef { bytes: 1, ..blob }).is_none());
        assert!(SUFFIX_LIST.1.contains(&format!("// VERSION: {}\n", SUFFIX_LIST.0)));
        assert_eq!(of("press.ministry.gov.uk"), Some("ministry.gov.uk".into()));
        assert_eq!(of("gov.uk"), None);
        assert_eq!(of("a.b.xn--p1ai"), Some("b.xn--p1ai".into()));
        // Rules with letters beyond ASCII stand in the list as they are written, names in their A-labels.
        assert_eq!(of("a.b.xn--80asehdb"), Some("b.xn--80asehdb".into()));
        assert_eq!(of("a.b.xn--mgba3a4f16a.ir"), Some("b.xn--mgba3a4f16a.ir".into()));
        assert!(
            !Suffixes::new("").is_list()
                || Suffixes::new("").registrable(&"a.b.example".parse().unwrap()).is_some()
        );
    }

    #[test]
    fn the_rules_under_a_top_level_domain_answer_as_the_whole_list_does() {
        let list = Suffixes::new(SUFFIX_LIST.1);
        let whole: List = SUFFIX_LIST.1.parse().unwrap();
        let mut asked = 0;
        for (rule, _) in rules(SUFFIX_LIST.1).step_by(7) {
            let rule = rule.trim_start_matches('!').replace('*', "any");
            let Ok(suffix) = rule.parse::<Name>() else { continue };
            for name in [format!("a.b.{suffix}"), format!("b.{suffix}"), suffix.to_string()] {
                let expected = whole.domain(name.as_bytes());
                let expected = expected.map(|d| String::from_utf8(d.as_bytes().to_vec()).unwrap());
                let found = list.registrable(&name.parse().unwrap());
                assert_eq!(found.map(|name| name.to_string()), expected, "{name}");
                asked += 1;
            }
        }
        assert!(asked > 3000, "{asked}");
    }

    #[test]
    fn the_registrable_domain_is_one_label_below_the_suffix() {
        let list = Suffixes::new("// ===BEGIN ICANN DOMAINS===\ncom\nuk\nco.uk\n*.ck\n!www.ck\n");
        let of = |name: &str| list.registrable(&name.parse().unwrap()).map(|n| n.to_string());
        assert_eq!(of("a.b.example.com"), Some("example.com".into()));
        assert_eq!(of("a.example.co.uk"), Some("example.co.uk".into()));
        assert_eq!(of("co.uk"), None);
        assert_eq!(of("a.www.ck"), Some("www.ck".into()));
        assert_eq!(of("x.y.ck"), Some("x.y.ck".into()));
        assert_eq!(of("press.office.example"), Some("office.example".into()), "the default rule");
    }
}
