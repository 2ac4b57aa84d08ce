//! `erratum slip`, `verify`, `audit`.

use std::fs;
use std::io::Write;
use std::path::Path;

use erratum::record::{
    Act, BlobRef, Moment, ProvenSlip, Record, Registered, Slip, Standing, Time, Word,
};
use erratum::text::Part;
use erratum::verdict::rank_in_words;
use erratum::{AuditError, RecordSource, Seen, audit as audit_record, forms_of};

use crate::args;
use crate::failure::Failure;
use crate::show::{BOLD, inert, seen_by, withheld};
use crate::{reading, records};

pub(crate) fn slip(args: &args::Slip, desk: Option<&Path>) -> Result<u8, Failure> {
    let policy = records::policy(args.records.policy.as_deref())?;
    let (record, own) = records::one(&args.records, &policy, desk)?;
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
    let slip =
        Slip::parse(&read(&args.slip)?).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let policy = records::policy(args.policy.as_deref())?;
    let pinned = policy.records.iter().find_map(|record| {
        let key = record.key.as_ref().filter(|key| key.name() == slip.origin.as_str())?;
        Some((record, key))
    });
    let mut out = anstream::stdout().lock();
    let proven = match slip.verify(pinned.map(|(_, key)| key)) {
        Ok(proven) => proven,
        Err(error) => {
            let why = inert(&error.to_string());
            writeln!(out, "{BOLD}THE PROOF FAILS{BOLD:#}   {name}: {why}")?;
            return Ok(1);
        }
    };
    let Some(document) = proven.state.document(&proven.document)? else {
        return Err(Failure::new(format!("{name}: the slip lacks its document")));
    };
    let now = Time::now();
    let moment = Moment::now(now, proven.last_logged);
    let document = proven.state.seen(&document, moment)?;
    let standing = document.standings().standing();
    let seen = Seen::by_witnesses(&policy, slip.checkpoint.as_bytes(), now);
    show(&mut out, &proven, &document, moment, pinned.is_some(), &seen)?;
    // What no epoch covers may have been followed by a word that whoever passed the slip on left out.
    let covered = proven.epoch.is_some() && !proven.is_newer_than_epoch();
    let mut passes = standing == Some(Standing::Issued) && covered;
    let speaks = pinned.is_some_and(|(record, _)| record.speaks_for(document.issuer()));
    if !policy.records.is_empty() && !speaks {
        writeln!(
            out,
            "  Your policy has no record {} that speaks for {}.",
            slip.origin,
            document.issuer()
        )?;
        passes = false;
    }
    // Of what came after the epoch nothing is proven but that it was said.
    let proven_at = proven.epoch.as_ref().map_or(proven.last_logged, |epoch| epoch.logged);
    // Nor can the epoch be younger than what the witnesses saw it in, whatever its clock said.
    let proven_at = seen.time().map_or(proven_at, |time| time.min(proven_at));
    if let Some(why) = seen.view().and_then(|view| view.lacking) {
        writeln!(out, "  Not seen by the witnesses that your policy asks for: {}.", inert(&why))?;
        passes = false;
    }
    if policy.is_too_old(proven_at, now) {
        writeln!(out, "  The proof is older than your policy allows.")?;
        passes = false;
    }
    if let Some(copy) = &args.copy {
        passes &= show_copy(&mut out, &document, copy)?;
    }
    Ok(u8::from(!passes))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn show(
    out: &mut impl Write,
    proven: &ProvenSlip,
    document: &erratum::record::Viewed,
    moment: Moment,
    pinned: bool,
    seen: &Seen,
) -> Result<(), Failure> {
    let standings = document.standings();
    let standing = match (standings.standing(), document.attributed_to()) {
        (_, Some(to)) => format!("ONLY REPORTED, AS FROM {to}"),
        (Some(standing), None) => standing.to_string().to_uppercase(),
        (None, None) => "NO WORD IN FORCE".to_owned(),
    };
    writeln!(out, "{BOLD}{standing}{BOLD:#}   {}", document.document.name)?;
    match proven.withheld(document.entry) {
        Some(why) => writeln!(out, "  {}", withheld(why))?,
        None => writeln!(out, "  \"{}\"", blob(proven, document.entry, document.document.title))?,
    }
    if let Some(word) = standings.leading {
        if let Some(reason) = word.reason {
            writeln!(out, "  {}", blob(proven, word.entry, reason))?;
        }
        writeln!(out, "      says {}", who_and_when(word))?;
    }
    for word in standings.beside {
        writeln!(
            out,
            "  Beside it: {}, says {}",
            word.standing().map_or("lift", Standing::as_str),
            who_and_when(word)
        )?;
    }
    for word in document.in_force() {
        let (Act::Corrected(by) | Act::Superseded(by)) = word.act else { continue };
        let Some(successor) = proven.state.document(&by)? else { continue };
        let standing = proven.state.seen(&successor, moment)?.standings().standing();
        let standing = standing.map_or("without a word in force", Standing::as_str);
        writeln!(out, "  Its place is taken by {} ({standing}).", successor.document.name)?;
    }
    if let Some(committed) = proven.state.commitment_of(document)? {
        writeln!(
            out,
            "  A draft of {}: committed on {} (entry {}), opened on {} (entry {}); its text opens the commitment.",
            document.issuer(),
            committed.logged.for_people(),
            committed.entry,
            document.logged.for_people(),
            document.entry
        )?;
    }
    for remark in &document.comments {
        let text = blob(proven, remark.entry, remark.text);
        let when = remark.logged.for_people();
        writeln!(out, "  Comment by {} ({when}): {text}", remark.speaker)?;
    }
    show_proof(out, proven, pinned, seen)
}

fn show_proof(
    out: &mut impl Write,
    proven: &ProvenSlip,
    pinned: bool,
    seen: &Seen,
) -> Result<(), Failure> {
    let key = if pinned { "pinned by your policy" } else { "taken from the slip itself: compare it" };
    let (origin, size) = (proven.checkpoint.origin(), proven.checkpoint.size());
    writeln!(out, "  Proven by {origin} at {size} entries; its log key is {key}.")?;
    if !pinned {
        writeln!(out, "      {}", proven.log_key)?;
    }
    if !proven.suffixes_known {
        writeln!(
            out,
            "  The record's public suffix list is not the one carried here: superiors by ancestry are not proven."
        )?;
    }
    writeln!(out, "  {} {}", until_when(proven), witnessed(seen))?;
    Ok(())
}

/// Up to when it is proven that nothing else was said.
fn until_when(proven: &ProvenSlip) -> String {
    let Some(epoch) = &proven.epoch else {
        let last = proven.last_logged.for_people();
        return format!(
            "Its latest word is of {last}. Words that the slip leaves out, and later words unknown."
        );
    };
    let (entry, logged) = (epoch.entry, epoch.logged.for_people());
    if !proven.is_newer_than_epoch() {
        return format!(
            "Nothing else was said of it by {logged} (epoch at entry {entry}); later words unknown."
        );
    }
    let since = match epoch.has_document {
        true => format!("Not yet in an epoch: its latest word came after {logged} (entry {entry})."),
        false => format!("Not yet in an epoch: the document came after {logged} (entry {entry})."),
    };
    format!(
        "{since} That it was said is proven; whether anything else was, is not; later words unknown."
    )
}

/// Who else saw what the record committed to.
fn witnessed(seen: &Seen) -> String {
    match seen.view() {
        Some(view) => seen_by(&view),
        None => "The record says so; no witness is asked for.".to_owned(),
    }
}

/// What an entry of the slip brought, for people; or that it is withheld, and why.
fn blob(proven: &ProvenSlip, entry: u64, blob: BlobRef) -> String {
    match proven.withheld(entry) {
        Some(why) => withheld(why),
        None => inert(proven.text_of(entry, blob).unwrap_or_default()),
    }
}

fn who_and_when(word: &Word) -> String {
    let logged = word.logged.for_people();
    let since = match word.effective {
        Some(claimed) => format!("claimed from {}, first known {logged}", claimed.for_people()),
        None => format!("since {logged}"),
    };
    let copied = word.copied_from.as_ref().map(|from| format!(" (copied from {from})"));
    format!("{}, {}, {since}{}", word.voice, rank_in_words(word.rank), copied.unwrap_or_default())
}

/// Says how a file is a copy of the document, as far as digests can tell; of a file of several parts, for
/// each part. Whether all of it is.
fn show_copy(out: &mut impl Write, document: &Registered, copy: &Path) -> Result<bool, Failure> {
    let bytes = read(copy)?;
    let file = reading::copy(bytes, copy);
    let parts = file.parts().unwrap_or_default();
    let mut all = true;
    let shown = inert(&copy.display().to_string());
    if parts.len() < 2 {
        let how = holds(document, file.bytes(), parts.first());
        writeln!(out, "  {shown}: {}", how.unwrap_or(NO_COPY))?;
        return Ok(how.is_some());
    }
    for part in parts {
        let how = holds(document, &part.bytes, Some(part));
        all &= how.is_some();
        writeln!(out, "  {shown}: {}: {}", inert(&part.path.join(": ")), how.unwrap_or(NO_COPY))?;
    }
    Ok(all)
}

/// What is said of a file that is no copy, as far as digests can tell.
const NO_COPY: &str =
    "neither a file nor the text of this document; see what differs with: erratum check";

fn holds(document: &Registered, bytes: &[u8], part: Option<&Part>) -> Option<&'static str> {
    let digest = erratum::record::Id::of(bytes);
    if document.renditions.iter().any(|known| known.rendition.sha256 == digest) {
        return Some("the same bytes as a file of this document");
    }
    let text = part?.text.as_ref().ok()?;
    let translated =
        document.renditions.iter().filter_map(|known| Some(&known.rendition.translation.as_ref()?.0));
    let comparison = forms_of(&text.text).comparison;
    let same =
        std::iter::once(&document.document.forms).chain(translated).any(|f| f.comparison == comparison);
    same.then_some("the same text as this document")
}

