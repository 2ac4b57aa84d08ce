//! `cargo xtask heavy s3`: the log in buckets of real S3 servers, under fail-over and kills.
//!
//! For each server: conditional puts race, 64 at once; then two writers append without end at one log,
//! failing over to each other, while writers and server are killed at random; at the end every entry that was
//! acknowledged must be at its index in one log, which continues every checkpoint that was acknowledged or
//! seen. A server that ignores conditions must be refused by name.

mod chaos;
mod server;
mod verify;
mod writer;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use erratum_record::{
    LogErrorKind, S3Settings, S3Store, Signer, Time, Writer, create_key_file, random_seed, read_key_file,
};

use self::chaos::Story;
use self::server::{GOFAKES3, Kind, MINIO, OLD_GOFAKES3, Server};
use self::verify::Journals;
use crate::Done;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The name of the chore that is one writer.
pub(super) const WRITER: &str = "s3-writer";
/// Where the log lies on every server.
const ADDRESS: &str = "s3://record/northern-command.example";
/// How often the trial of conditional puts is made.
const TRIALS: u64 = 20;
/// How long writers go on at each server.
const MINUTES: u64 = 5;

/// One server's part of the results.
struct Outcome {
    kind: &'static Kind,
    time: Duration,
    story: Story,
    journals: Journals,
    size: u64,
    faults: Vec<String>,
}

/// One life of a writer: its arguments are those that the trial gave it.
pub(super) fn write(arguments: &[String]) -> Done {
    match arguments {
        [address, key, journal, life] => {
            writer::write(address, Path::new(key), Path::new(journal), life.parse()?)
        }
        _ => Err("a writer is started by `cargo xtask heavy s3`".into()),
    }
}

/// Runs the trial and writes its results to `docs/heavy/s3.md`.
pub(super) fn trial(root: &Path, arguments: &[String]) -> Done {
    let minutes = match arguments {
        [] => MINUTES,
        [option, minutes] if option == "--minutes" => minutes.parse()?,
        _ => return Err("usage: cargo xtask heavy s3 [--minutes N]".into()),
    };
    let time = Duration::from_secs(60 * minutes);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    fs::create_dir_all(&target)?;
    let refusal = refused(&OLD_GOFAKES3, &target)?;
    println!("{}: refused: {refusal}", OLD_GOFAKES3.name);
    let mut outcomes = Vec::new();
    for kind in [&MINIO, &GOFAKES3] {
        outcomes.push(storm(kind, &target, time)?);
    }
    let report = report(&outcomes, &refusal)?;
    print!("{report}");
    let faults: usize = outcomes.iter().map(|outcome| outcome.faults.len()).sum();
    if faults > 0 {
        return Err(format!("{faults} faults; nothing was written").into());
    }
    let place = root.join("docs/heavy");
    fs::create_dir_all(&place)?;
    fs::write(place.join("s3.md"), report)?;
    Ok(())
}

/// The store on a server of ours.
fn store(server: &Server) -> Result<S3Store> {
    let settings = S3Settings::from_variables(ADDRESS, |name| {
        let variables = server.variables();
        variables.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    });
    Ok(S3Store::new(&settings?)?)
}

/// In which words the server is refused.
fn refused(kind: &'static Kind, target: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(kind, kind.install(target)?, folder.path())?;
    let store = store(&server)?;
    let key = Signer::from_seed("northern-command.example", &random_seed()?)?;
    let (public, private) = writer::stores(&store)?;
    match Writer::create_on(public, private, key, writer::NAME) {
        Err(error) if error.kind() == LogErrorKind::Unfit => {
            Ok(error.to_string().replace(&server.url(), "http://127.0.0.1:9000"))
        }
        Err(error) => Err(format!("{} should have been refused as unfit: {error}", kind.name).into()),
        Ok(_) => Err(format!("{} should have been refused, and a log was begun", kind.name).into()),
    }
}

