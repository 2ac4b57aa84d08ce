//! Somebody wants a warned or doctored copy to read as good, or a genuine one as bad.
//!
//! Each attack on authority ends in the words that a reader sees, twice: the record refuses the act, and
//! where a careless operator logged it all the same, reading finds it void.
//!
//! | attack | test |
//! |---|---|
//! | outsider's standing | `voices::an_outsiders_standing` |
//! | superior not accepted | `voices::a_superior_that_is_named_and_has_not_accepted_and_one_that_nobody_named` |
//! | sibling domain | `voices::a_sibling_domain` |
//! | public suffix | `voices::a_public_suffix` |
//! | one signature of two | `signatures::one_signature_of_two` |
//! | one officer undoing what two signed | `signatures::one_officer_undoing_what_two_signed`, `signatures::one_officer_issuing_again_what_two_warned_of` |
//! | one officer stalling a pending two-signature warning with a word a minute | `signatures::one_officer_stalling_a_pending_two_signature_warning_with_a_word_a_minute` |
//! | an under-signed copy logged first | `signatures::an_under_signed_copy_logged_first` |
//! | statement moved to another document, or record | `signatures::a_statement_moved_to_another_document`, `signatures::a_statement_moved_to_another_record` |
//! | replay | `signatures::a_replay` |
//! | old key after rotation | `thieves::an_old_key_after_rotation` |
//! | stolen key before and after its revocation | `thieves::a_stolen_key_before_and_after_its_revocation`, `thieves::a_stolen_key_under_a_fake_and_under_a_warned_text` |
//! | a stolen and a good key together | `thieves::a_stolen_and_a_good_key_together` |
//! | thief rotating keys | `thieves::a_thief_rotating_keys` |
//! | thief naming himself or an accomplice superior | `thieves::a_thief_naming_himself_or_an_accomplice_superior` |
//! | thief lifting or softening a warning | `thieves::a_thief_lifting_or_softening_a_warning` |
//! | thief revoking the good keys | `thieves::a_thief_revoking_the_good_keys` |
//! | thief erasing a warning by revocation | `thieves::a_thief_erasing_a_warning_by_revocation` |
//! | office claiming that its letter was signed with a stolen key to disown it | `thieves::an_office_claiming_its_letter_was_signed_with_a_stolen_key_to_disown_it` |
//! | buyer of a lapsed domain lifting old warnings | `names::a_buyer_of_a_lapsed_domain_lifting_old_warnings`, `names::a_buyer_of_a_lapsed_domain_issuing_again_what_was_warned_of` |
//! | such a buyer naming an accomplice superior, or buying the superior | `names::a_buyer_of_a_lapsed_domain_naming_an_accomplice_superior`, `names::a_buyer_of_a_lapsed_superior_setting_keys_below`, `names::a_superior_of_old_that_the_buyer_of_a_name_keeps` |
//! | lapsed domain | `names::a_lapsed_domain` |
//! | name hijacked for an hour | `names::a_name_hijacked_for_an_hour` |
//! | look-alike name | `names::a_look_alike_name`, `../names/lookalikes.rs` |
//! | hijacked text | `names::a_hijacked_text` |
//!
//! Attacks with texts alone are in this file.

mod names;
mod signatures;
mod thieves;
mod voices;

use erratum::record::{Id, RuleAct};

use crate::support::World;
use crate::support::stage::{Listed, Stage};
use crate::support::texts::{COLD, DEPARTURE, KEYS, MONEY, ROADS, STAYING, letter, story, text};

const COMMAND: &str = "command.example";
const MINISTRY: &str = "ministry.example";
const OUTSIDER: &str = "outsider.example";
const LETTER: &str = "command.example/letters/1";

/// What takes two signatures where there are several officers.
const TWO: &[(RuleAct, u8)] = &[(RuleAct::InError, 2), (RuleAct::Keys, 2)];

/// The command under its ministry, with these keys, and its letter of 6 January, signed by `b`.
fn command(keys: Listed<'_>) -> (Stage, Id) {
    let stage = Stage::new();
    stage.plain_office(MINISTRY);
    stage.office(COMMAND, Listed { recovery: "r", superior: Some(MINISTRY), ..keys });
    stage.at("2026-01-06 09:00");
    let letter = stage.log(&stage.letter(COMMAND, "letters/1", &letter(), "b"));
    (stage, letter)
}

/// Each of two keys signs alone.
fn by_one() -> (Stage, Id) {
    command(Listed { keys: "a b", ..Listed::default() })
}

/// Of three keys two sign what was published in error, and keys.
fn by_several() -> (Stage, Id) {
    command(Listed { keys: "a b c", rule: TWO, ..Listed::default() })
}

fn world() -> World {
    let world = World::with_command_and_ministry();
    world.office(OUTSIDER, None);
    world
}

#[test]
fn a_changed_first_or_last_line_of_a_whole_letter_is_listed() {
    let world = world();
    let whole = format!("Sir,\n\n{}\nAccount DE89 3704 0044.\n", letter());
    world.issue(COMMAND, "letters/1", &whole);
    for (genuine, doctored) in [("Sir,", "Traitor,"), ("DE89 3704 0044", "GB29 6016 1331")] {
        world
            .check(&whole.replace(genuine, doctored))
            .exit(1)
            .headline("ALTERED COPY OF A LETTER THAT STANDS AS ISSUED")
            .says(doctored.split(' ').next().unwrap().trim_end_matches(','));
    }
    let last = "Until then the guard at the gate will answer questions from residents at any hour of the day or night.";
    world
        .check(&whole.replace(last, "We shall be back with tanks."))
        .exit(1)
        .says("We shall be back with tanks.");
}

