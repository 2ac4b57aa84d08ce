//! What somebody might really say of documents next, and the documents.

use erratum_record::{
    Act, Body, Commitment, Document, FirstWord, Forms, Id, Name, Remark, Rendition, Replaces, RuleAct,
    StandingBody, Time,
};

use super::acts::Said;
use super::{Maker, blob};
use crate::naive::{HOUR, Word, is_attributed};

/// So many different texts there are.
const TEXTS: usize = 4;

impl Maker {
    /// The documents that are there, with their issuers.
    pub(super) fn documents(&self) -> Vec<(Id, Document)> {
        let valid =
            (0..self.pass.entries.len()).filter(|entry| self.pass.judged[*entry].refused.is_none());
        let all = valid.filter_map(|entry| match self.pass.body(entry) {
            Body::Document(document) => Some((self.pass.id(entry), document.clone())),
            _ => None,
        });
        all.collect()
    }

    /// A document that bears words, the later the likelier.
    fn some_document(&mut self) -> Option<(Id, Document)> {
        let mut all = self.documents();
        if self.random.percent(93) {
            all.retain(|(_, document)| !is_attributed(document));
        }
        let late = all.len().saturating_sub(3);
        let from = if self.random.percent(60) { &all[late..] } else { &all[..] };
        self.random.one(from).cloned()
    }

    fn forms(&mut self) -> Forms {
        let text = self.random.below(TEXTS);
        let digest = |form: &str| Id::of(format!("{form} {text}").as_bytes());
        Forms {
            tables: "v1 nfkc=16.0.0 fold=16.0.0 skeleton=16.0.0 category=16.0.0 script=16.0.0 segments=16.0.0"
                .to_owned(),
            search: digest("search"),
            comparison: digest("comparison"),
        }
    }

    fn effective(&mut self) -> Option<Time> {
        let hours = [-400, -100, -10, 1, 10, 100, 400][self.random.below(7)];
        let millis = self.time.millis() + hours * HOUR;
        self.random.percent(20).then_some(Time::from_millis(millis))
    }

    pub(super) fn document(&mut self) -> Option<Said> {
        let speaker = self.name_with_keys()?;
        let fresh = format!("{speaker}/letters/{}", self.counter);
        let (mut name, mut act) = (fresh.parse().unwrap(), RuleAct::Document);
        let own: Vec<(Id, Document)> =
            self.documents().into_iter().filter(|(_, old)| old.speaker == speaker).collect();
        let committed = self.some_commitment(&speaker).is_some();
        let word = match self.random.below(100) {
            0..20 if committed => {
                act = RuleAct::Draft;
                let commitment = self.some_commitment(&speaker)?;
                FirstWord::Draft { commitment, proof: blob("proof") }
            }
            0..45 => FirstWord::Issued { replaces: None },
            45..65 if !own.is_empty() => {
                let (document, old) = self.random.one(&own)?.clone();
                if self.random.percent(75) {
                    name = old.name;
                }
                let previous = self.light().last_word(&speaker, &document, self.place());
                FirstWord::Issued { replaces: Some(Replaces { document, previous }) }
            }
            65..75 => {
                act = RuleAct::Disowned;
                FirstWord::Disowned { reason: blob("a fake") }
            }
            75..80 => {
                act = RuleAct::Attributed;
                let to = self.random.one(&self.names)?.clone();
                FirstWord::Attributed {
                    to,
                    reported: erratum_record::Standing::Issued,
                    source: blob("seen"),
                }
            }
            _ => FirstWord::Issued { replaces: None },
        };
        let draft = matches!(word, FirstWord::Draft { .. });
        let body = Document {
            speaker: speaker.clone(),
            name,
            word,
            genre: erratum_record::Genre::Letter,
            lang: "en".parse().unwrap(),
            date: None,
            effective: if draft { None } else { self.effective() },
            forms: self.forms(),
            title: blob("title"),
            text: blob("text"),
        };
        Some((Body::Document(body), self.sign(&speaker, act)))
    }

