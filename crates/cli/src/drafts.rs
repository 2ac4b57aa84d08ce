//! `erratum draft` and `erratum open`: drafts committed to in private, and opened when one leaks.

use std::io::Write;
use std::path::Path;

use erratum_desk::{Desk, Leak, Open};

use crate::acts::{at_work, hand_in, read, tell};
use crate::args;
use crate::failure::Failure;
use crate::show::inert;

pub(crate) fn draft(args: &args::Draft, desk: Option<&Path>) -> Result<u8, Failure> {
    let (mut desk, record) = at_work(desk)?;
    if args.list {
        return list(&desk, &record);
    }
    for path in &args.files {
        desk.put_draft(&read(path, &args.lang)?)?;
    }
    if args.later {
        anstream::println!("{} for the next commitment", waits(args.files.len()));
        return Ok(0);
    }
    let drafted = desk.commit_drafts(&record)?;
    let what = match drafted.drafts {
        0 => "committed to padding alone".to_owned(),
        1 => "committed to 1 draft".to_owned(),
        n => format!("committed to {n} drafts"),
    };
    tell(std::slice::from_ref(&drafted.handed_in), &what);
    if drafted.waiting > 0 {
        anstream::println!("  {}: this commitment is full", waits(drafted.waiting));
    }
    anstream::println!("  the salts are at {}: keep it, or no draft opens", desk.place().display());
    Ok(0)
}

fn waits(drafts: usize) -> String {
    if drafts == 1 { "1 draft waits".to_owned() } else { format!("{drafts} drafts wait") }
}

fn list(desk: &Desk, record: &erratum::record::Record) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    for draft in desk.drafts(record)? {
        let committed = match draft.committed {
            Some((entry, logged)) => format!("committed on {} (entry {entry})", logged.for_people()),
            None => "waits".to_owned(),
        };
        let many = if draft.paragraphs == 1 { "paragraph" } else { "paragraphs" };
        let (id, file) = (draft.id.short(), inert(&draft.file));
        writeln!(out, "{id}  {file}  {} {many}, {committed}", draft.paragraphs)?;
    }
    Ok(0)
}

pub(crate) fn open(args: &args::Open, desk: Option<&Path>) -> Result<u8, Failure> {
    let (mut desk, record) = at_work(desk)?;
    // The language of the copy does not matter: what is published is the desk's own draft.
    let copy = read(&args.copy, &"en".parse()?)?;
    let mut leak = desk.find_leak(&record, &copy)?;
    if args.all {
        leak.carry_all();
    }
    show(&leak)?;
    if !args.yes && !asked()? {
        return Err(Failure::new("nothing was opened; say y, or --yes, to publish this"));
    }
    let (path, title, date) = (args.path.clone(), args.title.clone(), args.date.clone());
    let open = Open { path, title, date, genre: args.genre };
    let opened = desk.open_draft(&record, &leak, &open)?;
    hand_in(&desk, &opened.submissions, &format!("opened {}", opened.name))?;
    anstream::println!("  document {}", opened.document);
    anstream::println!(
        "  the record proves that {} held this by {} (entry {})",
        desk.name(),
        leak.committed.for_people(),
        leak.entry
    );
    Ok(0)
}

/// Shows what would be published.
fn show(leak: &Leak) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "The copy comes from the draft {}, committed on {} (entry {}).",
        inert(&leak.file),
        leak.committed.for_people(),
        leak.entry
    )?;
    if leak.differs {
        writeln!(
            out,
            "  It was changed on the way: what is published is the draft as it was committed to."
        )?;
    }
    let (carried, all) = (leak.carried.len(), leak.paragraphs.len());
    writeln!(out, "  To open it publishes {carried} of its {all} paragraphs, for good:")?;
    for index in &leak.carried {
        let paragraph = leak.paragraphs.get(*index).map(String::as_str).unwrap_or_default();
        writeln!(out, "      {}", inert(paragraph))?;
    }
    Ok(())
}

/// Asks whether to go on.
fn asked() -> Result<bool, Failure> {
    let mut out = anstream::stdout().lock();
    write!(out, "  Publish this? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
