//! Where a bucket is and who may use it: read from a `s3://` address and the environment.
//!
//! Nothing is looked for elsewhere: no profile files, no machine roles. What is secret is never shown.

use std::env::VarError;
use std::fmt;

use crate::log::error::{LogError, LogErrorKind};

/// All that is read of the environment.
const VARIABLES: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];

/// A folder of a bucket, its server and the credentials for it.
#[derive(Clone)]
pub struct S3Settings {
    pub(super) endpoint: String,
    pub(super) region: String,
    pub(super) bucket: String,
    /// Without `/` at either end; empty for the whole bucket.
    pub(super) folder: String,
    pub(super) key_id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl S3Settings {
    /// Reads `s3://<bucket>[/<folder>]` and these variables of the environment: `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY`; `AWS_SESSION_TOKEN` if there is one; `AWS_REGION`, else `us-east-1`;
    /// `AWS_ENDPOINT_URL`, the server's URL where that is not Amazon's. A URL with `http://` is taken at
    /// its word, without TLS: requests stay signed, contents can be read on the way.
    ///
    /// # Errors
    /// If the address is not one, or a variable is missing or not in UTF-8.
    pub fn from_env(address: &str) -> Result<Self, LogError> {
        for name in VARIABLES {
            if let Err(VarError::NotUnicode(_)) = std::env::var(name) {
                let why = "the variable's value is not in UTF-8";
                return Err(LogError::new(LogErrorKind::Invalid, name, why));
            }
        }
        Self::from_variables(address, |name| std::env::var(name).ok())
    }

    /// As [`S3Settings::from_env`], with the variables from elsewhere.
    ///
    /// # Errors
    /// If the address is not one, or a variable is missing.
    pub fn from_variables(
        address: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, LogError> {
        let invalid = |place: &str, why: &str| LogError::new(LogErrorKind::Invalid, place, why);
        let place = address.escape_debug().to_string();
        let Some(path) = address.strip_prefix("s3://") else {
            return Err(invalid(&place, "not an address of the form s3://<bucket>/<folder>"));
        };
        let (bucket, folder) = path.split_once('/').unwrap_or((path, ""));
        if bucket.is_empty() || !bucket.bytes().all(is_bucket_byte) {
            return Err(invalid(&place, "the bucket's name is not one: letters, digits, '-' and '.'"));
        }
        let folder = folder.strip_suffix('/').unwrap_or(folder);
        if !folder.is_empty() && !is_path(folder) {
            return Err(invalid(&place, "a part of the folder is empty, '.' or '..'"));
        }
        let optional = |name: &str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &str| {
            optional(name).ok_or_else(|| invalid(name, "the variable is not set, and a bucket needs it"))
        };
        let region = optional("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = optional("AWS_ENDPOINT_URL");
        let endpoint = endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
            return Err(invalid("AWS_ENDPOINT_URL", "not a URL that begins with https:// or http://"));
        }
        Ok(Self {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            region,
            bucket: bucket.to_owned(),
            folder: folder.to_owned(),
            key_id: needed("AWS_ACCESS_KEY_ID")?,
            secret: needed("AWS_SECRET_ACCESS_KEY")?,
            token: optional("AWS_SESSION_TOKEN"),
        })
    }
}

/// The credentials stay out.
impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3Settings(s3://{}/{} at {})", self.bucket, self.folder, self.endpoint)
    }
}

fn is_bucket_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

/// Whether no part is empty, `.` or `..`.
pub(super) fn is_path(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str, variables: &[(&str, &str)]) -> Result<S3Settings, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        S3Settings::from_variables(address, variable).map_err(|error| error.to_string())
    }

    const KEYS: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "operator"), ("AWS_SECRET_ACCESS_KEY", "very-secret")];

    #[test]
    fn an_address_and_the_environment_say_all() {
        let settings = read("s3://records/northern/public/", &KEYS).unwrap();
        assert_eq!((settings.bucket.as_str(), settings.folder.as_str()), ("records", "northern/public"));
        assert_eq!(settings.endpoint, "https://s3.us-east-1.amazonaws.com");
        assert_eq!((settings.region.as_str(), settings.token), ("us-east-1", None));

        let more = [
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9000/"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_SESSION_TOKEN", "token"),
        ];
        let settings = read("s3://records", &[&KEYS[..], &more].concat()).unwrap();
        assert_eq!((settings.bucket.as_str(), settings.folder.as_str()), ("records", ""));
        assert_eq!(settings.endpoint, "http://127.0.0.1:9000");
        assert_eq!(
            (settings.region.as_str(), settings.token.as_deref()),
            ("eu-central-1", Some("token"))
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = read("s3://records/a", &KEYS).unwrap();
        let shown = format!("{settings:?}");
        assert_eq!(shown, "S3Settings(s3://records/a at https://s3.us-east-1.amazonaws.com)");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |address: &str, variables: &[_]| read(address, variables).unwrap_err();
        assert_eq!(
            error("/records", &KEYS),
            "/records: not an address of the form s3://<bucket>/<folder>"
        );
        for address in ["s3://", "s3:///a", "s3://a_b/c", "s3://a b"] {
            let why = "the bucket's name is not one: letters, digits, '-' and '.'";
            assert_eq!(error(address, &KEYS), format!("{address}: {why}"));
        }
        for address in ["s3://a/b//c", "s3://a/../b", "s3://a/b//"] {
            let why = "a part of the folder is empty, '.' or '..'";
            assert_eq!(error(address, &KEYS), format!("{address}: {why}"));
        }
        assert_eq!(
            error("s3://a", &KEYS[..1]),
            "AWS_SECRET_ACCESS_KEY: the variable is not set, and a bucket needs it"
        );
        assert_eq!(
            error("s3://a", &[&KEYS[..], &[("AWS_ENDPOINT_URL", "ftp://x")]].concat()),
            "AWS_ENDPOINT_URL: not a URL that begins with https:// or http://"
        );
    }
}
