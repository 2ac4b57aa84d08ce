//! The map against a plain one, with damage, on disk and in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::label::Key;
use super::tree::tests::{hex, key, model_root};
use super::*;
use crate::log::LogErrorKind;

type Model = BTreeMap<Key, Vec<u8>>;

/// Extends both, and checks that they agree.
fn extend(map: &Map, model: &mut Model, folder: Option<&Path>, covers: u64, changes: Model) -> Map {
    let changes: Vec<_> = changes.into_iter().collect();
    let next = map.extend(folder, covers, &changes).unwrap();
    model.extend(changes);
    // The plain root of a large map takes long; it is made now and then.
    if model.len() < 2000 || covers % 4 == 1 {
        assert_eq!(hex(&next.root()), hex(&model_root(model)));
    }
    assert_eq!((next.len(), next.covers(), next.entry()), (model.len() as u64, covers, None));
    next
}

/// Everything that the map says, present and absent.
fn check(map: &Map, model: &Model, absent: &[Key]) {
    let scanned: Result<Model, _> =
        map.scan().map(|pair| pair.map(|(key, value)| (key, value.to_vec()))).collect();
    assert_eq!(&scanned.unwrap(), model);
    map.check().unwrap();
    for (key, value) in model {
        assert_eq!(map.get(key).unwrap(), Some(value.as_slice()));
        let proof = map.prove(key).unwrap();
        proof.check(&map.root(), key, Some(&hash_value(value))).unwrap();
        assert_eq!(MapProof::parse(&proof.to_string()).unwrap(), proof);
        for other in [None, Some(&hash_value(b"something else"))] {
            let error = proof.check(&map.root(), key, other).unwrap_err();
            assert_eq!(error.kind(), LogErrorKind::Unproven);
        }
    }
    for key in absent.iter().filter(|key| !model.contains_key(*key)) {
        assert_eq!(map.get(key).unwrap(), None);
        let proof = map.prove(key).unwrap();
        proof.check(&map.root(), key, None).unwrap();
        assert!(proof.check(&map.root(), key, Some(&hash_value(b""))).is_err());
        // It proves that for its own gap and nowhere else.
        for present in model.keys() {
            assert!(proof.check(&map.root(), present, None).is_err());
        }
    }
}

fn facts(keys: std::ops::Range<usize>, say: &str) -> Model {
    keys.map(|i| (key(i), format!("{say} {i}").into_bytes())).collect()
}

#[test]
fn the_empty_map_has_nothing_and_proves_it() {
    let map = Map::empty();
    assert_eq!(hex(&map.root()), "e60055537d90faaccb2be51f744b9b4a759ff758c1fe1f361d773294dae4f03f");
    assert!(map.is_empty());
    check(&map, &Model::new(), &[key(0)]);
    assert_eq!(map.prove(&key(0)).unwrap().to_string(), "empty\n");
    assert!(map.get(&key(0)).unwrap().is_none());
}

#[test]
fn every_size_up_to_two_hundred_grows_one_by_one() {
    let (mut map, mut model) = (Map::empty(), Model::new());
    for i in 0..200 {
        map = extend(&map, &mut model, None, i as u64, facts(i..i + 1, "fact"));
        if i % 20 < 3 {
            check(&map, &model, &[key(1000), key(1001), key(1002)]);
        }
    }
    assert_eq!(hex(&map.root()), hex(&model_root(&facts(0..200, "fact"))));
}

