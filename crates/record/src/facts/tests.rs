//! The form of facts: what is written reads back, and looks as documented.

use super::*;
use crate::atoms::{Id, Name, Time};
use crate::authority::{Issuer, Place, Said, SaidBody, Signers};
use crate::note::Signer;
use crate::rule::{Weight, Word};
use crate::state::{Registered, Remarked, Rendered};
use crate::statement::{Acceptance, Act, Body, Keys, NameProof, ProofMethod, Statement};
use proptest::prelude::*;

fn origin() -> Origin {
    "record.example".parse().unwrap()
}

/// Written, read, and written again.
fn round<V: Fact>(name: &str, fact: &V) -> String {
    let key = key::<V>(name);
    let text = bytes(&key, fact, &origin());
    let again: V = read(text.as_bytes(), &origin()).unwrap();
    assert_eq!(bytes(&key, &again, &origin()), text);
    text
}

fn vkey() -> crate::note::VerifierKey {
    Signer::from_seed("a.example/press", &[1; 32]).unwrap().verifier()
}

fn said(entry: u64, copied: bool, body: SaidBody) -> Said {
    let record = if copied { "other.example" } else { "record.example" };
    let statement = Statement {
        record: record.parse().unwrap(),
        body: match body.clone() {
            SaidBody::Keys(keys) => Body::Keys(*keys),
            SaidBody::Acceptance(acceptance) => Body::Acceptance(acceptance),
            SaidBody::Revocation(revocation) => Body::Revocation(*revocation),
        },
    };
    Said {
        place: Place { entry, time: Time::from_millis(5) },
        id: statement.id(),
        signers: signers(),
        copied_from: copied.then_some(statement.record),
        body,
    }
}

fn signers() -> Signers {
    "4:0,2,r1".parse().unwrap()
}

#[test]
fn an_issuer_looks_as_documented() {
    let name: Name = "a.example".parse().unwrap();
    let single = Keys::single(name.clone(), vkey(), "b.example".parse().ok());
    let keys = |copied| said(4, copied, SaidBody::Keys(Box::new(single.clone())));
    let own = keys(false);
    let acceptance =
        Acceptance { speaker: "b.example".parse().unwrap(), subordinate: name.clone(), keys: own.id };
    let text = format!(
        "erratum/v1 revocation\nrecord record.example\nspeaker a.example\nkey {}\nlang en\nreason 1 {}\n",
        vkey(),
        own.id
    );
    let Body::Revocation(revocation) = Statement::parse(&text).unwrap().body else { panic!() };
    let history = Issuer {
        name,
        said: vec![
            keys(true),
            own,
            said(7, false, SaidBody::Acceptance(acceptance)),
            said(8, false, SaidBody::Revocation(Box::new(revocation))),
        ],
    };
    let written = round("a.example", &history);
    assert!(written.starts_with(
        "issuer a.example\nkeys 4 1970-01-01T00:00:00.005Z 4:0,2,r1 7\n\
         erratum/v1 keys\nrecord other.example\nspeaker a.example\nprevious none\n"
    ));
    assert!(written.contains("\nacceptance 7 1970-01-01T00:00:00.005Z 4:0,2,r1 5\nerratum/v1 acc"));
    let begin = "revocation 8 1970-01-01T00:00:00.005Z 4:0,2,r1 6\n";
    assert!(written.ends_with(&format!("{begin}{text}")), "{written}");
    assert_eq!(read::<Issuer>(written.as_bytes(), &origin()).unwrap(), history);
    for wrong in ["4", "4:", "4:1,0", "4:r0,1", "4:0,0", "4:256", "04:0", "4:0,"] {
        assert!(wrong.parse::<Signers>().is_err(), "{wrong}");
    }
}

fn document(copied: bool) -> Registered {
    let digest = Id::of(b"x");
    let text = format!(
        "erratum/v1 document\nrecord {}\nspeaker a.example\nname a.example/l/1\nword issued\n\
         genre letter\nlang en\n\
         forms v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1\nsearch {digest}\n\
         comparison {digest}\ntitle 1 {digest}\ntext 1 {digest}\n",
        if copied { "other.example" } else { "record.example" }
    );
    let Statement { body: Body::Document(body), record } = Statement::parse(&text).unwrap() else {
        panic!("a document")
    };
    let copied_from = copied.then_some(record);
    let logged = Time::from_millis(1);
    Registered::new(Id::of(text.as_bytes()), 9, logged, signers(), body, copied_from)
}

fn word(act: Act, rank: u8, below: &[&str]) -> Word {
    let blob = |text: &str| crate::blob::Blob::new([1; 32], text.into()).reference();
    Word {
        id: Id::of(b"word"),
        entry: 12,
        logged: Time::from_millis(9),
        effective: (rank > 0).then(|| Time::from_millis(7)),
        voice: "b.example".parse().unwrap(),
        rank,
        below: below.iter().map(|name| name.parse().unwrap()).collect(),
        signers: signers(),
        weight: Weight::default(),
        act,
        lang: "en".parse().unwrap(),
        passages: if rank > 0 { vec![blob("a passage"), blob("another")] } else { Vec::new() },
        reason: (rank > 0).then(|| blob("why")),
        translations: vec![("de".parse().unwrap(), blob("Grund"))],
        copied_from: (rank > 1).then(|| "other.example".parse().unwrap()),
    }
}

