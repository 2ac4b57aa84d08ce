//! What an office does: `init`, `keys`, `issue`, `disown`, `add`, `mark`, `note`.

use std::fs;
use std::path::{Path, PathBuf};

use erratum::record::{Act, Id, Issuer, Lang, Name, Record, Standing, Submission, Time};
use erratum_desk::{Desk, Disown, HandedIn, Issue, Mark, Seen, SourceFile};

use crate::args;
use crate::failure::Failure;
use crate::records;

type Done = Result<u8, Failure>;

/// A desk and the record that it speaks in.
fn at_work(desk: Option<&Path>) -> Result<(Desk, Record), Failure> {
    let desk = Desk::open(&Desk::find(desk)?)?;
    let record = desk.record()?;
    Ok((desk, record))
}

/// Hands statements in and says what became of the first, under the given words.
fn hand_in(desk: &Desk, submissions: &[Submission], words: &str) -> Result<(), Failure> {
    let answers = desk.hand_in(submissions)?;
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
        None => {}
    }
    Ok(())
}

pub(crate) fn init(args: &args::Init, desk: Option<&Path>) -> Done {
    // The record is read first: a desk for a record that is not there would be of no use.
    let record = Record::open(&args.record, None)?;
    let place = match desk {
        Some(place) => place.to_owned(),
        None => {
            std::env::var_os("ERRATUM_DESK").map_or_else(|| PathBuf::from(".erratum"), PathBuf::from)
        }
    };
    let mut desk = Desk::create(&place, &args.name, &args.record, args.log_key.as_deref())?;
    let submission = desk.keys(&record, args.superior.clone())?;
    anstream::println!("desk of {} in {}", args.name, desk.place().display());
    anstream::println!("  its key is {}", desk.key());
    hand_in(&desk, &[submission], "keys")?;
    if desk.log_key().is_none() && !record.state().admits(&args.name, &desk.key())? {
        anstream::println!(
            "  the operator lets it in with: erratum record admit {} {}",
            args.name,
            desk.key()
        );
    }
    Ok(0)
}

pub(crate) fn keys(command: &args::KeysCommand, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    match command {
        args::KeysCommand::Show => show_keys(&desk, &record)?,
        args::KeysCommand::Accept { name } => {
            let submission = desk.accept(&record, name)?;
            hand_in(&desk, &[submission], &format!("accepted {name}"))?;
        }
    }
    Ok(0)
}

fn show_keys(desk: &Desk, record: &Record) -> Result<(), Failure> {
    let state = record.state();
    anstream::println!("{}", desk.key());
    match state.issuer(desk.name())? {
        None => anstream::println!("  not yet in {}", record.origin()),
        Some(issuer) => {
            let when = issuer.logged.for_people();
            anstream::println!("  in {} since {when}, entry {}", record.origin(), issuer.entry);
            match (state.superior(desk.name())?, &issuer.names_superior) {
                (Some(superior), _) => anstream::println!("  superior: {superior}"),
                (None, Some(named)) => {
                    anstream::println!("  superior: {named}, which has not accepted yet")
                }
                (None, None) => anstream::println!("  superior: none"),
            }
        }
    }
    let waits = |issuer: &Issuer| {
        issuer.names_superior.as_ref() == Some(desk.name()) && issuer.accepted.is_none()
    };
    for Issuer { name, .. } in state.issuers()?.into_iter().filter(waits) {
        anstream::println!(
            "  {name} names this office as its superior; accept with: erratum keys accept {name}"
        );
    }
    Ok(())
}

fn read(path: &Path, lang: &Lang) -> Result<SourceFile, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(SourceFile { path: path.to_owned(), bytes, lang: lang.clone() })
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
    Ok(0)
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
    document: &erratum::record::Registered,
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
    document: &erratum::record::Registered,
    own: &Name,
) -> Result<Id, Failure> {
    if let Some(text) = &args.word_id {
        return Ok(text.parse()?);
    }
    let moment = erratum::record::Moment::now(Time::now(), record.last_logged());
    let live = erratum::record::words_in_force(&document.words, moment);
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
