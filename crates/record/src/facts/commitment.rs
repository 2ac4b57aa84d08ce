//! `commitment <id>`: who committed to drafts, when, and to what.

use std::fmt::Write as _;

use super::Fact;
use super::lines::Lines;
use crate::atoms::Origin;
use crate::state::Committed;
use crate::statement::{Body, Commitment, Statement};

impl Fact for Committed {
    const KIND: &'static str = "commitment";

    fn write(&self, _: &Origin, out: &mut String) {
        let Self { entry, logged, commitment: Commitment { speaker, leaves, root } } = self;
        let _ = writeln!(out, "entry {entry} {logged}\nspeaker {speaker}\nleaves {leaves}\nroot {root}");
    }

    fn read(name: &str, text: &str, origin: &Origin) -> Option<Self> {
        let mut lines = Lines::new(text);
        let mut words = lines.maybe("entry")?;
        let (entry, logged) = (words.number()?, words.one()?);
        words.end()?;
        let speaker = lines.value("speaker")?.parse().ok()?;
        let leaves = u32::try_from(lines.maybe("leaves")?.number()?).ok()?;
        let root = lines.value("root")?.parse().ok()?;
        let commitment = Commitment { speaker, leaves, root };
        let statement = Statement { record: origin.clone(), body: Body::Commitment(commitment.clone()) };
        let fits = lines.is_at_end() && statement.id().to_string() == name;
        fits.then_some(Self { entry, logged, commitment })
    }
}
