//! What an office says: `issue`, `disown`, `add`, `mark`, `note`; and handing it in.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use erratum::record::{Act, DocumentName, Id, Lang, Name, Record, Standing, Submission, Time};
use erratum::verdict::Outcome;
use erratum::{At, Library, Policy, RecordSource, When};
use erratum_desk::{Desk, Disown, HandedIn, Issue, Mark, Pending, Seen, SourceFile};

use crate::args;
use crate::failure::Failure;
use crate::keys::ask;
use crate::show::inert;
use crate::{reading, records};

pub(crate) type Done = Result<u8, Failure>;

/// A desk and the record that it speaks in.
pub(crate) fn at_work(desk: Option<&Path>) -> Result<(Desk, Record), Failure> {
    let desk = Desk::open_with(&Desk::find(desk)?, ask())?;
    let record = desk.record()?;
    Ok((desk, record))
}

/// Hands statements in and says what became of the first, under the given words.
pub(crate) fn hand_in(desk: &Desk, submissions: &[Submission], words: &str) -> Result<(), Failure> {
    tell(&desk.hand_in(submissions)?, words);
    Ok(())
}

/// Hands in an act that waited, or keeps it with the signatures that it has now.
pub(crate) fn hand_in_pending(desk: &Desk, pending: &Pending) -> Done {
    tell(&desk.pass_on(pending)?, "handed in");
    Ok(0)
}

/// Says what became of the first statement, under the given words.
pub(crate) fn tell(answers: &[HandedIn], words: &str) {
    match answers.first() {
        Some(HandedIn::Logged { entry, logged, .. }) => {
            anstream::println!("{words}: entry {entry}, logged {}", logged.for_people());
        }
        Some(HandedIn::Queued { for_what, .. }) => {
            anstream::println!("{words}: queued for the record's operator");
            if let Some(for_what) = for_what {
                anstream::println!("  {for_what}");
            }
        }
        Some(HandedIn::Pending { id, file, progress }) => {
            let (have, needed) = (progress.signed.len(), progress.needed);
            anstream::println!("{words}: NOT YET SAID, it has {have} of {needed} signatures");
            anstream::println!("  signed by {}", progress.signed.join(", "));
            anstream::println!("  hand this file to another who signs: {}", file.display());
            anstream::println!("  they read and sign it with: erratum approve FILE");
            anstream::println!("  pending {id}");
        }
        None => {}
    }
}

pub(crate) fn read(path: &Path, lang: &Lang) -> Result<SourceFile, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(SourceFile { path: path.to_owned(), copy: reading::copy(bytes, path), lang: lang.clone() })
}

pub(crate) fn issue(args: &args::Issue, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let args::Text::Public = args.text;
    let lang = |index: usize| args.lang.get(index).or(args.lang.first());
    let files = args.files.iter().enumerate().filter_map(|(i, path)| Some(read(path, lang(i)?)));
    let issue = Issue {
        files: files.collect::<Result<_, _>>()?,
        path: args.path.clone(),
        title: args.title.clone(),
        date: args.date.clone(),
        genre: args.genre,
        replaces: match &args.replaces {
            Some(text) => Some(records::document(&record, text, Some(desk.name()))?.id),
            None => None,
        },
        effective: args.effective,
    };
    let issued = desk.issue(&record, &issue)?;
    hand_in(&desk, &issued.submissions, &format!("issued {}", issued.name))?;
    anstream::println!("  document {}", issued.document);
    anstream::println!("  a path cannot be withdrawn; the document's standing can: erratum mark");
    if let Some(first) = args.files.first() {
        tell_readers_view(&desk, &issued.name, first)?;
    }
    Ok(0)
}

/// Says what readers of a document see that was just issued, where a word on another one that shares
/// passages with it leads.
fn tell_readers_view(desk: &Desk, name: &DocumentName, file: &Path) -> Result<(), Failure> {
    let copy = read(file, &"en".parse()?)?.copy;
    let library = Library::open(&RecordSource::unpinned(desk.record_place()))?;
    let policy = Policy { trust: vec![desk.name().clone()], ..Policy::default() };
    let now = When { now: Time::now(), at: At::Present };
    let verdict = erratum::check(&copy, &[library], &policy, now)?;
    for part in &verdict.parts {
        let Outcome::Found(found) = &part.outcome else { continue };
        let lead = found.claims.iter().find_map(|claim| {
            let lead = claim.findings.first()?;
            Some((lead, lead.word_of.as_ref()?, lead.word.as_ref()?)).filter(|_| !claim.good)
        });
        let Some((lead, other, word)) = lead else { continue };
        if lead.document.name != name.to_string() {
            continue;
        }
        let (voice, standing) = (&word.voice, word.standing);
        anstream::println!("  READERS SEE: {}", inert(&found.headline));
        anstream::println!(
            "  it shares passages with {}, {standing} by the word of {voice}",
            other.name
        );
        if *voice != desk.name().to_string() {
            anstream::println!("  ask {voice} to confirm it: erratum mark {name} issued");
        }
    }
    Ok(())
}

