//! What `check` says of a copy. Plain data, serialised as `docs/check.schema.json` says; the words on a
//! terminal are made from it elsewhere.

use erratum_text::Place;
use serde::Serialize;

pub use crate::names::{Like, Likeness, Proven, ShownName};

/// The verdict on a file: one for each readable part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// Its parts: one, or for a mail its bodies and attachments.
    pub parts: Vec<Part>,
}

/// The verdict on one part of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// Where in the file it lies; empty for the file itself.
    pub path: Vec<String>,
    /// Its media type.
    pub media: String,
    /// What is to be known of how its text came out of it: tracked changes, pictures not read.
    pub remarks: Vec<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What was found.
    pub outcome: Outcome,
}

/// What was found of a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Outcome {
    /// Something in it is registered.
    Found(Found),
    /// Nothing is.
    NotFound(NotFound),
    /// It cannot be read.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// Registered texts in a part of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// What to say in one line: the headline of the first claim.
    pub headline: String,
    /// Whether every claim is good.
    pub good: bool,
    /// What is said of each stretch of the copy, the one that leads first.
    pub claims: Vec<Claim>,
    /// Candidates that were not compared, as there were too many.
    pub not_compared: usize,
}

/// What is said of one stretch of a copy, by all who registered its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Claim {
    /// What to say in one line.
    pub headline: String,
    /// Whether it leads with `issued`, nothing differs for certain and nobody contests.
    pub good: bool,
    /// Whether issuers of equal weight disagree.
    pub contested: bool,
    /// The findings: first the one that leads, then the others.
    pub findings: Vec<Finding>,
}

/// What one document says of a copy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The record that speaks.
    pub record: String,
    /// Whether the reader's policy trusts the issuer or its superior.
    pub trusted: bool,
    /// The document.
    pub document: Document,
    /// What is to be known of the names in it: the issuer's first, then those of all who speak.
    pub names: Vec<ShownName>,
    /// `identical`, `same-text`, `altered`, `excerpt` or `quotation`.
    pub relation: &'static str,
    /// Share of the copy that is the document's, 0 to 1.
    pub copy_coverage: f64,
    /// Share of the document that the copy carries, 0 to 1.
    pub document_coverage: f64,
    /// How many of the document's paragraphs the copy carries.
    pub paragraphs: Paragraphs,
    /// The standing that leads for this copy, after its passages are looked at; none if no word is in
    /// force, or the text is only registered as seen.
    pub standing: Option<&'static str>,
    /// The word that gives that standing.
    pub word: Option<Word>,
    /// The document whose word that is, where it is another one that holds the same passage.
    pub word_of: Option<Document>,
    /// The leading standing of the document itself.
    pub document_standing: Option<&'static str>,
    /// The other words in force on the document, and the issuer's own latest.
    pub beside: Vec<Word>,
    /// The document that takes its place, with its own standing.
    pub replacement: Option<Replacement>,
    /// Passages that the copy touches and that also stand elsewhere, with what that makes of them.
    pub passages: Vec<Passage>,
    /// Comments by the issuer and its superiors.
    pub comments: Vec<Remark>,
    /// Notes by others, the first of them.
    pub notes: Vec<Remark>,
    /// How many more notes there are.
    pub more_notes: usize,
    /// The stretches of the copy that it speaks for.
    pub spans: Vec<Span>,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What differs without consequence, counted by kind.
    pub minor: Minor,
    /// The copy's own words, around and between what is the document's.
    pub own: OwnWords,
    /// The translation whose text the copy has, where it is not the document's own.
    pub translation: Option<Translation>,
    /// The words by which the copy itself says what the standing says.
    pub says_so: Option<String>,
    /// Whether what the record commits to is older than the policy allows.
    pub stale: bool,
    /// Where the proof lies.
    pub proof: Proof,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// Its title.
    pub title: String,
    /// What it is called.
    pub genre: &'static str,
    /// Its language.
    pub lang: String,
    /// The date it bears.
    pub date: Option<String>,
    /// When it was logged.
    pub logged: String,
    /// Its entry.
    pub entry: u64,
    /// The record it was made for, if that is another one.
    pub copied_from: Option<String>,
    /// Where it is only registered as seen: who is said to have written it, and where it was seen.
    pub attributed: Option<Attributed>,
    /// Where it is an opened draft: the commitment by which its issuer proves since when it held it.
    pub committed: Option<Committed>,
    /// Where the signatures under it do not suffice any more: when its key was reported stolen.
    pub key_stolen: Option<String>,
    /// Where the operator withholds its text and title: why. Its standing stays.
    pub withheld: Option<String>,
}

