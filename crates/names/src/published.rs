//! The line that a name publishes, and where among other lines it is found.

use std::fmt;
use std::str::FromStr;

use erratum_record::{Id, Name};

/// What the line begins with, as a word of its own.
const MARK: &str = "erratum/v1";
/// A line is not longer than this: 64 digits, a name of 253 bytes, and the words around them.
const MOST_BYTES: usize = 512;

/// What a name says of itself: `erratum/v1 keys=<id>`, and perhaps ` superior=<name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The id of the first `keys` statement of its tenure.
    pub keys: Id,
    /// The name above it.
    pub superior: Option<Name>,
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK} keys={}", self.keys)?;
        self.superior.iter().try_for_each(|name| write!(f, " superior={name}"))
    }
}

impl FromStr for Published {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let form = || format!("expected {MARK} keys=<id>, and perhaps superior=<name>");
        if line.len() > MOST_BYTES {
            return Err(format!("the line is longer than {MOST_BYTES} bytes"));
        }
        let rest = line.strip_prefix(MARK).and_then(|rest| rest.strip_prefix(" keys="));
        let rest = rest.ok_or_else(form)?;
        let (keys, superior) = match rest.split_once(' ') {
            Some((keys, more)) => (keys, Some(more.strip_prefix("superior=").ok_or_else(form)?)),
            None => (rest, None),
        };
        let keys = keys.parse().map_err(|error| format!("{error}"))?;
        let superior = superior.map(str::parse).transpose();
        Ok(Self { keys, superior: superior.map_err(|error| format!("{error}"))? })
    }
}

/// The one among these lines that is meant for us: none if none begins with the mark.
///
/// # Errors
/// If several do, or the one that does is malformed.
pub(crate) fn among<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<Published>, String> {
    let is_ours = |line: &&[u8]| {
        line.strip_prefix(MARK.as_bytes()).is_some_and(|rest| rest.first().is_none_or(|b| *b == b' '))
    };
    let mut ours = lines.into_iter().filter(is_ours);
    let Some(line) = ours.next() else { return Ok(None) };
    if ours.next().is_some() {
        return Err(format!("several lines begin with {MARK}; there may be one"));
    }
    let line = std::str::from_utf8(line).map_err(|_| "the line is not ASCII".to_owned())?;
    line.parse().map(Some)
}

/// The one among the lines of a file.
pub(crate) fn in_file(body: &[u8]) -> Result<Option<Published>, String> {
    among(body.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1111111111111111111111111111111111111111111111111111111111111111";

    #[test]
    fn one_line_in_its_one_form() {
        let line = format!("erratum/v1 keys={ID}");
        let body = format!("# about us\r\n{line}\r\nerratum/v10 other\n");
        let found = in_file(body.as_bytes()).unwrap().unwrap();
        assert_eq!((found.keys.to_string().as_str(), found.superior.clone()), (ID, None));
        assert_eq!(found.to_string(), line);
        assert_eq!(in_file(b"nothing of ours\n").unwrap(), None);
    }

    #[test]
    fn several_or_malformed_lines_are_no_proof() {
        let form = "expected erratum/v1 keys=<id>, and perhaps superior=<name>";
        let wrong = |line: &str| in_file(line.as_bytes()).unwrap_err();
        let two = format!("erratum/v1 keys={ID}\nerratum/v1 keys={ID}\n");
        assert_eq!(wrong(&two), "several lines begin with erratum/v1; there may be one");
        assert_eq!(wrong("erratum/v1"), form);
        assert_eq!(wrong(&format!("erratum/v1  keys={ID}")), form);
        assert_eq!(wrong(&format!("erratum/v1 keys={ID} ")), form);
        assert_eq!(wrong(&format!("erratum/v1 keys={ID} superiors=a.example")), form);
        assert_eq!(
            wrong(&format!("erratum/v1 keys={ID} superior=A.example")),
            "name \"A.example\": expected a DNS name in lower-case ASCII"
        );
        let long = format!("erratum/v1 keys={}", "1".repeat(600));
        assert_eq!(wrong(&long), "the line is longer than 512 bytes");
        assert_eq!(
            wrong("erratum/v1 keys=12"),
            "digest \"12\": expected 64 lower-case hexadecimal digits"
        );
    }
}
