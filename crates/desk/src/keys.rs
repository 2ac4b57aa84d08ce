//! The keys of a desk: where each lies, and signing with it.
//!
//! A secret is in memory while something is signed, and no longer.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use erratum::record::{Name, Note, Signer, VerifierKey, create_key_file, random_seed, read_key_file};
use zeroize::Zeroizing;

use crate::age_file::{self, Identity, Recipient};
use crate::agent::Agent;
use crate::error::DeskError;
use crate::secret::{Ask, Passphrase, check_owner_only, create_owner_only, wipe_stack};

/// A key in a file is not longer, plain or encrypted.
const MOST_BYTES: u64 = 4096;

/// How a new key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// In a file that only its owner can read.
    Plain,
    /// In a file encrypted by a passphrase.
    Encrypted,
    /// In the user's ssh-agent, where it lies already: the one with this fingerprint or comment, or the
    /// only one.
    Agent(Option<String>),
}

/// A key of a desk.
pub(crate) struct DeskKey {
    pub(crate) verifier: VerifierKey,
    place: KeyPlace,
}

enum KeyPlace {
    Plain(PathBuf),
    Encrypted(PathBuf),
    Agent,
    /// Handed in from outside, for examples and tests.
    Memory(Signer),
}

impl DeskKey {
    pub(crate) fn in_memory(signer: Signer) -> Self {
        Self { verifier: signer.verifier(), place: KeyPlace::Memory(signer) }
    }

    /// Where it is kept, for people.
    pub(crate) fn kept(&self) -> &'static str {
        match self.place {
            KeyPlace::Plain(_) => "in a plain file",
            KeyPlace::Encrypted(_) => "encrypted",
            KeyPlace::Agent => "in the ssh-agent",
            KeyPlace::Memory(_) => "in memory",
        }
    }

    /// Signs texts.
    pub(crate) fn sign(&self, texts: &[&str], ask: &mut Ask) -> Result<Vec<Note>, DeskError> {
        let notes = self.sign_with_secret(texts, ask);
        wipe_stack();
        notes
    }

    #[inline(never)]
    fn sign_with_secret(&self, texts: &[&str], ask: &mut Ask) -> Result<Vec<Note>, DeskError> {
        let read;
        let signer = match &self.place {
            KeyPlace::Agent => {
                let mut agent = Agent::connect()?;
                return texts.iter().map(|text| agent.sign(&self.verifier, text)).collect();
            }
            KeyPlace::Memory(signer) => signer,
            KeyPlace::Plain(file) | KeyPlace::Encrypted(file) => {
                read = read_signer(file, ask)?;
                &read
            }
        };
        if signer.verifier() != self.verifier {
            return Err(DeskError::unfit(format!(
                "another key lies in the place of {}",
                self.verifier.name()
            )));
        }
        texts.iter().map(|text| signer.sign(text).map_err(DeskError::unfit)).collect()
    }
}

/// Reads a key from its file, plain or encrypted by a passphrase.
#[inline(never)]
pub(crate) fn read_signer(path: &Path, ask: &mut Ask) -> Result<Signer, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let mut start = [0; 8];
    let mut file = File::open(path).map_err(failed)?;
    let is_long = file.read_exact(&mut start).is_ok();
    if !is_long || !b"age-encryption.org/v1\n".starts_with(&start) {
        return read_key_file(path).map_err(DeskError::unfit);
    }
    check_owner_only(path, &file, "a private key")?;
    let mut sealed = start.to_vec();
    file.take(MOST_BYTES).read_to_end(&mut sealed).map_err(failed)?;
    let identity = Identity::Passphrase(ask(Passphrase::Open(path))?);
    let plain = age_file::decrypt(&sealed, &identity).map_err(|error| DeskError::file(path, error))?;
    let text = std::str::from_utf8(&plain).map_err(|_| DeskError::file(path, "not a private key"))?;
    Signer::from_secret(text).map_err(|error| DeskError::file(path, error))
}

/// Makes a new key called `name` in a file, plain or encrypted.
pub(crate) fn create_key(
    path: &Path,
    name: &str,
    encrypted: bool,
    ask: &mut Ask,
) -> Result<VerifierKey, DeskError> {
    let made = create_with_secret(path, name, encrypted, ask);
    wipe_stack();
    made
}

