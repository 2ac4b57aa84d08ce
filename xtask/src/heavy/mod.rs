//! `cargo xtask heavy`: trials that take minutes, of large records and on servers that are not ours. Their results are committed
//! under `docs/heavy/`.
//!
//! What they need stays out of the chores' usual build: `cargo xtask heavy s3` runs cargo once more, with
//! the feature `s3`.

mod authority;
mod record;
#[cfg(feature = "s3")]
mod s3;

use std::path::Path;

use crate::Done;

/// Runs the trial that `arguments` name.
pub(crate) fn heavy(root: &Path, arguments: &[String]) -> Done {
    match arguments.split_first() {
        Some((name, rest)) if name == "authority" => authority::trial(root, rest),
        Some((name, rest)) if name == "record" => record::trial(root, rest),
        Some((name, rest)) if name == record::AUDIT => record::audit(rest),
        #[cfg(feature = "s3")]
        Some((name, rest)) if name == "s3" => s3::trial(root, rest),
        #[cfg(feature = "s3")]
        Some((name, rest)) if name == s3::WRITER => s3::write(rest),
        #[cfg(not(feature = "s3"))]
        Some((name, _)) if name == "s3" => with_feature(root, "s3", arguments),
        _ => Err(
            "usage: cargo xtask heavy authority [HISTORIES] | record [STATEMENTS] | s3 [--minutes N]"
                .into(),
        ),
    }
}

/// The same again, by a build that has the feature.
#[cfg(not(feature = "s3"))]
fn with_feature(root: &Path, feature: &str, arguments: &[String]) -> Done {
    let status = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "xtask",
            "--features",
            feature,
            "--",
            "heavy",
        ])
        .args(arguments)
        .current_dir(root)
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("the trial {feature} failed").into()) }
}
