//! Copies of records.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use erratum_record::{Id, LogErrorKind, Map, Signer, check_consistency};
use erratum_remote::{Evidence, Http, Mirrored, RemoteError, mirror};

use crate::http::impatient;
use crate::server::Server;
use crate::world::{Files, ORIGIN, World, digest, files, log_key, note, whole};

fn copy(world: &World, to: &Path) -> Result<Mirrored, RemoteError> {
    mirror(Arc::new(Files::of(&world.place())), to, Some(&log_key().verifier()))
}

fn error(result: Result<Mirrored, RemoteError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_copy_equals_its_record_byte_for_byte() {
    for size in [1, 2, 255, 256, 257, 700] {
        let mut world = World::new(1);
        if size > 1 {
            world.grow(size);
        }
        // The partial tiles of entry 0's own append are of no use to anyone.
        let to = tempfile::tempdir().unwrap();
        let done = copy(&world, &to.path().join("copy")).unwrap();
        assert_eq!((done.checkpoint.size(), done.before, done.missing.len()), (size, None, 0));
        let (mut own, copied) = (files(&world.place()), files(&to.path().join("copy")));
        let stale = ["tile/0/000.p/1", "tile/entries/000.p/1"];
        own.retain(|path, _| size == 1 || !stale.contains(&path.as_str()));
        assert_eq!(own.keys().collect::<Vec<_>>(), copied.keys().collect::<Vec<_>>());
        assert!(own == copied);
    }
}

#[test]
fn a_copy_over_http_grows_with_its_record() {
    let mut world = World::new(1);
    world.grow(20);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    let server = Server::of_folder(&world.place());
    let run = || mirror(Arc::new(Http::new(&server.url, impatient()).unwrap()), &folder, None);
    let first = run().unwrap();
    assert_eq!(first.key, log_key().verifier());
    for (before, size) in [(20, 30), (30, 256), (256, 520), (520, 520)] {
        if size > before {
            world.grow(size);
        }
        let asked = server.count();
        let done = run().unwrap();
        assert_eq!((done.before, done.checkpoint.size()), (Some(before), size));
        if size == before {
            // The lists, the checkpoint, and the tiles that the growth is checked with.
            assert!(server.count() - asked <= 6, "{:?}", &server.asked.lock().unwrap()[asked..]);
        }
        let log = whole(&folder, &log_key().verifier());
        assert_eq!(log.size(), size);
        let own = files(&world.place());
        let copied = files(&folder);
        assert!(copied.iter().all(|(path, bytes)| own.get(path) == Some(bytes)));
        let blobs = |all: &BTreeMap<String, Vec<u8>>| {
            all.keys().filter(|path| path.starts_with("blob")).cloned().collect::<Vec<_>>()
        };
        assert_eq!(blobs(&own), blobs(&copied));
    }
}

/// Interrupts a copy after every number of reads; whatever it leaves must be a record, or none yet, and go
/// on without fetching again what is there.
fn interrupt(world: &World, before: Option<&World>) {
    let key = log_key().verifier();
    let mut at = 0;
    loop {
        let to = tempfile::tempdir().unwrap();
        let folder = to.path().join("copy");
        if let Some(before) = before {
            copy(before, &folder).unwrap();
        }
        let mut source = Files::of(&world.place());
        source.fails_after = at;
        let interrupted = mirror(Arc::new(source), &folder, Some(&key)).is_err();
        if folder.join("checkpoint").exists() {
            let expected = if interrupted { before.map(World::size) } else { Some(world.size()) };
            assert_eq!(Some(whole(&folder, &key).size()), expected);
        }
        let there = files(&folder);
        let source = Arc::new(Files::of(&world.place()));
        let again = Arc::clone(&source);
        mirror(again, &folder, Some(&key)).unwrap();
        for path in source.asked.lock().unwrap().iter() {
            let lists = ["checkpoint", "map/current", "match/manifest"].contains(&path.as_str());
            // Tiles that tie the root to what is there are read from the source itself.
            let ties = path.starts_with("tile/") && !path.starts_with("tile/entries");
            assert!(lists || ties || !there.contains_key(path), "fetched again: {path}");
        }
        let own = files(&world.place());
        assert!(files(&folder).iter().all(|(path, bytes)| own.get(path) == Some(bytes)));
        assert_eq!(whole(&folder, &key).size(), world.size());
        if !interrupted {
            assert!(at > 4);
            return;
        }
        // Every place near the beginning, and then some.
        at += 1 + at / 4;
    }
}

#[test]
fn a_copy_that_is_interrupted_anywhere_goes_on() {
    let mut world = World::new(1);
    world.grow(262);
    interrupt(&world, None);
    let mut before = World::new(1);
    before.grow(20);
    interrupt(&world, Some(&before));
}

#[test]
fn no_changed_file_is_kept() {
    let mut world = World::new(1);
    world.grow(259);
    let good = files(&world.place());
    for path in good.keys().filter(|path| !path.ends_with(".p/1") || path.starts_with("blob")) {
        for cut in [false, true] {
            let mut source = Files::of(&world.place());
            let bytes = source.files.get_mut(path).unwrap();
            if cut {
                bytes.pop();
            } else {
                *bytes.last_mut().unwrap() ^= 1;
            }
            let to = tempfile::tempdir().unwrap();
            let folder = to.path().join("copy");
            let found = mirror(Arc::new(source), &folder, Some(&log_key().verifier()));
            let Err(RemoteError::Log(error)) = found else { panic!("{path}: taken though changed") };
            let kinds = [LogErrorKind::Damaged, LogErrorKind::Unsigned, LogErrorKind::Io];
            assert!(kinds.contains(&error.kind()), "{path}: {error}");
            let kept = files(&folder);
            let wrong = kept
                .iter()
                .find(|(name, bytes)| !name.ends_with(".tmp") && good.get(*name) != Some(bytes));
            assert_eq!(wrong.map(|(name, _)| name), None, "changed {path}");
            assert!(!folder.join("checkpoint").exists());
        }
    }
}

#[test]
fn what_is_damaged_in_an_unfinished_copy_is_fetched_again() {
    let mut world = World::new(1);
    world.grow(259);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    copy(&world, &folder).unwrap();
    let good = files(&folder);
    for path in good.keys().filter(|path| *path != "checkpoint") {
        fs::remove_file(folder.join("checkpoint")).unwrap();
        let mut bytes = good[path].clone();
        bytes[0] ^= 0xff;
        bytes.push(0);
        fs::write(folder.join(path), bytes).unwrap();
        copy(&world, &folder).unwrap();
        assert!(files(&folder) == good, "{path}");
    }
}

fn kept(evidence: &Evidence, known: &[u8], shown: &[u8]) {
    assert_eq!(fs::read(&evidence.known).unwrap(), known);
    assert_eq!(fs::read(&evidence.shown).unwrap(), shown);
}

#[test]
fn a_fork_is_refused_and_both_checkpoints_are_kept() {
    let (mut ours, mut theirs) = (World::new(1), World::new(2));
    ours.grow(300);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    copy(&ours, &folder).unwrap();
    let before = files(&folder);
    for size in [200, 300, 400] {
        theirs.grow(size);
        let Err(RemoteError::Fork(evidence)) = copy(&theirs, &folder) else { panic!("{size}: no fork") };
        kept(&evidence, ours.log().checkpoint_bytes(), theirs.log().checkpoint_bytes());
        assert!(files(&folder) == before);
        assert_eq!(evidence.proof.is_some(), size > 300);
        if let Some(proof) = &evidence.proof {
            let proof = fs::read_to_string(proof).unwrap();
            let mut lines = proof.lines();
            let root: Id =
                lines.next().unwrap().strip_prefix("erratum/v1 fork 300 ").unwrap().parse().unwrap();
            let hashes: Vec<[u8; 32]> = lines.map(|line| line.parse::<Id>().unwrap().0).collect();
            assert_ne!(root.0, ours.log().root());
            check_consistency(300, &root.0, 400, &theirs.log().root(), &hashes).unwrap();
        }
    }
    let text = error(copy(&theirs, &folder));
    assert!(
        text.starts_with(
            "the log at 400 entries is not the one that had 300; both checkpoints are kept in "
        ),
        "{text}"
    );
}

#[test]
fn a_record_that_went_back_is_refused() {
    let mut world = World::new(1);
    world.grow(120);
    let early = Files::of(&world.place());
    let known = world.log().checkpoint_bytes().to_vec();
    world.grow(300);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    copy(&world, &folder).unwrap();
    let back = mirror(Arc::new(early), &folder, None);
    let Err(RemoteError::Rollback(evidence)) = back else { panic!("no rollback") };
    kept(&evidence, world.log().checkpoint_bytes(), &known);
    assert_eq!(whole(&folder, &log_key().verifier()).size(), 300);
}

#[test]
fn the_key_is_the_one_given_or_the_one_known() {
    let mut world = World::new(1);
    world.grow(3);
    let to = tempfile::tempdir().unwrap();
    let other = Signer::from_seed(ORIGIN, &[8; 32]).unwrap().verifier();
    let wrong = mirror(Arc::new(Files::of(&world.place())), &to.path().join("copy"), Some(&other));
    assert_eq!(error(wrong), "checkpoint: not signed by record.example with the key expected");
    assert!(!to.path().join("copy/checkpoint").exists());
}

#[test]
fn a_withheld_blob_leaves_the_copy_and_a_hidden_one_is_named() {
    let mut world = World::new(1);
    world.grow(300);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    copy(&world, &folder).unwrap();
    // One of a complete range, one of the last.
    world.withhold(4, true);
    world.withhold(280, true);
    let done = copy(&world, &folder).unwrap();
    assert_eq!(done.missing, [0; 0]);
    assert_eq!(
        fs::read(folder.join("blob/000")).unwrap(),
        fs::read(world.place().join("blob/000")).unwrap()
    );
    assert!(!folder.join("blob/001.p/24").exists());
    // A fresh copy knows why they are not there, and which other one is not.
    world.withhold(7, false);
    let done = copy(&world, &to.path().join("another")).unwrap();
    assert_eq!(done.missing, [7]);
}

/// A record with an epoch: a map, an index and the statement that commits to both.
fn with_epoch(world: &mut World) -> (Vec<u8>, Vec<u8>) {
    let segment = b"a segment".to_vec();
    let covers = world.size();
    let manifest = format!(
        "erratum/v1 index\nlog {covers} {}\nsegment match/0.segment {} {}\n",
        Id(world.log().root()),
        segment.len(),
        digest(&segment)
    );
    let folder = world.place().join("map");
    let mut map = made_map(&folder, covers, "fact");
    let text = format!(
        "erratum/v1 record\nrecord {ORIGIN}\nmanifest {covers} {}\nmap {}\n",
        digest(manifest.as_bytes()),
        Id(map.root())
    );
    world.append(vec![(note(&log_key(), &text), None)]);
    map.publish(&folder, covers).unwrap();
    for (path, bytes) in [("match/0.segment", &segment[..]), ("match/manifest", manifest.as_bytes())] {
        fs::create_dir_all(world.place().join(path).parent().unwrap()).unwrap();
        fs::write(world.place().join(path), bytes).unwrap();
    }
    (fs::read(folder.join("current")).unwrap(), manifest.into_bytes())
}

/// A map of a hundred keys that says this of each.
fn made_map(folder: &Path, covers: u64, say: &str) -> Map {
    let mut facts: Vec<_> =
        (0..100).map(|n| (digest(format!("key {n}").as_bytes()).0, format!("{say} {n}"))).collect();
    facts.sort_unstable();
    Map::empty().extend(Some(folder), covers, &facts).unwrap()
}

#[test]
fn a_map_that_is_not_the_one_committed_to_is_not_kept() {
    let mut world = World::new(1);
    world.grow(40);
    with_epoch(&mut world);
    let [other, to] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    made_map(other.path(), 40, "lies");
    // Of the same keys and lengths, so that only the hashes tell; the slots above are those of the true one.
    let path = "map/000001.layer";
    let mut bytes = fs::read(world.place().join(path)).unwrap();
    let lie = fs::read(other.path().join("000001.layer")).unwrap();
    let slots = bytes.len() - 300..;
    assert_eq!((bytes.len(), &bytes[..300]), (lie.len(), &lie[..300]));
    let end = bytes[slots].to_vec();
    bytes = [&lie[..lie.len() - 300], &end].concat();
    let mut source = Files::of(&world.place());
    source.files.insert(path.to_owned(), bytes);
    let folder = to.path().join("copy");
    let why = error(mirror(Arc::new(source), &folder, None));
    assert!(why.contains("000001.layer: "), "{why}");
    assert!(!folder.join("checkpoint").exists());
    // What was false is fetched again from whoever has it right.
    assert_eq!(copy(&world, &folder).unwrap().map, Some(40));
    Map::open(&folder.join("map")).unwrap().unwrap().check().unwrap();
    // So is what was damaged in the copy itself.
    let mut damaged = fs::read(folder.join(path)).unwrap();
    damaged[400] ^= 1;
    fs::write(folder.join(path), damaged).unwrap();
    assert!(copy(&world, &folder).is_err());
    assert_eq!(copy(&world, &folder).unwrap().map, Some(40));
}

#[test]
fn saved_state_and_index_are_taken_over_if_the_log_commits_to_them() {
    let mut world = World::new(1);
    world.grow(40);
    with_epoch(&mut world);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    let done = copy(&world, &folder).unwrap();
    assert_eq!((done.map, done.index), (Some(40), Some(40)));
    let (own, copied) = (files(&world.place()), files(&folder));
    for path in ["map/000001.layer", "map/current", "match/0.segment", "match/manifest"] {
        assert_eq!(own[path], copied[path]);
    }
    interrupt(&world, None);
    // Once it is there it is not fetched again.
    let source = Arc::new(Files::of(&world.place()));
    mirror(Arc::clone(&source) as Arc<_>, &folder, None).unwrap();
    let asked = source.asked.lock().unwrap().clone();
    assert!(
        !asked.iter().any(|path| path.ends_with(".layer") || path.ends_with(".segment")),
        "{asked:?}"
    );
}

#[test]
fn a_list_that_names_what_it_may_not_is_refused() {
    let mut world = World::new(1);
    world.grow(40);
    let (current, manifest) = with_epoch(&mut world);
    let to = tempfile::tempdir().unwrap();
    let tried = |path: &str, bytes: Vec<u8>| {
        let mut source = Files::of(&world.place());
        source.files.insert(path.to_owned(), bytes);
        let _ = fs::remove_dir_all(to.path().join("copy"));
        mirror(Arc::new(source), &to.path().join("copy"), None)
    };
    let layer = fs::metadata(world.place().join("map/000001.layer")).unwrap().len();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let evil = text(&manifest).replace("match/0", "../outside");
    assert_eq!(
        error(tried("match/manifest", evil.into_bytes())),
        "match/manifest: ../outside.segment: not the path of a file of a record"
    );
    let lines = text(&current).replace("covers 40", "covers 39");
    let lines = &lines[..lines.rfind("sum ").unwrap()];
    let other = format!("{lines}sum {}\n", digest(lines.as_bytes()));
    assert_eq!(
        error(tried("map/current", other.into_bytes())),
        "map/current: entry 40 does not commit to its root"
    );
    let lines = text(&current).replace("entry 40", "entry 3");
    let lines = &lines[..lines.rfind("sum ").unwrap()];
    let other = format!("{lines}sum {}\n", digest(lines.as_bytes()));
    assert_eq!(
        error(tried("map/current", other.into_bytes())),
        "map/current: entry 3, which it names, is no statement of the operator"
    );
    assert_eq!(
        error(tried("match/0.segment", b"b segment".to_vec())),
        "match/0.segment: does not match its digest"
    );
    assert_eq!(
        error(tried("map/000001.layer", vec![7; 300])),
        format!("map/000001.layer: 300 bytes, expected {layer}")
    );
    assert!(!to.path().join("copy/checkpoint").exists());
    // An index of another epoch is left out, and the rest is taken.
    let done =
        tried("match/manifest", text(&manifest).replace("log 40", "log 39").into_bytes()).unwrap();
    assert_eq!((done.map, done.index), (Some(40), None));
    assert!(!to.path().join("outside.segment").exists());
}

#[test]
fn a_folder_is_written_by_one_and_only_where_it_is_a_mirror() {
    let world = World::new(1);
    let to = tempfile::tempdir().unwrap();
    let folder = to.path().join("copy");
    let lock = fs::File::create(to.path().join("copy.lock")).unwrap();
    lock.try_lock().unwrap();
    let busy = error(copy(&world, &folder));
    assert!(busy.ends_with("copy: another mirror is writing to it"), "{busy}");
    drop(lock);
    fs::write(folder.join("letter.txt"), "x").unwrap();
    let refused = error(copy(&world, &folder));
    assert!(refused.ends_with("copy: holds letter.txt and no checkpoint: not a mirror"), "{refused}");
    let empty = tempfile::tempdir().unwrap();
    let none = mirror(Arc::new(Files::of(empty.path())), &to.path().join("none"), None);
    assert_eq!(error(none), "checkpoint: missing: there is no record there");
}
