//! The desk as a folder: `desk.toml` and `keys/`, readable by the owner alone.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use erratum::record::{Name, Origin, Record, Signer, VerifierKey, random_seed};
use serde::{Deserialize, Serialize};

use crate::compose::Salts;
use crate::error::DeskError;
use crate::keys::{DeskKey, Keep, add_key, read_keys};
use crate::secret::{Ask, create_owner_only};

/// The label of an office's first key, where no other is named.
pub const LABEL: &str = "press";
/// The folder of keys.
const KEYS: &str = "keys";
/// The settings file.
const SETTINGS: &str = "desk.toml";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Settings {
    name: String,
    record: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_key: Option<PathBuf>,
}

/// An office's private workspace.
pub struct Desk {
    place: PathBuf,
    name: Name,
    record: PathBuf,
    log_key: Option<PathBuf>,
    keys: Vec<DeskKey>,
    salts: Salts,
    ask: Ask,
}

impl Desk {
    /// Makes a desk in the folder `place` for the office `name`, with a new key `press` in a plain file.
    /// `record` is the record's folder; `log_key` its log key, where this office runs the record itself.
    ///
    /// # Errors
    /// If there is a desk already, or the folder cannot be written.
    pub fn create(
        place: &Path,
        name: &Name,
        record: &Path,
        log_key: Option<&Path>,
    ) -> Result<Self, DeskError> {
        let key = NewKey { label: LABEL.to_owned(), keep: Keep::Plain };
        Self::create_with(place, name, record, log_key, &key, no_passphrase())
    }

    /// Makes a desk with this key; passphrases are asked of `ask`.
    ///
    /// # Errors
    /// As [`create`](Self::create), or if the key cannot be made.
    pub fn create_with(
        place: &Path,
        name: &Name,
        record: &Path,
        log_key: Option<&Path>,
        key: &NewKey,
        mut ask: Ask,
    ) -> Result<Self, DeskError> {
        let settings_file = place.join(SETTINGS);
        if settings_file.exists() {
            return Err(DeskError::file(&settings_file, "there is a desk here already"));
        }
        let failed = |error: std::io::Error| DeskError::file(place, error);
        let keys = place.join(KEYS);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&keys).map_err(failed)?;
        fs::set_permissions(place, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        add_key(&keys, name, &key.label, &key.keep, &mut ask)?;
        let absolute = |path: &Path| std::path::absolute(path).map_err(|e| DeskError::file(path, e));
        let settings = Settings {
            name: name.to_string(),
            record: absolute(record)?,
            log_key: log_key.map(absolute).transpose()?,
        };
        let text = toml::to_string(&settings).map_err(DeskError::unfit)?;
        create_owner_only(&settings_file, text.as_bytes())?;
        Self::open_with(place, ask)
    }

    /// Opens the desk in a folder, where no passphrase can be asked for.
    ///
    /// # Errors
    /// As [`open_with`](Self::open_with).
    pub fn open(place: &Path) -> Result<Self, DeskError> {
        Self::open_with(place, no_passphrase())
    }

    /// Opens the desk in a folder; passphrases are asked of `ask` when something is signed.
    ///
    /// # Errors
    /// If there is none, its key can be read by others, or its settings are not understood.
    pub fn open_with(place: &Path, ask: Ask) -> Result<Self, DeskError> {
        let file = place.join(SETTINGS);
        let failed = |why: String| DeskError::file(&file, why);
        let text = fs::read_to_string(&file).map_err(|error| failed(error.to_string()))?;
        let settings: Settings =
            toml::from_str(&text).map_err(|error| failed(error.to_string().trim_end().to_owned()))?;
        let name: Name = settings.name.parse().map_err(|error| failed(format!("{error}")))?;
        let keys = read_keys(&place.join(KEYS), &name)?;
        if keys.is_empty() {
            return Err(DeskError::file(&place.join(KEYS), "there is no key"));
        }
        Ok(Self {
            place: place.to_owned(),
            name,
            record: place.join(settings.record),
            log_key: settings.log_key.map(|key| place.join(key)),
            keys,
            salts: Box::new(|| random_seed().map_err(|error| error.to_string())),
            ask,
        })
    }

