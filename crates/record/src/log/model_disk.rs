//! A disk in memory that forgets what was not synced: for trying every crash there can be.
//!
//! Contents are durable once the file is synced, names once their folder is. A power loss keeps any part of
//! the rest, in any order.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use super::disk::Disk;

/// What happens at the step that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The machine stops: this step and all later ones fail.
    Stop,
    /// Only this step fails, as on a full disk or a bad sector.
    Error,
    /// This step happens and yet is reported as failed, as when an answer comes too late.
    Late,
}

/// What a power loss does to everything that was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsynced {
    Lost,
    Kept,
    /// Each change is kept or lost, each content whole, halved, rubbish or as it was synced, as this seed has it.
    Mixed(u64),
}

#[derive(Debug, Clone, Copy)]
enum Node {
    File(usize),
    Folder(usize),
}

#[derive(Debug, Clone)]
enum Change {
    Put(String, Node),
    Rename(String, String, Node),
    Remove(String),
}

#[derive(Debug, Clone, Default)]
struct File {
    now: Vec<u8>,
    synced: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Default)]
struct Folder {
    now: BTreeMap<String, Node>,
    synced: BTreeMap<String, Node>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Default)]
struct Model {
    files: Vec<File>,
    folders: Vec<Folder>,
    steps: usize,
    fault: Option<(usize, Fault)>,
    stopped: bool,
}

/// The disk; clones are the same disk.
#[derive(Clone)]
pub(super) struct ModelDisk(Arc<Mutex<Model>>);

impl ModelDisk {
    /// A disk with these folders, durable, in its root.
    pub(super) fn new(folders: &[&str]) -> Self {
        let mut model = Model { folders: vec![Folder::default()], ..Model::default() };
        for name in folders {
            model.folders.push(Folder::default());
            let node = Node::Folder(model.folders.len() - 1);
            model.folders[0].now.insert((*name).to_owned(), node);
            model.folders[0].synced.insert((*name).to_owned(), node);
        }
        Self(Arc::new(Mutex::new(model)))
    }

    /// A disk of its own with the same content, its steps counted anew.
    pub(super) fn copy(&self) -> Self {
        let model = Model { steps: 0, ..self.model().clone() };
        Self(Arc::new(Mutex::new(model)))
    }

    /// How many steps were taken that can fail.
    pub(super) fn steps(&self) -> usize {
        self.model().steps
    }

    /// Lets the step with this number (from 1) fail.
    pub(super) fn fail_at(&self, step: usize, fault: Fault) {
        self.model().fault = Some((step, fault));
    }

    /// The process was killed and starts again; the machine was on all the time.
    pub(super) fn start_again(&self) {
        let mut model = self.model();
        (model.stopped, model.fault, model.steps) = (false, None, 0);
    }

    /// The machine lost power and starts again.
    pub(super) fn lose_power(&self, unsynced: Unsynced) {
        self.start_again();
        let mut model = self.model();
        let mut dice = Dice(unsynced);
        for file in &mut model.files {
            let synced = file.synced.clone().unwrap_or_default();
            if synced != file.now {
                file.now = match dice.roll(4) {
                    0 => synced,
                    1 => file.now[..file.now.len() / 2].to_vec(),
                    // The length is there, and the content is what the disk had in that place.
                    2 => vec![0xee; file.now.len()],
                    _ => file.now.clone(),
                };
            }
            file.synced = Some(file.now.clone());
        }
        for folder in &mut model.folders {
            let mut names = folder.synced.clone();
            for change in std::mem::take(&mut folder.changes) {
                if dice.roll(2) > 0 {
                    change.apply(&mut names);
                }
            }
            (folder.now, folder.synced) = (names.clone(), names);
        }
    }

    /// All files by their path, as they are now.
    pub(super) fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let model = self.model();
        let mut files = Vec::new();
        let mut folders = vec![(String::new(), 0)];
        while let Some((path, folder)) = folders.pop() {
            for (name, node) in &model.folders[folder].now {
                let path = format!("{path}/{name}");
                match node {
                    Node::File(file) => files.push((path, model.files[*file].now.clone())),
                    Node::Folder(folder) => folders.push((path, *folder)),
                }
            }
        }
        files
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        self.0.lock().unwrap()
    }

    fn step(&self, act: impl FnOnce(&mut Model) -> io::Result<()>) -> io::Result<()> {
        self.model().step(act)
    }
}

/// 0 where everything is lost, the highest where it is kept.
struct Dice(Unsynced);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        match &mut self.0 {
            Unsynced::Lost => 0,
            Unsynced::Kept => sides - 1,
            Unsynced::Mixed(seed) => {
                *seed =
                    seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (*seed >> 33) % sides
            }
        }
    }
}

impl Change {
    fn apply(self, names: &mut BTreeMap<String, Node>) {
        match self {
            Self::Put(name, node) => drop(names.insert(name, node)),
            Self::Rename(from, to, node) => {
                names.remove(&from);
                names.insert(to, node);
            }
            Self::Remove(name) => drop(names.remove(&name)),
        }
    }
}

