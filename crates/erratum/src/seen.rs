//! What witnesses say of a checkpoint, and what that makes of its age.

use erratum_record::{NotWitnessed, Time, Witnessed};

use crate::policy::Policy;
use crate::verdict::Witnesses;

/// How far a witness's clock may be ahead of the reader's, in milliseconds: an hour.
const AHEAD: i64 = 3600 * 1000;

/// What the witnesses of a policy say of a checkpoint.
#[derive(Debug)]
pub struct Seen(Option<Result<Witnessed, Lacking>>);

/// Why the quorum does not count.
#[derive(Debug)]
struct Lacking {
    /// Who cosigned nevertheless.
    names: Vec<String>,
    why: String,
}

fn names(witnesses: &[(String, Time)]) -> Vec<String> {
    witnesses.iter().map(|(name, _)| name.clone()).collect()
}

impl From<NotWitnessed> for Lacking {
    fn from(error: NotWitnessed) -> Self {
        let names = match &error {
            NotWitnessed::Quorum { witnesses, .. } => names(witnesses),
            NotWitnessed::False(_) => Vec::new(),
        };
        Self { names, why: error.to_string() }
    }
}

impl Seen {
    /// Asks the cosignatures on a checkpoint. A quorum whose time is ahead of `now` does not count: what it
    /// saw would not grow old.
    #[must_use]
    pub fn by_witnesses(policy: &Policy, checkpoint: &[u8], now: Time) -> Self {
        let seen = policy.witnessed(checkpoint);
        Self(seen.map(|seen| {
            let seen = seen.map_err(Lacking::from)?;
            match seen.time.filter(|time| time.millis() > now.millis().saturating_add(AHEAD)) {
                None => Ok(seen),
                Some(time) => Err(Lacking {
                    names: names(&seen.witnesses),
                    why: format!("checkpoint: cosigned at {time}, which has not come yet at {now}"),
                }),
            }
        }))
    }

    /// Whether the policy's quorum has seen it, or the policy asks for none.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !matches!(self.0, Some(Err(_)))
    }

    /// When the quorum had seen it.
    #[must_use]
    pub fn time(&self) -> Option<Time> {
        self.0.as_ref()?.as_ref().ok()?.time
    }

    /// Whether this must not pass silently: the quorum has not seen it, or saw it too long ago; without
    /// witnesses, or where they did not say when, what the record says of itself at `said` is too old.
    #[must_use]
    pub fn is_stale(&self, policy: &Policy, said: Time, now: Time) -> bool {
        !self.is_good() || policy.is_too_old(self.time().unwrap_or(said), now)
    }

    /// The same as plain data.
    #[must_use]
    pub fn view(&self) -> Option<Witnesses> {
        Some(match self.0.as_ref()? {
            Ok(seen) => Witnesses {
                by: seen.time.map(|time| time.to_string()),
                names: names(&seen.witnesses),
                lacking: None,
            },
            Err(lacking) => {
                Witnesses { by: None, names: lacking.names.clone(), lacking: Some(lacking.why.clone()) }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use erratum_record::TlogPolicy;

    /// Cosigned at 2026-11-23T16:10:28Z.
    const CHECKPOINT: &[u8] = include_bytes!("../../record/src/witness/data/ed25519.checkpoint");
    const KEY: &str = include_str!("../../record/src/witness/data/ed25519.vkey");

    #[test]
    fn a_quorum_of_the_future_does_not_count() {
        let witnesses = format!("witness w {}\nquorum w\n", KEY.trim_end());
        let witnesses = TlogPolicy::parse(witnesses.as_bytes()).unwrap();
        let policy = Policy { witnesses: Some(witnesses), ..Policy::default() };
        let at = |now: &str| Seen::by_witnesses(&policy, CHECKPOINT, now.parse().unwrap());
        for now in ["2026-11-23T15:10:28.000Z", "2027-11-23T00:00:00.000Z"] {
            let seen = at(now);
            assert!(seen.is_good());
            assert_eq!(seen.view().unwrap().by.as_deref(), Some("2026-11-23T16:10:28.000Z"));
        }
        let seen = at("2026-11-23T15:10:27.999Z");
        assert_eq!((seen.is_good(), seen.time()), (false, None));
        let view = seen.view().unwrap();
        assert_eq!((view.by, view.names), (None, vec!["w".to_owned()]));
        let why = "checkpoint: cosigned at 2026-11-23T16:10:28.000Z, which has not come yet at \
                   2026-11-23T15:10:27.999Z";
        assert_eq!(view.lacking.as_deref(), Some(why));
    }
}