    pub(super) fn commitment(&mut self) -> Option<Said> {
        let speaker = self.name_with_keys()?;
        let root = Id::of(format!("drafts {}", self.counter).as_bytes());
        let signed = self.sign(&speaker, RuleAct::Draft);
        Some((Body::Commitment(Commitment { speaker, leaves: 16, root }), signed))
    }

    fn some_commitment(&mut self, speaker: &Name) -> Option<Id> {
        let all = self.pass.entries.iter().filter(
            |entry| matches!(&entry.statement.body, Body::Commitment(body) if body.speaker == *speaker),
        );
        let ids: Vec<Id> = all.map(|entry| entry.id).collect();
        self.random.one(&ids).copied()
    }

    // ---- words

    /// Somebody with a voice on a document.
    fn some_voice(&mut self, issuer: &Name) -> Option<Name> {
        let voices = self.light().voices(issuer, self.place());
        self.random.one(&voices).cloned()
    }

    pub(super) fn standing(&mut self) -> Option<Said> {
        let (id, document) = self.some_document()?;
        let speaker = self.some_voice(&document.speaker)?;
        let act = match self.random.below(12) {
            0..3 => Act::Issued,
            3 | 4 => {
                let mut all = self.documents();
                all.retain(|(_, new)| new.speaker == document.speaker || new.speaker == speaker);
                if self.random.percent(90) {
                    all.retain(|(new, _)| *new != id);
                }
                let by = self.random.one(&all)?.0;
                if self.random.percent(50) { Act::Corrected(by) } else { Act::Superseded(by) }
            }
            5..8 => Act::Held,
            8 => Act::Withdrawn,
            9 | 10 => Act::InError,
            _ => Act::Disowned,
        };
        Some(self.say(speaker, id, act))
    }

    pub(super) fn lift(&mut self) -> Option<Said> {
        let (id, document) = self.some_document()?;
        let words: Vec<Word> = self.light().words(&id);
        let words: Vec<&Word> =
            words.iter().filter(|word| !word.is_affirmation() && !word.is_lift()).collect();
        let word = *self.random.one(&words)?;
        let speaker = if self.random.percent(50) {
            word.voice.name.clone()
        } else {
            self.some_voice(&document.speaker)?
        };
        Some(self.say(speaker, id, Act::Lift(word.id)))
    }

    pub(super) fn say(&mut self, speaker: Name, document: Id, act: Act) -> Said {
        let previous = self.light().last_word(&speaker, &document, self.place());
        let word = act.standing().map_or("lift", erratum_record::Standing::as_str);
        let rule_act = RuleAct::ALL.into_iter().find(|act| act.as_str() == word).unwrap();
        let signed = self.sign(&speaker, rule_act);
        let reason =
            (act != Act::Issued || self.random.percent(50)).then(|| blob(&format!("{}", self.counter)));
        let body = StandingBody {
            speaker,
            document,
            previous,
            act,
            lang: "en".parse().unwrap(),
            effective: self.effective(),
            passages: Vec::new(),
            reason,
            translations: Vec::new(),
        };
        (Body::Standing(body), signed)
    }

    pub(super) fn remark(&mut self) -> Option<Said> {
        let (document, registered) = self.some_document()?;
        let lang = "en".parse().unwrap();
        if self.random.percent(30) {
            let speaker = self.some_voice(&registered.speaker)?;
            let signed = self.sign(&speaker, RuleAct::Rendition);
            let translation =
                if self.random.percent(60) { Some((self.forms(), blob("text"))) } else { None };
            let sha256 = Id::of(format!("file {}", self.counter).as_bytes());
            let media = "text/plain".parse().unwrap();
            let body = Rendition { speaker, document, lang, media, bytes: 4, sha256, translation };
            return Some((Body::Rendition(body), signed));
        }
        let speaker = self.name_with_keys()?;
        let text = blob(&format!("{}", self.counter));
        let voice = self.light().voices(&registered.speaker, self.place()).contains(&speaker);
        let remark = Remark { speaker: speaker.clone(), document, lang, text };
        Some(if voice {
            (Body::Comment(remark), self.sign(&speaker, RuleAct::Comment))
        } else {
            (Body::Note(remark), self.sign(&speaker, RuleAct::Note))
        })
    }
}
