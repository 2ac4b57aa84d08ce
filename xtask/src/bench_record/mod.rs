//! `cargo xtask bench record`: appends a second, ours and those of other logs, one after the other in the
//! same run, on the same disk, with the same entries.
//!
//! The peers lie in `benches/peers`, which says for each what its acknowledgement is worth. Every contender
//! is a process of its own that prints one line of JSON; the lines are kept beside the log folders. What a
//! contender can reach at most is printed first: what this disk syncs and what these cores verify.

pub(crate) mod ours;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, Signer as _, SigningKey};
use erratum::record::{Signer, Statement};
use serde_json::Value;

use crate::Done;

/// Appends that wait for their acknowledgement at a time.
const IN_FLIGHT: [usize; 3] = [64, 1_024, 16_384];
/// How often each contender runs; the median counts.
const ROUNDS: usize = 3;
/// Different notes; each contender appends them again and again, under another time.
const NOTES: usize = 16_384;
/// How long a limit is measured.
const LIMIT_TIME: Duration = Duration::from_secs(2);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What one table is about.
struct Setting<'a> {
    folder: &'a Path,
    peers: &'a Path,
    notes: &'a Path,
    cores: usize,
    in_flight: usize,
    seconds: f64,
}

/// Who appends, and the command that does it; the folder in which it may make its log is appended to it.
struct Contender {
    name: &'static str,
    command: Command,
}

/// Runs all contenders in all settings and prints a table of each; each run measures for `seconds`,
/// and with very many in flight three times as long.
pub(crate) fn bench_record(root: &Path, seconds: f64) -> Done {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let peers = target.join("peers");
    build_peers(root, &peers)?;
    let folder = target.join("bench-record");
    fs::create_dir_all(&folder)?;
    let notes = folder.join("notes");
    let signed = make_notes()?;
    fs::write(&notes, encode(&signed))?;
    let most_cores = std::thread::available_parallelism()?.get().min(2);
    describe(&folder, &signed)?;
    for cores in 1..=most_cores {
        let verified = verify_rate(&signed, cores)?;
        println!("\n{cores} core{}: `verify_strict` alone {verified:.0}/s", plural(cores));
        for in_flight in IN_FLIGHT {
            let setting =
                Setting { folder: &folder, peers: &peers, notes: &notes, cores, in_flight, seconds };
            table(&setting, verified)?;
        }
    }
    println!("\nEvery run: {}", folder.join("runs.jsonl").display());
    Ok(())
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

fn build_peers(root: &Path, into: &Path) -> Done {
    let status = Command::new(root.join("benches/peers/build")).arg(into).status()?;
    if status.success() { Ok(()) } else { Err("benches/peers/build failed".into()) }
}

/// What runs in every setting, in this order.
fn contenders(setting: &Setting<'_>) -> Result<Vec<Contender>> {
    let mut all = vec![
        ours("erratum", setting, &[])?,
        ours("erratum, signing as it goes", setting, &["--signing"])?,
    ];
    all.push(tessera("tessera, index, no check", setting, &[]));
    all.push(tessera("tessera, index, checked", setting, &["-check"]));
    all.push(tessera("tessera, checkpoint, checked", setting, &["-check", "-await", "publication"]));
    all.push(tessera("tessera, index, checked, own batches", setting, &["-check", OWN_BATCHES]));
    all.push(siglog("siglog, index, no check", setting, &[]));
    all.push(siglog("siglog, index, checked", setting, &["--check"]));
    all.push(siglog("siglog, index, checked, own batches", setting, &["--check", OWN_BATCHES]));
    Ok(all)
}

/// Not an argument: leaves the peer's batches at its defaults, which suit writers that do not wait.
const OWN_BATCHES: &str = "own batches";

/// Our append, by this very program in a process of its own.
fn ours(name: &'static str, setting: &Setting<'_>, extra: &[&str]) -> Result<Contender> {
    let mut command = setting.on_its_cores(&std::env::current_exe()?);
    command.args(["bench", "record-ours", "--in-flight", &setting.in_flight.to_string()]);
    command.args(["--seconds", &setting.seconds.to_string()]).args(extra).arg("--dir");
    Ok(Contender { name, command })
}

/// Tessera's POSIX driver. Batches are as large as what is in flight, which is what it is fastest with when
/// every writer waits.
fn tessera(name: &'static str, setting: &Setting<'_>, extra: &[&str]) -> Contender {
    let mut command = setting.command("tessera-peer");
    command.arg("-notes").arg(setting.notes);
    command.args(["-in-flight", &setting.in_flight.to_string()]);
    command.args(["-seconds", &setting.seconds.to_string()]);
    if !extra.contains(&OWN_BATCHES) {
        command.args(["-batch", &setting.in_flight.to_string(), "-age", "20ms"]);
    }
    command.args(extra.iter().filter(|arg| **arg != OWN_BATCHES)).arg("-dir");
    Contender { name, command }
}

/// siglog, with batches as for Tessera.
fn siglog(name: &'static str, setting: &Setting<'_>, extra: &[&str]) -> Contender {
    let mut command = setting.command("siglog-peer");
    command.arg("--notes").arg(setting.notes);
    command.args(["--in-flight", &setting.in_flight.to_string()]);
    command.args(["--seconds", &setting.seconds.to_string(), "--cores", &setting.cores.to_string()]);
    if !extra.contains(&OWN_BATCHES) {
        command.args(["--batch", &setting.in_flight.to_string(), "--age-ms", "20"]);
    }
    command.args(extra.iter().filter(|arg| **arg != OWN_BATCHES)).arg("--dir");
    Contender { name, command }
}

impl Setting<'_> {
    /// A peer's program, held to this many cores.
    fn command(&self, program: &str) -> Command {
        self.on_its_cores(&self.peers.join(program))
    }

    fn on_its_cores(&self, program: &Path) -> Command {
        let mut command = Command::new("taskset");
        command.arg("-c").arg(if self.cores == 1 {
            "0".to_owned()
        } else {
            format!("0-{}", self.cores - 1)
        });
        command.arg(program).env("GOMAXPROCS", self.cores.to_string());
        command
    }
}

