//! Paths below a record: those that a server names are hostile until they have passed here.

use erratum_record::{LogError, LogErrorKind};

/// The most bytes of a path.
const MOST: usize = 200;

/// Whether a path is one that a file of a record can have: parts of `a-z A-Z 0-9 . _ -` with `/` between
/// them, none of which is empty, `.`, `..`, or begins with a dot (as temporary files do).
pub(crate) fn check(path: &str) -> Result<(), LogError> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    if path.len() <= MOST && path.split('/').all(part) {
        return Ok(());
    }
    let shown: String = path.chars().take(120).flat_map(char::escape_debug).collect();
    Err(LogError::new(LogErrorKind::Invalid, shown, "not the path of a file of a record"))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_plain_paths_pass() {
        for good in ["checkpoint", "tile/0/x001/067.p/8", "map/layer-3.bin", "match/a_b"] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = "a/".repeat(100) + "a";
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a/",
            "./a",
            ".x",
            "a/.x.tmp",
            "a\\b",
            "a b",
            "é",
            "a\0",
            "C:x",
            &long,
        ] {
            let error = check(bad).unwrap_err().to_string();
            assert!(error.ends_with(": not the path of a file of a record"), "{error}");
        }
        assert_eq!(check("a\n").unwrap_err().to_string(), "a\\n: not the path of a file of a record");
    }
}
