use proptest::prelude::*;

use super::*;
use crate::note::Signer;

fn id() -> impl Strategy<Value = Id> {
    any::<[u8; 32]>().prop_map(Id)
}

fn name() -> impl Strategy<Value = Name> {
    "[a-z][a-z0-9]{0,8}(\\.[a-z]{1,6}){1,3}".prop_map(|text| text.parse().unwrap())
}

fn blob() -> impl Strategy<Value = BlobRef> {
    (any::<u32>(), id()).prop_map(|(bytes, digest)| BlobRef { bytes: bytes.into(), digest })
}

fn lang() -> impl Strategy<Value = Lang> {
    prop_oneof!["en", "de", "pt-BR"].prop_map(|text| text.parse().unwrap())
}

fn time() -> impl Strategy<Value = Time> {
    (0..=Time::MAX.millis()).prop_map(Time::from_millis)
}

fn key(name: &Name, seed: u8) -> VerifierKey {
    Signer::from_seed(&format!("{name}/press-{seed}"), &[seed; 32]).unwrap().verifier()
}

/// The `number`th key of a name.
fn labelled(name: &Name, number: u8) -> VerifierKey {
    Signer::from_seed(&format!("{name}/key-{number}"), &[number; 32]).unwrap().verifier()
}

fn forms() -> impl Strategy<Value = Forms> {
    (id(), id()).prop_map(|(search, comparison)| Forms {
        tables:
            "v1 nfkc=18.0.0 fold=16.0.0 skeleton=18.0.0 category=18.0.0 script=18.0.0 segments=17.0.0"
                .to_owned(),
        search,
        comparison,
    })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Issued),
        id().prop_map(Act::Corrected),
        id().prop_map(Act::Superseded),
        Just(Act::Held),
        Just(Act::Withdrawn),
        Just(Act::InError),
        Just(Act::Disowned),
        id().prop_map(Act::Lift),
    ]
}

fn first_word() -> impl Strategy<Value = FirstWord> {
    let standing = prop_oneof![Just(Standing::Issued), Just(Standing::InError)];
    prop_oneof![
        proptest::option::of((id(), id())).prop_map(|pair| FirstWord::Issued {
            replaces: pair.map(|(document, previous)| Replaces { document, previous })
        }),
        blob().prop_map(|reason| FirstWord::Disowned { reason }),
        (id(), blob()).prop_map(|(commitment, proof)| FirstWord::Draft { commitment, proof }),
        (name(), standing, blob()).prop_map(|(to, reported, source)| FirstWord::Attributed {
            to,
            reported,
            source
        }),
    ]
}

fn proof(name: &Name, seed: u8) -> NameProof {
    let methods = [ProofMethod::Dns, ProofMethod::Dnssec, ProofMethod::Https];
    NameProof {
        name: name.clone(),
        keys: Id([seed; 32]),
        method: methods[usize::from(seed % 3)],
        superior: seed.is_multiple_of(2).then(|| name.clone()),
    }
}