    /// A desk without a folder of its own, for making statements with given keys and given salts: how
    /// examples and tests are rebuilt byte for byte.
    ///
    /// # Errors
    /// If there is no key, or one is not named `<name>/<label>` with the name of the first.
    pub fn in_memory(signers: Vec<Signer>, record: &Path, salts: Salts) -> Result<Self, DeskError> {
        let keys: Vec<DeskKey> = signers.into_iter().map(DeskKey::in_memory).collect();
        let speaker =
            |key: &DeskKey| key.verifier.name().split('/').next().unwrap_or_default().to_owned();
        let first = keys.first().map(speaker).unwrap_or_default();
        if keys.iter().any(|key| speaker(key) != first) {
            return Err(DeskError::unfit("the keys of a desk are not all of one name"));
        }
        let name = first.parse().map_err(DeskError::unfit)?;
        let (place, record, ask) = (PathBuf::new(), record.to_owned(), no_passphrase());
        Ok(Self { place, name, record, log_key: None, keys, salts, ask })
    }

    /// Adds a new key to the desk's; the office lists it with its next `keys`.
    ///
    /// # Errors
    /// If there is one with this label, or it cannot be made.
    pub fn add_key(&mut self, key: &NewKey) -> Result<VerifierKey, DeskError> {
        let folder = self.place.join(KEYS);
        let verifier = add_key(&folder, &self.name, &key.label, &key.keep, &mut self.ask)?;
        self.keys = read_keys(&folder, &self.name)?;
        Ok(verifier)
    }

    /// The folder of the desk to use: the one `given`, else `$ERRATUM_DESK`, else `.erratum` in this
    /// folder or one above.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(given: Option<&Path>) -> Result<PathBuf, DeskError> {
        if let Some(given) = given {
            return Ok(given.to_owned());
        }
        if let Some(place) = std::env::var_os("ERRATUM_DESK") {
            return Ok(place.into());
        }
        let here = std::env::current_dir().map_err(DeskError::unfit)?;
        let found = here.ancestors().map(|folder| folder.join(".erratum")).find(|desk| desk.is_dir());
        found.ok_or_else(|| {
            DeskError::unfit("there is no desk here; make one with: erratum init NAME --record DIR")
        })
    }

    /// Its folder.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The office's name.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The public key that this desk signs with first.
    #[must_use]
    pub fn key(&self) -> VerifierKey {
        // Opening refuses a desk without one.
        self.keys[0].verifier.clone()
    }

    /// The public keys of this desk, each with where its private half is kept.
    pub fn held_keys(&self) -> impl Iterator<Item = (&VerifierKey, &'static str)> {
        self.keys.iter().map(|key| (&key.verifier, key.kept()))
    }

    /// The folder of the record that it speaks in.
    #[must_use]
    pub fn record_place(&self) -> &Path {
        &self.record
    }

    /// The log key of that record, where this office runs it.
    #[must_use]
    pub fn log_key(&self) -> Option<&Path> {
        self.log_key.as_deref()
    }

    pub(crate) fn salts(&mut self) -> &mut Salts {
        &mut self.salts
    }

    /// The keys, and where passphrases come from.
    pub(crate) fn signing(&mut self) -> (&[DeskKey], &mut Ask) {
        (&self.keys, &mut self.ask)
    }

    /// The record that it speaks in, read now.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn record(&self) -> Result<Record, DeskError> {
        Ok(Record::open(&self.record, None)?)
    }

    pub(crate) fn origin(record: &Record) -> Result<Origin, DeskError> {
        record.origin().parse().map_err(DeskError::unfit)
    }
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its label.
    pub label: String,
    /// How it is kept.
    pub keep: Keep,
}

/// Where nobody is there to ask.
fn no_passphrase() -> Ask {
    Box::new(|_| Err(DeskError::unfit("a passphrase is needed, and nobody is asked for it here")))
}
