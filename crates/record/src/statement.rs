//! Statements: the typed form of the notes that a record holds (`docs/record.md` section 2).
//!
//! Reading checks the form of every line and nothing else: who may say it is decided by the forward
//! pass. Printing and reading are exact inverses, so an id can be computed from either.

mod authority;
mod form;
mod lines;

use std::fmt::Write as _;

use crate::atoms::{BlobRef, Date, DocumentName, Id, Lang, Media, Name, Origin, Time, Version};
use crate::note::{MOST_CHECKPOINT_BYTES, VerifierKey};
use crate::words::{Genre, Standing};
pub use authority::{Acceptance, Guard, Keys, ListedKey, Revocation, Rule, RuleAct};
pub(crate) use form::MOST_A_DAY;
use lines::Lines;
pub use lines::StatementError;

/// One assertion, meant for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The record it is meant for, and in which alone it counts.
    pub record: Origin,
    /// What is asserted.
    pub body: Body,
}

/// What a statement asserts, one variant a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The operator, on the record itself.
    Record(RecordBody),
    /// Who may speak for a name.
    Keys(Keys),
    /// A named superior consents.
    Acceptance(Acceptance),
    /// A key counts no more.
    Revocation(Revocation),
    /// Private drafts, committed to without showing them.
    Commitment(Commitment),
    /// A text is registered under a name, with its first word.
    Document(Document),
    /// An exact file of a document.
    Rendition(Rendition),
    /// A word on a document.
    Standing(StandingBody),
    /// A remark by the issuer or a superior.
    Comment(Remark),
    /// A remark by anyone else.
    Note(Remark),
}

/// The operator's word on the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordBody {
    /// In entry 0, and only there: the log key. The rule is version 1.
    pub log_key: Option<VerifierKey>,
    /// A public suffix list that is in force from here on.
    pub suffixes: Option<(Version, BlobRef)>,
    /// What the record commits to of all that is derived from the entries before this one.
    pub epoch: Option<Epoch>,
    /// In entry 0 of an open record: how many statements a UTC day it takes of each name that proves itself.
    pub open: Option<u64>,
    /// Keys that may be registered from here on.
    pub admit: Vec<(Name, VerifierKey)>,
    /// Names that were found proven, each with the evidence.
    pub proofs: Vec<(NameProof, BlobRef)>,
    /// Entries whose blobs are withheld from here on.
    pub withhold: Vec<u64>,
    /// Why they are; with `withhold`, and then required.
    pub reason: Option<BlobRef>,
}

/// What the operator found published under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameProof {
    /// The name.
    pub name: Name,
    /// The `keys` statement whose id is published there.
    pub keys: Id,
    /// How it was found.
    pub method: ProofMethod,
    /// The superior named there.
    pub superior: Option<Name>,
}

/// How a name was found proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofMethod {
    /// In a DNS TXT record.
    Dns,
    /// In a DNS TXT record, with a chain of DNSSEC signatures.
    Dnssec,
    /// Under `https://<name>/.well-known/`.
    Https,
}

impl ProofMethod {
    /// Its word in a statement.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Dnssec => "dnssec",
            Self::Https => "https",
        }
    }
}

/// A state of the derived part that the log commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    /// The index: how many entries it covers, and the digest of its manifest. None if there is no index.
    pub manifest: Option<(u64, Id)>,
    /// The root of the standing map over all entries before the statement.
    pub map: Id,
    /// The checkpoint published before, with its cosignatures.
    pub checkpoint: BlobRef,
}

/// Private drafts, committed to without showing them or how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The office.
    pub speaker: Name,
    /// The number of leaves, a power of two from 16 to 65,536.
    pub leaves: u32,
    /// The root of the tree over them (RFC 6962 section 2.1).
    pub root: Id,
}

/// A text registered under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The issuer.
    pub speaker: Name,
    /// The name the issuer chose.
    pub name: DocumentName,
    /// The first word on it.
    pub word: FirstWord,
    /// What it is called.
    pub genre: Genre,
    /// Its language.
    pub lang: Lang,
    /// The date it bears.
    pub date: Option<Date>,
    /// Since when the first word is claimed to hold.
    pub effective: Option<Time>,
    /// The digests of its forms.
    pub forms: Forms,
    /// Its title.
    pub title: BlobRef,
    /// Its text.
    pub text: BlobRef,
}

/// The first word on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstWord {
    /// The issuer's text.
    Issued {
        /// The document that it supersedes.
        replaces: Option<Replaces>,
    },
    /// Not the issuer's text: a fake going round in its name.
    Disowned {
        /// Why.
        reason: BlobRef,
    },
    /// The issuer's draft, which it had committed to: an `opening`.
    Draft {
        /// The commitment.
        commitment: Id,
        /// The leaves of its paragraphs, and their paths.
        proof: BlobRef,
    },
    /// Registered as seen, in the name of somebody else: never a standing.
    Attributed {
        /// The office it is said to come from.
        to: Name,
        /// The standing it was reported with.
        reported: Standing,
        /// Where it was seen.
        source: BlobRef,
    },
}