/// The same tree as torchwood's, and its very proofs: what each sibling commits to, hashed, is what
/// `filippo.io/torchwood/prefix` v0.9.0 gives for `Lookup` of keys 3 and 9 among the first 8.
#[test]
fn proofs_are_those_of_torchwood() {
    let map =
        Map::empty().extend(None, 8, &facts(0..8, "fact").into_iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(hex(&map.root()), "5016050023c345982f1df6e711021055d9110b474296ffd37cc6a790f6f9d4f3");
    let shared = [
        (5, "84289940f1bd48a46017dd5cb5b658e1ed3f85c9b253e1f78fa990bede4de0a2"),
        (256, "f9cf3fc7e5901ab4cc7e6d943f6d6e8ec7550a0be5e112c6f635086b6a876210"),
        (1, "8419a4a2833c9fe5b69d6597db415afd0cc5cfd2679bdcfc645a8e2ef89fbd0a"),
    ];
    let first = (256, "2aa11917ea99b6f4f94af26a6865148cebb211a024a83d59c38eb51011d7124f");
    let second = (256, "ca7b2cfb4c6bc97fb1534bd5c39e4066f28ef22b873015fc09b3731032e8a5b5");
    for (i, own) in [(3, vec![first]), (9, vec![first, second])] {
        let known: Vec<_> = own.into_iter().chain(shared).collect();
        let proof = map.prove(&key(i)).unwrap();
        let hashed: Vec<_> = proof.siblings().iter().map(hashed).collect();
        let known: Vec<_> = known.iter().map(|(bits, hash)| (*bits, (*hash).to_owned())).collect();
        assert_eq!(hashed, known, "{i}");
    }
}

fn hashed(sibling: &Sibling) -> (u16, String) {
    match sibling {
        Sibling::Empty => (0, hex(tree::empty_hash())),
        Sibling::Node(label, value) => (label.bits(), hex(&tree::node(label, value))),
    }
}

/// A false proof by which torchwood's verifier takes key 3 for absent: its own leaf under a label that
/// differs in the last bit, with the true siblings.
#[test]
fn a_present_key_cannot_be_proven_absent_by_a_false_label() {
    let map =
        Map::empty().extend(None, 8, &facts(0..8, "fact").into_iter().collect::<Vec<_>>()).unwrap();
    let mut near = key(3);
    near[31] ^= 1;
    let mut proof = map.prove(&key(3)).unwrap();
    let value = hash_value(b"fact 3");
    proof.siblings.insert(0, Sibling::Node(Label::new(256, near).unwrap(), value));
    let error = proof.check(&map.root(), &key(3), None).unwrap_err();
    assert_eq!(error.to_string(), "map proof: does not lead to the root");
    proof.siblings[0] = Sibling::Node(Label::new(256, key(3)).unwrap(), value);
    let error = proof.check(&map.root(), &key(3), None).unwrap_err();
    assert_eq!(error.to_string(), "map proof: shows no gap at the key");
    // What the same nodes do prove is that the key beside it is not there.
    proof.check(&map.root(), &near, None).unwrap();
}

/// A key that shares the first `bits` bits with the key of all ones and then differs.
fn deep(bits: usize) -> Key {
    let mut key = [0xff; 32];
    key[bits / 8] ^= 0x80 >> (bits % 8);
    key
}

#[test]
fn keys_that_share_long_prefixes() {
    let (mut map, mut model) = (Map::empty(), Model::new());
    let all: Vec<Key> = (0..256).map(deep).collect();
    for some in all.chunks(37) {
        let changes =
            some.iter().filter(|key| key[31] != 0xfe).map(|key| (*key, key.to_vec())).collect();
        map = extend(&map, &mut model, None, 1, changes);
    }
    check(&map, &model, &[[0xff; 32], [0; 32], deep(255), deep(0)]);
    let longest = map.prove(&deep(254)).unwrap();
    assert_eq!(longest.siblings().len(), 254);
    let longer = extend(&map, &mut model, None, 1, [([0xff; 32], vec![]), (deep(255), vec![])].into());
    assert_eq!(longer.prove(&deep(255)).unwrap().siblings().len(), 256);
    let mut absent = deep(128);
    absent[31] ^= 1;
    check(&longer, &model, &[absent, [0; 32]]);
}

#[test]
fn one_sided_maps_prove_the_other_side_empty() {
    for side in [0, 0x80] {
        let changes: Model =
            (0..40).map(|i| (key(i), vec![i as u8])).filter(|(key, _)| key[0] & 0x80 == side).collect();
        let mut model = Model::new();
        let map = extend(&Map::empty(), &mut model, None, 1, changes);
        let absent: Vec<_> = (40..80).map(key).collect();
        check(&map, &model, &absent);
        let other = absent.iter().find(|key| key[0] & 0x80 != side).unwrap();
        assert_eq!(map.prove(other).unwrap().siblings()[0], Sibling::Empty);
    }
}

#[test]
fn values_may_be_empty_and_large() {
    let mut model = Model::new();
    let changes = [(key(0), vec![]), (key(1), vec![7; 3 << 20]), (key(2), vec![0])];
    let map = extend(&Map::empty(), &mut model, None, 1, changes.into());
    check(&map, &model, &[key(3)]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut pairs = vec![(key(0), "a"), (key(1), "b")];
    pairs.sort();
    let memory = Map::empty().extend(None, 1, &pairs).unwrap();
    let said = |result: Result<Map, LogError>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), LogErrorKind::Invalid);
        error.to_string()
    };
    let order = "map: changes that are not in ascending order of their keys";
    let unsorted: Vec<_> = pairs.iter().rev().copied().collect();
    assert_eq!(said(memory.extend(None, 2, &unsorted)), order);
    assert_eq!(said(memory.extend(None, 2, &[pairs[0], pairs[0]])), order);
    let mixed = "map: one part in memory and another on disk";
    assert_eq!(said(memory.extend(Some(folder.path()), 2, &pairs)), mixed);
    assert_eq!(
        said(memory.clone().publish(folder.path(), 1).map(|()| memory.clone())),
        "map: in memory, and cannot be published"
    );
    let same = memory.extend::<&str>(None, 9, &[]).unwrap();
    assert_eq!((same.root(), same.covers()), (memory.root(), 9));
    let disk = Map::empty().extend(Some(folder.path()), 1, &pairs).unwrap();
    assert_eq!(said(disk.extend(None, 2, &pairs)), mixed);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn epochs_on_disk_are_found_again_and_old_ones_swept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = &folder.path().join("map");
    assert!(Map::open(folder).unwrap().is_none());
    let (mut map, mut model) = (Map::empty(), Model::new());
    // The first layer is larger than what is always merged.
    let mut first = 6000;
    for epoch in 0..12_u64 {
        let n = epoch as usize;
        let mut changes = facts(n * 10_000..n * 10_000 + first, "fact");
        changes.extend(facts(3 * n..3 * n + 5, "changed"));
        map = extend(&map, &mut model, Some(folder), 100 + epoch, changes);
        assert!(Map::open(folder).unwrap().is_none_or(|old| old.root() != map.root()));
        fs::write(folder.join(".000001.layer.groups.tmp"), "left by a crash").unwrap();
        fs::write(folder.join(".000099.layer.tmp"), "in the making").unwrap();
        map.publish(folder, 200 + epoch).unwrap();
        let opened = Map::open(folder).unwrap().unwrap();
        assert_eq!((opened.root(), opened.covers()), (map.root(), 100 + epoch));
        assert_eq!((opened.entry(), opened.len()), (Some(200 + epoch), map.len()));
        assert_eq!(names(folder).iter().filter(|name| name.ends_with(".tmp")).count(), 1);
        fs::remove_file(folder.join(".000099.layer.tmp")).unwrap();
        map = opened;
        first = 700;
    }
    assert_eq!(
        names(folder),
        ["000001.layer", "000007.layer", "000011.layer", "000012.layer", "current"].map(String::from)
    );
    let some = model.iter().step_by(97).map(|(key, value)| (*key, value.clone())).collect::<Model>();
    for (key, value) in &some {
        assert_eq!(map.get(key).unwrap(), Some(value.as_slice()));
        map.prove(key).unwrap();
    }
    assert_eq!(map.scan().map(Result::unwrap).count(), model.len());
}

