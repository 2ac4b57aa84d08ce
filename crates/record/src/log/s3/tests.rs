//! The store over a small server that does what S3 does, and what it should not.

use std::time::Duration;

use super::client::Limits;
use super::test_server::{Manner, Mishap, TestServer};
use super::{S3Settings, S3Store};
use crate::log::error::{LogError, LogErrorKind};
use crate::log::store::Store;

/// What nobody must ever read in an error.
const SECRETS: [&str; 3] = ["the-key-id", "the-secret", "the-token"];

fn settings(server: &TestServer, address: &str) -> S3Settings {
    let variable = |name: &str| {
        let value = match name {
            "AWS_ACCESS_KEY_ID" => SECRETS[0],
            "AWS_SECRET_ACCESS_KEY" => SECRETS[1],
            "AWS_SESSION_TOKEN" => SECRETS[2],
            "AWS_ENDPOINT_URL" => return Some(server.url()),
            _ => return None,
        };
        Some(value.to_owned())
    };
    S3Settings::from_variables(address, variable).unwrap()
}

fn store(server: &TestServer) -> S3Store {
    let limits = Limits {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(20),
        retries: 1,
        object: Duration::from_secs(60),
    };
    S3Store::within(&settings(server, "s3://bucket/log"), limits).unwrap()
}

/// A store whose server has passed the trial, so that what is planned next happens to the test's puts.
fn proven(server: &TestServer) -> S3Store {
    let store = store(server);
    store.prove().unwrap();
    store
}

fn told<T>(result: Result<T, LogError>) -> (LogErrorKind, String) {
    let error = result.err().unwrap();
    let text = error.to_string();
    assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
    (error.kind(), text)
}

#[test]
fn files_are_made_read_replaced_and_removed() {
    let server = TestServer::start(Manner::Atomic);
    let store = store(&server);
    assert_eq!(store.read("checkpoint", 100).unwrap(), None);
    assert_eq!(store.read_range("tile/0/000", 0, 9).unwrap(), None);

    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    let files =
        [file("tile/0/000", "0123456789"), file("tile/0/000.p/8", "a"), file("blob/000.p/1", "b")];
    store.create(&files).unwrap();
    store.create(&files).unwrap();
    assert_eq!(store.read("tile/0/000", 10).unwrap().unwrap(), b"0123456789");
    let ranges: [(u64, u64, &[u8]); 6] =
        [(0, 3, b"012"), (7, 3, b"789"), (7, 90, b"789"), (10, 1, b""), (99, 1, b""), (3, 0, b"")];
    for (offset, length, bytes) in ranges {
        assert_eq!(store.read_range("tile/0/000", offset, length).unwrap().unwrap(), bytes);
    }

    store.replace("checkpoint", b"one").unwrap();
    store.replace("checkpoint", b"two").unwrap();
    assert_eq!(server.object("log/checkpoint").unwrap(), b"two");

    store.remove_folder("tile/0/000.p").unwrap();
    store.remove_folder("tile/0/000.p").unwrap();
    store.remove("blob/000.p/1").unwrap();
    store.remove("blob/000.p/1").unwrap();
    // A folder's name is not the beginning of another's, and a trial leaves nothing behind.
    assert_eq!(server.paths(), ["log/checkpoint", "log/tile/0/000"]);

    let inner = store.folder("private").unwrap();
    inner.replace("key.state", b"x").unwrap();
    assert_eq!(server.object("log/private/key.state").unwrap(), b"x");
}

#[test]
fn what_must_not_be_is_refused_with_the_reason() {
    let server = TestServer::start(Manner::Atomic);
    let store = proven(&server);
    store.replace("tile/0/000", b"0123456789").unwrap();
    assert_eq!(
        told(store.read("tile/0/000", 9)),
        (LogErrorKind::Io, "tile/0/000: cannot be read: longer than 9 bytes".into())
    );
    assert_eq!(
        told(store.create(&[("tile/0/000".into(), b"other".to_vec())])),
        (LogErrorKind::Damaged, "tile/0/000: is there already with other content".into())
    );
    assert_eq!(server.object("log/tile/0/000").unwrap(), b"0123456789");
    for path in ["", "/a", "a//b", "a/../b", "."] {
        let why = "cannot be a file's path: a part of it is empty, '.' or '..'";
        assert_eq!(told(store.read(path, 9)), (LogErrorKind::Io, format!("{path}: {why}")));
    }
}