/// The succession that a new document carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces {
    /// The superseded document.
    pub document: Id,
    /// The speaker's own last valid word on it.
    pub previous: Id,
}

/// Digests of the two forms of a text, and the tables they were made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// The `forms` line: `v1` and the Unicode version of each table.
    pub tables: String,
    /// Digest of the search form.
    pub search: Id,
    /// Digest of the comparison form.
    pub comparison: Id,
}

/// An exact file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Who vouches for it.
    pub speaker: Name,
    /// Of which document.
    pub document: Id,
    /// Its language.
    pub lang: Lang,
    /// Its media type.
    pub media: Media,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: Id,
    /// For a translation, its text.
    pub translation: Option<(Forms, BlobRef)>,
}

/// A word on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingBody {
    /// The voice.
    pub speaker: Name,
    /// On which document.
    pub document: Id,
    /// The speaker's own last valid word on it, or the document's id.
    pub previous: Id,
    /// The word.
    pub act: Act,
    /// The language of the reason.
    pub lang: Lang,
    /// Since when it is claimed to hold.
    pub effective: Option<Time>,
    /// The passages meant, as Web Annotation text quote selectors.
    pub passages: Vec<BlobRef>,
    /// Why. Absent only where the word is `issued`.
    pub reason: Option<BlobRef>,
    /// The same reason in other languages, up to 7.
    pub translations: Vec<(Lang, BlobRef)>,
}

/// What a word does. All but a draft are said by `standing` statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A draft that was opened: only as a first word.
    Draft,
    /// It stands.
    Issued,
    /// Another document corrects it.
    Corrected(Id),
    /// Another document has taken its place.
    Superseded(Id),
    /// Do not use, under review.
    Held,
    /// Taken back.
    Withdrawn,
    /// Published in error.
    InError,
    /// Not the issuer's text.
    Disowned,
    /// The word with this id ends.
    Lift(Id),
}

impl Act {
    /// The standing it gives, unless it is a lift.
    #[must_use]
    pub fn standing(self) -> Option<Standing> {
        Some(match self {
            Self::Draft => Standing::Draft,
            Self::Issued => Standing::Issued,
            Self::Corrected(_) => Standing::Corrected,
            Self::Superseded(_) => Standing::Superseded,
            Self::Held => Standing::Held,
            Self::Withdrawn => Standing::Withdrawn,
            Self::InError => Standing::InError,
            Self::Disowned => Standing::Disowned,
            Self::Lift(_) => return None,
        })
    }
}

/// A remark on a document's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Who says it.
    pub speaker: Name,
    /// Of which document.
    pub document: Id,
    /// Its language.
    pub lang: Lang,
    /// What is said.
    pub text: BlobRef,
}

