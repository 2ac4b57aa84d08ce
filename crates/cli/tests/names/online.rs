//! `audit --online`: what has become of a proof, and evidence that somebody made up.

use std::fs;

use erratum::record::{Id, NameProof, Operator, ProofMethod, Time};

use crate::internet::line;
use crate::support::texts::letter;
use crate::world::{NORTH, Online};

#[test]
fn a_name_hijacked_for_an_hour_is_told() {
    let online = Online::open(100);
    // Whoever had the name's DNS for an hour.
    let id = online.proven(NORTH);
    online.issue(NORTH, "letters/1", &letter());
    online.audit().exit(0).says(&format!("{NORTH}, proven by dns ")).says(": still there");
    // The owner is back.
    online.dns.withdraw(NORTH);
    online.audit().exit(0).says(": gone: the name publishes nothing now");
    online.dns.publish(NORTH, &[&line(&"33".repeat(32), None)]);
    let changed = format!(": changed: it publishes the keys 33333333 now, and not {}", &id[..8]);
    online.audit().exit(0).says(&changed);
    online.dns.republish(NORTH, &line(&id, Some("ministry.example")));
    online.audit().exit(0).says(": other superior: ministry.example now, and not none");
    online.dns.republish(NORTH, "erratum/v1 nonsense");
    online.audit().exit(0).says(&format!(": gone: what {NORTH} publishes proves nothing: "));
    online.dns.fail(true);
    online.audit().exit(0).says(&format!(": not compared: {NORTH} could not be asked: "));
    // What the reader was told all the time.
    online.world.check(&letter()).says(&format!("{NORTH} was proven less than 14 days ago, on "));
}

#[test]
fn evidence_that_the_operator_made_up_is_a_lie() {
    let online = Online::open(100);
    let id = online.proven(NORTH);
    let opened = online.world.opened();
    let evidence = (0..opened.log().size()).find_map(|entry| opened.blob(entry, "evidence").unwrap());
    let evidence = evidence.unwrap();
    let key = online.world.folder().join("operator/log.key");
    let check = Box::new(erratum::check_statement);
    let (mut operator, _) =
        Operator::open(&online.world.record(), &key, Box::new(Time::now), check).unwrap();
    let proof = |method| NameProof {
        name: NORTH.parse().unwrap(),
        keys: id.parse().unwrap(),
        method,
        superior: None,
    };
    let other = NameProof { keys: Id::of(b"other"), ..proof(ProofMethod::Dns) };
    let entry = operator.prove(&other, &evidence, [1; 32]).unwrap();
    let signed = evidence.replace("method dns", "method dnssec");
    operator.prove(&proof(ProofMethod::Dnssec), &signed, [2; 32]).unwrap();
    drop(operator);
    online
        .audit()
        .exit(1)
        .says(&format!(
            "FALSE   the evidence that {NORTH} was proven, entry {entry}: published in it is: erratum/v1 keys={id}"
        ))
        .says(&format!(
            "FALSE   the evidence that {NORTH} was proven, entry {}: _erratum.{NORTH}. is not signed",
            entry + 1
        ));
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let online = Online::open(100);
    let settings = online.world.folder().join("names.toml");
    fs::write(&settings, "resolver = \"nowhere\"\n").unwrap();
    let refused = online.audit().exit(2);
    assert!(refused.stderr().starts_with("erratum: names.toml: "), "{}", refused.stderr());
}