fn storm(kind: &'static Kind, target: &Path, time: Duration) -> Result<Outcome> {
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(kind, kind.install(target)?, folder.path())?;
    let store = store(&server)?;
    for _ in 0..TRIALS {
        store.try_conditional_puts()?;
    }
    println!("{}: {TRIALS} trials passed; now the storm, for {} s", kind.name, time.as_secs());
    let key_file = folder.path().join("log.key");
    let key = Signer::from_seed("northern-command.example", &random_seed()?)?;
    create_key_file(&key_file, &key)?;
    let (public, private) = writer::stores(&store)?;
    let verifier = key.verifier();
    drop(Writer::create_on(public.clone(), private.clone(), key, writer::NAME)?);

    let start = Instant::now();
    let story = chaos::play(&mut server, &store, (&key_file, &verifier), folder.path(), time)?;
    let time = start.elapsed();
    let journals = Journals::read(folder.path())?;
    let (writer, recovery) = Writer::open_on(public, private, read_key_file(&key_file)?, writer::NAME)?;
    println!("{}: opened after the storm: {recovery}", kind.name);
    let log = writer.log()?;
    let faults = verify::faults(&log, &journals, &story.reader)?;
    for fault in &faults {
        eprintln!("{}: {fault}", kind.name);
    }
    Ok(Outcome { kind, time, story, journals, size: log.size(), faults })
}

fn report(outcomes: &[Outcome], refusal: &str) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let mut text = String::new();
    writeln!(text, "# The log in S3 buckets, under fail-over and kills\n")?;
    writeln!(
        text,
        "Written by `cargo xtask heavy s3` on {}, on {cores} cores, servers and writers on the same machine. \
         Two writer processes append to one log without pause, in turns of 5 to 44 appends of 1 to 12 \
         entries, a quarter of them with blobs, and fail over to each other; writers and server are killed \
         (`kill -9`) at random and started again; a reader looks at the log's last 300 entries ten times a \
         second. A client writes down and syncs each acknowledgement. At the end the whole log is read and \
         checked.\n",
        &Time::now().to_string()[..10]
    )?;
    let mut row = |name: &str, value: &dyn Fn(&Outcome) -> String| {
        let values: Vec<_> = outcomes.iter().map(value).collect();
        writeln!(text, "| {name} | {} |", values.join(" | "))
    };
    row("", &|o| o.kind.name.to_owned())?;
    row("---", &|_| "---".to_owned())?;
    row("version", &|o| o.kind.version.to_owned())?;
    row("trials of 2 × 64 racing conditional puts, one winner each", &|_| {
        format!("{TRIALS} of {TRIALS}")
    })?;
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    row("build of the writers", &|_| build.to_owned())?;
    row("time", &|o| format!("{} s", o.time.as_secs()))?;
    row("writers killed", &|o| o.story.writers_killed.to_string())?;
    row("servers killed", &|o| o.story.servers_killed.to_string())?;
    row("appends acknowledged", &|o| o.journals.appends.to_string())?;
    row("entries acknowledged", &|o| o.journals.entries.len().to_string())?;
    row("acknowledged a second, with all stops", &|o| {
        format!("{:.0}", o.journals.entries.len() as f64 / o.time.as_secs_f64())
    })?;
    row("entries in the log at the end", &|o| o.size.to_string())?;
    row("openings", &|o| o.journals.openings.to_string())?;
    row("errors that writers met", &|o| listed(&o.journals.troubles))?;
    row("what openings mended", &|o| listed(&o.journals.mended))?;
    row("looks of the reader", &|o| o.story.reader.looks.to_string())?;
    row("checkpoints acknowledged or seen, all continued", &|o| {
        let sizes = o.journals.checkpoints.keys().chain(o.story.reader.seen.keys());
        sizes.collect::<std::collections::BTreeSet<_>>().len().to_string()
    })?;
    row("**acknowledged and missing, forks, other faults**", &|o| format!("**{}**", o.faults.len()))?;
    writeln!(
        text,
        "\n*Conflict* is what a writer meets when the other one went on, *Io* when the server was down. \
         Entries that are in the log and were not acknowledged are those whose writer was killed, or lost \
         its connection, before it could say so. \
         The machine itself stays up: what the servers lose when it does not is not tried here. Nor are \
         the rates a measure: much of the time somebody is dead.\n"
    )?;
    writeln!(
        text,
        "{} {} takes conditions and ignores them (its port, another one each time, is \
         written as 9000):\n",
        OLD_GOFAKES3.name, OLD_GOFAKES3.version
    )?;
    writeln!(text, "> {refusal}")?;
    Ok(text)
}

fn listed(counts: &BTreeMap<String, u64>) -> String {
    let parts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}
