//! Histories told to the forward pass directly: "these keys signed" is an input here.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::*;
use crate::atoms::BlobRef;
use crate::note::Signer;
use crate::rule::{Moment, words_in_force};
use crate::statement::*;
use crate::suffixes::SUFFIX_LIST;
use crate::words::{Genre, Standing};

/// The list is read once for all tests.
static LIST: LazyLock<Suffixes> = LazyLock::new(|| Suffixes::new(SUFFIX_LIST.1));

/// A record under test. Every statement is signed by its speaker unless said otherwise.
pub(super) struct History {
    pub(super) state: State,
    pub(super) next: u64,
    texts: HashMap<&'static str, Id>,
}

fn key(name: &str) -> VerifierKey {
    let mut seed = [0; 32];
    seed[..name.len().min(32)].copy_from_slice(&name.as_bytes()[..name.len().min(32)]);
    Signer::from_seed(&format!("{name}/press"), &seed).unwrap().verifier()
}

pub(super) fn blob(text: &str) -> BlobRef {
    BlobRef { bytes: text.len() as u64, digest: Id::of(text.as_bytes()) }
}

pub(super) fn time(hour: u64) -> Time {
    Time::from_millis(i64::try_from(hour).unwrap() * 3_600_000)
}

pub(super) fn a_document(name: &str, text: &str, word: FirstWord) -> Document {
    let name: DocumentName = name.parse().unwrap();
    Document {
        speaker: name.issuer(),
        name,
        word,
        genre: Genre::Letter,
        lang: "en".parse().unwrap(),
        date: None,
        effective: None,
        forms: Forms {
            tables: "v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1".into(),
            search: Id::of(text.as_bytes()),
            comparison: Id::of(text.as_bytes()),
        },
        title: blob("title"),
        text: blob(text),
    }
}

impl History {
    fn of(names: &[&str]) -> Self {
        let mut history = Self { state: State::default(), next: 0, texts: HashMap::new() };
        let log_key = Signer::from_seed("record.example", &[1; 32]).unwrap().verifier();
        let admit = names.iter().map(|n| (n.parse().unwrap(), key(n))).collect();
        let suffixes = Some(("1".parse().unwrap(), blob("list")));
        history
            .say(Body::Record(RecordBody {
                log_key: Some(log_key),
                suffixes,
                admit,
                ..RecordBody::default()
            }))
            .unwrap();
        history
    }

    fn placed(&self, record: &str, body: Body) -> Placed {
        let statement = Statement { record: record.parse().unwrap(), body };
        let attached = Attached { suffixes: Some(LIST.clone()), checkpoint: None };
        Placed { attached, ..Placed::new(self.next, time(self.next), statement) }
    }

    pub(super) fn put(&mut self, record: &str, body: Body, signer: &str) -> Result<Id, String> {
        let placed = self.placed(record, body);
        let (id, signer) = (placed.statement.id(), key(signer));
        self.next += 1;
        let signed = move |k: &VerifierKey| {
            if k.name() == "record.example" || *k == signer { Signed::Yes } else { Signed::No }
        };
        self.state.push(placed, &signed).map(|()| id).map_err(|refusal| refusal.to_string())
    }

    fn say(&mut self, body: Body) -> Result<Id, String> {
        let statement = Statement { record: "record.example".parse().unwrap(), body: body.clone() };
        let speaker = statement.speaker().map(Name::to_string).unwrap_or_default();
        self.put("record.example", body, &speaker)
    }

    fn keys(&mut self, name: &str, superior: Option<&str>) -> Result<Id, String> {
        let superior = superior.map(|n| n.parse().unwrap());
        self.say(Body::Keys(Keys::single(name.parse().unwrap(), key(name), superior)))
    }

    fn accept(&mut self, superior: &str, name: &str) -> Result<Id, String> {
        let subordinate: Name = name.parse().unwrap();
        let keys = self.state.authority(&subordinate, time(self.next)).unwrap();
        let keys = keys.map_or(Id::of(b""), |now| now.in_force.id);
        self.say(Body::Acceptance(Acceptance { speaker: superior.parse().unwrap(), subordinate, keys }))
    }

    fn document(&self, name: &str, text: &str, word: FirstWord) -> Document {
        a_document(name, text, word)
    }

