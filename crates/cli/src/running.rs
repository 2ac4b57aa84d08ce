//! `erratum record`: begin a record, admit offices, take in what they say, make the index anew.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use erratum::record::{
    Operator, Origin, Receipt, Record, Recovery, SUFFIX_LIST, Signer, Time, create_key_file, random_seed,
};
use erratum::{Library, check_statement};
use erratum_desk::{Desk, DeskError, drain};

use crate::args::{RecordCommand, Run};
use crate::failure::Failure;

/// How long `record run --watch` waits between looks at the inbox.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) fn record(command: &RecordCommand, desk: Option<&Path>) -> Result<u8, Failure> {
    match command {
        RecordCommand::Create { dir, origin, key } => create(dir, origin, key)?,
        RecordCommand::Admit { name, vkey, run } => {
            let (record, key) = which(run, desk)?;
            let (mut operator, recovery) =
                Operator::open(&record, &key, Box::new(Time::now), Box::new(check_statement))?;
            tell_recovery(&recovery);
            let entry = operator.admit(name, vkey)?;
            anstream::println!("admitted {name}: entry {entry}");
            tell(&operator.drain()?);
        }
        RecordCommand::Run { run, watch } => {
            let (record, key) = which(run, desk)?;
            loop {
                match drain(&record, &key, Box::new(Time::now)) {
                    // An office at the record with its own log key is soon done.
                    Err(DeskError::Operator(error)) if *watch && error.is_busy() => {}
                    done => {
                        let (recovery, drained) = done?;
                        tell_recovery(&recovery);
                        tell(&drained);
                    }
                }
                if !watch {
                    break;
                }
                thread::sleep(PAUSE);
            }
        }
        RecordCommand::Rebuild { record } => {
            let place = match record {
                Some(place) => place.clone(),
                None => Desk::open(&Desk::find(desk)?)?.record_place().to_owned(),
            };
            Library::rebuild(&Record::open(&place, None)?)?;
            anstream::println!("made the index of {} anew", place.display());
        }
    }
    Ok(0)
}

fn create(dir: &Path, origin: &str, key: &Path) -> Result<(), Failure> {
    let origin: Origin = origin.parse()?;
    if whole(key).starts_with(whole(dir)) {
        let why = format!(
            "{}: the log key may not lie in the record's folder, which is public",
            key.display()
        );
        return Err(Failure::new(why));
    }
    if !key.exists() {
        let signer = Signer::from_seed(origin.as_str(), &random_seed()?)?;
        create_key_file(key, &signer)?;
        anstream::println!("made the log key {}", key.display());
    }
    let signer = erratum::record::read_key_file(key)?;
    if signer.verifier().name() != origin.as_str() {
        let why = format!("{}: the key of {}, not of {origin}", key.display(), signer.verifier().name());
        return Err(Failure::new(why));
    }
    let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
    Operator::create(dir, key, SUFFIX_LIST, random_seed()?, clock, check)?;
    anstream::println!("began the record {origin} in {}", dir.display());
    anstream::println!("  log key {}", signer.verifier());
    Ok(())
}

/// The path from the root, without `..` and links as far as the folder of it exists.
fn whole(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let in_folder = || {
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        Ok(path.file_name().map_or(folder.clone(), |name| folder.join(name)))
    };
    let found: std::io::Result<PathBuf> = path.canonicalize().or_else(|_| in_folder());
    found.or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// The record to run and its key: those given, else the desk's.
fn which(run: &Run, desk: Option<&Path>) -> Result<(PathBuf, PathBuf), Failure> {
    if let (Some(record), Some(key)) = (&run.record, &run.key) {
        return Ok((record.clone(), key.clone()));
    }
    let desk = Desk::open(&Desk::find(desk)?)?;
    let record = run.record.clone().unwrap_or_else(|| desk.record_place().to_owned());
    let key = run.key.clone().or_else(|| desk.log_key().map(Path::to_owned));
    let key = key.ok_or_else(|| Failure::new("this desk has no log key; name it with --key FILE"))?;
    Ok((record, key))
}

fn tell_recovery(recovery: &Recovery) {
    if let Recovery::Finished { from, to } = recovery {
        anstream::println!(
            "finished an append that was interrupted: {from} entries were public, now {to}"
        );
    }
}

fn tell(drained: &erratum::record::Drained) {
    for (path, receipt) in &drained.answered {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let name: String = name.chars().take(8).collect();
        match receipt {
            Receipt::Logged { entry, logged } => {
                anstream::println!("{name}: entry {entry}, logged {logged}");
            }
            Receipt::Refused(why) => anstream::println!("{name}: refused: {}", crate::show::inert(why)),
        }
    }
    for waiting in &drained.waiting {
        anstream::println!("waiting: {}", crate::show::inert(&waiting.why));
    }
    for (path, why) in &drained.rejected {
        let file = path.to_string_lossy();
        anstream::println!("rejected: {}: {}", crate::show::inert(&file), crate::show::inert(why));
    }
}
