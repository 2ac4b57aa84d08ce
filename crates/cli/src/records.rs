//! From the command line to opened records: the policy, the records it names, a document in them.

use std::path::Path;
use std::sync::Arc;

use erratum::record::{DocumentName, Id, Name, Record, Registered, Time};
use erratum::{At, Policy, RecordSource, When};
use erratum_desk::Desk;

use crate::args::{Moments, Records};
use crate::failure::Failure;

/// The reader's policy: the file given, else `$ERRATUM_POLICY`, else one that trusts nobody.
pub(crate) fn policy(given: Option<&Path>) -> Result<Policy, Failure> {
    if let Some(file) = given {
        return Ok(Policy::read(file)?);
    }
    match std::env::var_os("ERRATUM_POLICY") {
        Some(file) => Ok(Policy::read(Path::new(&file))?),
        None => Ok(Policy::default()),
    }
}

/// The records to ask: those given, else the policy's. A given record that the policy knows too keeps the
/// log key and the names that it has there.
pub(crate) fn sources(args: &Records, policy: &Policy) -> Result<Vec<RecordSource>, Failure> {
    if args.record.is_empty() && policy.records.is_empty() {
        return Err(Failure::new("no record to ask; name one with --record DIR or in a policy"));
    }
    if args.record.is_empty() {
        return Ok(policy.records.clone());
    }
    Ok(args.record.iter().map(|path| source(path, policy)).collect())
}

/// A given record: with the log key and the names that it has in the policy, if that knows it.
pub(crate) fn source(path: &Path, policy: &Policy) -> RecordSource {
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    let known = policy.records.iter().find(|known| same(&known.path, path)).cloned();
    known.unwrap_or_else(|| RecordSource::unpinned(path))
}

/// The moment asked for.
pub(crate) fn when(args: &Moments) -> When {
    let at = match (args.as_of, args.in_force_at) {
        (Some(time), _) => At::AsOf(time),
        (None, Some(time)) => At::InForceAt(time),
        (None, None) => At::Present,
    };
    When { now: Time::now(), at }
}

/// One opened record for commands about a document: the first one named, else the desk's.
pub(crate) fn one(
    args: &Records,
    policy: &Policy,
    desk: Option<&Path>,
) -> Result<(Record, Option<Name>), Failure> {
    let own = Desk::find(desk).and_then(|place| Desk::open(&place)).ok();
    let name = own.as_ref().map(|desk| desk.name().clone());
    if let (true, true, Some(desk)) = (args.record.is_empty(), policy.records.is_empty(), &own) {
        return Ok((desk.record()?, name));
    }
    let sources = sources(args, policy)?;
    let Some(source) = sources.first() else { return Err(Failure::new("no record to ask")) };
    Ok((Record::open(&source.path, source.key.as_ref())?, name))
}

/// The document that somebody means: by its name, its path under their own name, or its id or the
/// beginning of it.
pub(crate) fn document(
    record: &Record,
    text: &str,
    own: Option<&Name>,
) -> Result<Arc<Registered>, Failure> {
    let state = record.state();
    let names = [Some(text.to_owned()), own.map(|own| format!("{own}/{text}"))];
    for name in names.iter().flatten().filter_map(|name| name.parse::<DocumentName>().ok()) {
        if let Some(found) = state.named(&name)? {
            return Ok(found);
        }
    }
    if let Ok(id) = text.parse::<Id>()
        && let Some(found) = record.document(&id)?
    {
        return Ok(found);
    }
    let missing = || Failure::new(format!("{} holds no document {text}", record.origin()));
    let is_beginning = text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let all = state.documents()?;
    if !is_beginning {
        // A name does not lead to what is void; an id does.
        let is_named = |known: &&Arc<Registered>| {
            names.iter().flatten().any(|name| known.document.name.to_string() == *name)
        };
        let void = all.iter().rev().find(is_named);
        return Err(void.map_or_else(missing, |void| {
            Failure::new(format!(
                "{} was signed with a key reported stolen and is void; say which by its id: {}",
                void.document.name,
                void.id.short()
            ))
        }));
    }
    let mut begins = all.into_iter().filter(|document| document.id.to_string().starts_with(text));
    match (begins.next(), begins.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(Failure::new(format!("{text}: several documents have such an id"))),
        (None, _) => Err(missing()),
    }
}
