//! Broken files and broken records: one clear line each with the file and the reason, exit status 2, the
//! other files still checked, bounded memory, no panic.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use erratum::record::Record;

use crate::support::{
    Outcome, copy_of_example_record, erratum, example, example_file, example_text, outcome_of,
};

/// What the command may use of memory, in KiB: address space, so that less than this is resident.
const MOST_MEMORY: u32 = 1024 * 1024;

/// Runs the command with less than 1 GB of memory.
#[track_caller]
fn in_little_memory(folder: &Path, args: &[&str]) -> Outcome {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {MOST_MEMORY}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_erratum")).args(args).current_dir(folder).stdin(Stdio::null());
    outcome_of(folder, args, &mut command)
}

/// Checks bytes under this name, beside a good copy that must be checked all the same.
#[track_caller]
fn checked_beside_a_good_copy(name: &str, bytes: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    fs::copy(example_file("copies/final.pdf"), folder.path().join("z-good.pdf")).unwrap();
    let policy = example_file("policy.toml");
    let outcome = in_little_memory(folder.path(), &["check", ".", "--policy", &policy]);
    outcome.says("./z-good.pdf\nTHIS LETTER STANDS AS ISSUED")
}

/// A file that must be refused with this reason, in one line.
#[track_caller]
fn refused(name: &str, bytes: &[u8], reason: &str) {
    let outcome = checked_beside_a_good_copy(name, bytes).exit(2);
    assert_eq!(outcome.stderr(), format!("erratum: ./{name}: {reason}\n"), "{outcome}");
}

/// Bytes that look like nothing.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u32 = 20_260_106;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn an_empty_file() {
    refused("empty.txt", b"", "the file is empty");
    refused("empty.pdf", b"", "the file is empty");
}

#[test]
fn noise_that_is_named_pdf() {
    let outcome = checked_beside_a_good_copy("noise.pdf", &noise(100_000)).exit(2);
    assert_eq!(outcome.stderr().lines().count(), 1, "{outcome}");
    outcome.complains("erratum: ./noise.pdf: ");
    let bytes = [b"%PDF-1.7\n".as_slice(), &noise(100_000)].concat();
    let outcome = checked_beside_a_good_copy("noise.pdf", &bytes).exit(2);
    assert_eq!(outcome.stderr().lines().count(), 1, "{outcome}");
    outcome.complains("erratum: ./noise.pdf: the PDF is damaged");
}

#[test]
fn a_pdf_that_is_cut_short() {
    let whole = fs::read(example_file("copies/letter.pdf")).unwrap();
    let outcome = checked_beside_a_good_copy("half.pdf", &whole[..whole.len() / 2]).exit(2);
    assert_eq!(outcome.stderr().lines().count(), 1, "{outcome}");
    outcome.complains("erratum: ./half.pdf: the PDF is damaged");
}

#[test]
fn an_encrypted_pdf() {
    let bytes = include_bytes!("../data/encrypted.pdf");
    refused("encrypted.pdf", bytes, "encrypted PDF: a password is needed to read it");
}

#[test]
fn invalid_utf_8() {
    let bytes =
        [b"Northern Command will move ".as_slice(), b"\xff\xfe\xc3(", b" of the contingent"].concat();
    let outcome = checked_beside_a_good_copy("letter.txt", &bytes).exit(2);
    assert_eq!(outcome.stderr().lines().count(), 1, "{outcome}");
    outcome.complains("erratum: ./letter.txt: ").complains("UTF-8");
}

const MAIL: &str =
    "From: a@newsroom.example\r\nMessage-ID: <1@newsroom.example>\r\nMIME-Version: 1.0\r\n";

#[test]
fn mails_inside_each_other_a_thousand_deep() {
    let outer = format!("{MAIL}Content-Type: message/rfc822\r\n\r\n").repeat(1000);
    let mail = format!("{outer}{MAIL}\r\nHello at the bottom\r\n");
    let outcome = checked_beside_a_good_copy("deep.eml", mail.as_bytes()).exit(2);
    let outcome = outcome.complains("deep.eml: ").complains("mails inside mails, more than 16 deep");
    assert_eq!(outcome.stderr().lines().count(), 1, "{outcome}");
}

#[test]
fn one_mail_inside_another_that_is_too_deep_is_named_by_its_file_also_alone() {
    let outer = format!("{MAIL}Content-Type: message/rfc822\r\n\r\n").repeat(1000);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("deep.eml"), format!("{outer}{MAIL}\r\nHello\r\n")).unwrap();
    let policy = example_file("policy.toml");
    in_little_memory(folder.path(), &["check", "deep.eml", "--policy", &policy])
        .exit(2)
        .complains("deep.eml: ")
        .complains("mails inside mails, more than 16 deep");
}

