//! Names as a reader should see them: in letters, beside the names that they may be taken for, with how
//! and since when they are proven.
//!
//! Nothing here changes what a name's word is worth. The signed form of a name is ASCII; what it reads as
//! in other scripts is only shown.

mod likeness;

use erratum_record::{CLAIM_NOTICE, LogError, Name, NameProof, Place, Record, Time};
use serde::Serialize;
use unicode_security::mixed_script::MixedScript;

use crate::check::When;
use crate::finding::Weighed;
use crate::library::{Library, LibraryError};
use crate::policy::Policy;
use crate::verdict::Word;

pub use likeness::Likeness;
use likeness::{Parts, likeness, skeleton};

/// A name in a verdict, with what a reader should know of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ShownName {
    /// The name, as it is signed: in A-labels.
    pub name: String,
    /// What it reads as, where it has labels in other letters than ASCII's and these are well-formed.
    pub unicode: Option<String>,
    /// Whether a label begins like one in other letters and is none.
    pub malformed: bool,
    /// Whether a label mixes the letters of several scripts (UTS 39).
    pub mixed_script: bool,
    /// Whether a label of other letters looks as if it were of ASCII letters.
    pub looks_latin: bool,
    /// The names that it may be taken for.
    pub like: Vec<Like>,
    /// How the record says that it was first proven, in its present tenure; null where only the operator admitted it.
    pub proven: Option<Proven>,
    /// When the name changed hands: when each later tenure of it began.
    pub changed_hands: Vec<String>,
}

/// A name that another may be taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Like {
    /// The name.
    pub name: String,
    /// Whether the reader's policy trusts it.
    pub trusted: bool,
    /// In what they resemble each other.
    pub how: Likeness,
}

/// How a name was proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proven {
    /// `dns`, `dnssec` or `https`.
    pub method: &'static str,
    /// When it was logged.
    pub logged: String,
    /// The entry that says so.
    pub entry: u64,
    /// Whether that is less than 14 days before the moment asked for.
    pub recent: bool,
}

/// What is proven for less than this many milliseconds says so: 14 days.
const RECENT: i64 = 14 * 86_400_000;
/// So many names are shown of a finding, the issuer first.
const MOST_NAMES: usize = 8;
/// So many names that it may be taken for.
const MOST_LIKE: usize = 4;

/// Says of each finding what is to be known of its names.
pub(crate) fn describe(
    weighed: &mut [Weighed],
    records: &[Library],
    policy: &Policy,
    when: When,
) -> Result<(), LibraryError> {
    let issuers: Vec<Name> =
        weighed.iter().filter_map(|w| w.finding.document.issuer.parse().ok()).collect();
    for one in weighed {
        let Some(library) = records.get(one.order.0) else { continue };
        let registrable = |name: &Name| library.record().state().registrable(name);
        let mut shown: Vec<ShownName> = Vec::new();
        for name in spoken(&one.finding) {
            if shown.len() < MOST_NAMES && shown.iter().all(|known| known.name != name.as_str()) {
                let mut seen = ShownName::of(&name);
                seen.like = alike(&name, policy, &issuers, &registrable);
                let known = authority(library.record(), &name, when);
                (seen.proven, seen.changed_hands) = known.map_err(|error| library.failed(error))?;
                shown.push(seen);
            }
        }
        one.finding.names = shown;
    }
    Ok(())
}

/// How a name was first proven in its present tenure, and when that began, if it is not the first.
fn authority(
    record: &Record,
    name: &Name,
    when: When,
) -> Result<(Option<Proven>, Vec<String>), LogError> {
    let (state, moment) = (record.state(), when.moment(record));
    let (Some(issuer), Some(authority)) = (state.issuer(name)?, state.authority_at(name, moment)?)
    else {
        return Ok((None, Vec::new()));
    };
    let first = issuer.keys().find(|(said, _)| Some(said.place.entry) == authority.tenure_entry);
    let Some((first, _)) = first else { return Ok((None, Vec::new())) };
    let proofs = state.proofs(name)?;
    let known =
        |(at, proof): &&(Place, NameProof)| at.time <= moment.logged_by && proof.keys == first.id;
    let until = moment.logged_by.min(when.now);
    let proven = proofs.iter().find(known).map(|(at, proof)| Proven {
        method: proof.method.as_str(),
        logged: at.time.to_string(),
        entry: at.entry,
        recent: at.time.millis() > until.millis() - RECENT,
    });
    let began = Time::from_millis(first.place.time.millis() + CLAIM_NOTICE);
    let changed = (authority.tenure > 0).then(|| began.to_string());
    Ok((proven, changed.into_iter().collect()))
}

/// The issuer, and all who speak in a finding.
fn spoken(finding: &crate::verdict::Finding) -> Vec<Name> {
    let document = &finding.document;
    let words = finding.word.iter().chain(&finding.beside).map(|word: &Word| &word.voice);
    let remarks = finding.comments.iter().chain(&finding.notes).map(|remark| &remark.speaker);
    let to = document.attributed.iter().map(|attributed| &attributed.to);
    let other = finding.word_of.iter().map(|other| &other.issuer);
    let all = std::iter::once(&document.issuer).chain(to).chain(words).chain(other).chain(remarks);
    all.filter_map(|name| name.parse().ok()).collect()
}

