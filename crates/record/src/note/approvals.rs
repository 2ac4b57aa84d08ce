//! Several signatures on one note: made elsewhere, put together, told apart.

use ed25519_dalek::{Signature, VerifyingKey};

use super::{Note, NoteError, NoteSignature, STATEMENT, VerifierKey, check_text, ed25519_key};

impl VerifierKey {
    /// The key called `name` with these 32 public bytes.
    ///
    /// # Errors
    /// If the name cannot be that of a key, or the bytes are no key, or a weak one.
    pub fn from_public(name: &str, bytes: &[u8; 32]) -> Result<Self, crate::atoms::AtomError> {
        let bad = |why| crate::atoms::AtomError::new("key", name, why);
        if !super::name_is_good(name) {
            return Err(bad("its name is empty or has a space"));
        }
        let key: VerifyingKey = ed25519_key(bytes).map_err(bad)?;
        Ok(Self::new(name, key))
    }

    /// The 32 public bytes of the key.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }
}

impl Note {
    /// A note with a signature that was made elsewhere, such as by an agent that holds the key.
    ///
    /// # Errors
    /// If the text cannot stand in a note, or the signature does not verify.
    pub fn signed_elsewhere(
        text: &str,
        key: &VerifierKey,
        signature: &[u8; 64],
    ) -> Result<Self, NoteError> {
        check_text(text)?;
        let bytes = Signature::from_bytes(signature);
        let verified = key.key.verify_strict(text.as_bytes(), &bytes);
        verified.map_err(|_| NoteError("the signature does not verify"))?;
        let line = NoteSignature { name: key.name.clone(), id: key.id, bytes: signature.to_vec() };
        Ok(Self { text: text.to_owned(), signatures: vec![line] })
    }

    /// Adds the signatures of another note over the same text, each once.
    ///
    /// # Errors
    /// If the texts differ, or there would be more than 16 signatures.
    pub fn merge(&mut self, other: &Self) -> Result<(), NoteError> {
        if self.text != other.text {
            return Err(NoteError("the signatures are over another text"));
        }
        for line in &other.signatures {
            if !self.signatures.contains(line) {
                self.signatures.push(line.clone());
            }
        }
        if self.signatures.len() > STATEMENT.signatures {
            return Err(NoteError(STATEMENT.too_many));
        }
        Ok(())
    }

    /// The names of the keys that its signatures claim, in order. None of it is verified.
    pub fn claimed_signers(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|line| line.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Signed, Signer};
    use super::*;

    fn signer(seed: u8) -> Signer {
        Signer::from_seed(&format!("a.example/{seed}"), &[seed; 32]).unwrap()
    }

    #[test]
    fn signatures_of_one_text_come_together_each_once() {
        let (one, two) = (signer(1), signer(2));
        let mut note = one.sign("text\n").unwrap();
        let second = two.sign("text\n").unwrap();
        note.merge(&second).unwrap();
        note.merge(&second).unwrap();
        assert_eq!(note.claimed_signers().collect::<Vec<_>>(), ["a.example/1", "a.example/2"]);
        for key in [one.verifier(), two.verifier()] {
            assert_eq!(note.signed_by(&key), Signed::Yes);
        }
        let other = one.sign("another text\n").unwrap();
        let why = "not a signed note: the signatures are over another text";
        assert_eq!(note.merge(&other).unwrap_err().to_string(), why);
        for seed in 3..=16 {
            note.merge(&signer(seed).sign("text\n").unwrap()).unwrap();
        }
        let error = note.merge(&signer(17).sign("text\n").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "not a signed note: more than 16 signatures");
    }

    #[test]
    fn a_signature_made_elsewhere_is_checked() {
        let key = signer(1).verifier();
        assert_eq!(VerifierKey::from_public(key.name(), key.public()).unwrap(), key);
        let error = Note::signed_elsewhere("text\n", &key, &[0; 64]).unwrap_err().to_string();
        assert_eq!(error, "not a signed note: the signature does not verify");
        let made = signer(1).sign("text\n").unwrap();
        let bytes = made.signatures[0].bytes.as_slice().try_into().unwrap();
        assert_eq!(Note::signed_elsewhere("text\n", &key, bytes).unwrap(), made);
    }
}
