//! Archives, mailboxes and web crawls: the first byte says how the others begin.
#![no_main]

use erratum_fuzz::{read, watch, zip};
use libfuzzer_sys::fuzz_target;

const STARTS: &[(&str, &[u8])] = &[
    ("x.zip", b"PK\x03\x04"),
    ("x.zip", b""),
    ("x.tar", b""),
    ("x.gz", b"\x1f\x8b\x08"),
    ("x.mbox", b"From a Tue Jan  6\nSubject: x\n\n"),
    ("x.warc", b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"),
    ("x.warc", b"WARC/1.0\r\nWARC-Type: resource\r\n"),
];

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    match first % 9 {
        7 => read(&zip(&[("a", rest), ("a", rest), ("b.zip", rest)]), None),
        8 => read(&zip(&[("datapackage.json", b"{}"), ("archive/a.warc", rest)]), None),
        first => {
            let (name, start) = STARTS[usize::from(first)];
            read(&[start, rest].concat(), Some(name));
        }
    }
});