#[test]
fn a_swap_is_done_once_and_may_be_repeated() {
    let server = TestServer::start(Manner::Atomic);
    let store = proven(&server);
    let conflict = |why: &str| (LogErrorKind::Conflict, format!("key.state: {why}"));
    assert_eq!(
        told(store.swap("key.state", Some(b"0"), b"1")),
        conflict("is gone: another writer removed it")
    );
    store.swap("key.state", None, b"1").unwrap();
    store.swap("key.state", None, b"1").unwrap();
    assert_eq!(
        told(store.swap("key.state", None, b"2")),
        conflict("is there already: another writer made it")
    );
    store.swap("key.state", Some(b"1"), b"2").unwrap();
    store.swap("key.state", Some(b"1"), b"2").unwrap();
    assert_eq!(told(store.swap("key.state", Some(b"1"), b"3")), conflict("another writer changed it"));
    assert_eq!(server.object("log/key.state").unwrap(), b"2");
}

/// A second writer comes between the look and the put.
#[test]
fn the_faster_of_two_writers_wins() {
    let server = TestServer::start(Manner::Atomic);
    let store = proven(&server);
    server.put("log/key.state", b"1");
    server.plan(&[Mishap::Overtaken("theirs")]);
    let told_of = told(store.swap("key.state", Some(b"1"), b"ours"));
    let why = "key.state: another writer changed it";
    assert_eq!(told_of, (LogErrorKind::Conflict, why.into()));
    assert_eq!(server.object("log/key.state").unwrap(), b"theirs");
}

#[test]
fn a_put_without_an_answer_is_settled_by_looking() {
    let busy = "<Error><Code>ServiceUnavailable</Code></Error>";
    let conflict = "<Error><Code>ConditionalRequestConflict</Code></Error>";
    for mishap in [
        Mishap::CutAfter,
        Mishap::CutBefore,
        Mishap::StatusAfter("503 Service Unavailable", busy),
        Mishap::Status("503 Service Unavailable", busy),
        Mishap::Status("409 Conflict", conflict),
    ] {
        for expected in [None, Some(&b"before"[..])] {
            let server = TestServer::start(Manner::Atomic);
            let store = proven(&server);
            if let Some(before) = expected {
                server.put("log/key.state", before);
            }
            server.plan(&[mishap]);
            store.swap("key.state", expected, b"after").unwrap();
            assert_eq!(server.object("log/key.state").unwrap(), b"after", "{mishap:?}");
            server.plan(&[mishap]);
            store.create(&[("blob/000".into(), b"blob".to_vec())]).unwrap();
            assert_eq!(server.object("log/blob/000").unwrap(), b"blob", "{mishap:?}");
        }
    }
    // Done, and then overtaken before it could look: the other one's word is what stands.
    let server = TestServer::start(Manner::Atomic);
    let store = proven(&server);
    server.plan(&[Mishap::OvertakenAfter("theirs")]);
    assert_eq!(told(store.swap("key.state", None, b"ours")).0, LogErrorKind::Conflict);
}

#[test]
fn a_silent_server_is_waited_for_only_so_long() {
    let server = TestServer::start(Manner::Atomic);
    let limits = Limits { request: Duration::from_secs(2), retries: 0, ..Limits::USUAL };
    let store = S3Store::within(&settings(&server, "s3://bucket/log"), limits).unwrap();
    store.client.proven.set(()).unwrap();
    server.plan(&[Mishap::SilentAfter]);
    store.swap("key.state", None, b"after").unwrap();
    assert_eq!(server.object("log/key.state").unwrap(), b"after");

    let limits = Limits { object: Duration::from_secs(1), ..Limits::USUAL };
    let store = S3Store::within(&settings(&server, "s3://bucket/log"), limits).unwrap();
    server.plan(&[Mishap::SilentAfter]);
    let why = "checkpoint: cannot be written: not done within 1 seconds";
    assert_eq!(told(store.replace("checkpoint", b"x")), (LogErrorKind::Io, why.into()));
}

