//! The user's own ssh-agent as a signer: the two requests of its protocol that this takes.
//!
//! An agent signs the very bytes that it is given, with Ed25519; so its signature over the text of a note is
//! the same as ours. Keys in hardware (`sk-…`) sign something else and are refused by name.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use erratum::record::{Note, VerifierKey};
use sha2::{Digest, Sha256};

use crate::error::DeskError;

/// The kind of key that signs as a record wants it.
const KIND: &str = "ssh-ed25519";
/// The longest answer that is read, that of OpenSSH.
const MOST_BYTES: usize = 256 * 1024;
/// How long a person may take to confirm a signature where the agent asks.
const PATIENCE: Duration = Duration::from_secs(120);

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// A connection to the agent that `SSH_AUTH_SOCK` names.
pub(crate) struct Agent(UnixStream);

/// A key that the agent holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentKey {
    kind: String,
    blob: Vec<u8>,
    comment: String,
}

impl AgentKey {
    fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }

    /// The public key, if it is a plain Ed25519 key.
    pub(crate) fn public(&self) -> Option<[u8; 32]> {
        let mut rest = self.blob.as_slice();
        let kind = string(&mut rest)?;
        let key = string(&mut rest)?;
        (kind == KIND.as_bytes() && rest.is_empty()).then(|| key.try_into().ok())?
    }
}

fn failed(why: impl std::fmt::Display) -> DeskError {
    DeskError::unfit(format!("ssh-agent: {why}"))
}

impl Agent {
    pub(crate) fn connect() -> Result<Self, DeskError> {
        let place = std::env::var_os("SSH_AUTH_SOCK").filter(|place| !place.is_empty());
        let place = place.ok_or_else(|| failed("none is running here: SSH_AUTH_SOCK is not set"))?;
        let stream = UnixStream::connect(&place)
            .map_err(|error| failed(format!("{}: {error}", std::path::Path::new(&place).display())))?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        Ok(Self(stream))
    }

    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, DeskError> {
        let length = u32::try_from(request.len()).map_err(failed)?;
        self.0.write_all(&length.to_be_bytes()).map_err(failed)?;
        self.0.write_all(request).map_err(failed)?;
        let mut length = [0; 4];
        self.0.read_exact(&mut length).map_err(failed)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 || length > MOST_BYTES {
            return Err(failed("an answer of a length that no answer has"));
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer).map_err(failed)?;
        Ok(answer)
    }

    /// The keys that it holds.
    pub(crate) fn keys(&mut self) -> Result<Vec<AgentKey>, DeskError> {
        let answer = self.ask(&[REQUEST_IDENTITIES])?;
        read_keys(&answer).ok_or_else(|| failed("an answer that is no list of keys"))
    }

    /// The one key meant: by its fingerprint or its comment, or the only one of the right kind.
    pub(crate) fn choose(&mut self, which: Option<&str>) -> Result<AgentKey, DeskError> {
        let keys = self.keys()?;
        let is_meant = |key: &&AgentKey| {
            which.is_none_or(|which| key.fingerprint() == which || key.comment == which)
        };
        let meant: Vec<&AgentKey> = keys.iter().filter(is_meant).collect();
        let plain: Vec<&&AgentKey> = meant.iter().filter(|key| key.public().is_some()).collect();
        if let [one] = plain.as_slice() {
            return Ok((**one).clone());
        }
        if plain.len() > 1 {
            let all: Vec<String> =
                plain.iter().map(|key| format!("{} ({})", key.fingerprint(), key.comment)).collect();
            return Err(failed(format!("several keys fit; name one: {}", all.join(", "))));
        }
        if let Some(key) = meant.iter().find(|key| key.kind.starts_with("sk-")) {
            return Err(failed(format!(
                "{} ({}) is an {} key, kept in hardware: it does not sign what a record asks for; use a plain {KIND} key",
                key.fingerprint(),
                key.comment,
                key.kind
            )));
        }
        if let Some(key) = meant.first() {
            let (fingerprint, comment) = (key.fingerprint(), &key.comment);
            return Err(failed(format!(
                "{fingerprint} ({comment}) is an {} key; use a plain {KIND} key",
                key.kind
            )));
        }
        Err(match which {
            Some(which) => failed(format!("it holds no key {which}")),
            None => failed("it holds no key; add one with: ssh-add"),
        })
    }

    /// Signs a text with this key.
    pub(crate) fn sign(&mut self, key: &VerifierKey, text: &str) -> Result<Note, DeskError> {
        let held = self.keys()?.into_iter().find(|held| held.public().as_ref() == Some(key.public()));
        let held = held.ok_or_else(|| failed(format!("it does not hold the key {}", key.name())))?;
        let mut request = vec![SIGN_REQUEST];
        for part in [&held.blob[..], text.as_bytes()] {
            request.extend(u32::try_from(part.len()).map_err(failed)?.to_be_bytes());
            request.extend(part);
        }
        request.extend([0; 4]);
        let answer = self.ask(&request)?;
        let signature = read_signature(&answer)
            .ok_or_else(|| failed(format!("it did not sign with the key {}", key.name())))?;
        Note::signed_elsewhere(text, key, &signature).map_err(failed)
    }
}

