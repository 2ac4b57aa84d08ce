//! C2SP signed-note with Ed25519 keys: parse, print, sign, verify.
//!
//! One verification rule everywhere: `verify_strict`. Which keys may sign what is not decided here.

mod approvals;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::atoms::AtomError;

/// The type byte of plain Ed25519 keys in signed-note.
const ED25519: u8 = 0x01;
/// At most this many bytes of a note are read.
pub(crate) const MOST_BYTES: usize = 16 * 1024;
/// At most this many bytes of a checkpoint are read, which may carry the cosignatures of many witnesses, of
/// some 3,300 bytes each with ML-DSA-44.
pub const MOST_CHECKPOINT_BYTES: usize = 256 * 1024;

/// How much of a note is read.
pub(crate) struct Bounds {
    bytes: usize,
    signatures: usize,
    too_long: &'static str,
    too_many: &'static str,
}

/// The bounds of a statement.
const STATEMENT: Bounds = Bounds {
    bytes: MOST_BYTES,
    signatures: 16,
    too_long: "longer than 16 KiB",
    too_many: "more than 16 signatures",
};

/// The bounds of a checkpoint with its cosignatures.
pub(crate) const COSIGNED: Bounds = Bounds {
    bytes: MOST_CHECKPOINT_BYTES,
    signatures: 64,
    too_long: "longer than 256 KiB",
    too_many: "more than 64 signatures",
};

/// A public key with its name, in signed-note's `vkey` encoding: `<name>+<key id>+<base64>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), id: key_id(name, ED25519, key.as_bytes()), key }
    }

    /// The key's name, such as `northern-command.example/press`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the other is the same key, whatever its name.
    pub(crate) fn same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl std::hash::Hash for VerifierKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.key.as_bytes().hash(state);
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_vkey(&self.name, ED25519, self.key.as_bytes()))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let bad = |why| AtomError::new("key", text, why);
        let (name, kind, key) = parse_vkey(text)?;
        if kind != ED25519 {
            return Err(bad("not an Ed25519 key"));
        }
        Ok(Self::new(name, ed25519_key(&key).map_err(bad)?))
    }
}

/// The key id of signed-note: the first four bytes of a digest over name, type and key.
pub(crate) fn key_id(name: &str, kind: u8, key: &[u8]) -> u32 {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', kind]);
    hash.update(key);
    let digest = hash.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// A `vkey` in signed-note's encoding.
pub(crate) fn print_vkey(name: &str, kind: u8, key: &[u8]) -> String {
    let data = BASE64.encode([&[kind], key].concat());
    format!("{name}+{:08x}+{data}", key_id(name, kind, key))
}

/// Splits a `vkey` into name, type and key, of which nothing but the id is checked.
pub(crate) fn parse_vkey(text: &str) -> Result<(&str, u8, Vec<u8>), AtomError> {
    let bad = |why| AtomError::new("key", text, why);
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(_), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad("expected <name>+<key id>+<base64>"));
    };
    if !name_is_good(name) {
        return Err(bad("its name is empty or has a space"));
    }
    let data = BASE64.decode(data).map_err(|_| bad("not base64"))?;
    let (kind, key) = data.split_first().ok_or_else(|| bad("an empty key"))?;
    if print_vkey(name, *kind, key) != text {
        return Err(bad("its id does not belong to it"));
    }
    Ok((name, *kind, key.to_vec()))
}

/// So many keys that were read are remembered by a thread before all of them are forgotten.
const MOST_READ_KEYS: usize = 256;

thread_local! {
    /// A record names the same few keys again and again, and to read one costs a tenth of a signature check.
    static READ_KEYS: RefCell<HashMap<[u8; 32], VerifyingKey>> = RefCell::default();
}

/// Reads an Ed25519 public key by the one rule: canonical, and not weak.
pub(crate) fn ed25519_key(bytes: &[u8]) -> Result<VerifyingKey, &'static str> {
    let bytes: &[u8; 32] = bytes.try_into().map_err(|_| "not 32 bytes of key")?;
    READ_KEYS.with_borrow_mut(|known| {
        if let Some(key) = known.get(bytes) {
            return Ok(*key);
        }
        let key = read_ed25519_key(bytes)?;
        if known.len() >= MOST_READ_KEYS {
            known.clear();
        }
        known.insert(*bytes, key);
        Ok(key)
    })
}

