//! The kinds that say who may speak: keys with their rule, acceptances, revocations.

use std::fmt::Write as _;

use super::form::check_key_name;
use super::lines::{Lines, StatementError};
use crate::atoms::{BlobRef, Id, Lang, Name, Origin, Time};
use crate::note::VerifierKey;

/// At most so many keys of a name in one statement.
const MOST_KEYS: usize = 16;
/// At most so many recovery keys.
const MOST_RECOVERY_KEYS: usize = 8;

/// Who may speak for a name, and by how many signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Who says it: the name itself, or a name above it.
    pub speaker: Name,
    /// With a speaker above: the name whose keys these are.
    pub subordinate: Option<Name>,
    /// The last keys of the name; none for first keys, and for a claim to a name that has keys.
    pub previous: Option<Id>,
    /// The keys, 1 to 16.
    pub keys: Vec<ListedKey>,
    /// How many signatures each act takes.
    pub rule: Rule,
    /// Keys that may only replace the keys or revoke one, up to 8.
    pub recovery: Vec<VerifierKey>,
    /// The record in which the name mainly speaks.
    pub home: Option<Origin>,
    /// The name that this one takes as its superior, once that has accepted.
    pub superior: Option<Name>,
}

/// A key of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The key, named `<name>/<label>`.
    pub key: VerifierKey,
    /// From when on its signatures do not count.
    pub until: Option<Time>,
}

impl Keys {
    /// First keys with one key, which signs every act alone.
    #[must_use]
    pub fn single(speaker: Name, key: VerifierKey, superior: Option<Name>) -> Self {
        Self {
            speaker,
            subordinate: None,
            previous: None,
            keys: vec![ListedKey { key, until: None }],
            rule: Rule::default(),
            recovery: Vec::new(),
            home: None,
            superior,
        }
    }

    /// The name whose keys these are.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.subordinate.as_ref().unwrap_or(&self.speaker)
    }

    /// The first key listed.
    #[must_use]
    pub fn first(&self) -> &VerifierKey {
        // Reading and making refuse keys without one.
        &self.keys[0].key
    }
}

/// What guards a name: keys that change any of it against those in force bind later than they are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// The recovery keys.
    Recovery,
    /// The number of signatures that the act `keys` takes.
    KeysRule,
    /// The superior.
    Superior,
}

impl Keys {
    /// What guards the name and is another in these keys than in those that come after them.
    #[must_use]
    pub fn guards_changed(&self, after: &Self) -> Vec<Guard> {
        let holds =
            |one: &Self, other: &Self| one.recovery.iter().all(|key| other.recovery.contains(key));
        let takes = |keys: &Self| keys.rule.takes(RuleAct::Keys);
        let changed = [
            (Guard::Recovery, !holds(self, after) || !holds(after, self)),
            (Guard::KeysRule, takes(self) != takes(after)),
            (Guard::Superior, self.superior != after.superior),
        ];
        changed.into_iter().filter(|(_, is)| *is).map(|(guard, _)| guard).collect()
    }
}

/// What a rule sets a number of signatures for, in the order of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleAct {
    /// A document with the word `issued`.
    Document,
    /// A document registered as seen.
    Attributed,
    /// A commitment or an opening.
    Draft,
    /// A rendition.
    Rendition,
    /// The word `issued` on a document.
    Issued,
    /// The word `corrected`.
    Corrected,
    /// The word `superseded`.
    Superseded,
    /// The word `held`.
    Held,
    /// The word `withdrawn`.
    Withdrawn,
    /// The word `in-error`.
    InError,
    /// The word `disowned`, on a document or as its first word.
    Disowned,
    /// A lift.
    Lift,
    /// A comment.
    Comment,
    /// A note.
    Note,
    /// An acceptance.
    Acceptance,
    /// Keys and revocations.
    Keys,
}

impl RuleAct {
    /// All of them, in the order of their lines.
    pub const ALL: [Self; 16] = [
        Self::Document,
        Self::Attributed,
        Self::Draft,
        Self::Rendition,
        Self::Issued,
        Self::Corrected,
        Self::Superseded,
        Self::Held,
        Self::Withdrawn,
        Self::InError,
        Self::Disowned,
        Self::Lift,
        Self::Comment,
        Self::Note,
        Self::Acceptance,
        Self::Keys,
    ];

