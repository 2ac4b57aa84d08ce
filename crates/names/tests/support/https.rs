//! An HTTPS server on loopback, with a certificate of its own authority.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub struct Https {
    pub address: SocketAddr,
    /// The authority's certificate, as PEM.
    pub authority: String,
    answers: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Https {
    /// A server for these names.
    pub fn start(names: &[&str]) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let own = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone(), authority.der().clone()], secret)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers = Arc::new(Mutex::new(BTreeMap::new()));
        let (config, shared) = (Arc::new(config), answers.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let _ = serve(&mut stream, &shared);
            }
        });
        Self { address, authority: authority.pem(), answers }
    }

    /// The file of a name.
    pub fn publish(&self, name: &str, body: &str) {
        self.answer(name, "200 OK", body);
    }

    /// Any answer; of several header lines the later ones stand behind `status`.
    pub fn answer(&self, name: &str, status: &str, body: &str) {
        let date = "date: Mon, 05 Jan 2026 08:00:00 GMT";
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status}\r\n{date}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        self.answers.lock().unwrap().insert(name.to_owned(), text);
    }
}

fn serve(
    stream: &mut (impl Read + Write),
    answers: &Mutex<BTreeMap<String, String>>,
) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        request.push(byte[0]);
    }
    let request = String::from_utf8_lossy(&request).to_lowercase();
    let host = request.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let ours = request.starts_with("get /.well-known/erratum.txt http/1.1\r\n");
    let known = answers.lock().unwrap().get(host).filter(|_| ours).cloned();
    let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.write_all(known.as_deref().unwrap_or(missing).as_bytes())?;
    stream.flush()
}
