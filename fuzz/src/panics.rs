//! Whose panic is a find. The readers survive a panic of a library in their workers as an error of that
//! part, so it is none; a panic of our own code is one, wherever it is caught.

use std::panic::{set_hook, take_hook};
use std::process::abort;
use std::time::Duration;

/// What the paths of our own sources begin with, as the compiler is given them.
const OURS: &[&str] = &["crates/", "fuzz/"];

/// Makes a panic of our own code, and any outside a worker, end the process, as libFuzzer wants it.
pub fn watch() {
    // The workers set a hook when the first is started: it must lie under this one.
    let _ = erratum_text::apart("nothing", Duration::from_secs(10), || Ok(()));
    let workers = take_hook();
    set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |place| place.file());
        if OURS.iter().any(|start| file.starts_with(start)) {
            eprintln!("{panic}\n{}", std::backtrace::Backtrace::force_capture());
            abort();
        }
        workers(panic);
    }));
}
