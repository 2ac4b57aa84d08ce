//! The text of a tlog-policy: lines to parts, each fault with its line.
//!
//! Names are octets to the format, so nothing here asks whether they are UTF-8.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::cosigner::CosignerKey;
use super::policy::{Group, Member, Quorum, TlogPolicy, Witness};
use crate::atoms::number;
use crate::note::VerifierKey;

/// The most bytes of a policy.
const MOST_BYTES: usize = 1 << 20;
/// The most logs, witnesses and groups of a policy, each.
const MOST_LINES: usize = 256;

/// A tlog-policy that does not have its form; displays with the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogPolicyError {
    line: Option<usize>,
    why: String,
}

impl fmt::Display for TlogPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for TlogPolicyError {}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    logs: Vec<(VerifierKey, Option<String>)>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    names: HashMap<Vec<u8>, Member>,
    /// Names that are members of a group already.
    taken: HashSet<Vec<u8>>,
    quorum: Option<Quorum>,
}

/// Octets as people can read them.
pub(super) fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().take(120).flat_map(char::escape_debug).collect()
}

pub(super) fn parse(bytes: &[u8]) -> Result<TlogPolicy, TlogPolicyError> {
    let whole = |why: &str| TlogPolicyError { line: None, why: why.to_owned() };
    if bytes.len() > MOST_BYTES {
        return Err(whole("longer than 1 MiB"));
    }
    let mut reading = Reading::default();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        reading.line(line).map_err(|why| TlogPolicyError { line: Some(number), why })?;
    }
    let quorum = reading.quorum.ok_or_else(|| whole("it has no quorum line"))?;
    let Reading { logs, witnesses, groups, .. } = reading;
    Ok(TlogPolicy { logs, witnesses, groups, quorum })
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if let Some(bad) = line.iter().find(|byte| matches!(byte, 0..=8 | 10..=0x1f | 0x7f)) {
            return Err(format!("the control character 0x{bad:02x}"));
        }
        let mut items = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|item| !item.is_empty());
        let Some(keyword) = items.next().filter(|item| !item.starts_with(b"#")) else { return Ok(()) };
        let items: Vec<&[u8]> = items.collect();
        match (keyword, items.as_slice()) {
            (b"log", [key, url @ ..]) if url.len() < 2 => self.log(key, url.first().copied()),
            (b"witness", [name, key, url @ ..]) if url.len() < 2 => {
                self.witness(name, key, url.first().copied())
            }
            (b"group", [name, least, members @ ..]) if !members.is_empty() => {
                self.group(name, least, members)
            }
            (b"quorum", [name]) => self.quorum(name),
            (b"log", _) => Err("expected: log <vkey> [<url>]".to_owned()),
            (b"witness", _) => Err("expected: witness <name> <vkey> [<url>]".to_owned()),
            (b"group", _) => Err("expected: group <name> all|any|<number> <name>…".to_owned()),
            (b"quorum", _) => Err("expected: quorum <name>".to_owned()),
            _ => Err(format!("\"{}\": expected log, witness, group or quorum", shown(keyword))),
        }
    }

    fn log(&mut self, key: &[u8], url: Option<&[u8]>) -> Result<(), String> {
        let key: VerifierKey = text(key)?.parse().map_err(|error| format!("{error}"))?;
        if self.logs.iter().any(|(other, _)| other.same_key(&key)) {
            return Err(format!("the key of {} is that of another log", key.name()));
        }
        full(self.logs.len(), "logs")?;
        self.logs.push((key, read_url(url)));
        Ok(())
    }

    fn witness(&mut self, name: &[u8], key: &[u8], url: Option<&[u8]>) -> Result<(), String> {
        let key: CosignerKey = text(key)?.parse().map_err(|error| format!("{error}"))?;
        let bytes = key.bytes();
        if let Some(other) = self.witnesses.iter().find(|other| other.key.bytes() == bytes) {
            return Err(format!("the key of {} is that of {}", shown(name), other.name()));
        }
        full(self.witnesses.len(), "witnesses")?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(Witness { name: name.to_vec(), key, url: read_url(url) });
        Ok(())
    }

    fn group(&mut self, name: &[u8], least: &[u8], members: &[&[u8]]) -> Result<(), String> {
        full(self.groups.len(), "groups")?;
        let least = match least {
            b"any" => 1,
            b"all" => members.len(),
            given => {
                let given = number(text(given)?).map_err(|error| error.to_string())?;
                let fits = usize::try_from(given).ok().filter(|k| (1..=members.len()).contains(k));
                fits.ok_or_else(|| format!("{given} of {} members cannot be", members.len()))?
            }
        };
        let mut found = Vec::new();
        for member in members {
            found.push(self.known(member)?);
            if !self.taken.insert(member.to_vec()) {
                return Err(format!("\"{}\" is a member already", shown(member)));
            }
        }
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { least, members: found });
        Ok(())
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), String> {
        if self.quorum.is_some() {
            return Err("a second quorum line".to_owned());
        }
        let member = if name == b"none" { None } else { Some(self.known(name)?) };
        self.quorum = Some(Quorum { name: name.to_vec(), member });
        Ok(())
    }

    fn known(&self, name: &[u8]) -> Result<Member, String> {
        let known = self.names.get(name).copied();
        known.ok_or_else(|| format!("\"{}\" is not defined above", shown(name)))
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<(), String> {
        if name == b"none" || self.names.contains_key(name) {
            return Err(format!("the name \"{}\" is taken", shown(name)));
        }
        self.names.insert(name.to_vec(), member);
        Ok(())
    }
}

fn full(there: usize, what: &str) -> Result<(), String> {
    if there < MOST_LINES { Ok(()) } else { Err(format!("more than {MOST_LINES} {what}")) }
}

fn text(item: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(item).map_err(|_| format!("\"{}\": not valid UTF-8", shown(item)))
}

/// A URL that is not UTF-8 is one that nobody can ask.
fn read_url(url: Option<&[u8]>) -> Option<String> {
    url.and_then(|url| std::str::from_utf8(url).ok()).map(str::to_owned)
}
