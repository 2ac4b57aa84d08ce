//! S3 servers of others: built at a pinned version, started on loopback with a folder of their own, killed
//! and started again.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Result;

/// The bucket that all of them serve.
const BUCKET: &str = "record";
/// The credentials of all of them: made up, and worth nothing elsewhere.
const KEY_ID: &str = "operator";
const SECRET: &str = "operator-secret";

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(60);

/// The name of a variable of the environment, and its value.
pub(super) type Variable = (&'static str, String);

/// A server that can be built.
pub(super) struct Kind {
    /// What it is called in the results.
    pub(super) name: &'static str,
    /// The Go package that is built.
    package: &'static str,
    /// Its version in the module proxy.
    pub(super) version: &'static str,
    start: fn(&mut Command, &Path, SocketAddr),
    /// Whether a folder in the server's folder is a bucket.
    folder_is_bucket: bool,
}

pub(super) const MINIO: Kind = Kind {
    name: "MinIO",
    package: "github.com/minio/minio",
    version: "v0.0.0-20260212201848-7aac2a2c5b7c",
    start: |command, folder, address| {
        command.arg("server").arg(folder).args(["--address", &address.to_string(), "--quiet"]);
        command.env("MINIO_ROOT_USER", KEY_ID).env("MINIO_ROOT_PASSWORD", SECRET);
        command.env("MINIO_UPDATE", "off").env("MINIO_BROWSER", "off");
    },
    folder_is_bucket: true,
};

/// With a database file, which it syncs at every put.
pub(super) const GOFAKES3: Kind = Kind {
    name: "gofakes3 (bolt)",
    package: "github.com/johannesboyne/gofakes3/cmd/gofakes3",
    version: "v1.2.0",
    start: start_gofakes3,
    folder_is_bucket: false,
};

/// The same as it was before it knew conditions: it takes the headers and ignores them.
pub(super) const OLD_GOFAKES3: Kind = Kind {
    name: "gofakes3 (bolt), 2024",
    package: "github.com/johannesboyne/gofakes3/cmd/gofakes3",
    version: "v0.0.0-20240701191259-edd0227ffc37",
    start: start_gofakes3,
    folder_is_bucket: false,
};

fn start_gofakes3(command: &mut Command, folder: &Path, address: SocketAddr) {
    command.args(["-host", &address.to_string(), "-backend", "bolt", "-initialbucket", BUCKET]);
    command.arg("-bolt.db").arg(folder.join("objects.db"));
}

impl Kind {
    /// Builds it below `target`, unless that was done.
    pub(super) fn install(&self, target: &Path) -> Result<PathBuf> {
        let program = self.package.rsplit('/').next().unwrap_or(self.package);
        let folder = target.join("s3").join(format!("{program}-{}", self.version));
        let binary = folder.join(program);
        if !binary.exists() {
            eprintln!("building {} {} (MinIO takes some minutes)", self.name, self.version);
            let built = Command::new("go")
                .args(["install", &format!("{}@{}", self.package, self.version)])
                .env("GOBIN", &folder)
                .current_dir(target)
                .status()
                .map_err(|error| {
                    format!("go cannot be run, and the servers are written in it: {error}")
                })?;
            if !built.success() {
                return Err(format!("{} {} cannot be built", self.name, self.version).into());
            }
        }
        Ok(binary)
    }
}

/// A server and its folder.
pub(super) struct Server {
    kind: &'static Kind,
    binary: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts it with an empty folder, on a port that was free a moment ago.
    pub(super) fn start(kind: &'static Kind, binary: PathBuf, folder: &Path) -> Result<Self> {
        let folder = folder.join("server");
        fs::create_dir_all(&folder)?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let child = spawn(kind, &binary, &folder, address)?;
        let mut server = Self { kind, binary, folder, address, child };
        server.wait()?;
        if kind.folder_is_bucket {
            fs::create_dir(server.folder.join(BUCKET))?;
        }
        Ok(server)
    }

    /// The variables of the environment by which a store finds it.
    pub(super) fn variables(&self) -> [Variable; 3] {
        [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it as a power cut ends a process.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again after [`Server::kill`], with what it had.
    pub(super) fn restart(&mut self) -> Result<()> {
        self.child = spawn(self.kind, &self.binary, &self.folder, self.address)?;
        self.wait()
    }

    /// Waits until it listens.
    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} ended at its start: {status}", self.kind.name).into());
            }
            if start.elapsed() > START {
                return Err(format!("{} does not listen after {START:?}", self.kind.name).into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing that we started stays behind.
        let _ = self.kill();
    }
}

fn spawn(kind: &Kind, binary: &Path, folder: &Path, address: SocketAddr) -> Result<Child> {
    let words = File::options().create(true).append(true).open(folder.with_extension("log"))?;
    let mut command = Command::new(binary);
    command.stdin(Stdio::null()).stdout(words.try_clone()?).stderr(words);
    (kind.start)(&mut command, folder, address);
    command.spawn().map_err(|error| format!("{} cannot be started: {error}", kind.name).into())
}
