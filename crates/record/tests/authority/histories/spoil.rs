//! What goes wrong, or somebody tries.

use erratum_record::{Act, Body, FirstWord, Id, Keys, Name, Replaces, VerifierKey};

use super::acts::Said;
use super::{Maker, key};

impl Maker {
    /// The same act, spoilt in one way.
    pub(super) fn spoil(&mut self, body: Body, mut signed: Vec<VerifierKey>) -> Said {
        match self.random.below(7) {
            0 => {
                signed.pop();
                (body, signed)
            }
            1 => (body.clone(), self.wrong_keys(&body)),
            2 => (self.other_previous(body), signed),
            3 => (self.other_document(body), signed),
            4 => (self.other_speaker(body), signed),
            5 => (self.other_authority(body), signed),
            _ => {
                let other = self.wrong_keys(&body);
                signed.extend(other);
                (body, signed)
            }
        }
    }

    /// Keys of the same name that may be old, revoked, recovery keys or not listed at all; or of another.
    fn wrong_keys(&mut self, body: &Body) -> Vec<VerifierKey> {
        let speaker = match body {
            Body::Keys(keys) if self.random.percent(80) => keys.speaker.clone(),
            _ => self.names[self.random.below(self.names.len())].clone(),
        };
        let label = ["k0", "k1", "k2", "k3", "r0", "r1"][self.random.below(6)];
        let mut keys = vec![key(speaker.as_str(), label)];
        if self.random.percent(50) {
            keys.push(key(speaker.as_str(), "k4"));
        }
        keys
    }

    /// One signature that does not verify: of a key that should sign, or of another that may or may not.
    pub(super) fn spoilt(&mut self, body: &Body, signed: &[VerifierKey]) -> Vec<VerifierKey> {
        match self.random.one(signed) {
            Some(key) if self.random.percent(40) => vec![key.clone()],
            _ => self.wrong_keys(body),
        }
    }

    fn some_id(&mut self) -> Id {
        let entry = self.random.below(self.pass.entries.len());
        self.pass.id(entry)
    }

    fn some_name(&mut self) -> Name {
        self.names[self.random.below(self.names.len())].clone()
    }

    fn other_previous(&mut self, mut body: Body) -> Body {
        let previous = self.some_id();
        match &mut body {
            Body::Standing(standing) => standing.previous = previous,
            Body::Keys(Keys { previous: Some(old), .. }) => *old = previous,
            Body::Document(document) => {
                if let FirstWord::Issued { replaces: Some(Replaces { previous: old, .. }) } =
                    &mut document.word
                {
                    *old = previous;
                }
            }
            _ => {}
        }
        body
    }

    fn other_document(&mut self, mut body: Body) -> Body {
        let id = self.some_id();
        match &mut body {
            Body::Standing(standing) => match &mut standing.act {
                Act::Lift(target) | Act::Corrected(target) | Act::Superseded(target)
                    if self.random.percent(50) =>
                {
                    *target = id;
                }
                _ => standing.document = id,
            },
            Body::Rendition(rendition) => rendition.document = id,
            Body::Comment(remark) | Body::Note(remark) => remark.document = id,
            Body::Acceptance(acceptance) => acceptance.keys = id,
            Body::Document(document) => match &mut document.word {
                FirstWord::Issued { replaces: Some(replaces) } => replaces.document = id,
                FirstWord::Draft { commitment, .. } => *commitment = id,
                _ => {}
            },
            _ => {}
        }
        body
    }

    /// Said by somebody else, whose keys signed it or not.
    fn other_speaker(&mut self, mut body: Body) -> Body {
        let name = self.some_name();
        match &mut body {
            Body::Standing(standing) => standing.speaker = name,
            Body::Rendition(rendition) => rendition.speaker = name,
            Body::Comment(remark) | Body::Note(remark) => remark.speaker = name,
            Body::Acceptance(acceptance) => acceptance.speaker = name,
            _ => {}
        }
        body
    }

    /// Keys and revocations that ask for too much; remarks of the other kind.
    fn other_authority(&mut self, body: Body) -> Body {
        let revoked = {
            let revocations = self.pass.entries.iter().filter_map(|entry| match &entry.statement.body {
                Body::Revocation(revocation) => Some(revocation.key.clone()),
                _ => None,
            });
            { revocations }.next_back()
        };
        match body {
            Body::Keys(mut keys) => {
                match (revoked, self.random.below(3)) {
                    (Some(key), 0) if key.name().starts_with(&format!("{}/", keys.name())) => {
                        let listed = keys.keys.iter().map(|listed| &listed.key).chain(&keys.recovery);
                        if !listed.clone().any(|other| *other == key) {
                            keys.recovery.push(key);
                        }
                    }
                    (_, 1) => keys.superior = Some("pub.example".parse().unwrap()),
                    _ => keys.superior = Some(self.some_name()),
                }
                Body::Keys(keys)
            }
            Body::Revocation(mut revocation) => {
                let millis = self.time.millis() - crate::naive::NOTICE - 1;
                let late = erratum_record::Time::from_millis(self.time.millis() + 1);
                let old = erratum_record::Time::from_millis(millis);
                revocation.suspect = Some(if self.random.percent(50) { late } else { old });
                Body::Revocation(revocation)
            }
            Body::Comment(remark) => Body::Note(remark),
            Body::Note(remark) => Body::Comment(remark),
            other => other,
        }
    }
}