    pub(super) fn issue(&mut self, name: &'static str, text: &str) -> Id {
        let document = self.document(name, text, FirstWord::Issued { replaces: None });
        let id = self.say(Body::Document(document)).unwrap();
        self.texts.insert(name, id);
        id
    }

    fn issue_replacing(&mut self, name: &str, text: &str, old: Id) -> Result<Id, String> {
        let speaker = name.parse::<DocumentName>().unwrap().issuer();
        let previous = self.state.previous(&speaker, &old).unwrap();
        let replaces = Some(Replaces { document: old, previous });
        let document = self.document(name, text, FirstWord::Issued { replaces });
        self.say(Body::Document(document))
    }

    fn disown(&mut self, name: &str, text: &str) -> Result<Id, String> {
        let document = self.document(name, text, FirstWord::Disowned { reason: blob("fake") });
        self.say(Body::Document(document))
    }

    pub(super) fn word(&self, speaker: &str, document: Id, act: Act) -> StandingBody {
        let speaker: Name = speaker.parse().unwrap();
        StandingBody {
            previous: self.state.previous(&speaker, &document).unwrap(),
            speaker,
            document,
            act,
            lang: "en".parse().unwrap(),
            effective: None,
            passages: Vec::new(),
            reason: Some(blob("why")),
            translations: Vec::new(),
        }
    }

    fn mark(&mut self, speaker: &str, document: Id, act: Act) -> Result<Id, String> {
        let body = self.word(speaker, document, act);
        self.say(Body::Standing(body))
    }

    pub(super) fn at(&self, document: Id, moment: Moment) -> (Option<Standing>, Option<String>) {
        let document = self.state.document(&document).unwrap().unwrap();
        let seen = self.state.seen(&document, moment).unwrap();
        let standings = seen.standings();
        (standings.standing(), standings.leading.map(|word| word.voice.to_string()))
    }

    fn leads(&self, document: Id) -> (Standing, String) {
        let (standing, voice) = self.at(document, Moment::as_of(Time::MAX));
        (standing.unwrap(), voice.unwrap())
    }
}

pub(super) const ISSUER: &str = "command.example";
pub(super) const SUPERIOR: &str = "ministry.example";
pub(super) const OUTSIDER: &str = "outsider.example";

/// An issuer with a named and accepted superior, and somebody else.
pub(super) fn offices() -> History {
    let mut history = History::of(&[ISSUER, SUPERIOR, OUTSIDER]);
    for (name, superior) in [(ISSUER, Some(SUPERIOR)), (SUPERIOR, None), (OUTSIDER, None)] {
        history.keys(name, superior).unwrap();
    }
    history.accept(SUPERIOR, ISSUER).unwrap();
    history
}

fn is(standing: Standing, voice: &str) -> (Standing, String) {
    (standing, voice.to_owned())
}

#[test]
fn the_issuer_warns_after_the_superior_confirmed() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    h.mark(SUPERIOR, letter, Act::Issued).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Issued, SUPERIOR));
    h.mark(ISSUER, letter, Act::InError).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, ISSUER));
}

#[test]
fn a_succession_leads_over_a_superiors_affirmation() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let next = h.issue("command.example/l/2", "better text");
    h.mark(SUPERIOR, letter, Act::Issued).unwrap();
    h.mark(ISSUER, letter, Act::Corrected(next)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Corrected, ISSUER));
}

#[test]
fn a_superiors_warning_leads_until_it_lifts() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let next = h.issue("command.example/l/2", "better text");
    let warning = h.mark(SUPERIOR, letter, Act::InError).unwrap();
    h.mark(ISSUER, letter, Act::Superseded(next)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, SUPERIOR));
    let document = h.state.document(&letter).unwrap().unwrap();
    let seen = h.state.seen(&document, Moment::as_of(Time::MAX)).unwrap();
    let beside: Vec<_> = seen.standings().beside.iter().map(|w| w.act).collect();
    assert_eq!(beside, [Act::Issued, Act::Superseded(next)]);
    assert_eq!(
        h.mark(ISSUER, letter, Act::Lift(warning)).unwrap_err(),
        "only ministry.example or a voice above it can lift its word"
    );
    h.mark(ISSUER, letter, Act::Issued).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, SUPERIOR));
    h.mark(SUPERIOR, letter, Act::Lift(warning)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Issued, ISSUER), "its own issued ended the succession");
}