#[test]
fn multiparts_inside_each_other_a_thousand_deep() {
    let letter = example_text("texts/letter-draft.txt");
    let mail = |depth: usize| {
        let open =
            |n: usize| format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n");
        let opened: String = (0..depth).map(open).collect();
        let closed: String = (0..depth).rev().map(|n| format!("--b{n}--\r\n")).collect();
        format!("{MAIL}{opened}Content-Type: text/plain; charset=utf-8\r\n\r\n{letter}\r\n{closed}")
    };
    checked_beside_a_good_copy("deep.eml", mail(1000).as_bytes())
        .exit(1)
        .says("THIS LETTER WAS PUBLISHED IN ERROR");
    refused("deep.eml", mail(3000).as_bytes(), "a mail with more than 2000 boundaries and inner mails");
}

#[test]
fn all_of_them_at_once_each_has_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("a.txt", b"");
    write("b.pdf", b"%PDF-1.7\n\0\0\0");
    write("c.pdf", include_bytes!("../data/encrypted.pdf"));
    write("d.txt", b"\xff\xff\xff\xff and no words");
    write("e.zip", b"PK\x03\x04 and so on");
    fs::copy(example_file("copies/letter.pdf"), folder.path().join("f.pdf")).unwrap();
    let policy = example_file("policy.toml");
    let args = ["check", ".", "nowhere.txt", "--policy", &policy];
    let outcome = in_little_memory(folder.path(), &args).exit(2);
    let outcome = outcome.says("./f.pdf\nTHIS LETTER WAS PUBLISHED IN ERROR");
    let named: Vec<&str> = outcome.stderr().lines().filter_map(|line| line.split(": ").nth(1)).collect();
    let expected = ["./a.txt", "./b.pdf", "./c.pdf", "./d.txt", "./e.zip", "nowhere.txt"];
    assert_eq!(named, expected, "{outcome}");
}

#[test]
fn a_large_file_takes_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let policy = example_file("policy.toml");
    let page = example_text("texts/letter-final.txt").repeat(6_000);
    fs::write(folder.path().join("large.txt"), page).unwrap();
    let started = std::time::Instant::now();
    in_little_memory(folder.path(), &["check", "large.txt", "--policy", &policy]);
    assert!(started.elapsed().as_secs() < 30, "it took {:?}", started.elapsed());

    fs::File::create(folder.path().join("huge.txt")).unwrap().set_len(65 << 20).unwrap();
    in_little_memory(folder.path(), &["check", "huge.txt", "--policy", &policy])
        .refused("erratum: huge.txt: larger than the 67108864 bytes that are read");
}

#[test]
fn a_record_that_is_not_there() {
    let copy = example_file("copies/letter.pdf");
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "erratum: record nowhere: there is no record here (no file \"checkpoint\")";
    for args in [
        &["check", &copy, "--record", "nowhere"][..],
        &["history", "--record", "nowhere"],
        &["slip", "a.example/b", "--record", "nowhere"],
        &["audit", "nowhere"],
        &["init", "a.example", "--record", "nowhere"],
    ] {
        erratum(folder.path(), args).refused(nowhere);
    }
    erratum(folder.path(), &["check", &copy])
        .refused("erratum: no record to ask; name one with --record DIR or in a policy");
    erratum(folder.path(), &["check", &copy, "--policy", "nowhere.toml"])
        .refused("erratum: policy nowhere.toml: ");
}

/// A copy of the example's record with one file changed.
fn damaged(file: &str, change: impl Fn(&mut Vec<u8>)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_of_example_record(&folder.path().join("record"));
    let path = folder.path().join("record").join(file);
    let mut bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
    folder
}

/// The newest file in a folder of partial tiles: the one that a reader takes.
fn newest(folder: &str) -> String {
    let widths = fs::read_dir(example().join("record").join(folder)).unwrap();
    let width =
        widths.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse::<u32>().ok()).max();
    format!("{folder}/{}", width.unwrap())
}

/// The entry of the example's letter.
fn letters_entry() -> u64 {
    let record = Record::open(&example().join("record"), None).unwrap();
    let name = "northern-command.example/letters/2026-017".parse().unwrap();
    record.state().named(&name).unwrap().unwrap().entry
}

