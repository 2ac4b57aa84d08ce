//! What went wrong with a request, in words that give nothing away.
//!
//! A server's answer to a request that it refuses may repeat the session token and the key's id. So only
//! its status and its code are kept.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};

use object_store::Error;

/// The most characters kept of what some part below says.
const MOST: usize = 200;

/// Why a request was not answered, or answered with no.
#[derive(Debug)]
pub(super) struct Fault {
    error: io::Error,
    /// To try again changes nothing.
    is_final: bool,
}

impl Fault {
    pub(super) fn text(why: impl Into<String>) -> Self {
        Self { error: io::Error::other(why.into()), is_final: true }
    }

    /// Whether it will be the same at the next try, and certainly nothing was done.
    pub(super) fn is_final(&self) -> bool {
        self.is_final
    }

    pub(super) fn into_io(self) -> io::Error {
        self.error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self { error, is_final: false }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let code = error.source().and_then(code_of);
        let refused = |why: &str| match &code {
            Some(code) => format!("{why} ({code})"),
            None => why.to_owned(),
        };
        let (kind, why, is_final) = match &error {
            Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => {
                let why = refused("the server does not accept these credentials for it");
                (ErrorKind::PermissionDenied, why, true)
            }
            Error::NotFound { .. } => {
                (ErrorKind::NotFound, refused("the server has no such thing"), true)
            }
            Error::AlreadyExists { .. } | Error::Precondition { .. } => {
                (ErrorKind::Other, refused("the server says that its condition does not hold"), false)
            }
            error => (kind_of(error), refused(&plain(&error.to_string())), false),
        };
        Self { error: io::Error::new(kind, why), is_final }
    }
}

/// The kind of the system's error far below, if there is one.
fn kind_of(error: &Error) -> ErrorKind {
    let mut next = error.source();
    let mut kind = ErrorKind::Other;
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            kind = error.kind();
        }
        next = error.source();
    }
    kind
}

/// The server's code in an answer, such as `NoSuchBucket`.
pub(super) fn code_of(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let text = error.to_string();
    let (code, _) = text.split_once("<Code>")?.1.split_once("</Code>")?;
    let is_code = (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    is_code.then(|| code.to_owned())
}

/// An error's text up to where an answer begins, in one line.
fn plain(text: &str) -> String {
    let own: String =
        text.chars().take_while(|c| !matches!(c, '<' | '{' | '\n' | '\r')).take(MOST).collect();
    own.trim_end_matches([' ', ':', '.', ',']).escape_debug().to_string()
}
