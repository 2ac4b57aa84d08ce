//! Statements: the typed form of the notes that a record holds (`docs/record.md` section 2).
//!
//! Reading checks the form of every line and nothing else: who may say it is decided by the forward
//! pass. Printing and reading are exact inverses, so an id can be computed from either.

mod lines;

use std::fmt::Write as _;

use crate::atoms::{BlobRef, Date, DocumentName, Id, Lang, Media, Name, Origin, Time, Version};
use crate::note::VerifierKey;
use crate::words::{Genre, Standing};
use lines::Lines;
pub use lines::StatementError;

/// At most this many named passages in one statement.
const MOST_PASSAGES: usize = 16;
/// At most this many admissions in one `record` statement.
const MOST_ADMISSIONS: usize = 64;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBody {
    /// In entry 0, and only there: the log key. The rule is version 1; the index manifest, the map and
    /// the previous checkpoint are `none` until there are epochs.
    pub log_key: Option<VerifierKey>,
    /// A public suffix list that is in force from here on.
    pub suffixes: Option<(Version, BlobRef)>,
    /// Keys that may be registered from here on.
    pub admit: Vec<(Name, VerifierKey)>,
}

/// An issuer's key, with the rule that one signature suffices for every act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The issuer.
    pub speaker: Name,
    /// Its key, named `<speaker>/<label>`.
    pub key: VerifierKey,
    /// The name that it takes as its superior, once that has accepted.
    pub superior: Option<Name>,
}

/// A superior's consent to being named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The superior.
    pub speaker: Name,
    /// The name it accepts.
    pub subordinate: Name,
    /// The `keys` statement that names it.
    pub keys: Id,
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
}

