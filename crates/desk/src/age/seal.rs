//! The cryptography of an age file: the file's key wrapped for a recipient, and the payload in chunks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use curve25519_dalek::montgomery::MontgomeryPoint;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::AgeError;
use super::header::Stanza;

/// Plain bytes of a chunk.
const CHUNK: usize = 64 * 1024;
/// Length of a tag.
const TAG: usize = 16;
/// What a passphrase's salt begins with, and what a shared secret is derived under.
const SCRYPT: &[u8] = b"age-encryption.org/v1/scrypt";
const X25519: &[u8] = b"age-encryption.org/v1/X25519";

/// A key of 32 bytes, gone when dropped.
type Key = Zeroizing<[u8; 32]>;
/// A file's key.
type FileKey = Zeroizing<[u8; 16]>;

pub(super) fn hmac(key: &[u8]) -> Hmac<Sha256> {
    match <Hmac<Sha256> as Mac>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("a key of any length is taken"),
    }
}

/// HKDF with SHA-256 (RFC 5869), one block long.
pub(super) fn derive(secret: &[u8], salt: &[u8], info: &[u8]) -> Key {
    let mut extract = hmac(salt);
    extract.update(secret);
    let pseudo_random = Zeroizing::new(<[u8; 32]>::from(extract.finalize().into_bytes()));
    let mut expand = hmac(&*pseudo_random);
    expand.update(info);
    expand.update(&[1]);
    Zeroizing::new(expand.finalize().into_bytes().into())
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

/// The file's key under a wrapping key, which is used once.
fn wrap(file_key: &[u8; 16], key: &[u8; 32]) -> Vec<u8> {
    let mut body = file_key.to_vec();
    let tag = cipher(key).encrypt_in_place_detached(&Nonce::default(), b"", &mut body);
    match tag {
        Ok(tag) => body.extend(tag),
        Err(_) => unreachable!("16 bytes are not too many"),
    }
    body
}

fn unwrap(body: &[u8], key: &[u8; 32]) -> Option<FileKey> {
    let (sealed, tag) = body.split_first_chunk::<16>()?;
    let mut file_key = Zeroizing::new(*sealed);
    let tag: [u8; TAG] = tag.try_into().ok()?;
    let opened = cipher(key).decrypt_in_place_detached(
        &Nonce::default(),
        b"",
        &mut file_key[..],
        &Tag::from(tag),
    );
    opened.ok().map(|()| file_key)
}

fn stretch(passphrase: &str, salt: &[u8; 16], work: u8) -> Option<Key> {
    let params = scrypt::Params::new(work, 8, 1, 32).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    let salt = [SCRYPT, salt].concat();
    scrypt::scrypt(passphrase.as_bytes(), &salt, &params, &mut key[..]).ok()?;
    Some(key)
}

pub(super) fn wrap_by_passphrase(
    file_key: &[u8; 16],
    passphrase: &str,
    salt: &[u8; 16],
    work: u8,
) -> Stanza {
    let Some(key) = stretch(passphrase, salt, work) else { unreachable!("our own parameters") };
    Stanza {
        kind: "scrypt".to_owned(),
        args: vec![BASE64.encode(salt), work.to_string()],
        body: wrap(file_key, &key),
    }
}

pub(super) fn unwrap_by_passphrase(
    args: &[String],
    body: &[u8],
    passphrase: &str,
    most: u8,
) -> Result<FileKey, AgeError> {
    let bad = AgeError("not an age file: its scrypt line is malformed");
    let [salt, work] = args else { return Err(bad) };
    let salt: [u8; 16] = BASE64.decode(salt).ok().and_then(|s| s.try_into().ok()).ok_or(bad)?;
    let number: u8 = work.parse().map_err(|_| bad)?;
    if number == 0 || number.to_string() != *work {
        return Err(bad);
    }
    if number > most {
        return Err(AgeError("its passphrase takes more work than 2^20, which is not done"));
    }
    let key = stretch(passphrase, &salt, number).ok_or(bad)?;
    unwrap(body, &key).ok_or(AgeError("the passphrase is not the right one"))
}

pub(super) fn wrap_to_key(
    file_key: &[u8; 16],
    recipient: &MontgomeryPoint,
    secret: &[u8; 32],
) -> Stanza {
    let share = MontgomeryPoint::mul_base_clamped(*secret);
    let key = shared_key(&recipient.mul_clamped(*secret), &share, recipient);
    Stanza {
        kind: "X25519".to_owned(),
        args: vec![BASE64.encode(share.as_bytes())],
        body: wrap(file_key, &key),
    }
}

/// None if it is for somebody else.
pub(super) fn unwrap_by_key(
    args: &[String],
    body: &[u8],
    secret: &[u8; 32],
) -> Result<Option<FileKey>, AgeError> {
    let bad = AgeError("not an age file: its X25519 line is malformed");
    let [share] = args else { return Err(bad) };
    let share: [u8; 32] = BASE64.decode(share).ok().and_then(|s| s.try_into().ok()).ok_or(bad)?;
    let share = MontgomeryPoint(share);
    let shared = share.mul_clamped(*secret);
    if shared.as_bytes() == &[0; 32] {
        return Err(bad);
    }
    let key = shared_key(&shared, &share, &MontgomeryPoint::mul_base_clamped(*secret));
    Ok(unwrap(body, &key))
}

fn shared_key(shared: &MontgomeryPoint, share: &MontgomeryPoint, recipient: &MontgomeryPoint) -> Key {
    let salt = [*share.as_bytes(), *recipient.as_bytes()].concat();
    derive(shared.as_bytes(), &salt, X25519)
}

/// The nonce of a chunk: its number, and whether it is the last.
fn chunk_nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce.into()
}

