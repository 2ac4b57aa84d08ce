//! The small facts: lists of what stands where.

use std::fmt::Write as _;

use super::Fact;
use super::lines::{Lines, or_dash};
use crate::atoms::{Id, Name, Origin, Time, Version};
use crate::authority::Place;
use crate::note::VerifierKey;
use crate::state::Remarked;
use crate::statement::{Body, NameProof, ProofMethod, Statement};

/// `record`: what stands for the whole record.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) log_key: VerifierKey,
    /// How many statements a day an open record takes of a name.
    pub(crate) open: Option<u64>,
    /// The suffix lists, each with its version and the entry that brought it; the last is in force.
    pub(crate) suffixes: Vec<(Version, u64)>,
}

impl Fact for Head {
    const KIND: &'static str = "record";

    fn write(&self, origin: &Origin, out: &mut String) {
        let _ = writeln!(out, "origin {origin}\nlog-key {}", self.log_key);
        if let Some(open) = self.open {
            let _ = writeln!(out, "open {open}");
        }
        for (version, entry) in &self.suffixes {
            let _ = writeln!(out, "suffixes {entry} {version}");
        }
    }

    fn read(_: &str, text: &str, origin: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        (lines.maybe("origin")?.text()? == origin.as_str()).then_some(())?;
        let log_key = lines.maybe("log-key")?.one()?;
        let open = match lines.maybe("open") {
            Some(mut words) => Some(words.number()?),
            None => None,
        };
        let mut suffixes = Vec::new();
        while let Some(mut words) = lines.maybe("suffixes") {
            let entry = words.number()?;
            suffixes.push((words.one()?, entry));
        }
        lines.is_at_end().then_some(Self { log_key, open, suffixes })
    }
}

/// `log`: how far it has come.
#[derive(Debug, Clone)]
pub(crate) struct LogFact {
    /// The latest logged time.
    pub(crate) time: Time,
    /// How many documents there are.
    pub(crate) documents: u64,
}

impl Fact for LogFact {
    const KIND: &'static str = "log";

    fn write(&self, _: &Origin, out: &mut String) {
        let _ = writeln!(out, "time {}\ndocuments {}", self.time, self.documents);
    }

    fn read(_: &str, text: &str, _: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let time = lines.maybe("time")?.one()?;
        let read = Self { time, documents: lines.maybe("documents")?.number()? };
        lines.is_at_end().then_some(read)
    }
}

/// `epoch`: the latest one.
#[derive(Debug, Clone)]
pub(crate) struct EpochFact {
    /// The entry that says it, which is also the number of entries that it covers.
    pub(crate) entry: u64,
    /// When that was logged.
    pub(crate) logged: Time,
    /// The size of the checkpoint that it names.
    pub(crate) checkpoint: u64,
    /// Of the latest epoch that names an index: how many entries it covers, and its manifest's digest.
    pub(crate) manifest: Option<(u64, Id)>,
}

impl Fact for EpochFact {
    const KIND: &'static str = "epoch";

    fn write(&self, _: &Origin, out: &mut String) {
        let _ = writeln!(out, "entry {} {} {}", self.entry, self.logged, self.checkpoint);
        if let Some((size, digest)) = &self.manifest {
            let _ = writeln!(out, "manifest {size} {digest}");
        }
    }

    fn read(_: &str, text: &str, _: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut words = lines.maybe("entry")?;
        let (entry, logged, checkpoint) = (words.number()?, words.one()?, words.number()?);
        words.end()?;
        let mut manifest = None;
        if let Some(mut words) = lines.maybe("manifest") {
            manifest = Some((words.number()?, words.one()?));
            words.end()?;
        }
        lines.is_at_end().then_some(Self { entry, logged, checkpoint, manifest })
    }
}

/// Defines a fact that is a list, one line an item.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident($item:ty), $kind:literal, $line:literal,
     |$one:ident| $write:expr, |$words:ident| $read:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name(pub(crate) Vec<$item>);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn write(&self, _: &Origin, out: &mut String) {
                for $one in &self.0 {
                    let _ = writeln!(out, "{} {}", $line, $write);
                }
            }

            fn read(_: &str, text: &str, _: &Origin) -> Option<Self> {
                let mut lines = Lines::new(text);
                let mut read = Vec::new();
                while !lines.is_at_end() {
                    let mut $words = lines.maybe($line)?;
                    read.push($read);
                    $words.end()?;
                }
                Some(Self(read))
            }
        }
    };
}

/// `admitted <name>`: what lets its first keys in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admitted {
    /// Its keys, each with the entry that admits it.
    pub(crate) keys: Vec<(VerifierKey, u64)>,
    /// What the operator found published under the name, each with its place.
    pub(crate) proofs: Vec<(Place, NameProof)>,
}

impl Fact for Admitted {
    const KIND: &'static str = "admitted";

