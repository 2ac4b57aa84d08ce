//! Cosignatures against those that other implementations made (Torchwood for Ed25519, CIRCL for
//! ML-DSA-44), policies, and the bodies of the witness protocol.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;

use super::policy_text::TlogPolicyError;
use super::*;
use crate::atoms::Time;
use crate::log::{Checkpoint, LogErrorKind};
use crate::note::{Signer, key_id, print_vkey};

const ED25519_NOTE: &str = include_str!("data/ed25519.checkpoint");
const ED25519_KEY: &str = include_str!("data/ed25519.vkey");
const ML_DSA_NOTE: &str = include_str!("data/mldsa44.checkpoint");
const ML_DSA_KEY: &str = include_str!("data/mldsa44.vkey");

fn log_key() -> Signer {
    Signer::from_seed("record.example", &[9; 32]).unwrap()
}

fn signed() -> Vec<u8> {
    Checkpoint::new("record.example", 57, [3; 32]).sign(&log_key()).unwrap()
}

/// A witness of these tests.
struct Fake {
    name: String,
    key: SigningKey,
}

impl Fake {
    fn new(number: u8) -> Self {
        Self { name: format!("w{number}.example/key"), key: SigningKey::from_bytes(&[number + 100; 32]) }
    }

    fn vkey(&self) -> String {
        print_vkey(&self.name, 4, self.key.verifying_key().as_bytes())
    }

    fn line(&self, text: &str, seconds: u64) -> String {
        let message = format!("cosignature/v1\ntime {seconds}\n{text}");
        let id = key_id(&self.name, 4, self.key.verifying_key().as_bytes());
        let mut data = id.to_be_bytes().to_vec();
        data.extend_from_slice(&seconds.to_be_bytes());
        data.extend_from_slice(&self.key.sign(message.as_bytes()).to_bytes());
        format!("— {} {}\n", self.name, BASE64.encode(data))
    }
}

/// The checkpoint cosigned by each of these at its time.
fn cosigned_by(witnesses: &[(u8, u64)]) -> Vec<u8> {
    let mut bytes = signed();
    let text = Checkpoint::parse(&bytes).unwrap().1.text().to_owned();
    for (number, seconds) in witnesses {
        bytes.extend_from_slice(Fake::new(*number).line(&text, *seconds).as_bytes());
    }
    bytes
}

fn says(note: &str, vkey: &str) -> Cosigned {
    let (checkpoint, note) = Checkpoint::parse(note.as_bytes()).unwrap();
    vkey.trim_end().parse::<CosignerKey>().unwrap().cosigned(&checkpoint, &note)
}

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000)
}

#[test]
fn cosignatures_of_other_implementations_verify() {
    assert_eq!(
        says(ED25519_NOTE, ED25519_KEY),
        Cosigned::At("2026-11-23T16:10:28.000Z".parse().unwrap())
    );
    assert_eq!(says(ML_DSA_NOTE, ML_DSA_KEY), Cosigned::At("2026-01-06T21:14:05.000Z".parse().unwrap()));
    for (note, key) in [(ED25519_NOTE, ED25519_KEY), (ML_DSA_NOTE, ML_DSA_KEY)] {
        assert_eq!(says(&note.replace("\n57\n", "\n58\n"), key), Cosigned::Forged);
        assert_eq!(says(std::str::from_utf8(&signed()).unwrap(), key), Cosigned::No);
    }
    assert_eq!(says(ED25519_NOTE, ML_DSA_KEY), Cosigned::No);
    // The text is signed whole by Ed25519; ML-DSA-44 makes no statement of extension lines.
    let extended = |note: &str| note.replacen("\n\n", "\nmore\n\n", 1);
    assert_eq!(says(&extended(ED25519_NOTE), ED25519_KEY), Cosigned::Forged);
    assert_eq!(says(&extended(ML_DSA_NOTE), ML_DSA_KEY), says(ML_DSA_NOTE, ML_DSA_KEY));
}

