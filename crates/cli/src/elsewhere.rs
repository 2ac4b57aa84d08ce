//! `erratum mirror` and `erratum audit --follow`: records that lie elsewhere, and what becomes of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use erratum::record::{Act, Body, LocalStore, Store};
use erratum_remote::{Http, Monitor, Noticed, Patience, ReadStore, RemoteError, mirror as copy};

use crate::args;
use crate::failure::Failure;
use crate::show::{BOLD, inert};

pub(crate) fn mirror(args: &args::Mirror) -> Result<u8, Failure> {
    let source = Arc::new(Http::new(&args.url, Patience::default())?);
    let mut out = anstream::stdout().lock();
    let done = match copy(source, &args.dir, args.key.as_ref()) {
        Ok(done) => done,
        Err(RemoteError::Log(error)) => return Err(error.into()),
        Err(lie) => return tell_lie(&mut out, &lie),
    };
    let (origin, size) = (inert(done.checkpoint.origin()), done.checkpoint.size());
    match done.before {
        None => writeln!(out, "mirrored {origin}: {size} entries")?,
        Some(before) if before == size => writeln!(out, "{origin}: nothing new at {size} entries")?,
        Some(before) => writeln!(out, "mirrored {origin}: {size} entries, {before} were there")?,
    }
    match (&args.key, done.before) {
        (None, None) => writeln!(out, "  log key taken from the record itself: {}", done.key)?,
        (None, Some(_)) => writeln!(out, "  log key as before")?,
        (Some(_), _) => {}
    }
    for entry in &done.missing {
        writeln!(out, "  entry {entry}: the record gives no blobs of it, and does not say why")?;
    }
    Ok(u8::from(!done.missing.is_empty()))
}

fn tell_lie(out: &mut impl Write, lie: &RemoteError) -> Result<u8, Failure> {
    writeln!(out, "{BOLD}FALSE{BOLD:#}   {}", inert(&lie.to_string()))?;
    Ok(1)
}

/// Watches a record until it is found false, or for ever.
pub(crate) fn follow(args: &args::Audit) -> Result<u8, Failure> {
    let store = store(&args.record)?;
    let state = args.state.clone().unwrap_or_else(|| PathBuf::from("erratum.monitor"));
    let mut monitor = Monitor::open(&state, &args.name)?;
    let mut begun = false;
    loop {
        match look(&mut monitor, &store, args) {
            Ok(()) => begun = true,
            Err(Trouble::Remote(RemoteError::Log(error))) if begun => {
                anstream::eprintln!("erratum: {}", inert(&error.to_string()));
            }
            Err(Trouble::Remote(RemoteError::Log(error))) => return Err(error.into()),
            Err(Trouble::Remote(lie)) => return tell_lie(&mut anstream::stdout().lock(), &lie),
            Err(Trouble::Own(failure)) => return Err(failure),
        }
        thread::sleep(Duration::from_secs(args.interval));
    }
}

/// The record's folder or URL.
fn store(record: &Path) -> Result<Arc<dyn Store>, Failure> {
    match record.to_str().filter(|text| is_url(text)) {
        Some(url) => Ok(Arc::new(ReadStore::new(Arc::new(Http::new(url, Patience::default())?)))),
        None => Ok(Arc::new(LocalStore::new(record))),
    }
}

/// Whether this names a record by URL.
pub(crate) fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// What ends a look.
enum Trouble {
    Remote(RemoteError),
    Own(Failure),
}

impl From<RemoteError> for Trouble {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Own(failure)
    }
}

fn look(monitor: &mut Monitor, store: &Arc<dyn Store>, args: &args::Audit) -> Result<(), Trouble> {
    let seen = monitor.look(Arc::clone(store), args.key.as_ref())?;
    let mut out = anstream::stdout().lock();
    let (origin, size) = (inert(seen.checkpoint().origin()), seen.checkpoint().size());
    let own = |error: std::io::Error| Trouble::Own(error.into());
    match seen.before() {
        None => writeln!(out, "watching {origin} from {size} entries on").map_err(own)?,
        Some(before) if before < size => {
            writeln!(out, "{origin}: {size} entries, continuing the {before} seen before")
                .map_err(own)?;
        }
        Some(_) => {}
    }
    monitor.notice::<Trouble>(&seen, |noticed| {
        writeln!(out, "  entry {}, {}: {}", noticed.entry, noticed.logged, about(&noticed)).map_err(own)
    })?;
    // Afterwards, so that what is not told yet is told again after a crash.
    monitor.remember(&seen).map_err(|error| Trouble::Own(error.into()))
}

/// One line on a statement.
fn about(noticed: &Noticed) -> String {
    let (kind, speaker) = match &noticed.statement.body {
        Body::Record(_) => ("admits keys".to_owned(), None),
        Body::Keys(body) => (format!("sets the keys of {}", body.name()), Some(&body.speaker)),
        Body::Acceptance(body) => {
            (format!("accepts to be superior of {}", body.subordinate), Some(&body.speaker))
        }
        Body::Revocation(body) => (format!("revokes {}", body.key.name()), Some(&body.speaker)),
        Body::Commitment(body) => ("commits to drafts".to_owned(), Some(&body.speaker)),
        Body::Document(body) => (format!("registers {}", body.name), Some(&body.speaker)),
        Body::Rendition(body) => ("adds a rendition".to_owned(), Some(&body.speaker)),
        Body::Standing(body) => (word(body.act), Some(&body.speaker)),
        Body::Comment(body) | Body::Note(body) => ("remarks".to_owned(), Some(&body.speaker)),
    };
    let speaker = speaker.map_or("the operator", |name| name.as_str());
    let document =
        noticed.document.as_ref().filter(|_| !matches!(noticed.statement.body, Body::Document(_)));
    let on = document.map(|name| format!(" on {name}")).unwrap_or_default();
    format!("{speaker} {kind}{on}")
}

fn word(act: Act) -> String {
    match act.standing() {
        Some(standing) => format!("says {standing}"),
        None => "lifts a word".to_owned(),
    }
}
