//! Requests to one bucket, each bounded in time: what goes over the network, and what an answer means.
//!
//! Knows objects, ETags and conditions. What a conditional put that got no answer did is judged here, by
//! reading what is there; what the files are, and in which order they come, is not known here.

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, TryStreamExt, future, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode,
    PutPayload, RetryConfig, UpdateVersion,
};
use tokio::runtime::{Builder, Runtime};

use super::fault::{self, Fault};
use super::server_name::NamingConnector;
use super::settings::S3Settings;
use crate::log::error::{LogError, LogErrorKind};

/// How long things may take, and how often they are repeated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// For a connection to stand.
    pub(super) connect: Duration,
    /// For one request, with its body.
    pub(super) request: Duration,
    /// How often one request is repeated where that can do no harm.
    pub(super) retries: usize,
    /// For one object, with all repetitions. The last word: nothing waits longer.
    pub(super) object: Duration,
}

impl Limits {
    /// 8 MiB of blobs pass at 2.2 Mbit/s.
    pub(super) const USUAL: Self = Self {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(30),
        retries: 3,
        object: Duration::from_secs(120),
    };
}

/// How often a conditional put is tried, each time after a look at what is there.
const ATTEMPTS: u32 = 3;
/// How many objects are written or removed at once.
const PARALLEL: usize = 32;

/// An object as it was found.
pub(super) struct Found {
    pub(super) bytes: Vec<u8>,
    version: UpdateVersion,
}

/// What a conditional put came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Put {
    /// These bytes are there now.
    There,
    /// These bytes are there, or with `None` nothing.
    Other(Option<Vec<u8>>),
}

/// One bucket, and the thread that talks to it.
pub(super) struct Client {
    /// `None` only while dropped.
    runtime: Option<Runtime>,
    bucket: Bucket,
    /// Set by a trial that passed, and then for good.
    pub(super) proven: OnceLock<()>,
}

/// What a request needs, for a task of its own.
#[derive(Clone)]
pub(super) struct Bucket {
    s3: Arc<AmazonS3>,
    /// What the server calls itself, once it answered.
    server: Arc<Mutex<Option<String>>>,
    name: String,
    endpoint: String,
    limits: Limits,
}

