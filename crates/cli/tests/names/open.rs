//! Open records: what proves a name, and what does not.

use crate::internet::line;
use crate::support::World;
use crate::support::texts::{letter, other_letter};
use crate::world::{NORTH, Online};

#[test]
fn an_open_record_takes_a_name_that_publishes_its_keys() {
    let online = Online::open(100);
    let id = online.desk(NORTH, None);
    let nothing = format!(
        "waiting: {NORTH} publishes nothing: neither a TXT record _erratum.{NORTH} nor https://{NORTH}/.well-known/erratum.txt"
    );
    assert_eq!(online.told().last(), Some(&nothing));
    online.dns.publish(NORTH, &[&line(&id, None)]);
    let told = online.told();
    let proven = format!("{NORTH} is proven by dns: entry ");
    assert!(told.iter().any(|line| line.starts_with(&proven)), "{told:?}");
    let logged = format!("{}: entry ", &id[..8]);
    assert!(told.iter().any(|line| line.starts_with(&logged)), "{told:?}");
    online.issue(NORTH, "letters/1", &letter());
    let checked = online.world.check(&letter());
    checked
        .exit(0)
        .headline("THIS LETTER STANDS AS ISSUED")
        .says(&format!("{NORTH} was proven less than 14 days ago, on "))
        .says(&format!("{NORTH} was proven by DNS on "));
    online.audit().exit(0).says(": still there");
}

#[test]
fn the_office_is_told_what_to_publish() {
    let online = Online::open(100);
    let told = online.world.at(NORTH, &["init", NORTH, "--record", "record"]).done();
    let id = online.world.waiting()[0].id().to_owned();
    told.says("or the name proves itself, by this line in DNS or in a file:")
        .says(&format!("_erratum.{NORTH} TXT \"erratum/v1 keys={id}\""))
        .says(&format!("https://{NORTH}/.well-known/erratum.txt"));
}

#[test]
fn a_file_or_a_signed_zone_proves_a_name_too() {
    let online = Online::open(100);
    let id = online.desk(NORTH, None);
    online.dns.host(NORTH, "127.0.0.1".parse().unwrap());
    online.https.publish(NORTH, &line(&id, None));
    online.run().done().says(&format!("{NORTH} is proven by https: entry "));
    online.issue(NORTH, "letters/1", &letter());
    online.world.check(&letter()).exit(0).says(&format!("{NORTH} was proven by HTTPS on "));

    let online = Online::open(100);
    online.sign();
    let id = online.desk(NORTH, None);
    online.dns.publish(NORTH, &[&line(&id, None)]);
    online.run().done().says(&format!("{NORTH} is proven by dnssec: entry "));
    online.audit().exit(0).says(&format!("{NORTH}, proven by dnssec ")).says(": still there");
}

#[test]
fn other_keys_and_another_superior_are_no_proof() {
    let online = Online::open(100);
    let id = online.desk(NORTH, Some("friend.example"));
    let other = "22".repeat(32);
    online.dns.publish(NORTH, &[&line(&other, None)]);
    let why = format!("waiting: {NORTH} publishes the keys 22222222, and not {}", &id[..8]);
    assert_eq!(online.told().last(), Some(&why));
    online.dns.republish(NORTH, &line(&id, Some("ministry.example")));
    let why = format!(
        "waiting: {NORTH} publishes ministry.example as its superior, and these keys name friend.example"
    );
    assert_eq!(online.told().last(), Some(&why));
    online.dns.republish(NORTH, &line(&id, Some("friend.example")));
    online.run().done().says(&format!("{NORTH} is proven by dns: entry "));
}

#[test]
fn a_resolver_that_fails_leaves_the_keys_waiting_and_stops_nobody() {
    let online = Online::open(100);
    online.proven("paper.example");
    online.dns.fail(true);
    online.desk(NORTH, None);
    online.world.tries_to_issue("paper.example", "letters/1", &letter(), &[]).done();
    let told = online.told();
    let why = format!(
        "waiting: {NORTH} could not be asked: the resolver {} could not tell of _erratum.{NORTH}.: Server Failure",
        online.dns.address
    );
    assert_eq!(told.last(), Some(&why));
    online.world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn an_open_record_takes_so_many_statements_a_day_of_a_name() {
    let online = Online::open(2);
    online.proven(NORTH);
    online.issue(NORTH, "letters/1", &letter());
    online.world.tries_to_issue(NORTH, "letters/2", &other_letter(), &[]).done();
    online.run().done().says(&format!(
        "refused: {NORTH} has had 2 statements logged today (UTC), and this open record takes 2 of a name a day, and as many again of warnings, keys and revocations; hand it in again tomorrow"
    ));
    online.world.tries_to_mark(NORTH, "letters/1", "held", "Under review", &[]).done();
    online.run().done();
    online.world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
}

#[test]
fn in_a_record_with_an_allow_list_a_proof_is_logged_beside_the_admission() {
    let online = Online::of(World::new());
    online.world.office(NORTH, None);
    online.issue(NORTH, "letters/1", &letter());
    let admitted = format!("{NORTH} was admitted by the operator; ");
    online.world.check(&letter()).exit(0).says(&admitted);
    online.audit().exit(0).says("No name in it was proven; all were admitted by the operator.");
    let prove = || {
        let run = ["record", "prove", NORTH, "--record", "record", "--key", "operator/log.key"];
        online.world.erratum(&[&run[..], &["--names", "names.toml"]].concat())
    };
    prove().exit(2).says(&format!("waiting: {NORTH} publishes nothing"));
    let issuer = online.world.opened().state().issuer(&NORTH.parse().unwrap()).unwrap().unwrap();
    let id = issuer.keys().next().unwrap().0.id;
    online.dns.publish(NORTH, &[&line(&id.to_string(), None)]);
    prove().done().says(&format!("{NORTH} is proven by dns: entry "));
    online.world.check(&letter()).exit(0).says(&format!("{NORTH} was proven by DNS on "));
}

#[test]
fn a_record_with_an_allow_list_does_not_ask() {
    let online = Online::of(World::new());
    let id = online.desk(NORTH, None);
    online.dns.publish(NORTH, &[&line(&id, None)]);
    online.run().done().says(&format!("waiting: {NORTH} is not admitted with this key"));
    assert_eq!(online.dns.asked(), [] as [String; 0]);
}
