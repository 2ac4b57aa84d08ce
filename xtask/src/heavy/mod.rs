//! `cargo xtask heavy`: trials that take minutes, of large records and on servers that are not ours. Their results are committed
//! under `docs/heavy/`.
//!
//! What S3 needs stays out of the chores' usual build: `cargo xtask heavy s3` runs cargo once more, with the
//! feature of that name.

mod authority;
mod folder;
mod fuzz;
mod ocr;
mod record;
#[cfg(feature = "s3")]
mod s3;

use std::path::Path;

use crate::Done;

/// Runs the trial that `arguments` name.
pub(crate) fn heavy(root: &Path, arguments: &[String]) -> Done {
    match arguments.split_first() {
        Some((name, rest)) if name == "authority" => authority::trial(root, rest),
        Some((name, rest)) if name == "fuzz" => fuzz::trial(root, rest),
        Some((name, rest)) if name == "record" => record::trial(root, rest),
        Some((name, rest)) if name == record::AUDIT => record::audit(rest),
        Some((name, rest)) if name == "folder" => folder::trial(root, rest),
        #[cfg(feature = "s3")]
        Some((name, rest)) if name == "s3" => s3::trial(root, rest),
        #[cfg(feature = "s3")]
        Some((name, rest)) if name == s3::WRITER => s3::write(rest),
        #[cfg(not(feature = "s3"))]
        Some((name, _)) if name == "s3" => with_s3(root, arguments),
        Some((name, rest)) if name == "ocr" => ocr::trial(root, rest),
        _ => Err(
            "usage: cargo xtask heavy authority [HISTORIES] | folder [FILES] | fuzz [SECONDS] | ocr [PAGES] \
             | record [STATEMENTS] | s3 [--minutes N]"
                .into(),
        ),
    }
}

/// The same again, by a build that has the feature.
#[cfg(not(feature = "s3"))]
fn with_s3(root: &Path, arguments: &[String]) -> Done {
    let status = std::process::Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "xtask", "--features", "s3", "--", "heavy"])
        .args(arguments)
        .current_dir(root)
        .status()?;
    if status.success() { Ok(()) } else { Err("the trial s3 failed".into()) }
}