impl Model {
    /// Takes one step, unless it is the one that fails; says what is reported of it.
    fn step<T>(&mut self, act: impl FnOnce(&mut Self) -> io::Result<T>) -> io::Result<T> {
        self.steps += 1;
        match self.fault {
            Some((step, fault)) if step == self.steps => {
                self.stopped = fault == Fault::Stop;
                if fault == Fault::Late {
                    act(self)?;
                }
                Err(io::Error::other("the disk failed"))
            }
            _ if self.stopped => Err(io::Error::other("the machine is off")),
            _ => act(self),
        }
    }

    fn find(&self, path: &Path) -> Option<Node> {
        path.iter().try_fold(Node::Folder(0), |node, name| match node {
            Node::Folder(folder) => self.folders[folder].now.get(name.to_str()?).copied(),
            Node::File(_) => None,
        })
    }

    fn folder(&self, path: &Path) -> io::Result<usize> {
        match self.find(path) {
            Some(Node::Folder(folder)) => Ok(folder),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn split(&self, path: &Path) -> io::Result<(usize, String)> {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Ok((self.folder(path.parent().unwrap())?, name))
    }

    /// Makes a file or opens the one that is there, and gives it this content, unsynced.
    fn make_file(&mut self, path: &Path, bytes: &[u8]) -> io::Result<usize> {
        let (folder, name) = self.split(path)?;
        let file = match self.folders[folder].now.get(&name) {
            Some(Node::File(file)) => *file,
            _ => {
                self.files.push(File::default());
                let file = self.files.len() - 1;
                self.change(folder, Change::Put(name, Node::File(file)));
                file
            }
        };
        self.files[file].now = bytes.to_vec();
        Ok(file)
    }

    fn change(&mut self, folder: usize, change: Change) {
        let folder = &mut self.folders[folder];
        change.clone().apply(&mut folder.now);
        folder.changes.push(change);
    }
}

impl Disk for ModelDisk {
    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let model = self.model();
        match model.find(path) {
            Some(Node::File(file)) if model.files[file].now.len() as u64 > most => {
                Err(io::ErrorKind::FileTooLarge.into())
            }
            Some(Node::File(file)) => Ok(Some(model.files[file].now.clone())),
            Some(Node::Folder(_)) => Err(io::ErrorKind::IsADirectory.into()),
            None => Ok(None),
        }
    }

    fn read_range(&self, path: &Path, offset: u64, len: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(bytes) = self.read(path, u64::MAX)? else { return Ok(None) };
        let start = bytes.len().min(offset as usize);
        let end = bytes.len().min(start.saturating_add(len as usize));
        Ok(Some(bytes[start..end].to_vec()))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let model = self.model();
        let Ok(folder) = model.folder(path) else { return Ok(Vec::new()) };
        let names = model.folders[folder].now.iter();
        Ok(names
            .filter(|(_, node)| matches!(node, Node::File(_)))
            .map(|(name, _)| name.clone())
            .collect())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step(|model| {
            let Ok((folder, name)) = model.split(path) else { return Ok(()) };
            if model.folders[folder].now.contains_key(&name) {
                model.change(folder, Change::Remove(name));
            }
            Ok(())
        })
    }

    fn threads(&self) -> usize {
        // One, so that every run takes the same steps in the same order.
        1
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut model = self.model();
        let was_off = model.stopped;
        let mut file = None;
        let done = model.step(|model| {
            file = Some(model.make_file(path, bytes)?);
            Ok(())
        });
        if done.is_err() && file.is_none() && !was_off {
            // Even where this step fails, a part may have been written.
            model.make_file(path, &bytes[..bytes.len() / 2])?;
        }
        done?;
        let file = file.ok_or(io::ErrorKind::NotFound)?;
        model.step(|model| {
            model.files[file].synced = Some(bytes.to_vec());
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(|model| {
            let node = model.find(from).ok_or(io::ErrorKind::NotFound)?;
            let ((folder, from), (same, to)) = (model.split(from)?, model.split(to)?);
            assert_eq!(folder, same);
            model.change(folder, Change::Rename(from, to, node));
            Ok(())
        })
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|model| {
            let (parent, name) = model.split(path)?;
            if !model.folders[parent].now.contains_key(&name) {
                model.folders.push(Folder::default());
                let node = Node::Folder(model.folders.len() - 1);
                model.change(parent, Change::Put(name, node));
            }
            Ok(())
        })
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut model = self.model();
        let Ok(folder) = model.folder(path) else { return Ok(()) };
        // Its files go one by one.
        let names: Vec<_> = model.folders[folder].now.keys().cloned().collect();
        for name in names {
            model.step(|model| {
                model.change(folder, Change::Remove(name));
                Ok(())
            })?;
        }
        model.step(|model| {
            let (parent, name) = model.split(path)?;
            model.change(parent, Change::Remove(name));
            Ok(())
        })
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step(|model| {
            let folder = model.folder(path)?;
            model.folders[folder].synced = model.folders[folder].now.clone();
            model.folders[folder].changes.clear();
            Ok(())
        })
    }
}
