//! `erratum init`, `erratum keys`, `erratum desk`: who may speak for the office, and where its keys lie.

use std::path::{Path, PathBuf};

use erratum::record::{Body, KEYS_DELAY, Keys, Name, Record, Statement, Time, VerifierKey};
use erratum_desk::{
    Ask, Desk, DeskError, Identity, KeyChange, NewKey, Office, Passphrase, Recipient, Revoke,
    archive_takes_passphrase, passphrase_from_file, read_identity, rule_in_words,
};
use erratum_names::Published;
use zeroize::Zeroizing;

use crate::acts::{Done, at_work, hand_in};
use crate::args::Init;
use crate::failure::Failure;
use crate::key_args::{DeskCommand, KeysCommand, Rotate};

/// Where passphrases come from: the file that `ERRATUM_PASSPHRASE_FILE` names, else the terminal.
pub(crate) fn ask() -> Ask {
    Box::new(|what| {
        if let Some(file) = std::env::var_os("ERRATUM_PASSPHRASE_FILE") {
            return passphrase_from_file(Path::new(&file));
        }
        let (Passphrase::Open(path) | Passphrase::New(path)) = what;
        let first = ask_terminal(&format!("Passphrase of {}: ", path.display()))?;
        if matches!(what, Passphrase::New(_)) {
            if first.is_empty() {
                return Err(DeskError::Unfit("an empty passphrase protects nothing".to_owned()));
            }
            if ask_terminal("The same again: ")? != first {
                return Err(DeskError::Unfit("the two passphrases differ".to_owned()));
            }
        }
        Ok(first)
    })
}

fn ask_terminal(prompt: &str) -> Result<Zeroizing<String>, DeskError> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| {
        let why = "no terminal to ask for the passphrase; name a file that holds it with ERRATUM_PASSPHRASE_FILE";
        DeskError::Unfit(why.to_owned())
    })
}

pub(crate) fn init(args: &Init, desk: Option<&Path>) -> Done {
    // The record is read first: a desk for a record that is not there would be of no use.
    let record = Record::open(&args.record, None)?;
    let place = match desk {
        Some(place) => place.to_owned(),
        None => {
            std::env::var_os("ERRATUM_DESK").map_or_else(|| PathBuf::from(".erratum"), PathBuf::from)
        }
    };
    let settings = place.join("desk.toml");
    if settings.exists() {
        return Err(Failure::new(format!("{}: there is a desk here already", settings.display())));
    }
    let office = Office::of(&record, &args.name)?;
    if office.is_some() && !args.join && !args.claim {
        return Err(Failure::new(format!(
            "{} has keys in {} already; for one more desk of it: --join; to claim the name anew: --claim",
            args.name,
            record.origin()
        )));
    }
    let key = NewKey { label: args.label.clone(), keep: args.kept.keep() };
    let log_key = args.log_key.as_deref();
    let mut desk = Desk::create_with(&place, &args.name, &args.record, log_key, &key, ask())?;
    anstream::println!("desk of {} in {}", args.name, desk.place().display());
    anstream::println!("  its key is {}", desk.key());
    if args.join {
        anstream::println!("  the office lists it with: erratum keys rotate --add {}", desk.key());
        return Ok(0);
    }
    let change = KeyChange { superior: Some(args.superior.clone()), ..args.listing.change() };
    let submission = desk.first_keys(&record, &change)?;
    let line = Published { keys: submission.id(), superior: args.superior.clone() };
    hand_in(&desk, &[submission], "keys")?;
    if office.is_some() {
        anstream::println!(
            "  a claim to the name: it binds 14 days after it is logged, unless cancelled"
        );
    }
    if desk.log_key().is_none() && !record.state().admits(&args.name, &desk.key())? {
        anstream::println!(
            "  the operator lets it in with: erratum record admit {} {}",
            args.name,
            desk.key()
        );
        if record.state().open().is_some() {
            anstream::println!("  or the name proves itself, by this line in DNS or in a file:");
            anstream::println!("      _erratum.{} TXT \"{line}\"", args.name);
            anstream::println!("      https://{}/.well-known/erratum.txt", args.name);
        }
    }
    Ok(0)
}