#[test]
fn witness_keys_round_trip_and_each_fault_is_named() {
    for vkey in [ED25519_KEY, ML_DSA_KEY].map(str::trim_end) {
        let key: CosignerKey = vkey.parse().unwrap();
        assert_eq!((key.to_string().as_str(), format!("{key:?}").as_str()), (vkey, vkey));
        assert_eq!(key, vkey.parse().unwrap());
    }
    let wrong = |vkey: &str| {
        let error = vkey.parse::<CosignerKey>().unwrap_err().to_string();
        error.rsplit_once("\": ").unwrap().1.to_owned()
    };
    assert_eq!(
        wrong(&log_key().verifier().to_string()),
        "neither an Ed25519 nor an ML-DSA-44 cosigner (type 0x04 or 0x06)"
    );
    assert_eq!(wrong(&print_vkey("w.example", 6, &[1; 1311])), "not 1312 bytes of key");
    assert_eq!(wrong(&print_vkey("w.example", 4, &[1; 31])), "not 32 bytes of key");
    let mut weak = [0; 32];
    weak[0] = 1;
    assert_eq!(wrong(&print_vkey("w.example", 4, &weak)), "a weak key");
    assert_eq!(wrong(&ED25519_KEY.trim_end().replace("w1", "w2")), "its id does not belong to it");
}

#[test]
fn of_several_cosignatures_all_must_verify_and_the_latest_counts() {
    let key = Fake::new(1).vkey();
    let twice = String::from_utf8(cosigned_by(&[(1, 300), (1, 200)])).unwrap();
    assert_eq!(says(&twice, &key), Cosigned::At(at(300)));
    let other = Fake::new(1).line("another text\n", 400);
    assert_eq!(says(&format!("{twice}{other}"), &key), Cosigned::Forged);
    let beyond = String::from_utf8(cosigned_by(&[(1, 1 << 40)])).unwrap();
    assert_eq!(says(&beyond, &key), Cosigned::Forged);
}

fn policy(quorum: &str) -> TlogPolicy {
    let mut text = format!("# a policy\n\nlog {}\n", log_key().verifier());
    for number in 1..=5 {
        text +=
            &format!("witness W{number} {}\t https://w{number}.example/\n", Fake::new(number).vkey());
    }
    TlogPolicy::parse((text + quorum).as_bytes()).unwrap()
}

#[test]
fn the_quorum_s_time_is_the_latest_that_a_quorum_reached() {
    let time = |quorum: &str, by: &[(u8, u64)]| {
        policy(quorum).check(&cosigned_by(by)).map(|witnessed| witnessed.time)
    };
    let by = [(1, 100), (2, 300), (3, 200), (4, 50)];
    assert_eq!(time("quorum W2\n", &by).unwrap(), Some(at(300)));
    assert_eq!(time("group g any W1 W2 W3\nquorum g\n", &by).unwrap(), Some(at(300)));
    assert_eq!(time("group g 2 W1 W2 W3\nquorum g\n", &by).unwrap(), Some(at(200)));
    assert_eq!(time("group g all W1 W2 W3\nquorum g\n", &by).unwrap(), Some(at(100)));
    let nested = "group a 2 W1 W2 W3\ngroup b any W4 W5\ngroup c all a b\nquorum c\n";
    assert_eq!(time(nested, &by).unwrap(), Some(at(50)));
    assert_eq!(time("quorum none\n", &by).unwrap(), None);
    let error = time("group g all W1 W5\nquorum g\n", &by[..1]).unwrap_err();
    assert_eq!(error.to_string(), "checkpoint: cosigned by W1, which is not the quorum g of the policy");
    let error = time("quorum W5\n", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "checkpoint: cosigned by nobody, which is not the quorum W5 of the policy"
    );
}

