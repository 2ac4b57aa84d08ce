//! `cargo xtask bench`: what the command costs, against peers in the same run. Ratios count; the times are
//! those of this machine and this hour.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use erratum::record::{
    Entry, Keys, Operator, Record, SUFFIX_LIST, Signed, Signer, Slip, Submission, Time, create_key_file,
};
use erratum::{At, Copy, Library, Policy, RecordSource, When};
use erratum_desk::{Desk, Issue, SourceFile};

use crate::Done;
use crate::corpus::{self, Numbers};
use crate::office::logged;

/// Documents issued in bulk.
const DOCUMENTS: u64 = 10_000;
/// Documents handed in together.
const BATCH: usize = 500;
/// Runs of a whole process, alternating with its peer.
const RUNS: usize = 40;
/// Copies checked against the bulk record.
const COPIES: u64 = 200;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Runs all benchmarks and prints a table of each.
pub(crate) fn bench(root: &Path) -> Done {
    let binary = build(root)?;
    pdf(root, &binary)?;
    slip(root, &binary)?;
    bulk(&binary)
}

/// Only what is said of slips.
pub(crate) fn slip_alone(root: &Path) -> Done {
    slip(root, &build(root)?)
}

/// Builds the command as it is released.
fn build(root: &Path) -> Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--package", "erratum-cli"])
        .current_dir(root)
        .status()?;
    if !status.success() {
        return Err("the release build failed".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/erratum"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn timed(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(start.elapsed())
}

/// `check` of the example PDF, whole process, against `pdftotext` of the same file, alternating.
fn pdf(root: &Path, binary: &Path) -> Done {
    let example = root.join("examples/northern-letter");
    let pdf = example.join("copies/letter.pdf");
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..RUNS {
        let policy = example.join("policy.toml");
        ours.push(timed(Command::new(binary).arg("check").arg(&pdf).arg("--policy").arg(policy))?);
        theirs.push(timed(Command::new("pdftotext").arg(&pdf).arg("-"))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("one-page PDF, whole process, median of {RUNS}");
    println!("  erratum check   {}", millis(ours));
    println!("  pdftotext       {}", millis(theirs));
    println!("  ratio           {:.2}", ours.as_secs_f64() / theirs.as_secs_f64());
    Ok(())
}

/// A slip verified, against the bare signature checks in it; and the whole process.
fn slip(root: &Path, binary: &Path) -> Done {
    let folder = root.join("examples/northern-letter");
    let file = folder.join("letter.slip");
    let bytes = fs::read(&file)?;
    let record = Record::open(&folder.join("record"), None)?;
    let slip = Slip::parse(&bytes)?;
    let mut signed = Vec::new();
    for written in &slip.entries {
        let entry = Entry::parse(written.entry.as_bytes())?;
        let key = match entry.statement.speaker() {
            Some(name) => {
                let theirs = record.state().authority(name, entry.logged)?.ok_or("no such issuer")?;
                theirs.keys.first().clone()
            }
            None => record.log_key().clone(),
        };
        signed.push((entry.note, key));
    }
    let (mut whole, mut bare, mut process) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS * 5 {
        let start = Instant::now();
        Slip::parse(&bytes)?.verify(Some(record.log_key()))?;
        whole.push(start.elapsed());
        let start = Instant::now();
        // With those of the slip's checkpoint and of the one in its epoch, by the log key as entry 0.
        let checkpoints = std::iter::repeat_n(&signed[0], 1 + usize::from(slip.epoch.is_some()));
        for (note, key) in signed.iter().chain(checkpoints) {
            if note.signed_by(key) != Signed::Yes {
                return Err("a signature of the example does not verify".into());
            }
        }
        bare.push(start.elapsed());
    }
    let policy = folder.join("policy.toml");
    for _ in 0..RUNS {
        process.push(timed(Command::new(binary).arg("verify").arg(&file).arg("--policy").arg(&policy))?);
    }
    let (whole, bare) = (median(whole), median(bare));
    println!("a slip of {} entries, medians", slip.entries.len());
    println!("  read and verified         {}", millis(whole));
    println!("  its bare signature checks {}", millis(bare));
    println!("  ratio                     {:.2}", whole.as_secs_f64() / bare.as_secs_f64());
    println!("  erratum verify, process   {}", millis(median(process)));
    Ok(())
}

/// 10,000 generated documents issued through the library, then copies of them checked.
fn bulk(binary: &Path) -> Done {
    let place = tempfile::tempdir()?;
    let folder = place.path().join("record");
    let mut operator = begin(place.path(), &folder)?;
    let (bytes, statements, took) = issue_all(&mut operator, &folder)?;
    let rate = statements as f64 / took.as_secs_f64();
    println!("\n{DOCUMENTS} documents in bulk ({} KB of text)", bytes / 1024);
    println!(
        "  statements      {statements} in {:.1} s, {rate:.0}/s, durable, {BATCH} documents a batch",
        took.as_secs_f64()
    );
    println!(
        "  bare signature checks on one core: {:.0}/s; ratio {:.2}",
        bare_checks()?,
        rate / bare_checks()?
    );
    let start = Instant::now();
    operator.epoch()?;
    println!("  epoch made in   {:.1} s", start.elapsed().as_secs_f64());
    let record = Record::open(&folder, None)?;
    let start = Instant::now();
    Library::rebuild(&record)?;
    println!("  index made in   {:.1} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    operator.epoch()?;
    println!("  next epoch in   {}", millis(start.elapsed()));
    let index = Library::index_bytes(&record)?;
    println!("  index / text    {:.1} %", index as f64 * 100.0 / bytes as f64);
    drop((record, operator));
    check_all(binary, place.path(), &folder)
}

/// A record with an office admitted.
pub(crate) fn begin(place: &Path, folder: &Path) -> Result<Operator> {
    let key = place.join("log.key");
    create_key_file(&key, &Signer::from_seed("bulk.example", &[3; 32])?)?;
    let (clock, check) = (Box::new(Time::now), Box::new(erratum::check_statement));
    let mut operator = Operator::create(folder, &key, SUFFIX_LIST, clock, check)?;
    let signer = Signer::from_seed("office.example/press", &[5; 32])?;
    operator.admit(&"office.example".parse()?, &signer.verifier())?;
    Ok(operator)
}

fn issue_all(operator: &mut Operator, folder: &Path) -> Result<(usize, usize, Duration)> {
    let signer = Signer::from_seed("office.example/press", &[5; 32])?;
    let mut salt = 0u64;
    let salts = Box::new(move || {
        salt += 1;
        Ok(erratum::record::Id::of(&salt.to_be_bytes()).0)
    });
    let mut desk = Desk::in_memory(vec![signer], folder, salts)?;
    let record = Record::open(folder, None)?;
    logged(operator.submit(&[desk.keys(&record, None)?])?)?;
    let mut bytes = 0;
    let mut batches: Vec<Vec<Submission>> = vec![Vec::new()];
    for number in 0..DOCUMENTS {
        let text = corpus::document(number).join("\n\n");
        bytes += text.len();
        let issued = desk.issue(&record, &letter(number, text)?)?;
        if batches.last().is_some_and(|batch| batch.len() >= BATCH * 2) {
            batches.push(Vec::new());
        }
        batches.last_mut().ok_or("no batch")?.extend(issued.submissions);
    }
    let statements = batches.iter().map(Vec::len).sum();
    let start = Instant::now();
    for batch in &batches {
        logged(operator.submit(batch)?)?;
    }
    Ok((bytes, statements, start.elapsed()))
}

pub(crate) fn letter(number: u64, text: String) -> Result<Issue> {
    let path = PathBuf::from(format!("{number}.txt"));
    Ok(Issue {
        files: vec![SourceFile::read(path, text.into_bytes(), "en".parse()?)],
        path: format!("letters/{number}"),
        title: Some(format!("Letter {number}")),
        date: None,
        genre: "letter".parse()?,
        replaces: None,
        effective: None,
    })
}

/// How many signatures one core checks a second, with nothing else done.
fn bare_checks() -> Result<f64> {
    let signer = Signer::from_seed("office.example/press", &[5; 32])?;
    let keys = Keys::single("office.example".parse()?, signer.verifier(), None);
    let statement = erratum::record::Statement {
        record: "bulk.example".parse()?,
        body: erratum::record::Body::Keys(keys),
    };
    let note = signer.sign(&statement.text())?;
    let (start, mut checks) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_millis(500) {
        if note.signed_by(&signer.verifier()) != erratum::record::Signed::Yes {
            return Err("a good signature does not verify".into());
        }
        checks += 1;
    }
    Ok(f64::from(checks) / start.elapsed().as_secs_f64())
}

/// A page that quotes two paragraphs of a document among words of its own.
fn page(number: u64) -> String {
    let document = corpus::document(number);
    let mut own = Numbers::new(number + 10_000_000);
    let mut text = vec![corpus::paragraph(&mut own), corpus::paragraph(&mut own)];
    for at in [1, 3] {
        text.push(document[at].clone());
        text.push(corpus::paragraph(&mut own));
    }
    text.join("\n\n")
}

fn check_all(binary: &Path, place: &Path, folder: &Path) -> Done {
    let start = Instant::now();
    let libraries = [Library::open(&RecordSource::unpinned(folder))?];
    println!("  record opened   {} (on its saved map)", millis(start.elapsed()));
    let (mut right, mut times) = (0, Vec::new());
    for copy in 0..COPIES {
        let number = copy * (DOCUMENTS / COPIES);
        let text = page(number);
        let start = Instant::now();
        let copy = Copy::read(text.into_bytes(), None);
        let verdict = erratum::check(&copy, &libraries, &Policy::default(), present())?;
        times.push(start.elapsed());
        let wanted = format!("office.example/letters/{number}");
        right += u64::from(first_document(&verdict) == Some(wanted.as_str()));
    }
    println!("  right first     {right} of {COPIES} pages with two paragraphs each");
    println!("  check in memory {} median", millis(median(times)));
    let unrelated = (0..COPIES).filter(|copy| {
        let text = corpus::document(DOCUMENTS + 77 + copy).join("\n\n");
        let copy = Copy::read(text.into_bytes(), None);
        let verdict = erratum::check(&copy, &libraries, &Policy::default(), present());
        verdict.is_ok_and(|verdict| first_document(&verdict).is_some())
    });
    println!("  false matches   {} of {COPIES} unrelated texts", unrelated.count());
    let file = place.join("page.txt");
    fs::write(&file, page(42))?;
    let runs =
        (0..5).map(|_| timed(Command::new(binary).arg("check").arg(&file).arg("--record").arg(folder)));
    println!("  check, process  {} median", millis(median(runs.collect::<Result<_>>()?)));
    Ok(())
}

pub(crate) fn present() -> When {
    When { now: Time::now(), at: At::Present }
}

fn first_document(verdict: &erratum::verdict::Verdict) -> Option<&str> {
    match &verdict.parts.first()?.outcome {
        erratum::verdict::Outcome::Found(found) => {
            Some(found.claims.first()?.findings.first()?.document.name.as_str())
        }
        _ => None,
    }
}