/// Runs all contenders in turn, `ROUNDS` times, and prints the median of each.
fn table(setting: &Setting<'_>, verified: f64) -> Done {
    let mut all: Vec<_> = contenders(setting)?.into_iter().map(|one| (one, Vec::new())).collect();
    for (contender, _) in &mut all {
        contender.command.arg(setting.folder.join("log"));
    }
    for _ in 0..ROUNDS {
        for (contender, runs) in &mut all {
            runs.push(run(setting, contender)?);
        }
    }
    println!("\n{} in flight, {} core{}\n", setting.in_flight, setting.cores, plural(setting.cores));
    println!(
        "| contender | appends/s | of verify | p50 ms | p99 ms | memory MB | bytes an append | refused |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (contender, mut runs) in all {
        runs.sort_by(|a, b| number(a, "per_second").total_cmp(&number(b, "per_second")));
        let run = runs.swap_remove(ROUNDS / 2);
        let per_second = number(&run, "per_second");
        println!(
            "| {} | {per_second:.0} | {:.0}% | {:.1} | {:.1} | {:.0} | {:.0} | {:.0} |",
            contender.name,
            100.0 * per_second / verified,
            number(&run, "p50_ms"),
            number(&run, "p99_ms"),
            number(&run, "max_rss_kb") / 1024.0,
            number(&run, "bytes_per_append"),
            number(&run, "refused_and_repeated"),
        );
    }
    Ok(())
}

/// A figure of a run; 0 where a contender does not have it.
fn number(run: &Value, name: &str) -> f64 {
    run.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

/// Runs a contender once, in an empty folder, and keeps the line that it prints.
fn run(setting: &Setting<'_>, contender: &mut Contender) -> Result<Value> {
    let log = setting.folder.join("log");
    if log.exists() {
        fs::remove_dir_all(&log)?;
    }
    fs::create_dir(&log)?;
    // What the one before left to be written back is not this one's to wait for.
    Command::new("sync").status()?;
    let output = contender.command.output()?;
    let failed = |why: &str| format!("{}: {why}", contender.name);
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    let mut line: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| failed(&error.to_string()))?;
    line["contender"] = contender.name.into();
    let mut runs = File::options().create(true).append(true).open(setting.folder.join("runs.jsonl"))?;
    writeln!(runs, "{line}")?;
    fs::remove_dir_all(&log)?;
    Ok(line)
}

