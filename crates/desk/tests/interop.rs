//! Encrypted keys and exported desks beside `filippo.io/age`, the first implementation of their format: it
//! opens what we write, and we open what it writes.
//!
//! Tests here need the program of `tests/interop`, which `scripts/test` builds and names in
//! `ERRATUM_INTEROP`; it also asks for these tests, which are ignored otherwise.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use erratum::check_statement;
use erratum::record::{Operator, SUFFIX_LIST, Signer, Time, create_key_file};
use erratum_desk::{Ask, Desk, Identity, Keep, NewKey, Recipient, decrypt};
use zeroize::Zeroizing;

const PASSPHRASE: &str = "harbour pilot ladder, été";
const PUBLIC: &str = "age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un";
const OTHER: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
const IDENTITY: &str = "# public key: age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un\nAGE-SECRET-KEY-17EMCFNN43VQFVQCRRPGKC82K4S6DAG6K4WMXZM62JX3Y64ZT2HDQXMK5YR\n";

fn run(what: &str, file: &Path, input: &[u8]) -> Output {
    let folder = std::env::var_os("ERRATUM_INTEROP");
    let folder = folder.expect("ERRATUM_INTEROP names the folder of the Go programs: run scripts/test");
    let mut child = Command::new(PathBuf::from(folder).join("interop"))
        .arg(what)
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the Go program starts");
    // A program that has seen enough closes its input; what it says about that is what counts.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// What the other implementation finds in a file.
#[track_caller]
fn opened_by_it(file: &Path, secret: &str) -> Vec<u8> {
    let output = run("open-age", file, secret.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Has it encrypt something.
#[track_caller]
fn sealed_by_it(file: &Path, to: &str, plain: &[u8]) {
    let output = run("seal-age", file, &[to.as_bytes(), b"\n", plain].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn by_passphrase() -> Identity {
    Identity::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()))
}

fn ask() -> Ask {
    Box::new(|_| Ok(Zeroizing::new(PASSPHRASE.to_owned())))
}

/// A desk with an encrypted key, in a folder with its record.
fn sealed_desk(folder: &Path) -> Desk {
    let (record, log_key) = (folder.join("record"), folder.join("log.key"));
    create_key_file(&log_key, &Signer::from_seed("record.example", &[1; 32]).unwrap()).unwrap();
    let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
    Operator::create(&record, &log_key, SUFFIX_LIST, clock, check).unwrap();
    let key = NewKey { label: "press".to_owned(), keep: Keep::Encrypted };
    let name = "command.example".parse().unwrap();
    Desk::create_with(&folder.join("desk"), &name, &record, None, &key, ask()).unwrap()
}

#[test]
#[ignore = "needs the program of tests/interop, which scripts/test builds"]
fn each_opens_the_others_encrypted_keys() {
    let folder = tempfile::tempdir().unwrap();
    let desk = sealed_desk(folder.path());
    let vkey = desk.key();
    drop(desk);
    let file = folder.path().join("desk/keys/press.age");
    let ours = decrypt(&fs::read(&file).unwrap(), &by_passphrase()).unwrap();
    let theirs = opened_by_it(&file, PASSPHRASE);
    assert_eq!(theirs, **ours);
    let text = String::from_utf8(theirs).unwrap();
    assert_eq!(Signer::from_secret(&text).unwrap().verifier().to_string(), vkey.to_string());
    let refused = run("open-age", &file, b"harbour pilot");
    assert_eq!(refused.status.code(), Some(1));

    // The same key as it encrypts it takes the place of ours, and signs.
    fs::remove_file(&file).unwrap();
    sealed_by_it(&file, PASSPHRASE, text.as_bytes());
    let mut desk = Desk::open_with(&folder.path().join("desk"), ask()).unwrap();
    let record = desk.record().unwrap();
    desk.keys(&record, None).unwrap();
}

#[test]
#[ignore = "needs the program of tests/interop, which scripts/test builds"]
fn each_opens_the_others_exported_desks() {
    let folder = tempfile::tempdir().unwrap();
    drop(sealed_desk(folder.path()));
    let desk = folder.path().join("desk");
    // Larger than a few chunks.
    let notes = "what an office noted for itself\n".repeat(8_000);
    fs::write(desk.join("notes.txt"), &notes).unwrap();
    let identity = || Identity::from_file(IDENTITY).unwrap();
    let to_key = PUBLIC.parse::<Recipient>().unwrap();
    let to_passphrase = Recipient::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()));
    let for_two = format!("{OTHER} {PUBLIC}");
    for (kind, recipient, secret, to) in [
        ("key", to_key, IDENTITY, for_two.as_str()),
        ("passphrase", to_passphrase, PASSPHRASE, PASSPHRASE),
    ] {
        let ours = folder.path().join(format!("{kind}.age"));
        let theirs = folder.path().join(format!("{kind}-theirs.age"));
        Desk::export(&desk, &ours, &recipient).unwrap();
        let plain = opened_by_it(&ours, secret);
        assert!(plain.starts_with(b"erratum/v1 desk\n"), "{kind}");
        assert!(plain.ends_with(notes.as_bytes()), "{kind}");
        sealed_by_it(&theirs, to, &plain);
        let identity = if kind == "key" { identity() } else { by_passphrase() };
        let place = folder.path().join(format!("restored-{kind}"));
        assert_eq!(Desk::restore(&theirs, &place, &identity).unwrap(), 4, "{kind}");
        assert_eq!(fs::read_to_string(place.join("notes.txt")).unwrap(), notes, "{kind}");
    }
}

#[test]
#[ignore = "needs the program of tests/interop, which scripts/test builds"]
fn each_opens_the_others_files_whatever_their_length() {
    let folder = tempfile::tempdir().unwrap();
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072] {
        let text: String = ('a'..='z').cycle().take(length).collect();
        let file = folder.path().join(format!("{length}.age"));
        sealed_by_it(&file, PUBLIC, text.as_bytes());
        let plain = decrypt(&fs::read(&file).unwrap(), &Identity::from_file(IDENTITY).unwrap()).unwrap();
        assert_eq!(**plain, *text.as_bytes(), "{length} bytes");
    }
}
