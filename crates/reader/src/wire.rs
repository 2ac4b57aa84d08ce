//! What goes between a run and its reading processes. A request is a file: its name and its bytes, and what
//! is wanted of it. If that is a page, the answer is a picture of it. Else an
//! answer is its parts, as JSON, and behind it the parts' bytes, except of the part that is the whole
//! file. Where there are pictures to read, a second answer follows the first. Numbers are eight bytes,
//! little-endian. Both sides are the same program, so that the form may change with it.

use std::io::{self, Read, Write};

use erratum_text::{Error, Media, Part, Text};
use serde::{Deserialize, Serialize};

/// No answer is longer, in bytes of either kind: more than a process of [`crate::MEMORY`] can make.
const MOST: u64 = crate::MEMORY;

/// A file to read, or to draw a page of.
pub(crate) struct Request<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) page: Option<u32>,
    pub(crate) bytes: &'a [u8],
}

/// A request as it arrives.
pub(crate) struct Received {
    pub(crate) name: Option<String>,
    pub(crate) page: Option<u32>,
    pub(crate) bytes: Vec<u8>,
}

/// What a reading process says of a file.
pub(crate) type Answer = Result<Vec<Part>, Error>;

/// An answer without the parts' bytes.
#[derive(Serialize, Deserialize)]
struct Heads<H, E> {
    parts: Result<Vec<H>, E>,
    /// Whether another answer follows, which takes longer.
    more: bool,
}

/// A [`Part`] without its bytes.
#[derive(Serialize, Deserialize)]
struct Head<P, T> {
    path: P,
    media: Media,
    /// How many bytes of it follow; none of the part that is the whole file.
    bytes: Option<u64>,
    text: T,
}

/// A head as it arrives.
type ReceivedHead = Head<Vec<String>, Result<Text, Error>>;

impl Request<'_> {
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        block(to, &serde_json::to_vec(&(self.name, self.page))?)?;
        block(to, self.bytes)?;
        to.flush()
    }
}

impl Received {
    /// The next request; none if the run has ended.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let Some(head) = read_block(from)? else { return Ok(None) };
        let (name, page) = serde_json::from_slice(&head)?;
        let bytes = read_block(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Some(Self { name, page, bytes }))
    }
}

/// Writes an answer, and whether another follows.
pub(crate) fn write_answer(answer: &Answer, more: bool, to: &mut impl Write) -> io::Result<()> {
    let parts = answer.as_ref().map(|parts| parts.iter().map(head).collect::<Vec<_>>());
    block(to, &serde_json::to_vec(&Heads { parts, more })?)?;
    for part in answer.iter().flatten().filter(|part| has_bytes(part)) {
        to.write_all(&part.bytes)?;
    }
    to.flush()
}

/// Whether a part's bytes are others than the file's.
fn has_bytes(part: &Part) -> bool {
    !part.path.is_empty()
}

fn head(part: &Part) -> Head<&[String], &Result<Text, Error>> {
    let bytes = has_bytes(part).then_some(part.bytes.len() as u64);
    Head { path: &part.path, media: part.media, bytes, text: &part.text }
}

