//! The standing map, its roots and proofs judged by `filippo.io/torchwood/prefix`.

use std::collections::BTreeMap;
use std::fmt::Write;

use erratum_record::{Map, hash_value};
use sha2::{Digest, Sha256};

use crate::ours::hex;
use crate::programs::{interop, interop_refuses_input};

fn key(number: u64) -> [u8; 32] {
    Sha256::digest(format!("document {number}")).into()
}

/// What Torchwood shall check: the facts of each step, the root after it, and proofs under that root.
#[derive(Default)]
struct Script(String);

impl Script {
    fn facts(&mut self, facts: &[([u8; 32], Vec<u8>)]) {
        for (key, value) in facts {
            writeln!(self.0, "fact {} {}", hex(key), hex(&hash_value(value))).unwrap();
        }
    }

    fn root(&mut self, map: &Map) {
        writeln!(self.0, "root {}", hex(&map.root())).unwrap();
    }

    fn proof(&mut self, map: &Map, key: &[u8; 32]) {
        let claim = match map.get(key).unwrap() {
            Some(value) => format!("present {} {}", hex(key), hex(&hash_value(value))),
            None => format!("absent {}", hex(key)),
        };
        write!(self.0, "{claim}\n{}", map.prove(key).unwrap()).unwrap();
    }
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn every_epoch_has_torchwoods_root_and_its_proofs_verify() {
    let folder = tempfile::tempdir().unwrap();
    let (mut script, mut map, mut all) = (Script::default(), Map::empty(), BTreeMap::new());
    script.root(&map);
    script.proof(&map, &key(0));
    let (mut present, mut absent) = (0, 1);
    let steps = [0..1, 1..2, 0..3, 3..10, 5..100, 100..1_000, 900..5_000];
    for (step, numbers) in steps.into_iter().enumerate() {
        // Where the ranges overlap, a value takes the place of another.
        let facts: BTreeMap<_, _> = numbers
            .clone()
            .map(|number| (key(number), format!("fact {number} of step {step}").into_bytes()))
            .collect();
        let facts: Vec<_> = facts.into_iter().collect();
        map = map.extend(Some(folder.path()), step as u64 + 1, &facts).unwrap();
        map.publish(folder.path(), step as u64).unwrap();
        script.facts(&facts);
        script.root(&map);
        all.extend(facts);
        let every = numbers.end.div_ceil(200) as usize;
        for number in (0..numbers.end).step_by(every) {
            script.proof(&map, &key(number));
            script.proof(&map, &key(1_000_000 + number));
            present += 1;
            absent += 1;
        }
    }
    assert_eq!(map.len(), all.len() as u64);
    assert_eq!(
        interop(&["check-map"], &script.0),
        format!("checked 8 roots, {present} proofs of presence, {absent} of absence\n")
    );
}

/// The other's check has teeth: a proof for another value, or for a key that is there, is refused.
#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_false_proof_is_refused() {
    let mut facts: Vec<_> = (0..20).map(|number| (key(number), vec![number as u8])).collect();
    facts.sort_unstable();
    let map = Map::empty().extend(None, 1, &facts).unwrap();
    let mut script = Script::default();
    script.facts(&facts);
    script.root(&map);
    let proof = map.prove(&key(3)).unwrap();
    let claims = [
        (
            format!("present {} {}", hex(&key(3)), hex(&hash_value(&[4]))),
            "proof does not match root hash",
        ),
        (format!("absent {}", hex(&key(3))), "proof does not match root hash"),
    ];
    for (claim, why) in claims {
        let said = interop_refuses_input(&["check-map"], &format!("{}{claim}\n{proof}", script.0));
        assert!(said.contains(&claim) && said.contains(why), "{said}");
    }
}
