//! The standing rule: which words on a document are in force, and which leads.
//!
//! A pure function of the valid words in log order, with what their signatures are worth, and a moment.
//! Who may speak is decided before, by the forward pass; passages across documents after, where texts are known.

use crate::atoms::{BlobRef, Id, Lang, Name, Origin, Time};
use crate::authority::{Beginning, Place, Signers};
use crate::statement::Act;
use crate::words::{Class, Standing};

/// A valid word on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Id of the statement that said it.
    pub id: Id,
    /// Its entry in the log.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// Since when it is claimed to hold.
    pub effective: Option<Time>,
    /// Who said it.
    pub voice: Name,
    /// The voice's rank when it spoke: 0 the issuer, 1 its superior, 2 the superior's superior.
    pub rank: u8,
    /// The voices that it stood above when it spoke: the issuer and the chain between. None for the issuer.
    pub below: Vec<Name>,
    /// Which keys signed it.
    pub signers: Signers,
    /// What its signatures are worth, as seen at a moment.
    pub weight: Weight,
    /// What was said.
    pub act: Act,
    /// The language of the reason.
    pub lang: Lang,
    /// The passages meant; none means the whole text.
    pub passages: Vec<BlobRef>,
    /// Why.
    pub reason: Option<BlobRef>,
    /// The same reason in other languages.
    pub translations: Vec<(Lang, BlobRef)>,
    /// The record it was meant for, if that is another one.
    pub copied_from: Option<Origin>,
}

/// What the signatures of a word are worth, as seen at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// How many signatures its act took when it was logged.
    pub took: u8,
    /// How many of its signatures count; [`Weight::ALL`] if they are those of all keys listed.
    pub strength: u8,
    /// Which tenure of its voice's name said it, counted from 0.
    pub tenure: u32,
    /// Since when the voice stands above those below it, or has its name: to documents logged before it is
    /// new.
    pub since: Beginning,
    /// For a warning that is not signed any more: since when that is known.
    pub stolen: Option<Stolen>,
}

impl Weight {
    /// More than any act takes: all listed keys signed.
    pub const ALL: u8 = u8::MAX;
}

impl Default for Weight {
    /// That of a word by a name with one key, which nobody has revoked.
    fn default() -> Self {
        Self { took: 1, strength: Self::ALL, tenure: 0, since: Beginning::default(), stolen: None }
    }
}

/// The revocation by which something lost a signature that it needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stolen {
    /// Its entry.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
}

impl Word {
    /// Its place in the log.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { entry: self.entry, time: self.logged }
    }

    /// The standing it gives, unless it is a lift.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.act.standing()
    }

    /// When it begins to bind: a warning at the earlier of the claimed and the logged time, any other
    /// word at the claimed time.
    #[must_use]
    pub fn binds(&self) -> Time {
        let claimed = self.effective.unwrap_or(self.logged);
        match self.class() {
            Some(Class::Warning) => claimed.min(self.logged),
            _ => claimed,
        }
    }

    fn class(&self) -> Option<Class> {
        self.standing().map(Standing::class)
    }

    /// Whether it does anything here: a copied word never makes a document good and ends nothing; a
    /// copied warning warns.
    fn counts(&self) -> bool {
        self.copied_from.is_none() || self.class() == Some(Class::Warning)
    }

    /// Whether it is of the same voice as `other`: of the same name in the same tenure.
    fn is_of(&self, other: &Word) -> bool {
        self.voice == other.voice && self.weight.tenure == other.weight.tenure
    }

    /// Whether this word would end `other`, a word on a document logged at `document`, were it said there.
    #[must_use]
    pub fn would_end(&self, other: &Word, document: Place) -> bool {
        self.ends(other) && (self.is_of(other) || self.weight.since.is_before(document))
    }

    /// Whether this word, logged after `other` of the same document, ends it or takes its place. One that is
    /// not signed any more does neither: it has the strength 0.
    #[must_use]
    pub fn ends(&self, other: &Word) -> bool {
        // Fewer signatures than it took leave it standing.
        if self.weight.strength < other.weight.took {
            return false;
        }
        let own = self.is_of(other);
        let native = self.copied_from.is_none();
        // What was meant for another record takes the place only of what was meant for it too.
        let same_record = native || self.copied_from == other.copied_from;
        let replaces = own && same_record && self.class().is_some() && self.class() == other.class();
        let above = native && (own || self.below.contains(&other.voice));
        replaces
            || match self.act {
                Act::Issued => above && other.class() != Some(Class::Affirmation),
                Act::Lift(id) => above && id == other.id,
                _ => false,
            }
    }
}