#[test]
fn lifting_leaves_the_succession_in_the_lead() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let next = h.issue("command.example/l/2", "better text");
    let warning = h.mark(SUPERIOR, letter, Act::InError).unwrap();
    h.mark(ISSUER, letter, Act::Superseded(next)).unwrap();
    h.mark(SUPERIOR, letter, Act::Lift(warning)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Superseded, ISSUER));
}

#[test]
fn replacing_a_document_in_error_does_not_clear_it() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    h.mark(ISSUER, letter, Act::InError).unwrap();
    let new = h.issue_replacing("command.example/l/1", "better text", letter).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, ISSUER));
    assert_eq!(h.state.named(&"command.example/l/1".parse().unwrap()).unwrap().unwrap().id, new);
    let again = h.document("command.example/l/1", "third", FirstWord::Issued { replaces: None });
    assert_eq!(
        h.say(Body::Document(again)).unwrap_err(),
        "command.example/l/1 is taken by the document at entry 7; a new version must replace it"
    );
}

#[test]
fn a_stale_or_replayed_issued_is_refused_and_a_second_warning_counts() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let prepared = h.word(ISSUER, letter, Act::Issued);
    let logged = h.mark(ISSUER, letter, Act::Issued).unwrap();
    h.mark(ISSUER, letter, Act::InError).unwrap();
    assert_eq!(h.say(Body::Standing(prepared)).unwrap_err(), "already logged at entry 6");
    let mut stale = h.word(ISSUER, letter, Act::Issued);
    stale.previous = logged;
    assert!(h.say(Body::Standing(stale)).unwrap_err().starts_with("stale: it follows "));
    assert_eq!(h.leads(letter), is(Standing::InError, ISSUER));
    h.mark(ISSUER, letter, Act::Issued).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Issued, ISSUER));
    let mut late = h.word(ISSUER, letter, Act::InError);
    late.previous = letter;
    h.say(Body::Standing(late)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, ISSUER), "a warning is never stale");
}

#[test]
fn outsiders_have_no_say() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    assert_eq!(
        h.mark(OUTSIDER, letter, Act::InError).unwrap_err(),
        "outsider.example is neither the issuer of command.example/l/1 nor its superior"
    );
    let forged = h.word(ISSUER, letter, Act::InError);
    let refused = h.put("record.example", Body::Standing(forged), OUTSIDER).unwrap_err();
    assert_eq!(refused, "not signed by command.example/press");
    assert_eq!(h.leads(letter), is(Standing::Issued, ISSUER));
    assert_eq!(h.state.void().len(), 2);
    let remark = |speaker: &str| Remark {
        speaker: speaker.parse().unwrap(),
        document: letter,
        lang: "en".parse().unwrap(),
        text: blob("attach the word error"),
    };
    h.say(Body::Note(remark(OUTSIDER))).unwrap();
    h.say(Body::Comment(remark(SUPERIOR))).unwrap();
    assert!(h.say(Body::Comment(remark(OUTSIDER))).is_err());
    assert!(h.say(Body::Note(remark(SUPERIOR))).is_err());
    let comments = &h.state.document(&letter).unwrap().unwrap().comments;
    assert_eq!(comments.iter().map(|comment| comment.rank).collect::<Vec<_>>(), [Some(1)]);
    let notes = h.state.notes(&letter).unwrap();
    assert_eq!(notes.iter().map(|note| note.rank).collect::<Vec<_>>(), [None]);
}

#[test]
fn nobody_disowns_a_text_it_issued() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let error =
        "command.example issued this very text at entry 5; the way back is withdrawn or in-error";
    assert_eq!(h.disown("command.example/fakes/1", "text").unwrap_err(), error);
    assert_eq!(h.mark(ISSUER, letter, Act::Disowned).unwrap_err(), error);
    let fake = h.disown("command.example/fakes/1", "another text").unwrap();
    assert_eq!(h.leads(fake), is(Standing::Disowned, ISSUER));
    // Not even a text whose issuing was void.
    let taken = h.document("command.example/l/1", "void text", FirstWord::Issued { replaces: None });
    assert!(h.say(Body::Document(taken)).is_err());
    assert!(
        h.disown("command.example/fakes/2", "void text").unwrap_err().contains("issued this very text")
    );
}