/// A server's refusal repeats the credentials; ours does not.
#[test]
fn a_refusal_tells_no_secret() {
    let server = TestServer::start(Manner::Atomic);
    let store = proven(&server);
    let body = "<Error><Code>ExpiredToken</Code><Token-0>the-token</Token-0>\
                <AWSAccessKeyId>the-key-id</AWSAccessKeyId></Error>";
    let before = server.puts();
    server.plan(&[Mishap::Status("403 Forbidden", body)]);
    let why = "key.state: cannot be written: the server does not accept these credentials for it (ExpiredToken)";
    assert_eq!(told(store.swap("key.state", None, b"x")), (LogErrorKind::Io, why.into()));
    assert_eq!(server.puts(), before + 1, "a final answer is not asked for again");

    server.plan(&[Mishap::Status("400 Bad Request", body)]);
    let (kind, text) = told(store.replace("checkpoint", b"x"));
    assert_eq!(kind, LogErrorKind::Io);
    assert!(text.starts_with("checkpoint: cannot be written: "), "{text}");
    assert!(text.ends_with("400 Bad Request (ExpiredToken)"), "{text}");
}

#[test]
fn a_missing_bucket_is_not_an_empty_log() {
    let server = TestServer::start(Manner::Atomic);
    let store = S3Store::new(&settings(&server, "s3://no-bucket/log")).unwrap();
    let why = format!(
        "checkpoint: cannot be read: there is no bucket no-bucket on the server Testing at {}",
        server.url()
    );
    assert_eq!(told(store.read("checkpoint", 100)), (LogErrorKind::Io, why));
}

#[test]
fn nobody_there_is_an_error_in_good_time() {
    let server = TestServer::start(Manner::Atomic);
    let mut nowhere = settings(&server, "s3://bucket/log");
    // Nothing listens on port 1 of a machine that is not set up to.
    nowhere.endpoint = "http://127.0.0.1:1".to_owned();
    let limits = Limits { retries: 1, ..Limits::USUAL };
    let store = S3Store::within(&nowhere, limits).unwrap();
    for result in [store.replace("a", b"x"), store.swap("a", None, b"x"), store.remove_folder("a")] {
        let (kind, text) = told(result);
        assert_eq!(kind, LogErrorKind::Io, "{text}");
    }
}

#[test]
fn a_fair_server_passes_the_trial() {
    let server = TestServer::start(Manner::Atomic);
    let name = store(&server).try_conditional_puts().unwrap();
    assert_eq!(name, format!("the server Testing at {}", server.url()));
    assert_eq!((server.puts(), server.paths().len()), (128, 0));
}

#[test]
fn an_unfair_server_is_refused_by_name() {
    let atomically = "does not put atomically";
    let cases = [
        (Manner::Ignoring, format!("{atomically}: 64 of 64 racing puts won (If-None-Match: *)")),
        (Manner::IgnoringIfMatch, format!("{atomically}: 64 of 64 racing puts won (If-Match)")),
        (
            Manner::Refusing,
            "does no conditional put: 0 of 64 racing puts won (If-None-Match: *)".to_owned(),
        ),
        (Manner::Forgetful, format!("{atomically}: 64 of 64 racing puts won (If-None-Match: *)")),
    ];
    for (manner, why) in cases {
        let server = TestServer::start(manner);
        let store = store(&server);
        let expected =
            || (LogErrorKind::Unfit, format!("the server Testing at {}: {why}", server.url()));
        assert_eq!(told(store.try_conditional_puts()), expected());
        assert_eq!(told(store.swap("key.state", None, b"1")), expected());
        assert_eq!(told(store.create(&[("blob/000".into(), vec![])])), expected());
        assert_eq!(server.paths(), [""; 0], "nothing was written");
        // To read from it does no harm.
        assert_eq!(store.read("checkpoint", 100).unwrap(), None);
    }
}