fn read_ed25519_key(bytes: &[u8; 32]) -> Result<VerifyingKey, &'static str> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| "not a point of the curve")?;
    // Of a point with x = 0, which is weak, the sign of x would have two encodings as well.
    if key.is_weak() {
        return Err("a weak key");
    }
    // Decompression reduces y modulo p = 2^255 - 19; only y < p is canonical (RFC 8032 5.1.3).
    let [first, middle @ .., last] = bytes;
    if last & 0x7f == 0x7f && middle.iter().all(|byte| *byte == 0xff) && *first >= 0xed {
        return Err("not a canonical encoding");
    }
    Ok(key)
}

/// A private key with its name. Never printed by `Debug`; wiped from memory when dropped.
pub struct Signer {
    name: String,
    // In one place of its own: a key that is moved about leaves copies behind.
    key: Box<SigningKey>,
}

impl Signer {
    /// The key called `name` with this seed of 32 secret bytes.
    ///
    /// # Errors
    /// If the name is empty or holds a space or `+`.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, AtomError> {
        if !name_is_good(name) {
            return Err(AtomError::new("key name", name, "it is empty or has a space or +"));
        }
        Ok(Self { name: name.to_owned(), key: Box::new(SigningKey::from_bytes(seed)) })
    }

    /// Reads `PRIVATE+KEY+<name>+<key id>+<base64>`, the encoding of Go's note package.
    ///
    /// # Errors
    /// Anything else. The error never shows the text.
    pub fn from_secret(text: &str) -> Result<Self, AtomError> {
        let bad = || AtomError::new("private key", "…", "expected PRIVATE+KEY+<name>+<key id>+<base64>");
        let rest = text.trim_end_matches('\n').strip_prefix("PRIVATE+KEY+").ok_or_else(bad)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(_), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad());
        };
        // 44 letters for 33 bytes; the decoder asks for whole groups of three.
        let mut bytes = Zeroizing::new([0; 36]);
        let length = BASE64.decode_slice(data, &mut bytes[..]).map_err(|_| bad())?;
        let Some((&ED25519, seed)) = bytes[..length].split_first() else { return Err(bad()) };
        let signer = Self::from_seed(name, seed.try_into().map_err(|_| bad())?)?;
        if signer.to_secret().trim_end() == text.trim_end_matches('\n') {
            Ok(signer)
        } else {
            Err(bad())
        }
    }

    /// The private key as it is kept in its file, with a newline.
    #[must_use]
    pub fn to_secret(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        bytes[1..].copy_from_slice(self.key.as_bytes());
        let head = format!("PRIVATE+KEY+{}+{:08x}+", self.name, self.verifier().id);
        // As large as it will be, so that it is never moved.
        let mut text = Zeroizing::new(String::with_capacity(head.len() + 45));
        text.push_str(&head);
        BASE64.encode_string(*bytes, &mut text);
        text.push('\n');
        text
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(&self.name, self.key.verifying_key())
    }

    /// Signs `text` and returns the note.
    ///
    /// # Errors
    /// If the text cannot stand in a note: it does not end in a newline, or has control characters.
    pub fn sign(&self, text: &str) -> Result<Note, NoteError> {
        check_text(text)?;
        let mut note = Note { text: text.to_owned(), signatures: Vec::new() };
        note.signatures.push(NoteSignature {
            name: self.name.clone(),
            id: self.verifier().id,
            bytes: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        });
        Ok(note)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

/// A signed note: a text and the signatures under it. Reading one verifies nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoteSignature {
    /// The name of the key that it claims.
    pub(crate) name: String,
    /// The id of that key.
    pub(crate) id: u32,
    /// The signature, whose form depends on the key.
    pub(crate) bytes: Vec<u8>,
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = [&self.id.to_be_bytes()[..], &self.bytes].concat();
        writeln!(f, "— {} {}", self.name, BASE64.encode(data))
    }
}