/// The moment a standing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Only what was logged by then is known.
    pub logged_by: Time,
    /// Only what binds by then is in force.
    pub in_force_at: Time,
}

impl Moment {
    /// All that is known, in force at the end of time.
    pub(crate) const ALL: Self = Self { logged_by: Time::MAX, in_force_at: Time::MAX };

    /// What stands now: all that is known, as it binds by the reader's clock or the record's last entry,
    /// whichever is later. A clock that is slow hides nothing.
    #[must_use]
    pub fn now(clock: Time, last_logged: Time) -> Self {
        Self { logged_by: Time::MAX, in_force_at: clock.max(last_logged) }
    }

    /// What was known and in force at `time` (`--as-of`).
    #[must_use]
    pub fn as_of(time: Time) -> Self {
        Self { logged_by: time, in_force_at: time }
    }

    /// What was in force at `time`, by all that is known (`--in-force-at`).
    #[must_use]
    pub fn in_force_at(time: Time) -> Self {
        Self { logged_by: Time::MAX, in_force_at: time }
    }
}

/// The words on a document at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standings<'a> {
    /// The word that leads, if any is in force.
    pub leading: Option<&'a Word>,
    /// The other words in force, and the issuer's own latest word whether or not it is, latest last.
    pub beside: Vec<&'a Word>,
}

impl Standings<'_> {
    /// The leading standing.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.leading.and_then(Word::standing)
    }
}

/// The words in force at `moment`, in log order (rule 1).
///
/// `words` are the valid words on one document in log order.
#[must_use]
pub fn words_in_force(words: &[Word], moment: Moment) -> Vec<&Word> {
    let mut live: Vec<&Word> = Vec::new();
    for word in known(words, moment).filter(|word| word.counts()) {
        live.retain(|other| !word.ends(other));
        if word.class().is_some() {
            live.push(word);
        }
    }
    live
}

/// The words that nothing has ended for certain at `now`, whether or not they bind yet: an ending that
/// binds later may itself still be ended.
#[must_use]
pub(crate) fn not_ended(words: &[Word], now: Time) -> Vec<&Word> {
    let mut live: Vec<&Word> = Vec::new();
    for word in words.iter().filter(|word| word.counts()) {
        if word.binds() <= now {
            live.retain(|other| !word.ends(other));
        }
        if word.class().is_some() {
            live.push(word);
        }
    }
    live
}

/// The words at `moment`, with the one that leads (rule 2): warnings before successions before
/// affirmations, within a class the highest rank, then the severest, then the latest.
#[must_use]
pub fn standings<'a>(words: &'a [Word], moment: Moment) -> Standings<'a> {
    let mut live = words_in_force(words, moment);
    let leading =
        live.iter().copied().max_by_key(|word| (word.class(), word.rank, word.standing(), word.entry));
    let own_latest = known(words, moment)
        .filter(|word| word.rank == 0 && word.standing().is_some() && word.copied_from.is_none())
        .last();
    live.extend(own_latest.filter(|own| !live.contains(own)));
    live.retain(|word| Some(*word) != leading);
    live.sort_by_key(|word| word.entry);
    Standings { leading, beside: live }
}

fn known(words: &[Word], moment: Moment) -> impl Iterator<Item = &Word> {
    words.iter().filter(move |w| w.logged <= moment.logged_by && w.binds() <= moment.in_force_at)
}