pub(crate) fn keys(command: &KeysCommand, desk: Option<&Path>) -> Done {
    let (mut desk, record) = at_work(desk)?;
    match command {
        KeysCommand::Show => show(&desk, &record)?,
        KeysCommand::Rotate(args) => rotate(&mut desk, &record, args)?,
        KeysCommand::Revoke { key, since, reason, lang, subordinate, sign_with } => {
            let revoke = Revoke {
                subordinate: subordinate.clone(),
                key: key.clone(),
                since: *since,
                reason: reason.clone(),
                lang: lang.clone(),
            };
            let (submission, key) = desk.revoke(&record, &revoke, sign_with.as_deref())?;
            hand_in(&desk, &[submission], &format!("revoked {}", key.name()))?;
            anstream::println!("  warnings that it signed stay until they are lifted or said again");
        }
        KeysCommand::Accept { name } => {
            let submission = desk.accept(&record, name)?;
            let accepted = Statement::parse(submission.note.text())
                .map_err(|error| Failure::new(error.to_string()))?;
            hand_in(&desk, &[submission], &format!("accepted {name}"))?;
            tell_accepted(&desk, &record, name, &accepted)?;
        }
        KeysCommand::Recovery { file, label, encrypt } => {
            let key = desk.create_recovery(file, label, *encrypt)?;
            anstream::println!("made the recovery key {}", file.display());
            anstream::println!(
                "  keep it away from this desk; the office lists it with: erratum keys rotate --recovery {key}"
            );
        }
    }
    Ok(0)
}

/// What an acceptance comes to: this office is the superior, or agrees that another one follows it.
fn tell_accepted(
    desk: &Desk,
    record: &Record,
    name: &Name,
    accepted: &Statement,
) -> Result<(), Failure> {
    let Body::Acceptance(accepted) = &accepted.body else { return Ok(()) };
    let Some(office) = Office::of(record, name)? else { return Ok(()) };
    let said = office.history.keys().find(|(said, _)| said.id == accepted.keys);
    match said.and_then(|(_, keys)| keys.superior.as_ref()) {
        Some(superior) if superior == desk.name() => {
            anstream::println!("  {superior} is its superior as soon as those keys bind");
        }
        Some(next) => anstream::println!(
            "  consents that {next} follows {}, and may end what it said of documents of {name}",
            desk.name()
        ),
        None => {}
    }
    Ok(())
}

fn rotate(desk: &mut Desk, record: &Record, args: &Rotate) -> Result<(), Failure> {
    let mut change = args.change();
    if let Some(label) = &args.new_key {
        let key = desk.add_key(&NewKey { label: label.clone(), keep: args.kept.keep() })?;
        anstream::println!("made the key {key}");
        change.add.push(key);
    } else if args.kept.encrypt || args.kept.ssh_agent.is_some() {
        return Err(Failure::new("--encrypt and --ssh-agent say how a --new-key is kept"));
    }
    let subordinate = args.subordinate.as_ref();
    let rotated = desk.rotate(record, subordinate, &change, args.sign_with.as_deref())?;
    hand_in(desk, &[rotated.submission], &format!("keys of {}", rotated.keys.name()))?;
    tell_keys(desk, &rotated.keys);
    for entry in &rotated.cancels {
        anstream::println!(
            "  cancels the keys of entry {entry}, which do not bind yet, as far as it may"
        );
    }
    if rotated.delayed.is_empty() {
        anstream::println!("  binds when it is logged");
    } else {
        let until = Time::from_millis(Time::now().millis() + KEYS_DELAY).for_people();
        anstream::println!(
            "  binds 72 hours after it is logged, not before {until}: {}",
            rotated.delayed.join("; ")
        );
        anstream::println!("  until then the keys before are in force, and may cancel it");
    }
    Ok(())
}

/// Keys, a line each, with what of them lies in this desk.
fn tell_keys(desk: &Desk, keys: &Keys) {
    for listed in &keys.keys {
        let here = desk.held_keys().find(|(key, _)| **key == listed.key);
        let here = here.map(|(_, kept)| format!("   here, {kept}")).unwrap_or_default();
        let until = listed.until.map(|until| format!(", until {}", until.for_people()));
        anstream::println!("  key {}{}{here}", listed.key, until.unwrap_or_default());
    }
    anstream::println!("  {}", rule_in_words(keys));
    for key in &keys.recovery {
        anstream::println!("  recovery key {key}");
    }
}

