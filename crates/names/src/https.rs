//! `https://<name>/.well-known/erratum.txt`: one request to one address, with the certificates that the
//! server showed.
//!
//! Nothing is followed and no proxy is used: what answers is what the name points to.

use std::fmt;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use erratum_record::Id;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, TcpConnector, Transport,
    TransportAdapter,
};
use ureq::{Agent, Error};

/// A file longer than this is not read.
pub(crate) const MOST_BODY: u64 = 16 * 1024;
/// A header longer than this is not kept.
const MOST_HEADER: usize = 200;
/// At most so many certificates are kept of a chain.
const MOST_CERTIFICATES: usize = 8;
/// The headers that are kept.
pub(crate) const KEPT: [&str; 3] = ["date", "content-type", "last-modified"];

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// SHA-256 of each certificate that it showed, its own first.
    pub(crate) certificates: Vec<Id>,
    /// Those of [`KEPT`] that are there, in that order.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Where the file of a name is.
pub(crate) fn url(name: &str) -> String {
    format!("https://{name}/.well-known/erratum.txt")
}

/// Fetches the file of a name from the server at `address`.
pub(crate) fn fetch(
    name: &str,
    address: SocketAddr,
    authorities: &RootCertStore,
    patience: Duration,
) -> Result<Page, String> {
    let failed = |why: String| format!("{} at {address}: {why}", url(name));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(authorities.clone())
        .with_no_client_auth();
    let certificates = Arc::new(Mutex::new(Vec::new()));
    let tls = Tls { config: Arc::new(tls), shown: certificates.clone() };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .https_only(true)
        .proxy(None)
        .timeout_global(Some(patience))
        .user_agent(concat!("erratum/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::with_parts(config, TcpConnector::default().chain(tls), Only(address));
    let response = agent.get(url(name)).call().map_err(|error| failed(error.to_string()))?;
    let status = response.status().as_u16();
    let header = |key: &'static str| {
        let value = response.headers().get(key)?.to_str().ok()?;
        (value.len() <= MOST_HEADER).then(|| (key, value.to_owned()))
    };
    let headers = KEPT.into_iter().filter_map(header).collect();
    let mut body = Vec::new();
    let reader = response.into_body().into_reader();
    reader.take(MOST_BODY + 1).read_to_end(&mut body).map_err(|error| failed(error.to_string()))?;
    if body.len() as u64 > MOST_BODY {
        return Err(failed(format!("longer than {MOST_BODY} bytes")));
    }
    let certificates = certificates.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Page { status, certificates, headers, body })
}

/// The one address that was chosen, whatever the URL says.
#[derive(Debug)]
struct Only(SocketAddr);

impl Resolver for Only {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut all = self.empty();
        all.push(self.0);
        Ok(all)
    }
}

/// TLS that remembers which certificates it was shown.
struct Tls {
    config: Arc<ClientConfig>,
    shown: Arc<Mutex<Vec<Id>>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Secured;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Secured>, Error> {
        let transport = chained.ok_or(Error::ConnectionFailed)?;
        let host = details.uri.host().ok_or(Error::HostNotFound)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Error::HostNotFound)?;
        let mut connection = ClientConnection::new(self.config.clone(), name)?;
        let mut socket = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let shown = connection.peer_certificates().unwrap_or_default();
        let digests = shown.iter().take(MOST_CERTIFICATES).map(|certificate| Id::of(certificate));
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = digests.collect();
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Secured { buffers, stream: StreamOwned::new(connection, socket) }))
    }
}

/// A TLS connection.
struct Secured {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secured")
    }
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        std::io::Write::write_all(&mut self.stream, output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
