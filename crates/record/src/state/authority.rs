//! Questions of authority asked of the state: whose keys count, who stands above whom.

use std::sync::Arc;

use super::{Placed, Refusal, RefusalKind, State, Stop};
use crate::atoms::{Id, Name, Time};
use crate::authority::{Asked, Issuer, Known, Light, Place, Said, Signers, Source, Unsigned};
use crate::log::LogError;
use crate::note::{Signed, VerifierKey};
use crate::rule::Moment;
use crate::statement::{Act, Body, Document, FirstWord, Keys, Rule, RuleAct, Statement};

/// What a name may do at a moment, for whoever signs for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The `keys` statement in force, at its place.
    pub in_force: Said,
    /// What it lists.
    pub keys: Keys,
    /// Since when it binds.
    pub since: Time,
    /// Its keys that may sign: listed, not expired, not revoked.
    pub usable: Vec<VerifierKey>,
    /// Its recovery keys that are not revoked.
    pub recovery: Vec<VerifierKey>,
    /// The id that the name's next keys must carry as `previous`.
    pub previous: Option<Id>,
    /// Keys that do not bind yet.
    pub pending: Vec<Pending>,
    /// How often the name has changed hands.
    pub tenure: u32,
    /// When the present tenure began, by the entry of its first keys.
    pub tenure_entry: Option<u64>,
    /// The name above that set the keys in force.
    pub set_by: Option<Name>,
    /// Its superior.
    pub superior: Option<Name>,
    /// Keys that were revoked, with the entry that says so.
    pub revoked: Vec<(VerifierKey, u64)>,
}

impl Authority {
    /// The rule in force.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.keys.rule
    }

    /// How many signatures an act takes.
    #[must_use]
    pub fn takes(&self, act: RuleAct) -> u8 {
        self.keys.rule.takes(act)
    }
}

/// Keys that do not bind yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The statement.
    pub said: Said,
    /// When it binds, if nothing cancels it.
    pub binds: Time,
    /// Whether it is a claim to the name, with which a new tenure begins.
    pub claim: bool,
}

impl Statement {
    /// The act that its speaker's rule sets a number of signatures for; none for the operator's own.
    #[must_use]
    pub fn rule_act(&self) -> Option<RuleAct> {
        Some(match &self.body {
            Body::Record(_) => return None,
            Body::Keys(_) | Body::Revocation(_) => RuleAct::Keys,
            Body::Acceptance(_) => RuleAct::Acceptance,
            Body::Commitment(_) => RuleAct::Draft,
            Body::Document(Document { word, .. }) => match word {
                FirstWord::Issued { .. } => RuleAct::Document,
                FirstWord::Disowned { .. } => RuleAct::Disowned,
                FirstWord::Draft { .. } => RuleAct::Draft,
                FirstWord::Attributed { .. } => RuleAct::Attributed,
            },
            Body::Rendition(_) => RuleAct::Rendition,
            Body::Standing(body) => act_of(body.act),
            Body::Comment(_) => RuleAct::Comment,
            Body::Note(_) => RuleAct::Note,
        })
    }

    fn asked(&self) -> Option<Asked<'_>> {
        Some(match &self.body {
            Body::Keys(keys) => Asked::Keys(keys),
            Body::Revocation(revocation) => Asked::Revocation(revocation),
            _ => Asked::Act(self.rule_act()?),
        })
    }
}

/// The act that a `standing` statement with this word is.
pub(super) fn act_of(act: Act) -> RuleAct {
    match act {
        Act::Draft => RuleAct::Draft,
        Act::Issued => RuleAct::Issued,
        Act::Corrected(_) => RuleAct::Corrected,
        Act::Superseded(_) => RuleAct::Superseded,
        Act::Held => RuleAct::Held,
        Act::Withdrawn => RuleAct::Withdrawn,
        Act::InError => RuleAct::InError,
        Act::Disowned => RuleAct::Disowned,
        Act::Lift(_) => RuleAct::Lift,
    }
}

impl State {
    /// The light on these names: see [`Light::of`].
    pub(super) fn light(&self, names: &[&Name], known: Known, above: bool) -> Result<Light, LogError> {
        let history = |name: &Name| self.issuer(name);
        let registrable = |name: &Name| self.suffixes.as_ref().and_then(|list| list.registrable(name));
        let is_suffix = |name: &Name| self.suffixes.as_ref().is_some_and(|list| list.is_suffix(name));
        let source = Source { history: &history, registrable: &registrable, is_suffix: &is_suffix };
        Light::of(names, &source, known, above)
    }

