//! `erratum slip`, `verify`, `audit`.

use std::fs;
use std::io::Write;
use std::path::Path;

use erratum::record::{FirstWord, Moment, ProvenSlip, Registered, Slip, Standing, Time, VerifierKey};
use erratum::text::{Limits, extract};
use erratum::{AuditError, RecordSource, audit as audit_record, forms_of};

use crate::args;
use crate::failure::Failure;
use crate::records;
use crate::show::{BOLD, inert};

pub(crate) fn slip(args: &args::Slip, desk: Option<&Path>) -> Result<u8, Failure> {
    let (record, own) = records::one(&args.records, desk)?;
    let document = records::document(&record, &args.document, own.as_ref())?;
    let Some(slip) = record.slip(&document.id)? else { return Err(Failure::new("no such document")) };
    match &args.out {
        Some(file) => fs::write(file, slip.to_string())
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?,
        None => write!(anstream::stdout().lock(), "{slip}")?,
    }
    Ok(0)
}

pub(crate) fn verify(args: &args::Verify) -> Result<u8, Failure> {
    let name = args.slip.display();
    let read = |path: &Path| {
        fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    };
    let slip =
        Slip::parse(&read(&args.slip)?).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let policy = records::policy(args.policy.as_deref())?;
    let pinned: Option<VerifierKey> = policy
        .records
        .iter()
        .filter_map(|r| r.key.clone())
        .find(|key| key.name() == slip.origin.as_str());
    let mut out = anstream::stdout().lock();
    let proven = match slip.verify(pinned.as_ref()) {
        Ok(proven) => proven,
        Err(error) => {
            writeln!(out, "{BOLD}THE PROOF FAILS{BOLD:#}   {name}: {error}")?;
            return Ok(1);
        }
    };
    let Some(document) = proven.state.document(&proven.document) else {
        return Err(Failure::new(format!("{name}: the slip lacks its document")));
    };
    let now = Time::now();
    let moment = Moment::as_of(now);
    let standing = document.standings(moment).standing();
    show(&mut out, &proven, document, moment, pinned.is_some())?;
    let stale = policy.is_too_old(proven.last_logged, now);
    if stale {
        writeln!(out, "  The proof is older than your policy allows.")?;
    }
    let matches = match &args.copy {
        Some(copy) => {
            let how = holds(document, &read(copy)?, copy);
            match &how {
                Some(how) => writeln!(out, "  {}: {how}", copy.display())?,
                None => writeln!(
                    out,
                    "  {}: neither a file nor the text of this document; see what differs with: erratum check",
                    copy.display()
                )?,
            }
            how.is_some()
        }
        None => true,
    };
    Ok(u8::from(stale || !matches || standing != Some(Standing::Issued)))
}

fn show(
    out: &mut impl Write,
    proven: &ProvenSlip,
    document: &Registered,
    moment: Moment,
    pinned: bool,
) -> Result<(), Failure> {
    let standings = document.standings(moment);
    let standing = match (standings.standing(), document.attributed_to()) {
        (_, Some(to)) => format!("ONLY REPORTED, AS FROM {to}"),
        (Some(standing), None) => standing.to_string().to_uppercase(),
        (None, None) => "NO WORD IN FORCE".to_owned(),
    };
    writeln!(out, "{BOLD}{standing}{BOLD:#}   {}", document.document.name)?;
    let blob = |entry, position| proven.blob(entry, position).map(|blob| inert(blob.text()));
    writeln!(out, "  \"{}\"", blob(document.entry, 0).unwrap_or_default())?;
    if let Some(word) = standings.leading {
        let is_first = word.entry == document.entry;
        let position = if is_first { 2 } else { word.passages.len() };
        let has_reason = !is_first || matches!(document.document.word, FirstWord::Disowned { .. });
        if let Some(reason) = blob(word.entry, position).filter(|_| has_reason) {
            writeln!(out, "  {reason}")?;
        }
        let rank = ["the issuer", "superior of the issuer", "superior of the issuer's superior"];
        let rank = rank[usize::from(word.rank.min(2))];
        writeln!(out, "      says {}, {rank}, since {}", word.voice, word.logged.for_people())?;
    }
    for word in standings.beside {
        let what = word.standing().map_or("lift", Standing::as_str);
        writeln!(out, "  Beside it: {what}, says {}, since {}", word.voice, word.logged.for_people())?;
    }
    let key = if pinned { "pinned by your policy" } else { "taken from the slip itself: compare it" };
    writeln!(
        out,
        "  Proven by {} at {} entries; its log key is {key}.",
        proven.checkpoint.origin(),
        proven.checkpoint.size(),
    )?;
    if !pinned {
        writeln!(out, "      {}", proven.log_key)?;
    }
    if !proven.suffixes_known {
        writeln!(
            out,
            "  The record's public suffix list is not the one carried here: superiors by ancestry are not proven."
        )?;
    }
    writeln!(
        out,
        "  Its latest word is of {}; later words unknown. The record says so; nobody else has witnessed it.",
        proven.last_logged.for_people()
    )?;
    Ok(())
}

/// How a file is a copy of the document, as far as digests can tell.
fn holds(document: &Registered, bytes: &[u8], path: &Path) -> Option<&'static str> {
    let digest = erratum::record::Id::of(bytes);
    if document.renditions.iter().any(|(_, rendition)| rendition.sha256 == digest) {
        return Some("the same bytes as a file of this document");
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let parts = extract(bytes, name.as_deref(), &Limits::default()).ok()?;
    let own = [&document.document.forms];
    let translated =
        document.renditions.iter().filter_map(|(_, r)| r.translation.as_ref().map(|(f, _)| f));
    let known: Vec<_> = own.into_iter().chain(translated).map(|forms| forms.comparison).collect();
    let same = parts
        .iter()
        .filter_map(|part| part.text.as_ref().ok())
        .any(|text| known.contains(&forms_of(&text.text).comparison));
    same.then_some("the same text as this document")
}

pub(crate) fn audit(args: &args::Audit) -> Result<u8, Failure> {
    let source = RecordSource { key: args.key.clone(), ..RecordSource::unpinned(&args.record) };
    let mut out = anstream::stdout().lock();
    let audit = match audit_record(&source) {
        Ok(audit) => audit,
        Err(AuditError::False(error)) => {
            writeln!(out, "{BOLD}FALSE{BOLD:#}   {error}")?;
            return Ok(1);
        }
        Err(AuditError::Unreadable(error)) => return Err(error.into()),
    };
    for lie in &audit.lies {
        writeln!(out, "{BOLD}FALSE{BOLD:#}   {}", inert(lie))?;
    }
    let word = if audit.lies.is_empty() { "SOUND" } else { "NOT SOUND" };
    let key = if audit.key_pinned { "pinned" } else { "taken from the record itself" };
    writeln!(
        out,
        "{BOLD}{word}{BOLD:#}   {}: {} entries, {} documents; log key {key}",
        audit.origin, audit.entries, audit.documents
    )?;
    Ok(u8::from(!audit.lies.is_empty()))
}
