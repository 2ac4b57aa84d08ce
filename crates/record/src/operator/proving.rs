//! Names that prove themselves: what somebody found published under a name is logged, with the evidence.
//!
//! Nobody is asked here: looking a name up is for whoever has a network.

use crate::atoms::{Id, Name, Time};
use crate::blob::Blob;
use crate::statement::{Body, Keys, NameProof, RecordBody, Statement};

use super::{Operator, OperatorError};

/// What a proof must say for some keys to be taken in by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The name.
    pub name: Name,
    /// The id of the `keys` statement.
    pub keys: Id,
    /// The superior that the keys name.
    pub superior: Option<Name>,
}

impl Wanted {
    /// What first keys, or a claim, want; nothing where keys follow others.
    pub(super) fn of(id: Id, keys: &Keys) -> Option<Self> {
        let (name, superior) = (keys.name().clone(), keys.superior.clone());
        keys.previous.is_none().then_some(Self { name, keys: id, superior })
    }

    /// Why a proof is not the one wanted.
    ///
    /// # Errors
    /// If it is of another name, of other keys, or of a superior that is not the one that the keys name.
    pub fn check(&self, proof: &NameProof) -> Result<(), String> {
        let Self { name, keys, superior } = self;
        if proof.name != *name || proof.keys != *keys {
            let (found, wanted) = (proof.keys.short(), keys.short());
            return Err(format!("{} publishes the keys {found}, and not {wanted}", proof.name));
        }
        match (&proof.superior, superior) {
            (Some(found), Some(named)) if found != named => {
                Err(format!("{name} publishes {found} as its superior, and these keys name {named}"))
            }
            _ => Ok(()),
        }
    }
}

impl Operator {
    /// What a name that has keys must publish now: the first of its present tenure. None if it has none.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn wanted(&self, name: &Name, now: Time) -> Result<Option<Wanted>, OperatorError> {
        let (Some(issuer), Some(authority)) =
            (self.state.issuer(name)?, self.state.authority(name, now)?)
        else {
            return Ok(None);
        };
        let first = issuer.keys().find(|(said, _)| Some(said.place.entry) == authority.tenure_entry);
        Ok(first.map(|(said, _)| Wanted {
            name: name.clone(),
            keys: said.id,
            superior: authority.keys.superior.clone(),
        }))
    }

    /// Logs that a name was found proven, with the evidence (sealed under `salt`), and returns the entry.
    ///
    /// # Errors
    /// If the evidence is longer than 64 KiB or the statement cannot be appended.
    pub fn prove(
        &mut self,
        proof: &NameProof,
        evidence: &str,
        salt: [u8; 32],
    ) -> Result<u64, OperatorError> {
        let blob = Blob::new(salt, evidence.as_bytes().to_vec());
        let proofs = vec![(proof.clone(), blob.reference())];
        let body = RecordBody { proofs, ..RecordBody::default() };
        let record =
            self.log_key().name().parse().map_err(|e| OperatorError::Refused(format!("{e}")))?;
        let statement = Statement { record, body: Body::Record(body.clone()) };
        for field in statement.blobs() {
            let fits = blob.check(field.field, field.blob, field.most);
            fits.map_err(|error| OperatorError::Refused(error.to_string()))?;
        }
        self.say(body, &blob.stored())
    }
}