    /// Behind the last entry, at the latest logged time.
    pub(super) fn here(&self) -> Place {
        Place { entry: u64::MAX, time: self.last_time() }
    }

    /// What a name may do at `time`, by all that is logged: its keys in force, which may sign, what is
    /// pending. None if it has no keys in force.
    ///
    /// # Errors
    /// If a fact cannot be read; so for all questions here.
    pub fn authority(&self, name: &Name, time: Time) -> Result<Option<Authority>, LogError> {
        let in_force_at = time.max(self.last_time());
        self.authority_at(name, Moment { logged_by: Time::MAX, in_force_at })
    }

    /// The same as it was known at a moment: without keys and revocations that were logged later. `previous`
    /// is that of now.
    pub fn authority_at(&self, name: &Name, moment: Moment) -> Result<Option<Authority>, LogError> {
        let place = Place { entry: u64::MAX, time: moment.in_force_at };
        let known = Known { by: moment.logged_by, before: u64::MAX };
        let light = self.light(&[name], known, true)?;
        let Some((said, keys)) = light.in_force(name, place) else { return Ok(None) };
        let all = |act| light.candidates(name, place, &act);
        let usable = all(Asked::Act(RuleAct::Document));
        let recovery = keys.recovery.iter().filter(|key| light.taken(name, key, place).is_none());
        let (tenure, tenure_entry) = light.tenure(name, place);
        let pending = light.pending(name, place).into_iter();
        let pending =
            pending.filter(|(said, _)| said.place.time <= moment.logged_by).map(|(said, status)| {
                Pending { said: said.clone(), binds: status.binds, claim: status.claim }
            });
        let counting = light.counting().iter().filter(|one| one.name == *name);
        Ok(Some(Authority {
            since: light.status(said.place.entry).map_or(said.place.time, |status| status.binds),
            usable,
            recovery: recovery.cloned().collect(),
            previous: light.last_keys(name, place).map(|last| last.id),
            pending: pending.collect(),
            tenure,
            tenure_entry,
            set_by: keys.subordinate.as_ref().map(|_| keys.speaker.clone()),
            superior: light.superior(name, place),
            revoked: counting.map(|one| (one.key.clone(), one.place.entry)).collect(),
            in_force: said.clone(),
            keys: keys.clone(),
        }))
    }

