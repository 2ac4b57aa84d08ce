//! An office that has lost a key, or has a thief among its keys: the superior, a recovery key, a claim to the
//! name, a restored desk, a revocation that reaches back; and a superior that hands over.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use erratum::record::Time;

use crate::support::{World, outcome_of, texts};
use texts::{letter, other_letter};

const NAME: &str = "command.example";
const MINISTRY: &str = "ministry.example";
const OPERATOR: [&str; 4] = ["--record", "record", "--log-key", "operator/log.key"];

#[test]
fn a_superior_sets_the_keys_of_an_office_that_lost_its_own() {
    let world = World::with_command_and_ministry();
    world.office("stranger.example", None);
    world.issue(NAME, "letters/1", &letter());
    let key = world.joins("new", NAME);
    world.at("new", &["keys", "show"]).done().says("in this desk and not listed: command.example/new+");
    let set = ["keys", "rotate", "--for", NAME, "--remove", "press", "--add", &key];
    world
        .at("stranger.example", &set)
        .refused("the record refused it: stranger.example does not stand above command.example");
    world
        .at(MINISTRY, &set)
        .done()
        .says("keys of command.example: entry ")
        .says("binds when it is logged");
    world.at("new", &["keys", "show"]).done().says_in_order(&[
        "command.example in record.example since ",
        "set by ministry.example",
        &format!("key {key}   here, in a plain file"),
        "superior: ministry.example",
    ]);

    // Only the new key speaks for the office now.
    world
        .tries_to_mark(NAME, "letters/1", "held", "Review", &[])
        .refused("no key of this desk is among the office's keys in force (erratum keys show)");
    world.mark("new", "letters/1", "held", "Review");
    world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    world.erratum(&["audit", "record"]).done().says("SOUND");
}

/// An office whose first keys list a recovery key, which lies in `safe.key`.
fn with_recovery_key() -> World {
    let world = World::new();
    world.joins("helper", NAME);
    let made = world.at("helper", &["keys", "recovery", "safe.key"]).done();
    let vkey = made
        .after("keep it away from this desk; the office lists it with: erratum keys rotate --recovery ");
    let args = [&["init", NAME, "--recovery", &vkey][..], &OPERATOR].concat();
    let key = world.at(NAME, &args).done().after("its key is ");
    world.admit(NAME, &key).done();
    world.at(NAME, &["keys", "show"]).done().says(&format!("recovery key {vkey}"));
    world.issue(NAME, "letters/1", &letter());
    world
}

#[test]
fn a_recovery_key_lists_a_new_key_in_the_place_of_a_lost_one() {
    let world = with_recovery_key();
    fs::remove_dir_all(world.folder().join("desks").join(NAME)).unwrap();
    let key = world.joins("new", NAME);
    let rotate = ["keys", "rotate", "--remove", "press", "--add", &key];
    world
        .at("new", &rotate)
        .refused("no key of this desk is among the office's keys in force (erratum keys show)");
    world
        .at("new", &[&rotate[..], &["--sign-with", "safe.key"]].concat())
        .done()
        .says("keys of command.example: entry ")
        .says("binds when it is logged");
    world.mark("new", "letters/1", "held", "Review");
    world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
}

