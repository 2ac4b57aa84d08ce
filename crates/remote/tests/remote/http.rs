//! Single files over HTTP.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use erratum_record::{LogErrorKind, Store};
use erratum_remote::{Http, Patience, ReadStore, Source};

use crate::server::{Reply, Server, nobody, ok};

pub(crate) fn impatient() -> Patience {
    Patience { request: Duration::from_millis(400), attempts: 2, pause: Duration::from_millis(1) }
}

fn get(server: &Server, most: u64) -> Result<Option<Vec<u8>>, String> {
    let http = Http::new(&server.url, impatient()).unwrap();
    http.get("a/file", most).map_err(|error| error.to_string().replace(&server.url, "URL"))
}

#[test]
fn a_file_is_read_and_one_that_is_not_there_is_none() {
    let server = Server::start(|request| match request.path.as_str() {
        "/base/a/file" => ok("some bytes"),
        _ => Reply::Answer(404, "", b"none".to_vec()),
    });
    let http = Http::new(&format!("{}/base//", server.url), impatient()).unwrap();
    assert_eq!(http.url(), format!("{}/base", server.url));
    assert_eq!(http.get("a/file", 10).unwrap().unwrap(), b"some bytes");
    assert_eq!(http.get("another", 10).unwrap(), None);
    let mut bytes = String::new();
    http.open("a/file", 10).unwrap().unwrap().read_to_string(&mut bytes).unwrap();
    assert_eq!(bytes, "some bytes");
    assert_eq!(
        http.get("../file", 10).unwrap_err().to_string(),
        "../file: not the path of a file of a record"
    );
}

#[test]
fn a_store_of_it_cannot_be_written() {
    let server = Server::start(|_| ok("some bytes"));
    let store = ReadStore::new(Arc::new(Http::new(&server.url, impatient()).unwrap()));
    assert_eq!(store.read("a/file", 10).unwrap().unwrap(), b"some bytes");
    let error = store.replace("checkpoint", b"x").unwrap_err();
    assert_eq!(error.kind(), LogErrorKind::Invalid);
    assert_eq!(error.to_string(), "checkpoint: cannot be written: the record is read from elsewhere");
}

#[test]
fn too_many_bytes_are_an_error_and_not_asked_for_again() {
    let server = Server::start(|_| ok("eleven bytes"));
    let why = "URL/a/file: cannot be read: longer than 10 bytes".to_owned();
    assert_eq!(get(&server, 10), Err(why.clone()));
    assert_eq!(server.count(), 1);
    assert_eq!(get(&Server::start(|_| Reply::Endless), 10), Err(why));
}

#[test]
fn a_redirect_is_not_followed_but_named() {
    let server =
        Server::start(|_| Reply::Answer(301, "location: https://other.example/\r\n", Vec::new()));
    let why =
        "URL/a/file: HTTP status 301, a redirect to https://other.example/: give that address instead";
    assert_eq!(get(&server, 10), Err(why.to_owned()));
    let server = Server::start(|_| Reply::Answer(403, "", Vec::new()));
    assert_eq!(get(&server, 10), Err("URL/a/file: HTTP status 403".to_owned()));
    assert_eq!(server.count(), 1);
}

#[test]
fn trouble_that_may_pass_is_tried_again_and_not_for_ever() {
    let tries = AtomicUsize::new(0);
    let server = Server::start(move |_| match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Reply::Answer(503, "", Vec::new()),
        _ => ok("good"),
    });
    assert_eq!(get(&server, 10), Ok(Some(b"good".to_vec())));
    let server = Server::start(|_| Reply::Answer(500, "", Vec::new()));
    assert_eq!(get(&server, 10), Err("URL/a/file: cannot be read: HTTP status 500".to_owned()));
    assert_eq!(server.count(), 2);
    // Cut short.
    let server =
        Server::start(|_| Reply::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nfour".to_vec()));
    assert!(get(&server, 10).is_err());
    assert_eq!(server.count(), 2);
    let server = Server::start(|_| Reply::Raw(b"nonsense\r\n\r\n".to_vec()));
    assert!(get(&server, 10).is_err());
}

#[test]
fn a_silent_or_a_dead_server_does_not_block() {
    let server = Server::start(|_| Reply::Hang);
    let error = get(&server, 10).unwrap_err();
    assert!(error.starts_with("URL/a/file: cannot be read: timeout"), "{error}");
    assert_eq!(server.count(), 2);
    let http = Http::new(&nobody(), impatient()).unwrap();
    assert_eq!(http.get("a", 1).unwrap_err().kind(), LogErrorKind::Io);
}

#[test]
fn ranges_are_read_with_and_without_the_server_s_help() {
    let helpful = Server::start(|request| match request.range.as_deref() {
        Some("bytes=2-4") => Reply::Answer(206, "", b"cde".to_vec()),
        Some("bytes=9-10") => Reply::Answer(416, "", Vec::new()),
        _ => Reply::Answer(500, "", Vec::new()),
    });
    let http = Http::new(&helpful.url, impatient()).unwrap();
    assert_eq!(http.get_range("f", 2, 3).unwrap().unwrap(), b"cde");
    let plain = Server::start(|_| ok("abcdefg"));
    let http = Http::new(&plain.url, impatient()).unwrap();
    assert_eq!(http.get_range("f", 2, 3).unwrap().unwrap(), b"cde");
    assert_eq!(http.get_range("f", 5, 3).unwrap().unwrap(), b"fg");
    assert_eq!(http.get_range("f", 5, 0).unwrap().unwrap(), b"");
    let lying = Server::start(|_| Reply::Answer(206, "", b"far more than was asked for".to_vec()));
    let http = Http::new(&lying.url, impatient()).unwrap();
    assert_eq!(http.get_range("f", 2, 3).unwrap().unwrap(), b"far");
}

#[test]
fn only_plain_urls_are_taken() {
    for good in ["https://record.example", "http://[::1]:8080/a/b/"] {
        assert!(Http::new(good, impatient()).is_ok(), "{good}");
    }
    for bad in [
        "",
        "record.example",
        "ftp://x",
        "https://",
        "https:///a",
        "http://x/?q",
        "http://x/#f",
        "http://x y",
    ] {
        assert_eq!(Http::new(bad, impatient()).err().unwrap().kind(), LogErrorKind::Invalid, "{bad}");
    }
}
