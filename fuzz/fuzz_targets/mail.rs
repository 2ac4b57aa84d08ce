//! Mails: the first byte says whether the others are headers, a body of one kind, or a mail
//! of Outlook or one of its streams.
#![no_main]

use erratum_fuzz::{outlook, read, watch};
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"From: a@b.example\nMessage-ID: <1>\nSubject: x\n";
const STARTS: &[&[u8]] = &[
    b"",
    b"\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\n\n",
    b"Content-Type: text/html\n\n",
    b"Content-Type: multipart/alternative; boundary=b\n\n--b\n",
];

/// The streams of a mail of Outlook: its properties, its text, its page, its rich text.
const PROPERTIES: &str = "/__properties_version1.0";
const BODY: &str = "/__substg1.0_1000001E";
const PAGE: &str = "/__substg1.0_10130102";
const RICH: &str = "/__substg1.0_10090102";
const NAME: &str = "/__attach_version1.0_#00000000/__substg1.0_3707001F";
const DATA: &str = "/__attach_version1.0_#00000000/__substg1.0_37010102";

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let streams: &[(&str, &[u8])] = match first % 9 {
        5 => return read(rest, Some("x.msg")),
        6 => &[(PROPERTIES, rest), (BODY, b"a"), (PAGE, rest)],
        7 => &[(PROPERTIES, &[0; 32]), (RICH, rest)],
        8 => &[(PROPERTIES, &[0; 32]), (NAME, rest), (DATA, rest)],
        start => return read(&[HEAD, STARTS[usize::from(start)], rest].concat(), Some("x.eml")),
    };
    if let Some(mail) = outlook(streams) {
        read(&mail, Some("x.msg"));
    }
});