/// The names that one may be taken for: those that the policy trusts, then the other issuers here. A name
/// within the domain of a trusted one is that one's own affair.
fn alike(
    name: &Name,
    policy: &Policy,
    issuers: &[Name],
    registrable: &dyn Fn(&Name) -> Name,
) -> Vec<Like> {
    let parts = |name: &Name| Parts::of(name, &registrable(name));
    let own = parts(name);
    if policy.trust.iter().any(|trusted| parts(trusted).is_of(&own)) {
        return Vec::new();
    }
    let all = policy.trust.iter().map(|name| (name, true));
    let mut like: Vec<Like> = Vec::new();
    for (other, trusted) in all.chain(issuers.iter().map(|name| (name, false))) {
        let known = like.iter().any(|known| known.name == other.as_str());
        if let Some(how) = likeness(&own, &parts(other)).filter(|_| !known && like.len() < MOST_LIKE) {
            like.push(Like { name: other.to_string(), trusted, how });
        }
    }
    like
}

impl ShownName {
    /// What a name is by itself.
    #[must_use]
    pub fn of(name: &Name) -> Self {
        let read = unicode(name);
        let labels = || read.iter().flat_map(|text| text.split('.')).filter(|label| !label.is_ascii());
        Self {
            name: name.to_string(),
            malformed: has_a_labels(name) && read.is_none(),
            mixed_script: labels().any(|label| !label.is_single_script()),
            looks_latin: labels().any(|label| skeleton(label).is_ascii()),
            unicode: read,
            like: Vec::new(),
            proven: None,
            changed_hands: Vec::new(),
        }
    }

    /// Whether a reader should look twice.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.malformed || self.mixed_script || self.looks_latin || !self.like.is_empty()
    }
}

fn has_a_labels(name: &Name) -> bool {
    name.as_str().split('.').any(|label| label.starts_with("xn--"))
}

/// What a name with A-labels reads as, if they are well-formed: they encode, in the one form, letters that
/// a domain name may have.
fn unicode(name: &Name) -> Option<String> {
    if !has_a_labels(name) {
        return None;
    }
    let (text, valid) = idna::domain_to_unicode(name.as_str());
    let inert = !text.chars().any(erratum_record::is_unfit);
    (valid.is_ok() && inert && text != name.as_str()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> ShownName {
        ShownName::of(&name.parse().unwrap())
    }

    #[test]
    fn what_a_name_is_by_itself() {
        // Name, what it reads as, malformed, mixed, looks Latin.
        let table = [
            ("northern-command.example", None, false, false, false),
            ("xn--mnchen-3ya.example", Some("münchen.example"), false, false, false),
            // Cyrillic throughout, which reads as "apple" in Latin letters.
            ("xn--80ak6aa92e.example", Some("аррӏе.example"), false, false, true),
            // One Cyrillic letter in a Latin word.
            ("xn--nrthern-command-8rm.example", Some("nоrthern-command.example"), false, true, true),
            // Japanese scripts belong together.
            ("xn--28jzbq1685czlb.example", Some("日本のこと.example"), false, false, false),
            // Not an encoding of anything, and one that holds a direction override.
            ("xn--a.example", None, true, false, false),
            ("xn--ab-g4t.example", None, true, false, false),
        ];
        for (name, reads, malformed, mixed, latin) in table {
            let shown = shown(name);
            assert_eq!(shown.unicode.as_deref(), reads, "{name}");
            assert_eq!(
                (shown.malformed, shown.mixed_script, shown.looks_latin),
                (malformed, mixed, latin),
                "{name}"
            );
        }
    }

    #[test]
    fn what_a_name_may_be_taken_for() {
        let name = |text: &str| -> Name { text.parse().unwrap() };
        let policy = Policy { trust: vec![name("defence.example")], ..Policy::default() };
        let issuers = [name("defence.example"), name("defense.example"), name("paper.example")];
        // The registrable domain is the last two labels.
        let registrable = |name: &Name| {
            let labels: Vec<&str> = name.as_str().rsplitn(3, '.').collect();
            format!("{}.{}", labels[1], labels[0]).parse().unwrap()
        };
        let alike = |text: &str| alike(&name(text), &policy, &issuers, &registrable);
        assert_eq!(alike("defence.example"), []);
        assert_eq!(alike("press.defence.example"), []);
        assert_eq!(alike("paper.example"), []);
        let like = |name: &str, trusted, how| Like { name: name.to_owned(), trusted, how };
        assert_eq!(alike("defense.example"), [like("defence.example", true, Likeness::OneLetter)]);
        assert_eq!(
            alike("defence.test"),
            [
                like("defence.example", true, Likeness::AnotherEnding),
                like("defense.example", false, Likeness::OneLetter)
            ]
        );
    }
}
