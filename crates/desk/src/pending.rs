//! Pending acts: statements that wait for signatures, as a plain text that a person can read
//! (`docs/record.md` section 7). Reading checks that every part fits; whether it counts is not decided here.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use erratum::record::{Blob, Id, Note, Statement, Submission, split_blobs};

use crate::error::DeskError;

/// The first word of the file.
const HEAD: &str = "erratum/v1 pending ";
/// At most so many statements in one act.
const MOST_STATEMENTS: usize = 64;
/// A longer file is not read.
pub(crate) const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// An act that waits for signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    parts: Vec<Part>,
}

/// A statement of it, with what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The statement, with the signatures so far.
    pub note: Note,
    /// What the signed bytes say.
    pub statement: Statement,
    /// Its blobs, which have the digests that it names.
    pub blobs: Vec<Blob>,
}

impl Part {
    fn new(submission: &Submission) -> Result<Self, DeskError> {
        let statement = Statement::parse(submission.note.text()).map_err(DeskError::unfit)?;
        let blobs = split_blobs(&statement, &submission.blobs).map_err(DeskError::unfit)?;
        Ok(Self { note: submission.note.clone(), statement, blobs })
    }

    /// What is handed in.
    #[must_use]
    pub fn submission(&self) -> Submission {
        let blobs = self.blobs.iter().flat_map(Blob::stored).collect();
        Submission { note: self.note.clone(), blobs }
    }
}

impl Pending {
    /// The act of these statements.
    pub(crate) fn new(submissions: &[Submission]) -> Result<Self, DeskError> {
        Ok(Self { parts: submissions.iter().map(Part::new).collect::<Result<_, _>>()? })
    }

    /// The id of its first statement, by which the act goes.
    #[must_use]
    pub fn id(&self) -> Id {
        // Making and reading refuse an act without statements.
        Id::of(self.parts[0].note.text().as_bytes())
    }

    /// Its statements.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn parts_mut(&mut self) -> &mut [Part] {
        &mut self.parts
    }

    /// What is handed in.
    #[must_use]
    pub fn submissions(&self) -> Vec<Submission> {
        self.parts.iter().map(Part::submission).collect()
    }

    /// Adds the signatures of another file of the same act.
    ///
    /// # Errors
    /// If it is another act.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), DeskError> {
        if self.parts.len() != other.parts.len() {
            return Err(DeskError::unfit("the two files are not of the same act"));
        }
        for (part, other) in self.parts.iter_mut().zip(&other.parts) {
            part.note.merge(&other.note).map_err(DeskError::unfit)?;
        }
        Ok(())
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{HEAD}{}\n", self.parts.len());
        for part in &self.parts {
            let note = part.note.to_string();
            // Writing to a string cannot fail.
            let _ = write!(out, "\nstatement {}\n{note}", note.matches('\n').count());
            for (field, blob) in part.statement.blobs().iter().zip(&part.blobs) {
                let lines: Vec<&str> = blob.text().split('\n').collect();
                let salt = BASE64.encode(blob.salt());
                let _ = writeln!(out, "\n{} {salt} {}", field.field, lines.len());
                for line in lines {
                    let _ = if line.is_empty() { writeln!(out, "|") } else { writeln!(out, "| {line}") };
                }
            }
        }
        out
    }

    /// Reads the file. Line ends of another system, as mail may bring them, are taken for ours.
    ///
    /// # Errors
    /// If it does not have this form, a text does not have the digest in its statement, or has control
    /// characters.
    pub fn parse(text: &str) -> Result<Self, DeskError> {
        let text = text.replace("\r\n", "\n");
        let mut lines = Lines { rest: &text, line: 0 };
        let count = lines.next().and_then(|line| line.strip_prefix(HEAD)).and_then(number);
        let count = count.filter(|count| (1..=MOST_STATEMENTS).contains(count));
        let count = count
            .ok_or_else(|| lines.wrong("expected erratum/v1 pending and the number of statements"))?;
        let mut parts = Vec::new();
        for _ in 0..count {
            parts.push(lines.part()?);
        }
        while let Some(line) = lines.next() {
            if !line.trim().is_empty() {
                return Err(lines.wrong("more than the statements it names"));
            }
        }
        Ok(Self { parts })
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number: &usize| number.to_string() == text)
}

