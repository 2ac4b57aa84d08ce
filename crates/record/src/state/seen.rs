//! A document as it is seen at a moment: its words weighed by the revocations that count by then.

use std::ops::Deref;
use std::sync::Arc;

use super::authority::act_of;
use super::{Registered, State};
use crate::atoms::{Id, Name};
use crate::authority::{Asked, Known, Light, Place, Signers};
use crate::log::LogError;
use crate::rule::{Moment, Standings, Stolen, Weight, Word, standings, words_in_force};
use crate::statement::{Act, FirstWord, RuleAct};
use crate::words::{Class, Standing};

/// A document as it is seen at a moment. What is not signed any more is left out, but for warnings, which
/// are labelled.
#[derive(Debug, Clone)]
pub struct Viewed {
    document: Arc<Registered>,
    moment: Moment,
    notes: Vec<Word>,
    stolen: Option<Stolen>,
    tenure: u32,
}

impl Deref for Viewed {
    type Target = Registered;

    fn deref(&self) -> &Registered {
        &self.document
    }
}

impl Viewed {
    /// The same document, as far as it can be shown.
    #[must_use]
    pub fn registered(&self) -> Arc<Registered> {
        Arc::clone(&self.document)
    }

    /// The moment.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The words on it, with the one that leads.
    #[must_use]
    pub fn standings(&self) -> Standings<'_> {
        standings(&self.document.words, self.moment)
    }

    /// The words in force, in log order.
    #[must_use]
    pub fn in_force(&self) -> Vec<&Word> {
        words_in_force(&self.document.words, self.moment)
    }

    /// Words of such as have turned out to be no superiors: shown like notes.
    #[must_use]
    pub fn notes(&self) -> &[Word] {
        &self.notes
    }

    /// Where the document itself is not signed any more: the revocation that shows it.
    #[must_use]
    pub fn stolen(&self) -> Option<Stolen> {
        self.stolen
    }

    /// In which tenure of its issuer's name it was logged, counted from 0.
    #[must_use]
    pub fn tenure(&self) -> u32 {
        self.tenure
    }

    /// The `previous` that the speaker's next word on it must carry: the id of its own last word made for
    /// this record, or that of the document.
    #[must_use]
    pub fn previous(&self, speaker: &Name) -> Id {
        let own = |word: &&Word| word.voice == *speaker && word.copied_from.is_none();
        self.words.iter().rev().find(own).map_or(self.id, |word| word.id)
    }
}

impl State {
    /// A document as it is seen at `moment`.
    ///
    /// # Errors
    /// If a fact cannot be read.
    pub fn seen(&self, document: &Arc<Registered>, moment: Moment) -> Result<Viewed, LogError> {
        let voices = voices(document);
        let plain = Viewed {
            document: Arc::clone(document),
            moment,
            notes: Vec::new(),
            stolen: None,
            tenure: 0,
        };
        // Between an issuer and one above that attached something may stand names that are not plain.
        let own = |speaker: &Name| speaker == document.issuer();
        let mut all_plain = document.renditions.iter().all(|known| own(&known.rendition.speaker))
            && document.comments.iter().all(|comment| own(&comment.speaker));
        for name in &voices {
            all_plain &= self.issuer(name)?.is_none_or(|issuer| issuer.is_plain());
        }
        if all_plain {
            return Ok(plain);
        }
        let known = Known { by: moment.logged_by, before: u64::MAX };
        let light = self.light(&voices, known, true)?;
        Ok(weigh(&light, document, plain))
    }
}