pub(crate) fn audit(args: &args::Audit) -> Result<u8, Failure> {
    if let Some(url) = args.record.to_str().filter(|text| crate::elsewhere::is_url(text)) {
        return Err(Failure::new(format!("{url}: mirror it first: erratum mirror {url} DIR")));
    }
    let policy = records::policy(args.policy.as_deref())?;
    let source = records::source(&args.record, &policy);
    let source = RecordSource { key: args.key.clone().or(source.key.clone()), ..source };
    let mut out = anstream::stdout().lock();
    let mut audit = match audit_record(&source, &policy) {
        Ok(audit) => audit,
        Err(AuditError::False(error)) => {
            writeln!(out, "{BOLD}FALSE{BOLD:#}   {error}")?;
            return Ok(1);
        }
        Err(AuditError::Unreadable(error)) => return Err(error.into()),
    };
    if let Some(pages) = &args.pages {
        audit.lies.extend(crate::building::audit(&source, pages)?);
    }
    for lie in &audit.lies {
        writeln!(out, "{BOLD}FALSE{BOLD:#}   {}", inert(lie))?;
    }
    let word = if audit.lies.is_empty() { "SOUND" } else { "NOT SOUND" };
    let key = if audit.key_pinned { "pinned" } else { "taken from the record itself" };
    writeln!(
        out,
        "{BOLD}{word}{BOLD:#}   {}: {} entries, {} documents, {} epochs; log key {key}",
        audit.origin, audit.entries, audit.documents, audit.epochs
    )?;
    if audit.indexes_left_out > 0 {
        writeln!(
            out,
            "  Not audited: {} earlier indexes, which hold what is withheld since or are too many to make again.",
            audit.indexes_left_out
        )?;
    }
    let mut sound = audit.lies.is_empty();
    if args.online {
        let lookup = crate::proving::lookup(args.names.as_deref())?;
        let record = Record::open(&source.path, source.key.as_ref())?;
        sound &= crate::online::audit(&mut out, &record, &lookup)?;
    }
    Ok(u8::from(!sound))
}