impl Statement {
    /// Reads the text of a note as a statement.
    ///
    /// # Errors
    /// If a line is missing, out of order, unknown or malformed; the error names it.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        let mut lines = Lines::new(text)?;
        let kind = lines.kind()?;
        let record = lines.one("record")?;
        let body = match kind {
            "record" => Body::Record(form::read_record(&mut lines)?),
            "keys" => Body::Keys(authority::read_keys(&mut lines)?),
            "acceptance" => Body::Acceptance(Acceptance {
                speaker: lines.one("speaker")?,
                subordinate: lines.one("subordinate")?,
                keys: lines.one("keys")?,
            }),
            "revocation" => Body::Revocation(authority::read_revocation(&mut lines)?),
            "commitment" => Body::Commitment(form::read_commitment(&mut lines)?),
            "document" => Body::Document(form::read_document(&mut lines)?),
            "opening" => Body::Document(form::read_opening(&mut lines)?),
            "rendition" => Body::Rendition(form::read_rendition(&mut lines)?),
            "standing" => Body::Standing(form::read_standing(&mut lines)?),
            "comment" => Body::Comment(form::read_remark(&mut lines)?),
            "note" => Body::Note(form::read_remark(&mut lines)?),
            other => return Err(StatementError::kind(other)),
        };
        lines.end()?;
        Ok(Self { record, body })
    }

    /// The text to be signed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("erratum/v1 {}\nrecord {}\n", self.kind(), self.record);
        // Writing to a string cannot fail.
        let _ = match &self.body {
            Body::Record(body) => form::write_record(&mut out, body),
            Body::Keys(body) => authority::write_keys(&mut out, body),
            Body::Acceptance(body) => write!(
                out,
                "speaker {}\nsubordinate {}\nkeys {}\n",
                body.speaker, body.subordinate, body.keys
            ),
            Body::Revocation(body) => authority::write_revocation(&mut out, body),
            Body::Commitment(body) => {
                write!(out, "speaker {}\nleaves {}\nroot {}\n", body.speaker, body.leaves, body.root)
            }
            Body::Document(body) => form::write_document(&mut out, body),
            Body::Rendition(body) => form::write_rendition(&mut out, body),
            Body::Standing(body) => form::write_standing(&mut out, body),
            Body::Comment(body) | Body::Note(body) => write!(
                out,
                "speaker {}\ndocument {}\nlang {}\ntext {}\n",
                body.speaker, body.document, body.lang, body.text
            ),
        };
        out
    }

    /// The statement's id: the SHA-256 of its text.
    #[must_use]
    pub fn id(&self) -> Id {
        Id::of(self.text().as_bytes())
    }

    /// The kind, as its first line names it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.body {
            Body::Record(_) => "record",
            Body::Keys(_) => "keys",
            Body::Acceptance(_) => "acceptance",
            Body::Revocation(_) => "revocation",
            Body::Commitment(_) => "commitment",
            Body::Document(Document { word: FirstWord::Draft { .. }, .. }) => "opening",
            Body::Document(_) => "document",
            Body::Rendition(_) => "rendition",
            Body::Standing(_) => "standing",
            Body::Comment(_) => "comment",
            Body::Note(_) => "note",
        }
    }

    /// Who speaks; for a `record` statement nobody but the log key.
    #[must_use]
    pub fn speaker(&self) -> Option<&Name> {
        match &self.body {
            Body::Record(_) => None,
            Body::Keys(body) => Some(&body.speaker),
            Body::Acceptance(body) => Some(&body.speaker),
            Body::Revocation(body) => Some(&body.speaker),
            Body::Commitment(body) => Some(&body.speaker),
            Body::Document(body) => Some(&body.speaker),
            Body::Rendition(body) => Some(&body.speaker),
            Body::Standing(body) => Some(&body.speaker),
            Body::Comment(body) | Body::Note(body) => Some(&body.speaker),
        }
    }

    /// The blobs it names, in the order of its lines, each with its field and the most bytes it may have.
    #[must_use]
    pub fn blobs(&self) -> Vec<BlobField> {
        const KIB: u64 = 1024;
        let text = |blob| BlobField::new("text", blob, 4 * KIB * KIB);
        let small = |field, blob| BlobField::new(field, blob, 16 * KIB);
        match &self.body {
            Body::Record(body) => {
                let list = body.suffixes.iter();
                let list = list.map(|(_, blob)| BlobField::new("suffixes", *blob, 4 * KIB * KIB));
                let checkpoint = body.epoch.iter().map(|epoch| {
                    BlobField::new("checkpoint", epoch.checkpoint, MOST_CHECKPOINT_BYTES as u64)
                });
                let evidence = body.proofs.iter();
                let evidence = evidence.map(|(_, blob)| BlobField::new("evidence", *blob, 64 * KIB));
                let reason = body.reason.iter().map(|blob| small("reason", *blob));
                list.chain(checkpoint).chain(evidence).chain(reason).collect()
            }
            Body::Keys(_) | Body::Acceptance(_) | Body::Commitment(_) => Vec::new(),
            Body::Revocation(body) => vec![small("reason", body.reason)],
            Body::Document(body) => {
                let mut all = vec![BlobField::new("title", body.title, KIB), text(body.text)];
                match &body.word {
                    FirstWord::Issued { .. } => {}
                    FirstWord::Disowned { reason } => all.push(small("reason", *reason)),
                    FirstWord::Draft { proof, .. } => {
                        all.push(BlobField::new("proof", *proof, 4 * KIB * KIB));
                    }
                    FirstWord::Attributed { source, .. } => all.push(small("source", *source)),
                }
                all
            }
            Body::Rendition(body) => body.translation.iter().map(|(_, blob)| text(*blob)).collect(),
            Body::Standing(body) => {
                let passages = body.passages.iter().map(|blob| small("passage", *blob));
                let translations = body.translations.iter().map(|(_, blob)| blob);
                let reasons = body.reason.iter().chain(translations);
                passages.chain(reasons.map(|blob| small("reason", *blob))).collect()
            }
            Body::Comment(body) | Body::Note(body) => vec![small("text", body.text)],
        }
    }
}

/// A blob line of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobField {
    /// The line's key, such as `title`.
    pub field: &'static str,
    /// What the line says.
    pub blob: BlobRef,
    /// The most bytes that a blob of this field may have.
    pub most: u64,
}

impl BlobField {
    fn new(field: &'static str, blob: BlobRef, most: u64) -> Self {
        Self { field, blob, most }
    }
}

#[cfg(test)]
mod tests;
