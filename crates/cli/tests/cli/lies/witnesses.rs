//! Lies about what witnesses have seen, and when. The reader's policy asks for two of three.

use std::fs;

use erratum::record::Time;

use super::{COMMAND, MINISTRY, NAME, issued, sound};
use crate::support::liar::{Liar, Told};
use crate::support::texts::{letter, other_letter};
use crate::support::witness::Witness;
use crate::support::{Outcome, World};

const DAY: i64 = 86_400_000;
const NOT_SEEN: &str = "Not seen by the witnesses that your policy asks for: ";

/// The policy of a reader who takes nothing older than a day.
fn with_policy(world: &World) {
    let witnesses: String = [1, 2, 3].map(|number| Witness(number).line()).concat();
    fs::write(
        world.folder().join("witnesses.policy"),
        format!("{witnesses}group two 2 w1 w2 w3\nquorum two\n"),
    )
    .unwrap();
    let key = Liar(world).key().verifier();
    let policy = format!(
        "max-age-days = 1\ntlog-policy = \"witnesses.policy\"\n\n[[record]]\npath = \"record\"\nkey = \
         \"{key}\"\n"
    );
    fs::write(world.folder().join("policy.toml"), policy).unwrap();
}

/// Cosignatures of the published checkpoint by these witnesses at this time.
fn cosignatures(world: &World, witnesses: &[u8], time: Time) -> String {
    let checkpoint = Liar(world).checkpoint();
    witnesses.iter().map(|number| Witness(*number).cosignature(&checkpoint, time)).collect()
}

/// Publishes the checkpoint with these cosignatures.
fn publish_with(world: &World, cosignatures: &str) {
    let checkpoint = [&Liar(world).checkpoint(), cosignatures.as_bytes()].concat();
    fs::write(world.record().join("checkpoint"), checkpoint).unwrap();
}

fn days_ago(days: i64) -> Time {
    Time::from_millis(Time::now().millis() - days * DAY)
}

/// What the reader gets who checks the letter, and who verifies its slip: both of this status, and both say
/// these words.
#[track_caller]
fn readers_see(world: &World, status: i32, words: &str) -> [Outcome; 2] {
    let file = world.file(letter());
    let checked = world.erratum(&["check", &file, "--policy", "policy.toml"]);
    world.erratum(&["slip", NAME, "--record", "record", "--out", "letter.slip"]).done();
    let verified = world.erratum(&["verify", "letter.slip", "--policy", "policy.toml"]);
    [checked, verified].map(|outcome| outcome.exit(status).says(words))
}

/// An audit under the policy.
#[track_caller]
fn audited(world: &World, status: i32) -> Outcome {
    world.erratum(&["audit", "record", "--policy", "policy.toml"]).exit(status).says("key pinned")
}

#[test]
fn a_checkpoint_that_the_quorum_saw_passes() {
    let world = issued();
    with_policy(&world);
    publish_with(&world, &cosignatures(&world, &[1, 3], Time::now()));
    for seen in readers_see(&world, 0, ", by w1, w3.") {
        seen.says("Witnessed by ").never_says(NOT_SEEN);
    }
    sound(&world);
    audited(&world, 0).headline("SOUND");
}

#[test]
fn a_checkpoint_without_its_quorum_does_not_pass() {
    let world = issued();
    with_policy(&world);
    let not = |by: &str| {
        format!("{NOT_SEEN}checkpoint: cosigned by {by}, which is not the quorum two of the policy.")
    };
    readers_see(&world, 1, &not("nobody"));
    publish_with(&world, &cosignatures(&world, &[2], Time::now()));
    readers_see(&world, 1, &not("w2"));
    // The same witness twice is one, and one that the policy does not know is none.
    publish_with(&world, &cosignatures(&world, &[2, 9], Time::now()));
    readers_see(&world, 1, &not("w2"));
    sound(&world);
}