/// What a `standing` statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
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
            "record" => Body::Record(read_record(&mut lines)?),
            "keys" => Body::Keys(read_keys(&mut lines)?),
            "acceptance" => Body::Acceptance(Acceptance {
                speaker: lines.one("speaker")?,
                subordinate: lines.one("subordinate")?,
                keys: lines.one("keys")?,
            }),
            "document" => Body::Document(read_document(&mut lines)?),
            "rendition" => Body::Rendition(read_rendition(&mut lines)?),
            "standing" => Body::Standing(read_standing(&mut lines)?),
            "comment" => Body::Comment(read_remark(&mut lines)?),
            "note" => Body::Note(read_remark(&mut lines)?),
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
            Body::Record(body) => write_record(&mut out, body),
            Body::Keys(body) => write_keys(&mut out, body),
            Body::Acceptance(body) => write!(
                out,
                "speaker {}\nsubordinate {}\nkeys {}\n",
                body.speaker, body.subordinate, body.keys
            ),
            Body::Document(body) => write_document(&mut out, body),
            Body::Rendition(body) => write_rendition(&mut out, body),
            Body::Standing(body) => write_standing(&mut out, body),
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
            Body::Record(body) => body
                .suffixes
                .iter()
                .map(|(_, b)| BlobField::new("suffixes", *b, 4 * KIB * KIB))
                .collect(),
            Body::Keys(_) | Body::Acceptance(_) => Vec::new(),
            Body::Document(body) => {
                let mut all = vec![BlobField::new("title", body.title, KIB), text(body.text)];
                match &body.word {
                    FirstWord::Issued { .. } => {}
                    FirstWord::Disowned { reason } => all.push(small("reason", *reason)),
                    FirstWord::Attributed { source, .. } => all.push(small("source", *source)),
                }
                all
            }
            Body::Rendition(body) => body.translation.iter().map(|(_, blob)| text(*blob)).collect(),
            Body::Standing(body) => {
                let passages = body.passages.iter().map(|blob| small("passage", *blob));
                passages.chain(body.reason.iter().map(|blob| small("reason", *blob))).collect()
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

fn read_record(lines: &mut Lines<'_>) -> Result<RecordBody, StatementError> {
    let log_key = lines.maybe("log-key")?;
    if log_key.is_some() {
        lines.exactly("rule", "1")?;
    }
    let suffixes = match lines.maybe("suffix-version")? {
        Some(version) => Some((version, lines.one("suffixes")?)),
        None => None,
    };
    if log_key.is_some() {
        if suffixes.is_none() {
            return Err(lines.missing("suffix-version"));
        }
        for field in ["manifest", "map", "checkpoint"] {
            lines.exactly(field, "none")?;
        }
    }
    let mut admit = Vec::new();
    while admit.len() < MOST_ADMISSIONS {
        let Some(pair) = lines.maybe_text("admit")? else { break };
        let (name, key) = pair.split_once(' ').ok_or_else(|| lines.wrong("expected <name> <vkey>"))?;
        let name: Name = lines.atom(name)?;
        let key: VerifierKey = lines.atom(key)?;
        check_key_name(lines, &key, &name)?;
        admit.push((name, key));
    }
    if log_key.is_none() && suffixes.is_none() && admit.is_empty() {
        return Err(lines.wrong("a record statement that says nothing"));
    }
    Ok(RecordBody { log_key, suffixes, admit })
}

fn write_record(out: &mut String, body: &RecordBody) -> std::fmt::Result {
    if let Some(key) = &body.log_key {
        write!(out, "log-key {key}\nrule 1\n")?;
    }
    if let Some((version, blob)) = &body.suffixes {
        write!(out, "suffix-version {version}\nsuffixes {blob}\n")?;
    }
    if body.log_key.is_some() {
        out.push_str("manifest none\nmap none\ncheckpoint none\n");
    }
    body.admit.iter().try_for_each(|(name, key)| writeln!(out, "admit {name} {key}"))
}

fn check_key_name(lines: &Lines<'_>, key: &VerifierKey, name: &Name) -> Result<(), StatementError> {
    let label = key.name().strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let good = label.is_some_and(|l| (1..=64).contains(&l.len()) && l.bytes().all(fits));
    if good { Ok(()) } else { Err(lines.wrong("the key is not named <name>/<label>")) }
}

fn read_keys(lines: &mut Lines<'_>) -> Result<Keys, StatementError> {
    let speaker = lines.one("speaker")?;
    lines.exactly("previous", "none")?;
    let key = lines.one("key")?;
    check_key_name(lines, &key, &speaker)?;
    lines.exactly("rule", "all 1")?;
    Ok(Keys { speaker, key, superior: lines.maybe("superior")? })
}

fn write_keys(out: &mut String, body: &Keys) -> std::fmt::Result {
    write!(out, "speaker {}\nprevious none\nkey {}\nrule all 1\n", body.speaker, body.key)?;
    body.superior.iter().try_for_each(|name| writeln!(out, "superior {name}"))
}

fn read_document(lines: &mut Lines<'_>) -> Result<Document, StatementError> {
    enum Kind {
        Issued(Option<Replaces>),
        Disowned,
        Attributed(Name, Standing),
    }
    let speaker: Name = lines.one("speaker")?;
    let name: DocumentName = lines.one("name")?;
    if name.issuer() != speaker {
        return Err(lines.wrong("the name does not belong to the speaker"));
    }
    let kind = match lines.text("word")? {
        "issued" => Kind::Issued(match lines.maybe("previous")? {
            Some(previous) => Some(Replaces { previous, document: lines.one("replaces")? }),
            None => None,
        }),
        "disowned" => Kind::Disowned,
        "attributed" => Kind::Attributed(lines.one("attributed-to")?, lines.one("reported")?),
        _ => return Err(lines.wrong("expected issued, disowned or attributed")),
    };
    let genre = lines.one("genre")?;
    let lang = lines.one("lang")?;
    let date = lines.maybe("date")?;
    let effective = lines.maybe("effective")?;
    let forms = read_forms(lines)?.ok_or_else(|| lines.missing("forms"))?;
    let title = lines.one("title")?;
    let text = lines.one("text")?;
    let word = match kind {
        Kind::Issued(replaces) => FirstWord::Issued { replaces },
        Kind::Disowned => FirstWord::Disowned { reason: lines.one("reason")? },
        Kind::Attributed(to, reported) => {
            FirstWord::Attributed { to, reported, source: lines.one("source")? }
        }
    };
    Ok(Document { speaker, name, word, genre, lang, date, effective, forms, title, text })
}

fn write_document(out: &mut String, body: &Document) -> std::fmt::Result {
    write!(out, "speaker {}\nname {}\n", body.speaker, body.name)?;
    match &body.word {
        FirstWord::Issued { replaces: None } => writeln!(out, "word issued")?,
        FirstWord::Issued { replaces: Some(Replaces { document, previous }) } => {
            write!(out, "word issued\nprevious {previous}\nreplaces {document}\n")?;
        }
        FirstWord::Disowned { .. } => writeln!(out, "word disowned")?,
        FirstWord::Attributed { to, reported, .. } => {
            write!(out, "word attributed\nattributed-to {to}\nreported {reported}\n")?;
        }
    }
    write!(out, "genre {}\nlang {}\n", body.genre, body.lang)?;
    body.date.iter().try_for_each(|date| writeln!(out, "date {date}"))?;
    body.effective.iter().try_for_each(|time| writeln!(out, "effective {time}"))?;
    write_forms(out, &body.forms)?;
    write!(out, "title {}\ntext {}\n", body.title, body.text)?;
    match &body.word {
        FirstWord::Issued { .. } => Ok(()),
        FirstWord::Disowned { reason } => writeln!(out, "reason {reason}"),
        FirstWord::Attributed { source, .. } => writeln!(out, "source {source}"),
    }
}

/// The tables that the forms are made with, in the order in which their versions are signed.
const TABLES: [&str; 6] = ["nfkc", "fold", "skeleton", "category", "script", "segments"];

/// `v1` and `<table>=<version>` for each table, the version of digits and dots.
fn tables_are_good(tables: &str) -> bool {
    let version =
        |v: &str| (1..=16).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mut words = tables.split(' ');
    words.next() == Some("v1")
        && TABLES.iter().all(|table| {
            let word = words.next().and_then(|word| word.split_once('='));
            word.is_some_and(|(name, v)| name == *table && version(v))
        })
        && words.next().is_none()
}

fn read_forms(lines: &mut Lines<'_>) -> Result<Option<Forms>, StatementError> {
    let Some(tables) = lines.maybe_text("forms")? else { return Ok(None) };
    if !tables_are_good(tables) {
        return Err(lines
            .wrong("expected v1 nfkc=<v> fold=<v> skeleton=<v> category=<v> script=<v> segments=<v>"));
    }
    let tables = tables.to_owned();
    Ok(Some(Forms { tables, search: lines.one("search")?, comparison: lines.one("comparison")? }))
}

fn write_forms(out: &mut String, forms: &Forms) -> std::fmt::Result {
    let Forms { tables, search, comparison } = forms;
    write!(out, "forms {tables}\nsearch {search}\ncomparison {comparison}\n")
}

fn read_rendition(lines: &mut Lines<'_>) -> Result<Rendition, StatementError> {
    Ok(Rendition {
        speaker: lines.one("speaker")?,
        document: lines.one("document")?,
        lang: lines.one("lang")?,
        media: lines.one("media")?,
        bytes: lines.number("bytes")?,
        sha256: lines.one("sha256")?,
        translation: match read_forms(lines)? {
            Some(forms) => Some((forms, lines.one("text")?)),
            None => None,
        },
    })
}

fn write_rendition(out: &mut String, body: &Rendition) -> std::fmt::Result {
    let Rendition { speaker, document, lang, media, bytes, sha256, translation } = body;
    write!(out, "speaker {speaker}\ndocument {document}\nlang {lang}\nmedia {media}\n")?;
    write!(out, "bytes {bytes}\nsha256 {sha256}\n")?;
    translation.iter().try_for_each(|(forms, text)| {
        write_forms(out, forms)?;
        writeln!(out, "text {text}")
    })
}

fn read_standing(lines: &mut Lines<'_>) -> Result<StandingBody, StatementError> {
    let speaker = lines.one("speaker")?;
    let document = lines.one("document")?;
    let previous = lines.one("previous")?;
    let act = match lines.text("word")? {
        "issued" => Act::Issued,
        "corrected" => Act::Corrected(lines.one("replaced-by")?),
        "superseded" => Act::Superseded(lines.one("replaced-by")?),
        "held" => Act::Held,
        "withdrawn" => Act::Withdrawn,
        "in-error" => Act::InError,
        "disowned" => Act::Disowned,
        "lift" => Act::Lift(lines.one("lifts")?),
        _ => return Err(lines.wrong("expected a standing or lift")),
    };
    let lang = lines.one("lang")?;
    let effective = lines.maybe("effective")?;
    let mut passages = Vec::new();
    while passages.len() < MOST_PASSAGES {
        let Some(blob) = lines.maybe("passage")? else { break };
        passages.push(blob);
    }
    let reason = lines.maybe("reason")?;
    if reason.is_none() && act != Act::Issued {
        return Err(lines.missing("reason"));
    }
    Ok(StandingBody { speaker, document, previous, act, lang, effective, passages, reason })
}

fn write_standing(out: &mut String, body: &StandingBody) -> std::fmt::Result {
    let word = body.act.standing().map_or("lift", Standing::as_str);
    write!(out, "speaker {}\ndocument {}\n", body.speaker, body.document)?;
    write!(out, "previous {}\nword {word}\n", body.previous)?;
    match body.act {
        Act::Corrected(id) | Act::Superseded(id) => writeln!(out, "replaced-by {id}")?,
        Act::Lift(id) => writeln!(out, "lifts {id}")?,
        _ => {}
    }
    writeln!(out, "lang {}", body.lang)?;
    body.effective.iter().try_for_each(|time| writeln!(out, "effective {time}"))?;
    body.passages.iter().try_for_each(|blob| writeln!(out, "passage {blob}"))?;
    body.reason.iter().try_for_each(|blob| writeln!(out, "reason {blob}"))
}

fn read_remark(lines: &mut Lines<'_>) -> Result<Remark, StatementError> {
    Ok(Remark {
        speaker: lines.one("speaker")?,
        document: lines.one("document")?,
        lang: lines.one("lang")?,
        text: lines.one("text")?,
    })
}

#[cfg(test)]
mod tests;