#[test]
fn a_reader_keeps_its_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new();
    let mut map = extend(&Map::empty(), &mut model, Some(folder.path()), 1, facts(0..500, "old"));
    map.publish(folder.path(), 1).unwrap();
    let current = fs::read(folder.path().join("current")).unwrap();
    let (reader, old) = (Map::open(folder.path()).unwrap().unwrap(), model.clone());
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| (0..3).for_each(|_| check(&reader, &old, &[key(9999)])));
        for epoch in 2..6 {
            let next = extend(
                &map,
                &mut model,
                Some(folder.path()),
                epoch,
                facts(100..400, &epoch.to_string()),
            );
            map = next;
            map.publish(folder.path(), epoch).unwrap();
            if epoch == 2 {
                // Who read `current` before it was replaced still finds its files.
                let late = tempfile::tempdir_in(folder.path()).unwrap();
                for name in names(folder.path()).iter().filter(|name| name.ends_with(".layer")) {
                    fs::hard_link(folder.path().join(name), late.path().join(name)).unwrap();
                }
                fs::write(late.path().join("current"), &current).unwrap();
                assert_eq!(Map::open(late.path()).unwrap().unwrap().root(), reader.root());
            }
        }
        reading.join().unwrap();
    });
    check(&map, &model, &[]);
}