#[test]
fn a_back_dated_withdrawal_under_both_questions() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    h.next += 10;
    let mut withdrawn = h.word(ISSUER, letter, Act::Withdrawn);
    withdrawn.effective = Some(time(8));
    h.say(Body::Standing(withdrawn)).unwrap();
    assert_eq!(h.at(letter, Moment::as_of(time(10))).0, Some(Standing::Issued));
    assert_eq!(h.at(letter, Moment::in_force_at(time(10))).0, Some(Standing::Withdrawn));
    assert_eq!(h.at(letter, Moment::in_force_at(time(7))).0, Some(Standing::Issued));
    assert_eq!(h.at(letter, Moment::in_force_at(time(4))).0, None);
    // A word for the future binds then; a warning for the future binds at once.
    let mut later = h.word(ISSUER, letter, Act::Issued);
    later.effective = Some(time(50));
    h.say(Body::Standing(later)).unwrap();
    assert_eq!(h.at(letter, Moment::as_of(time(40))).0, Some(Standing::Withdrawn));
    assert_eq!(h.at(letter, Moment::as_of(time(50))).0, Some(Standing::Issued));
    let mut held = h.word(ISSUER, letter, Act::Held);
    held.effective = Some(time(90));
    h.say(Body::Standing(held)).unwrap();
    assert_eq!(h.at(letter, Moment::as_of(time(60))).0, Some(Standing::Held));
}

#[test]
fn superiors_are_the_nearest_ancestor_or_named_and_accepted() {
    let names = ["press.office.example", "office.example", "friend.example", "legal.office.example"];
    let mut h = History::of(&names);
    h.keys("friend.example", None).unwrap();
    h.keys("press.office.example", Some("friend.example")).unwrap();
    let press: Name = names[0].parse().unwrap();
    assert_eq!(h.state.superior(&press).unwrap(), None, "not accepted yet");
    h.accept("friend.example", names[0]).unwrap();
    assert_eq!(h.state.superior(&press).unwrap().unwrap().as_str(), "friend.example");
    let letter = h.issue("press.office.example/l/1", "text");
    h.mark("friend.example", letter, Act::Held).unwrap();
    h.keys("office.example", None).unwrap();
    assert_eq!(
        h.state.superior(&press).unwrap().unwrap().as_str(),
        "office.example",
        "the parent comes first"
    );
    assert!(h.mark("friend.example", letter, Act::InError).unwrap_err().contains("neither the issuer"));
    h.keys("legal.office.example", None).unwrap();
    assert!(
        h.mark("legal.office.example", letter, Act::InError).unwrap_err().contains("neither the issuer")
    );
    h.mark("office.example", letter, Act::Withdrawn).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Withdrawn, "office.example"));
}

#[test]
fn a_public_suffix_is_nobodys_superior() {
    let mut h = History::of(&["co.uk", "office.co.uk", "other.co.uk"]);
    h.keys("co.uk", None).unwrap();
    h.keys("office.co.uk", None).unwrap();
    assert_eq!(h.state.superior(&"office.co.uk".parse().unwrap()).unwrap(), None);
    let refused = h.keys("other.co.uk", Some("co.uk")).unwrap_err();
    assert_eq!(refused, "co.uk is a public suffix and cannot be a superior");
}

#[test]
fn superiors_and_successions_make_no_circle() {
    let mut h = History::of(&["a.example", "b.example", "sub.a.example"]);
    assert!(h.keys("a.example", Some("a.example")).unwrap_err().contains("its own superior"));
    h.keys("a.example", Some("b.example")).unwrap();
    h.keys("b.example", Some("sub.a.example")).unwrap();
    h.keys("sub.a.example", None).unwrap();
    h.accept("b.example", "a.example").unwrap();
    assert_eq!(
        h.accept("sub.a.example", "b.example").unwrap_err(),
        "b.example already stands above sub.a.example"
    );
    let one = h.issue("a.example/l/1", "one");
    let two = h.issue("a.example/l/2", "two");
    h.mark("a.example", one, Act::Superseded(two)).unwrap();
    assert_eq!(
        h.mark("a.example", two, Act::Corrected(one)).unwrap_err(),
        "a.example/l/1 is itself replaced by this document"
    );
    assert_eq!(
        h.mark("a.example", one, Act::Superseded(one)).unwrap_err(),
        "a.example/l/1 is itself replaced by this document"
    );
}