fn show(desk: &Desk, record: &Record) -> Result<(), Failure> {
    let office = Office::of(record, desk.name())?;
    match &office {
        None => anstream::println!("{} has no keys in force in {}", desk.name(), record.origin()),
        Some(office) => show_office(desk, record, office),
    }
    let is_listed = |key: &VerifierKey| {
        let listed = office.iter().flat_map(|office| &office.authority.keys.keys);
        listed.into_iter().any(|listed| listed.key == *key)
    };
    for (key, kept) in desk.held_keys().filter(|(key, _)| !is_listed(key)) {
        anstream::println!("  in this desk and not listed: {key}   {kept}");
    }
    for issuer in record.state().issuers()? {
        let Some((said, keys)) = issuer.keys().last() else { continue };
        let names_us = keys.superior.as_ref() == Some(desk.name());
        let accepted =
            issuer.acceptances().any(|(_, one)| one.keys == said.id && one.speaker == *desk.name());
        let name = &issuer.name;
        if names_us && !accepted && record.state().superior(name)?.as_ref() != Some(desk.name()) {
            anstream::println!(
                "  {name} names this office as its superior; accept with: erratum keys accept {name}"
            );
        }
    }
    Ok(())
}

fn show_office(desk: &Desk, record: &Record, office: &Office) {
    let Office { authority, history, .. } = office;
    let (place, since) = (authority.in_force.place, authority.since.for_people());
    anstream::println!("{} in {} since {since}, entry {}", desk.name(), record.origin(), place.entry);
    if let Some(above) = &authority.set_by {
        anstream::println!("  set by {above}");
    }
    tell_keys(desk, &authority.keys);
    match (&authority.superior, &authority.keys.superior) {
        (Some(superior), _) => anstream::println!("  superior: {superior}"),
        (None, Some(named)) => anstream::println!("  superior: {named}, which has not accepted yet"),
        (None, None) => anstream::println!("  superior: none"),
    }
    for (said, revocation) in history.revocations() {
        let since = revocation.suspect.map(|time| format!(", suspect since {}", time.for_people()));
        let counts = authority.revoked.iter().any(|(_, entry)| *entry == said.place.entry);
        anstream::println!(
            "  revoked: {}, entry {}{}{}",
            revocation.key.name(),
            said.place.entry,
            since.unwrap_or_default(),
            if counts { "" } else { ", void now" }
        );
    }
    for pending in &authority.pending {
        let (binds, entry) = (pending.binds.for_people(), pending.said.place.entry);
        let what = if pending.claim { "a claim to this name" } else { "other keys" };
        anstream::println!("  PENDING: {what}, entry {entry}, from {binds} unless cancelled before");
        if let Some(keys) = pending.said.keys() {
            tell_keys(desk, keys);
        }
    }
    if authority.tenure > 0 {
        anstream::println!("  the name has changed hands, {} times in this record", authority.tenure);
    }
}

/// `erratum desk`.
pub(crate) fn desk(command: &DeskCommand, desk: Option<&Path>) -> Done {
    match command {
        DeskCommand::Export { file, to } => {
            let place = Desk::find(desk)?;
            let recipient = match to {
                Some(recipient) => recipient.clone(),
                None => Recipient::Passphrase(ask()(Passphrase::New(file))?),
            };
            let count = Desk::export(&place, file, &recipient)?;
            anstream::println!("exported {} into {}: {count} files", place.display(), file.display());
            anstream::println!("  keys that lie in an ssh-agent are not in it");
        }
        DeskCommand::Restore { file, dir, identity } => {
            let identity = match identity {
                Some(identity) => read_identity(identity)?,
                None if archive_takes_passphrase(file)? => {
                    Identity::Passphrase(ask()(Passphrase::Open(file))?)
                }
                None => {
                    let why = "it was encrypted to a recipient; name the identity file with --identity";
                    return Err(Failure::new(format!("{}: {why}", file.display())));
                }
            };
            let count = Desk::restore(file, dir, &identity)?;
            anstream::println!("restored {} from {}: {count} files", dir.display(), file.display());
        }
    }
    Ok(0)
}
