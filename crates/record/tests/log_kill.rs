//! A real writer, killed at random instants while it appends: what it acknowledged is there, and no fork.
//!
//! The test starts itself again as the writer, which says on its output what it acknowledges. What power
//! loss does is tried on a model of a disk, in the unit tests of the log.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use erratum_record::{LocalStore, Log, NewEntry, Signer, Writer, check_consistency, create_key_file};

const KILLS: u64 = 200;
/// The size and root that an append left.
type Acknowledged = (u64, [u8; 32]);

const FOLDER: &str = "ERRATUM_TEST_LOG_FOLDER";
const RACE: &str = "ERRATUM_TEST_LOG_RACE";

fn public(folder: &Path) -> PathBuf {
    folder.join("public")
}

fn key(folder: &Path) -> PathBuf {
    folder.join("log.key")
}

fn entry(index: u64) -> NewEntry {
    let blobs = index.is_multiple_of(3).then(|| format!("blobs of {index}").repeat(200).into_bytes());
    NewEntry { entry: format!("entry {index}").into_bytes(), blobs }
}

/// Not a test by itself: the writer, when the other test starts it.
#[test]
fn writer() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let (mut writer, _) = Writer::open(&public(&folder), &key(&folder)).unwrap();
    let mut out = std::io::stdout();
    loop {
        let first = writer.checkpoint().size();
        // Batches of 1 to 12 entries, so that bundles fill up.
        let batch: Vec<_> = (first..first + 1 + first * 7 % 12).map(entry).collect();
        let end = writer.append(&batch).unwrap().end;
        let root: String = writer.checkpoint().root().iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(out, "acknowledged {end} {root}").unwrap();
        out.flush().unwrap();
    }
}

/// Starts the writer, kills it `pause` after it said `lines` lines, and gives the last acknowledgement it
/// got out.
fn run_and_kill(folder: &Path, lines: u64, pause: Duration) -> Option<Acknowledged> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let ours = out.lines().map_while(Result::ok).filter(|line| line.starts_with("acknowledged "));
        ours.for_each(|line| sender.send(line).unwrap());
    });
    let mut said: Vec<_> = receiver.iter().take(lines as usize).collect();
    std::thread::sleep(pause);
    // SIGKILL on Unix. If the child had ended by itself, that was a failure of its own.
    assert!(child.try_wait().unwrap().is_none(), "the writer stopped by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    said.extend(receiver.iter());
    reader.join().unwrap();
    said.iter().rev().find_map(|line| parse(line.strip_prefix("acknowledged ")?))
}

/// A line may be cut short by the kill; then it was not acknowledged.
fn parse(line: &str) -> Option<Acknowledged> {
    let (size, root) = line.split_once(' ')?;
    let id: erratum_record::Id = root.parse().ok()?;
    Some((size.parse().ok()?, id.0))
}

#[test]
fn killed_at_random_instants_it_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let signer = Signer::from_seed("record.example", &[3; 32]).unwrap();
    create_key_file(&key(folder), &signer).unwrap();
    drop(Writer::create(&public(folder), &key(folder)).unwrap());

    let (writer, _) = Writer::open(&public(folder), &key(folder)).unwrap();
    let mut known: Acknowledged = (0, writer.checkpoint().root());
    drop(writer);
    let (mut recoveries, mut acknowledged) = (0, 0);
    let mut dice: u64 = std::process::id().into();
    println!("seed {dice}");
    for _ in 0..KILLS {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Some while it starts, most while it appends, however slow the machine is.
        let (lines, pause) = ((dice >> 60) % 2, Duration::from_micros((dice >> 33) % 25_000));
        if let Some(last) = run_and_kill(folder, lines, pause) {
            assert!(last.0 > known.0);
            known = last;
            acknowledged += 1;
        }
        let (writer, recovery) = Writer::open(&public(folder), &key(folder)).unwrap();
        recoveries += u64::from(!recovery.is_nothing());
        drop(writer);
        if let Some(log) = open(folder, &signer) {
            let proof = log.prove_consistency(known.0, log.size()).unwrap();
            check_consistency(known.0, &known.1, log.size(), &log.root(), &proof).unwrap();
            known = (log.size(), log.root());
        }
        assert!(known.0 == 0 || open(folder, &signer).is_some());
    }

    let log = open(folder, &signer).unwrap();
    assert_eq!(log.size(), known.0);
    let entries = log.entries(0..log.size()).unwrap();
    for (index, read) in (0..).zip(entries) {
        assert_eq!(NewEntry { entry: read, blobs: log.blobs(index).unwrap() }, entry(index));
    }
    println!("{KILLS} kills, {acknowledged} after acknowledgements, {recoveries} recoveries, {known:?}");
    assert!(acknowledged > KILLS / 10, "{acknowledged}");
}

/// Not a test by itself: tries to open the log when the other test starts it, says what came of that, and
/// holds what it has until its input ends.
#[test]
fn opener() {
    let Some(folder) = std::env::var_os(RACE).map(PathBuf::from) else { return };
    let opened = Writer::open(&public(&folder), &key(&folder));
    let said = match &opened {
        Ok((writer, _)) => format!("won {}", writer.checkpoint().size()),
        Err(error) => format!("lost {:?} {error}", error.kind()),
    };
    println!("{said}");
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn of_processes_that_race_for_a_log_one_wins_and_the_others_say_who() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let signer = Signer::from_seed("record.example", &[3; 32]).unwrap();
    create_key_file(&key(folder), &signer).unwrap();
    Writer::create(&public(folder), &key(folder)).unwrap().append(&[entry(0)]).unwrap();
    let start = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "opener", "--nocapture"])
            .env(RACE, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut racers: Vec<_> = (0..4).map(|_| start()).collect();
    let said: Vec<_> = racers
        .iter_mut()
        .map(|racer| {
            let id = racer.id();
            let mut lines = BufReader::new(racer.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
            (id, lines.find(|line| line.starts_with("won ") || line.starts_with("lost ")).unwrap())
        })
        .collect();
    let winners: Vec<_> = said.iter().filter(|(_, line)| line == "won 1").collect();
    assert_eq!(winners.len(), 1, "{said:?}");
    let lock = key(folder).with_file_name("log.key.lock");
    let why = format!("lost Busy {}: held by another writer of this log", lock.display());
    // Nobody is named in the instant in which the winner has not yet written its name.
    let who = format!("{why} (process {})", winners[0].0);
    assert!(
        said.iter().all(|(_, line)| [who.as_str(), &why, "won 1"].contains(&line.as_str())),
        "{said:?}"
    );
    // Once it is there, it is named for certain.
    let error = Writer::open(&public(folder), &key(folder)).map(drop).unwrap_err();
    assert_eq!(error.to_string(), who.strip_prefix("lost Busy ").unwrap());
    for mut racer in racers {
        drop(racer.stdin.take());
        assert!(racer.wait_with_output().unwrap().status.success());
    }
    assert!(Writer::open(&public(folder), &key(folder)).is_ok());
}

fn open(folder: &Path, signer: &Signer) -> Option<Log> {
    let store = Arc::new(LocalStore::new(public(folder)));
    public(folder).join("checkpoint").exists().then(|| Log::open(store, &signer.verifier()).unwrap())
}