    /// Which keys signed a statement, if those suffice at its place by the revocations before it.
    ///
    /// # Errors
    /// Why they do not.
    pub(crate) fn check_signed(
        &self,
        placed: &Placed,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Result<Signers, Stop> {
        let (statement, place) = (&placed.statement, placed.place());
        let (Some(speaker), Some(asked)) = (statement.speaker(), statement.asked()) else {
            return Ok(Signers::default());
        };
        if let (Asked::Act(_), Some(issuer)) = (&asked, self.issuer(speaker)?)
            && let Some((keys, key)) = issuer.sole_key(place)
            && signed(key) == Signed::Yes
        {
            return Ok(Signers { keys: keys.entry, listed: vec![0], ..Signers::default() });
        }
        let known = Known { by: Time::MAX, before: place.entry };
        let subject = match &statement.body {
            Body::Keys(keys) => keys.name(),
            Body::Revocation(revocation) => revocation.name(),
            _ => speaker,
        };
        let deep = matches!(asked, Asked::Keys(_) | Asked::Revocation(_));
        let mut light = self.light(&[speaker, subject], known, deep)?;
        if let Body::Revocation(revocation) = &statement.body {
            let (name, key) = (revocation.name().clone(), revocation.key.clone());
            let suspect = revocation.suspect;
            light = light.with(crate::authority::TakenAway { name, key, place, suspect });
        }
        let candidates = light.candidates(speaker, place, &asked);
        if let Some(forged) = candidates.iter().find(|key| signed(key) == Signed::Forged) {
            let why = format!("the signature of {} does not verify", forged.name());
            return Err(Refusal::new(RefusalKind::NotSigned, why).into());
        }
        let yes = |key: &VerifierKey| signed(key) == Signed::Yes;
        if subject != speaker && !light.superiors(subject, place).contains(speaker) {
            return Err(not_signed(statement, speaker, &Unsigned::NotAbove).into());
        }
        let answer = light.ask(speaker, place, &asked, &yes);
        answer.map_err(|why| not_signed(statement, speaker, &why).into())
    }

    /// Whether one usable key of the speaker, at least, signed a statement.
    pub(super) fn is_own(
        &self,
        placed: &Placed,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Result<bool, LogError> {
        let Some(speaker) = placed.statement.speaker() else { return Ok(false) };
        let light = self.light(&[speaker], Known::ALL, false)?;
        let usable = light.candidates(speaker, placed.place(), &Asked::Act(RuleAct::Document));
        Ok(usable.iter().any(|key| signed(key) == Signed::Yes))
    }

    /// The superior of a name as of now: its nearest ancestor within the registrable domain that has keys
    /// here; else the name in its keys that has accepted.
    pub fn superior(&self, name: &Name) -> Result<Option<Name>, LogError> {
        Ok(self.light(&[name], Known::ALL, true)?.superior(name, self.here()))
    }

    /// The superiors of a name, nearest first.
    pub fn superiors(&self, name: &Name) -> Result<Vec<Name>, LogError> {
        Ok(self.light(&[name], Known::ALL, true)?.superiors(name, self.here()))
    }

    /// The rank of `speaker` over documents of `issuer`: 0 for itself, 1 for its superior, and so on.
    pub fn rank(&self, speaker: &Name, issuer: &Name) -> Result<Option<u8>, LogError> {
        self.rank_at(speaker, issuer, self.here())
    }

    /// The same at a place.
    pub(super) fn rank_at(
        &self,
        speaker: &Name,
        issuer: &Name,
        place: Place,
    ) -> Result<Option<u8>, LogError> {
        if speaker == issuer {
            return Ok(Some(0));
        }
        Ok(self.light(&[issuer], Known::ALL, true)?.rank(speaker, issuer, place))
    }

    /// Whose words on documents of `issuer` a voice stands above at a place, the issuer first; none if it
    /// has no voice there, or is the issuer.
    pub(super) fn below_at(
        &self,
        speaker: &Name,
        issuer: &Name,
        place: Place,
    ) -> Result<Vec<Name>, LogError> {
        if speaker == issuer {
            return Ok(Vec::new());
        }
        Ok(self.light(&[issuer], Known::ALL, true)?.below(speaker, issuer, place))
    }

    /// Every issuer: a walk through all facts.
    pub fn issuers(&self) -> Result<Vec<Arc<Issuer>>, LogError> {
        let Some(origin) = &self.origin else { return Ok(Vec::new()) };
        let mut all = self.issuers.all(&self.map, origin)?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }
}

/// Why a statement is not signed, in words for whoever would say it.
fn not_signed(statement: &Statement, speaker: &Name, why: &Unsigned) -> Refusal {
    let refuse = |kind, why: String| Refusal::new(kind, why);
    let subject = || match &statement.body {
        Body::Keys(keys) => keys.name(),
        Body::Revocation(revocation) => revocation.name(),
        _ => speaker,
    };
    let (takes, usable, signed) = match why {
        Unsigned::NoKeys => {
            return refuse(RefusalKind::NoKeys, format!("{speaker} has no key in this record"));
        }
        Unsigned::NotAbove => {
            let name = subject();
            return refuse(RefusalKind::NoVoice, format!("{speaker} does not stand above {name}"));
        }
        Unsigned::New => {
            let name = subject();
            let why = format!(
                "{speaker} stands above {name} only since a name changed hands, and sets and revokes no keys \
                 that are older"
            );
            return refuse(RefusalKind::NoVoice, why);
        }
        Unsigned::Few { takes, usable, signed } => (takes, usable, signed),
    };
    if let (1, [only]) = (takes, usable.as_slice()) {
        return refuse(RefusalKind::NotSigned, format!("not signed by {}", only.name()));
    }
    let act = statement.rule_act().map_or("it", RuleAct::as_str);
    let labels: Vec<&str> =
        signed.iter().map(|key| key.name().rsplit('/').next().unwrap_or_default()).collect();
    let by = if labels.is_empty() { "none of its keys".to_owned() } else { labels.join(" and ") };
    let plural = if *takes == 1 { "" } else { "s" };
    let why = format!("{act} takes {takes} signature{plural} by the rule of {speaker}; signed by {by}");
    refuse(RefusalKind::NotSigned, why)
}