impl Client {
    pub(super) fn new(settings: &S3Settings, limits: Limits) -> Result<Self, LogError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| LogError::io("the thread for S3", "started", error))?;
        let bucket = Bucket::new(settings, limits)?;
        Ok(Self { runtime: Some(runtime), bucket, proven: OnceLock::new() })
    }

    pub(super) fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// Does work on one object, bounded in time.
    pub(super) fn on_one<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Fault>> + Send + 'static,
    {
        self.wait(in_time(self.bucket.limits.object, work))?
    }

    /// Does work that bounds itself in time, wherever this is called from, also from asynchronous code.
    pub(super) fn wait<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: Future<Output = T> + Send + 'static,
    {
        let ended = || Fault::text("the thread for S3 has ended");
        let (answer, answered) = mpsc::sync_channel(1);
        self.runtime.as_ref().ok_or_else(ended)?.spawn(async move {
            // Nobody waits for it any more only if the caller's thread is gone.
            let _ = answer.send(work.await);
        });
        answered.recv().map_err(|_| ended())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A plain drop would panic in asynchronous code, and would wait for requests that nobody needs.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn in_time<T>(bound: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    tokio::time::timeout(bound, work).await.unwrap_or_else(|_| {
        let why = format!("not done within {} seconds", bound.as_secs_f32());
        Err(Fault::from(io::Error::new(io::ErrorKind::TimedOut, why)))
    })
}

impl Bucket {
    fn new(settings: &S3Settings, limits: Limits) -> Result<Self, LogError> {
        let server = Arc::new(Mutex::new(None));
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_secs(2),
            base: 3.0,
        };
        let retry =
            RetryConfig { backoff, max_retries: limits.retries, retry_timeout: limits.object / 2 };
        let options = ClientOptions::new()
            .with_allow_http(settings.endpoint.starts_with("http://"))
            .with_connect_timeout(limits.connect)
            .with_timeout(limits.request);
        let mut builder = AmazonS3Builder::new()
            .with_endpoint(&settings.endpoint)
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(&settings.secret)
            .with_client_options(options)
            .with_http_connector(NamingConnector::new(Arc::clone(&server)))
            .with_retry(retry);
        if let Some(token) = &settings.token {
            builder = builder.with_token(token);
        }
        let s3 = builder.build().map_err(|error| {
            let place = format!("s3://{}", settings.bucket);
            LogError::new(LogErrorKind::Invalid, place, Fault::from(error).to_string())
        })?;
        Ok(Self {
            s3: Arc::new(s3),
            server,
            name: settings.bucket.clone(),
            endpoint: settings.endpoint.clone(),
            limits,
        })
    }

    /// `the server MinIO at http://…`, as far as it has given its name.
    pub(super) fn server(&self) -> String {
        let name = self.server.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &*name {
            Some(name) => format!("the server {name} at {}", self.endpoint),
            None => format!("the server at {}", self.endpoint),
        }
    }

    /// An object of at most `most` bytes, or `None` if there is none.
    pub(super) async fn read(&self, path: Path, most: u64) -> Result<Option<Found>, Fault> {
        let got = match self.s3.get(&path).await {
            Err(error) => return self.absent(error),
            Ok(got) => got,
        };
        if got.meta.size > most {
            let why = format!("longer than {most} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why).into());
        }
        let version = UpdateVersion { e_tag: got.meta.e_tag.clone(), version: None };
        Ok(Some(Found { bytes: got.bytes().await?.into(), version }))
    }

    /// The `length` bytes of an object from `offset` on, fewer where it ends; `None` if there is none.
    pub(super) async fn read_range(
        &self,
        path: Path,
        offset: u64,
        length: u64,
    ) -> Result<Option<Vec<u8>>, Fault> {
        // The server answers a range that begins at the end or behind it with an error.
        let size = match self.s3.head(&path).await {
            Err(error) => return self.absent(error),
            Ok(meta) => meta.size,
        };
        let end = offset.saturating_add(length).min(size);
        if offset >= end {
            return Ok(Some(Vec::new()));
        }
        let options =
            GetOptions { range: Some(GetRange::Bounded(offset..end)), ..GetOptions::default() };
        match self.s3.get_opts(&path, options).await {
            Err(error) => self.absent(error),
            Ok(got) => Ok(Some(got.bytes().await?.into())),
        }
    }

    /// Puts an object whatever is there.
    pub(super) async fn put(&self, path: Path, bytes: PutPayload) -> Result<(), Fault> {
        self.s3.put(&path, bytes).await?;
        Ok(())
    }

    /// Puts an object if what is there is what was `expected`, `None` for nothing.
    ///
    /// After a time-out or a broken connection the put may have happened, and where the first of two tries
    /// did, the second is refused. So, whatever the answer was, what is there decides. A put that is still
    /// under way after the last look carries its condition with it, so it can change nothing but what was
    /// expected.
    pub(super) async fn put_if(
        &self,
        path: Path,
        expected: Option<Found>,
        bytes: Vec<u8>,
    ) -> Result<Put, Fault> {
        let (before, mode) = match expected {
            None => (None, PutMode::Create),
            Some(found) => (Some(found.bytes), PutMode::Update(found.version)),
        };
        let payload = PutPayload::from(bytes.clone());
        let mut attempt = 0;
        loop {
            attempt += 1;
            let put = self.s3.put_opts(&path, payload.clone(), mode.clone().into()).await;
            let Err(error) = put else { return Ok(Put::There) };
            let fault = Fault::from(error);
            if fault.is_final() {
                return Err(fault);
            }
            let there = match self.read(path.clone(), u64::MAX).await {
                Ok(found) => found.map(|found| found.bytes),
                // The put's own fault says more than that of looking after it.
                Err(_) => return Err(fault),
            };
            match there {
                Some(there) if there == bytes => return Ok(Put::There),
                there if there != before => return Ok(Put::Other(there)),
                _ if attempt == ATTEMPTS => return Err(fault),
                _ => tokio::time::sleep(Duration::from_millis(50) * attempt).await,
            }
        }
    }

    /// One conditional put, without a second try: whether the server says that it was done.
    pub(super) async fn race(
        &self,
        path: Path,
        expected: Option<UpdateVersion>,
        bytes: Vec<u8>,
    ) -> Result<bool, Fault> {
        let mode = expected.map_or(PutMode::Create, PutMode::Update);
        match self.s3.put_opts(&path, bytes.into(), mode.into()).await {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts objects that must not be there yet, each bounded in time; all have ended when it returns. Gives
    /// the first that did not come to [`Put::There`].
    pub(super) async fn create_all(
        self,
        objects: Vec<(String, Path, Vec<u8>)>,
    ) -> Result<(), (String, Result<Put, Fault>)> {
        let puts = objects.into_iter().map(|(name, path, bytes)| {
            let put = in_time(self.limits.object, self.put_if(path, None, bytes));
            put.map(move |put| if matches!(put, Ok(Put::There)) { Ok(()) } else { Err((name, put)) })
        });
        let done: Vec<_> = stream::iter(puts).buffer_unordered(PARALLEL).collect().await;
        done.into_iter().collect()
    }

    /// Removes an object, if it is there.
    pub(super) async fn remove(&self, path: Path) -> Result<(), Fault> {
        match self.s3.delete(&path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes every object below `folder`.
    pub(super) async fn remove_folder(&self, folder: Path) -> Result<(), Fault> {
        let there: Vec<_> =
            self.s3.list(Some(&folder)).map_ok(|meta| meta.location).try_collect().await?;
        let there = stream::iter(there.into_iter().map(Ok)).boxed();
        let removed = self.s3.delete_stream(there);
        let faults = removed.filter(|removed| {
            // A second writer may have been faster.
            future::ready(!matches!(removed, Ok(_) | Err(Error::NotFound { .. })))
        });
        faults.map_ok(drop).try_collect::<()>().await?;
        Ok(())
    }

    /// Nothing where the object is missing; a fault where the bucket is.
    fn absent<T>(&self, error: Error) -> Result<Option<T>, Fault> {
        match error {
            Error::NotFound { source, .. }
                if fault::code_of(&*source) == Some("NoSuchBucket".into()) =>
            {
                Err(Fault::text(format!("there is no bucket {} on {}", self.name, self.server())))
            }
            Error::NotFound { .. } => Ok(None),
            error => Err(error.into()),
        }
    }
}

impl Found {
    pub(super) fn version(&self) -> UpdateVersion {
        self.version.clone()
    }
}