/// What one key's signature on a note is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The key signed this text.
    Yes,
    /// There is no signature by this key.
    No,
    /// There is a signature that claims this key and does not verify.
    Forged,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// If the bytes do not have the form of a note, or there are more than 16 KiB or 16 signatures.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        Self::parse_within(bytes, &STATEMENT)
    }

    /// Reads a note that has at most what `bounds` allow.
    pub(crate) fn parse_within(bytes: &[u8], bounds: &Bounds) -> Result<Self, NoteError> {
        if bytes.len() > bounds.bytes {
            return Err(NoteError(bounds.too_long));
        }
        let all = std::str::from_utf8(bytes).map_err(|_| NoteError("not valid UTF-8"))?;
        let split = all.rfind("\n\n").ok_or(NoteError("no blank line before the signatures"))?;
        let (text, lines) = (&all[..=split], &all[split + 2..]);
        check_text(text)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError("the last line has no end"))?;
        let signatures: Vec<_> = lines.split('\n').map(parse_signature).collect::<Result<_, _>>()?;
        if signatures.len() > bounds.signatures {
            return Err(NoteError(bounds.too_many));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The signed text, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines that claim the key of this name and id.
    pub(crate) fn signatures_of(&self, name: &str, id: u32) -> impl Iterator<Item = &NoteSignature> {
        self.signatures.iter().filter(move |line| line.id == id && line.name == name)
    }

    /// The note with only the signature lines of `key`, and then those in `more`.
    pub(crate) fn with_signatures(&self, key: &VerifierKey, more: &[NoteSignature]) -> Self {
        let own = self.signatures_of(&key.name, key.id).chain(more);
        Self { text: self.text.clone(), signatures: own.cloned().collect() }
    }

    /// Whether `key` signed this note, by the strict rule.
    #[must_use]
    pub fn signed_by(&self, key: &VerifierKey) -> Signed {
        let mut found = Signed::No;
        for signature in self.signatures_of(&key.name, key.id) {
            let Ok(bytes) = <&[u8; 64]>::try_from(signature.bytes.as_slice()) else {
                return Signed::Forged;
            };
            let signature = Signature::from_bytes(bytes);
            if key.key.verify_strict(self.text.as_bytes(), &signature).is_err() {
                return Signed::Forged;
            }
            found = Signed::Yes;
        }
        found
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

/// Bytes that are not a signed note; displays as the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteError(&'static str);

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a signed note: {}", self.0)
    }
}

impl std::error::Error for NoteError {}

fn name_is_good(name: &str) -> bool {
    // U+0085 and the ASCII controls are refused with the spaces: no key of ours has them.
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if text.is_empty() || !text.ends_with('\n') {
        return Err(NoteError("the text does not end in a newline"));
    }
    if text.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError("the text has a control character"));
    }
    Ok(())
}

