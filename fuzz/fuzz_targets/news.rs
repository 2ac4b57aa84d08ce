//! News formats: the first byte says which, and how much of it is given.
#![no_main]

use erratum_fuzz::{read, watch};
use libfuzzer_sys::fuzz_target;

const FRAMES: &[(&[u8], &[u8])] = &[
    (b"<newsItem>", b"</newsItem>"),
    (b"<newsItem><contentSet><inlineXML>", b"</inlineXML></contentSet></newsItem>"),
    (b"<newsMessage>", b"</newsMessage>"),
    (b"<nitf>", b"</nitf>"),
    (b"<nitf><body>", b"</body></nitf>"),
    (b"{\"uri\":\"a\",\"headline\":", b"}"),
    (b"{\"uri\":\"a\",\"body_xhtml\":\"", b"\"}"),
    (b"<!DOCTYPE nitf", b"><nitf><body>a</body></nitf>"),
];

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let (start, end) = FRAMES[usize::from(first % 8)];
    read(&[start, rest, end].concat(), None);
});