#[test]
fn what_a_witnessed_checkpoint_says() {
    let witnessed = policy("quorum W1\n").check(&cosigned_by(&[(1, 100), (3, 90)])).unwrap();
    assert_eq!(witnessed.log, Some(log_key().verifier()));
    assert_eq!(witnessed.checkpoint.size(), 57);
    assert_eq!(witnessed.witnesses, [("W1".to_owned(), at(100)), ("W3".to_owned(), at(90))]);
    let zero = policy("quorum W1\n").check(&cosigned_by(&[(1, 0)])).unwrap();
    assert_eq!(zero.time, None);
}

#[test]
fn a_checkpoint_of_another_log_or_with_a_forged_cosignature_is_false() {
    let policy = policy("quorum W1\n");
    let forged = [signed(), Fake::new(2).line("x\n", 1).into_bytes()].concat();
    let NotWitnessed::False(error) = policy.check(&forged).unwrap_err() else { panic!() };
    assert_eq!(error.to_string(), "checkpoint: the cosignature of W2 does not verify");
    assert_eq!(error.kind(), LogErrorKind::Unsigned);
    let other = Signer::from_seed("record.example", &[8; 32]).unwrap();
    let other = Checkpoint::new("record.example", 57, [3; 32]).sign(&other).unwrap();
    assert_eq!(
        policy.check(&other).unwrap_err().to_string(),
        "checkpoint: record.example has not signed it with a key of the policy"
    );
    assert_eq!(
        policy.check(b"nothing").unwrap_err().to_string(),
        "checkpoint: not a signed note: no blank line before the signatures"
    );
}

#[test]
fn each_fault_of_a_policy_is_named_with_its_line() {
    let (one, two) = (Fake::new(1).vkey(), Fake::new(2).vkey());
    let wrong = |text: &str| -> String {
        let error: TlogPolicyError = TlogPolicy::parse(text.as_bytes()).unwrap_err();
        error.to_string()
    };
    let log = log_key().verifier();
    assert_eq!(wrong("\n"), "it has no quorum line");
    assert_eq!(wrong("# x\nlogs x\n"), "line 2: \"logs\": expected log, witness, group or quorum");
    assert_eq!(wrong("log\n"), "line 1: expected: log <vkey> [<url>]");
    assert_eq!(wrong("witness W x y z\n"), "line 1: expected: witness <name> <vkey> [<url>]");
    assert_eq!(wrong("group g all\n"), "line 1: expected: group <name> all|any|<number> <name>…");
    assert_eq!(wrong("quorum a b\n"), "line 1: expected: quorum <name>");
    assert_eq!(wrong("quorum none\nquorum none\n"), "line 2: a second quorum line");
    assert_eq!(wrong("quorum W\n"), "line 1: \"W\" is not defined above");
    assert_eq!(wrong("quorum \u{1}\n"), "line 1: the control character 0x01");
    assert_eq!(wrong("quorum none\r\n"), "line 1: the control character 0x0d");
    assert_eq!(wrong(&format!("witness none {one}\n")), "line 1: the name \"none\" is taken");
    let both = format!("witness A {one}\nwitness B {two}\n");
    assert_eq!(wrong(&format!("{both}witness C {one}\n")), "line 3: the key of C is that of A");
    assert_eq!(wrong(&format!("{both}group A any B\n")), "line 3: the name \"A\" is taken");
    assert_eq!(wrong(&format!("{both}group g any A A\n")), "line 3: \"A\" is a member already");
    assert_eq!(wrong(&format!("{both}group g any g\n")), "line 3: \"g\" is not defined above");
    assert_eq!(wrong(&format!("{both}group g any none\n")), "line 3: \"none\" is not defined above");
    assert_eq!(
        wrong(&format!("{both}group g any A\ngroup h all A B\n")),
        "line 4: \"A\" is a member already"
    );
    assert_eq!(wrong(&format!("{both}group g 3 A B\n")), "line 3: 3 of 2 members cannot be");
    assert_eq!(wrong(&format!("{both}group g 0 A B\n")), "line 3: 0 of 2 members cannot be");
    assert_eq!(
        wrong(&format!("{both}group g 01 A B\n")),
        "line 3: number \"01\": expected a decimal number without leading zeros"
    );
    assert_eq!(
        wrong(&format!("log {log}\nlog {log} https://record.example\n")),
        "line 2: the key of record.example is that of another log"
    );
    assert_eq!(wrong(&"#".repeat((1 << 20) + 1)), "longer than 1 MiB");
}