/// The segment of the example's index.
fn segment() -> String {
    let manifest = fs::read_to_string(example().join("record/match/manifest")).unwrap();
    let line = manifest.lines().find_map(|line| line.strip_prefix("segment ")).unwrap();
    line.split(' ').next().unwrap().to_owned()
}

/// A damaged record is refused in one line that names it and its file, by `check` and by `audit`.
#[track_caller]
fn is_refused(folder: &Path, named: &str) {
    let copy = example_file("copies/letter-retyped.txt");
    let checked = in_little_memory(folder, &["check", &copy, "--record", "record"]);
    let checked = checked.refused("erratum: ").complains("record").complains(named);
    assert!(checked.stdout().is_empty(), "it said something all the same\n{checked}");
    erratum(folder, &["audit", "record"]).exit(1).says("FALSE   ").says(named);
}

/// One bit flipped in several places of a file, and the file cut short: each time it is refused, and the
/// refusal has the words that name it.
#[track_caller]
fn no_change_passes(file: &str, named: &str) {
    for part in [0.1, 0.35, 0.5, 0.75, 0.99] {
        let folder = damaged(file, |bytes| {
            let at = (bytes.len() as f64 * part) as usize;
            bytes[at] ^= 0x10;
        });
        is_refused(folder.path(), named);
    }
    for keep in [0, 1, 2] {
        let folder = damaged(file, |bytes| bytes.truncate(bytes.len() * keep / 3));
        is_refused(folder.path(), named);
    }
}

#[test]
fn a_damaged_checkpoint() {
    no_change_passes("checkpoint", "checkpoint");
}

#[test]
fn a_damaged_hash_tile() {
    no_change_passes(&newest("tile/0/000.p"), "tile/0/000.p/");
}

#[test]
fn a_damaged_entry_bundle() {
    no_change_passes(&newest("tile/entries/000.p"), "tile/entries/000.p/");
}

#[test]
fn a_damaged_suffix_list() {
    no_change_passes("blob/000.p/0", "entry 0: the blob \"suffixes\": ");
}

#[test]
fn a_damaged_text() {
    let entry = letters_entry();
    no_change_passes(&format!("blob/000.p/{entry}"), &format!("entry {entry}: the blob \""));
}

#[test]
fn a_damaged_index() {
    no_change_passes(&segment(), &segment());
}

#[test]
fn a_missing_file_of_a_record() {
    let copy = example_file("copies/letter-retyped.txt");
    let check_without = |file: &str| {
        let folder = damaged(file, |_| ());
        fs::remove_file(folder.path().join("record").join(file)).unwrap();
        erratum(folder.path(), &["check", &copy, "--record", "record"])
    };
    check_without("checkpoint").refused("(no file \"checkpoint\")");
    check_without(&newest("tile/0/000.p")).refused(&format!("{}: missing", newest("tile/0/000.p")));
    check_without(&newest("tile/entries/000.p"))
        .refused(&format!("{}: missing", newest("tile/entries/000.p")));
    check_without("blob/000.p/0").refused("entry 0: the blob \"suffixes\": missing or cut short");
    let entry = letters_entry();
    check_without(&format!("blob/000.p/{entry}"))
        .refused(&format!("entry {entry}: the blob \"title\": missing or cut short"));
    // Only a cache: what it would say is made from the log.
    check_without(&segment()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn a_record_whose_key_is_not_the_one_that_the_reader_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let other = erratum(
        folder.path(),
        &["record", "create", "other", "--origin", "record.example", "--key", "log.key"],
    );
    let key = other.done().after("log key ");
    let record = example_file("record");
    let policy = format!("[[record]]\npath = {record:?}\nkey = \"{key}\"\n");
    fs::write(folder.path().join("policy.toml"), policy).unwrap();
    let copy = example_file("copies/letter.pdf");
    erratum(folder.path(), &["check", &copy, "--policy", "policy.toml"])
        .refused("checkpoint: not signed by record.example with the key expected");
    erratum(folder.path(), &["audit", &record, "--key", &key]).exit(1).says("FALSE   ");
}

/// As many words as a text may have: the worst case of what matching keeps of one.
#[test]
fn a_text_of_nothing_but_short_words_stays_below_a_gigabyte() {
    let words = "1 ".repeat(4 * 1024 * 1024);
    checked_beside_a_good_copy("words.txt", words.as_bytes()).exit(3).says("NOT IN THIS RECORD");
    let more = format!("{words}1");
    checked_beside_a_good_copy("words.txt", more.as_bytes()).exit(2).complains("words.txt: ");
}