    /// Its word in a rule line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Attributed => "attributed",
            Self::Draft => "draft",
            Self::Rendition => "rendition",
            Self::Issued => "issued",
            Self::Corrected => "corrected",
            Self::Superseded => "superseded",
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
            Self::InError => "in-error",
            Self::Disowned => "disowned",
            Self::Lift => "lift",
            Self::Comment => "comment",
            Self::Note => "note",
            Self::Acceptance => "acceptance",
            Self::Keys => "keys",
        }
    }
}

/// How many signatures each act takes. The act `keys` takes at least as many as any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    all: u8,
    own: Vec<(RuleAct, u8)>,
}

impl Default for Rule {
    /// One signature for every act.
    fn default() -> Self {
        Self { all: 1, own: Vec::new() }
    }
}

impl Rule {
    /// `all` signatures for every act but those of `own`.
    ///
    /// # Errors
    /// If a number is 0 or more than `keys`, an act stands twice or out of order, or an act takes more
    /// than `keys` does.
    pub fn new(all: u8, own: Vec<(RuleAct, u8)>, keys: usize) -> Result<Self, &'static str> {
        let rule = Self { all, own };
        let mut numbers = std::iter::once(all).chain(rule.own.iter().map(|(_, number)| *number));
        if numbers.any(|number| number == 0 || usize::from(number) > keys) {
            return Err("a rule takes from 1 to as many signatures as there are keys");
        }
        if !rule.own.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err("the acts of a rule are not in their order, each once");
        }
        if RuleAct::ALL.iter().any(|act| rule.takes(*act) > rule.takes(RuleAct::Keys)) {
            return Err("no act may take more signatures than the act keys");
        }
        Ok(rule)
    }

    /// The number of signatures that an act takes.
    #[must_use]
    pub fn takes(&self, act: RuleAct) -> u8 {
        self.own.iter().find(|(own, _)| *own == act).map_or(self.all, |(_, number)| *number)
    }

    /// The number for acts without one of their own.
    #[must_use]
    pub fn all(&self) -> u8 {
        self.all
    }

    /// The acts with a number of their own, in order.
    #[must_use]
    pub fn own(&self) -> &[(RuleAct, u8)] {
        &self.own
    }
}

/// A superior's consent to being named; or the present one's, to the one that shall come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The superior.
    pub speaker: Name,
    /// The name it accepts.
    pub subordinate: Name,
    /// The `keys` statement that names the superior.
    pub keys: Id,
}

/// A key counts no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Who says it: the name whose key it is, or a name above it.
    pub speaker: Name,
    /// With a speaker above: the name whose key it is.
    pub subordinate: Option<Name>,
    /// The key.
    pub key: VerifierKey,
    /// Since when its signatures are suspect; none if only from here on.
    pub suspect: Option<Time>,
    /// The language of the reason.
    pub lang: Lang,
    /// Why.
    pub reason: BlobRef,
}

impl Revocation {
    /// The name whose key it is.
    #[must_use]
    pub fn name(&self) -> &Name {
        self.subordinate.as_ref().unwrap_or(&self.speaker)
    }
}

pub(super) fn read_keys(lines: &mut Lines<'_>) -> Result<Keys, StatementError> {
    let speaker: Name = lines.one("speaker")?;
    let subordinate = read_subordinate(lines, &speaker)?;
    let name = subordinate.as_ref().unwrap_or(&speaker);
    let previous = match lines.text("previous")? {
        "none" => None,
        id => Some(lines.atom(id)?),
    };
    let mut keys: Vec<ListedKey> = Vec::new();
    let mut known: Vec<VerifierKey> = Vec::new();
    let mut add = |lines: &Lines<'_>, key: &VerifierKey| {
        check_key_name(lines, key, name)?;
        if known.iter().any(|known| known.same_key(key) || known.name() == key.name()) {
            return Err(lines.wrong("a label or a key that stands in a line before"));
        }
        known.push(key.clone());
        Ok(())
    };
    while keys.len() < MOST_KEYS {
        let Some(line) = lines.maybe_text("key")? else { break };
        let (key, until) = match line.split_once(' ') {
            Some((key, until)) => (key, Some(lines.atom(until)?)),
            None => (line, None),
        };
        let key = lines.atom(key)?;
        add(lines, &key)?;
        keys.push(ListedKey { key, until });
    }
    if keys.is_empty() {
        return Err(lines.missing("key"));
    }
    let rule = read_rule(lines, keys.len())?;
    let mut recovery = Vec::new();
    while recovery.len() < MOST_RECOVERY_KEYS {
        let Some(key) = lines.maybe("recovery")? else { break };
        add(lines, &key)?;
        recovery.push(key);
    }
    let (home, superior) = (lines.maybe("home")?, lines.maybe("superior")?);
    Ok(Keys { speaker, subordinate, previous, keys, rule, recovery, home, superior })
}

