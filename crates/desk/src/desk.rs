//! The desk as a folder: `desk.toml` and `keys/`, readable by the owner alone.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use erratum::record::{
    Name, Origin, Record, Signer, VerifierKey, create_key_file, random_seed, read_key_file,
};
use serde::{Deserialize, Serialize};

use crate::compose::Salts;
use crate::error::DeskError;

/// The label of an office's key.
const LABEL: &str = "press";
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
    signer: Signer,
    salts: Salts,
}

impl Desk {
    /// Makes a desk in the folder `place` for the office `name`, with a new key. `record` is the record's
    /// folder; `log_key` its log key, where this office runs the record itself.
    ///
    /// # Errors
    /// If there is a desk already, or the folder cannot be written.
    pub fn create(
        place: &Path,
        name: &Name,
        record: &Path,
        log_key: Option<&Path>,
    ) -> Result<Self, DeskError> {
        let settings_file = place.join(SETTINGS);
        if settings_file.exists() {
            return Err(DeskError::file(&settings_file, "there is a desk here already"));
        }
        let failed = |error: std::io::Error| DeskError::file(place, error);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(place.join("keys")).map_err(failed)?;
        fs::set_permissions(place, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        let seed = random_seed().map_err(DeskError::unfit)?;
        let signer = Signer::from_seed(&format!("{name}/{LABEL}"), &seed).map_err(DeskError::unfit)?;
        create_key_file(&key_file(place), &signer).map_err(DeskError::unfit)?;
        let absolute = |path: &Path| std::path::absolute(path).map_err(|e| DeskError::file(path, e));
        let settings = Settings {
            name: name.to_string(),
            record: absolute(record)?,
            log_key: log_key.map(absolute).transpose()?,
        };
        let text = toml::to_string(&settings).map_err(DeskError::unfit)?;
        fs::write(&settings_file, text).map_err(|error| DeskError::file(&settings_file, error))?;
        Self::open(place)
    }

    /// Opens the desk in a folder.
    ///
    /// # Errors
    /// If there is none, its key can be read by others, or its settings are not understood.
    pub fn open(place: &Path) -> Result<Self, DeskError> {
        let file = place.join(SETTINGS);
        let failed = |why: String| DeskError::file(&file, why);
        let text = fs::read_to_string(&file).map_err(|error| failed(error.to_string()))?;
        let settings: Settings =
            toml::from_str(&text).map_err(|error| failed(error.to_string().trim_end().to_owned()))?;
        let signer = read_key_file(&key_file(place)).map_err(DeskError::unfit)?;
        let name: Name = settings.name.parse().map_err(|error| failed(format!("{error}")))?;
        Ok(Self {
            place: place.to_owned(),
            name,
            record: place.join(settings.record),
            log_key: settings.log_key.map(|key| place.join(key)),
            signer,
            salts: Box::new(|| random_seed().map_err(|error| error.to_string())),
        })
    }

    /// A desk without a folder of its own, for making statements with a given key and given salts: how
    /// examples and tests are rebuilt byte for byte.
    ///
    /// # Errors
    /// If the key is not named `<name>/<label>`.
    pub fn in_memory(signer: Signer, record: &Path, salts: Salts) -> Result<Self, DeskError> {
        let name = crate::compose::speaker(&signer)?;
        Ok(Self { place: PathBuf::new(), name, record: record.to_owned(), log_key: None, signer, salts })
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

    /// The office's public key.
    #[must_use]
    pub fn key(&self) -> VerifierKey {
        self.signer.verifier()
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

    /// The key, and where salts come from.
    pub(crate) fn parts(&mut self) -> (&Signer, &mut Salts) {
        (&self.signer, &mut self.salts)
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
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

fn key_file(place: &Path) -> PathBuf {
    place.join("keys").join(format!("{LABEL}.key"))
}
