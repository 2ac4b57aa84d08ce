//! Lies about what was logged, and when.

use std::fs;

use erratum::record::{Slip, Time};

use super::{COMMAND, MINISTRY, NAME, caught, issued, last_of, sound, warned, watched, watchers_see};
use crate::support::liar::{Liar, Told};
use crate::support::texts::{letter, other_letter};
use crate::support::{World, copy_folder};

/// A record in which the command put its letter on hold and the ministry let it stand.
fn released() -> World {
    let world = issued();
    world.mark(COMMAND, "letters/1", "held", "Under review");
    world.mark(MINISTRY, NAME, "issued", "Confirmed");
    world
}

/// The same with the two words in the other order: at their own times, or each at the time of the other.
fn reordered(world: &World, dated: bool) -> Vec<Told> {
    let mut told = Liar(world).told();
    let (held, released) = (last_of(&told, COMMAND), last_of(&told, MINISTRY));
    let (first, second) = (told[held].entry.logged, told[released].entry.logged);
    told.swap(held, released);
    if dated {
        told[held] = told[held].clone().at(first);
        told[released] = told[released].clone().at(second);
    }
    told
}

/// What was logged without the ministry's last word and the epoch that followed it.
fn without_the_warning(world: &World) -> Vec<Told> {
    let mut told = Liar(world).told();
    let warning = last_of(&told, MINISTRY);
    told.drain(warning..warning + 2);
    told
}

#[test]
fn a_dropped_entry_that_epochs_in_the_log_rest_on_is_caught_by_an_audit() {
    let world = warned();
    world.issue(COMMAND, "letters/2", &other_letter());
    let mut told = Liar(&world).told();
    let warning = last_of(&told, MINISTRY);
    told.remove(warning);
    Liar(&world).rewrite(&told);
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    caught(&world, &format!("FALSE   entry {warning}: its map is not what the log gives by then"));
    // The epoch after the next names a checkpoint of the log as it was with the warning.
    caught(&world, "the checkpoint in it is not one of this log: the log had another root at ");
}

#[test]
fn a_dropped_entry_with_all_epochs_made_anew_is_caught_by_whoever_saw_it() {
    let world = warned();
    watched(&world);
    world.at(COMMAND, &["slip", "letters/1", "--out", "letter.slip"]).done();
    let (size, less) = (world.opened().log().size(), world.opened().log().size() - 2);
    let before = world.opened().log().root_at(less).unwrap();
    Liar(&world).retell(&without_the_warning(&world));
    // The record by itself is without fault.
    sound(&world);
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");

    // Where the first epochs came late, the log without the warning is the beginning of the one with it.
    let gone_back = format!("the log has gone back from {size} entries to {less}");
    let copier = match world.opened().log().root() == before {
        true => gone_back.clone(),
        false => format!("the log at {less} entries is not the one that had {size}"),
    };
    watchers_see(&world, &gone_back, &copier);
    world.erratum(&["verify", "letter.slip"]).exit(1).headline("IN-ERROR").says("Nobody approved it");
}

#[test]
fn a_dropped_entry_is_caught_by_the_checkpoint_of_an_earlier_slip() {
    let world = warned();
    world.at(COMMAND, &["slip", "letters/1", "--out", "letter.slip"]).done();
    Liar(&world).retell(&without_the_warning(&world));
    // It grows beyond the size that the slip was made at.
    world.issue(COMMAND, "letters/2", &other_letter());
    world.issue(COMMAND, "letters/3", &letter().replace("30 days", "60 days"));
    sound(&world);

    // A slip's checkpoint is all that a watcher has to remember.
    let slip = Slip::parse(&fs::read(world.folder().join("letter.slip")).unwrap()).unwrap();
    let key = Liar(&world).key().verifier();
    let state = format!("erratum/v1 monitor\nkey {key}\ncheckpoint\n{}", slip.checkpoint);
    fs::write(world.folder().join("state"), state).unwrap();
    let (size, before) = (world.opened().log().size(), slip.checkpoint.lines().nth(1).unwrap());
    world
        .erratum(&["audit", "record", "--follow", "--state", "state"])
        .exit(1)
        .headline("FALSE")
        .says(&format!("the log at {size} entries is not the one that had {before}; both"));
}

