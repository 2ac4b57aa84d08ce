//! Witnesses: what they sign, made from their keys alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use erratum::record::{Checkpoint, Id, Signer, Time};

/// A witness `w<number>.example`.
pub(crate) struct Witness(pub(crate) u8);

/// The type of an Ed25519 cosigner's key.
const COSIGNER: u8 = 4;

impl Witness {
    fn name(&self) -> String {
        format!("w{}.example", self.0)
    }

    fn signer(&self) -> Signer {
        Signer::from_seed(&self.name(), &[self.0; 32]).unwrap()
    }

    /// Its key, behind its type.
    fn key(&self) -> Vec<u8> {
        let own = self.signer().verifier().to_string();
        let mut key = BASE64.decode(own.rsplit('+').next().unwrap()).unwrap();
        key[0] = COSIGNER;
        key
    }

    fn key_id(&self) -> [u8; 4] {
        let digest = Id::of(&[self.name().as_bytes(), b"\n", &self.key()].concat());
        digest.0[..4].try_into().unwrap()
    }

    /// Its line in a tlog-policy, where it is called `w<number>`.
    pub(crate) fn line(&self) -> String {
        let id = u32::from_be_bytes(self.key_id());
        format!("witness w{} {}+{id:08x}+{}\n", self.0, self.name(), BASE64.encode(self.key()))
    }

    /// Its cosignature of a checkpoint at this time, as a line under it.
    pub(crate) fn cosignature(&self, checkpoint: &[u8], time: Time) -> String {
        let (_, note) = Checkpoint::parse(checkpoint).unwrap();
        let seconds = u64::try_from(time.millis() / 1000).unwrap();
        let signed =
            self.signer().sign(&format!("cosignature/v1\ntime {seconds}\n{}", note.text())).unwrap();
        let signed = signed.to_string();
        let signature = BASE64.decode(signed.trim_end().rsplit(' ').next().unwrap()).unwrap();
        let bytes = [&self.key_id()[..], &seconds.to_be_bytes(), &signature[4..]].concat();
        format!("— {} {}\n", self.name(), BASE64.encode(bytes))
    }
}
