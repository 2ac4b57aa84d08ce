//! `erratum approve`: what waits for signatures, shown, signed, handed on.

use std::io::{BufRead, Write};
use std::path::Path;

use erratum::record::Record;
use erratum_desk::{Desk, Pending, Progress, in_plain_words};

use crate::acts::{Done, at_work, hand_in_pending};
use crate::failure::Failure;
use crate::key_args::Approve;
use crate::show::inert;

pub(crate) fn approve(args: &Approve, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let Some(text) = &args.pending else { return list(&desk, &record) };
    let mut pending = desk.find_pending(text)?;
    if let Some(out) = &args.out {
        return write(&pending, out);
    }
    if let Some(entry) = desk.logged_pending(&pending) {
        desk.forget_pending(&pending.id())?;
        anstream::println!("it is logged already: entry {entry}");
        return Ok(0);
    }
    desk.check_pending(&record, &pending)?;
    let progress = Progress::of(&record, &pending)?;
    for part in pending.parts() {
        for line in in_plain_words(&record, &part.statement, &part.blobs)? {
            anstream::println!("{}", inert(&line));
        }
    }
    tell(&progress);
    if !progress.enough {
        if !args.yes && !is_confirmed(&desk)? {
            anstream::println!("not signed");
            return Ok(1);
        }
        let used = desk.approve(&record, &mut pending)?;
        for key in &used {
            anstream::println!("signed by {}", key.name());
        }
        if used.is_empty() {
            anstream::println!("no key of this desk can add a signature");
        }
    }
    hand_in_pending(&desk, &pending)
}

fn list(desk: &Desk, record: &Record) -> Done {
    let waiting = desk.pending()?;
    if waiting.is_empty() {
        anstream::println!("nothing waits for signatures");
    }
    for (file, pending) in waiting {
        let progress = Progress::of(record, &pending)?;
        let mut words = Vec::new();
        if let Some(part) = pending.parts().first() {
            words = in_plain_words(record, &part.statement, &part.blobs)?;
        }
        let first = words.first().map(|line| inert(line)).unwrap_or_default();
        anstream::println!("{}  {first}", pending.id().short());
        if let Some(entry) = desk.logged_pending(&pending) {
            desk.forget_pending(&pending.id())?;
            anstream::println!("  logged meanwhile: entry {entry}");
            continue;
        }
        tell(&progress);
        if let Err(why) = desk.check_pending(record, &pending) {
            anstream::println!("  {}", inert(&why.to_string()));
        }
        anstream::println!("  {}", file.display());
    }
    Ok(0)
}

fn tell(progress: &Progress) {
    let by = match progress.signed.as_slice() {
        [] => String::new(),
        signed => format!(": {}", signed.join(", ")),
    };
    anstream::println!("  {} of {} signatures{by}", progress.signed.len(), progress.needed);
}

/// Asks, and takes nothing but a clear yes for one.
fn is_confirmed(desk: &Desk) -> Result<bool, Failure> {
    anstream::print!("Sign this for {}? Type yes: ", desk.name());
    anstream::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn write(pending: &Pending, out: &Path) -> Done {
    if out == Path::new("-") {
        anstream::print!("{}", pending.text());
        return Ok(0);
    }
    let failed = |error| Failure::new(format!("{}: {error}", out.display()));
    let mut file = std::fs::File::create_new(out).map_err(failed)?;
    file.write_all(pending.text().as_bytes()).map_err(failed)?;
    anstream::println!("wrote {}", out.display());
    Ok(0)
}