/// A note, and the signature in it.
struct SignedNote {
    text: String,
    note: String,
    signature: Signature,
}

const SPEAKER: &str = "northern-command.example";
const SEED: [u8; 32] = [5; 32];

/// Statements with one signature and no blobs, each a different one: renditions of one document.
fn make_notes() -> Result<Vec<SignedNote>> {
    let signer = Signer::from_seed(&format!("{SPEAKER}/press"), &SEED)?;
    let key = SigningKey::from_bytes(&SEED);
    let document = "fd".repeat(32);
    (0..NOTES)
        .map(|number| {
            let text = format!(
                "erratum/v1 rendition\nrecord record.example\nspeaker {SPEAKER}\ndocument {document}\n\
                 lang en\nmedia application/pdf\nbytes {}\nsha256 {number:064x}\n",
                100_000 + number
            );
            Statement::parse(&text)?;
            let note = signer.sign(&text)?.to_string();
            Ok(SignedNote { signature: key.sign(text.as_bytes()), text, note })
        })
        .collect()
}

/// The file of notes as the peers read it: the key; for each note its length and that of its text (16 bits
/// each, big-endian), the note, and the signature.
fn encode(notes: &[SignedNote]) -> Vec<u8> {
    let mut bytes = SigningKey::from_bytes(&SEED).verifying_key().to_bytes().to_vec();
    for note in notes {
        for length in [note.note.len(), note.text.len()] {
            bytes.extend_from_slice(&(length as u16).to_be_bytes());
        }
        bytes.extend_from_slice(note.note.as_bytes());
        bytes.extend_from_slice(&note.signature.to_bytes());
    }
    bytes
}

/// How many signatures a second so many threads verify, strictly.
fn verify_rate(notes: &[SignedNote], cores: usize) -> Result<f64> {
    let key = SigningKey::from_bytes(&SEED).verifying_key();
    let end = Instant::now() + LIMIT_TIME;
    let work = || {
        let mut verified = 0_u64;
        for note in notes.iter().cycle() {
            if Instant::now() >= end {
                break;
            }
            verified += u64::from(key.verify_strict(note.text.as_bytes(), &note.signature).is_ok());
        }
        verified
    };
    let verified: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    Ok(verified as f64 / LIMIT_TIME.as_secs_f64())
}

/// Prints the machine and what its disk syncs.
fn describe(folder: &Path, notes: &[SignedNote]) -> Done {
    let processor = fs::read_to_string("/proc/cpuinfo")?;
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    println!("{}, Linux {}", processor.map_or("unknown processor", |(_, name)| name), kernel.trim());
    let entry =
        "logged 2026-01-06T21:14:40.000Z\n".len() + notes.first().map_or(0, |note| note.note.len());
    println!("entries of {entry} bytes, one signature each, no blobs; {NOTES} of them lie in memory");
    let appended = sync_rate(|| {
        let mut file = File::create(folder.join("synced"))?;
        Ok(move || {
            file.write_all(&[7; 4096])?;
            file.sync_data()
        })
    })?;
    let replaced = sync_rate(|| {
        let (temporary, name, holder) =
            (folder.join("synced.tmp"), folder.join("synced"), File::open(folder)?);
        Ok(move || {
            let mut file = File::create(&temporary)?;
            file.write_all(&[7; 4096])?;
            file.sync_all()?;
            fs::rename(&temporary, &name)?;
            holder.sync_all()
        })
    })?;
    fs::remove_file(folder.join("synced"))?;
    println!("disk: {appended:.0}/s appends of 4 KiB to one file, each synced");
    println!("disk: {replaced:.0}/s new files of 4 KiB, each synced, renamed, and its folder synced");
    Ok(())
}

/// How often a second something that is synced can be done, one after the other.
fn sync_rate<F: FnMut() -> std::io::Result<()>>(
    begin: impl FnOnce() -> std::io::Result<F>,
) -> Result<f64> {
    let mut step = begin()?;
    let (start, mut done) = (Instant::now(), 0_u64);
    while start.elapsed() < LIMIT_TIME {
        step()?;
        done += 1;
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}
