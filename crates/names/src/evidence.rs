//! Evidence of a proof, as a text that anybody can check again (`docs/record.md` section 11).
//!
//! ```text
//! erratum/v1 evidence
//! name northern-command.example
//! method dns
//! fetched 2026-01-05T08:00:00.000Z
//! server 192.0.2.53:53
//! question _erratum.northern-command.example TXT
//! message <base64>
//! ```

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use erratum_record::{Name, ProofMethod, Time};

use crate::https::{KEPT, MOST_BODY, Page, url};

/// The longest evidence: that of its blob.
pub(crate) const MOST_EVIDENCE: usize = 64 * 1024;
/// At most so many messages, certificates or headers.
const MOST_LINES: usize = 40;

/// What was asked, whom, when, and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) name: Name,
    pub(crate) fetched: Time,
    pub(crate) server: SocketAddr,
    pub(crate) came: Came,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// DNS answers: that to the question; with `chain`, behind it those that it is verified by.
    Dns { messages: Vec<Vec<u8>>, chain: bool },
    /// A file.
    Https(Page),
}

impl Evidence {
    pub(crate) fn method(&self) -> ProofMethod {
        match self.came {
            Came::Dns { chain: false, .. } => ProofMethod::Dns,
            Came::Dns { chain: true, .. } => ProofMethod::Dnssec,
            Came::Https(_) => ProofMethod::Https,
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, fetched, server, came } = self;
        write!(f, "erratum/v1 evidence\nname {name}\nmethod {}\n", self.method().as_str())?;
        write!(f, "fetched {fetched}\nserver {server}\n")?;
        match came {
            Came::Dns { messages, .. } => {
                writeln!(f, "question _erratum.{name} TXT")?;
                messages.iter().try_for_each(|bytes| writeln!(f, "message {}", BASE64.encode(bytes)))
            }
            Came::Https(Page { status, certificates, headers, body }) => {
                write!(f, "question {}\nstatus {status}\n", url(name.as_str()))?;
                certificates.iter().try_for_each(|id| writeln!(f, "certificate {id}"))?;
                headers.iter().try_for_each(|(key, value)| writeln!(f, "header {key} {value}"))?;
                writeln!(f, "body {}", BASE64.encode(body))
            }
        }
    }
}

impl FromStr for Evidence {
    type Err = String;

    /// Reads it in its one form: what it prints as is what was read.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() > MOST_EVIDENCE {
            return Err(format!("longer than {MOST_EVIDENCE} bytes"));
        }
        let mut lines = Lines(text.lines().peekable());
        if lines.0.next() != Some("erratum/v1 evidence") {
            return Err("its first line is not \"erratum/v1 evidence\"".to_owned());
        }
        let name: Name = lines.atom("name")?;
        let method = lines.one("method")?;
        let (fetched, server) = (lines.atom("fetched")?, lines.atom("server")?);
        lines.one("question")?;
        let came = match method {
            "dns" | "dnssec" => {
                let messages = lines.all("message", decode)?;
                Came::Dns { messages, chain: method == "dnssec" }
            }
            "https" => Came::Https(lines.page()?),
            _ => return Err("its method is not dns, dnssec or https".to_owned()),
        };
        let evidence = Self { name, fetched, server, came };
        if evidence.to_string() != text {
            return Err("it is not in its one form".to_owned());
        }
        Ok(evidence)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    BASE64.decode(text).map_err(|_| "a line of it is not base64".to_owned())
}

struct Lines<'a>(std::iter::Peekable<std::str::Lines<'a>>);

impl<'a> Lines<'a> {
    fn maybe(&mut self, field: &str) -> Option<&'a str> {
        let rest = self.0.peek()?.strip_prefix(field)?.strip_prefix(' ')?;
        self.0.next();
        Some(rest)
    }

    fn one(&mut self, field: &str) -> Result<&'a str, String> {
        self.maybe(field).ok_or_else(|| format!("it lacks the line {field}"))
    }

    fn atom<T: FromStr<Err: fmt::Display>>(&mut self, field: &str) -> Result<T, String> {
        self.one(field)?.parse().map_err(|error| format!("its line {field}: {error}"))
    }

    fn all<T>(
        &mut self,
        field: &str,
        read: impl Fn(&'a str) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut all = Vec::new();
        while let Some(text) = self.maybe(field) {
            if all.len() >= MOST_LINES {
                return Err(format!("more than {MOST_LINES} lines {field}"));
            }
            all.push(read(text)?);
        }
        Ok(all)
    }

    fn page(&mut self) -> Result<Page, String> {
        let status = self.atom("status")?;
        let certificates =
            self.all("certificate", |text| text.parse().map_err(|error| format!("{error}")))?;
        let headers = self.all("header", |text| {
            let (key, value) = text.split_once(' ').unwrap_or((text, ""));
            let key = KEPT.into_iter().find(|kept| *kept == key);
            Ok((key.ok_or("a header that is not kept")?, value.to_owned()))
        })?;
        let body = decode(self.one("body")?)?;
        if body.len() as u64 > MOST_BODY {
            return Err(format!("its body is longer than {MOST_BODY} bytes"));
        }
        Ok(Page { status, certificates, headers, body })
    }
}

#[cfg(test)]
mod tests {
    use erratum_record::Id;

    use super::*;

    fn page() -> Evidence {
        let came = Came::Https(Page {
            status: 200,
            certificates: vec![Id::of(b"leaf"), Id::of(b"ca")],
            headers: vec![("date", "Mon, 05 Jan 2026 08:00:00 GMT".to_owned())],
            body: b"erratum/v1 keys=\n".to_vec(),
        });
        Evidence {
            name: "north.example".parse().unwrap(),
            fetched: Time::from_millis(0),
            server: "[2606:4700::1]:443".parse().unwrap(),
            came,
        }
    }

    #[test]
    fn what_prints_reads_back() {
        let dns = Evidence {
            came: Came::Dns { messages: vec![vec![1, 2, 3], vec![4]], chain: true },
            ..page()
        };
        for evidence in [page(), dns] {
            assert_eq!(evidence.to_string().parse(), Ok(evidence));
        }
        assert!(page().to_string().contains(
            "\nserver [2606:4700::1]:443\nquestion https://north.example/.well-known/erratum.txt\nstatus 200\n"
        ));
    }

    #[test]
    fn another_form_is_refused() {
        let text = page().to_string();
        let wrong = |text: String| text.parse::<Evidence>().unwrap_err();
        assert_eq!(wrong(text.replace("status 200", "status 0200")), "it is not in its one form");
        assert_eq!(wrong(format!("{text}more\n")), "it is not in its one form");
        assert_eq!(wrong(text.replace("question https", "question http")), "it is not in its one form");
        assert_eq!(wrong(text.replace("body ", "body !")), "a line of it is not base64");
        assert_eq!(wrong(text.replace("method https", "method dns")), "it is not in its one form");
        assert_eq!(wrong(text.replace("header date", "header set-cookie")), "a header that is not kept");
        assert_eq!(wrong(String::new()), "its first line is not \"erratum/v1 evidence\"");
    }
}
