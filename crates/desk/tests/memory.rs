//! After a key was used or made, the process that did so holds its secret no more: its memory is searched
//! for it. The same search finds what was left there on purpose, wherever that lies.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use erratum::check_statement;
use erratum::record::{Operator, SUFFIX_LIST, Signer, Time, create_key_file};
use erratum_desk::{Ask, Desk, Identity, Keep, NewKey, Recipient};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

const FOLDER: &str = "ERRATUM_TEST_FOLDER";
const WHERE: &str = "ERRATUM_TEST_WHERE";
const PASSPHRASE: &str = "harbour pilot ladder";
const NAME: &str = "command.example";
/// What is searched for, in pieces: of what was freed, the allocator overwrites the first 16 bytes.
const PIECE: usize = 8;

fn passphrase() -> Zeroizing<String> {
    Zeroizing::new(PASSPHRASE.to_owned())
}

fn ask() -> Ask {
    Box::new(|_| Ok(passphrase()))
}

/// In the processes that are searched: their folder.
fn folder() -> PathBuf {
    std::env::var_os(FOLDER).expect("run by a test below").into()
}

/// Tells the test below that all is done, something that its search must find, and waits to be searched.
fn wait(said: &str) {
    println!("done {said}");
    let _ = std::io::stdin().read(&mut [0]);
}

/// Opens a desk and signs with its key.
#[test]
#[ignore = "run by a test below, as a process of its own"]
fn signs_and_waits() {
    let mut desk = Desk::open_with(&folder().join("desk"), ask()).unwrap();
    let record = desk.record().unwrap();
    let submission = desk.keys(&record, None).unwrap();
    wait(&submission.id().to_string());
    drop(desk);
}

/// Makes a desk with an encrypted key.
#[test]
#[ignore = "run by a test below, as a process of its own"]
fn makes_a_key_and_waits() {
    let folder = folder();
    let desk = sealed_desk(&folder);
    wait(&desk.key().to_string());
}

/// Exports a desk.
#[test]
#[ignore = "run by a test below, as a process of its own"]
fn exports_and_waits() {
    let folder = folder();
    let to = Recipient::Passphrase(passphrase());
    let count = Desk::export(&folder.join("desk"), &folder.join("desk.age"), &to).unwrap();
    drop(to);
    wait(&format!("with {count} files exported"));
}

/// Restores a desk.
#[test]
#[ignore = "run by a test below, as a process of its own"]
fn restores_and_waits() {
    let folder = folder();
    let identity = Identity::Passphrase(passphrase());
    let count = Desk::restore(&folder.join("desk.age"), &folder.join("restored"), &identity).unwrap();
    drop(identity);
    wait(&format!("with {count} files restored"));
}

/// Reads a key and leaves it somewhere.
#[test]
#[ignore = "run by a test below, as a process of its own"]
fn forgets_and_waits() {
    let text = fs::read_to_string(folder().join("desk/keys/press.key")).unwrap();
    let seed = STANDARD.decode(encoded(&text)).unwrap();
    match std::env::var(WHERE).unwrap().as_str() {
        "held" => std::mem::forget(seed.clone()),
        // Some of the copies, for what comes after takes such blocks again.
        "freed" => drop(vec![seed.clone(); 64]),
        "stack" => leave_on_stack(&seed),
        "text" => std::mem::forget(text.clone()),
        _ => {}
    }
    let (mut seed, mut text) = (Zeroizing::new(seed), Zeroizing::new(text));
    std::hint::black_box((&mut seed, &mut text));
    drop((seed, text));
    wait("forgetting");
}

#[inline(never)]
fn leave_on_stack(secret: &[u8]) {
    // Far below what is called afterwards.
    let mut deep = [0_u8; 48 * 1024];
    deep[..secret.len()].copy_from_slice(secret);
    std::hint::black_box(&deep);
}

/// The part of a key's text that holds its seed.
fn encoded(text: &str) -> &str {
    text.trim_end().splitn(5, '+').nth(4).unwrap()
}

/// What must not be left of a key, each with its name.
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    /// Those of a key, as its text has it, and the passphrase.
    fn of(text: &str) -> Self {
        let encoded = encoded(text);
        let seed = STANDARD.decode(encoded).unwrap()[1..].to_vec();
        let derived = Sha512::digest(&seed).to_vec();
        Self(vec![
            ("the seed", seed),
            ("the seed as text", encoded.as_bytes()[4..].to_vec()),
            // Without the bytes that are set or cleared in it.
            ("the secret scalar", derived[8..24].to_vec()),
            ("the secret nonce", derived[32..].to_vec()),
            ("the passphrase", PASSPHRASE.as_bytes().to_vec()),
        ])
    }

    /// The names of those of which a piece is in this memory.
    fn left_in(&self, memory: &[u8]) -> Vec<&'static str> {
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
        let mut pieces: Vec<(u64, usize)> = Vec::new();
        for (place, (_, secret)) in self.0.iter().enumerate() {
            pieces.extend(secret.chunks_exact(PIECE).map(|piece| (number(piece), place)));
        }
        let mut begins = vec![false; 1 << 16];
        pieces.iter().for_each(|(piece, _)| begins[*piece as usize & 0xffff] = true);
        let mut found = vec![false; self.0.len()];
        for window in memory.windows(PIECE) {
            if begins[usize::from(window[0]) | usize::from(window[1]) << 8] {
                let here = number(window);
                pieces.iter().filter(|(piece, _)| *piece == here).for_each(|(_, at)| found[*at] = true);
            }
        }
        let names = self.0.iter().zip(found);
        names.filter(|(_, is_there)| *is_there).map(|((name, _), _)| *name).collect()
    }
}

