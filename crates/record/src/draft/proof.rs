//! The `proof` blob of an opening: for each paragraph of its text the leaf, the salt and the path.
//!
//! Printing and reading are exact inverses. The proof repeats what the commitment says, so that with the
//! commitment's id it can be checked alone; whether that commitment is logged is for the forward pass.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::BETWEEN_PARAGRAPHS;
use crate::atoms::{Id, number};
use crate::log::check_inclusion;
use crate::statement::{Body, Commitment, FirstWord, Statement};

/// What opens paragraphs of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningProof {
    /// How many leaves the commitment has.
    pub leaves: u32,
    /// Its root.
    pub root: Id,
    /// The paragraphs opened, in the order of the text.
    pub paragraphs: Vec<OpenedParagraph>,
}

/// One paragraph opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedParagraph {
    /// Its length in bytes.
    pub bytes: usize,
    /// The position of its leaf.
    pub position: u32,
    /// The salt of its leaf.
    pub salt: [u8; 32],
    /// The hashes from the leaf's sibling up.
    pub path: Vec<[u8; 32]>,
}

/// Why a text does not open a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpeningError {
    /// The proof is not in its form: line and reason.
    Form(usize, &'static str),
    /// It is not about the commitment that the statement names.
    Commitment,
    /// The lengths are not those of the text's paragraphs: the first paragraph, from 1, that does not fit.
    Text(usize),
    /// Two paragraphs have the same leaf: the second, from 1.
    Twice(usize),
    /// A paragraph, from 1, is not the leaf that it is said to be.
    Leaf(usize),
}

impl fmt::Display for OpeningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(line, why) => write!(f, "its proof is not in its form: line {line}: {why}"),
            Self::Commitment => f.write_str("its proof is not one of the commitment that it names"),
            Self::Text(nth) => {
                write!(f, "its text does not have paragraph {nth} as its proof says, or more behind it")
            }
            Self::Twice(nth) => write!(f, "paragraph {nth} has the leaf of one before it"),
            Self::Leaf(nth) => {
                write!(
                    f,
                    "paragraph {nth} is not in the commitment: salt and path do not lead to its root"
                )
            }
        }
    }
}

impl std::error::Error for OpeningError {}

impl fmt::Display for OpeningProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leaves {}\nroot {}\n", self.leaves, self.root)?;
        for OpenedParagraph { bytes, position, salt, path } in &self.paragraphs {
            writeln!(f, "paragraph {bytes} {position} {}", BASE64.encode(salt))?;
            path.iter().try_for_each(|hash| writeln!(f, "{}", BASE64.encode(hash)))?;
        }
        Ok(())
    }
}

impl OpeningProof {
    /// Reads a proof. Nothing is checked but its form.
    ///
    /// # Errors
    /// [`OpeningError::Form`], with the line.
    pub fn parse(text: &str) -> Result<Self, OpeningError> {
        let mut lines = Lines { rest: text, line: 0 };
        let leaves = lines.value("leaves ").and_then(|value| number(value).ok());
        let leaves = leaves.and_then(|leaves| u32::try_from(leaves).ok());
        let fits = |n: &u32| n.is_power_of_two() && (16..=65_536).contains(n);
        let Some(leaves) = leaves.filter(fits) else {
            return lines.wrong("expected leaves, a power of two from 16 to 65536");
        };
        let Some(root) = lines.value("root ").and_then(|value| value.parse().ok()) else {
            return lines.wrong("expected the root");
        };
        let mut paragraphs = Vec::new();
        while !lines.rest.is_empty() {
            paragraphs.push(lines.paragraph(leaves)?);
        }
        if paragraphs.is_empty() {
            return lines.wrong("expected a paragraph");
        }
        Ok(Self { leaves, root, paragraphs })
    }

    /// Checks that `text` is made of the paragraphs opened, and that each is a leaf under the root.
    ///
    /// # Errors
    /// The first paragraph that is not.
    pub fn check(&self, text: &str) -> Result<(), OpeningError> {
        let mut rest = text;
        let mut taken = std::collections::BTreeSet::new();
        for (index, opened) in self.paragraphs.iter().enumerate() {
            let nth = index + 1;
            let (paragraph, behind) = rest
                .split_at_checked(opened.bytes)
                .filter(|(paragraph, _)| !paragraph.is_empty())
                .ok_or(OpeningError::Text(nth))?;
            rest = match (nth < self.paragraphs.len(), behind.strip_prefix(BETWEEN_PARAGRAPHS)) {
                (true, Some(next)) => next,
                (false, _) if behind.is_empty() => behind,
                _ => return Err(OpeningError::Text(nth)),
            };
            if !taken.insert(opened.position) {
                return Err(OpeningError::Twice(nth));
            }
            let leaf = [&opened.salt[..], paragraph.as_bytes()].concat();
            let (position, leaves) = (u64::from(opened.position), u64::from(self.leaves));
            check_inclusion(&leaf, position, leaves, &self.root.0, &opened.path)
                .map_err(|_| OpeningError::Leaf(nth))?;
        }
        Ok(())
    }
}

/// Checks that the text of an opening opens the commitment that it names: `text` and `proof` are the blobs
/// of its statement. Of any other statement there is nothing to check.
///
/// # Errors
/// What does not hold.
pub fn check_opening(statement: &Statement, text: &str, proof: &str) -> Result<(), OpeningError> {
    let Body::Document(body) = &statement.body else { return Ok(()) };
    let FirstWord::Draft { commitment, .. } = &body.word else { return Ok(()) };
    let proof = OpeningProof::parse(proof)?;
    let OpeningProof { leaves, root, .. } = proof;
    let named = Body::Commitment(Commitment { speaker: body.speaker.clone(), leaves, root });
    if (Statement { record: statement.record.clone(), body: named }).id() != *commitment {
        return Err(OpeningError::Commitment);
    }
    proof.check(text)
}

/// The lines of a proof, each with its number.
struct Lines<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.line += 1;
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        Some(line)
    }

    fn value(&mut self, key: &str) -> Option<&'a str> {
        self.next()?.strip_prefix(key)
    }

    fn wrong<T>(&self, why: &'static str) -> Result<T, OpeningError> {
        Err(OpeningError::Form(self.line, why))
    }

    fn paragraph(&mut self, leaves: u32) -> Result<OpenedParagraph, OpeningError> {
        let head = self.value("paragraph ").and_then(read_head);
        let Some((bytes, position, salt)) = head else {
            return self.wrong("expected a paragraph: its length, the position of its leaf, its salt");
        };
        let mut path = Vec::new();
        for _ in 0..leaves.ilog2() {
            match self.next().and_then(hash) {
                Some(hash) => path.push(hash),
                None => return self.wrong("expected a hash of its path"),
            }
        }
        Ok(OpenedParagraph { bytes, position, salt, path })
    }
}

fn read_head(value: &str) -> Option<(usize, u32, [u8; 32])> {
    let mut words = value.split(' ');
    let bytes = usize::try_from(number(words.next()?).ok()?).ok()?;
    let position = u32::try_from(number(words.next()?).ok()?).ok()?;
    let salt = hash(words.next()?)?;
    words.next().is_none().then_some((bytes, position, salt))
}

/// 32 bytes in base64, in the one way of writing them.
fn hash(text: &str) -> Option<[u8; 32]> {
    BASE64.decode(text).ok()?.try_into().ok()
}
