//! `mirror` and `audit --follow`, as far as no server is needed; the rest is tested in `erratum-remote`.

use std::sync::Arc;

use erratum::record::LocalStore;
use erratum_remote::Monitor;

use crate::support::{World, copy_folder};

#[test]
fn a_record_that_went_back_ends_the_watch_with_both_checkpoints_kept() {
    let world = World::new();
    copy_folder(&world.record(), &world.folder().join("early"));
    world.office("ministry.example", None);
    let mut monitor = Monitor::open(&world.folder().join("state"), &[]).unwrap();
    let seen = monitor.look(Arc::new(LocalStore::new(world.record())), None).unwrap();
    monitor.remember(&seen).unwrap();
    world
        .erratum(&["audit", "early", "--follow", "--state", "state"])
        .exit(1)
        .says("FALSE")
        .says("the log has gone back from 5 entries to 1; both checkpoints are kept in ");
    assert_eq!(std::fs::read_dir(world.folder().join("state.evidence")).unwrap().count(), 2);
}

#[test]
fn what_cannot_be_read_is_said_in_one_line() {
    let world = World::new();
    world
        .erratum(&["mirror", "record.example", "copy"])
        .exit(2)
        .complains("record.example: not a URL of http or https");
    world
        .erratum(&["audit", "https://record.example"])
        .exit(2)
        .complains("https://record.example: mirror it first: erratum mirror https://record.example DIR");
    world
        .erratum(&["audit", "nowhere", "--follow"])
        .exit(2)
        .complains("checkpoint: missing: there is no record there");
    world.erratum(&["audit", "record", "--name", "a.example"]).exit(2);
}
