//! Our checkpoints, cosigned by witnesses that are not ours.

use std::fs;
use std::time::Duration;

use erratum_record::{NotWitnessed, TlogPolicy};
use erratum_remote::{Asked, WitnessMemory, ask_witnesses};

use crate::litewitness::Litewitness;
use crate::ours::Ours;
use crate::programs::interop;

/// How long the witnesses have; far more than they need.
const LIMIT: Duration = Duration::from_secs(30);

/// A policy that wants both witnesses, or all there are.
fn policy(ours: &Ours, witnesses: &[&Litewitness]) -> TlogPolicy {
    let mut text = format!("log {}\n", ours.vkey());
    for (number, witness) in witnesses.iter().enumerate() {
        text += &format!("witness w{number} {} {}\n", witness.vkey(), witness.url());
    }
    let names: String = (0..witnesses.len()).map(|number| format!(" w{number}")).collect();
    text += &format!("group all all{names}\nquorum all\n");
    TlogPolicy::parse(text.as_bytes()).unwrap()
}

fn ask(ours: &Ours, policy: &TlogPolicy, memory: &mut WitnessMemory) -> Asked {
    ask_witnesses(&ours.log(), &ours.key(), policy, memory, LIMIT).unwrap()
}

/// Has our policy and Go verify what all witnesses cosigned.
#[track_caller]
fn check(ours: &Ours, policy: &TlogPolicy, witnesses: &[&Litewitness], asked: &Asked) {
    assert_eq!(asked.silent, []);
    let witnessed = policy.check(&asked.checkpoint).unwrap();
    assert_eq!(witnessed.checkpoint, *ours.log().checkpoint());
    assert_eq!(witnessed.time, asked.cosigned.iter().map(|(_, time)| *time).min());
    let path = ours.path("cosigned");
    fs::write(&path, &asked.checkpoint).unwrap();
    let vkey = ours.vkey();
    let mut args = vec!["cosigned", path.to_str().unwrap(), &vkey];
    args.extend(witnesses.iter().map(|witness| witness.vkey()));
    let said = interop(&args, "");
    assert_eq!(said.lines().count(), witnesses.len(), "{said}");
    let start = format!("cosigned size {} by witness.example/", ours.log().size());
    assert!(said.lines().all(|line| line.starts_with(&start)), "{said}");
    for (_, time) in &asked.cosigned {
        assert!(said.contains(&format!(" at {}\n", time.millis() / 1000)), "{said}");
    }
}

#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn two_witnesses_cosign_our_log_as_it_grows() {
    let witnesses = ["one", "two"].map(|name| Litewitness::start(&format!("witness.example/{name}")));
    let witnesses = [&witnesses[0], &witnesses[1]];
    let mut ours = Ours::new();
    let policy = policy(&ours, &witnesses);
    let mut memory = WitnessMemory::open(&ours.path("witnesses"));

    ours.grow(3);
    witnesses[0].admit(&ours.vkey());
    let asked = ask(&ours, &policy, &mut memory);
    assert_eq!(asked.cosigned.len(), 1);
    assert_eq!(asked.silent, [("w1".to_owned(), "it does not know this log (404)".to_owned())]);
    let error = policy.check(&asked.checkpoint).unwrap_err();
    assert!(matches!(error, NotWitnessed::Quorum { .. }), "{error}");

    witnesses[1].admit(&ours.vkey());
    for size in [4, 256, 600] {
        ours.grow(size);
        check(&ours, &policy, &witnesses, &ask(&ours, &policy, &mut memory));
    }
    // The same checkpoint again is cosigned again.
    check(&ours, &policy, &witnesses, &ask(&ours, &policy, &mut memory));

    // A writer that forgot how far the witnesses are learns it from them.
    ours.grow(601);
    let mut nothing = WitnessMemory::open(&ours.path("forgotten"));
    check(&ours, &policy, &witnesses, &ask(&ours, &policy, &mut nothing));
}

/// A log that shows the witness another history gets no cosignature for it, at no size.
#[test]
#[ignore = "needs the Go programs that scripts/test builds"]
fn a_witness_refuses_a_fork() {
    let witness = Litewitness::start("witness.example/one");
    let (mut one, mut other) = (Ours::new(), Ours::new());
    let policy = policy(&one, &[&witness]);
    let mut memory = WitnessMemory::open(&one.path("witnesses"));
    one.grow(4);
    witness.admit(&one.vkey());
    check(&one, &policy, &[&witness], &ask(&one, &policy, &mut memory));

    let refused = |other: &Ours, memory: &mut WitnessMemory, why: &str| {
        let asked = ask(other, &policy, memory);
        assert_eq!(asked.cosigned, []);
        assert_eq!(asked.silent, [("w0".to_owned(), why.to_owned())]);
        asked.ahead.map(|(size, _)| size)
    };
    other.append("another history");
    let behind = "it has cosigned 4 entries, and this log has 1";
    let nothing = || WitnessMemory::open(&other.path("nothing"));
    assert_eq!(refused(&other, &mut nothing(), behind), Some(4));
    let mut nothing = nothing();
    other.grow(4);
    refused(&other, &mut memory, "it says that the consistency proof is false (422)");
    other.grow(6);
    refused(&other, &mut memory, "it says that the consistency proof is false (422)");
    refused(&other, &mut nothing, "it says that the consistency proof is false (422)");
}