/// Everybody whose authority bears on what was said of a document.
fn voices(document: &Registered) -> Vec<&Name> {
    let words = document.words.iter().flat_map(|word| std::iter::once(&word.voice).chain(&word.below));
    let renditions = document.renditions.iter().map(|known| &known.rendition.speaker);
    let comments = document.comments.iter().map(|comment| &comment.speaker);
    let mut all: Vec<&Name> =
        std::iter::once(document.issuer()).chain(words).chain(renditions).chain(comments).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The document in a light.
fn weigh(light: &Light, document: &Arc<Registered>, seen: Viewed) -> Viewed {
    let mut weighed = (**document).clone();
    let issuer = document.issuer().clone();
    let id = document.id;
    let mut notes = Vec::new();
    weighed.words.retain_mut(|word| {
        let place = word.place();
        word.weight = weight(light, &word.voice, place, &word.signers, act_in(word, &id));
        let warns = word.standing().map(Standing::class) == Some(Class::Warning);
        let since = light.since(&word.voice, &issuer, place);
        word.weight.since = since.unwrap_or_default();
        let free = warns || word.voice == issuer;
        let is_voice = since.is_some_and(|since| free || since.is_before(document.place()));
        if !is_voice {
            // Its own words it may still lift, and no others.
            word.below.clear();
            if !own_lift(document, word) {
                notes.extend((word.logged <= seen.moment.logged_by).then(|| word.clone()));
                return false;
            }
        }
        warns || word.weight.stolen.is_none()
    });
    weighed.renditions.retain(|known| {
        let place = Place { entry: known.entry, time: known.logged };
        let speaker = &known.rendition.speaker;
        let since = light.since(speaker, &issuer, place);
        since.is_some_and(|since| *speaker == issuer || since.is_before(document.place()))
            && is_signed(light, speaker, place, &known.signers, RuleAct::Rendition)
    });
    weighed.comments.retain(|comment| {
        let place = Place { entry: comment.entry, time: comment.logged };
        light.since(&comment.speaker, &issuer, place).is_some()
            && is_signed(light, &comment.speaker, place, &comment.signers, RuleAct::Comment)
    });
    let act = match &document.document.word {
        FirstWord::Issued { .. } => RuleAct::Document,
        FirstWord::Disowned { .. } => RuleAct::Disowned,
        FirstWord::Draft { .. } => RuleAct::Draft,
        FirstWord::Attributed { .. } => RuleAct::Attributed,
    };
    let stolen = weight(light, &issuer, document.place(), &document.signers, act).stolen;
    let tenure = light.tenure(&issuer, document.place()).0;
    Viewed { document: Arc::new(weighed), notes, stolen, tenure, ..seen }
}

/// Whether a word lifts one of the same voice.
fn own_lift(document: &Registered, word: &Word) -> bool {
    let Act::Lift(id) = word.act else { return false };
    document.words.iter().any(|other| other.id == id && other.voice == word.voice)
}

/// The act that a word on a document was: those of a `document` statement go by that.
fn act_in(word: &Word, document: &Id) -> RuleAct {
    match word.act {
        Act::Superseded(by) if by == word.id => RuleAct::Document,
        Act::Issued if word.id == *document => RuleAct::Document,
        act => act_of(act),
    }
}

fn is_signed(light: &Light, speaker: &Name, place: Place, signers: &Signers, act: RuleAct) -> bool {
    light.ask_again(speaker, place, signers, &Asked::Act(act)).is_ok()
}

/// What the signatures of an act are worth in a light.
fn weight(light: &Light, speaker: &Name, place: Place, signers: &Signers, act: RuleAct) -> Weight {
    let history = light.history(speaker);
    let then = history.and_then(|history| history.keys_at(signers.keys));
    let took = then.map_or(1, |keys| keys.rule.takes(act));
    let (tenure, _) = light.tenure(speaker, place);
    let counted = light.ask_again(speaker, place, signers, &Asked::Act(act));
    let Ok(counted) = counted else {
        let stolen = Some(reported(light, speaker, place, signers));
        return Weight { took, strength: 0, tenure, stolen, ..Weight::default() };
    };
    // Those listed when it was said: what a revocation has made of the keys since lends it no strength.
    let listed = then.map_or(0, |keys| keys.keys.len());
    let all = counted.listed.len() == listed;
    let count = u8::try_from(counted.listed.len()).unwrap_or(Weight::ALL);
    Weight { took, strength: if all { Weight::ALL } else { count }, tenure, ..Weight::default() }
}

/// The revocation by which an act lost its signatures: of one of its keys, else the first that counts.
fn reported(light: &Light, speaker: &Name, place: Place, signers: &Signers) -> Stolen {
    let keys = light.history(speaker).map(|history| history.resolve(signers)).unwrap_or_default();
    let own = keys.iter().find_map(|key| light.taken(speaker, key, place));
    let any = || light.counting().iter().find(|one| one.name == *speaker);
    let by = own.or_else(any).or_else(|| light.counting().first());
    by.map_or(Stolen { entry: place.entry, logged: place.time }, |by| Stolen {
        entry: by.place.entry,
        logged: by.place.time,
    })
}