#[test]
fn a_forged_cosignature_does_not_pass() {
    let world = issued();
    with_policy(&world);
    let good = cosignatures(&world, &[1, 2], Time::now());
    // That of a third witness is taken from another log.
    let forged = Witness(3).cosignature(&Liar(&World::new()).checkpoint(), Time::now());
    publish_with(&world, &format!("{good}{forged}"));
    let lie = "checkpoint: the cosignature of w3 does not verify";
    readers_see(&world, 1, &format!("{NOT_SEEN}{lie}."));
    audited(&world, 1).says(&format!("FALSE   {lie} (published checkpoint)"));
}

#[test]
fn cosignatures_of_an_older_checkpoint_do_not_pass_for_those_of_a_newer_one() {
    let world = issued();
    with_policy(&world);
    let older = cosignatures(&world, &[1, 2, 3], Time::now());
    world.issue(COMMAND, "letters/2", &other_letter());
    publish_with(&world, &older);
    readers_see(&world, 1, &format!("{NOT_SEEN}checkpoint: the cosignature of w1 does not verify."));
}

#[test]
fn a_history_told_anew_to_one_reader_has_no_quorum() {
    let world = issued();
    with_policy(&world);
    let before = Liar(&world).told();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let seen = cosignatures(&world, &[1, 2, 3], Time::now());
    publish_with(&world, &seen);
    for seen in readers_see(&world, 1, "Nobody approved it") {
        seen.says("Witnessed by ");
    }
    // Without the warning the log stands, but nobody cosigns what does not continue what was cosigned.
    Liar(&world).retell(&before);
    sound(&world);
    readers_see(
        &world,
        1,
        &format!("{NOT_SEEN}checkpoint: cosigned by nobody, which is not the quorum two of the policy."),
    );
    publish_with(&world, &seen);
    readers_see(&world, 1, &format!("{NOT_SEEN}checkpoint: the cosignature of w1 does not verify."));
}

#[test]
fn an_entry_dated_later_than_a_cosignature_over_it_is_caught_by_an_audit_and_is_as_old_as_that() {
    let world = issued();
    with_policy(&world);
    // The operator shows what was cosigned long ago, dated today.
    let seen = days_ago(2);
    publish_with(&world, &cosignatures(&world, &[1, 2], seen));
    let [checked, verified] = readers_see(&world, 1, "Witnessed by ");
    checked.says("The record is older than your policy allows.");
    verified.says("The proof is older than your policy allows.");
    sound(&world);
    let told = Liar(&world).told();
    let (last, dated) = (told.len() - 1, told.last().unwrap().entry.logged);
    audited(&world, 1).says(&format!(
        "FALSE   entry {last}: dated {dated}, and witnesses saw it at {} (published checkpoint)",
        in_seconds(seen)
    ));
}

#[test]
fn an_entry_dated_back_before_a_cosignature_that_does_not_cover_it_is_caught_by_an_audit() {
    let world = issued();
    with_policy(&world);
    // Nothing was said since yesterday, and two witnesses cosign that.
    let yesterday = |told: &Told| {
        let time = told.entry.logged.millis() - DAY;
        told.clone().at(Time::from_millis(time))
    };
    let told: Vec<Told> = Liar(&world).told().iter().map(yesterday).collect();
    Liar(&world).retell(&told);
    let (size, seen) = (told.len(), Time::now());
    let cosigned =
        [Liar(&world).checkpoint(), cosignatures(&world, &[2, 3], seen).into_bytes()].concat();
    // Now the ministry warns, and the operator dates it as if it had done so before.
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let dated = told.last().unwrap().entry.logged;
    let warning = Liar(&world).told()[size].clone().at(dated);
    Liar(&world).retell(&[told, vec![warning]].concat());
    let epoch = Liar(&world).map_naming(&cosigned, |_, _| true);
    // The log by itself is without fault.
    sound(&world);
    audited(&world, 1).says(&format!(
        "FALSE   entry {size}: dated {dated}, and witnesses saw the log without it at {} (checkpoint in \
         entry {epoch})",
        in_seconds(seen)
    ));
}

/// A time as a cosignature gives it.
fn in_seconds(time: Time) -> Time {
    Time::from_millis(time.millis() / 1000 * 1000)
}
