//! A small S3 server for tests: objects in memory, and every mishap that a test asks for.
//!
//! Checks no signature.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How a server keeps to the conditions of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it should.
    Atomic,
    /// Takes them and does not look.
    Ignoring,
    /// Looks at `If-None-Match`, not at `If-Match`.
    IgnoringIfMatch,
    /// Refuses whatever has one.
    Refusing,
    /// Says that it was done and does nothing.
    Forgetful,
}

/// What happens to one put, instead of a proper answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mishap {
    /// It is done and the connection cut.
    CutAfter,
    /// The connection is cut and nothing done.
    CutBefore,
    /// It is done, and no answer ever comes.
    SilentAfter,
    /// It is done and this status with this body answered.
    StatusAfter(&'static str, &'static str),
    /// Nothing is done, and this status with this body answered.
    Status(&'static str, &'static str),
    /// Somebody else puts these bytes first.
    Overtaken(&'static str),
    /// It is done, and then somebody else puts these bytes; the connection is cut.
    OvertakenAfter(&'static str),
}

#[derive(Default)]
struct Content {
    objects: BTreeMap<String, (Vec<u8>, String)>,
    written: u64,
    mishaps: VecDeque<Mishap>,
    puts: u64,
}

pub(super) struct TestServer {
    address: SocketAddr,
    content: Arc<Mutex<Content>>,
}

struct Request {
    method: String,
    /// Without the bucket.
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

struct Answer {
    status: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl TestServer {
    pub(super) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let content = Arc::new(Mutex::new(Content::default()));
        let shared = Arc::clone(&content);
        // Both end with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&stream.unwrap(), manner, &shared));
            }
        });
        Self { address, content }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What is to happen to the next puts.
    pub(super) fn plan(&self, mishaps: &[Mishap]) {
        self.content.lock().unwrap().mishaps = mishaps.iter().copied().collect();
    }

    pub(super) fn put(&self, path: &str, bytes: &[u8]) {
        self.content.lock().unwrap().put(path, bytes);
    }

    pub(super) fn object(&self, path: &str) -> Option<Vec<u8>> {
        self.content.lock().unwrap().objects.get(path).map(|(bytes, _)| bytes.clone())
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.content.lock().unwrap().objects.keys().cloned().collect()
    }

    /// How many puts came, done or not.
    pub(super) fn puts(&self) -> u64 {
        self.content.lock().unwrap().puts
    }
}

impl Content {
    fn put(&mut self, path: &str, bytes: &[u8]) -> String {
        self.written += 1;
        let tag = format!("\"{}\"", self.written);
        self.objects.insert(path.to_owned(), (bytes.to_vec(), tag.clone()));
        tag
    }
}

fn serve(stream: &TcpStream, manner: Manner, content: &Mutex<Content>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader) {
        let answer = match request.method.as_str() {
            "PUT" => put(&request, manner, content),
            "GET" if request.query.contains("list-type=2") => Some(list(&request, content)),
            "GET" | "HEAD" => Some(get(&request, content)),
            "DELETE" => Some(delete(&[request.path], content)),
            "POST" => Some(delete(&between(&request.body, "<Key>", "</Key>"), content)),
            other => panic!("method {other}"),
        };
        let Some(answer) = answer else { return };
        let mut head = format!("HTTP/1.1 {}\r\nServer: Testing\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !answer.headers.iter().any(|(name, _)| *name == "Content-Length") {
            head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
        }
        head.push_str("\r\n");
        let written = (&*stream).write_all(&[head.as_bytes(), &answer.body].concat());
        if written.is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let path = path.trim_start_matches("/bucket").trim_start_matches('/').to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, query: query.to_owned(), headers, body })
}

fn answer(status: &str, body: &str) -> Answer {
    Answer { status: status.to_owned(), headers: Vec::new(), body: body.as_bytes().to_vec() }
}

