//! The text form of slips: printing and reading, exact inverses. Nothing is checked but the form.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::atoms::number;
use crate::blob::Blob;
use crate::map::MapProof;
use crate::state::FactKey;

use super::{MOST_SLIP_BYTES, Slip, SlipEntry, SlipEpoch, SlipError};

/// No inclusion proof has more hashes.
const MOST_HASHES: usize = 64;
/// No map proof has more siblings.
const MOST_SIBLINGS: usize = 257;

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "erratum/v1 slip\nrecord {}\ndocument {}\n", self.origin, self.document)?;
        for entry in &self.entries {
            writeln!(f, "entry {} {}", entry.index, entry.entry.matches('\n').count())?;
            f.write_str(&entry.entry)?;
            writeln!(f, "path {}", entry.path.len())?;
            entry.path.iter().try_for_each(|hash| writeln!(f, "{}", BASE64.encode(hash)))?;
            for (position, blob) in &entry.opened {
                writeln!(f, "blob {position} {}", BASE64.encode(blob.stored()))?;
            }
        }
        if let Some(epoch) = &self.epoch {
            writeln!(f, "epoch {} {}", epoch.entry, epoch.facts.len())?;
            for (key, proof) in &epoch.facts {
                write!(f, "fact {} {key}\n{proof}", proof.siblings().len())?;
            }
        }
        f.write_str("checkpoint\n")?;
        f.write_str(&self.checkpoint)
    }
}

/// The lines of a slip, each with its number.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, SlipError> {
        self.line += 1;
        let Some((line, rest)) = self.rest.split_once('\n') else {
            return self.wrong("it ends too early");
        };
        self.rest = rest;
        Ok(line)
    }

    fn wrong<T>(&self, why: &'static str) -> Result<T, SlipError> {
        Err(SlipError::Form(self.line, why))
    }

    fn value(&mut self, key: &str, why: &'static str) -> Result<&'a str, SlipError> {
        let line = self.next()?;
        match line.strip_prefix(key).and_then(|rest| rest.strip_prefix(' ')) {
            Some(value) => Ok(value),
            None => self.wrong(why),
        }
    }

    fn number(&self, text: &str) -> Result<usize, SlipError> {
        match number(text).ok().and_then(|n| usize::try_from(n).ok()) {
            Some(n) => Ok(n),
            None => self.wrong("expected a number"),
        }
    }
}

impl Slip {
    /// Reads a slip. Nothing is checked but its form.
    ///
    /// # Errors
    /// [`SlipError::Form`], with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, SlipError> {
        if bytes.len() > MOST_SLIP_BYTES {
            return Err(SlipError::Form(1, "larger than 8 MiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| SlipError::Form(1, "not valid UTF-8"))?;
        let mut lines = Lines { rest: text, line: 0 };
        if lines.next()? != "erratum/v1 slip" {
            return lines.wrong("expected erratum/v1 slip");
        }
        let origin = lines.value("record", "expected a record line")?;
        let Ok(origin) = origin.parse() else { return lines.wrong("not an origin") };
        let document = lines.value("document", "expected a document line")?;
        let Ok(document) = document.parse() else { return lines.wrong("not a digest") };
        let mut entries: Vec<SlipEntry> = Vec::new();
        let mut epoch = None;
        loop {
            let line = lines.next()?;
            if line == "checkpoint" {
                let checkpoint = lines.rest.to_owned();
                return Ok(Self { origin, document, entries, epoch, checkpoint });
            }
            if epoch.is_some() {
                return lines.wrong("expected the checkpoint");
            }
            if let Some(head) = line.strip_prefix("epoch ") {
                epoch = Some(read_epoch(&mut lines, head)?);
                continue;
            }
            let Some(head) = line.strip_prefix("entry ") else {
                return lines.wrong("expected an entry or the checkpoint");
            };
            let entry = read_entry(&mut lines, head)?;
            if entries.last().is_some_and(|last| last.index >= entry.index) {
                return lines.wrong("the entries are not in ascending order");
            }
            entries.push(entry);
        }
    }
}

fn read_epoch(lines: &mut Lines<'_>, head: &str) -> Result<SlipEpoch, SlipError> {
    let Some((entry, count)) = head.split_once(' ') else {
        return lines.wrong("expected epoch <entry> <facts>");
    };
    let entry = lines.number(entry)? as u64;
    let count = lines.number(count)?;
    let mut facts: Vec<(FactKey, MapProof)> = Vec::new();
    for _ in 0..count {
        let head = lines.value("fact", "expected fact <siblings> <key>")?;
        let Some((siblings, key)) = head.split_once(' ') else {
            return lines.wrong("expected fact <siblings> <key>");
        };
        let siblings = lines.number(siblings)?;
        let Ok(key) = key.parse::<FactKey>() else { return lines.wrong("not the key of a fact") };
        if facts.last().is_some_and(|(last, _)| last.to_string() >= key.to_string()) {
            return lines.wrong("the facts are not in ascending order");
        }
        if siblings > MOST_SIBLINGS {
            return lines.wrong("a map proof that long cannot be");
        }
        let mut text = String::new();
        for _ in 0..siblings {
            let _ = writeln!(text, "{}", lines.next()?);
        }
        let Ok(proof) = MapProof::parse(&text) else { return lines.wrong("not a map proof") };
        facts.push((key, proof));
    }
    Ok(SlipEpoch { entry, facts })
}

fn read_entry(lines: &mut Lines<'_>, head: &str) -> Result<SlipEntry, SlipError> {
    let Some((index, count)) = head.split_once(' ') else {
        return lines.wrong("expected entry <index> <lines>");
    };
    let index = lines.number(index)? as u64;
    let count = lines.number(count)?;
    let mut entry = String::new();
    for _ in 0..count {
        let line = lines.next()?;
        // Writing to a string cannot fail.
        let _ = writeln!(entry, "{line}");
    }
    let hashes = lines.value("path", "expected a path line")?;
    let hashes = lines.number(hashes)?;
    if hashes > MOST_HASHES {
        return lines.wrong("an inclusion proof that long cannot be");
    }
    let mut path = Vec::with_capacity(hashes);
    for _ in 0..hashes {
        let line = lines.next()?;
        let Some(hash) = BASE64.decode(line).ok().and_then(|hash| hash.try_into().ok()) else {
            return lines.wrong("not a hash in base64");
        };
        path.push(hash);
    }
    let mut opened: Vec<(usize, Blob)> = Vec::new();
    while lines.rest.starts_with("blob ") {
        let next = read_opened(lines)?;
        if opened.last().is_some_and(|last| last.0 >= next.0) {
            return lines.wrong("the blobs are not in ascending order");
        }
        opened.push(next);
    }
    Ok(SlipEntry { index, entry, path, opened })
}

fn read_opened(lines: &mut Lines<'_>) -> Result<(usize, Blob), SlipError> {
    let line = lines.next()?;
    let mut words = line.split(' ');
    let (Some("blob"), Some(position), Some(data), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return lines.wrong("expected blob <position> <base64>");
    };
    let position = lines.number(position)?;
    let Ok(data) = BASE64.decode(data) else { return lines.wrong("not base64") };
    match Blob::from_stored(&data) {
        Some(blob) => Ok((position, blob)),
        None => lines.wrong("a blob begins with a salt of 32 bytes"),
    }
}
