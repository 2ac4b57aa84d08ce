//! A tlog-policy: which logs, which witnesses, and how many of them are enough (C2SP tlog-policy).
//!
//! Whether a time is too old, or ahead of the reader's clock, is the reader's to judge.

use std::fmt;

use super::cosigner::{Cosigned, CosignerKey};
use super::policy_text::{TlogPolicyError, parse, shown};
use crate::atoms::Time;
use crate::log::{Checkpoint, LogError, LogErrorKind};
use crate::note::{Signed, VerifierKey};

/// A policy: a checkpoint satisfies it when one of its logs signed it and a quorum of its witnesses
/// cosigned it.
///
/// ```
/// use erratum_record::TlogPolicy;
///
/// let policy = TlogPolicy::parse(b"\
/// witness w1 witness.example/w1+8832d1ae+BNVCB9oZSXfc9Grb/sK8LnW1LVqKQhhP7f3AACTw4+ja https://witness.example
/// quorum w1
/// ")?;
/// assert_eq!(policy.witnesses()[0].url(), Some("https://witness.example"));
/// # Ok::<(), erratum_record::TlogPolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogPolicy {
    pub(super) logs: Vec<(VerifierKey, Option<String>)>,
    pub(super) witnesses: Vec<Witness>,
    /// Each refers only to witnesses and to groups before it.
    pub(super) groups: Vec<Group>,
    pub(super) quorum: Quorum,
}

/// A witness of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub(super) name: Vec<u8>,
    pub(super) key: CosignerKey,
    pub(super) url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) least: usize,
    pub(super) members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Witness(usize),
    Group(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quorum {
    pub(super) name: Vec<u8>,
    /// `None` asks no witness.
    pub(super) member: Option<Member>,
}

/// A checkpoint that satisfies a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The log of the policy that signed it; `None` where the policy names no logs, and then nobody has
    /// checked the log's signature.
    pub log: Option<VerifierKey>,
    /// The witnesses that cosigned it, by their names in the policy, and when.
    pub witnesses: Vec<(String, Time)>,
    /// The latest time at which a quorum had seen this checkpoint or saw it later: "as of". `None` where
    /// the policy asks no witness, or where too few of them said when.
    pub time: Option<Time>,
}

/// Why a checkpoint does not satisfy a policy.
#[derive(Debug)]
pub enum NotWitnessed {
    /// It is no checkpoint, is not signed by a log of the policy, or has a cosignature that does not
    /// verify.
    False(LogError),
    /// Too few witnesses of the policy cosigned it.
    Quorum {
        /// What the policy asks for, by its name there.
        quorum: String,
        /// Those that did, and when.
        witnesses: Vec<(String, Time)>,
    },
}

impl fmt::Display for NotWitnessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::False(error) => error.fmt(f),
            Self::Quorum { quorum, witnesses } => {
                let names: Vec<_> = witnesses.iter().map(|(name, _)| name.as_str()).collect();
                let by = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
                write!(f, "checkpoint: cosigned by {by}, which is not the quorum {quorum} of the policy")
            }
        }
    }
}

impl std::error::Error for NotWitnessed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::False(error) => Some(error),
            Self::Quorum { .. } => None,
        }
    }
}

impl Witness {
    /// Its name in the policy, with what cannot be printed escaped.
    #[must_use]
    pub fn name(&self) -> String {
        shown(&self.name)
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// Its submission prefix, if the policy gives one.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl TlogPolicy {
    /// Reads a policy.
    ///
    /// # Errors
    /// If a line does not have its form, refers to what is not defined above it, defines a name or key a
    /// second time, or there is not exactly one quorum; or beyond 1 MiB, or 256 logs, witnesses or groups.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogPolicyError> {
        parse(bytes)
    }

    /// The logs with their URLs.
    #[must_use]
    pub fn logs(&self) -> &[(VerifierKey, Option<String>)] {
        &self.logs
    }

    /// The witnesses.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether a checkpoint needs any cosignature.
    #[must_use]
    pub fn asks_witnesses(&self) -> bool {
        self.quorum.member.is_some()
    }

    /// Checks a checkpoint with its cosignatures.
    ///
    /// # Errors
    /// If it is not signed by a log of the policy, where that names any; a cosignature of one of its
    /// witnesses does not verify; or there is no quorum.
    pub fn check(&self, checkpoint: &[u8]) -> Result<Witnessed, NotWitnessed> {
        let (checkpoint, note) = Checkpoint::parse(checkpoint).map_err(NotWitnessed::False)?;
        let unsigned =
            |why| NotWitnessed::False(LogError::new(LogErrorKind::Unsigned, "checkpoint", why));
        let of_log = |(key, _): &&(VerifierKey, _)| {
            key.name() == checkpoint.origin() && note.signed_by(key) == Signed::Yes
        };
        let log = self.logs.iter().find(of_log).map(|(key, _)| key.clone());
        if log.is_none() && !self.logs.is_empty() {
            let origin = checkpoint.origin().escape_debug();
            return Err(unsigned(format!("{origin} has not signed it with a key of the policy")));
        }
        let mut times = Vec::new();
        for witness in &self.witnesses {
            times.push(match witness.key.cosigned(&checkpoint, &note) {
                Cosigned::At(time) => Some(time),
                Cosigned::No => None,
                Cosigned::Forged => {
                    let name = witness.name();
                    return Err(unsigned(format!("the cosignature of {name} does not verify")));
                }
            });
        }
        let by = self.witnesses.iter().zip(&times);
        let witnesses: Vec<_> = by.filter_map(|(w, time)| Some((w.name(), (*time)?))).collect();
        let Some(quorum) = self.quorum.member else {
            return Ok(Witnessed { checkpoint, log, witnesses, time: None });
        };
        match self.quorum_time(quorum, &times) {
            Some(time) => {
                let time = Some(time).filter(|time| time.millis() > 0);
                Ok(Witnessed { checkpoint, log, witnesses, time })
            }
            None => Err(NotWitnessed::Quorum { quorum: shown(&self.quorum.name), witnesses }),
        }
    }

    /// The latest time t such that the cosignatures of t or later are a quorum: of a group that asks for k
    /// members, the k-th latest of their times.
    fn quorum_time(&self, quorum: Member, witnesses: &[Option<Time>]) -> Option<Time> {
        let mut groups: Vec<Option<Time>> = Vec::new();
        let time = |member: &Member, groups: &[Option<Time>]| match *member {
            Member::Witness(at) => witnesses.get(at).copied().flatten(),
            Member::Group(at) => groups.get(at).copied().flatten(),
        };
        for group in &self.groups {
            let mut times: Vec<_> = group.members.iter().map(|member| time(member, &groups)).collect();
            times.sort_unstable_by(|a, b| b.cmp(a));
            groups.push(times.get(group.least - 1).copied().flatten());
        }
        time(&quorum, &groups)
    }
}