/// A cursor over the lines of a pending file.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(line)
    }

    fn wrong(&self, why: impl std::fmt::Display) -> DeskError {
        DeskError::unfit(format!("not a pending act: line {}: {why}", self.line.max(1)))
    }

    /// The next line that begins a part; empty ones before it are passed over.
    fn head(&mut self) -> Option<&'a str> {
        loop {
            let line = self.next()?;
            if !line.is_empty() {
                return Some(line);
            }
        }
    }

    fn part(&mut self) -> Result<Part, DeskError> {
        let head = self.head().and_then(|line| line.strip_prefix("statement ")).and_then(number);
        let count = head.ok_or_else(|| self.wrong("expected statement and its number of lines"))?;
        let mut note = String::new();
        for _ in 0..count {
            let line = self.next().ok_or_else(|| self.wrong("it ends within a statement"))?;
            note.push_str(line);
            note.push('\n');
        }
        let note = Note::parse(note.as_bytes()).map_err(|error| self.wrong(error))?;
        let statement = Statement::parse(note.text()).map_err(|error| self.wrong(error))?;
        let mut blobs = Vec::new();
        for field in statement.blobs() {
            let blob = self.blob(field.field)?;
            blob.check(field.field, field.blob, field.most).map_err(|error| self.wrong(error))?;
            blobs.push(blob);
        }
        Ok(Part { note, statement, blobs })
    }

    fn blob(&mut self, field: &str) -> Result<Blob, DeskError> {
        let head = self.head().and_then(|line| line.strip_prefix(field)?.strip_prefix(' '));
        let head = head.and_then(|head| head.split_once(' '));
        let head = head.and_then(|(salt, lines)| {
            let salt: [u8; 32] = BASE64.decode(salt).ok()?.try_into().ok()?;
            Some((salt, number(lines).filter(|lines| *lines > 0)?))
        });
        let (salt, count) = head
            .ok_or_else(|| self.wrong(format!("expected {field}, its salt and its number of lines")))?;
        let mut text = String::new();
        for index in 0..count {
            let line = self.next().and_then(|line| line.strip_prefix('|'));
            let line = line.ok_or_else(|| self.wrong("expected a line that begins with |"))?;
            if index > 0 {
                text.push('\n');
            }
            text.push_str(line.strip_prefix(' ').unwrap_or(line));
        }
        Ok(Blob::new(salt, text.into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use erratum::record::Signer;

    fn act(reason: &str, seed: u8) -> Submission {
        let blob = Blob::new([3; 32], reason.as_bytes().to_vec());
        let (id, said) = (Id::of(b""), blob.reference());
        let text = format!(
            "erratum/v1 standing\nrecord r.example\nspeaker a.example\ndocument {id}\nprevious {id}\nword in-error\nlang en\nreason {said}\n"
        );
        let signer = Signer::from_seed(&format!("a.example/k{seed}"), &[seed; 32]).unwrap();
        Submission { note: signer.sign(&text).unwrap(), blobs: blob.stored() }
    }

    #[test]
    fn what_is_written_reads_back_whatever_the_texts() {
        for reason in
            ["one line", "two\nlines", "ends\n", "\n\n", "", "| bar", "— dash\n  indented\n\tx"]
        {
            let pending = Pending::new(&[act(reason, 1), act("other", 1)]).unwrap();
            let text = pending.text();
            assert_eq!(Pending::parse(&text).unwrap(), pending, "{text}");
            assert_eq!(Pending::parse(&text.replace('\n', "\r\n")).unwrap(), pending, "by mail");
            assert_eq!(pending.submissions()[0], act(reason, 1));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_line() {
        let text = Pending::new(&[act("Sent by mistake", 1)]).unwrap().text();
        let refusal = |text: &str| Pending::parse(text).unwrap_err().to_string();
        assert_eq!(
            refusal(&text.replace("by mistake", "on purpose")),
            "not a pending act: line 16: the blob \"reason\": does not match the digest in its statement"
        );
        assert_eq!(
            refusal(&text.replace("Sent", "Se\u{1b}t")),
            "not a pending act: line 16: the blob \"reason\": does not match the digest in its statement"
        );
        assert_eq!(
            refusal("erratum/v1 pending 0\n"),
            "not a pending act: line 1: expected erratum/v1 pending and the number of statements"
        );
        assert_eq!(
            refusal(&text.replace("statement 10", "statement 1")),
            "not a pending act: line 4: not a signed note: no blank line before the signatures"
        );
        assert_eq!(
            refusal(&format!("{text}more\n")),
            "not a pending act: line 17: more than the statements it names"
        );
        for end in 0..text.len() - 1 {
            if text.is_char_boundary(end) {
                assert!(Pending::parse(&text[..end]).is_err(), "cut at {end}");
            }
        }
    }

    #[test]
    fn a_text_with_control_characters_is_refused_though_its_digest_fits() {
        let blob = Blob::new([3; 32], b"\x1b[2J".to_vec());
        let signed = act("", 1);
        let text = signed.note.text().replace(
            &Blob::new([3; 32], Vec::new()).reference().to_string(),
            &blob.reference().to_string(),
        );
        let signer = Signer::from_seed("a.example/k1", &[1; 32]).unwrap();
        let note = signer.sign(&text).unwrap().to_string();
        let file = format!(
            "erratum/v1 pending 1\nstatement 10\n{note}reason {} 1\n| \u{1b}[2J\n",
            BASE64.encode([3; 32])
        );
        let why = "the blob \"reason\": has a control or bidirectional-override character";
        assert_eq!(
            Pending::parse(&file).unwrap_err().to_string(),
            format!("not a pending act: line 14: {why}")
        );
    }

    #[test]
    fn signatures_of_two_files_come_together() {
        let mut one = Pending::new(&[act("r", 1)]).unwrap();
        one.merge(&Pending::new(&[act("r", 2)]).unwrap()).unwrap();
        let signers: Vec<&str> = one.parts()[0].note.claimed_signers().collect();
        assert_eq!(signers, ["a.example/k1", "a.example/k2"]);
        let other = Pending::new(&[act("another", 2)]).unwrap();
        let why = "not a signed note: the signatures are over another text";
        assert_eq!(one.merge(&other).unwrap_err().to_string(), why);
    }
}
