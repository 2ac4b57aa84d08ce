//! A store in an S3 bucket, for a log that several machines can write to, one at a time.
//!
//! Everything a writer relies on is a conditional put (`If-None-Match: *`, `If-Match: <ETag>`): of several
//! at once exactly one is done. Servers are known that take the header and do not keep to it, so the first
//! one is preceded by a trial ([`S3Store::try_conditional_puts`]), and a server that fails it is refused.
//! An object that the server acknowledged counts as durable; whether that is so lies with the server.
//!
//! Who may read the bucket, and how long it keeps old versions, is set at the server, not here.

mod client;
mod fault;
mod server_name;
mod settings;
#[cfg(test)]
mod test_server;
#[cfg(test)]
mod tests;
mod trial;

use std::sync::Arc;

use object_store::path::Path;

use self::client::{Bucket, Client, Limits, Put};
use self::fault::Fault;
pub use self::settings::S3Settings;
use self::settings::is_path;
use super::error::LogError;
use super::store::{Store, conflict};

/// A folder of a bucket.
///
/// No call waits for ever: a request has 30 seconds, an object with all repetitions 120. What a conditional
/// put did whose answer did not arrive is settled by reading what is there.
#[derive(Clone)]
pub struct S3Store {
    client: Arc<Client>,
    /// Empty, or with `/` at its end.
    folder: String,
}

impl S3Store {
    /// The store in the bucket's folder. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// If the settings make no sense together, or no thread can be started.
    pub fn new(settings: &S3Settings) -> Result<Self, LogError> {
        Self::within(settings, Limits::USUAL)
    }

    fn within(settings: &S3Settings, limits: Limits) -> Result<Self, LogError> {
        let folder = match settings.folder.as_str() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        Ok(Self { client: Arc::new(Client::new(settings, limits)?), folder })
    }

    /// The store in a folder below this one, over the same connections.
    ///
    /// # Errors
    /// If a part of the path is empty, `.` or `..`.
    pub fn folder(&self, path: &str) -> Result<Self, LogError> {
        let path = self.resolve(path)?;
        Ok(Self { client: Arc::clone(&self.client), folder: format!("{path}/") })
    }

    fn resolve(&self, path: &str) -> Result<Path, LogError> {
        let bad = |why: String| {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidFilename, why);
            LogError::io(path.escape_debug().to_string(), "a file's path", error)
        };
        if !is_path(path) {
            return Err(bad("a part of it is empty, '.' or '..'".to_owned()));
        }
        Path::parse(format!("{}{path}", self.folder)).map_err(|error| bad(error.to_string()))
    }

    /// Does `work` on the object of `path`; `doing` completes "<path>: cannot be …".
    fn on<T, W>(
        &self,
        path: &str,
        doing: &str,
        work: impl FnOnce(Bucket, Path) -> W,
    ) -> Result<T, LogError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Fault>> + Send + 'static,
    {
        let work = work(self.client.bucket().clone(), self.resolve(path)?);
        let done = self.client.on_one(work);
        done.map_err(|fault| LogError::io(path, doing, fault.into_io()))
    }
}

impl Store for S3Store {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        let found = self.on(path, "read", |bucket, path| async move { bucket.read(path, most).await });
        Ok(found?.map(|found| found.bytes))
    }

    fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.on(path, "read", |bucket, path| async move { bucket.read_range(path, offset, len).await })
    }

    /// Of several files some may be there when one of them turns out to be there with other bytes; that one
    /// stays as it is.
    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        self.prove()?;
        let mut all = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            all.push((name.clone(), self.resolve(name)?, bytes.clone()));
        }
        let created = self.client.wait(self.client.bucket().clone().create_all(all));
        let (name, put) = match created {
            Ok(Ok(())) => return Ok(()),
            Ok(Err((name, put))) => (name, put),
            Err(fault) => ("the files of an append".to_owned(), Err(fault)),
        };
        match put {
            Ok(_) => Err(LogError::damaged(name, "is there already with other content")),
            Err(fault) => Err(LogError::io(name, "written", fault.into_io())),
        }
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError> {
        let bytes = bytes.to_vec();
        self.on(path, "written", |bucket, path| async move { bucket.put(path, bytes.into()).await })
    }

    fn swap(&self, path: &str, expected: Option<&[u8]>, bytes: &[u8]) -> Result<(), LogError> {
        self.prove()?;
        let (before, bytes) = (expected.map(<[u8]>::to_vec), bytes.to_vec());
        let put = self.on(path, "written", |bucket, path| async move {
            let found = bucket.read(path.clone(), u64::MAX).await?;
            let there = found.as_ref().map(|found| &found.bytes);
            if there == Some(&bytes) {
                return Ok(Put::There);
            }
            if there != before.as_ref() {
                return Ok(Put::Other(found.map(|found| found.bytes)));
            }
            bucket.put_if(path, found, bytes).await
        });
        match put? {
            Put::There => Ok(()),
            Put::Other(there) => Err(conflict(path, expected, there.as_deref())),
        }
    }

    fn remove(&self, path: &str) -> Result<(), LogError> {
        self.on(path, "removed", |bucket, path| async move { bucket.remove(path).await })
    }

    fn remove_folder(&self, path: &str) -> Result<(), LogError> {
        self.on(path, "removed", |bucket, path| async move { bucket.remove_folder(path).await })
    }
}