#[test]
fn a_recovery_key_takes_a_stolen_key_away() {
    let world = with_recovery_key();
    let spare = world.joins("spare", NAME);
    world.at(NAME, &["keys", "rotate", "--add", &spare]).done();
    let since = world.moment();
    world.issue(NAME, "letters/2", &other_letter());
    let revoke = ["keys", "revoke", "press", "--since", &since, "--reason", "Laptop stolen"];
    world
        .at("spare", &[&revoke[..], &["--sign-with", "safe.key"]].concat())
        .done()
        .says("revoked command.example/press: entry ")
        .says("warnings that it signed stay until they are lifted or said again");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.check(&other_letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    world
        .tries_to_mark(NAME, "letters/1", "held", "Review", &[])
        .refused("no key of this desk is among the office's keys in force (erratum keys show)");
    world.erratum(&["audit", "record"]).done().says("SOUND");
}

#[test]
fn a_stolen_key_loses_what_it_signed_since_then_but_no_warning() {
    let world = World::with_command_and_ministry();
    world.issue(NAME, "letters/1", &letter());
    world.at(NAME, &["keys", "rotate", "--new-key", "spare"]).done();
    let since = world.moment();
    let stolen = world.issue(NAME, "letters/2", &other_letter());
    world.mark(NAME, "letters/1", "in-error", "Said by a thief");
    let early = Time::from_millis(Time::now().millis() - 15 * 24 * 60 * 60 * 1000).to_string();
    world
        .at(NAME, &["keys", "revoke", "press", "--since", &early, "--reason", "Laptop stolen"])
        .refused("--since reaches back 14 days at most, not before ");
    world
        .at(NAME, &["keys", "revoke", "press", "--since", &since, "--reason", "Laptop stolen"])
        .done()
        .says("revoked command.example/press: entry ");
    world
        .at(NAME, &["keys", "show"])
        .done()
        .says("revoked: command.example/press, entry ")
        .says(", suspect since ");
    world.check(&other_letter()).exit(1).headline("THIS LETTER WAS SIGNED WITH A KEY REPORTED STOLEN");
    world
        .check(&letter())
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("signed with a key since reported stolen");
    // A name does not lead to what is void, an id does.
    world.at(NAME, &["history", "letters/2"]).refused(&format!(
        "command.example/letters/2 was signed with a key reported stolen and is void; say which by its \
         id: {}",
        &stolen[..8]
    ));
    world.at(NAME, &["history", &stolen]).done().says("no word in force  command.example/letters/2");
    world.at(NAME, &["history"]).done().says("no word in force  command.example/letters/2");
    world.erratum(&["slip", &stolen, "--record", "record", "--out", "stolen.slip"]).done();
    world.erratum(&["verify", "stolen.slip"]).exit(1);
    world.erratum(&["build", "record", "pages"]).done();
    world.mark(NAME, &stolen[..8], "withdrawn", "Nobody of ours sent it");
    world
        .check(&other_letter())
        .exit(1)
        .headline("THIS LETTER WAS WITHDRAWN")
        .says("Its key was reported stolen on ");
    // The office lifts it with the key that is left.
    world.mark(NAME, "letters/1", "lift", "A thief said it");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.erratum(&["audit", "record"]).done().says("SOUND");
}

#[test]
fn a_claim_to_a_name_gives_notice_and_the_office_cancels_it() {
    let world = World::new();
    world.office(NAME, None);
    world.issue(NAME, "letters/1", &letter());
    let claim = [&["init", NAME, "--claim", "--label", "mine"][..], &OPERATOR].concat();
    let key = world
        .at("claimant", &claim)
        .done()
        .says("a claim to the name: it binds 14 days after it is logged, unless cancelled")
        .after("its key is ");
    world.at(NAME, &["keys", "show"]).done().never_says("PENDING");
    world.admit(NAME, &key).done();
    world.at(NAME, &["keys", "show"]).done().says_in_order(&[
        "command.example in record.example since ",
        "PENDING: a claim to this name, entry ",
        " unless cancelled before",
        &format!("key {key}"),
    ]);
    // Until then it says nothing for the office.
    world
        .tries_to_mark("claimant", "letters/1", "held", "Mine", &[])
        .refused("no key of this desk is among the office's keys in force (erratum keys show)");
    world
        .at(NAME, &["keys", "rotate"])
        .done()
        .says("cancels the keys of entry ")
        .says("binds when it is logged");
    world.at(NAME, &["keys", "show"]).done().never_says("PENDING");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

const RECIPIENT: &str = "age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un";
const IDENTITY: &str = "AGE-SECRET-KEY-17EMCFNN43VQFVQCRRPGKC82K4S6DAG6K4WMXZM62JX3Y64ZT2HDQXMK5YR\n";

#[test]
fn a_desk_comes_back_with_the_identity_that_it_was_exported_to() {
    let world = World::new();
    world.office(NAME, None);
    let draft = world.file(letter());
    world.at(NAME, &["draft", &draft]).done();
    world.at(NAME, &["desk", "export", "desk.age", "--to", RECIPIENT]).done().says("exported desks/");
    world
        .at(NAME, &["desk", "export", "other.age", "--to", "age1nobody"])
        .exit(2)
        .complains("not an age recipient: expected age1…");
    let identity = world.folder().join("identity.txt");
    fs::write(&identity, IDENTITY).unwrap();
    let restore = |more: &[&str]| {
        let args = [&["desk", "restore", "desk.age", "desks/back"][..], more].concat();
        outcome_of(world.folder(), &args, world.command(&args).stdin(Stdio::null()))
    };
    restore(&[])
        .refused("desk.age: it was encrypted to a recipient; name the identity file with --identity");
    let with = ["--identity", "identity.txt"];
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o644)).unwrap();
    restore(&with).refused("identity.txt: an identity that others can read (mode 0644); run: chmod 600");
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o600)).unwrap();
    restore(&with).done().says("restored desks/back from desk.age: ");
    fs::remove_dir_all(world.folder().join("desks").join(NAME)).unwrap();

    // Keys and salts are there: it signs, and it opens what the lost desk had committed to.
    let args = ["open", &draft, "--as", "drafts/1", "--genre", "letter", "--yes"];
    world.at("back", &args).done().says("opened command.example/drafts/1: entry ");
    world.check(&letter()).exit(1).headline("THIS LETTER IS A DRAFT, NEVER ISSUED");
}

#[test]
fn a_superior_consents_to_its_successor() {
    let world = World::with_command_and_ministry();
    world.office("cabinet.example", None);
    world.issue(NAME, "letters/1", &letter());
    world.mark(MINISTRY, "command.example/letters/1", "in-error", "Nobody approved it");
    world.at("cabinet.example", &["keys", "show"]).done().never_says("names this office");
    world
        .at(NAME, &["keys", "rotate", "--superior", "cabinet.example"])
        .done()
        .says("binds 72 hours after it is logged, not before ")
        .says("the superior changes");
    world
        .at("cabinet.example", &["keys", "show"])
        .done()
        .says("command.example names this office as its superior; accept with: erratum keys accept command.example");
    world
        .at("cabinet.example", &["keys", "accept", NAME])
        .done()
        .says("accepted command.example: entry ")
        .says("cabinet.example is its superior as soon as those keys bind");
    world.at(MINISTRY, &["keys", "accept", NAME]).done().says(
        "consents that cabinet.example follows ministry.example, and may end what it said of documents of \
         command.example",
    );
    world.at("cabinet.example", &["keys", "show"]).done().never_says("names this office");
    world.office("stranger.example", None);
    world.at("stranger.example", &["keys", "accept", NAME]).exit(2).complains("command.example");

    // Until the change binds, the ministry is the superior, and the cabinet has no word.
    world
        .at(NAME, &["keys", "show"])
        .done()
        .says_in_order(&["superior: ministry.example", "PENDING: other keys, entry "]);
    world
        .tries_to_mark("cabinet.example", "command.example/letters/1", "withdrawn", "Ours", &[])
        .refused("cabinet.example is neither the issuer of command.example/letters/1 nor its superior");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}