#[test]
fn copied_statements_never_make_good_and_still_warn() {
    let mut h = History::of(&[ISSUER, SUPERIOR]);
    let keys = Keys::single(ISSUER.parse().unwrap(), key(ISSUER), None);
    h.put("elsewhere.example", Body::Keys(keys), ISSUER).unwrap();
    let document = h.document("command.example/l/1", "text", FirstWord::Issued { replaces: None });
    let letter = h.put("elsewhere.example", Body::Document(document), ISSUER).unwrap();
    let issued = h.word(ISSUER, letter, Act::Issued);
    h.put("elsewhere.example", Body::Standing(issued), ISSUER).unwrap();
    assert_eq!(h.at(letter, Moment::as_of(Time::MAX)).0, None);
    let warning = h.word(ISSUER, letter, Act::Withdrawn);
    h.put("elsewhere.example", Body::Standing(warning), ISSUER).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Withdrawn, ISSUER));
    let found = h.state.document(&letter).unwrap().unwrap();
    assert_eq!(found.words.last().unwrap().copied_from.as_ref().unwrap().as_str(), "elsewhere.example");
    let forged = h.word(ISSUER, letter, Act::InError);
    assert!(h.put("elsewhere.example", Body::Standing(forged), SUPERIOR).is_err());
    h.keys(ISSUER, None).unwrap();
    h.mark(ISSUER, letter, Act::Issued).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Issued, ISSUER));
}

#[test]
fn keys_need_admission_and_texts_seen_have_no_standing() {
    let mut h = History::of(&[ISSUER, OUTSIDER]);
    assert!(
        h.keys(SUPERIOR, None)
            .unwrap_err()
            .starts_with("ministry.example is not admitted with this key")
    );
    h.keys(OUTSIDER, None).unwrap();
    let word = FirstWord::Attributed {
        to: ISSUER.parse().unwrap(),
        reported: Standing::Issued,
        source: blob("a newspaper"),
    };
    let document = h.document("outsider.example/seen/1", "text", word);
    let seen = h.say(Body::Document(document)).unwrap();
    assert_eq!(h.at(seen, Moment::as_of(Time::MAX)).0, None);
    let refused = h.mark(OUTSIDER, seen, Act::Issued).unwrap_err();
    assert!(
        refused.starts_with("outsider.example/seen/1 is registered as seen and has no standing"),
        "{refused}"
    );
    assert!(
        h.keys(OUTSIDER, Some(ISSUER))
            .unwrap_err()
            .starts_with("outsider.example has keys, and a claim to it must be admitted anew")
    );
}

#[test]
fn a_former_superiors_warning_outlives_whoever_stands_higher_later() {
    let names = ["press.office.example", "ministry.example", "office.example", "friend.example"];
    let [press, ministry, office, friend] = names;
    let mut h = History::of(&names);
    h.keys(ministry, None).unwrap();
    h.keys(press, Some(ministry)).unwrap();
    h.accept(ministry, press).unwrap();
    let letter = h.issue("press.office.example/l/1", "text");
    let warning = h.mark(ministry, letter, Act::InError).unwrap();
    h.keys(friend, None).unwrap();
    h.keys(office, Some(friend)).unwrap();
    h.accept(friend, office).unwrap();
    let found = h.state.document(&letter).unwrap().unwrap();
    assert_eq!(found.words.last().unwrap().below, [press.parse().unwrap()]);
    h.mark(friend, letter, Act::Issued).unwrap();
    let word = h.state.document(&letter).unwrap().unwrap().words.last().unwrap().clone();
    assert_eq!((word.rank, word.below), (2, vec![press.parse().unwrap(), office.parse().unwrap()]));
    assert_eq!(h.leads(letter), is(Standing::InError, ministry));
    let refused = "only ministry.example or a voice above it can lift its word";
    assert_eq!(h.mark(friend, letter, Act::Lift(warning)).unwrap_err(), refused);
    assert_eq!(h.mark(office, letter, Act::Lift(warning)).unwrap_err(), refused);
    // What stands below still goes: the office's own warning by its superior.
    h.mark(office, letter, Act::Held).unwrap();
    h.mark(ministry, letter, Act::Lift(warning)).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Held, office));
    h.mark(friend, letter, Act::Issued).unwrap();
    assert_eq!(h.leads(letter), is(Standing::Issued, friend));
}

