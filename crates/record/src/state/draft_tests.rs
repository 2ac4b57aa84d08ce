//! Commitments and openings told to the forward pass directly.

use super::tests::{History, ISSUER, OUTSIDER, SUPERIOR, offices, time};
use crate::atoms::Id;
use crate::facts;
use crate::rule::Moment;
use crate::statement::{Act, Body, Commitment, Statement};
use crate::words::Standing;

const HERE: &str = "record.example";
const ELSEWHERE: &str = "elsewhere.example";

fn commitment(speaker: &str, root: &str) -> Body {
    let root = Id::of(root.as_bytes());
    Body::Commitment(Commitment { speaker: speaker.parse().unwrap(), leaves: 4096, root })
}

fn opening(speaker: &str, path: &str, commitment: &Id, text: &str) -> Body {
    let digest = Id::of(text.as_bytes());
    let text = format!(
        "erratum/v1 opening\nrecord {HERE}\nspeaker {speaker}\nname {speaker}/{path}\n\
         commitment {commitment}\ngenre letter\nlang en\n\
         forms v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1\nsearch {digest}\n\
         comparison {digest}\ntitle 0 {digest}\ntext 0 {digest}\nproof 0 {digest}\n"
    );
    Statement::parse(&text).unwrap().body
}

fn document(speaker: &str, path: &str, text: &str, more: (&str, &str)) -> Body {
    let digest = Id::of(text.as_bytes());
    let (word, reason) = more;
    let text = format!(
        "erratum/v1 document\nrecord {HERE}\nspeaker {speaker}\nname {speaker}/{path}\n{word}\
         genre letter\nlang en\n\
         forms v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1\nsearch {digest}\n\
         comparison {digest}\ntitle 0 {digest}\ntext 0 {digest}\n{reason}"
    );
    Statement::parse(&text).unwrap().body
}

fn say(history: &mut History, speaker: &str, body: Body) -> Result<Id, String> {
    history.put(HERE, body, speaker)
}

fn now(history: &History, document: Id) -> (Option<Standing>, Option<String>) {
    history.at(document, Moment::as_of(time(1000)))
}

#[test]
fn an_office_opens_what_it_committed_to_and_nobody_else_does() {
    let mut h = offices();
    let id = say(&mut h, ISSUER, commitment(ISSUER, "a")).unwrap();
    let known = h.state.commitment(&id).unwrap().unwrap();
    assert_eq!((known.entry, known.logged), (h.next - 1, time(h.next - 1)));
    let stranger = opening(OUTSIDER, "drafts/1", &id, "text");
    assert_eq!(
        say(&mut h, OUTSIDER, stranger).unwrap_err(),
        format!("the commitment at entry {} is one of {ISSUER}, and nobody else opens it", known.entry)
    );
    let absent = opening(ISSUER, "drafts/1", &Id::of(b"none"), "text");
    let why = format!("this record holds no commitment {}", Id::of(b"none").short());
    assert_eq!(say(&mut h, ISSUER, absent).unwrap_err(), why);
    let draft = say(&mut h, ISSUER, opening(ISSUER, "drafts/1", &id, "text")).unwrap();
    assert_eq!(now(&h, draft), (Some(Standing::Draft), Some(ISSUER.to_owned())));
    let registered = h.state.document(&draft).unwrap().unwrap();
    assert_eq!(registered.opens(), Some(&id));
    assert_eq!(h.state.commitment_of(&registered).unwrap().unwrap(), known);
    // One commitment opens as often as parts of it leak, each under a name of its own.
    let taken = say(&mut h, ISSUER, opening(ISSUER, "drafts/1", &id, "more")).unwrap_err();
    assert!(taken.contains(" is taken by the document at entry "), "{taken}");
    say(&mut h, ISSUER, opening(ISSUER, "drafts/2", &id, "more")).unwrap();
}

