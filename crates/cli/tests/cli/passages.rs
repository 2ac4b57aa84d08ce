//! Stories that quote part of a document: whose passages they are, and what that makes of them.

use crate::support::texts::{
    COLD, DEPARTURE, KEYS, MONEY, ROADS, STAYING, SURRENDER, fake, final_letter, letter, story, text,
};
use crate::support::{World, check_example};

/// The sentence that was not meant to be said.
const WRONG: &str =
    "We respect your decision ordering our departure, and we shall carry it out in good order.";

/// A letter in error by its issuer's word alone, and no final yet.
fn a_letter_in_error() -> World {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.mark("command.example", "letters/1", "in-error", "A draft, sent by mistake");
    world
}

#[test]
fn a_story_quoting_only_what_stands_in_the_final_is_good() {
    check_example("copies/news-shared-paragraphs.html", &[])
        .exit(0)
        .headline("QUOTES A LETTER THAT STANDS AS ISSUED")
        .says("northern-command.example/letters/2026-019")
        .says("This copy carries 2 of its 5 paragraphs.")
        .says("Confirmed by the ministry.");

    let world = a_letter_in_error();
    let shared = story(&[MONEY, COLD]);
    world.check(&shared).exit(1).headline("QUOTES A LETTER PUBLISHED IN ERROR");
    world.replace("command.example", "letters/2", &final_letter(), "letters/1");
    world
        .check(&shared)
        .exit(0)
        .headline("QUOTES A LETTER THAT STANDS AS ISSUED")
        .says("command.example/letters/2");
}

#[test]
fn a_story_quoting_the_drafts_own_paragraph_is_not() {
    let world = a_letter_in_error();
    world.replace("command.example", "letters/2", &final_letter(), "letters/1");
    for quotes in [&[DEPARTURE][..], &[WRONG], &[MONEY, DEPARTURE, COLD]] {
        world
            .check(&story(quotes))
            .exit(1)
            .headline("QUOTES A LETTER PUBLISHED IN ERROR")
            .says("command.example/letters/1")
            .says("A draft, sent by mistake");
    }
    world.check(&story(&[STAYING])).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
}

#[test]
fn a_final_that_the_superior_has_not_confirmed_clears_nothing_that_the_superior_warned_of() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.mark("ministry.example", "command.example/letters/1", "in-error", "Nobody approved it");
    world.replace("command.example", "letters/2", &final_letter(), "letters/1");
    let shared = story(&[MONEY, COLD]);
    world
        .check(&shared)
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("Nobody approved it");
    world.mark("ministry.example", "command.example/letters/2", "issued", "Confirmed");
    world.check(&shared).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED").says("Confirmed");
}

#[test]
fn genuine_paragraphs_that_a_fake_shares_are_good() {
    for fake_first in [false, true] {
        let world = World::with_command_and_ministry();
        if fake_first {
            world.disown("command.example", &fake(), "We never wrote this");
        }
        world.issue("command.example", "letters/1", &letter());
        if !fake_first {
            world.disown("command.example", &fake(), "We never wrote this");
        }
        world
            .check(&story(&[ROADS, MONEY, KEYS]))
            .exit(0)
            .headline("QUOTES A LETTER THAT STANDS AS ISSUED")
            .says("command.example/letters/1")
            .never_says("We never wrote this");
        world
            .check(&story(&[SURRENDER]))
            .exit(1)
            .headline("QUOTES A LETTER DISOWNED BY ITS SUPPOSED ISSUER")
            .says("We never wrote this");
        world
            .check(&fake())
            .exit(1)
            .headline("THIS LETTER IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER");
    }
}

#[test]
fn a_correction_notice_that_quotes_the_wrong_sentence_clears_nothing() {
    let world = a_letter_in_error();
    let notice = format!(
        "Correction to our letter on the move of the stores\n\nThe sentence “{WRONG}” is wrong. No such \
         decision has reached this command, and whoever printed it is asked to print this notice too."
    );
    world.issue("command.example", "notices/1", &notice);
    world
        .check(&story(&[WRONG]))
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("command.example/letters/1");

    // A later letter that says the sentence as its own does clear it.
    world.issue("command.example", "letters/3", &text(&[WRONG, STAYING]));
    world.check(&story(&[WRONG])).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
}

#[test]
fn a_passage_that_a_warning_names_is_never_cleared() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world
        .tries_to_mark("command.example", "letters/1", "in-error", "Wrong sum", &["--passage", MONEY])
        .done();
    world.issue("command.example", "letters/2", &final_letter());
    world.mark("ministry.example", "command.example/letters/2", "issued", "Confirmed");
    world
        .check(&story(&[MONEY]))
        .exit(1)
        .headline("QUOTES A LETTER PUBLISHED IN ERROR")
        .says("Wrong sum")
        .says("about \"Repairs to the quay");
    world.check(&story(&[COLD])).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
}

#[test]
fn a_correction_that_names_passages_leaves_the_others_good() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let corrected = letter().replace("28 February 2026", "7 March 2026");
    world.issue("command.example", "letters/2", &corrected);
    let sentence = "The last unit leaves the harbour on 28 February 2026, and the flag is lowered on the \
                    same evening.";
    let more = ["--replaced-by", "letters/2", "--passage", sentence];
    world.tries_to_mark("command.example", "letters/1", "corrected", "Wrong date", &more).done();

    world.check(&story(&[MONEY, COLD])).exit(0).headline("QUOTES A LETTER THAT STANDS AS ISSUED");
    world
        .check(&story(&[sentence]))
        .exit(1)
        .headline("QUOTES A LETTER THAT WAS CORRECTED")
        .says("Wrong date")
        .says("Its place is taken by command.example/letters/2 (issued).");
    world.check(&letter()).exit(1).headline("THIS LETTER WAS CORRECTED");
    world.check(&corrected).exit(0).headline("THIS LETTER STANDS AS ISSUED");
}

#[test]
fn a_passage_that_does_not_stand_in_the_document_cannot_be_named() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let more = ["--passage", "words that are not there"];
    world
        .tries_to_mark("command.example", "letters/1", "in-error", "Wrong", &more)
        .refused("command.example/letters/1 does not hold the passage \"words that are not there\"");
}

#[test]
fn a_whole_letter_in_another_layout_is_that_letter_though_a_similar_one_stands_too() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    world.issue("command.example", "letters/2", &final_letter());
    for copy in [letter(), final_letter()] {
        world.check(&copy.replace('\n', " ")).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    }
}