#[test]
fn a_document_with_all_that_was_said_reads_back() {
    let id = Id::of(b"target");
    for copied in [false, true] {
        let mut registered = document(copied);
        let acts = [Act::Issued, Act::Held, Act::Withdrawn, Act::InError, Act::Disowned];
        let named = [Act::Corrected(id), Act::Superseded(id), Act::Lift(id)];
        for (act, rank) in acts.into_iter().chain(named).zip([0, 1, 2, 0, 1, 2, 0, 1]) {
            registered.words.push(word(act, rank, &["a.example", "c.example"][..rank.into()]));
        }
        let rendition = format!(
            "erratum/v1 rendition\nrecord record.example\nspeaker a.example\ndocument {id}\nlang en\n\
             media text/plain\nbytes 3\nsha256 {id}\n"
        );
        let Body::Rendition(rendition) = Statement::parse(&rendition).unwrap().body else {
            panic!("a rendition")
        };
        let logged = Time::from_millis(3);
        registered.renditions.push(Rendered {
            entry: 10,
            logged,
            signers: signers(),
            copied_from: None,
            rendition,
        });
        registered.comments.push(remark(Some(1)));
        let name = registered.id.to_string();
        let text = round(&name, &registered);
        let read: Registered = read(text.as_bytes(), &origin()).unwrap();
        assert_eq!(read, registered);
    }
}

fn remark(rank: Option<u8>) -> Remarked {
    let blob = crate::blob::Blob::new([1; 32], b"a remark".to_vec()).reference();
    Remarked {
        entry: 14,
        logged: Time::from_millis(8),
        speaker: "c.example".parse().unwrap(),
        document: Id::of(b"document"),
        rank,
        lang: "en".parse().unwrap(),
        text: blob,
        signers: signers(),
        copied_from: None,
    }
}

#[test]
fn the_small_facts_look_as_documented() {
    let id = Id::of(b"");
    let name: Name = "a.example".parse().unwrap();
    let proof = |superior: Option<&str>| {
        let superior = superior.map(|name| name.parse().unwrap());
        let proof = NameProof { name: name.clone(), keys: id, method: ProofMethod::Https, superior };
        (Place { entry: 5, time: Time::from_millis(1) }, proof)
    };
    let epoch = |manifest| {
        let (entry, logged) = (8, Time::from_millis(1));
        EpochFact { entry, logged, checkpoint: 7, manifest }
    };
    let cases = [
        (
            round(
                "a.example",
                &Admitted {
                    keys: vec![(vkey(), 3)],
                    proofs: vec![proof(None), proof(Some("b.example"))],
                },
            ),
            format!(
                "admitted a.example\nkey 3 {}\nproof 5 1970-01-01T00:00:00.001Z {id} https -\n\
                 proof 5 1970-01-01T00:00:00.001Z {id} https b.example\n",
                vkey()
            ),
        ),
        (
            round("a.example/l/1", &Lineage(vec![(id, false), (id, true)])),
            format!("name a.example/l/1\ndocument {id} own\ndocument {id} copied\n"),
        ),
        (round(&id.to_string(), &File(vec![(id, 8)])), format!("file {id}\nrendition {id} 8\n")),
        (round("7", &Withheld(vec![9])), "withheld 7\nby 9\n".to_owned()),
        (round("a.example", &Count(vec![2])), "documents a.example\ncount 2\n".to_owned()),
        (
            round(&id.to_string(), &Text { issued: vec![(name.clone(), 6)], documents: vec![id] }),
            format!("text {id}\nissued a.example 6\ndocument {id}\n"),
        ),
        (
            round("", &LogFact { time: Time::from_millis(1), documents: 3 }),
            "log\ntime 1970-01-01T00:00:00.001Z\ndocuments 3\n".to_owned(),
        ),
        (round("", &epoch(None)), "epoch\nentry 8 1970-01-01T00:00:00.001Z 7\n".to_owned()),
        (
            round("", &epoch(Some((6, Id::of(b"index"))))),
            format!("epoch\nentry 8 1970-01-01T00:00:00.001Z 7\nmanifest 6 {}\n", Id::of(b"index")),
        ),
    ];
    for (written, expected) in cases {
        assert_eq!(written, expected);
    }
    let log_key = Signer::from_seed("record.example", &[2; 32]).unwrap().verifier();
    let suffixes = vec![("1".parse().unwrap(), 0)];
    let head = round("", &Head { log_key: log_key.clone(), open: Some(9), suffixes });
    let expected = format!("record\norigin record.example\nlog-key {log_key}\nopen 9\nsuffixes 0 1\n");
    assert_eq!(head, expected);
    assert!(round(&id.to_string(), &Notes(vec![remark(None)])).contains("\nnote 14 1970"));
}

proptest! {
    #[test]
    fn what_is_no_fact_is_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut registered = document(false);
        registered.words.push(word(Act::Held, 1, &["a.example"]));
        let name = registered.id.to_string();
        let mut text = bytes(&key::<Registered>(&name), &registered, &origin()).into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        // Whatever reads is what was written so.
        if let Ok(other) = read::<Registered>(&text, &origin()) {
            let written = bytes(&key::<Registered>(&other.id.to_string()), &other, &origin());
            prop_assert_eq!(written.into_bytes(), text);
        }
    }
}
