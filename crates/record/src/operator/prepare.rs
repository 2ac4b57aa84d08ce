//! What can be found out about submissions before any is judged, on all cores: what each says, which keys
//! signed it, whether its blobs are those that it names and fit it.

use crate::atoms::Id;
use crate::blob::{Blob, split_blobs};
use crate::inbox::Submission;
use crate::log::LogError;
use crate::note::Signed;
use crate::parallel;
use crate::signatures::{Proven, Ring};
use crate::state::{Attached, State};
use crate::statement::{Body, Document, FirstWord, Statement};

use super::Check;

/// A submission, looked into.
pub(super) struct Prepared {
    pub(super) id: Id,
    pub(super) statement: Statement,
    pub(super) proven: Proven,
    /// What is wrong with its blobs; nothing is known of them where no key signed it.
    pub(super) blobs: Result<Attached, String>,
}

/// What was found out about each of some submissions; an error says why one is no statement.
pub(super) type AllPrepared = Vec<Result<Prepared, String>>;

/// Looks into each submission; an error says why one is no statement.
pub(super) fn prepare(
    state: &State,
    check: &Check,
    submissions: &[&Submission],
) -> Result<AllPrepared, LogError> {
    let read: Vec<Result<_, String>> = parallel::map(submissions, |submission| {
        let text = submission.note.text();
        let statement = Statement::parse(text).map_err(|error| error.to_string())?;
        Ok((Id::of(text.as_bytes()), statement))
    });
    let ring = Ring::of(state, read.iter().filter_map(|read| Some(&read.as_ref().ok()?.1)))?;
    let both: Vec<_> = submissions.iter().zip(read).collect();
    let looked = parallel::map(&both, |(submission, read)| {
        let (_, statement) = read.as_ref().ok()?;
        let proven = ring.verify(&submission.note, statement);
        let signed = proven.iter().any(|(_, signed)| *signed == Signed::Yes);
        if signed {
            fetch(state, statement);
        }
        // Nobody without a key makes us read much.
        let blobs =
            if signed { look(state, check, submission, statement) } else { Ok(Attached::default()) };
        Some((proven, blobs))
    });
    let all = both.into_iter().zip(looked).map(|((_, read), looked)| {
        let (id, statement) = read?;
        let (proven, blobs) = looked.unwrap_or_else(|| (Proven::new(), Ok(Attached::default())));
        Ok(Prepared { id, statement, proven, blobs })
    });
    Ok(all.collect())
}

/// Reads from the map what the statement will be judged by: then the judging, which goes one by one, finds
/// it read. What cannot be read is met there again.
fn fetch(state: &State, statement: &Statement) {
    let document = match &statement.body {
        Body::Standing(body) => &body.document,
        Body::Rendition(body) => &body.document,
        Body::Comment(body) | Body::Note(body) => &body.document,
        Body::Document(Document { word: FirstWord::Issued { replaces: Some(old) }, .. }) => {
            &old.document
        }
        _ => return,
    };
    let _ = state.document(document);
}

fn look(
    state: &State,
    check: &Check,
    submission: &Submission,
    statement: &Statement,
) -> Result<Attached, String> {
    let blobs: Vec<Blob> =
        split_blobs(statement, &submission.blobs).map_err(|error| error.to_string())?;
    check(statement, &blobs)?;
    let log_key = state.log_key();
    let mut attached = Attached::of(statement, &blobs, log_key);
    attached.suffixes = attached.suffixes.filter(crate::suffixes::Suffixes::is_list);
    Ok(attached)
}