/// The answer to a request of `file`, and whether another follows.
pub(crate) fn read_answer(from: &mut impl Read, file: &[u8]) -> io::Result<(Answer, bool)> {
    let heads = read_block(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let Heads { parts: heads, more } = serde_json::from_slice::<Heads<ReceivedHead, Error>>(&heads)?;
    let heads = match heads {
        Ok(heads) => heads,
        Err(error) => return Ok((Err(error), more)),
    };
    let mut parts = Vec::with_capacity(heads.len());
    for head in heads {
        let bytes = match head.bytes {
            Some(length) => read_bytes(from, length)?,
            None => file.to_vec(),
        };
        parts.push(Part { path: head.path, media: head.media, bytes, text: head.text });
    }
    Ok((Ok(parts), more))
}

/// Writes a drawn page, or why there is none.
pub(crate) fn write_drawn(drawn: &Result<Vec<u8>, Error>, to: &mut impl Write) -> io::Result<()> {
    block(to, &serde_json::to_vec(&drawn.as_ref().map(|_| ()))?)?;
    block(to, drawn.as_deref().unwrap_or_default())?;
    to.flush()
}

/// A drawn page, or why there is none.
pub(crate) fn read_drawn(from: &mut impl Read) -> io::Result<Result<Vec<u8>, Error>> {
    let head = read_block(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let drawn: Result<(), Error> = serde_json::from_slice(&head)?;
    let bytes = read_block(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(drawn.map(|()| bytes))
}

fn block(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&(bytes.len() as u64).to_le_bytes())?;
    to.write_all(bytes)
}

/// The next block; none at the end.
fn read_block(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        done => done?,
    }
    read_bytes(from, u64::from_le_bytes(length)).map(Some)
}

fn read_bytes(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    if length > MOST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a block longer than any can be"));
    }
    let mut bytes = Vec::new();
    if from.take(length).read_to_end(&mut bytes)? as u64 == length {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use erratum_text::{Limits, extract};

    use super::*;

    fn there_and_back(file: &[u8], name: &str) -> (Answer, Answer) {
        let read = || extract(file, Some(name), &Limits::default());
        let mut wire = Vec::new();
        write_answer(&read(), true, &mut wire).unwrap();
        let (arrived, more) = read_answer(&mut wire.as_slice(), file).unwrap();
        assert!(more);
        (read(), arrived)
    }

    #[test]
    fn parts_arrive_as_they_were_sent() {
        let mail = b"From: a@b.example\r\nMessage-ID: <1>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; \
                     boundary=x\r\n\r\n--x\r\n\r\nSee the letter.\r\n--x\r\nContent-Type: \
                     image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n\x89PNG\r\n--x--\r\n";
        for file in [mail.as_slice(), b"Plain \xe2\x82\xac text.\n"] {
            let (sent, arrived) = there_and_back(file, "file");
            let (sent, arrived) = (sent.unwrap(), arrived.unwrap());
            assert_eq!(sent.len(), arrived.len());
            for (sent, arrived) in sent.iter().zip(&arrived) {
                assert_eq!(
                    (&sent.path, sent.media, &sent.bytes),
                    (&arrived.path, arrived.media, &arrived.bytes)
                );
                assert_eq!(format!("{:?}", sent.text), format!("{:?}", arrived.text));
            }
        }
    }

    #[test]
    fn an_error_arrives_with_its_kind_and_words() {
        let (sent, arrived) = there_and_back(b"", "empty.txt");
        let (sent, arrived) = (sent.unwrap_err(), arrived.unwrap_err());
        assert_eq!((sent.kind(), sent.to_string()), (arrived.kind(), arrived.to_string()));
    }

    #[test]
    fn a_drawn_page_arrives_or_why_there_is_none() {
        let there_and_back = |drawn: Result<Vec<u8>, Error>| {
            let mut wire = Vec::new();
            write_drawn(&drawn, &mut wire).unwrap();
            read_drawn(&mut wire.as_slice()).unwrap()
        };
        assert_eq!(there_and_back(Ok(vec![1, 2, 3])).unwrap(), [1, 2, 3]);
        let missing = Error::new(erratum_text::ErrorKind::Broken, "a page is missing");
        assert_eq!(there_and_back(Err(missing)).unwrap_err().to_string(), "a page is missing");
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_refused() {
        let mut wire = Vec::new();
        write_answer(&extract(b"Text.", None, &Limits::default()), false, &mut wire).unwrap();
        for end in 0..wire.len() {
            assert!(read_answer(&mut &wire[..end], b"Text.").is_err(), "cut at {end}");
        }
        let long = (MOST + 1).to_le_bytes();
        let refused = read_answer(&mut long.as_slice(), b"").unwrap_err();
        assert_eq!(refused.to_string(), "a block longer than any can be");
    }
}
