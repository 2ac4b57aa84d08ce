//! A witness of the ecosystem, on a port of its own: Torchwood's `litewitness`, with its key in an
//! `ssh-agent`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::programs::{folder, interop};

/// How long a program may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running witness.
pub(crate) struct Litewitness {
    folder: tempfile::TempDir,
    port: u16,
    vkey: String,
    _witness: Running,
    _agent: Running,
}

impl Litewitness {
    /// Starts a witness that has a new key and knows no log.
    pub(crate) fn start(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (agent, fingerprint) = start_agent(folder.path());
        // Another program may take a free port before the witness has it.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if let Some((witness, vkey)) = start_witness(folder.path(), name, &fingerprint, port) {
                return Self { folder, port, vkey, _witness: witness, _agent: agent };
            }
        }
        panic!("litewitness found no port");
    }

    /// The witness's verifier key, as it prints it.
    pub(crate) fn vkey(&self) -> &str {
        &self.vkey
    }

    /// Has it cosign the log with this key.
    pub(crate) fn admit(&self, log: &str) {
        interop(&["admit-log", self.folder.path().join("db").to_str().unwrap(), log], "");
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// Starts an agent that holds one new key; gives the key's fingerprint too.
fn start_agent(folder: &Path) -> (Running, String) {
    let socket = folder.join("agent");
    let agent = Command::new("ssh-agent").arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).spawn();
    let agent = Running(agent.expect("ssh-agent starts"));
    until("ssh-agent", || socket.exists().then_some(()));
    let key = folder.join("key");
    let keygen = ["-q", "-t", "ed25519", "-N", "", "-C", "witness", "-f"];
    said(Command::new("ssh-keygen").args(keygen).arg(&key));
    said(Command::new("ssh-add").arg("-q").arg(&key).env("SSH_AUTH_SOCK", &socket));
    let line = said(Command::new("ssh-keygen").arg("-lf").arg(&key));
    (agent, line.split(' ').nth(1).unwrap().to_owned())
}

/// Starts a witness and waits until it answers; `None` if it ends before that.
fn start_witness(place: &Path, name: &str, key: &str, port: u16) -> Option<(Running, String)> {
    let log = place.join("witness.log");
    let child = Command::new(folder().join("litewitness"))
        .arg("-db")
        .arg(place.join("db"))
        .arg("-ssh-agent")
        .arg(place.join("agent"))
        .args(["-name", name, "-key", key, "-listen", &format!("127.0.0.1:{port}")])
        .stderr(fs::File::create(&log).unwrap())
        .spawn();
    let mut witness = Running(child.expect("litewitness starts"));
    let ended = until("litewitness", || {
        let ended = witness.0.try_wait().unwrap().is_some();
        (ended || TcpStream::connect(("127.0.0.1", port)).is_ok()).then_some(ended)
    });
    let lines = BufReader::new(fs::File::open(&log).unwrap()).lines().map_while(Result::ok);
    let vkey = lines.filter_map(|line| Some(line.split_once("vkey=")?.1.to_owned())).next();
    (!ended).then(|| (witness, vkey.expect("litewitness names its key")))
}

fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = there() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what} did not start");
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{errors}", output.status);
    String::from_utf8(output.stdout).unwrap()
}