/// All that a process has in memory.
fn memory_of(process: u32) -> Vec<u8> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut all = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let at = |text| u64::from_str_radix(text, 16).unwrap();
        let mut part = vec![0; usize::try_from(at(to) - at(from)).unwrap()];
        memory.seek(SeekFrom::Start(at(from))).unwrap();
        if memory.read_exact(&mut part).is_ok() {
            all.extend(part);
        }
    }
    all
}

/// Does one of the above in a process of its own and gives the memory of it.
#[track_caller]
fn memory_after(what: &str, folder: &Path, place: &str) -> Vec<u8> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", what])
        .env(FOLDER, folder)
        .env(WHERE, place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said = lines.find_map(|line| line.split_once("done ").map(|(_, said)| said.to_owned()));
    let memory = memory_of(child.id());
    drop(child.stdin.take());
    child.wait().unwrap();
    let said = said.expect("the process does it");
    assert!(
        memory.windows(said.len()).any(|window| window == said.as_bytes()),
        "the search finds {said}"
    );
    memory
}

/// A folder with a record in it.
fn with_record() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (record, log_key) = (folder.path().join("record"), folder.path().join("log.key"));
    create_key_file(&log_key, &Signer::from_seed("record.example", &[1; 32]).unwrap()).unwrap();
    let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
    Operator::create(&record, &log_key, SUFFIX_LIST, clock, check).unwrap();
    folder
}

/// A desk in the folder with a key in a plain file; what is secret of it.
fn plain_desk(folder: &Path) -> Secrets {
    let (place, name) = (folder.join("desk"), NAME.parse().unwrap());
    Desk::create(&place, &name, &folder.join("record"), None).unwrap();
    Secrets::of(&fs::read_to_string(place.join("keys/press.key")).unwrap())
}

/// The same with an encrypted key.
fn sealed_desk(folder: &Path) -> Desk {
    let key = NewKey { label: "press".to_owned(), keep: Keep::Encrypted };
    let (place, name) = (folder.join("desk"), NAME.parse().unwrap());
    Desk::create_with(&place, &name, &folder.join("record"), None, &key, ask()).unwrap()
}

/// What is secret of the encrypted key.
fn sealed_secrets(folder: &Path) -> Secrets {
    let sealed = fs::read(folder.join("desk/keys/press.age")).unwrap();
    let text = erratum_desk::decrypt(&sealed, &Identity::Passphrase(passphrase())).unwrap();
    Secrets::of(std::str::from_utf8(&text).unwrap())
}

const NOTHING: [&str; 0] = [];

#[test]
fn the_secret_is_gone_from_memory_after_signing() {
    let folder = with_record();
    let secrets = plain_desk(folder.path());
    let memory = memory_after("signs_and_waits", folder.path(), "");
    assert_eq!(secrets.left_in(&memory), NOTHING);

    // With an encrypted key.
    let folder = with_record();
    drop(sealed_desk(folder.path()));
    let memory = memory_after("signs_and_waits", folder.path(), "");
    assert_eq!(sealed_secrets(folder.path()).left_in(&memory), NOTHING);
}

#[test]
fn the_secret_is_gone_from_memory_after_it_was_encrypted() {
    let folder = with_record();
    let memory = memory_after("makes_a_key_and_waits", folder.path(), "");
    assert_eq!(sealed_secrets(folder.path()).left_in(&memory), NOTHING);

    let folder = with_record();
    let secrets = plain_desk(folder.path());
    let memory = memory_after("exports_and_waits", folder.path(), "");
    assert_eq!(secrets.left_in(&memory), NOTHING);
    let memory = memory_after("restores_and_waits", folder.path(), "");
    assert_eq!(secrets.left_in(&memory), NOTHING);
}

#[test]
fn the_search_finds_what_is_left() {
    let folder = with_record();
    let secrets = plain_desk(folder.path());
    for (place, left) in [
        ("nowhere", &[][..]),
        ("held", &["the seed"]),
        ("freed", &["the seed"]),
        ("stack", &["the seed"]),
        ("text", &["the seed as text"]),
    ] {
        let memory = memory_after("forgets_and_waits", folder.path(), place);
        assert_eq!(secrets.left_in(&memory), left, "left: {place}");
    }
}