pub(super) fn write_payload(out: &mut Vec<u8>, plain: &[u8], file_key: &[u8; 16], nonce: &[u8; 16]) {
    let cipher = cipher(&derive(file_key, nonce, b"payload"));
    let chunks = plain.len().div_ceil(CHUNK).max(1);
    out.reserve(plain.len() + chunks * TAG);
    for number in 0..chunks {
        let start = out.len();
        let from = number * CHUNK;
        out.extend(&plain[from..plain.len().min(from + CHUNK)]);
        let nonce = chunk_nonce(number as u64, number + 1 == chunks);
        match cipher.encrypt_in_place_detached(&nonce, b"", &mut out[start..]) {
            Ok(tag) => out.extend(tag),
            Err(_) => unreachable!("a chunk is not too long"),
        }
    }
}

/// Opens the payload: a nonce and chunks.
pub(super) fn read_payload(rest: &[u8], file_key: &[u8; 16]) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let cut = AgeError("it is cut short");
    let (nonce, sealed) = rest.split_first_chunk::<16>().ok_or(cut)?;
    let cipher = cipher(&derive(file_key, nonce, b"payload"));
    // All at once, so that nothing secret stays behind in a buffer that was outgrown.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    let chunks = sealed.len().div_ceil(CHUNK + TAG);
    for (number, chunk) in sealed.chunks(CHUNK + TAG).enumerate() {
        let (bytes, tag) = chunk.split_last_chunk::<TAG>().ok_or(cut)?;
        if bytes.is_empty() && number > 0 {
            return Err(AgeError("it ends with an empty chunk"));
        }
        let start = plain.len();
        plain.extend_from_slice(bytes);
        let nonce = chunk_nonce(number as u64, number + 1 == chunks);
        let part = plain.get_mut(start..).unwrap_or_default();
        let opened = cipher.decrypt_in_place_detached(&nonce, b"", part, &Tag::from(*tag));
        opened.map_err(|_| AgeError("it was changed or cut short"))?;
    }
    if chunks == 0 { Err(cut) } else { Ok(plain) }
}