#[test]
fn names_are_octets() {
    let text = [b"witness \xff\xfe ", Fake::new(1).vkey().as_bytes(), b"\nquorum \xff\xfe"].concat();
    let policy = TlogPolicy::parse(&text).unwrap();
    assert_eq!(policy.witnesses()[0].name(), "\u{fffd}\u{fffd}");
    assert!(policy.check(&cosigned_by(&[(1, 5)])).is_ok());
    assert!(policy.check(&cosigned_by(&[(2, 5)])).is_err());
}

#[test]
fn a_request_has_the_form_of_the_specification() {
    let body = add_checkpoint(41, &[[3; 32], [0; 32]], b"the checkpoint");
    assert_eq!(
        String::from_utf8(body).unwrap(),
        "old 41\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=\n\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nthe checkpoint"
    );
}

#[test]
fn answers_are_read_and_cosignatures_taken_over() {
    let bytes = signed();
    let text = Checkpoint::parse(&bytes).unwrap().1.text().to_owned();
    let key: CosignerKey = Fake::new(1).vkey().parse().unwrap();
    let read = |status, body: &str| WitnessAnswer::parse(status, body.as_bytes(), &bytes, &key);
    let (own, other) = (Fake::new(1).line(&text, 70), Fake::new(2).line(&text, 80));
    let WitnessAnswer::Cosigned(found) = read(200, &format!("{other}{own}")).unwrap() else { panic!() };
    assert_eq!((found.len(), found[0].time, found[0].to_string()), (1, at(70), own.clone()));
    let log = log_key().verifier();
    let all = cosign(&[&bytes[..], other.as_bytes()].concat(), &log, &found).unwrap();
    assert_eq!(all, [&bytes[..], own.as_bytes()].concat());
    let stranger = Signer::from_seed("record.example", &[8; 32]).unwrap().verifier();
    assert_eq!(cosign(&bytes, &stranger, &found).unwrap_err().kind(), LogErrorKind::Unsigned);

    assert_eq!(read(409, "41\n").unwrap(), WitnessAnswer::Conflict(41));
    assert_eq!(
        read(404, "x").unwrap(),
        WitnessAnswer::Refused("it does not know this log (404)".to_owned())
    );
    assert_eq!(read(500, "").unwrap(), WitnessAnswer::Refused("HTTP status 500".to_owned()));
    let wrong = |status, body: &str| read(status, body).unwrap_err().to_string();
    assert_eq!(wrong(409, "041\n"), "the witness's answer: a conflict that names no size");
    assert_eq!(wrong(409, "41"), "the witness's answer: a conflict that names no size");
    assert_eq!(wrong(200, ""), "the witness's answer: its last line has no end");
    assert_eq!(
        wrong(200, &other),
        "the witness's answer: no cosignature by w1.example/key with the key expected"
    );
    assert_eq!(
        wrong(200, &Fake::new(1).line("x\n", 70)),
        "the witness's answer: the cosignature of w1.example/key does not verify"
    );
    assert_eq!(wrong(200, &"x".repeat(70_000)), "the witness's answer: longer than 64 KiB");
    assert_eq!(wrong(200, &other.repeat(33)), "the witness's answer: more than 32 lines");
}

