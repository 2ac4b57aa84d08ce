//! The public suffix list in force, which bounds how far up a superior may be found.

use std::fmt;
use std::sync::{Arc, OnceLock};

use publicsuffix::{List, Psl};

use crate::atoms::Name;

/// The list that this build carries, for new records: version and text.
pub const SUFFIX_LIST: (&str, &str) = ("psl-2.1.247", include_str!("../data/public_suffix_list.dat"));

/// A public suffix list in the format of publicsuffix.org, read when it is first asked.
///
/// Cloning is cheap. A text that is not such a list knows no registrable domain.
#[derive(Clone)]
pub struct Suffixes(Arc<(Box<str>, OnceLock<Option<List>>)>);

impl Suffixes {
    /// Takes the text of a list.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Arc::new((text.into(), OnceLock::new())))
    }

    fn list(&self) -> Option<&List> {
        self.0.1.get_or_init(|| self.0.0.parse().ok()).as_ref()
    }

    /// Whether the text is a list at all.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.list().is_some()
    }

    /// The registrable domain of `name`: the public suffix and one label, if it has that label.
    #[must_use]
    pub fn registrable(&self, name: &Name) -> Option<Name> {
        let domain = self.list()?.domain(name.as_str().as_bytes())?;
        std::str::from_utf8(domain.as_bytes()).ok()?.parse().ok()
    }
}

impl fmt::Debug for Suffixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suffixes({} bytes)", self.0.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_is_carried_is_one() {
        let list = Suffixes::new(SUFFIX_LIST.1);
        let of = |name: &str| list.registrable(&name.parse().unwrap()).map(|n| n.to_string());
        assert!(list.is_list());
        assert!(SUFFIX_LIST.1.contains(&format!("// VERSION: {}\n", SUFFIX_LIST.0)));
        assert_eq!(of("press.ministry.gov.uk"), Some("ministry.gov.uk".into()));
        assert_eq!(of("gov.uk"), None);
        assert_eq!(of("a.b.xn--p1ai"), Some("b.xn--p1ai".into()));
        assert!(
            !Suffixes::new("").is_list()
                || Suffixes::new("").registrable(&"a.b.example".parse().unwrap()).is_some()
        );
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
