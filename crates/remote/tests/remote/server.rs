//! A small HTTP server whose answers a test decides.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) range: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What the server does.
pub(crate) enum Reply {
    /// Status, further header lines, body.
    Answer(u16, &'static str, Vec<u8>),
    /// These bytes and nothing around them; then it hangs up.
    Raw(Vec<u8>),
    /// Nothing, with the connection left open.
    Hang,
    /// A body without an end.
    Endless,
}

pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
    Reply::Answer(200, "", body.into())
}

pub(crate) struct Server {
    pub(crate) url: String,
    /// The paths asked for, in order.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (paths, stopped, answer) = (Arc::clone(&asked), Arc::clone(&stop), Arc::new(answer));
        thread::spawn(move || {
            let open = Arc::new(Mutex::new(Vec::new()));
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (paths, answer, open) = (Arc::clone(&paths), Arc::clone(&answer), Arc::clone(&open));
                thread::spawn(move || open.lock().unwrap().extend(serve(stream, &paths, &*answer)));
            }
        });
        Self { url: format!("http://{address}"), asked, stop }
    }

    /// A server of the files in a folder.
    pub(crate) fn of_folder(folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self::start(move |request| match std::fs::read(folder.join(&request.path[1..])) {
            Ok(bytes) => ok(bytes),
            Err(_) => Reply::Answer(404, "", b"none\n".to_vec()),
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

/// A URL at which nobody listens.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Serves one request; gives the connection back if it is to stay open.
fn serve(
    mut stream: TcpStream,
    asked: &Mutex<Vec<String>>,
    answer: &dyn Fn(&Request) -> Reply,
) -> Option<TcpStream> {
    let request = read(&stream)?;
    asked.lock().unwrap().push(request.path.clone());
    let _ = match answer(&request) {
        Reply::Answer(status, headers, body) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), &body].concat())
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Hang => return Some(stream),
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            Ok(())
        }
    };
    None
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let header = |name: &str| {
        let found = lines.iter().find(|line| line.to_ascii_lowercase().starts_with(name));
        found.map(|line| line[name.len()..].trim().to_owned())
    };
    let length = header("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    Some(Request { path, range: header("range:"), body })
}
