//! A record of ten million statements: how fast it grows, opens, proves and is audited.
//!
//! One statement in four registers a document, the others are words on documents taken at random from all
//! that are there, so that most of what a word is judged by must be read from the map.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use erratum::record::{FactKey, Id, Operator, Record, Submission, Time};
use erratum::{Policy, RecordSource, check_statement};

use crate::Done;
use crate::bench_record::ours::{most_memory, written};
use crate::office::{Office, logged};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const STATEMENTS: u64 = 10_000_000;
/// One statement in so many is a document.
const DOCUMENT_EVERY: u64 = 4;
/// So many go into one append.
const BATCH: usize = 8192;
/// So many proofs are made and checked.
const PROOFS: usize = 2000;
/// The word of the chore that a process of its own runs.
pub(super) const AUDIT: &str = "record-audit";

/// Runs the trial: `cargo xtask heavy record [STATEMENTS]`.
pub(super) fn trial(root: &Path, rest: &[String]) -> Done {
    let statements = rest.first().map_or(Ok(STATEMENTS), |number| number.parse())?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("heavy-record");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut report = Report::default();
    let ids = grow(&folder, statements, &mut report)?;
    open(&folder, &mut report)?;
    prove(&folder, &ids, &mut report)?;
    drop(ids);
    audit_apart(&folder, &mut report)?;
    report.line("on disk, log", megabytes(size_of(&folder.join("record/tile"))?));
    report.line("on disk, blobs", megabytes(size_of(&folder.join("record/blob"))?));
    report.line("on disk, map", megabytes(size_of(&folder.join("record/map"))?));
    report.write(root, statements)?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// What is told at the end.
#[derive(Default)]
struct Report(Vec<(String, String)>);

impl Report {
    fn line(&mut self, what: impl Into<String>, figure: impl ToString) {
        let (what, figure) = (what.into(), figure.to_string());
        println!("{what}: {figure}");
        self.0.push((what, figure));
    }

    fn write(&self, root: &Path, statements: u64) -> Done {
        let cores = std::thread::available_parallelism()?;
        let date = Time::now().to_string();
        let date = date.get(..10).unwrap_or_default();
        let mut text = format!(
            "# A record of {statements} statements\n\nWritten by `cargo xtask heavy record` on {date}, on \
             {cores} cores. One statement in {DOCUMENT_EVERY} registers a document (two blobs), the others \
             are words on documents taken at random; each is signed while it is generated, checked strictly \
             once, judged, and durable before it counts, in appends of {BATCH}.\n\n| | |\n| --- | --- |\n"
        );
        for (what, figure) in &self.0 {
            text.push_str(&format!("| {what} | {figure} |\n"));
        }
        fs::create_dir_all(root.join("docs/heavy"))?;
        fs::write(root.join("docs/heavy/record.md"), text)?;
        Ok(())
    }
}

/// Makes the statements, in order, on a thread of its own.
struct Generator {
    office: Office,
    random: u64,
}

impl Generator {
    fn next(&mut self, number: u64) -> Result<Submission> {
        let documents = self.office.documents().len();
        if number.is_multiple_of(DOCUMENT_EVERY) || documents == 0 {
            return self.office.document();
        }
        // Knuth's multiplier: any spread will do.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.office.word((self.random >> 33) as usize % documents)
    }
}

/// Appends all of it; gives the ids of the documents.
fn grow(folder: &Path, statements: u64, report: &mut Report) -> Result<Vec<Id>> {
    let (mut operator, office) = Office::begin(folder)?;
    let mut generator = Generator { office, random: 1 };
    let (door, batches) = sync_channel(2);
    let work = std::thread::spawn(move || {
        let mut next = 0;
        while next < statements {
            let end = statements.min(next + BATCH as u64);
            let made = (next..end).map(|number| generator.next(number).map_err(|e| e.to_string()));
            let Ok(()) = door.send(made.collect::<std::result::Result<Vec<_>, String>>()) else { break };
            next = end;
        }
        generator.office.documents().to_vec()
    });
    append(&mut operator, &batches, statements, report)?;
    drop(batches);
    work.join().map_err(|_| "the generator panicked".into())
}

fn append(
    operator: &mut Operator,
    batches: &Receiver<std::result::Result<Vec<Submission>, String>>,
    statements: u64,
    report: &mut Report,
) -> Done {
    let (start, tenth) = (Instant::now(), statements / 10);
    let (mut done, mut slowest, mut mark) = (0, Duration::ZERO, (Instant::now(), 0));
    let mut rates = Vec::new();
    let before = written()?;
    while let Ok(batch) = batches.recv() {
        let batch = batch?;
        let begun = Instant::now();
        logged(operator.submit(&batch)?)?;
        operator.work_on_epoch()?;
        slowest = slowest.max(begun.elapsed());
        done += batch.len() as u64;
        if done - mark.1 >= tenth {
            rates.push((done - mark.1) as f64 / mark.0.elapsed().as_secs_f64());
            mark = (Instant::now(), done);
        }
    }
    let elapsed = start.elapsed();
    let begun = Instant::now();
    operator.epoch()?;
    report.line(
        "statements a second, signing included",
        format!("{:.0}", done as f64 / elapsed.as_secs_f64()),
    );
    let rates: Vec<_> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
    report.line("statements a second, for each tenth", rates.join(" "));
    report.line("slowest append of a batch", format!("{:.2} s", slowest.as_secs_f64()));
    report.line("the last epoch, waited for", format!("{:.1} s", begun.elapsed().as_secs_f64()));
    report.line("bytes written a statement", (written()? - before) / done.max(1));
    report.line("most memory while appending, generator included", memory()?);
    Ok(())
}

/// The least of some tries, in milliseconds, and the first.
fn timed<T>(tries: usize, mut work: impl FnMut() -> Result<T>) -> Result<(f64, f64)> {
    let mut times = Vec::new();
    for _ in 0..tries {
        let start = Instant::now();
        drop(work()?);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let first = times.first().copied().unwrap_or(0.0);
    times.sort_by(f64::total_cmp);
    Ok((times.get(tries / 2).copied().unwrap_or(0.0), first))
}

fn open(folder: &Path, report: &mut Report) -> Done {
    let (record, key) = (folder.join("record"), folder.join("log.key"));
    let (median, first) = timed(11, || Ok(Record::open(&record, None)?))?;
    report.line("a reader opens it", format!("{median:.1} ms (first {first:.1} ms)"));
    let (median, first) = timed(11, || {
        let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
        Ok(Operator::open(&record, &key, clock, check)?)
    })?;
    report.line("its operator opens it", format!("{median:.1} ms (first {first:.1} ms)"));
    Ok(())
}

fn prove(folder: &Path, ids: &[Id], report: &mut Report) -> Done {
    let record = Record::open(&folder.join("record"), None)?;
    let map = record.state().map();
    let some = |number: usize| (number * 7_919) % ids.len().max(1);
    for (what, present) in [("latest", true), ("absence", false)] {
        let (mut made, mut checked, mut bytes) = (Vec::new(), Vec::new(), 0);
        for number in 0..PROOFS {
            let id = if present { ids[some(number)] } else { Id::of(&number.to_be_bytes()) };
            let key = FactKey::Document(id).key();
            let start = Instant::now();
            let proof = map.prove(&key)?;
            made.push(start.elapsed().as_secs_f64() * 1000.0);
            let value = map.get(&key)?.map(erratum::record::hash_value);
            if value.is_some() != present {
                return Err("the map does not have what was put into it".into());
            }
            let start = Instant::now();
            proof.check(&map.root(), &key, value.as_ref())?;
            checked.push(start.elapsed().as_secs_f64() * 1000.0);
            bytes += proof.to_string().len();
        }
        report.line(format!("{what}: proven in"), spread(&mut made));
        report.line(format!("{what}: checked in"), spread(&mut checked));
        report.line(format!("{what}: bytes of a proof"), bytes / PROOFS);
    }
    let mut slips = Vec::new();
    for number in 0..PROOFS / 10 {
        let start = Instant::now();
        let slip = record.slip(&ids[some(number)])?;
        slips.push(start.elapsed().as_secs_f64() * 1000.0);
        let slip = slip.ok_or("no slip of a document that is there")?;
        if slip.verify(None)?.epoch.is_none() {
            return Err("a slip without an epoch".into());
        }
    }
    report.line("a whole slip made in", spread(&mut slips));
    Ok(())
}

fn spread(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    format!("{:.3} ms (p99 {:.3} ms)", at(0.5), at(0.99))
}

/// Audits in a process of its own, for its memory to be seen.
fn audit_apart(folder: &Path, report: &mut Report) -> Done {
    let output = Command::new(std::env::current_exe()?)
        .args(["heavy", AUDIT])
        .arg(folder.join("record"))
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into());
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (what, figure) = line.split_once(": ").unwrap_or((line, ""));
        report.line(what, figure);
    }
    Ok(())
}

/// The chore of that process.
pub(super) fn audit(rest: &[String]) -> Done {
    let record = rest.first().ok_or("usage: cargo xtask heavy record-audit RECORD")?;
    let start = Instant::now();
    let audit = erratum::audit(&RecordSource::unpinned(record), &Policy::default())
        .map_err(|error| format!("{error:?}"))?;
    if let Some(lie) = audit.lies.first() {
        return Err(format!("the audit found: {lie}").into());
    }
    println!("audit: {:.0} s", start.elapsed().as_secs_f64());
    println!("audit, most memory: {}", memory()?);
    Ok(())
}

fn memory() -> Result<String> {
    Ok(format!("{} MB", most_memory()? / 1024))
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

fn size_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(folder)? {
        let file = file?;
        bytes +=
            if file.file_type()?.is_dir() { size_of(&file.path())? } else { file.metadata()?.len() };
    }
    Ok(bytes)
}
