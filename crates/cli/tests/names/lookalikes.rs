//! Names that look like others, as a reader meets them.

use crate::support::World;
use crate::support::texts::letter;

/// A record where an impostor registered the text that the office issued.
fn world(impostor: &str) -> World {
    let world = World::new();
    world.office("northern-command.example", None);
    world.office(impostor, None);
    world.issue("northern-command.example", "letters/1", &letter());
    world.issue(impostor, "letters/1", &letter());
    world
}

#[test]
fn a_name_that_only_looks_trusted_is_told_under_the_headline() {
    let table = [
        ("northem-command.example", "its letters only look the same"),
        ("northern-comand.example", "one letter differs"),
        ("northern-command.test", "it has another ending"),
        ("northern-command.example.press.test", "it only begins with it"),
    ];
    for (impostor, how) in table {
        let line = format!(
            "LOOK-ALIKE: {impostor} is not northern-command.example, which your policy trusts: {how}."
        );
        let world = World::new();
        world.office(impostor, None);
        world.issue(impostor, "letters/1", &letter());
        let checked = world.check_trusting(&["northern-command.example"], &letter());
        let checked = checked.exit(0).headline("THIS LETTER STANDS AS ISSUED");
        assert_eq!(checked.stdout().lines().nth(1), Some(format!("  {line}").as_str()));
    }
}

#[test]
fn two_issuers_that_look_alike_are_told_apart() {
    let world = world("northem-command.example");
    world.check(&letter()).says(
        "LOOK-ALIKE: northern-command.example is not northem-command.example, which also speaks here: its letters only look the same.",
    ).says(
        "LOOK-ALIKE: northem-command.example is not northern-command.example, which also speaks here: its letters only look the same.",
    );
    let report = {
        let file = world.file(letter());
        world.erratum(&["check", &file, "--record", "record", "--json"]).report()
    };
    let names = &report.finding()["names"];
    assert_eq!(names[0]["name"], "northern-command.example");
    assert_eq!(names[0]["like"][0]["name"], "northem-command.example");
    assert_eq!(names[0]["like"][0]["how"], "same-letters");
    assert_eq!(names[0]["like"][0]["trusted"], false);
}

#[test]
fn a_name_in_other_letters_is_shown_as_it_is_signed_and_as_it_reads() {
    let world = World::new();
    world.office("xn--nrthern-command-8rm.example", None);
    world.issue("xn--nrthern-command-8rm.example", "letters/1", &letter());
    world
        .check_trusting(&["northern-command.example"], &letter())
        .says("LOOK-ALIKE: xn--nrthern-command-8rm.example is not northern-command.example, which your policy trusts: its letters only look the same.")
        .says("xn--nrthern-command-8rm.example reads n\u{43e}rthern-command.example, in letters of several scripts.");
    let world = World::new();
    world.office("xn--mnchen-3ya.example", None);
    world.issue("xn--mnchen-3ya.example", "letters/1", &letter());
    world.check(&letter()).says("xn--mnchen-3ya.example reads münchen.example.");
}
