//! One question to a DNS resolver, over UDP and, where the answer does not fit, TCP.
//!
//! Questions ask for signatures too (the DO bit). What is answered is kept byte for byte, to be checked by
//! others; whether a signature is right is judged elsewhere.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RecordType};

/// An answer longer than this is not taken.
pub(crate) const MOST_ANSWER: usize = 16 * 1024;
/// What fits everywhere without being broken up (the DNS flag day of 2020).
const UDP_PAYLOAD: u16 = 1232;
/// A resolver that has not answered by then is asked again: packets get lost.
const UDP_PATIENCE: Duration = Duration::from_secs(2);

/// Until when, at the latest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    /// What is left; an error if nothing is.
    pub(crate) fn left(self) -> io::Result<Duration> {
        let left = self.0.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// An answer, as it came and as it reads.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) message: Message,
}

/// A name of ours as a DNS name, with a label before it or none.
pub(crate) fn dns_name(label: Option<&str>, name: &str) -> Result<Name, String> {
    let text = label.map_or_else(|| format!("{name}."), |label| format!("{label}.{name}."));
    Name::from_ascii(&text).map_err(|_| format!("{text} is longer than a DNS name may be"))
}

/// Asks one question.
///
/// # Errors
/// If no answer to it comes in time, or one that says that the resolver could not tell.
pub(crate) fn ask(
    resolver: SocketAddr,
    name: &Name,
    kind: RecordType,
    deadline: Deadline,
) -> Result<Answer, String> {
    let failed = |error: io::Error| format!("the resolver {resolver} gave no answer: {}", plain(&error));
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name.clone(), kind));
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD);
    edns.set_version(0);
    edns.set_dnssec_ok(true);
    message.set_edns(edns);
    let question = message.to_vec().map_err(|error| error.to_string())?;
    let id = message.metadata.id;
    let mut answer = by_udp(resolver, &question, (id, name, kind), deadline).map_err(failed)?;
    if answer.message.metadata.truncation {
        answer = by_tcp(resolver, &question, (id, name, kind), deadline).map_err(failed)?;
    }
    match answer.message.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => Ok(answer),
        code => Err(format!("the resolver {resolver} could not tell of {name}: {code}")),
    }
}

fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "it took too long".to_owned(),
        _ => error.to_string(),
    }
}

type Question<'a> = (u16, &'a Name, RecordType);

fn by_udp(
    resolver: SocketAddr,
    question: &[u8],
    asked: Question<'_>,
    deadline: Deadline,
) -> io::Result<Answer> {
    let here: SocketAddr =
        if resolver.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
    loop {
        // A new socket has a new port, which whoever wants to answer in another's place has to guess.
        let socket = UdpSocket::bind(here)?;
        socket.connect(resolver)?;
        socket.send(question)?;
        let round = Deadline::after(UDP_PATIENCE.min(deadline.left()?));
        let mut buffer = vec![0; usize::from(u16::MAX)];
        while let Ok(left) = round.left() {
            socket.set_read_timeout(Some(left))?;
            let length = match socket.recv(&mut buffer) {
                Ok(length) => length,
                Err(error) if is_late(&error) => break,
                Err(error) => return Err(error),
            };
            // What is no answer to this question may come from anybody, and is passed over.
            if let Some(answer) = buffer.get(..length).and_then(|bytes| read(bytes, asked)) {
                return Ok(answer);
            }
        }
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

fn by_tcp(
    resolver: SocketAddr,
    question: &[u8],
    asked: Question<'_>,
    deadline: Deadline,
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&resolver, deadline.left()?)?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    stream.set_write_timeout(Some(deadline.left()?))?;
    stream.write_all(&[&length.to_be_bytes()[..], question].concat())?;
    let mut head = [0; 2];
    read_exact(&mut stream, &mut head, deadline)?;
    let length = usize::from(u16::from_be_bytes(head));
    if length > MOST_ANSWER {
        return Err(io::Error::other(format!("its answer is longer than {MOST_ANSWER} bytes")));
    }
    let mut bytes = vec![0; length];
    read_exact(&mut stream, &mut bytes, deadline)?;
    let answer = read(&bytes, asked).filter(|answer| !answer.message.metadata.truncation);
    answer.ok_or_else(|| io::Error::other("what came is no answer to the question"))
}

/// Reads all of it by the deadline, however slowly it comes.
fn read_exact(stream: &mut TcpStream, mut into: &mut [u8], deadline: Deadline) -> io::Result<()> {
    while !into.is_empty() {
        stream.set_read_timeout(Some(deadline.left()?))?;
        match stream.read(into) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => into = into.get_mut(count..).unwrap_or_default(),
            Err(error) if is_late(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn read(bytes: &[u8], (id, name, kind): Question<'_>) -> Option<Answer> {
    let answer = Answer::parse(bytes)?;
    (answer.message.metadata.id == id && answer.is_to(name, kind)).then_some(answer)
}

impl Answer {
    /// Reads an answer; none if it is none.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let message = Message::from_vec(bytes).ok()?;
        let head = &message.metadata;
        let is_answer = head.message_type == MessageType::Response && head.op_code == OpCode::Query;
        is_answer.then(|| Self { bytes: bytes.to_vec(), message })
    }

    /// Whether it answers this question and no other.
    pub(crate) fn is_to(&self, name: &Name, kind: RecordType) -> bool {
        let [asked] = self.message.queries.as_slice() else { return false };
        asked.name() == name && asked.query_type() == kind && asked.query_class() == DNSClass::IN
    }
}
