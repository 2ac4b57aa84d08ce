//! Drafts at the desk: those that wait for a commitment, and those committed to, with the salts that open
//! them. Owner-only files under `drafts/`; a lost one cannot be made again.
//!
//! `waiting/<digest>.toml` is one draft; `<commitment id>.toml` a commitment with its drafts. Whether one is
//! logged is for the record to say.

use std::fs;
use std::path::{Path, PathBuf};

use erratum::record::{DraftTree, Id, Note, Statement, draft_leaf};
use erratum::text::paragraphs;
use serde::{Deserialize, Serialize};

use crate::error::DeskError;
use crate::private_file;

/// Every commitment has so many leaves, whatever it holds.
pub(crate) const LEAVES: u32 = 4096;

/// A draft: a text that is kept private until somebody leaks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Draft {
    /// The file it was read from.
    pub(crate) file: String,
    /// Its language.
    pub(crate) lang: String,
    /// Its paragraphs, in order.
    pub(crate) paragraphs: Vec<String>,
}

/// A commitment as the desk keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Kept {
    /// The signed note, to be handed in again where it got lost on the way.
    pub(crate) note: String,
    /// What the leaves that are no paragraph are made of: hexadecimal.
    pub(crate) seed: String,
    /// Its drafts; none in one of padding alone.
    #[serde(default, rename = "draft")]
    pub(crate) drafts: Vec<KeptDraft>,
}

/// A draft with the leaves of its paragraphs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct KeptDraft {
    /// The position of each paragraph's leaf.
    pub(crate) positions: Vec<u32>,
    /// The salt of each paragraph's leaf: hexadecimal.
    pub(crate) salts: Vec<String>,
    /// The draft.
    pub(crate) text: Draft,
}

impl Draft {
    /// The draft of a text.
    pub(crate) fn new(file: String, lang: String, text: &str) -> Self {
        let parts = paragraphs(text).into_iter().filter_map(|range| text.get(range));
        Self { file, lang, paragraphs: parts.map(str::to_owned).collect() }
    }

    /// Its text.
    pub(crate) fn text(&self) -> String {
        self.paragraphs.join(erratum::record::BETWEEN_PARAGRAPHS)
    }

    /// Its name at the desk: the digest of its text.
    pub(crate) fn id(&self) -> Id {
        Id::of(self.text().as_bytes())
    }

    /// How many leaves it takes.
    pub(crate) fn leaves(&self) -> usize {
        self.paragraphs.len()
    }
}

impl Kept {
    /// The id of the commitment.
    pub(crate) fn id(&self) -> Result<Id, String> {
        Ok(Id::of(self.signed()?.text().as_bytes()))
    }

    /// The signed note.
    pub(crate) fn signed(&self) -> Result<Note, String> {
        let note = Note::parse(self.note.as_bytes()).map_err(|error| error.to_string())?;
        Statement::parse(note.text()).map_err(|error| error.to_string())?;
        Ok(note)
    }

    /// The tree that the commitment names the root of.
    pub(crate) fn tree(&self) -> Result<DraftTree, String> {
        tree(&self.seed, &self.drafts)
    }
}

/// The tree over the leaves of these drafts, with padding from the seed.
pub(crate) fn tree(seed: &str, drafts: &[KeptDraft]) -> Result<DraftTree, String> {
    let seed: Id = seed.parse().map_err(|error| format!("its seed: {error}"))?;
    let padding = |n: u32| Id::of(&[&seed.0[..], b"padding", &n.to_be_bytes()].concat()).0;
    let mut leaves: Vec<[u8; 32]> = (0..LEAVES).map(padding).collect();
    for KeptDraft { positions, salts, text } in drafts {
        for ((position, salt), paragraph) in positions.iter().zip(salts).zip(&text.paragraphs) {
            let salt: Id = salt.parse().map_err(|error| format!("a salt: {error}"))?;
            let leaf = leaves.get_mut(*position as usize).ok_or("a leaf out of its tree")?;
            *leaf = draft_leaf(&salt.0, paragraph);
        }
    }
    DraftTree::new(leaves).ok_or_else(|| "not the leaves of a tree".to_owned())
}

/// The desk's folder of drafts.
pub(crate) struct Store(PathBuf);

impl Store {
    pub(crate) fn of(desk: &Path) -> Self {
        Self(desk.join("drafts"))
    }

    fn waiting_folder(&self) -> PathBuf {
        self.0.join("waiting")
    }

    fn waiting_file(&self, draft: &Id) -> PathBuf {
        self.waiting_folder().join(format!("{draft}.toml"))
    }

    /// Lets a draft wait for the next commitment.
    pub(crate) fn put(&self, draft: &Draft) -> Result<(), DeskError> {
        private_file::make_folder(&self.waiting_folder())?;
        private_file::write(&self.waiting_file(&draft.id()), &written(draft)?)
    }

    /// A draft waits no more.
    pub(crate) fn take_out(&self, draft: &Id) -> Result<(), DeskError> {
        private_file::remove(&self.waiting_file(draft))
    }

    /// The drafts that wait.
    pub(crate) fn waiting(&self) -> Result<Vec<Draft>, DeskError> {
        private_file::list(&self.waiting_folder(), "toml")?.iter().map(|path| read(path)).collect()
    }

    /// Keeps a commitment, before it goes out.
    pub(crate) fn keep(&self, kept: &Kept) -> Result<(), DeskError> {
        private_file::make_folder(&self.0)?;
        let id = kept.id().map_err(DeskError::unfit)?;
        private_file::write(&self.0.join(format!("{id}.toml")), &written(kept)?)
    }

    /// All commitments, each with its id.
    pub(crate) fn kept(&self) -> Result<Vec<(Id, Kept)>, DeskError> {
        let one = |path: &PathBuf| {
            let kept: Kept = read(path)?;
            let id = kept.id().map_err(|why| DeskError::file(path, why))?;
            Ok((id, kept))
        };
        private_file::list(&self.0, "toml")?.iter().map(one).collect()
    }
}

fn written(value: &impl Serialize) -> Result<String, DeskError> {
    toml::to_string(value).map_err(DeskError::unfit)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, DeskError> {
    let text = fs::read_to_string(path).map_err(|error| DeskError::file(path, error))?;
    toml::from_str(&text).map_err(|error| DeskError::file(path, error.to_string().trim_end()))
}