/// `None` cuts the connection.
fn put(request: &Request, manner: Manner, content: &Mutex<Content>) -> Option<Answer> {
    let mut content = content.lock().unwrap();
    content.puts += 1;
    let mishap = content.mishaps.pop_front();
    match mishap {
        Some(Mishap::CutBefore) => return None,
        Some(Mishap::Status(status, body)) => return Some(answer(status, body)),
        Some(Mishap::Overtaken(bytes)) => {
            content.put(&request.path, bytes.as_bytes());
        }
        _ => {}
    }
    let there = content.objects.get(&request.path).map(|(_, tag)| tag.clone());
    let if_none = request.headers.contains_key("if-none-match");
    let if_match = request.headers.get("if-match");
    let holds = match manner {
        Manner::Ignoring | Manner::Forgetful => true,
        Manner::Refusing => !if_none && if_match.is_none(),
        Manner::IgnoringIfMatch => !if_none || there.is_none(),
        Manner::Atomic => {
            (!if_none || there.is_none()) && (if_match.is_none() || if_match == there.as_ref())
        }
    };
    if !holds {
        return Some(answer(
            "412 Precondition Failed",
            "<Error><Code>PreconditionFailed</Code></Error>",
        ));
    }
    let mut done = answer("200 OK", "");
    if manner != Manner::Forgetful || !(if_none || if_match.is_some()) {
        let tag = content.put(&request.path, &request.body);
        done.headers.push(("ETag", tag));
    } else {
        done.headers.push(("ETag", "\"0\"".to_owned()));
    }
    match mishap {
        Some(Mishap::CutAfter) => None,
        Some(Mishap::OvertakenAfter(bytes)) => {
            content.put(&request.path, bytes.as_bytes());
            None
        }
        Some(Mishap::SilentAfter) => {
            drop(content);
            std::thread::sleep(std::time::Duration::from_secs(3600));
            None
        }
        Some(Mishap::StatusAfter(status, body)) => Some(answer(status, body)),
        _ => Some(done),
    }
}

fn get(request: &Request, content: &Mutex<Content>) -> Answer {
    let content = content.lock().unwrap();
    let Some((bytes, tag)) = content.objects.get(&request.path) else {
        let code = if request.path.starts_with("no-bucket/") { "NoSuchBucket" } else { "NoSuchKey" };
        return answer("404 Not Found", &format!("<Error><Code>{code}</Code></Error>"));
    };
    let mut headers = vec![("ETag", tag.clone())];
    let (status, body) = match request.headers.get("range") {
        None => ("200 OK", bytes.clone()),
        Some(range) => {
            let (start, end) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
            headers.push(("Content-Range", format!("bytes {start}-{end}/{}", bytes.len())));
            ("206 Partial Content", bytes[start..=end].to_vec())
        }
    };
    headers.push(("Content-Length", body.len().to_string()));
    let body = if request.method == "HEAD" { Vec::new() } else { body };
    Answer { status: status.to_owned(), headers, body }
}

fn list(request: &Request, content: &Mutex<Content>) -> Answer {
    let prefix = request.query.split('&').find_map(|part| part.strip_prefix("prefix="));
    let prefix = prefix.unwrap_or_default().replace("%2F", "/");
    let content = content.lock().unwrap();
    let objects = content.objects.iter().filter(|(path, _)| path.starts_with(&prefix));
    let objects: String = objects
        .map(|(path, (bytes, tag))| {
            format!(
                "<Contents><Key>{path}</Key><LastModified>2026-01-06T00:00:00.000Z</LastModified>\
                 <ETag>{tag}</ETag><Size>{}</Size></Contents>",
                bytes.len()
            )
        })
        .collect();
    let head = "<ListBucketResult><IsTruncated>false</IsTruncated>";
    answer("200 OK", &format!("{head}{objects}</ListBucketResult>"))
}

fn delete(paths: &[String], content: &Mutex<Content>) -> Answer {
    let mut content = content.lock().unwrap();
    let mut deleted = String::new();
    for path in paths {
        content.objects.remove(path);
        deleted.push_str(&format!("<Deleted><Key>{path}</Key></Deleted>"));
    }
    answer("200 OK", &format!("<DeleteResult>{deleted}</DeleteResult>"))
}

fn between(body: &[u8], start: &str, end: &str) -> Vec<String> {
    let body = String::from_utf8_lossy(body).into_owned();
    let parts = body.split(start).skip(1);
    parts.map(|part| part.split(end).next().unwrap().to_owned()).collect()
}