/// A string of the protocol: its length in 4 bytes, and it.
fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (found, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = after;
    Some(found)
}

fn read_keys(answer: &[u8]) -> Option<Vec<AgentKey>> {
    let mut rest = answer.strip_prefix(&[IDENTITIES_ANSWER])?;
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    let mut keys = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let blob = string(&mut rest)?.to_vec();
        let comment = String::from_utf8_lossy(string(&mut rest)?).into_owned();
        let kind = string(&mut blob.as_slice()).map(String::from_utf8_lossy)?.into_owned();
        keys.push(AgentKey { kind, blob, comment });
    }
    rest.is_empty().then_some(keys)
}

fn read_signature(answer: &[u8]) -> Option<[u8; 64]> {
    let mut rest = answer.strip_prefix(&[SIGN_RESPONSE])?;
    let mut signature = string(&mut rest)?;
    let kind = string(&mut signature)?;
    let bytes = string(&mut signature)?;
    (kind == KIND.as_bytes() && rest.is_empty() && signature.is_empty())
        .then(|| bytes.try_into().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(parts: &[&[u8]]) -> Vec<u8> {
        parts.iter().flat_map(|part| [&(part.len() as u32).to_be_bytes()[..], part].concat()).collect()
    }

    /// An agent that answers once, with keys of these kinds.
    fn agent(kinds: &[(&str, &str)]) -> Agent {
        let mut answer = vec![IDENTITIES_ANSWER];
        answer.extend((kinds.len() as u32).to_be_bytes());
        for (kind, comment) in kinds {
            let blob = strings(&[kind.as_bytes(), &[comment.len() as u8; 32]]);
            answer.extend(strings(&[&blob, comment.as_bytes()]));
        }
        let (here, mut there) = UnixStream::pair().unwrap();
        let framed = [&(answer.len() as u32).to_be_bytes()[..], &answer].concat();
        there.write_all(&framed).unwrap();
        std::mem::forget(there);
        Agent(here)
    }

    fn refusal(kinds: &[(&str, &str)], which: Option<&str>) -> String {
        agent(kinds).choose(which).unwrap_err().to_string()
    }

    #[test]
    fn the_key_meant_is_found_and_others_are_refused_by_name() {
        let plain = (KIND, "office");
        let hardware = ("sk-ssh-ed25519@openssh.com", "token");
        assert_eq!(agent(&[hardware, plain]).choose(None).unwrap().comment, "office");
        assert_eq!(agent(&[plain]).choose(Some("office")).unwrap().public(), Some([6; 32]));
        let print = agent(&[plain]).keys().unwrap()[0].fingerprint();
        assert_eq!(agent(&[plain]).choose(Some(&print)).unwrap().comment, "office");
        let print = agent(&[hardware]).keys().unwrap()[0].fingerprint();
        assert_eq!(
            refusal(&[plain, hardware], Some("token")),
            format!(
                "ssh-agent: {print} (token) is an sk-ssh-ed25519@openssh.com key, kept in hardware: it does not sign what a record asks for; use a plain ssh-ed25519 key"
            )
        );
        let print = agent(&[("ssh-rsa", "old")]).keys().unwrap()[0].fingerprint();
        assert_eq!(
            refusal(&[("ssh-rsa", "old")], None),
            format!("ssh-agent: {print} (old) is an ssh-rsa key; use a plain ssh-ed25519 key")
        );
        assert_eq!(refusal(&[plain], Some("other")), "ssh-agent: it holds no key other");
        assert_eq!(refusal(&[], None), "ssh-agent: it holds no key; add one with: ssh-add");
        assert!(
            refusal(&[plain, (KIND, "home")], None)
                .starts_with("ssh-agent: several keys fit; name one: SHA256:")
        );
    }

    #[test]
    fn answers_that_are_cut_or_too_long_are_refused() {
        let whole =
            [&[IDENTITIES_ANSWER, 0, 0, 0, 1][..], &strings(&[&strings(&[b"ssh-rsa", b"k"]), b"c"])]
                .concat();
        assert!(read_keys(&whole).is_some());
        for end in 0..whole.len() {
            assert_eq!(read_keys(&whole[..end]), None, "cut at {end}");
        }
        assert_eq!(read_keys(&[&whole[..], &[0]].concat()), None);
        assert_eq!(read_signature(&[5]), None);
        let (here, mut there) = UnixStream::pair().unwrap();
        there.write_all(&u32::MAX.to_be_bytes()).unwrap();
        let error = Agent(here).keys().unwrap_err().to_string();
        assert_eq!(error, "ssh-agent: an answer of a length that no answer has");
    }
}
