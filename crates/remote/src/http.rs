//! Files below a URL. Every request has an end: in time, in bytes, and in attempts.
//!
//! Redirects are not followed, so that what is asked is what was named. Whether what comes is right is
//! for who asked to check.

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

use erratum_record::{LogError, LogErrorKind};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::path;
use crate::source::{Source, cut};

/// What a long file is expected to come with at least, in bytes a second.
const SLOWEST: u64 = 64 * 1024;
/// A file that is longer than this may take longer than the patience for one request.
const SHORT: u64 = 1 << 20;

/// How long a server is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one request with its answer of up to a mebibyte, from resolving the name to the last byte; more
    /// has to come with 64 KiB a second or more.
    pub request: Duration,
    /// How often a request is made at most, where the server does not answer or says that it cannot now.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each.
    pub pause: Duration,
}

impl Default for Patience {
    /// 30 seconds, 3 attempts, half a second.
    fn default() -> Self {
        Self { request: Duration::from_secs(30), attempts: 3, pause: Duration::from_millis(500) }
    }
}

/// The files below a base URL, `http` or `https`.
pub struct Http {
    base: String,
    agent: Agent,
    patience: Patience,
}

/// The agent of all requests: nothing is followed, no status is an error of its own.
pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("erratum/", env!("CARGO_PKG_VERSION")));
    config.build().into()
}

/// A base URL without its last slash.
pub(crate) fn base(url: &str) -> Result<String, LogError> {
    let bad = |why| LogError::new(LogErrorKind::Invalid, url.escape_debug().to_string(), why);
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or_else(|| bad("not a URL of http or https"))?;
    let plain = !rest.starts_with('/')
        && rest.chars().all(|c| c.is_ascii_graphic() && !"?#\"<>\\^`{|}".contains(c));
    if rest.is_empty() || !plain {
        return Err(bad("not a URL with a host and a path, without ? and #"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

impl Http {
    /// The files below `url`.
    ///
    /// # Errors
    /// If it is not a URL of http or https with a host, or has a query or fragment.
    pub fn new(url: &str, patience: Patience) -> Result<Self, LogError> {
        Ok(Self { base: base(url)?, agent: agent(), patience })
    }

    /// The URL, without its last slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Asks for a file and gives what `take` makes of the answer, again and again while the server does not
    /// answer.
    fn ask<T>(
        &self,
        path: &str,
        most: u64,
        range: Option<(u64, u64)>,
        take: impl Fn(Response<Body>) -> io::Result<T>,
    ) -> Result<Option<T>, LogError> {
        path::check(path)?;
        let url = format!("{}/{path}", self.base);
        let mut pause = self.patience.pause;
        let mut attempt = 1;
        loop {
            let error = match self.once(&url, most, range) {
                Ok(response) => match response.status().as_u16() {
                    200 | 206 => match take(response) {
                        Ok(taken) => return Ok(Some(taken)),
                        Err(error) => error,
                    },
                    404 | 410 => return Ok(None),
                    416 if range.is_some() => return Ok(None),
                    status @ (429 | 500..) => io::Error::other(format!("HTTP status {status}")),
                    status => return Err(refused(&url, status, &response)),
                },
                Err(error) => error,
            };
            let hopeless = error.kind() == io::ErrorKind::FileTooLarge;
            if hopeless || attempt >= self.patience.attempts {
                return Err(LogError::io(url, "read", error));
            }
            thread::sleep(pause);
            pause *= 2;
            attempt += 1;
        }
    }

    fn once(&self, url: &str, most: u64, range: Option<(u64, u64)>) -> io::Result<Response<Body>> {
        let long = most.saturating_sub(SHORT) / SLOWEST;
        // A file of unknown length is given a day.
        let total = self.patience.request + Duration::from_secs(long.min(24 * 3600));
        let mut request = self.agent.get(url);
        if let Some((offset, len)) = range {
            let last = offset.saturating_add(len).saturating_sub(1);
            request = request.header("range", format!("bytes={offset}-{last}"));
        }
        let config = request.config().timeout_global(Some(total));
        // Nothing may stop coming for longer than a request may take.
        let config = config.timeout_per_read(Some(self.patience.request));
        config.build().call().map_err(ureq::Error::into_io)
    }
}

fn refused(url: &str, status: u16, response: &Response<Body>) -> LogError {
    let to = response.headers().get("location").and_then(|to| to.to_str().ok());
    let why = match to {
        Some(to) => format!(
            "HTTP status {status}, a redirect to {}: give that address instead",
            to.escape_debug()
        ),
        None => format!("HTTP status {status}"),
    };
    LogError::new(LogErrorKind::Io, url, why)
}

fn too_long(most: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {most} bytes"))
}

/// A stream that fails when it gives more than it may.
struct Bounded<R> {
    stream: R,
    most: u64,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(into)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| too_long(self.most))?;
        Ok(count)
    }
}

fn bounded(response: Response<Body>, most: u64) -> impl Read + Send {
    Bounded { stream: response.into_body().into_reader(), most, left: most }
}

impl Source for Http {
    fn get(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.ask(path, most, None, |response| {
            let mut bytes = Vec::new();
            bounded(response, most).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    fn open(&self, path: &str, most: u64) -> Result<Option<Box<dyn Read + Send>>, LogError> {
        self.ask(path, most, None, |response| Ok(Box::new(bounded(response, most)) as Box<_>))
    }

    fn get_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        if len == 0 {
            return Ok(self.open(path, u64::MAX)?.map(|_| Vec::new()));
        }
        self.ask(path, len, Some((offset, len)), |response| {
            let partial = response.status().as_u16() == 206;
            let skip = if partial { 0 } else { offset };
            cut(response.into_body().into_reader(), skip, len)
        })
    }
}
