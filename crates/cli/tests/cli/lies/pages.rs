//! Lies in the public pages: they follow from the log, or the audit names the one that does not.

use std::fs;

use super::{audits, sound, warned};
use crate::support::World;

/// A record with a warning on a letter, and its pages.
fn built() -> World {
    let world = warned();
    world.erratum(&["build", "record", "public"]).done();
    sound(&world);
    world.erratum(&["audit", "record", "--pages", "public"]).exit(0).headline("SOUND");
    world
}

/// Audits the pages after a change of one of them, which is undone.
fn caught(world: &World, page: &str, change: impl FnOnce(&str) -> Option<String>, lie: &str) {
    let path = world.folder().join("public").join(page);
    let before = fs::read_to_string(&path).unwrap();
    match change(&before) {
        Some(after) => {
            assert_ne!(after, before);
            fs::write(&path, after).unwrap();
        }
        None => fs::remove_file(&path).unwrap(),
    }
    let audit = world.erratum(&["audit", "record", "--pages", "public"]);
    audit.exit(1).says(&format!("FALSE   page {page}: {lie}\n")).says("NOT SOUND");
    fs::write(&path, before).unwrap();
}

fn document_page(world: &World) -> String {
    let folder = world.folder().join("public/document");
    let mut pages = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    format!("document/{}", pages.next().unwrap().to_string_lossy())
}

#[test]
fn a_page_that_does_not_follow_from_the_log_is_caught_by_an_audit() {
    let world = built();
    let page = document_page(&world);
    let soften = |text: &str| Some(text.replace("Published in error", "Stands as issued"));
    caught(&world, &page, soften, "does not follow from the log");
    caught(&world, &page, |_| None, "missing");
    caught(&world, "index.html", soften, "does not follow from the log");
    let calm = |text: &str| Some(text.replace("in-error", "issued"));
    caught(&world, "feed.json", calm, "does not follow from the log");
    let hide = |text: &str| Some(text.replace("warning", "good"));
    caught(&world, "style.css", hide, "does not follow from the log");

    fs::write(world.folder().join("public/letter.html"), "invented").unwrap();
    let audit = world.erratum(&["audit", "record", "--pages", "public"]);
    audit.exit(1).says("FALSE   page letter.html: none of this record\n");
    // Built again, everything is in order.
    world.erratum(&["build", "record", "public"]).done().says(", 0 written, 1 removed");
    world.erratum(&["audit", "record", "--pages", "public"]).exit(0).headline("SOUND");
}

#[test]
fn pages_of_another_state_are_neither_sound_nor_false() {
    let world = built();
    let before = world.opened().log().size();
    world.mark("ministry.example", super::NAME, "withdrawn", "Never approved");
    let after = world.opened().log().size();
    world.erratum(&["audit", "record", "--pages", "public"]).exit(2).complains(&format!(
        "public: these pages were made of {before} entries of record.example, and this is record.example with \
         {after}; bring the older one up to date"
    ));
    world.erratum(&["build", "record", "public"]).done();
    audits(&world, 0).headline("SOUND");
    world.erratum(&["audit", "record", "--pages", "public"]).exit(0).headline("SOUND");
}

#[test]
fn pages_are_the_same_wherever_they_are_built_and_nothing_else_is_overwritten() {
    let world = built();
    world.erratum(&["build", "record", "again"]).done();
    for page in [document_page(&world), "index.html".to_owned(), "feed.json".to_owned()] {
        let read = |folder: &str| fs::read(world.folder().join(folder).join(&page)).unwrap();
        assert_eq!(read("public"), read("again"), "{page}");
    }
    world.erratum(&["build", "record", "again"]).done().says(", 0 written, 0 removed");
    fs::create_dir(world.folder().join("letters")).unwrap();
    fs::write(world.folder().join("letters/draft.txt"), "mine").unwrap();
    let refused = world.erratum(&["build", "record", "letters"]);
    refused.exit(2).complains("letters: not empty, and not a folder of a record's pages");
}

#[test]
fn what_offices_write_is_inert_on_a_page() {
    let world = warned();
    world.mark("ministry.example", super::NAME, "withdrawn", "<script>alert(1)</script> & \"so\"");
    world.erratum(&["build", "record", "public"]).done();
    let page = fs::read_to_string(world.folder().join("public").join(document_page(&world))).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot;"), "{page}");
    assert!(!page.contains("<script"));
}
