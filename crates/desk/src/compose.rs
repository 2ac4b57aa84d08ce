//! Making statements: blobs sealed under fresh salts, lines filled in. Signing comes after.

use erratum::record::{Blob, BlobRef, Body, Origin, Statement};

use crate::error::DeskError;

/// Where salts come from: 32 random bytes each, used once.
pub type Salts = Box<dyn FnMut() -> Result<[u8; 32], String>>;

/// A statement in the making, with its blobs in the order of its lines.
pub(crate) struct Composer<'a> {
    record: Origin,
    salts: &'a mut Salts,
    blobs: Vec<u8>,
}

/// A statement with its blobs, not signed yet.
pub(crate) struct Draft {
    pub(crate) statement: Statement,
    pub(crate) blobs: Vec<u8>,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(record: Origin, salts: &'a mut Salts) -> Self {
        Self { record, salts, blobs: Vec::new() }
    }

    /// Seals the next blob. Blobs are sealed in the order in which their lines stand in the statement.
    pub(crate) fn seal(&mut self, text: &str) -> Result<BlobRef, DeskError> {
        if let Some(c) = text.chars().find(|c| erratum::record::is_unfit(*c)) {
            return Err(DeskError::unfit(format!(
                "U+{:04X} may not stand in a published text; take it out",
                u32::from(c)
            )));
        }
        let salt = (self.salts)().map_err(DeskError::Unfit)?;
        let blob = Blob::new(salt, text.as_bytes().to_vec());
        self.blobs.extend(blob.stored());
        Ok(blob.reference())
    }

    /// The statement, ready to be signed.
    pub(crate) fn finish(self, body: Body) -> Result<Draft, DeskError> {
        let statement = Statement { record: self.record, body };
        // It must read back: what the types allow and the form does not is found here.
        Statement::parse(&statement.text()).map_err(DeskError::unfit)?;
        erratum::record::split_blobs(&statement, &self.blobs).map_err(DeskError::unfit)?;
        Ok(Draft { statement, blobs: self.blobs })
    }
}