#[inline(never)]
fn create_with_secret(
    path: &Path,
    name: &str,
    encrypted: bool,
    ask: &mut Ask,
) -> Result<VerifierKey, DeskError> {
    if path.exists() {
        return Err(DeskError::file(path, "there is a file already"));
    }
    let seed = Zeroizing::new(random_seed().map_err(DeskError::unfit)?);
    let signer = Signer::from_seed(name, &seed).map_err(DeskError::unfit)?;
    // It must be a name that a statement may list.
    let verifier: VerifierKey = signer.verifier();
    if !encrypted {
        create_key_file(path, &signer).map_err(DeskError::unfit)?;
        return Ok(verifier);
    }
    let recipient = Recipient::Passphrase(ask(Passphrase::New(path))?);
    let sealed = age_file::encrypt(signer.to_secret().as_bytes(), &recipient);
    create_owner_only(path, &sealed.map_err(DeskError::unfit)?)?;
    Ok(verifier)
}

/// Adds a key to a desk's folder of keys.
pub(crate) fn add_key(
    folder: &Path,
    name: &Name,
    label: &str,
    keep: &Keep,
    ask: &mut Ask,
) -> Result<VerifierKey, DeskError> {
    check_label(label)?;
    let full = format!("{name}/{label}");
    let taken =
        ["key", "age", "agent"].iter().any(|kind| folder.join(format!("{label}.{kind}")).exists());
    if taken {
        return Err(DeskError::file(folder, format!("there is a key {label} already")));
    }
    match keep {
        Keep::Plain => create_key(&folder.join(format!("{label}.key")), &full, false, ask),
        Keep::Encrypted => {
            let key = create_key(&folder.join(format!("{label}.age")), &full, true, ask)?;
            create_owner_only(&folder.join(format!("{label}.vkey")), format!("{key}\n").as_bytes())?;
            Ok(key)
        }
        Keep::Agent(which) => {
            let held = Agent::connect()?.choose(which.as_deref())?;
            let Some(public) = held.public() else { unreachable!("only plain keys are chosen") };
            let key = VerifierKey::from_public(&full, &public).map_err(DeskError::unfit)?;
            create_owner_only(&folder.join(format!("{label}.agent")), format!("{key}\n").as_bytes())?;
            Ok(key)
        }
    }
}

/// Refuses what cannot be the label of a key.
pub(crate) fn check_label(label: &str) -> Result<(), DeskError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=64).contains(&label.len()) && label.bytes().all(good) {
        return Ok(());
    }
    Err(DeskError::unfit(format!("the label \"{}\" is not 1 to 64 of a-z 0-9 -", label.escape_debug())))
}

/// The keys in a desk's folder: those whose use costs least first, and then by label.
pub(crate) fn read_keys(folder: &Path, name: &Name) -> Result<Vec<DeskKey>, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(folder, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let key = match path.extension().and_then(|extension| extension.to_str()) {
            Some("key") => {
                let verifier = public_of(&path);
                wipe_stack();
                (0, DeskKey { verifier: verifier?, place: KeyPlace::Plain(path.clone()) })
            }
            Some("agent") => (1, DeskKey { verifier: read_vkey(&path)?, place: KeyPlace::Agent }),
            Some("age") => {
                let verifier = read_vkey(&path.with_extension("vkey"))?;
                (2, DeskKey { verifier, place: KeyPlace::Encrypted(path.clone()) })
            }
            _ => continue,
        };
        if key.1.verifier.name() != format!("{name}/{stem}") {
            let why = format!("the key of {}, not of {name}/{stem}", key.1.verifier.name());
            return Err(DeskError::file(&path, why));
        }
        found.push(key);
    }
    found.sort_by(|(a, x), (b, y)| (a, x.verifier.name()).cmp(&(b, y.verifier.name())));
    Ok(found.into_iter().map(|(_, key)| key).collect())
}

#[inline(never)]
fn public_of(path: &Path) -> Result<VerifierKey, DeskError> {
    Ok(read_key_file(path).map_err(DeskError::unfit)?.verifier())
}

fn read_vkey(path: &Path) -> Result<VerifierKey, DeskError> {
    let text = fs::read_to_string(path).map_err(|error| DeskError::file(path, error))?;
    text.trim_end().parse().map_err(|error| DeskError::file(path, error))
}