/// Reads a signature line without its end.
pub(crate) fn parse_signature(line: &str) -> Result<NoteSignature, NoteError> {
    let bad = || NoteError("a signature line does not have the form \"— <name> <base64>\"");
    let rest = line.strip_prefix("— ").ok_or_else(bad)?;
    let (name, data) = rest.split_once(' ').ok_or_else(bad)?;
    let data = BASE64.decode(data).map_err(|_| bad())?;
    let (id, bytes) = data.split_first_chunk::<4>().ok_or_else(bad)?;
    if !name_is_good(name) || bytes.is_empty() {
        return Err(bad());
    }
    Ok(NoteSignature { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of Go's note package, which C2SP signed-note descends from.
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_example_of_another_implementation_verifies() {
        let key: VerifierKey = GO_KEY.parse().unwrap();
        let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
        assert_eq!(note.signed_by(&key), Signed::Yes);
        assert_eq!(note.to_string(), GO_NOTE);
        let changed = GO_NOTE.replace("answer", "source");
        assert_eq!(Note::parse(changed.as_bytes()).unwrap().signed_by(&key), Signed::Forged);
        let other = Signer::from_seed("PeterNeumann", &[7; 32]).unwrap().verifier();
        assert_eq!(note.signed_by(&other), Signed::No);
    }

    #[test]
    fn keys_round_trip_and_their_id_is_checked() {
        let signer = Signer::from_seed("a.example/press", &[1; 32]).unwrap();
        let vkey = signer.verifier().to_string();
        assert_eq!(vkey.parse::<VerifierKey>().unwrap(), signer.verifier());
        assert_eq!(Signer::from_secret(&signer.to_secret()).unwrap().verifier(), signer.verifier());
        let renamed = vkey.replace("a.example", "b.example");
        assert!(
            renamed
                .parse::<VerifierKey>()
                .unwrap_err()
                .to_string()
                .ends_with("its id does not belong to it")
        );
        assert_eq!(format!("{signer:?}"), "Signer(a.example/press)");
    }

    #[test]
    fn weak_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let key = VerifierKey::new("a.example/weak", VerifyingKey::from_bytes(&identity).unwrap());
        let error = key.to_string().parse::<VerifierKey>().unwrap_err().to_string();
        assert!(error.ends_with("a weak key"), "{error}");
    }

    #[test]
    fn keys_in_a_second_encoding_are_refused() {
        // y = 3 + p, which decompresses to the point with y = 3 (RFC 8032 5.1.3 refuses it).
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (0xf0, 0x7f);
        let canonical = VerifyingKey::from_bytes(&{
            let mut three = [0; 32];
            three[0] = 3;
            three
        });
        let second = VerifyingKey::from_bytes(&bytes).expect("dalek takes it");
        assert_eq!(canonical.expect("a point").to_edwards(), second.to_edwards());
        let key = VerifierKey::new("a.example/second", second).to_string();
        let error = key.parse::<VerifierKey>().unwrap_err().to_string();
        assert!(error.ends_with("not a canonical encoding"), "{error}");
    }

    #[test]
    fn only_what_a_key_prints_itself_is_canonical() {
        // All encodings with y from p - 19 on, of either sign, and the first ones.
        let mut asked = [0; 2];
        let high = (0xda..=0xff).map(|first| (first, 0xff, 0x7f));
        for (first, middle, last) in (0..=0x40).map(|first| (first, 0, 0)).chain(high) {
            for sign in [0, 0x80] {
                let mut bytes = [middle; 32];
                (bytes[0], bytes[31]) = (first, last | sign);
                let Ok(key) = VerifyingKey::from_bytes(&bytes) else { continue };
                let canonical = key.to_edwards().compress().as_bytes() == &bytes && !key.is_weak();
                assert_eq!(ed25519_key(&bytes).is_ok(), canonical, "{bytes:x?}");
                asked[usize::from(canonical)] += 1;
            }
        }
        assert!(asked[0] > 20 && asked[1] > 60, "{asked:?}");
    }

    #[test]
    fn malformed_notes_say_what_is_wrong() {
        let wrong = |text: &str| Note::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(wrong("text\n"), "not a signed note: no blank line before the signatures");
        assert_eq!(
            wrong("te\txt\n\n— a AAAAAAA=\n"),
            "not a signed note: the text has a control character"
        );
        assert_eq!(wrong("text\n\n— a AAAAAAA="), "not a signed note: the last line has no end");
        assert_eq!(
            wrong("text\n\n- a AAAAAAA=\n"),
            "not a signed note: a signature line does not have the form \"— <name> <base64>\""
        );
        assert_eq!(wrong(&"x".repeat(MOST_BYTES + 1)), "not a signed note: longer than 16 KiB");
        let many = format!("text\n\n{}", "— a AAAAAAA=\n".repeat(17));
        assert_eq!(wrong(&many), "not a signed note: more than 16 signatures");
    }

    proptest! {
        #[test]
        fn what_is_read_prints_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn any_signed_text_reads_back(text in "[ -~\n]{0,200}\n", seed in any::<[u8; 32]>()) {
            let signer = Signer::from_seed("k.example/a", &seed).unwrap();
            let note = signer.sign(&text).unwrap();
            let read = Note::parse(note.to_string().as_bytes()).unwrap();
            prop_assert_eq!(read.signed_by(&signer.verifier()), Signed::Yes);
            prop_assert_eq!(read, note);
        }
    }
}
