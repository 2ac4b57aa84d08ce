//! The header of an age file: its stanzas, and the code that binds them to the file's key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::AgeError;
use super::seal::derive;

/// The first line, with its end.
pub(super) const VERSION: &str = "age-encryption.org/v1\n";
/// A header longer than this is not read.
const MOST_BYTES: usize = 64 * 1024;
/// Columns of a stanza's body.
const COLUMNS: usize = 64;

/// One way to the file's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stanza {
    pub(super) kind: String,
    pub(super) args: Vec<String>,
    pub(super) body: Vec<u8>,
}

/// All of them, with what stands under them.
pub(super) struct Header {
    pub(super) stanzas: Vec<Stanza>,
    /// The bytes that the code is over.
    covered: Vec<u8>,
    code: Vec<u8>,
}

impl Header {
    /// A header with one stanza, whose code is not made yet.
    pub(super) fn new(stanza: Stanza) -> Self {
        let mut covered = VERSION.to_owned();
        covered.push_str(&format!("-> {} {}\n", stanza.kind, stanza.args.join(" ")));
        let body = BASE64.encode(&stanza.body);
        // A last line that is full is followed by an empty one.
        let mut rest = body.as_str();
        loop {
            let (line, after) = rest.split_at(rest.len().min(COLUMNS));
            covered.push_str(line);
            covered.push('\n');
            rest = after;
            if line.len() < COLUMNS {
                break;
            }
        }
        covered.push_str("---");
        Self { stanzas: vec![stanza], covered: covered.into_bytes(), code: Vec::new() }
    }

    /// Its bytes, with the code by the file's key.
    pub(super) fn write(&self, file_key: &[u8; 16]) -> Vec<u8> {
        let code = self.mac(file_key).finalize().into_bytes();
        [&self.covered[..], b" ", BASE64.encode(code).as_bytes(), b"\n"].concat()
    }

    /// Checks the code.
    pub(super) fn check(&self, file_key: &[u8; 16]) -> Result<(), AgeError> {
        let verified = self.mac(file_key).verify_slice(&self.code);
        verified.map_err(|_| AgeError("its header was changed"))
    }

    fn mac(&self, file_key: &[u8; 16]) -> Hmac<Sha256> {
        let key = derive(file_key, b"", b"header");
        let mut mac = super::seal::hmac(&*key);
        mac.update(&self.covered);
        mac
    }

    /// Splits a file into its header and the rest.
    pub(super) fn parse(file: &[u8]) -> Result<(Self, &[u8]), AgeError> {
        let bad = AgeError("not an age file");
        let mut at = VERSION.len();
        if !file.starts_with(VERSION.as_bytes()) {
            return Err(bad);
        }
        let mut stanzas = Vec::new();
        loop {
            let line = next_line(file, &mut at).ok_or(bad)?;
            if let Some(code) = line.strip_prefix("--- ") {
                // The code is over all before it, without the space.
                let covered = file.get(..at - code.len() - 2).ok_or(bad)?.to_vec();
                let code = BASE64.decode(code).map_err(|_| bad)?;
                let rest = file.get(at..).unwrap_or_default();
                return Ok((Self { stanzas, covered, code }, rest));
            }
            let mut words = line.strip_prefix("-> ").ok_or(bad)?.split(' ').map(str::to_owned);
            let kind = words.next().ok_or(bad)?;
            let args = words.collect();
            let mut body = String::new();
            loop {
                let line = next_line(file, &mut at).ok_or(bad)?;
                if line.len() > COLUMNS {
                    return Err(bad);
                }
                body.push_str(line);
                if line.len() < COLUMNS {
                    break;
                }
            }
            let body = BASE64.decode(body).map_err(|_| bad)?;
            stanzas.push(Stanza { kind, args, body });
        }
    }
}

/// The next line without its end.
fn next_line<'a>(file: &'a [u8], at: &mut usize) -> Option<&'a str> {
    let rest = file.get(*at..MOST_BYTES.min(file.len()))?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    *at += end + 1;
    std::str::from_utf8(rest.get(..end)?).ok()
}