#[test]
fn invisible_padding_does_not_move_a_warned_sentence_out_of_sight() {
    let world = world();
    world.issue(COMMAND, "letters/1", &text(&[ROADS, DEPARTURE, COLD]));
    world.mark(COMMAND, "letters/1", "in-error", "A draft");
    world.issue(COMMAND, "letters/2", &text(&[ROADS, STAYING, COLD]));
    let padded = COLD.replace(' ', &format!(" {}", "\u{200b}".repeat(40)));
    for copy in [[STAYING, ROADS, DEPARTURE, COLD], [STAYING, ROADS, DEPARTURE, &padded]] {
        world.check(&copy.join(" ")).exit(1).says("PUBLISHED IN ERROR");
    }
}

#[test]
fn what_one_issuer_vouches_for_covers_nothing_beyond_its_own_text() {
    let world = world();
    world.issue(COMMAND, "letters/1", &text(&[ROADS, MONEY]));
    world.issue(OUTSIDER, "letters/1", &text(&[ROADS, COLD]));
    let doctored = text(&[ROADS, &COLD.replace("not carried out", "carried out").replace("-5", "5")]);
    for trusted in [&[][..], &[COMMAND], &[COMMAND, OUTSIDER]] {
        world.check_trusting(trusted, &doctored).exit(1).says("carried out");
    }
    world.mark(OUTSIDER, "letters/1", "in-error", "A mistake");
    world.check_trusting(&[COMMAND], &text(&[ROADS, COLD])).exit(1).says("PUBLISHED IN ERROR");
}

#[test]
fn an_outsider_who_registers_a_quoted_text_hides_no_warning() {
    let world = world();
    world.issue(COMMAND, "letters/1", &format!("At noon the general declared: “{DEPARTURE}”\n"));
    world.mark(COMMAND, "letters/1", "in-error", "He did not");
    world.issue(OUTSIDER, "letters/1", &text(&[DEPARTURE]));
    let story = story(&[DEPARTURE]);
    world
        .check_trusting(&[COMMAND], &story)
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("He did not");
    world.check(&story).exit(1).says("CONTESTED");
}

#[test]
fn nobody_hides_a_text_behind_many_of_its_own() {
    let world = world();
    world.issue(COMMAND, "letters/1", &letter());
    world.mark(COMMAND, "letters/1", "in-error", "A draft");
    for number in 0..12 {
        let variant = letter().replace("30 days", &format!("{} days", 40 + number));
        world.issue(OUTSIDER, &format!("letters/{number}"), &variant);
    }
    world.check(&letter()).exit(1).says("command.example/letters/1");
    world.check_trusting(&[COMMAND], &letter()).exit(1).headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn a_superiors_disowned_is_not_cleared_by_issuing_the_text_again() {
    let world = world();
    world.issue(COMMAND, "letters/1", &letter());
    world.mark(
        MINISTRY,
        "command.example/letters/1",
        "disowned",
        "Not a text of this ministry's command",
    );
    world.issue(COMMAND, "letters/2", &letter());
    world.check(&letter()).exit(1).says("Not a text of this ministry's command");
}

#[test]
fn a_named_passage_stays_named_whatever_else_is_said() {
    let world = world();
    world.issue(COMMAND, "letters/1", &text(&[ROADS, DEPARTURE, MONEY]));
    let named =
        "We respect your decision ordering our departure, and we shall carry it out in good order.";
    let args = ["mark", "letters/1", "in-error", "--reason", "Not so", "--passage", named];
    world.at(COMMAND, &args).done();
    world.mark(MINISTRY, "command.example/letters/1", "held", "Under review");
    world.issue(COMMAND, "letters/2", &text(&[STAYING, DEPARTURE, KEYS]));
    world.mark(MINISTRY, "command.example/letters/2", "issued", "Confirmed");
    world
        .check(&story(&[DEPARTURE]))
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("What it carries stands as in-error in command.example/letters/1")
        .says("  Not so\n      about \"We respect your decision")
        .says("says command.example, the issuer, since ");
}

#[test]
fn a_correction_that_names_nothing_readable_is_about_the_whole() {
    let world = world();
    world.issue(COMMAND, "letters/1", &letter());
    world.issue(COMMAND, "letters/2", &text(&[STAYING]));
    let args = ["mark", "letters/1", "corrected", "--replaced-by", "letters/2", "--reason", "Wrong"];
    world.at(COMMAND, &[&args[..], &["--passage", ""]].concat()).exit(2);
    world.at(COMMAND, &args).done();
    world.check(&story(&[DEPARTURE])).exit(1).headline("QUOTES A LETTER THAT WAS CORRECTED");
}

#[test]
fn a_text_of_a_few_words_is_known_by_its_words() {
    let world = world();
    world.issue(COMMAND, "orders/1", "All leave is cancelled.\n");
    world.check("All leave is\r\ncancelled.\r\n").exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.check("All leave is granted.").exit(3);
}

#[test]
fn what_stands_around_a_whole_letter_is_told() {
    let world = world();
    world.issue(COMMAND, "letters/1", &letter());
    world
        .check(&format!("{}\nWe hand over all stores on 12 January.\n", letter()))
        .says("of the copy's own: \"We hand over all stores on 12 January");
}