#[test]
fn a_tlog_proof_proves_its_entry_and_nothing_else() {
    let leaf = tlog_tiles::record_hash(b"an entry").0;
    let root = tlog_tiles::node_hash(tlog_tiles::Hash([7; 32]), tlog_tiles::Hash(leaf)).0;
    let checkpoint = Checkpoint::new("record.example", 2, root).sign(&log_key()).unwrap();
    let proof = TlogProof { extra: Some(b"more".to_vec()), index: 1, hashes: vec![[7; 32]], checkpoint };
    let text = proof.to_string();
    assert!(
        text.starts_with(
            "c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 1\n\
             BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\nrecord.example\n2\n"
        ),
        "{text}"
    );
    assert_eq!(TlogProof::parse(text.as_bytes()).unwrap(), proof);
    assert_eq!(proof.check(b"an entry").unwrap().size(), 2);
    let error = proof.check(b"another").unwrap_err();
    assert_eq!(error.to_string(), "proof of entry 1 in 2: does not lead to the root");
    let wrong = |text: &str| TlogProof::parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(wrong("x\n\n"), "tlog-proof: its first line is not \"c2sp.org/tlog-proof@v1\"");
    assert_eq!(
        wrong(&text.replace("@v1\n", "@v1")),
        "tlog-proof: its first line is not \"c2sp.org/tlog-proof@v1\""
    );
    assert_eq!(wrong(&text.replace("index", "entry")), "tlog-proof: no line \"index <number>\"");
    assert_eq!(wrong(&text.replace("BwcH", "BwcH=")), "tlog-proof: a hash is not 32 bytes in base64");
    assert_eq!(wrong(&text.replace("bW9yZQ==", "bW9yZQ")), "tlog-proof: its extra data are not base64");
}

/// Whether the quorum is satisfied by the witnesses whose time is at least `since`, by the words of the
/// specification.
fn satisfied(groups: &[(usize, Vec<usize>)], member: usize, times: &[Option<u64>], since: u64) -> bool {
    match member.checked_sub(times.len()) {
        None => times[member].is_some_and(|time| time >= since),
        Some(group) => {
            let (least, members) = &groups[group];
            members.iter().filter(|m| satisfied(groups, **m, times, since)).count() >= *least
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_quorum_is_judged_as_the_specification_says(
        times in proptest::collection::vec(proptest::option::of(1u64..6), 5),
        shape in proptest::collection::vec((1usize..4, any::<u8>()), 1..4)) {
        // Each group takes its members from those not taken yet.
        let mut free: Vec<usize> = (0..5).collect();
        let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut text = String::new();
        let name = |member: usize| {
            if member < 5 { format!("W{}", member + 1) } else { format!("g{}", member - 5) }
        };
        for (least, take) in shape {
            let take = 1 + usize::from(take) % free.len();
            let members: Vec<usize> = free.drain(..take).collect();
            let least = least.min(members.len());
            let names: Vec<_> = members.iter().map(|m| name(*m)).collect();
            text += &format!("group g{} {least} {}\n", groups.len(), names.join(" "));
            free.push(5 + groups.len());
            groups.push((least, members));
        }
        let quorum = 5 + groups.len() - 1;
        text += &format!("quorum {}\n", name(quorum));
        let by: Vec<_> = (1..).zip(&times).filter_map(|(n, time)| Some((n, (*time)?))).collect();
        let found = policy(&text).check(&cosigned_by(&by)).ok().and_then(|witnessed| witnessed.time);
        let latest = (1..6).rev().find(|t| satisfied(&groups, quorum, &times, *t));
        prop_assert_eq!(found, latest.map(|t| at(t as i64)));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let key: CosignerKey = ED25519_KEY.trim_end().parse().unwrap();
        let _ = TlogPolicy::parse(&bytes);
        if let Ok(proof) = TlogProof::parse(&bytes) {
            prop_assert_eq!(proof.to_string().into_bytes(), bytes.clone());
        }
        for status in [200, 409, 422] {
            let _ = WitnessAnswer::parse(status, &bytes, ED25519_NOTE.as_bytes(), &key);
        }
    }
}