#[test]
fn a_copied_warning_stands_beside_the_native_one() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    h.mark(ISSUER, letter, Act::InError).unwrap();
    let held = Body::Standing(h.word(ISSUER, letter, Act::Held));
    h.put("elsewhere.example", held, ISSUER).unwrap();
    assert_eq!(h.leads(letter), is(Standing::InError, ISSUER));
    // Another from there takes the copied one's place, one from a third record stands beside it.
    let withdrawn = Body::Standing(h.word(ISSUER, letter, Act::Withdrawn));
    h.put("elsewhere.example", withdrawn, ISSUER).unwrap();
    let third = Body::Standing(h.word(ISSUER, letter, Act::Held));
    h.put("third.example", third, ISSUER).unwrap();
    let live = |h: &History| -> Vec<Act> {
        let words = &h.state.document(&letter).unwrap().unwrap().words;
        words_in_force(words, Moment::as_of(Time::MAX)).iter().map(|word| word.act).collect()
    };
    assert_eq!(live(&h), [Act::Issued, Act::InError, Act::Withdrawn, Act::Held]);
    // A later one of its own takes the place of all.
    h.mark(ISSUER, letter, Act::Held).unwrap();
    assert_eq!(live(&h), [Act::Issued, Act::Held]);
}

fn rendition(document: Id, speaker: &str, text: Option<&str>) -> Body {
    let forms = |text: &str| Forms {
        tables: "v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1".into(),
        search: Id::of(text.as_bytes()),
        comparison: Id::of(text.as_bytes()),
    };
    Body::Rendition(Rendition {
        speaker: speaker.parse().unwrap(),
        document,
        lang: "de".parse().unwrap(),
        media: "text/plain".parse().unwrap(),
        bytes: 4,
        sha256: Id::of(b"file"),
        translation: text.map(|text| (forms(text), blob(text))),
    })
}

fn remark(document: Id, speaker: &str) -> Remark {
    Remark {
        speaker: speaker.parse().unwrap(),
        document,
        lang: "en".parse().unwrap(),
        text: blob("remark"),
    }
}

#[test]
fn copied_renditions_and_remarks_count_only_on_what_was_copied_with_them() {
    let mut h = offices();
    let native = h.issue("command.example/l/1", "text");
    let document = h.document("command.example/l/2", "copied", FirstWord::Issued { replaces: None });
    let copied = h.put("elsewhere.example", Body::Document(document), ISSUER).unwrap();
    let all = |id: Id| {
        [
            ("rendition", rendition(id, ISSUER, None), ISSUER),
            ("comment", Body::Comment(remark(id, ISSUER)), ISSUER),
            ("note", Body::Note(remark(id, OUTSIDER)), OUTSIDER),
        ]
    };
    for (what, body, speaker) in all(native) {
        assert_eq!(
            h.put("elsewhere.example", body, speaker).unwrap_err(),
            format!("a {what} copied from elsewhere.example counts only in the record it was made for")
        );
    }
    for (what, body, speaker) in all(copied) {
        assert_eq!(
            h.put("third.example", body.clone(), speaker).unwrap_err(),
            format!("a {what} copied from third.example counts only in the record it was made for")
        );
        h.put("elsewhere.example", body, speaker).unwrap();
    }
    let count = |id: Id| {
        let document = h.state.document(&id).unwrap().unwrap();
        let notes = h.state.notes(&id).unwrap();
        (document.renditions.len(), document.comments.len() + notes.len())
    };
    assert_eq!((count(native), count(copied)), ((0, 0), (1, 2)));
}

