//! A file that somebody holds, read into its parts. What it is a copy of is not looked at here.

use std::fmt;

use erratum_text::{Error, Limits, Part, open};

/// A file that somebody holds, read into its parts.
pub struct Copy {
    bytes: Vec<u8>,
    parts: Result<Vec<Part>, Error>,
}

impl Copy {
    /// Reads a file in this process, under the usual [`Limits`]. `name` is its name, a hint where its content
    /// leaves open what it is.
    #[must_use]
    pub fn read(bytes: Vec<u8>, name: Option<&str>) -> Self {
        let parts = open(&bytes, name, &Limits::default());
        Self { bytes, parts }
    }

    /// A file that was read elsewhere: its bytes, and its parts or why there are none.
    #[must_use]
    pub fn new(bytes: Vec<u8>, parts: Result<Vec<Part>, Error>) -> Self {
        Self { bytes, parts }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its parts.
    ///
    /// # Errors
    /// Why nothing of it could be read.
    pub fn parts(&self) -> Result<&[Part], &Error> {
        self.parts.as_deref()
    }
}

impl fmt::Debug for Copy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts.as_ref().map(Vec::len);
        f.debug_struct("Copy").field("bytes", &self.bytes.len()).field("parts", &parts).finish()
    }
}
