//! Which forms these are: a version, and the Unicode version of every table behind them.

use std::fmt;

/// A Unicode version: major, minor, update.
type UnicodeVersion = (u64, u64, u64);

/// The version of the forms and of each Unicode table that they rest on. It is signed with every
/// digest of a form, since another table may give another form.
///
/// ```
/// assert_eq!(
///     erratum_text::forms_version().to_string(),
///     "v1 nfkc=18.0.0 fold=16.0.0 skeleton=18.0.0 category=18.0.0 script=18.0.0 segments=17.0.0",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FormsVersion {
    /// The rules of both forms: `v1`.
    pub forms: &'static str,
    /// Normalisation (UAX 15), both NFKC and the NFD inside the skeleton.
    pub nfkc: UnicodeVersion,
    /// Full case folding (`CaseFolding.txt`, statuses C and F).
    pub fold: UnicodeVersion,
    /// Confusable prototypes and default-ignorable characters (UTS 39).
    pub skeleton: UnicodeVersion,
    /// General category.
    pub category: UnicodeVersion,
    /// Script, which tells scripts written without spaces.
    pub script: UnicodeVersion,
    /// Sentence boundaries (UAX 29).
    pub segments: UnicodeVersion,
}

/// The version of the forms that this build computes.
#[must_use]
pub fn forms_version() -> FormsVersion {
    let (major, minor, update) = unicode_normalization::UNICODE_VERSION;
    FormsVersion {
        forms: "v1",
        nfkc: (major.into(), minor.into(), update.into()),
        fold: caseless::UNICODE_VERSION,
        skeleton: unicode_security::UNICODE_VERSION,
        category: unicode_properties::UNICODE_VERSION,
        script: unicode_script::UNICODE_VERSION,
        segments: unicode_segmentation::UNICODE_VERSION,
    }
}

impl fmt::Display for FormsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.forms)?;
        for (name, (major, minor, update)) in [
            ("nfkc", self.nfkc),
            ("fold", self.fold),
            ("skeleton", self.skeleton),
            ("category", self.category),
            ("script", self.script),
            ("segments", self.segments),
        ] {
            write!(f, " {name}={major}.{minor}.{update}")?;
        }
        Ok(())
    }
}