#[test]
fn nobody_disowns_a_translation_it_issued() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    h.say(rendition(letter, ISSUER, Some("ein Text"))).unwrap();
    assert_eq!(
        h.disown("command.example/fakes/1", "ein Text").unwrap_err(),
        "command.example issued this very text at entry 6; the way back is withdrawn or in-error"
    );
    // A superior vouches for its own translation, and a fake's translation is as much a fake.
    h.say(rendition(letter, SUPERIOR, Some("le texte"))).unwrap();
    h.disown("command.example/fakes/2", "le texte").unwrap();
    let fake = h.disown("command.example/fakes/3", "fake text").unwrap();
    h.say(rendition(fake, ISSUER, Some("gefälscht"))).unwrap();
    h.disown("command.example/fakes/4", "gefälscht").unwrap();
}

#[test]
fn an_issued_on_its_own_fake_is_remembered_even_if_copied_or_void() {
    let mut h = offices();
    let fakes: Vec<Id> = (["one", "two", "three", "four"].iter())
        .map(|text| h.disown(&format!("command.example/fakes/{text}"), text).unwrap())
        .collect();
    h.mark(ISSUER, fakes[0], Act::Issued).unwrap();
    let copied = Body::Standing(h.word(ISSUER, fakes[1], Act::Issued));
    h.put("elsewhere.example", copied, ISSUER).unwrap();
    let mut stale = h.word(ISSUER, fakes[2], Act::Issued);
    stale.previous = letter_of_nobody();
    h.say(Body::Standing(stale)).unwrap_err();
    for (fake, entry) in fakes.iter().zip([9, 10, 11]) {
        assert_eq!(
            h.mark(ISSUER, *fake, Act::Disowned).unwrap_err(),
            format!(
                "command.example issued this very text at entry {entry}; the way back is withdrawn or in-error"
            )
        );
    }
    // One that somebody else signed is not its word.
    let forged = Body::Standing(h.word(ISSUER, fakes[3], Act::Issued));
    h.put("record.example", forged, OUTSIDER).unwrap_err();
    h.mark(ISSUER, fakes[3], Act::Disowned).unwrap();
}

fn letter_of_nobody() -> Id {
    Id::of(b"nothing")
}

#[test]
fn a_warning_can_be_lifted_before_a_later_ending_binds() {
    let mut h = offices();
    let letter = h.issue("command.example/l/1", "text");
    let warning = h.mark(ISSUER, letter, Act::InError).unwrap();
    let mut later = h.word(ISSUER, letter, Act::Issued);
    later.effective = Some(time(90));
    h.say(Body::Standing(later)).unwrap();
    let now = |h: &History| h.at(letter, Moment::now(time(h.next), time(h.next))).0;
    assert_eq!(now(&h), Some(Standing::InError));
    h.mark(ISSUER, letter, Act::Lift(warning)).unwrap();
    assert_eq!(now(&h), Some(Standing::Issued));
    assert_eq!(
        h.mark(ISSUER, letter, Act::Lift(warning)).unwrap_err(),
        format!("no word {} is in force on this document", warning.short())
    );
}

#[test]
fn a_later_ending_opens_no_circle() {
    let mut h = offices();
    let one = h.issue("command.example/l/1", "one");
    let two = h.issue("command.example/l/2", "two");
    let succession = h.mark(ISSUER, one, Act::Superseded(two)).unwrap();
    let mut lift = h.word(ISSUER, one, Act::Lift(succession));
    lift.effective = Some(time(20));
    h.say(Body::Standing(lift)).unwrap();
    let refused = "command.example/l/1 is itself replaced by this document";
    assert_eq!(h.mark(ISSUER, two, Act::Superseded(one)).unwrap_err(), refused);
    // Nor does a succession that binds later.
    let three = h.issue("command.example/l/3", "three");
    let mut next = h.word(ISSUER, two, Act::Superseded(three));
    next.effective = Some(time(80));
    h.say(Body::Standing(next)).unwrap();
    let refused = "command.example/l/2 is itself replaced by this document";
    assert_eq!(h.mark(ISSUER, three, Act::Superseded(two)).unwrap_err(), refused);
    h.next = 21;
    h.mark(ISSUER, two, Act::Superseded(one)).unwrap();
    assert_eq!(h.at(one, Moment::as_of(time(30))).0, Some(Standing::Issued));
}
