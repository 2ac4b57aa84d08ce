//! `erratum record`: begin a record, admit offices, take in what they say, withhold, make anew what is
//! derived from the log.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use erratum::record::{
    Operator, Origin, Receipt, Record, Recovery, SUFFIX_LIST, Signer, Time, Waiting, create_key_file,
    random_seed,
};
use erratum::{Rebuilt, check_statement};
use erratum_desk::{Desk, DeskError, Epochs, commit};
use erratum_names::Found;

use crate::args::{RecordCommand, Run};
use crate::failure::Failure;
use crate::proving::{self, Proving};
use crate::records;
use crate::witnesses::{Ran, Witnesses};

/// How long `record run --watch` waits between looks at the inbox.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) fn record(command: &RecordCommand, desk: Option<&Path>) -> Result<u8, Failure> {
    match command {
        RecordCommand::Create { dir, origin, key, open } => create(dir, origin, key, *open)?,
        RecordCommand::Prove { offices, names, run } => {
            let lookup = proving::lookup(names.as_deref())?;
            let (record, mut operator) = open(run, desk)?;
            let proven = proving::prove(&mut operator, offices, &lookup);
            commit(&mut operator, &record, Epochs::OnNews)?;
            proven?;
        }
        RecordCommand::Admit { name, vkey, run } => {
            let (record, mut operator) = open(run, desk)?;
            let entry = operator.admit(name, vkey)?;
            anstream::println!("admitted {name}: entry {entry}");
            tell(&operator.drain()?);
            commit(&mut operator, &record, Epochs::OnNews)?;
        }
        RecordCommand::Withhold { what, reason, run } => withhold(what, reason, run, desk)?,
        RecordCommand::Run { run, watch, witnesses, names } => {
            let (record, key) = which(run, desk)?;
            let witnesses = witnesses.as_deref().map(|file| Witnesses::read(file, &key)).transpose()?;
            let names = names.clone();
            let mut running = Running { record, key, witnesses, names, proving: None };
            if *watch {
                return running.watch();
            }
            running.once(Epochs::OnNews, &[])?;
            let found = running.proving.as_mut().map(Proving::finish).unwrap_or_default();
            if !found.is_empty() {
                running.once(Epochs::OnNews, &found)?;
            }
        }
        RecordCommand::Rebuild { record } => {
            let place = match record {
                Some(place) => place.clone(),
                None => Desk::open(&Desk::find(desk)?)?.record_place().to_owned(),
            };
            tell_rebuilt(&place, erratum::rebuild(&place, None)?);
        }
    }
    Ok(0)
}

/// A record that is run, with whom is asked meanwhile.
struct Running {
    record: PathBuf,
    key: PathBuf,
    witnesses: Option<Witnesses>,
    /// How names are looked up.
    names: Option<PathBuf>,
    /// In an open record, once it was run.
    proving: Option<Proving>,
}

impl Running {
    /// Takes in what comes until somebody stops it.
    fn watch(&mut self) -> Result<u8, Failure> {
        let mut found = Vec::new();
        loop {
            found.extend(self.proving.as_mut().map(Proving::ended).unwrap_or_default());
            match self.once(Epochs::WhenDue, &found) {
                // An office at the record with its own log key is soon done.
                Err(Ran::Operator(DeskError::Operator(error))) if error.is_busy() => {}
                done => {
                    done?;
                    found.clear();
                }
            }
            thread::sleep(PAUSE);
        }
    }

    /// Takes in what waits, first what was found of names.
    fn once(&mut self, epochs: Epochs, found: &[Found]) -> Result<(), Ran> {
        let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
        let opened = Operator::open(&self.record, &self.key, clock, check);
        let (mut operator, recovery) = opened.map_err(DeskError::from)?;
        tell_recovery(&recovery);
        if let Some(witnesses) = &mut self.witnesses {
            // Before anything is appended: a witness may know more of this log than a restored backup does.
            witnesses.ask(&mut operator)?;
        }
        proving::log(&mut operator, found)?;
        let drained = operator.drain().map_err(DeskError::from)?;
        tell(&drained);
        if let Some(witnesses) = &mut self.witnesses {
            // For the epoch to name a checkpoint that they have seen.
            witnesses.ask(&mut operator)?;
        }
        commit(&mut operator, &self.record, epochs)?;
        if let Some(witnesses) = &mut self.witnesses {
            witnesses.ask(&mut operator)?;
        }
        if operator.state().open().is_some() {
            self.ask(&drained.waiting)?;
        }
        Ok(())
    }

    /// Has the names looked up whose keys wait.
    fn ask(&mut self, waiting: &[Waiting]) -> Result<(), Ran> {
        if self.proving.is_none() {
            let lookup = proving::lookup(self.names.as_deref()).map_err(Ran::Names)?;
            self.proving = Some(Proving::new(lookup));
        }
        self.proving.iter_mut().for_each(|proving| proving.ask(waiting));
        Ok(())
    }
}

/// The record to run, opened.
fn open(run: &Run, desk: Option<&Path>) -> Result<(PathBuf, Operator), Failure> {
    let (record, key) = which(run, desk)?;
    let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
    let (operator, recovery) = Operator::open(&record, &key, clock, check)?;
    tell_recovery(&recovery);
    Ok((record, operator))
}

/// Withholds what an entry, or what a document's own entry and those of its translations, brought.
fn withhold(what: &str, reason: &str, run: &Run, desk: Option<&Path>) -> Result<(), Failure> {
    let (record, mut operator) = open(run, desk)?;
    let entries = match what.parse::<u64>() {
        Ok(entry) => vec![entry],
        Err(_) => {
            let opened = Record::open(&record, None)?;
            let document = records::document(&opened, what, None)?;
            let translations =
                document.renditions.iter().filter(|known| known.rendition.translation.is_some());
            std::iter::once(document.entry).chain(translations.map(|known| known.entry)).collect()
        }
    };
    let entry = operator.withhold(&entries, reason, random_seed()?)?;
    let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
    anstream::println!("withheld what entry {} brought: entry {entry}", entries.join(", "));
    if let Some(epoch) = commit(&mut operator, &record, Epochs::OnNews)? {
        anstream::println!("  gone from the index and the map with the epoch at entry {epoch}");
    }
    anstream::println!("  the statements and the standing stay; copies made before are out of reach");
    Ok(())
}

fn tell_rebuilt(place: &Path, rebuilt: Rebuilt) {
    let Rebuilt { epoch, indexed, committed } = rebuilt;
    anstream::println!("made the index of {} anew: {indexed} entries", place.display());
    if !committed {
        anstream::println!("  readers use it once an epoch commits to it: erratum record run");
    }
    match epoch {
        Some(entry) => anstream::println!("made the map of the epoch at entry {entry} anew"),
        None => anstream::println!("the record has no epoch yet, and so no map"),
    }
}

fn create(dir: &Path, origin: &str, key: &Path, quota: Option<u64>) -> Result<(), Failure> {
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
    Operator::create_open(dir, key, SUFFIX_LIST, quota, (clock, check))?;
    anstream::println!("began the record {origin} in {}", dir.display());
    anstream::println!("  log key {}", signer.verifier());
    if let Some(quota) = quota {
        anstream::println!(
            "  open to any name that proves itself, {quota} statements of each a UTC day"
        );
    }
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
    if !recovery.is_nothing() {
        anstream::println!("{recovery}");
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