    fn write(&self, _: &Origin, out: &mut String) {
        for (key, entry) in &self.keys {
            let _ = writeln!(out, "key {entry} {key}");
        }
        for (Place { entry, time }, proof) in &self.proofs {
            let (method, superior) = (proof.method.as_str(), or_dash(proof.superior.as_ref()));
            let _ = writeln!(out, "proof {entry} {time} {} {method} {superior}", proof.keys);
        }
    }

    fn read(name: &str, text: &str, _: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let name: Name = name.parse().ok()?;
        let mut read = Self::default();
        while let Some(mut words) = lines.maybe("key") {
            let entry = words.number()?;
            read.keys.push((words.one()?, entry));
            words.end()?;
        }
        while let Some(mut words) = lines.maybe("proof") {
            let place = Place { entry: words.number()?, time: words.one()? };
            let (keys, method) = (words.one()?, words.text()?);
            let methods = [ProofMethod::Dns, ProofMethod::Dnssec, ProofMethod::Https];
            let method = methods.into_iter().find(|known| known.as_str() == method)?;
            let superior = words.maybe()?;
            words.end()?;
            read.proofs.push((place, NameProof { name: name.clone(), keys, method, superior }));
        }
        lines.is_at_end().then_some(read)
    }
}

list! {
    /// `name <document name>`: its lineage, oldest first; whether each was copied from another record.
    Lineage((Id, bool)), "name", "document",
    |one| format_args!("{} {}", one.0, if one.1 { "copied" } else { "own" }),
    |words| {
        let id = words.one()?;
        (id, match words.text()? { "own" => false, "copied" => true, _ => return None })
    }
}

list! {
    /// `file <sha256>`: the documents of which such a file is a rendition, each with the rendition's entry.
    File((Id, u64)), "file", "rendition",
    |one| format_args!("{} {}", one.0, one.1),
    |words| (words.one()?, words.number()?)
}

list! {
    /// `withheld <entry>`: the entry of the tombstone.
    Withheld(u64), "withheld", "by",
    |one| one,
    |words| words.number()?
}

list! {
    /// `documents <name>`: how many the issuer has here.
    Count(u64), "documents", "count",
    |one| one,
    |words| words.number()?
}

/// `text <comparison digest>`: what was done with a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    /// Who ever issued it, valid or not, each with the first entry.
    pub(crate) issued: Vec<(Name, u64)>,
    /// The documents that have it, themselves or in translation.
    pub(crate) documents: Vec<Id>,
}

impl Fact for Text {
    const KIND: &'static str = "text";

    fn write(&self, _: &Origin, out: &mut String) {
        for (name, entry) in &self.issued {
            let _ = writeln!(out, "issued {name} {entry}");
        }
        for id in &self.documents {
            let _ = writeln!(out, "document {id}");
        }
    }

    fn read(_: &str, text: &str, _: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut read = Self::default();
        while let Some(mut words) = lines.maybe("issued") {
            read.issued.push((words.one()?, words.number()?));
        }
        while let Some(mut words) = lines.maybe("document") {
            read.documents.push(words.one()?);
        }
        lines.is_at_end().then_some(read)
    }
}

/// `notes <document>`: what others than its voices remark.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes(pub(crate) Vec<Remarked>);

impl Fact for Notes {
    const KIND: &'static str = "notes";

    fn write(&self, origin: &Origin, out: &mut String) {
        for note in &self.0 {
            write_remark(note, origin, out);
        }
    }

    fn read(_: &str, text: &str, origin: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut read = Vec::new();
        while !lines.is_at_end() {
            read.push(read_remark(&mut lines, origin)?);
        }
        Some(Self(read))
    }
}

/// `comment <entry> <time> <rank> <signers> <lines>` or `note <entry> <time> <signers> <lines>`, and the statement.
pub(super) fn write_remark(remark: &Remarked, origin: &Origin, out: &mut String) {
    let record = remark.copied_from.as_ref().unwrap_or(origin).clone();
    let body = remark.body();
    let Remarked { entry, logged, signers, .. } = remark;
    let (kind, body) = match remark.rank {
        Some(rank) => (format!("comment {entry} {logged} {rank} {signers}"), Body::Comment(body)),
        None => (format!("note {entry} {logged} {signers}"), Body::Note(body)),
    };
    let text = Statement { record, body }.text();
    let _ = writeln!(out, "{kind} {}", text.lines().count());
    out.push_str(&text);
}

pub(super) fn read_remark(lines: &mut Lines<'_>, origin: &Origin) -> Option<Remarked> {
    let (mut words, voice) = match lines.maybe("comment") {
        Some(words) => (words, true),
        None => (lines.maybe("note")?, false),
    };
    let (entry, logged) = (words.number()?, words.one()?);
    let rank = if voice { Some(words.one()?) } else { None };
    let (signers, count) = (words.one()?, words.number()?);
    words.end()?;
    let statement = lines.statement(count)?;
    let copied_from = (statement.record != *origin).then_some(statement.record);
    match statement.body {
        Body::Comment(body) | Body::Note(body) => {
            Some(Remarked::new(Place { entry, time: logged }, rank, signers, copied_from, body))
        }
        _ => None,
    }
}