/// How a text was registered as seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attributed {
    /// The office it is said to come from.
    pub to: String,
    /// The standing it was reported with.
    pub reported: &'static str,
    /// Where it was seen.
    pub source: String,
}

/// The commitment that an opened draft opens.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Committed {
    /// Its id.
    pub commitment: String,
    /// When it was logged: by then the issuer held these paragraphs.
    pub logged: String,
    /// Its entry.
    pub entry: u64,
}

/// How many paragraphs of a document a copy carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Paragraphs {
    /// Carried.
    pub carried: usize,
    /// In all.
    pub total: usize,
}

/// A word of a voice.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Word {
    /// Id of the statement.
    pub id: String,
    /// The standing, or `lift`.
    pub standing: &'static str,
    /// Who says it.
    pub voice: String,
    /// 0 the issuer, 1 its superior, 2 the superior's superior.
    pub rank: u8,
    /// When it was logged.
    pub logged: String,
    /// Since when it is claimed to hold, if it says so.
    pub effective: Option<String>,
    /// Why, in the reader's language where it says so in that.
    pub reason: Option<String>,
    /// The language of the reason.
    pub lang: String,
    /// All languages in which it says why.
    pub langs: Vec<String>,
    /// For a warning whose signatures do not suffice any more: when its key was reported stolen.
    pub key_stolen: Option<String>,
    /// The passages it names.
    pub passages: Vec<String>,
    /// Its entry.
    pub entry: u64,
    /// The record it was made for, if that is another one.
    pub copied_from: Option<String>,
    /// Where the operator withholds its reason and passages: why.
    pub withheld: Option<String>,
}

/// What a voice of this rank is to the issuer, in words.
#[must_use]
pub fn rank_in_words(rank: u8) -> &'static str {
    match rank {
        0 => "the issuer",
        1 => "superior of the issuer",
        _ => "superior of the issuer's superior",
    }
}

/// A document that takes the place of another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Replacement {
    /// The document.
    pub document: Document,
    /// Its own leading standing.
    pub standing: Option<&'static str>,
}

/// A passage that the copy touches.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Passage {
    /// The passage as it was registered.
    pub text: String,
    /// What it is worth.
    pub standing: Option<&'static str>,
    /// The name of the document whose word that is.
    pub from: String,
}

/// A comment or note.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Remark {
    /// Who makes it.
    pub speaker: String,
    /// The rank of a commenting voice.
    pub rank: Option<u8>,
    /// What it says.
    pub text: String,
    /// When it was logged.
    pub logged: String,
    /// Its entry.
    pub entry: u64,
    /// Where the operator withholds what it says: why.
    pub withheld: Option<String>,
}

/// A difference between the record and the copy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// `replaced`, `left-out`, `added` or `moved`.
    pub kind: &'static str,
    /// Whether it is certain.
    pub certain: bool,
    /// The words in the record.
    pub record: Side,
    /// The words in the copy.
    pub copy: Side,
    /// Where in the copy they stand, as far as that is known; of words that are left out, where they are
    /// missed.
    pub places: Vec<Place>,
}

/// A stretch of the copy's text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Span {
    /// Offset of its first byte in the text of its part.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// Where in the part it stands, as far as that is known.
    pub places: Vec<Place>,
}

/// One side of a difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Side {
    /// The words; empty if there are none.
    pub words: String,
    /// Words before them.
    pub before: String,
    /// Words after them.
    pub after: String,
    /// Where they stand in the text: offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// Minor differences by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Minor {
    /// Capitals.
    pub case: usize,
    /// Punctuation and quotation marks.
    pub punctuation: usize,
    /// Words joined, divided or hyphenated.
    pub hyphenation: usize,
    /// Spaces and line breaks.
    pub layout: usize,
    /// Invisible characters.
    pub invisible: usize,
    /// Look-alike letters.
    pub lookalike: usize,
}

/// A copy's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnWords {
    /// How many.
    pub count: usize,
    /// The first of them.
    pub begins: String,
}