#[test]
fn reordered_entries_run_back_in_time() {
    let world = released();
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let told = reordered(&world, false);
    let moved = last_of(&told, MINISTRY);
    Liar(&world).rewrite(&told);
    caught(
        &world,
        &format!("FALSE   entry {} counts for nothing: its logged time runs back", moved + 1),
    );
}

#[test]
fn reordered_entries_with_times_exchanged_do_not_give_the_maps_of_their_epochs() {
    let world = released();
    let told = reordered(&world, true);
    let moved = last_of(&told, MINISTRY);
    Liar(&world).rewrite(&told);
    world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    caught(&world, &format!("FALSE   entry {}: its map is not what the log gives by then", moved + 1));
}

#[test]
fn reordered_entries_with_all_epochs_made_anew_are_caught_by_whoever_saw_them() {
    let world = released();
    watched(&world);
    Liar(&world).retell(&reordered(&world, true));
    sound(&world);
    world.check(&letter()).exit(1).headline("THIS LETTER IS ON HOLD: DO NOT USE");
    let size = world.opened().log().size();
    let lie = format!("the log at {size} entries is not the one that had {size}");
    watchers_see(&world, &lie, &lie);
}

#[test]
fn an_entry_dated_before_the_one_before_it_counts_for_nothing() {
    let world = warned();
    let mut told = Liar(&world).told();
    let warning = last_of(&told, MINISTRY);
    let before = Time::from_millis(told[warning - 1].entry.logged.millis() - 1);
    told[warning] = told[warning].clone().at(before);
    Liar(&world).rewrite(&told);
    let lie = format!("FALSE   entry {warning} counts for nothing: its logged time runs back");
    caught(&world, &lie).says("its map is not what the log gives by then");
}

#[test]
fn an_entry_dated_back_as_far_as_the_one_before_it_does_not_give_the_map_of_its_epoch() {
    let world = warned();
    let mut told = Liar(&world).told();
    let warning = last_of(&told, MINISTRY);
    told[warning] = told[warning].clone().at(told[warning - 1].entry.logged);
    Liar(&world).rewrite(&told);
    caught(&world, &format!("FALSE   entry {}: its map is not what the log gives by then", warning + 1));
}

#[test]
fn an_entry_dated_back_with_all_epochs_made_anew_is_caught_by_whoever_saw_it() {
    let world = warned();
    watched(&world);
    let mut told = Liar(&world).told();
    let warning = last_of(&told, MINISTRY);
    told[warning] = told[warning].clone().at(told[warning - 1].entry.logged);
    Liar(&world).retell(&told);
    sound(&world);
    let size = told.len();
    let lie = format!("the log at {size} entries is not the one that had {size}");
    watchers_see(&world, &lie, &lie);
}

#[test]
fn two_histories_of_one_size_shown_to_two_readers_are_caught_when_they_meet() {
    let world = issued();
    let before = Liar(&world).told();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    // The mirror and the watcher are shown the warning.
    watched(&world);
    let shown = Liar(&world).told();
    // Another reader is shown the ministry's blessing in its place.
    Liar(&world).retell(&before);
    world.mark(MINISTRY, NAME, "issued", "Confirmed");
    assert_eq!(Liar(&world).told().len(), shown.len());
    sound(&world);
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    let size = shown.len();
    let lie = format!("the log at {size} entries is not the one that had {size}");
    watchers_see(&world, &lie, &lie);
}