#[test]
fn commitments_and_openings_count_only_in_their_own_record_and_once() {
    let mut h = offices();
    let copied = h.put(ELSEWHERE, commitment(ISSUER, "a"), ISSUER).unwrap_err();
    assert_eq!(copied, "a commitment counts only in the record it was made for");
    let id = say(&mut h, ISSUER, commitment(ISSUER, "a")).unwrap();
    let entry = h.next - 1;
    let again = say(&mut h, ISSUER, commitment(ISSUER, "a")).unwrap_err();
    assert_eq!(again, format!("already logged at entry {entry}"));
    let copied = h.put(ELSEWHERE, opening(ISSUER, "drafts/1", &id, "text"), ISSUER).unwrap_err();
    assert_eq!(copied, "an opening counts only in the record it was made for");
    let forged = h.put(HERE, commitment(ISSUER, "b"), OUTSIDER).unwrap_err();
    assert!(forged.starts_with("not signed by "), "{forged}");
}

#[test]
fn a_text_once_opened_is_never_disowned_and_may_be_replaced() {
    let mut h = offices();
    let id = say(&mut h, ISSUER, commitment(ISSUER, "a")).unwrap();
    let draft = say(&mut h, ISSUER, opening(ISSUER, "drafts/1", &id, "text")).unwrap();
    let entry = h.next - 1;
    let reason = format!("reason 0 {}\n", Id::of(b""));
    let fake = document(ISSUER, "fakes/1", "text", ("word disowned\n", &reason));
    assert_eq!(
        say(&mut h, ISSUER, fake).unwrap_err(),
        format!(
            "{ISSUER} opened this very text at entry {entry}; the way back is withdrawn or in-error"
        )
    );
    let word = h.word(SUPERIOR, draft, Act::InError);
    say(&mut h, SUPERIOR, Body::Standing(word)).unwrap();
    assert_eq!(now(&h, draft).0, Some(Standing::InError));
    let word = format!("word issued\nprevious {draft}\nreplaces {draft}\n");
    say(&mut h, ISSUER, document(ISSUER, "drafts/1", "final", (&word, ""))).unwrap();
    assert_eq!(now(&h, draft).0, Some(Standing::InError));
    let lifted = h.state.document(&draft).unwrap().unwrap().words[1].id;
    let word = h.word(SUPERIOR, draft, Act::Lift(lifted));
    say(&mut h, SUPERIOR, Body::Standing(word)).unwrap();
    assert_eq!(now(&h, draft).0, Some(Standing::Superseded));
}

#[test]
fn the_facts_of_a_commitment_and_an_opening_read_back() {
    let mut h = offices();
    let id = say(&mut h, ISSUER, commitment(ISSUER, "a")).unwrap();
    let draft = say(&mut h, ISSUER, opening(ISSUER, "drafts/1", &id, "text")).unwrap();
    let origin = HERE.parse().unwrap();
    let known = h.state.commitment(&id).unwrap().unwrap();
    let written = facts::bytes(&format!("commitment {id}"), &*known, &origin);
    let root = Id::of(b"a");
    assert_eq!(
        written,
        format!(
            "commitment {id}\nentry {} {}\nspeaker {ISSUER}\nleaves 4096\nroot {root}\n",
            known.entry, known.logged
        )
    );
    let read: super::Committed = facts::read(written.as_bytes(), &origin).unwrap();
    assert_eq!(read, *known);
    // Another number of leaves would be another commitment.
    let changed = written.replace("leaves 4096", "leaves 2048");
    assert!(facts::read::<super::Committed>(changed.as_bytes(), &origin).is_err());
    let registered = h.state.document(&draft).unwrap().unwrap();
    let written = facts::bytes(&format!("document {draft}"), &*registered, &origin);
    let word = |line: &str| line.starts_with("word ") && line.contains(" en draft -");
    assert!(written.lines().any(word), "{written}");
    assert_eq!(facts::read::<super::Registered>(written.as_bytes(), &origin).unwrap(), *registered);
}