/// A translation of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Translation {
    /// Its language.
    pub lang: String,
    /// Who vouches for it.
    pub vouched_by: String,
}

/// Where the proof of a finding lies.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proof {
    /// The document's entry.
    pub document_entry: u64,
    /// The entry of the word that leads.
    pub word_entry: Option<u64>,
    /// How many entries the record's checkpoint covers.
    pub size: u64,
    /// When the last of them was logged.
    pub last_logged: String,
    /// The latest epoch: a state that the record has committed to.
    pub epoch: Option<Epoch>,
    /// Who else saw that checkpoint; where the reader's policy asks for witnesses.
    pub witnesses: Option<Witnesses>,
    /// Whether the reader pinned the log key; else it was taken from entry 0.
    pub key_pinned: bool,
}

/// Who else saw what a record committed to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Witnesses {
    /// When the policy's quorum had seen it; null where there is no quorum, or none is asked for.
    pub by: Option<String>,
    /// The witnesses that cosigned it, by their names in the policy.
    pub names: Vec<String>,
    /// What is missing or false, where the checkpoint does not satisfy the policy.
    pub lacking: Option<String>,
}

/// A state that a record has committed to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Epoch {
    /// The entry that says so; it covers all before it.
    pub entry: u64,
    /// When that was logged.
    pub logged: String,
    /// Whether it covers all that is said here of the document.
    pub covers: bool,
}

/// Nothing is registered of a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NotFound {
    /// The records that were asked.
    pub records: Vec<Asked>,
    /// Phrases too short to be a match.
    pub phrases: Vec<Phrase>,
    /// The nearest registered document.
    pub nearest: Option<Nearest>,
    /// Where somebody registered the text as seen: what was reported.
    pub reported: Vec<Finding>,
}

/// A record that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asked {
    /// Its origin.
    pub record: String,
    /// How many documents it holds.
    pub documents: u64,
}

/// A run of words that also stands in a registered text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Phrase {
    /// The words.
    pub words: String,
    /// The name of the document.
    pub document: String,
}

/// The nearest document of a copy that matches none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Nearest {
    /// Its name.
    pub document: String,
    /// Its issuer.
    pub issuer: String,
    /// How many documents that issuer has there.
    pub documents: u64,
}

/// What a verdict comes to, as an exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Every match is good.
    Good = 0,
    /// Some match is not.
    NotGood = 1,
    /// Something could not be read.
    Error = 2,
    /// Nothing matched.
    Nothing = 3,
}

impl Exit {
    /// The status of several files: an error before a bad match before no match before a good one.
    #[must_use]
    pub fn of_files(all: impl IntoIterator<Item = Exit>) -> Self {
        Self::first_of([Self::Error, Self::NotGood, Self::Nothing, Self::Good], all)
    }

    /// The status of the parts of one file: a part without a match takes nothing from the others.
    #[must_use]
    pub fn of_parts(all: impl IntoIterator<Item = Exit>) -> Self {
        Self::first_of([Self::Error, Self::NotGood, Self::Good, Self::Nothing], all)
    }

    fn first_of(order: [Exit; 4], all: impl IntoIterator<Item = Exit>) -> Self {
        let all: Vec<Exit> = all.into_iter().collect();
        order.into_iter().find(|exit| all.contains(exit)).unwrap_or(Self::Nothing)
    }
}

impl Verdict {
    /// What the verdict comes to.
    #[must_use]
    pub fn exit(&self) -> Exit {
        Exit::of_parts(self.parts.iter().map(|part| match &part.outcome {
            Outcome::Found(found) if found.good => Exit::Good,
            Outcome::Found(_) => Exit::NotGood,
            Outcome::NotFound(_) => Exit::Nothing,
            Outcome::Unreadable { .. } => Exit::Error,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{Error, Good, NotGood, Nothing};
    use super::*;

    #[test]
    fn the_order_of_exit_statuses() {
        assert_eq!(Exit::of_files([Good, Nothing]), Nothing);
        assert_eq!(Exit::of_files([Good, Nothing, NotGood]), NotGood);
        assert_eq!(Exit::of_files([NotGood, Error]), Error);
        assert_eq!(Exit::of_parts([Good, Nothing]), Good);
        assert_eq!(Exit::of_parts([Nothing, NotGood, Good]), NotGood);
        assert_eq!(Exit::of_parts([Nothing]), Nothing);
    }
}