fn body() -> impl Strategy<Value = Body> {
    let epoch = || {
        let manifest = proptest::option::of((any::<u64>(), id()));
        (manifest, id(), blob()).prop_map(|(manifest, map, checkpoint)| Epoch {
            manifest,
            map,
            checkpoint,
        })
    };
    let more = (proptest::option::of(epoch()), proptest::collection::btree_set(any::<u64>(), 0..4));
    let admit = proptest::collection::vec((name(), 1..9u8), 1..4);
    let record = (any::<bool>(), any::<bool>(), blob(), admit, more).prop_map(
        |(first, later_list, list, admit, (epoch, withhold))| {
            Body::Record(RecordBody {
                epoch: epoch.filter(|_| !first),
                reason: (!withhold.is_empty()).then_some(list),
                withhold: withhold.into_iter().collect(),
                log_key: first.then(|| key(&"record.example".parse().unwrap(), 3)),
                suffixes: (first || later_list).then(|| ("2026-01-01".parse().unwrap(), list)),
                open: first.then_some(20),
                proofs: admit.iter().map(|(name, seed)| (proof(name, *seed), list)).collect(),
                admit: admit.into_iter().map(|(name, seed)| (name.clone(), key(&name, seed))).collect(),
            })
        },
    );
    let keys = (
        (name(), proptest::option::of(name()), proptest::option::of(id())),
        proptest::collection::vec(proptest::option::of(time()), 1..17),
        (1..=16u8, proptest::collection::btree_map(0..16usize, 1..=16u8, 0..17)),
        (0..9u8, any::<bool>(), proptest::option::of(name())),
    )
        .prop_map(
            |((speaker, subordinate, previous), until, (all, own), (recovery, home, superior))| {
                let subordinate = subordinate.filter(|name| *name != speaker);
                let named = subordinate.clone().unwrap_or_else(|| speaker.clone());
                let keys: Vec<ListedKey> = (1..)
                    .zip(until)
                    .map(|(seed, until)| ListedKey { key: labelled(&named, seed), until })
                    .collect();
                let own: Vec<_> = own.into_iter().map(|(act, m)| (RuleAct::ALL[act], m)).collect();
                Body::Keys(Keys {
                    rule: Rule::new(all, own, keys.len()).unwrap_or_default(),
                    speaker,
                    subordinate,
                    previous,
                    keys,
                    recovery: (0..recovery).map(|seed| labelled(&named, 100 + seed)).collect(),
                    home: home.then(|| "record.example".parse().unwrap()),
                    superior,
                })
            },
        );
    let revocation =
        (name(), proptest::option::of(name()), proptest::option::of(time()), lang(), blob()).prop_map(
            |(speaker, subordinate, suspect, lang, reason)| {
                let subordinate = subordinate.filter(|name| *name != speaker);
                let key = key(subordinate.as_ref().unwrap_or(&speaker), 1);
                Body::Revocation(Revocation { speaker, subordinate, key, suspect, lang, reason })
            },
        );
    let commitment = (name(), 4..17u32, id()).prop_map(|(speaker, depth, root)| {
        Body::Commitment(Commitment { speaker, leaves: 1 << depth, root })
    });
    let acceptance = (name(), name(), id()).prop_map(|(speaker, subordinate, keys)| {
        Body::Acceptance(Acceptance { speaker, subordinate, keys })
    });
    let document = (name(), first_word(), lang(), proptest::option::of(time()), forms(), blob(), blob())
        .prop_map(|(speaker, word, lang, effective, forms, title, text)| {
            let is_draft = matches!(word, FirstWord::Draft { .. });
            Body::Document(Document {
                name: format!("{speaker}/letters/1").parse().unwrap(),
                speaker,
                word,
                genre: Genre::Letter,
                lang,
                date: Some("2026-01-06".parse().unwrap()),
                effective: effective.filter(|_| !is_draft),
                forms,
                title,
                text,
            })
        });
    let rendition = (name(), id(), lang(), any::<u64>(), id(), proptest::option::of((forms(), blob())))
        .prop_map(|(speaker, document, lang, bytes, sha256, translation)| {
            let media = "application/pdf".parse().unwrap();
            Body::Rendition(Rendition { speaker, document, lang, media, bytes, sha256, translation })
        });
    let standing = (
        (name(), id(), id(), act(), lang()),
        proptest::option::of(time()),
        proptest::collection::vec(blob(), 0..4),
        (blob(), proptest::collection::vec((lang(), blob()), 0..8)),
    )
        .prop_map(|((speaker, document, previous, act, lang), effective, passages, said)| {
            let (reason, translations) = (Some(said.0), said.1);
            Body::Standing(StandingBody {
                speaker,
                document,
                previous,
                act,
                lang,
                effective,
                passages,
                reason,
                translations,
            })
        });
    let remark = (name(), id(), lang(), blob(), any::<bool>()).prop_map(
        |(speaker, document, lang, text, own)| {
            let remark = Remark { speaker, document, lang, text };
            if own { Body::Comment(remark) } else { Body::Note(remark) }
        },
    );
    prop_oneof![record, keys, acceptance, revocation, commitment, document, rendition, standing, remark,]
}

proptest! {
    #[test]
    fn every_statement_reads_back_as_it_was_written(body in body()) {
        let statement = Statement { record: "record.example".parse().unwrap(), body };
        let text = statement.text();
        prop_assert_eq!(Statement::parse(&text).unwrap(), statement);
    }

    #[test]
    fn a_changed_text_is_refused_or_another_statement(body in body(), at in any::<prop::sample::Index>(), byte in 0x20u8..0x7f) {
        let statement = Statement { record: "record.example".parse().unwrap(), body };
        let mut bytes = statement.text().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let text = String::from_utf8(bytes).unwrap();
        if let Ok(read) = Statement::parse(&text) {
            prop_assert_eq!(read.text(), text);
        }
    }
}

const STANDING: &str = "erratum/v1 standing\nrecord record.example\nspeaker defence.example\n\
document 1111111111111111111111111111111111111111111111111111111111111111\n\
previous 1111111111111111111111111111111111111111111111111111111111111111\n\
word in-error\nlang en\n\
reason 5 2222222222222222222222222222222222222222222222222222222222222222\n";

#[test]
fn errors_name_the_line() {
    let wrong = |text: &str| Statement::parse(text).unwrap_err().to_string();
    assert!(Statement::parse(STANDING).is_ok());
    assert_eq!(wrong(STANDING.trim_end()), "not a statement: line 1: the last line has no end");
    assert_eq!(
        wrong(&STANDING.replace("word in-error", "word wrong")),
        "not a statement: line 6: expected a standing or lift"
    );
    assert_eq!(
        wrong(&STANDING.replace("word in-error", "word superseded")),
        "not a statement: line 7: expected a replaced-by line"
    );
    assert_eq!(
        wrong(&STANDING.replace("lang en\n", "lang en\nlang en\n")),
        "not a statement: line 8: expected a reason line"
    );
    assert_eq!(
        wrong(&format!("{STANDING}colour red\n")),
        "not a statement: line 9: unexpected line \"colour red\""
    );
    assert_eq!(
        wrong(&STANDING.replace("standing", "opinion")),
        "not a statement: line 1: unknown kind \"opinion\""
    );
    assert_eq!(
        wrong(&STANDING.replace("defence", "d\u{e9}fence")),
        "not a statement: line 3: a character that is not printable ASCII"
    );
    assert_eq!(
        wrong(&STANDING.replace("reason 5", "reason 05")),
        "not a statement: line 8: number \"05\": expected a decimal number without leading zeros"
    );
}