#[test]
fn a_larger_log_that_does_not_continue_the_smaller_one_is_caught_by_whoever_saw_that() {
    let world = warned();
    watched(&world);
    let size = Liar(&world).told().len();
    Liar(&world).retell(&without_the_warning(&world));
    world.issue(COMMAND, "letters/2", &other_letter());
    world.issue(COMMAND, "letters/3", &letter().replace("30 days", "60 days"));
    sound(&world);
    let larger = world.opened().log().size();
    let lie = format!("the log at {larger} entries is not the one that had {size}");
    watchers_see(&world, &lie, &lie);
}

#[test]
fn two_histories_meet_in_an_epoch_that_names_a_checkpoint_of_the_other() {
    let world = issued();
    let before = Liar(&world).told();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let (size, shown) = (Liar(&world).told().len(), Liar(&world).checkpoint());
    Liar(&world).retell(&before);
    world.mark(MINISTRY, NAME, "issued", "Confirmed");
    let entry = Liar(&world).map_naming(&shown, |_, _| true);
    caught(
        &world,
        &format!(
            "FALSE   entry {entry}: the checkpoint in it is not one of this log: the log had another root \
             at {size} entries: two histories were signed"
        ),
    );
}

#[test]
fn a_checkpoint_rolled_back_alone_does_not_fit_what_lies_beside_it() {
    let world = issued();
    let before = Liar(&world).checkpoint();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let epoch = world.opened().log().size() - 1;
    fs::write(world.record().join("checkpoint"), before).unwrap();
    world
        .check(&letter())
        .refused(&format!("erratum: record record: map: it is not what entry {epoch} commits to; "));
    caught(&world, &format!("FALSE   map: no epoch commits to it, though it names entry {epoch}"));
}

#[test]
fn a_record_rolled_back_whole_is_caught_by_whoever_saw_more() {
    let world = issued();
    copy_folder(&world.record(), &world.folder().join("before"));
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    watched(&world);
    let size = world.opened().log().size();
    fs::remove_dir_all(world.record()).unwrap();
    copy_folder(&world.folder().join("before"), &world.record());
    sound(&world);
    let lie = format!("the log has gone back from {size} entries to {}", size - 2);
    watchers_see(&world, &lie, &lie);
    // Nor does the writer go on from there.
    world.run().refused("the public folder is older than the writer's files (a restored backup?)");
}

#[test]
fn a_record_restored_from_a_backup_and_continued_is_caught_by_whoever_saw_more() {
    let world = issued();
    for folder in ["record", "operator"] {
        copy_folder(&world.folder().join(folder), &world.folder().join("backup").join(folder));
    }
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    watched(&world);
    let size = world.opened().log().size();
    for folder in ["record", "operator"] {
        fs::remove_dir_all(world.folder().join(folder)).unwrap();
        copy_folder(&world.folder().join("backup").join(folder), &world.folder().join(folder));
    }
    world.issue(COMMAND, "letters/2", &other_letter());
    sound(&world);
    let larger = world.opened().log().size();
    let lie = format!("the log at {larger} entries is not the one that had {size}");
    watchers_see(&world, &lie, &lie);
}

#[test]
fn a_checkpoint_rolled_back_from_one_epoch_to_the_next_counts_for_nothing() {
    let world = issued();
    let before = Liar(&world).checkpoint();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let entry = Liar(&world).map_naming(&before, |_, _| true);
    caught(
        &world,
        &format!(
            "FALSE   entry {entry} counts for nothing: its checkpoint is not newer than that of the epoch before"
        ),
    );
}

#[test]
fn an_epoch_that_names_a_checkpoint_of_what_is_not_logged_yet_counts_for_nothing() {
    let world = issued();
    let before = Liar(&world).told();
    world.mark(MINISTRY, NAME, "in-error", "Nobody approved it");
    let later = Liar(&world).checkpoint();
    Liar(&world).retell(&before);
    let entry = Liar(&world).map_naming(&later, |_, _| true);
    caught(
        &world,
        &format!(
            "FALSE   entry {entry} counts for nothing: its checkpoint has entries that come after it"
        ),
    );
}
