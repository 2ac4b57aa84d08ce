//! The trial of a server: of 64 conditional puts at once, exactly one must be done.
//!
//! It shows what a server does under a race now, on one object. It proves nothing about what the server
//! does when it is reconfigured, or about several servers in front of one bucket that do not agree.

use futures_util::future::join_all;
use object_store::UpdateVersion;
use object_store::path::Path;

use super::S3Store;
use super::client::Bucket;
use super::fault::Fault;
use crate::log::error::{LogError, LogErrorKind};
use crate::log::key_file::random_seed;
use crate::log::store::Store;

/// How many puts race.
const RACERS: usize = 64;
/// The folder of the trial's objects, which are removed at its end.
const FOLDER: &str = "trial";
/// More than a racer's bytes.
const MOST: u64 = 1024;

/// What a race showed.
enum Race {
    /// One put won, and its bytes are there, in this version.
    Fair(UpdateVersion),
    /// Why the server is no store for a writer.
    Unfair(String),
}

impl S3Store {
    /// Lets 64 puts race for a new object, on the condition that it is not there, and then 64 for its
    /// replacement, on the condition that it is the one just written; in each race exactly one may win.
    /// Gives the server's name, such as `the server MinIO at http://127.0.0.1:9000`.
    ///
    /// The first [`Store::create`] or [`Store::swap`] does this by itself.
    ///
    /// # Errors
    /// [`LogErrorKind::Unfit`] if another number wins or the winner's bytes are not there after it; that is
    /// final for this server. [`LogErrorKind::Io`] if the server gave no clear answer.
    pub fn try_conditional_puts(&self) -> Result<String, LogError> {
        let seed = random_seed()?;
        let name: String = seed.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{FOLDER}/{name}/race");
        let path = self.resolve(&name)?;
        let bucket = self.client.bucket().clone();
        let raced = self.client.on_one(async move { races(&bucket, path).await });
        // What stays behind of a trial misleads nobody.
        let folder = name.trim_end_matches("/race");
        let _ = self.remove_folder(folder);
        match raced.map_err(|fault| LogError::io(&name, "raced for", fault.into_io()))? {
            Race::Fair(_) => Ok(self.client.bucket().server()),
            Race::Unfair(why) => {
                Err(LogError::new(LogErrorKind::Unfit, self.client.bucket().server(), why))
            }
        }
    }

    /// Does the trial unless it was passed.
    pub(super) fn prove(&self) -> Result<(), LogError> {
        if self.client.proven.get().is_none() {
            self.try_conditional_puts()?;
            // Two threads may have done it at once; both passed.
            let _ = self.client.proven.set(());
        }
        Ok(())
    }
}

async fn races(bucket: &Bucket, path: Path) -> Result<Race, Fault> {
    // As many connections stand before the start: connecting would pull the racers apart.
    let looks = (0..RACERS).map(|_| bucket.read(path.clone(), MOST));
    for look in join_all(looks).await {
        if look?.is_some() {
            return Err(Fault::text("its name is not new"));
        }
    }
    match race(bucket, &path, None, "new").await? {
        Race::Fair(version) => race(bucket, &path, Some(version), "next").await,
        unfair => Ok(unfair),
    }
}

/// One race; `what` keeps the bytes of two races apart.
async fn race(
    bucket: &Bucket,
    path: &Path,
    expected: Option<UpdateVersion>,
    what: &str,
) -> Result<Race, Fault> {
    let condition = if expected.is_none() { "If-None-Match: *" } else { "If-Match" };
    let bytes = |racer: usize| format!("{what} {racer:02}\n").into_bytes();
    let puts = (0..RACERS).map(|racer| bucket.race(path.clone(), expected.clone(), bytes(racer)));
    let answers = join_all(puts).await;
    let winners: Vec<_> = (0..).zip(&answers).filter(|(_, answer)| matches!(answer, Ok(true))).collect();
    if winners.len() > 1 {
        let why = format!(
            "does not put atomically: {} of {RACERS} racing puts won ({condition})",
            winners.len()
        );
        return Ok(Race::Unfair(why));
    }
    let winner = winners.first().map(|(racer, _)| *racer);
    // A put without an answer may be the winner, or a second one.
    if let Some(fault) = answers.into_iter().find_map(Result::err) {
        return Err(fault);
    }
    let Some(winner) = winner else {
        let why = format!("does no conditional put: 0 of {RACERS} racing puts won ({condition})");
        return Ok(Race::Unfair(why));
    };
    match bucket.read(path.clone(), MOST).await? {
        Some(found) if found.bytes == bytes(winner) => match found.version() {
            version if version.e_tag.is_some() => Ok(Race::Fair(version)),
            _ => Ok(Race::Unfair("gives no ETag, which a conditional put needs".to_owned())),
        },
        _ => {
            let why = format!(
                "does not put atomically: after {RACERS} racing puts the one that won is not there \
                 ({condition})"
            );
            Ok(Race::Unfair(why))
        }
    }
}
