//! `issuer <name>`: the history of its authority.

use std::fmt::Write as _;

use super::Fact;
use super::lines::Lines;
use crate::atoms::Origin;
use crate::authority::{Issuer, Place, Said, SaidBody};
use crate::statement::{Body, Statement};

impl Fact for Issuer {
    const KIND: &'static str = "issuer";

    /// `keys|acceptance|revocation <entry> <time> <signers> <lines>` and the statement, for each.
    fn write(&self, origin: &Origin, out: &mut String) {
        for said in &self.said {
            let record = said.copied_from.as_ref().unwrap_or(origin).clone();
            let (kind, body) = match said.body.clone() {
                SaidBody::Keys(keys) => ("keys", Body::Keys(*keys)),
                SaidBody::Acceptance(acceptance) => ("acceptance", Body::Acceptance(acceptance)),
                SaidBody::Revocation(revocation) => ("revocation", Body::Revocation(*revocation)),
            };
            let text = Statement { record, body }.text();
            let Place { entry, time } = said.place;
            let _ = writeln!(out, "{kind} {entry} {time} {} {}", said.signers, text.lines().count());
            out.push_str(&text);
        }
    }

    fn read(name: &str, text: &str, origin: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut read = Self::new(name.parse().ok()?);
        while !lines.is_at_end() {
            read.said.push(read_said(&mut lines, origin)?);
        }
        Some(read)
    }
}

fn read_said(lines: &mut Lines<'_>, origin: &Origin) -> Option<Said> {
    let kinds = ["keys", "acceptance", "revocation"];
    let kind = kinds.into_iter().find(|kind| lines.is_next(kind))?;
    let mut words = lines.maybe(kind)?;
    let place = Place { entry: words.number()?, time: words.one()? };
    let (signers, count) = (words.one()?, words.number()?);
    words.end()?;
    let statement = lines.statement(count)?;
    let id = statement.id();
    let copied_from = (statement.record != *origin).then_some(statement.record);
    let body = match (kind, statement.body) {
        ("keys", Body::Keys(keys)) => SaidBody::Keys(Box::new(keys)),
        ("acceptance", Body::Acceptance(acceptance)) => SaidBody::Acceptance(acceptance),
        ("revocation", Body::Revocation(revocation)) => SaidBody::Revocation(Box::new(revocation)),
        _ => return None,
    };
    Some(Said { place, id, signers, copied_from, body })
}