fn read_subordinate(lines: &mut Lines<'_>, speaker: &Name) -> Result<Option<Name>, StatementError> {
    let subordinate = lines.maybe("subordinate")?;
    if subordinate.as_ref() == Some(speaker) {
        return Err(lines.wrong("nobody is its own subordinate"));
    }
    Ok(subordinate)
}

fn read_rule(lines: &mut Lines<'_>, keys: usize) -> Result<Rule, StatementError> {
    let number = |lines: &Lines<'_>, text: &str| {
        let number = crate::atoms::number(text).map_err(|error| lines.wrong(error))?;
        u8::try_from(number).map_err(|_| lines.wrong("more signatures than keys"))
    };
    let first = lines.text("rule")?;
    let first = first.strip_prefix("all ").ok_or_else(|| lines.wrong("expected rule all <m>"))?;
    let all = number(lines, first)?;
    let mut own = Vec::new();
    while own.len() < RuleAct::ALL.len() {
        let Some(line) = lines.maybe_text("rule")? else { break };
        let (word, m) = line.split_once(' ').ok_or_else(|| lines.wrong("expected rule <act> <m>"))?;
        let act = RuleAct::ALL.into_iter().find(|act| act.as_str() == word);
        let act = act.ok_or_else(|| lines.wrong("no such act"))?;
        own.push((act, number(lines, m)?));
    }
    Rule::new(all, own, keys).map_err(|why| lines.wrong(why))
}

pub(super) fn write_keys(out: &mut String, body: &Keys) -> std::fmt::Result {
    writeln!(out, "speaker {}", body.speaker)?;
    body.subordinate.iter().try_for_each(|name| writeln!(out, "subordinate {name}"))?;
    match &body.previous {
        Some(id) => writeln!(out, "previous {id}")?,
        None => writeln!(out, "previous none")?,
    }
    for ListedKey { key, until } in &body.keys {
        match until {
            Some(until) => writeln!(out, "key {key} {until}")?,
            None => writeln!(out, "key {key}")?,
        }
    }
    writeln!(out, "rule all {}", body.rule.all)?;
    for (act, number) in &body.rule.own {
        writeln!(out, "rule {} {number}", act.as_str())?;
    }
    body.recovery.iter().try_for_each(|key| writeln!(out, "recovery {key}"))?;
    body.home.iter().try_for_each(|home| writeln!(out, "home {home}"))?;
    body.superior.iter().try_for_each(|name| writeln!(out, "superior {name}"))
}

pub(super) fn read_revocation(lines: &mut Lines<'_>) -> Result<Revocation, StatementError> {
    let speaker = lines.one("speaker")?;
    let subordinate = read_subordinate(lines, &speaker)?;
    let key = lines.one("key")?;
    check_key_name(lines, &key, subordinate.as_ref().unwrap_or(&speaker))?;
    let suspect = lines.maybe("suspect")?;
    let (lang, reason) = (lines.one("lang")?, lines.one("reason")?);
    Ok(Revocation { speaker, subordinate, key, suspect, lang, reason })
}

pub(super) fn write_revocation(out: &mut String, body: &Revocation) -> std::fmt::Result {
    writeln!(out, "speaker {}", body.speaker)?;
    body.subordinate.iter().try_for_each(|name| writeln!(out, "subordinate {name}"))?;
    writeln!(out, "key {}", body.key)?;
    body.suspect.iter().try_for_each(|time| writeln!(out, "suspect {time}"))?;
    write!(out, "lang {}\nreason {}\n", body.lang, body.reason)
}