#[test]
fn a_forged_layer_that_is_sound_in_itself_is_refused() {
    let [folder, other] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let write = |folder: &Path, model: &Model| {
        let changes: Vec<_> = model.clone().into_iter().collect();
        Map::empty().extend(Some(folder), 1, &changes).unwrap().publish(folder, 1).unwrap();
        fs::read(folder.join("000001.layer")).unwrap()
    };
    let mut model = facts(0..100, "fact");
    let right = write(folder.path(), &model);
    model.insert(key(7), b"lies 7".to_vec());
    let lying = write(other.path(), &model);
    // The two slots of level 1 stand last, and lead to the root.
    let (lies, top) = (&lying[..lying.len() - 72], &right[right.len() - 72..]);
    fs::write(folder.path().join("000001.layer"), [lies, top].concat()).unwrap();
    let mut forged = Map::open(folder.path()).unwrap().unwrap();
    assert_eq!(forged.get(&key(7)).unwrap_err().kind(), LogErrorKind::Damaged);
    let error = forged.scan().last().unwrap().unwrap_err().to_string();
    assert!(error.ends_with("000001.layer: does not lead to the root of its map"), "{error}");
    forged.trust();
    assert_eq!(forged.get(&key(7)).unwrap(), Some(b"lies 7".as_slice()));
}

type Files = Vec<(String, Vec<u8>)>;

/// An epoch of two layers: its files, what is in it, and the same in memory.
static WRITTEN: LazyLock<(Files, Model, Map)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (mut map, mut model) = (Map::empty(), Model::new());
    map = extend(&map, &mut model, Some(folder.path()), 1, facts(0..5000, "fact"));
    map = extend(&map, &mut model, Some(folder.path()), 2, facts(100..130, "changed"));
    assert_eq!(map.layers.all.len(), 2);
    map.publish(folder.path(), 3).unwrap();
    let read = |name: String| (name.clone(), fs::read(folder.path().join(name)).unwrap());
    let files = names(folder.path()).into_iter().map(read).collect();
    let memory = extend(&Map::empty(), &mut Model::new(), None, 2, model.clone());
    (files, model, memory)
});

