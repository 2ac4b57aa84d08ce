//! The reader's policy (`policy.toml`): whom to trust, which records to ask, how old a proof may be.
//!
//! ```toml
//! trust = ["northern-command.example", "defence.example"]
//! max-age-days = 30
//! language = ["de", "en"]                           # of reasons given in several
//! tlog-policy = "witnesses.policy"                 # beside this file
//!
//! [[record]]
//! path = "record"                                  # beside this file
//! key = "record.example+<key id>+<base64>"         # the log key, pinned
//! speaks-for = ["northern-command.example"]        # leave out for: all its names
//! ```

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use erratum_record::{Lang, Name, NotWitnessed, Time, TlogPolicy, VerifierKey, Witnessed};
use serde::Deserialize;

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
/// A policy larger than this is not read.
const MOST_BYTES: u64 = 1024 * 1024;

/// What a reader trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Names whose word leads alone, with those whose superior is one of them.
    pub trust: Vec<Name>,
    /// A record whose last entry is older than this many days does not pass silently.
    pub max_age_days: Option<u32>,
    /// Which witnesses must have seen a record's checkpoint (C2SP tlog-policy). A checkpoint that they have
    /// not seen does not pass silently.
    pub witnesses: Option<TlogPolicy>,
    /// The languages in which the reader wants reasons, the first best.
    pub languages: Vec<Lang>,
    /// The records to ask, in order.
    pub records: Vec<RecordSource>,
}

/// A record to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSource {
    /// Its folder.
    pub path: PathBuf,
    /// Its log key. Without one, the key in its first entry is trusted.
    pub key: Option<VerifierKey>,
    /// The names that it is asked about; `None` for all.
    pub speaks_for: Option<Vec<Name>>,
}

impl RecordSource {
    /// A record that is asked about all names and whose log key nobody has pinned.
    #[must_use]
    pub fn unpinned(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), key: None, speaks_for: None }
    }

    /// Whether this record is asked about documents of `issuer`.
    #[must_use]
    pub fn speaks_for(&self, issuer: &Name) -> bool {
        let within = |name: &Name| name == issuer || issuer.ancestors().any(|above| above == *name);
        self.speaks_for.as_ref().is_none_or(|names| names.iter().any(within))
    }
}

/// A policy that cannot be used; displays with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    file: PathBuf,
    why: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy {}: {}", self.file.display(), self.why)
    }
}

impl std::error::Error for PolicyError {}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(default)]
    trust: Vec<String>,
    max_age_days: Option<u32>,
    tlog_policy: Option<PathBuf>,
    #[serde(default)]
    language: Vec<String>,
    #[serde(default)]
    record: Vec<FileRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FileRecord {
    path: PathBuf,
    key: Option<String>,
    speaks_for: Option<Vec<String>>,
}

impl Policy {
    /// Whether what was last logged at `last` is older at `now` than the policy allows.
    #[must_use]
    pub fn is_too_old(&self, last: Time, now: Time) -> bool {
        let age = now.millis() - last.millis();
        self.max_age_days.is_some_and(|days| age > i64::from(days) * DAY)
    }

    /// What the witnesses of the policy say of a checkpoint; `None` where it asks none.
    #[must_use]
    pub fn witnessed(&self, checkpoint: &[u8]) -> Option<Result<Witnessed, NotWitnessed>> {
        self.witnesses.as_ref().map(|witnesses| witnesses.check(checkpoint))
    }

    /// Reads a policy. Paths in it are relative to its own folder.
    ///
    /// # Errors
    /// If the file cannot be read, is not TOML, or holds a key or value that is not known here.
    pub fn read(file: &Path) -> Result<Self, PolicyError> {
        let failed = |why: String| PolicyError { file: file.to_owned(), why };
        let size = fs::metadata(file).map_err(|error| failed(error.to_string()))?.len();
        if size > MOST_BYTES {
            return Err(failed("larger than 1 MiB".to_owned()));
        }
        let text = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).map_err(failed)
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let file: File =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let records = file.record.into_iter().map(|record| {
            Ok(RecordSource {
                path: folder.join(record.path),
                key: record.key.map(|key| key.parse().map_err(|e| format!("{e}"))).transpose()?,
                speaks_for: record.speaks_for.map(|list| names(&list)).transpose()?,
            })
        });
        Ok(Self {
            trust: names(&file.trust)?,
            max_age_days: file.max_age_days,
            witnesses: file.tlog_policy.map(|path| tlog_policy(&folder.join(path))).transpose()?,
            languages: langs(&file.language)?,
            records: records.collect::<Result<_, String>>()?,
        })
    }
}

/// Reads the file of a tlog-policy.
fn tlog_policy(file: &Path) -> Result<TlogPolicy, String> {
    let failed = |why: String| format!("tlog-policy {}: {why}", file.display());
    if fs::metadata(file).map_err(|error| failed(error.to_string()))?.len() > MOST_BYTES {
        return Err(failed("larger than 1 MiB".to_owned()));
    }
    let bytes = fs::read(file).map_err(|error| failed(error.to_string()))?;
    TlogPolicy::parse(&bytes).map_err(|error| failed(error.to_string()))
}

fn langs(list: &[String]) -> Result<Vec<Lang>, String> {
    list.iter().map(|lang| lang.parse().map_err(|error| format!("{error}"))).collect()
}

fn names(list: &[String]) -> Result<Vec<Name>, String> {
    list.iter().map(|name| name.parse().map_err(|error| format!("{error}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_reads_and_unknown_keys_are_refused_by_name() {
        let text = "trust = [\"a.example\"]\nlanguage = [\"de\"]\n[[record]]\npath = \"r\"\nspeaks-for = [\"b.example\"]\n";
        let policy = Policy::parse(text, Path::new("/p")).unwrap();
        assert_eq!(policy.languages, ["de".parse().unwrap()]);
        assert_eq!(policy.records[0].path, Path::new("/p/r"));
        assert!(policy.records[0].speaks_for(&"press.b.example".parse().unwrap()));
        assert!(!policy.records[0].speaks_for(&"a.example".parse().unwrap()));
        let error = Policy::parse("trusts = []\n", Path::new("")).unwrap_err();
        assert!(error.contains("unknown field `trusts`"), "{error}");
        let error = Policy::parse("trust = [\"A\"]\n", Path::new("")).unwrap_err();
        assert_eq!(error, "name \"A\": expected a DNS name in lower-case ASCII");
    }
}
