//! An operator who lies, and who catches it. It holds the log key, so every file here is well-formed and
//! signed; each test tells one lie.
//!
//! - `histories`: what was logged: dropped, reordered, dated back, told twice, rolled back.
//! - `derived`: what is made of the log: the map, the index, slips, blobs.
//! - `pages`: what the public pages say.
//! - `witnesses`: what others are said to have seen.
//!
//! An `audit` proves that the derived follows from the log, and that the log keeps the promises made in it.
//! A log told anew from its beginning breaks none: who catches it is whoever remembers what was shown.

mod derived;
mod histories;
mod pages;
mod witnesses;

use std::sync::Arc;

use erratum::record::{LocalStore, Name, Statement};
use erratum_remote::{Monitor, RemoteError, mirror};

use crate::support::liar::{Folder, Liar, Told};
use crate::support::texts::letter;
use crate::support::{Outcome, World};

const COMMAND: &str = "command.example";
const MINISTRY: &str = "ministry.example";
const NAME: &str = "command.example/letters/1";

/// A record with one letter, which stands.
fn issued() -> World {
    let world = World::with_command_and_ministry();
    world.issue(COMMAND, "letters/1", &letter());
    world
}

/// A record with one letter, of which the ministry warned.
fn warned() -> World {
    let world = issued();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    world
}

/// The place of what a speaker said last.
#[track_caller]
fn last_of(told: &[Told], speaker: &str) -> usize {
    let name: Name = speaker.parse().unwrap();
    let own = |statement: &Statement| statement.speaker() == Some(&name);
    told.iter().rposition(|told| own(&told.entry.statement)).unwrap()
}

/// Both audits, by the key that the record names and by the pinned one, end with this status.
#[track_caller]
fn audits(world: &World, status: i32) -> Outcome {
    let key = Liar(world).key().verifier().to_string();
    let pinned = world.erratum(&["audit", "record", "--key", &key]).exit(status);
    let unpinned = world.erratum(&["audit", "record"]).exit(status);
    let without_key =
        |outcome: &Outcome| outcome.stdout().split("; log key ").next().unwrap_or_default().to_owned();
    assert_eq!(without_key(&pinned), without_key(&unpinned));
    unpinned
}

/// Both audits find the record sound.
#[track_caller]
fn sound(world: &World) {
    audits(world, 0).headline("SOUND");
}

/// Both audits find this lie.
#[track_caller]
fn caught(world: &World, lie: &str) -> Outcome {
    audits(world, 1).says(lie)
}

/// Somebody watches the record, and has a mirror of it.
fn watched(world: &World) {
    let mut monitor = Monitor::open(&world.folder().join("state"), &[]).unwrap();
    let seen = monitor.look(Arc::new(LocalStore::new(world.record())), None).unwrap();
    monitor.remember(&seen).unwrap();
    mirror(Arc::new(Folder(world.record())), &world.folder().join("copy"), None).unwrap();
}

/// The watcher and the mirror find that the record is not what it was, and say so in these words.
#[track_caller]
fn watchers_see(world: &World, watcher: &str, copier: &str) {
    // A watch ends only with a lie: first make sure that there is one.
    let monitor = Monitor::open(&world.folder().join("state"), &[]).unwrap();
    let looked = monitor.look(Arc::new(LocalStore::new(world.record())), None);
    assert!(looked.is_err(), "the watcher sees nothing");
    world
        .erratum(&["audit", "record", "--follow", "--state", "state"])
        .exit(1)
        .headline("FALSE")
        .says(&format!("{watcher}; both checkpoints are kept in "));
    let copied = mirror(Arc::new(Folder(world.record())), &world.folder().join("copy"), None);
    let why = match copied {
        Ok(_) | Err(RemoteError::Log(_)) => panic!("the mirror sees nothing: {copied:?}"),
        Err(lie) => lie.to_string(),
    };
    assert!(why.starts_with(&format!("{copier}; both checkpoints are kept in ")), "{why}");
    // The copy is still what it was.
    world.erratum(&["audit", "copy"]).exit(0).headline("SOUND");
}
