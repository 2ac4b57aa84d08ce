//! What a watcher of a record sees.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use erratum_record::{Id, LocalStore, Name, Signer, Store};
use erratum_remote::{Http, Monitor, Noticed, ReadStore, RemoteError};

use crate::http::impatient;
use crate::server::Server;
use crate::world::{ORIGIN, World, log_key, note, remark};

fn store(world: &World) -> Arc<dyn Store> {
    Arc::new(LocalStore::new(world.place()))
}

fn names(names: &[&str]) -> Vec<Name> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// One look by a monitor that is opened for it, as after a restart.
fn look(world: &World, state: &Path, watched: &[&str]) -> Result<Vec<Noticed>, RemoteError> {
    let mut monitor = Monitor::open(state, &names(watched)).map_err(RemoteError::Log)?;
    let seen = monitor.look(store(world), None)?;
    let mut found = Vec::new();
    monitor.notice::<RemoteError>(&seen, |noticed| {
        found.push(noticed);
        Ok(())
    })?;
    monitor.remember(&seen)?;
    Ok(found)
}

fn document(issuer: &str, path: &str) -> (Vec<u8>, Id) {
    let digest = "11".repeat(32);
    let text = format!(
        "erratum/v1 document\nrecord {ORIGIN}\nspeaker {issuer}\nname {issuer}/{path}\nword issued\ngenre letter\nlang en\nforms v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1\nsearch {digest}\ncomparison {digest}\ntitle 5 {digest}\ntext 5 {digest}\n"
    );
    let key = Signer::from_seed(&format!("{issuer}/press"), &[1; 32]).unwrap();
    (note(&key, &text), Id::of(text.as_bytes()))
}

#[test]
fn only_what_is_new_about_a_chosen_name_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut world = World::new(1);
    let (letter, id) = document("north.example", "letters/1");
    let (other, other_id) = document("other.example", "letters/1");
    world.append(vec![(letter, None), (other, None)]);
    assert_eq!(look(&world, &state, &["north.example"]).unwrap(), []);
    world.append(vec![
        remark("b.example", &id.to_string(), 3, 1),
        remark("b.example", &other_id.to_string(), 4, 1),
        remark("north.example", &other_id.to_string(), 5, 1),
    ]);
    let found = look(&world, &state, &["north.example"]).unwrap();
    let about: Vec<_> =
        found.iter().map(|n| (n.entry, n.document.as_ref().map(ToString::to_string))).collect();
    assert_eq!(about, [(3, Some("north.example/letters/1".to_owned())), (5, None)]);
    assert_eq!(look(&world, &state, &["north.example"]).unwrap(), []);
    // A name chosen later has documents from before.
    world.append(vec![remark("b.example", &other_id.to_string(), 6, 1)]);
    let found = look(&world, &state, &["other.example"]).unwrap();
    assert_eq!(found.iter().map(|n| n.entry).collect::<Vec<_>>(), [6]);
    let (letter, _) = document("other.example", "letters/2");
    world.append(vec![(letter, None)]);
    let found = look(&world, &state, &["other.example"]).unwrap();
    assert_eq!(found[0].document.as_ref().unwrap().to_string(), "other.example/letters/2");
}

#[test]
fn a_fork_and_a_rollback_are_reported_and_nothing_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let (mut ours, mut theirs) = (World::new(1), World::new(2));
    theirs.grow(100);
    ours.grow(300);
    look(&ours, &state, &[]).unwrap();
    let before = fs::read(&state).unwrap();
    let Err(RemoteError::Rollback(evidence)) = look(&theirs, &state, &[]) else { panic!("no rollback") };
    assert_eq!(fs::read(&evidence.shown).unwrap(), theirs.log().checkpoint_bytes());
    theirs.grow(301);
    let Err(RemoteError::Fork(evidence)) = look(&theirs, &state, &[]) else { panic!("no fork") };
    assert_eq!(fs::read(&evidence.known).unwrap(), ours.log().checkpoint_bytes());
    assert!(evidence.known.starts_with(folder.path().join("state.evidence")));
    assert_eq!(fs::read(&state).unwrap(), before);
}

#[test]
fn a_record_by_url_is_watched_and_its_key_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut world = World::new(1);
    let server = Server::of_folder(&world.place());
    let store: Arc<dyn Store> =
        Arc::new(ReadStore::new(Arc::new(Http::new(&server.url, impatient()).unwrap())));
    let mut monitor = Monitor::open(&state, &[]).unwrap();
    let seen = monitor.look(Arc::clone(&store), None).unwrap();
    assert_eq!((seen.before(), seen.checkpoint().size()), (None, 1));
    monitor.remember(&seen).unwrap();
    world.grow(5);
    let monitor = Monitor::open(&state, &[]).unwrap();
    assert_eq!(monitor.size(), Some(1));
    let seen = monitor.look(store, None).unwrap();
    assert_eq!((seen.before(), seen.key()), (Some(1), &log_key().verifier()));
}

#[test]
fn a_memory_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let world = World::new(1);
    look(&world, &state, &["a.example"]).unwrap();
    let good = fs::read_to_string(&state).unwrap();
    for bad in [
        good.replace("name a", "nam a"),
        good.replace("\n1\n", "\n2\n"),
        String::new(),
        good.replace("v1", "v2"),
    ] {
        fs::write(&state, bad).unwrap();
        let error = Monitor::open(&state, &[]).err().unwrap().to_string();
        assert!(error.ends_with("state: not the memory of a monitor"), "{error}");
    }
}