pub(crate) fn disown(args: &args::Disown, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let disown = Disown {
        file: read(&args.file, &args.about.lang)?,
        path: args.path.clone(),
        title: args.about.title.clone(),
        genre: args.about.genre,
        reason: args.reason.clone(),
    };
    let issued = desk.disown(&record, &disown)?;
    hand_in(&desk, &issued.submissions, &format!("disowned {}", issued.name))?;
    anstream::println!("  document {}", issued.document);
    Ok(0)
}

pub(crate) fn add(args: &args::Add, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let seen = Seen {
        file: read(&args.file, &args.about.lang)?,
        from: args.from.clone(),
        reported: args.standing,
        source: args.source.clone(),
        title: args.about.title.clone(),
        genre: args.about.genre,
    };
    let issued = desk.attribute(&record, &seen)?;
    hand_in(&desk, &issued.submissions, &format!("reported {}", issued.name))?;
    anstream::println!("  document {}", issued.document);
    Ok(0)
}

pub(crate) fn mark(args: &args::Mark, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let document = records::document(&record, &args.document, Some(desk.name()))?;
    let act = act(args, &record, &document, desk.name())?;
    if args.reason.is_none() && act != Act::Issued {
        return Err(Failure::new(format!("{} needs a --reason", args.word)));
    }
    let mark = Mark {
        document: document.id,
        act,
        reason: args.reason.clone(),
        lang: args.lang.clone(),
        translations: args.reason_in.clone(),
        effective: args.effective,
        passages: args.passage.clone(),
    };
    let name = document.document.name.clone();
    let submission = desk.mark(&record, &mark)?;
    let words = format!("{} {name}", args.word);
    let id = submission.id();
    hand_in(&desk, &[submission], &words)?;
    anstream::println!("  word {id}");
    Ok(0)
}

fn act(
    args: &args::Mark,
    record: &Record,
    document: &Arc<erratum::record::Registered>,
    own: &Name,
) -> Result<Act, Failure> {
    let successor = || -> Result<Id, Failure> {
        let Some(text) = &args.replaced_by else {
            return Err(Failure::new(format!("{} needs --replaced-by", args.word)));
        };
        Ok(records::document(record, text, Some(own))?.id)
    };
    if args.word == "lift" {
        if args.replaced_by.is_some() {
            return Err(Failure::new("lift takes no --replaced-by"));
        }
        return lifted(args, record, document, own).map(Act::Lift);
    }
    if args.word_id.is_some() {
        return Err(Failure::new(format!("{} takes no --word; only a lift does", args.word)));
    }
    let standing: Standing = args.word.parse()?;
    let takes_successor = matches!(standing, Standing::Corrected | Standing::Superseded);
    if args.replaced_by.is_some() && !takes_successor {
        return Err(Failure::new(format!("{standing} takes no --replaced-by")));
    }
    Ok(match standing {
        Standing::Issued => Act::Issued,
        Standing::Corrected => Act::Corrected(successor()?),
        Standing::Superseded => Act::Superseded(successor()?),
        Standing::Held => Act::Held,
        Standing::Withdrawn => Act::Withdrawn,
        Standing::InError => Act::InError,
        Standing::Disowned => Act::Disowned,
        Standing::Draft => return Err(Failure::new("a draft is opened, not marked")),
    })
}

/// The word that a lift ends: the one named, else this office's own warning or succession in force.
fn lifted(
    args: &args::Mark,
    record: &Record,
    document: &Arc<erratum::record::Registered>,
    own: &Name,
) -> Result<Id, Failure> {
    if let Some(text) = &args.word_id {
        return Ok(text.parse()?);
    }
    let moment = erratum::record::Moment::now(Time::now(), record.last_logged());
    let seen = record.state().seen(document, moment)?;
    let live = seen.in_force();
    let is_own = |word: &&&erratum::record::Word| word.voice == *own && word.act != Act::Issued;
    match live.iter().filter(is_own).collect::<Vec<_>>().as_slice() {
        [word] => Ok(word.id),
        [] => Err(Failure::new(format!(
            "no warning or succession of {own} is in force; name the word to lift with --word ID (erratum history {})",
            document.document.name
        ))),
        _ => Err(Failure::new(format!(
            "several words of {own} are in force; name the one to lift with --word ID (erratum history {})",
            document.document.name
        ))),
    }
}

pub(crate) fn note(args: &args::Note, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    let document = records::document(&record, &args.document, Some(desk.name()))?;
    let name = document.document.name.clone();
    let (submission, is_comment) = desk.remark(&record, &document.id, &args.text, &args.lang)?;
    let what = if is_comment { "comment on" } else { "note on" };
    hand_in(&desk, &[submission], &format!("{what} {name}"))?;
    Ok(0)
}
