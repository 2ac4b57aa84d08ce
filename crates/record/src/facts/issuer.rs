//! `issuer <name>`: its authority.

use std::fmt::Write as _;

use super::Fact;
use super::lines::{Lines, or_dash};
use crate::atoms::Origin;
use crate::state::Issuer;

impl Fact for Issuer {
    const KIND: &'static str = "issuer";

    fn write(&self, _: &Origin, out: &mut String) {
        let copied = or_dash(self.copied_from.as_ref());
        let _ = writeln!(out, "keys {} {} {} {copied}", self.entry, self.logged, self.keys);
        if let Some(entry) = self.took_place_of {
            let _ = writeln!(out, "copied-keys {entry}");
        }
        let _ = writeln!(out, "key {}", self.key);
        if let Some(superior) = &self.names_superior {
            let _ = writeln!(out, "superior {superior} {}", or_dash(self.accepted));
        }
    }

    fn read(name: &str, text: &str, _: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let name = name.parse().ok()?;
        let mut words = lines.maybe("keys")?;
        let (entry, logged, keys) = (words.number()?, words.one()?, words.one()?);
        let copied_from = words.maybe()?;
        words.end()?;
        let took_place_of = match lines.maybe("copied-keys") {
            Some(mut words) => Some(words.number()?),
            None => None,
        };
        let key = lines.maybe("key")?.one()?;
        let (mut names_superior, mut accepted) = (None, None);
        if let Some(mut words) = lines.maybe("superior") {
            names_superior = Some(words.one()?);
            accepted = words.maybe()?;
            words.end()?;
        }
        let read = Self {
            name,
            key,
            keys,
            entry,
            logged,
            names_superior,
            accepted,
            copied_from,
            took_place_of,
        };
        lines.is_at_end().then_some(read)
    }
}