/// Asks for a few keys in every way: each answer is right or an error that names a file of the folder.
fn only_errors_or_right_answers(folder: &Path, seed: usize) -> usize {
    let (_, model, sound) = &*WRITTEN;
    let mut errors = 0;
    let mut failed = |error: LogError| {
        let text = error.to_string();
        assert!(matches!(error.kind(), LogErrorKind::Damaged | LogErrorKind::Missing), "{text}");
        assert!(text.starts_with(&folder.display().to_string()), "{text}");
        errors += 1;
    };
    let map = match Map::open(folder) {
        Ok(map) => map.unwrap(),
        Err(error) => {
            failed(error);
            return 1;
        }
    };
    assert_eq!(map.root(), sound.root());
    for i in (0..40).map(|i| (seed + i * 131) % 5100).chain(100..130) {
        match map.get(&key(i)) {
            Ok(value) => assert_eq!(value, model.get(&key(i)).map(Vec::as_slice), "{i}"),
            Err(error) => failed(error),
        }
        if let Err(error) = map.prove(&key(i)) {
            failed(error);
        }
    }
    for pair in map.scan() {
        match pair {
            Ok((key, value)) => assert_eq!(model.get(&key).map(Vec::as_slice), Some(value)),
            Err(error) => failed(error),
        }
    }
    // A change is refused, or leads where it leads from the undamaged map.
    let change = [(key(seed % 5100), "x")];
    match map.extend(Some(folder), 9, &change) {
        Ok(next) => assert_eq!(next.root(), sound.extend(None, 9, &change).unwrap().root()),
        Err(error) => failed(error),
    }
    errors
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn damage_is_an_error_and_never_a_wrong_answer(
        file in 0_usize..3, place in any::<proptest::sample::Index>(), bit in 0..8, cut in prop::bool::weighted(0.1)) {
        let folder = tempfile::tempdir().unwrap();
        let mut files = WRITTEN.0.clone();
        let bytes = &mut files[file].1;
        let at = place.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1_u8 << bit;
        }
        for (name, bytes) in &files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let errors = only_errors_or_right_answers(folder.path(), at);
        if cut {
            prop_assert_eq!(errors, 1);
        }
    }

    #[test]
    fn histories_agree_with_a_plain_map(
        epochs in prop::collection::vec((0_usize..300, 1_usize..60, prop::bool::ANY), 1..12)) {
        let folder = tempfile::tempdir().unwrap();
        let (mut map, mut model) = (Map::empty(), Model::new());
        for (epoch, (start, many, reopen)) in epochs.into_iter().enumerate() {
            let changes = facts(start..start + many, &epoch.to_string());
            map = extend(&map, &mut model, Some(folder.path()), epoch as u64, changes);
            map.publish(folder.path(), epoch as u64).unwrap();
            if reopen {
                map = Map::open(folder.path()).unwrap().unwrap();
            }
        }
        check(&map, &model, &[key(400), key(401), key(402)]);
    }

    #[test]
    fn close_keys_agree_with_a_plain_map(
        epochs in prop::collection::vec(prop::collection::vec((0_usize..256, 0_u8..8), 1..20), 1..6)) {
        let (mut map, mut model) = (Map::empty(), Model::new());
        for epoch in epochs {
            let changes = epoch.into_iter().map(|(bits, last)| {
                let mut key = deep(bits);
                key[31] ^= last;
                (key, vec![last])
            });
            map = extend(&map, &mut model, None, 1, changes.collect());
        }
        check(&map, &model, &[[0xff; 32], [0; 32], deep(100), deep(255)]);
    }
}

/// Layers above the size that is always merged, so that several stay beside each other.
#[test]
fn merges_and_deeper_trees() {
    let folder = tempfile::tempdir().unwrap();
    let (mut map, mut model) = (Map::empty(), Model::new());
    let (mut depths, mut most) = (Vec::new(), 0);
    for epoch in 0..14_usize {
        let many = if epoch == 0 { 20_000 } else { 4500 };
        let start = epoch * 4000;
        map = extend(
            &map,
            &mut model,
            Some(folder.path()),
            epoch as u64,
            facts(start..start + many, &epoch.to_string()),
        );
        map.publish(folder.path(), 1).unwrap();
        depths.push(map.layers.depth);
        most = most.max(map.layers.all.len());
    }
    assert_eq!((depths.first(), depths.last(), most), (Some(&12), Some(&13), 4));
    for i in (0..80_000).step_by(1009) {
        assert_eq!(map.get(&key(i)).unwrap(), model.get(&key(i)).map(Vec::as_slice), "{i}");
        map.prove(&key(i)).unwrap();
    }
    assert!(map.scan().map(Result::unwrap).map(|(key, value)| (key, value.to_vec())).eq(model));
}
