//! The lines of each kind of statement: reading and printing side by side, in the order of
//! `docs/record.md` section 2.

use std::fmt::Write as _;

use super::lines::{Lines, StatementError};
use super::{
    Act, Commitment, Document, Epoch, FirstWord, Forms, NameProof, ProofMethod, RecordBody, Remark,
    Rendition, Replaces, StandingBody,
};
use crate::atoms::{DocumentName, Lang, Name};
use crate::note::VerifierKey;
use crate::words::Standing;

/// At most this many named passages in one statement.
const MOST_PASSAGES: usize = 16;
/// At most this many admissions in one `record` statement.
const MOST_ADMISSIONS: usize = 64;
/// At most this many proofs of names in one `record` statement.
const MOST_PROOFS: usize = 16;
/// The largest quota of statements a day.
pub(crate) const MOST_A_DAY: u64 = 1_000_000;
/// At most this many translations of one reason.
const MOST_TRANSLATIONS: usize = 7;
/// At most this many entries withheld by one `record` statement.
const MOST_WITHHELD: usize = 64;

pub(super) fn read_record(lines: &mut Lines<'_>) -> Result<RecordBody, StatementError> {
    let log_key = lines.maybe("log-key")?;
    if log_key.is_some() {
        lines.exactly("rule", "1")?;
    }
    let suffixes = match lines.maybe("suffix-version")? {
        Some(version) => Some((version, lines.one("suffixes")?)),
        None => None,
    };
    if log_key.is_some() && suffixes.is_none() {
        return Err(lines.missing("suffix-version"));
    }
    let epoch = match log_key {
        Some(_) => no_epoch(lines)?,
        None => read_epoch(lines)?,
    };
    let open = match log_key {
        Some(_) => lines.maybe_number("open")?,
        None => None,
    };
    if open.is_some_and(|quota| !(1..=MOST_A_DAY).contains(&quota)) {
        return Err(lines.wrong("a quota is from 1 to 1000000 statements a day"));
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
    let mut proofs = Vec::new();
    while proofs.len() < MOST_PROOFS {
        let Some(line) = lines.maybe_text("proof")? else { break };
        proofs.push((read_proof(lines, line)?, lines.one("evidence")?));
    }
    let mut withhold = Vec::new();
    while withhold.len() < MOST_WITHHELD {
        let Some(entry) = lines.maybe_number("withhold")? else { break };
        if withhold.last().is_some_and(|last| *last >= entry) {
            return Err(lines.wrong("the entries to withhold are not in ascending order"));
        }
        withhold.push(entry);
    }
    let reason = if withhold.is_empty() { None } else { Some(lines.one("reason")?) };
    let body = RecordBody { log_key, suffixes, epoch, open, admit, proofs, withhold, reason };
    if body == RecordBody::default() {
        return Err(lines.wrong("a record statement that says nothing"));
    }
    Ok(body)
}

fn read_proof(lines: &Lines<'_>, line: &str) -> Result<NameProof, StatementError> {
    let parts: Vec<&str> = line.split(' ').collect();
    let [name, keys, method, superior] = parts[..] else {
        return Err(lines.wrong("expected <name> <id> <method> <superior>"));
    };
    let methods = [ProofMethod::Dns, ProofMethod::Dnssec, ProofMethod::Https];
    let method = methods.into_iter().find(|known| known.as_str() == method);
    Ok(NameProof {
        name: lines.atom(name)?,
        keys: lines.atom(keys)?,
        method: method.ok_or_else(|| lines.wrong("expected dns, dnssec or https"))?,
        superior: if superior == "-" { None } else { Some(lines.atom(superior)?) },
    })
}

/// Entry 0 stands before any epoch.
fn no_epoch(lines: &mut Lines<'_>) -> Result<Option<Epoch>, StatementError> {
    for field in ["manifest", "map", "checkpoint"] {
        lines.exactly(field, "none")?;
    }
    Ok(None)
}

fn read_epoch(lines: &mut Lines<'_>) -> Result<Option<Epoch>, StatementError> {
    let manifest = match lines.maybe_text("manifest")? {
        None => return Ok(None),
        Some("none") => None,
        Some(pair) => {
            let (size, digest) =
                pair.split_once(' ').ok_or_else(|| lines.wrong("expected none or <size> <digest>"))?;
            let size = crate::atoms::number(size).map_err(|error| lines.wrong(error))?;
            Some((size, lines.atom(digest)?))
        }
    };
    let map = lines.one("map")?;
    Ok(Some(Epoch { manifest, map, checkpoint: lines.one("checkpoint")? }))
}

pub(super) fn write_record(out: &mut String, body: &RecordBody) -> std::fmt::Result {
    if let Some(key) = &body.log_key {
        write!(out, "log-key {key}\nrule 1\n")?;
    }
    if let Some((version, blob)) = &body.suffixes {
        write!(out, "suffix-version {version}\nsuffixes {blob}\n")?;
    }
    if body.log_key.is_some() {
        out.push_str("manifest none\nmap none\ncheckpoint none\n");
    }
    if let Some(Epoch { manifest, map, checkpoint }) = &body.epoch {
        match manifest {
            Some((size, digest)) => writeln!(out, "manifest {size} {digest}")?,
            None => out.push_str("manifest none\n"),
        }
        write!(out, "map {map}\ncheckpoint {checkpoint}\n")?;
    }
    body.open.iter().try_for_each(|quota| writeln!(out, "open {quota}"))?;
    body.admit.iter().try_for_each(|(name, key)| writeln!(out, "admit {name} {key}"))?;
    for (NameProof { name, keys, method, superior }, evidence) in &body.proofs {
        let superior = superior.as_ref().map_or("-", Name::as_str);
        write!(out, "proof {name} {keys} {} {superior}\nevidence {evidence}\n", method.as_str())?;
    }
    body.withhold.iter().try_for_each(|entry| writeln!(out, "withhold {entry}"))?;
    body.reason.iter().try_for_each(|blob| writeln!(out, "reason {blob}"))
}

pub(super) fn check_key_name(
    lines: &Lines<'_>,
    key: &VerifierKey,
    name: &Name,
) -> Result<(), StatementError> {
    let label = key.name().strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let good = label.is_some_and(|l| (1..=64).contains(&l.len()) && l.bytes().all(fits));
    if good { Ok(()) } else { Err(lines.wrong("the key is not named <name>/<label>")) }
}

pub(super) fn read_document(lines: &mut Lines<'_>) -> Result<Document, StatementError> {
    enum Kind {
        Issued(Option<Replaces>),
        Disowned,
        Attributed(Name, Standing),
    }
    let (speaker, name) = read_speaker_and_name(lines)?;
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

fn read_speaker_and_name(lines: &mut Lines<'_>) -> Result<(Name, DocumentName), StatementError> {
    let speaker: Name = lines.one("speaker")?;
    let name: DocumentName = lines.one("name")?;
    if name.issuer() != speaker {
        return Err(lines.wrong("the name does not belong to the speaker"));
    }
    Ok((speaker, name))
}

/// An opening is a document whose first word is that it was a draft.
pub(super) fn read_opening(lines: &mut Lines<'_>) -> Result<Document, StatementError> {
    let (speaker, name) = read_speaker_and_name(lines)?;
    let commitment = lines.one("commitment")?;
    let (genre, lang, date) = (lines.one("genre")?, lines.one("lang")?, lines.maybe("date")?);
    let forms = read_forms(lines)?.ok_or_else(|| lines.missing("forms"))?;
    let (title, text) = (lines.one("title")?, lines.one("text")?);
    let word = FirstWord::Draft { commitment, proof: lines.one("proof")? };
    Ok(Document { speaker, name, word, genre, lang, date, effective: None, forms, title, text })
}

pub(super) fn read_commitment(lines: &mut Lines<'_>) -> Result<Commitment, StatementError> {
    let speaker = lines.one("speaker")?;
    let leaves = u32::try_from(lines.number("leaves")?).unwrap_or(0);
    if !leaves.is_power_of_two() || !(16..=65_536).contains(&leaves) {
        return Err(lines.wrong("the number of leaves is a power of two from 16 to 65536"));
    }
    Ok(Commitment { speaker, leaves, root: lines.one("root")? })
}

pub(super) fn write_document(out: &mut String, body: &Document) -> std::fmt::Result {
    write!(out, "speaker {}\nname {}\n", body.speaker, body.name)?;
    match &body.word {
        FirstWord::Issued { replaces: None } => writeln!(out, "word issued")?,
        FirstWord::Issued { replaces: Some(Replaces { document, previous }) } => {
            write!(out, "word issued\nprevious {previous}\nreplaces {document}\n")?;
        }
        FirstWord::Disowned { .. } => writeln!(out, "word disowned")?,
        FirstWord::Draft { commitment, .. } => writeln!(out, "commitment {commitment}")?,
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
        FirstWord::Draft { proof, .. } => writeln!(out, "proof {proof}"),
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

pub(super) fn read_rendition(lines: &mut Lines<'_>) -> Result<Rendition, StatementError> {
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

pub(super) fn write_rendition(out: &mut String, body: &Rendition) -> std::fmt::Result {
    let Rendition { speaker, document, lang, media, bytes, sha256, translation } = body;
    write!(out, "speaker {speaker}\ndocument {document}\nlang {lang}\nmedia {media}\n")?;
    write!(out, "bytes {bytes}\nsha256 {sha256}\n")?;
    translation.iter().try_for_each(|(forms, text)| {
        write_forms(out, forms)?;
        writeln!(out, "text {text}")
    })
}

pub(super) fn read_standing(lines: &mut Lines<'_>) -> Result<StandingBody, StatementError> {
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
    let mut translations = Vec::new();
    while reason.is_some() && translations.len() < MOST_TRANSLATIONS {
        let Some(lang) = lines.maybe::<Lang>("lang")? else { break };
        translations.push((lang, lines.one("reason")?));
    }
    Ok(StandingBody {
        speaker,
        document,
        previous,
        act,
        lang,
        effective,
        passages,
        reason,
        translations,
    })
}

pub(super) fn write_standing(out: &mut String, body: &StandingBody) -> std::fmt::Result {
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
    body.reason.iter().try_for_each(|blob| writeln!(out, "reason {blob}"))?;
    let translations = &mut body.translations.iter();
    translations.try_for_each(|(lang, blob)| write!(out, "lang {lang}\nreason {blob}\n"))
}

pub(super) fn read_remark(lines: &mut Lines<'_>) -> Result<Remark, StatementError> {
    Ok(Remark {
        speaker: lines.one("speaker")?,
        document: lines.one("document")?,
        lang: lines.one("lang")?,
        text: lines.one("text")?,
    })
}
