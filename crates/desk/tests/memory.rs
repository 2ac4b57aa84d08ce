//! After signing, the process that signed holds its secret no more: its memory is searched for it.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::process::{Command, Stdio};

use erratum::check_statement;
use erratum::record::{Operator, SUFFIX_LIST, Signer, Time, create_key_file};
use erratum_desk::{Desk, Keep, NewKey};
use zeroize::Zeroizing;

const DESK: &str = "ERRATUM_TEST_DESK";
const PASSPHRASE: &str = "harbour pilot ladder";

/// What the process does that is searched: it opens a desk, signs with its key, and waits.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn signs_and_waits() {
    let place = std::env::var_os(DESK).expect("run by the test below");
    let ask = Box::new(|_: erratum_desk::Passphrase<'_>| Ok(Zeroizing::new(PASSPHRASE.to_owned())));
    let mut desk = Desk::open_with(place.as_ref(), ask).unwrap();
    let record = desk.record().unwrap();
    let submission = desk.keys(&record, None).unwrap();
    println!("signed {}", submission.id());
    let _ = std::io::stdin().read(&mut [0]);
    drop(desk);
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

fn holds(memory: &[u8], what: &[u8]) -> bool {
    memory.windows(what.len()).any(|window| window == what)
}

/// Signs in a process of its own and gives the memory of it.
fn after_signing(folder: &std::path::Path, desk: &str) -> (Vec<u8>, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "signs_and_waits"])
        .env(DESK, folder.join(desk))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let signed = lines.find_map(|line| line.split_once("signed ").map(|(_, id)| id.to_owned()));
    let memory = memory_of(child.id());
    drop(child.stdin.take());
    child.wait().unwrap();
    (memory, signed.expect("the process signed"))
}

#[test]
fn the_secret_is_gone_from_memory_after_signing() {
    let folder = tempfile::tempdir().unwrap();
    let (record, log_key) = (folder.path().join("record"), folder.path().join("log.key"));
    create_key_file(&log_key, &Signer::from_seed("record.example", &[1; 32]).unwrap()).unwrap();
    let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
    Operator::create(&record, &log_key, SUFFIX_LIST, clock, check).unwrap();
    let name = "command.example".parse().unwrap();

    Desk::create(&folder.path().join("plain"), &name, &record, None).unwrap();
    let key_file = folder.path().join("plain/keys/press.key");
    let text = fs::read_to_string(&key_file).unwrap();
    let encoded = text.trim_end().splitn(5, '+').nth(4).unwrap().to_owned();
    let secret = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &encoded).unwrap();
    let (memory, id) = after_signing(folder.path(), "plain");
    // The search finds what is there.
    assert!(holds(&memory, id.as_bytes()));
    assert!(!holds(&memory, &secret[1..]), "the seed");
    assert!(!holds(&memory, &encoded.as_bytes()[4..36]), "the seed as text");

    // The same key, encrypted.
    let ask = Box::new(|_: erratum_desk::Passphrase<'_>| Ok(Zeroizing::new(PASSPHRASE.to_owned())));
    let key = NewKey { label: "press".to_owned(), keep: Keep::Encrypted };
    let desk =
        Desk::create_with(&folder.path().join("sealed"), &name, &record, None, &key, ask).unwrap();
    drop(desk);
    let sealed = fs::read(folder.path().join("sealed/keys/press.age")).unwrap();
    let identity = erratum_desk::Identity::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()));
    let text = erratum_desk::decrypt(&sealed, &identity).unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    let encoded = text.trim_end().splitn(5, '+').nth(4).unwrap().to_owned();
    let secret = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, &encoded).unwrap();
    let (memory, id) = after_signing(folder.path(), "sealed");
    assert!(holds(&memory, id.as_bytes()));
    assert!(!holds(&memory, &secret[1..]), "the seed of the encrypted key");
    assert!(!holds(&memory, &encoded.as_bytes()[4..36]), "the seed of the encrypted key as text");
}
