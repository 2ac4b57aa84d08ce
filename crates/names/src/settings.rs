//! Whom to ask, and what to trust: the resolver, the certificate authorities, the DNSSEC anchors.
//!
//! ```toml
//! resolver = "192.0.2.53:53"     # [default: the first nameserver of /etc/resolv.conf]
//! ca = "office-ca.pem"           # beside this file; instead of the web's authorities
//! anchors = "anchors.zone"       # DNSKEY records, instead of the root's
//! private-addresses = true       # names may lie in private networks and on this machine
//! https-port = 8443              # [default: 443]
//! ```

use std::fmt;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;

use crate::chain::Anchors;

/// A file of settings, authorities or anchors larger than this is not read.
const MOST_BYTES: u64 = 1024 * 1024;

/// How names are looked up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The resolver that is asked, by UDP and TCP.
    pub resolver: SocketAddr,
    /// The certificate authorities that HTTPS servers are checked by.
    pub authorities: RootCertStore,
    /// The keys that chains of DNSSEC signatures end at.
    pub anchors: Anchors,
    /// Whether names may have addresses in private networks or on this machine.
    pub private_addresses: bool,
    /// The port of HTTPS servers.
    pub https_port: u16,
    /// For looking up one name, all together.
    pub patience: Duration,
}

/// Settings that cannot be used; displays with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    file: PathBuf,
    why: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.why)
    }
}

impl std::error::Error for SettingsError {}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    resolver: Option<SocketAddr>,
    ca: Option<PathBuf>,
    anchors: Option<PathBuf>,
    #[serde(default)]
    private_addresses: bool,
    https_port: Option<u16>,
}

impl Settings {
    /// The public internet: this machine's resolver, the web's authorities, the root's DNSSEC keys.
    ///
    /// # Errors
    /// If `/etc/resolv.conf` names no resolver.
    pub fn public() -> Result<Self, SettingsError> {
        Self::of(File::default(), Path::new(""))
    }

    /// Reads settings from a TOML file. Paths in it are relative to its own folder; what it leaves out is
    /// that of [`Settings::public`].
    ///
    /// # Errors
    /// If it or a file that it names cannot be read or used, or it holds a key that is not known here.
    pub fn read(file: &Path) -> Result<Self, SettingsError> {
        let failed = |why: String| SettingsError { file: file.to_owned(), why };
        let parsed: File = toml::from_str(&read(file)?)
            .map_err(|error| failed(error.to_string().trim_end().to_owned()))?;
        Self::of(parsed, file.parent().unwrap_or(Path::new("")))
    }

    fn of(file: File, folder: &Path) -> Result<Self, SettingsError> {
        Ok(Self {
            resolver: match file.resolver {
                Some(resolver) => resolver,
                None => system_resolver(Path::new("/etc/resolv.conf"))?,
            },
            authorities: match file.ca {
                Some(ca) => authorities(&folder.join(ca))?,
                None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
            },
            anchors: match file.anchors {
                Some(anchors) => {
                    let anchors = folder.join(anchors);
                    let parsed = read(&anchors)?.parse();
                    parsed.map_err(|why| SettingsError { file: anchors, why })?
                }
                None => Anchors::default(),
            },
            private_addresses: file.private_addresses,
            https_port: file.https_port.unwrap_or(443),
            patience: Duration::from_secs(15),
        })
    }
}

fn read(file: &Path) -> Result<String, SettingsError> {
    let failed = |why: String| SettingsError { file: file.to_owned(), why };
    if fs::metadata(file).map_err(|error| failed(error.to_string()))?.len() > MOST_BYTES {
        return Err(failed("larger than 1 MiB".to_owned()));
    }
    fs::read_to_string(file).map_err(|error| failed(error.to_string()))
}

fn authorities(file: &Path) -> Result<RootCertStore, SettingsError> {
    let failed = |why: String| SettingsError { file: file.to_owned(), why };
    let text = read(file)?;
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        store.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if store.is_empty() { Err(failed("holds no certificate".to_owned())) } else { Ok(store) }
}

/// The first `nameserver` of a resolv.conf.
fn system_resolver(file: &Path) -> Result<SocketAddr, SettingsError> {
    let text = read(file)?;
    let address = text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let is_ours = words.next() == Some("nameserver");
        let word = words.next().filter(|_| is_ours)?;
        word.parse::<IpAddr>().ok()
    });
    let why = "names no nameserver; name one in the settings for looking up names".to_owned();
    let address = address.ok_or(SettingsError { file: file.to_owned(), why })?;
    Ok(SocketAddr::new(address, 53))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_and_what_it_gets_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("names.toml");
        let read = |text: &str| {
            fs::write(&file, text).unwrap();
            Settings::read(&file).map_err(|error| error.to_string())
        };
        let settings = read("resolver = \"[::1]:5300\"\nprivate-addresses = true\n").unwrap();
        assert_eq!(settings.resolver, "[::1]:5300".parse().unwrap());
        assert_eq!((settings.private_addresses, settings.https_port), (true, 443));
        let error = read("resolvers = \"a\"\n").unwrap_err();
        assert!(error.contains("names.toml: ") && error.contains("unknown field `resolvers`"));
        fs::write(folder.path().join("ca.pem"), "no certificate").unwrap();
        let error = read("resolver = \"[::1]:5300\"\nca = \"ca.pem\"\n").err().unwrap();
        assert!(error.ends_with("ca.pem: holds no certificate"), "{error}");
    }

    #[test]
    fn the_machines_resolver_is_the_first_that_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("resolv.conf");
        fs::write(
            &file,
            "# nameserver 192.0.2.1\nsearch x\nnameserver fe80::1%eth0\nnameserver 192.0.2.2\n",
        )
        .unwrap();
        assert_eq!(system_resolver(&file).unwrap(), "192.0.2.2:53".parse().unwrap());
        fs::write(&file, "search x\n").unwrap();
        assert!(system_resolver(&file).unwrap_err().to_string().ends_with(
            "resolv.conf: names no nameserver; name one in the settings for looking up names"
        ));
    }
}
