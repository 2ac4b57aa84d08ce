//! Histories of authority: what is refused, and what counts afterwards.

use proptest::prelude::*;

use super::tests::{blob, time};
use super::*;
use crate::authority::Signers;
use crate::note::Signer;
use crate::statement::*;
use crate::suffixes::Suffixes;
use crate::words::Standing;

const DAY: u64 = 24;
const A: &str = "a.example";
const ABOVE: &str = "above.example";
const OTHER: &str = "other.example";

/// The key of a name with this label.
fn key(name: &str, label: &str) -> VerifierKey {
    let name = format!("{name}/{label}");
    Signer::from_seed(&name, &Id::of(name.as_bytes()).0).unwrap().verifier()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// A record in which hours pass by hand and every statement says who signs it.
struct Told {
    state: State,
    hour: u64,
    next: u64,
}

/// Labels of the speaker's keys, such as `"a b"`.
type By<'a> = &'a str;

impl Told {
    fn new() -> Self {
        let mut told = Self { state: State::default(), hour: 0, next: 0 };
        let admit = [A, ABOVE, OTHER].map(|one| (name(one), key(one, "a"))).to_vec();
        told.record(RecordBody {
            log_key: Some(Signer::from_seed("record.example", &[1; 32]).unwrap().verifier()),
            suffixes: Some(("1".parse().unwrap(), blob("list"))),
            admit,
            open: Some(20),
            ..RecordBody::default()
        });
        told
    }

    fn record(&mut self, body: RecordBody) {
        self.put(Body::Record(body), "").unwrap();
    }

    fn put(&mut self, body: Body, by: By<'_>) -> Result<Id, String> {
        let statement = Statement { record: "record.example".parse().unwrap(), body };
        let speaker = statement.speaker().map(Name::to_string).unwrap_or_default();
        let keys: Vec<_> = by.split_whitespace().map(|label| key(&speaker, label)).collect();
        let signed = |one: &VerifierKey| {
            if one.name() == "record.example" || keys.contains(one) { Signed::Yes } else { Signed::No }
        };
        let attached = Attached { suffixes: Some(Suffixes::new("")), checkpoint: None };
        let placed = Placed { attached, ..Placed::new(self.next, time(self.hour), statement) };
        let id = placed.id;
        self.next += 1;
        self.state.push(placed, &signed).map(|()| id).map_err(|why| why.to_string())
    }

    /// Keys with these labels, `keys` and `other` signatures, recovery keys.
    fn list(&self, of: &str, labels: &str, rule: (u8, u8), recovery: &str) -> Keys {
        let listed = |label| ListedKey { key: key(of, label), until: None };
        let keys: Vec<_> = labels.split_whitespace().map(listed).collect();
        Keys {
            speaker: name(of),
            subordinate: None,
            previous: self.now(of).and_then(|now| now.previous),
            rule: Rule::new(rule.1, vec![(RuleAct::Held, 1), (RuleAct::Keys, rule.0)], keys.len())
                .unwrap(),
            keys,
            recovery: recovery.split_whitespace().map(|label| key(of, label)).collect(),
            home: None,
            superior: None,
        }
    }

    fn keys(&mut self, keys: Keys, by: By<'_>) -> Result<Id, String> {
        self.put(Body::Keys(keys), by)
    }

    fn now(&self, of: &str) -> Option<Authority> {
        self.state.authority(&name(of), time(self.hour)).unwrap()
    }

    /// The labels that may sign for a name now.
    fn usable(&self, of: &str) -> String {
        let now = self.now(of);
        let labels =
            now.iter().flat_map(|now| &now.usable).map(|key| key.name().rsplit('/').next().unwrap());
        labels.collect::<Vec<_>>().join(" ")
    }

    fn issue(&mut self, path: &str, text: &str, by: By<'_>) -> Result<Id, String> {
        let document = super::tests::a_document(path, text, FirstWord::Issued { replaces: None });
        self.put(Body::Document(document), by)
    }

    fn say(&mut self, speaker: &str, document: Id, act: Act, by: By<'_>) -> Result<Id, String> {
        let previous = self.state.previous(&name(speaker), &document).unwrap();
        let body = StandingBody {
            speaker: name(speaker),
            document,
            previous,
            act,
            lang: "en".parse().unwrap(),
            effective: None,
            passages: Vec::new(),
            reason: Some(blob(&format!("why {}", self.next))),
            translations: Vec::new(),
        };
        self.put(Body::Standing(body), by)
    }

    fn revoke(&mut self, of: &str, label: &str, ago: Option<u64>, by: By<'_>) -> Result<Id, String> {
        self.revoke_by(of, of, label, ago, by)
    }

    fn revoke_by(
        &mut self,
        speaker: &str,
        of: &str,
        label: &str,
        ago: Option<u64>,
        by: By<'_>,
    ) -> Result<Id, String> {
        let body = Revocation {
            speaker: name(speaker),
            subordinate: (speaker != of).then(|| name(of)),
            key: key(of, label),
            suspect: ago.map(|hours| time(self.hour - hours)),
            lang: "en".parse().unwrap(),
            reason: blob("stolen"),
        };
        self.put(Body::Revocation(body), by)
    }

    fn accept(&mut self, speaker: &str, subordinate: &str, keys: Id, by: By<'_>) -> Result<Id, String> {
        let (speaker, subordinate) = (name(speaker), name(subordinate));
        self.put(Body::Acceptance(Acceptance { speaker, subordinate, keys }), by)
    }

    fn seen(&self, document: Id) -> Viewed {
        let document = self.state.document(&document).unwrap().unwrap();
        self.state.seen(&document, Moment::ALL).unwrap()
    }

    /// The words in force, each with how many hours ago its key was reported stolen, if it was.
    fn live(&self, document: Id) -> Vec<(Standing, bool)> {
        let seen = self.seen(document);
        let live = seen.in_force();
        live.iter().map(|word| (word.standing().unwrap(), word.weight.stolen.is_some())).collect()
    }

    fn leads(&self, document: Id) -> Option<Standing> {
        self.seen(document).standings().standing()
    }
}

/// A name with three keys, two of which sign all but `held`, and a recovery key.
fn office() -> Told {
    let mut told = Told::new();
    told.hour = 1000;
    let keys = told.list(A, "a b c", (2, 2), "r");
    told.keys(keys, "a b").unwrap();
    told.hour += 1;
    told
}

#[test]
fn first_keys_are_admitted_by_a_key_that_signs() {
    let mut told = Told::new();
    let keys = told.list(A, "a b", (1, 1), "");
    assert_eq!(
        told.keys(keys.clone(), "b").unwrap_err(),
        format!(
            "a.example is not admitted with this key; the operator runs: erratum record admit a.example {}",
            key(A, "a")
        ),
        "who lists another's admitted key gains nothing"
    );
    let two = told.list(A, "a b", (2, 2), "");
    assert_eq!(
        told.keys(two, "a").unwrap_err(),
        "keys takes 2 signatures by the rule of a.example; signed by a"
    );
    told.keys(keys, "a").unwrap();
    assert_eq!(told.usable(A), "a b");
}

#[test]
fn a_proof_of_the_name_lets_first_keys_in_where_the_record_is_open() {
    let mut told = Told::new();
    let keys = told.list("new.example", "x", (1, 1), "");
    assert!(told.keys(keys.clone(), "x").unwrap_err().starts_with("new.example is not admitted"));
    let id =
        Statement { record: "record.example".parse().unwrap(), body: Body::Keys(keys.clone()) }.id();
    let proof = |superior: Option<&str>| NameProof {
        name: name("new.example"),
        keys: id,
        method: ProofMethod::Dns,
        superior: superior.map(name),
    };
    told.record(RecordBody { proofs: vec![(proof(Some(ABOVE)), blob("txt"))], ..RecordBody::default() });
    let contradicting = Keys { superior: Some(name(OTHER)), ..keys.clone() };
    assert_eq!(
        told.keys(contradicting, "x").unwrap_err(),
        "these keys name other.example as superior, and what new.example publishes names above.example"
    );
    told.keys(keys, "x").unwrap();
}

#[test]
fn acts_take_the_signatures_of_their_rule() {
    let mut told = office();
    let why = |act: &str, by: &str| {
        format!("{act} takes 2 signatures by the rule of a.example; signed by {by}")
    };
    assert_eq!(told.issue("a.example/1", "one", "b").unwrap_err(), why("document", "b"));
    let letter = told.issue("a.example/1", "one", "b c").unwrap();
    assert_eq!(told.say(A, letter, Act::InError, "c").unwrap_err(), why("in-error", "c"));
    assert_eq!(told.say(A, letter, Act::InError, "x").unwrap_err(), why("in-error", "none of its keys"));
    told.say(A, letter, Act::Held, "c").unwrap();
    assert_eq!(told.leads(letter), Some(Standing::Held));
    let signers: Vec<String> =
        told.seen(letter).words.iter().map(|word| word.signers.to_string()).collect();
    assert_eq!(signers, ["1:1,2", "1:2"]);
}

#[test]
fn rotation_expiry_and_stale_keys() {
    let mut told = office();
    let stale = told.list(A, "a b d", (2, 2), "r");
    let mut next = told.list(A, "a d e", (2, 2), "r");
    next.keys[0].until = Some(time(1010));
    told.keys(next, "a c").unwrap();
    assert_eq!(told.usable(A), "a d e", "it binds at once");
    assert!(told.keys(stale, "a d").unwrap_err().starts_with("stale: they follow "));
    assert_eq!(
        told.issue("a.example/1", "one", "a b").unwrap_err(),
        "document takes 2 signatures by the rule of a.example; signed by a",
        "an old key counts no more"
    );
    told.hour = 1010;
    assert_eq!(told.usable(A), "d e", "from its time on a key has expired");
    assert!(told.issue("a.example/1", "one", "a d").is_err());
    told.issue("a.example/1", "one", "d e").unwrap();
}

#[test]
fn what_guards_a_name_changes_after_72_hours_and_can_be_cancelled() {
    type Change = fn(&mut Keys);
    let changes: [Change; 3] = [
        |keys| keys.recovery.clear(),
        |keys| keys.rule = Rule::new(1, Vec::new(), 3).unwrap(),
        |keys| keys.superior = Some(name(OTHER)),
    ];
    for change in changes {
        let mut told = office();
        let mut next = told.list(A, "a b d", (2, 2), "r");
        change(&mut next);
        told.keys(next.clone(), "a b").unwrap();
        told.hour += 71;
        assert_eq!(told.usable(A), "a b c");
        assert_eq!(told.now(A).unwrap().pending.len(), 1);
        told.hour += 1;
        assert_eq!(told.usable(A), "a b d", "72 hours later");
        // Cancelled by the recovery key in time.
        let mut told = office();
        told.keys(next, "a b").unwrap();
        told.hour += 71;
        let back = told.list(A, "a b c", (2, 2), "r");
        told.keys(back, "r").unwrap();
        told.hour += 100;
        assert_eq!(told.usable(A), "a b c");
    }
    // What a recovery key set, own signatures do not cancel.
    let mut told = office();
    let recovered = told.list(A, "d e f", (2, 2), "s");
    told.keys(recovered, "r").unwrap();
    let thief = told.list(A, "a b c", (2, 2), "r");
    told.keys(thief, "a b").unwrap();
    told.hour += 72;
    assert_eq!(told.usable(A), "d e f");
}

#[test]
fn a_claim_binds_after_14_days_unless_the_name_speaks() {
    let claim = |told: &mut Told| {
        let keys = Keys { previous: None, ..told.list(A, "n", (1, 1), "") };
        assert!(told.keys(keys.clone(), "n").unwrap_err().contains("must be admitted anew"));
        told.record(RecordBody { admit: vec![(name(A), key(A, "n"))], ..RecordBody::default() });
        told.keys(keys, "n").unwrap();
    };
    let mut told = office();
    let letter = told.issue("a.example/1", "one", "a b").unwrap();
    let warning = told.say(A, letter, Act::InError, "a b").unwrap();
    claim(&mut told);
    told.hour += 14 * DAY - 1;
    assert_eq!((told.usable(A).as_str(), told.now(A).unwrap().tenure), ("a b c", 0));
    told.hour += 1;
    assert_eq!((told.usable(A).as_str(), told.now(A).unwrap().tenure), ("n", 1));
    // The buyer of the name may warn of what was there, and lift nothing.
    let handed = "a.example/1 was logged before a.example changed hands: its new holder may warn of it and \
                  comment, and lift its own warnings";
    assert_eq!(told.say(A, letter, Act::Issued, "n").unwrap_err(), handed);
    assert_eq!(
        told.say(A, letter, Act::Lift(warning), "n").unwrap_err(),
        "a.example said this word before it changed hands; its new holder cannot lift it"
    );
    let held = told.say(A, letter, Act::Held, "n").unwrap();
    let both = [(Standing::Issued, false), (Standing::InError, false), (Standing::Held, false)];
    assert_eq!(told.live(letter), both);
    told.say(A, letter, Act::Lift(held), "n").unwrap();
    assert_eq!(told.live(letter), both[..2]);
    // Any keys of the name cancel a claim.
    let mut told = office();
    claim(&mut told);
    let same = told.list(A, "a b c", (2, 2), "r");
    told.keys(same, "a b").unwrap();
    told.hour += 15 * DAY;
    assert_eq!(told.usable(A), "a b c");
    // A key that was admitted before the name had keys claims nothing.
    let old = Keys { previous: None, ..told.list(A, "a", (1, 1), "") };
    assert!(told.keys(old, "a").unwrap_err().contains("must be admitted anew"));
}

#[test]
fn a_stolen_key_before_and_after_it_is_revoked() {
    let mut told = Told::new();
    let first = told.list(A, "a b", (1, 1), "r");
    told.keys(first, "a").unwrap();
    told.hour = 500;
    let good = told.issue("a.example/1", "one", "b").unwrap();
    let warning = told.say(A, good, Act::InError, "b").unwrap();
    told.hour = 510;
    // The thief has key a.
    told.say(A, good, Act::Lift(warning), "a").unwrap();
    let fake = told.issue("a.example/2", "fake", "a").unwrap();
    let warned = told.issue("a.example/3", "three", "b").unwrap();
    told.say(A, warned, Act::Disowned, "b").unwrap_err();
    told.say(A, warned, Act::Withdrawn, "a").unwrap();
    let rotated = told.list(A, "x", (1, 1), "r");
    told.keys(rotated, "a").unwrap();
    told.say(A, good, Act::Issued, "x").unwrap();
    assert_eq!((told.usable(A).as_str(), told.leads(good)), ("x", Some(Standing::Issued)));
    told.hour = 520;
    assert_eq!(
        told.revoke(A, "a", Some(15 * DAY), "r").unwrap_err(),
        "a key can be suspect for 14 days at most, here since 1970-01-08T16:00:00.000Z; what was said \
         before is taken back word by word"
    );
    let before = Moment::as_of(time(519));
    told.revoke(A, "a", Some(12), "r").unwrap();
    assert_eq!(told.usable(A), "b");
    assert_eq!(told.live(good), [(Standing::Issued, false), (Standing::InError, false)]);
    assert_eq!(told.live(warned), [(Standing::Issued, false), (Standing::Withdrawn, true)]);
    assert!(told.seen(fake).stolen().is_some());
    assert_eq!(told.leads(fake), None);
    let document = told.state.document(&good).unwrap().unwrap();
    let then = told.state.seen(&document, before).unwrap();
    assert_eq!(then.standings().standing(), Some(Standing::Issued), "known then");
    // Its name is free again, its text stays the name's own, the label goes with a word of its own.
    told.issue("a.example/2", "two", "b").unwrap();
    assert_eq!(told.state.named(&"a.example/2".parse().unwrap()).unwrap().unwrap().issuer(), &name(A));
    assert!(told.say(A, fake, Act::Disowned, "b").unwrap_err().contains("issued this very text"));
    told.say(A, warned, Act::Held, "b").unwrap();
    assert_eq!(told.live(warned), [(Standing::Issued, false), (Standing::Held, false)]);
    let again = told.list(A, "a b", (1, 1), "r");
    assert_eq!(
        told.keys(again, "b").unwrap_err(),
        "a.example/a was revoked at entry 12 and cannot come back"
    );
}

#[test]
fn who_may_revoke() {
    type Case = (&'static str, Option<u64>, &'static str, Result<(), &'static str>);
    let cases: [Case; 8] = [
        ("a", Some(1), "b c", Ok(())),
        ("a", Some(1), "a b", Err("keys takes 2 signatures by the rule of a.example; signed by b")),
        ("a", Some(1), "r", Ok(())),
        ("a", None, "a", Ok(())),
        (
            "a",
            Some(1),
            "a",
            Err("keys takes 2 signatures by the rule of a.example; signed by none of its keys"),
        ),
        (
            "r",
            Some(1),
            "r",
            Err("keys takes 2 signatures by the rule of a.example; signed by none of its keys"),
        ),
        ("r", None, "r", Ok(())),
        ("z", None, "a b", Err("a.example/z is no key that a.example has listed")),
    ];
    for (label, ago, by, expected) in cases {
        let mut told = office();
        told.hour += 3;
        let got = told.revoke(A, label, ago, by).map(|_| ());
        assert_eq!(
            got.as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|why| *why),
            "{label} {by}"
        );
    }
    let mut told = office();
    told.hour += 3;
    assert_eq!(
        told.revoke_by(OTHER, A, "a", None, "a").unwrap_err(),
        "other.example does not stand above a.example"
    );
}

#[test]
fn of_two_revocations_that_take_each_other_away_the_later_counts() {
    let mut told = Told::new();
    let keys = told.list(A, "a b", (1, 1), "");
    told.keys(keys, "a").unwrap();
    told.hour = 100;
    let by_a = told.issue("a.example/1", "one", "a").unwrap();
    told.revoke(A, "a", Some(5), "b").unwrap();
    assert!(told.seen(by_a).stolen().is_some());
    told.hour = 101;
    assert!(told.revoke(A, "b", None, "a").is_err(), "a is away from its revocation on");
    // In its own light the first was never signed.
    told.revoke(A, "b", Some(5), "a").unwrap();
    assert_eq!(told.usable(A), "a");
    assert!(told.seen(by_a).stolen().is_none());
}

#[test]
fn one_officer_does_not_undo_what_two_signed() {
    let mut told = Told::new();
    let mut keys = told.list(A, "a b c", (2, 1), "");
    keys.rule = Rule::new(1, vec![(RuleAct::InError, 2), (RuleAct::Keys, 2)], 3).unwrap();
    told.keys(keys, "a b").unwrap();
    let letter = told.issue("a.example/1", "one", "a").unwrap();
    let warning = told.say(A, letter, Act::InError, "a b").unwrap();
    assert_eq!(
        told.say(A, letter, Act::Lift(warning), "c").unwrap_err(),
        "the word to be lifted took 2 signatures; this lift has 1"
    );
    told.say(A, letter, Act::Held, "c").unwrap();
    told.say(A, letter, Act::Issued, "c").unwrap();
    assert_eq!(told.leads(letter), Some(Standing::InError), "neither a milder word nor issued ends it");
    told.say(A, letter, Act::Lift(warning), "a c").unwrap();
    assert_eq!(told.leads(letter), Some(Standing::Issued));
}

/// Names `superior` in the next keys of the office, and lets them bind.
fn under(told: &mut Told, superior: &str, accepted_by: &[&str]) -> Id {
    let keys = Keys { superior: Some(name(superior)), ..told.list(A, "a b c", (2, 2), "r") };
    let keys = told.keys(keys, "a b").unwrap();
    for by in accepted_by {
        told.accept(by, A, keys, "a").unwrap();
    }
    told.hour += 72;
    keys
}

fn with_superiors() -> Told {
    let mut told = office();
    for one in [ABOVE, OTHER] {
        let keys = told.list(one, "a", (1, 1), "");
        told.keys(keys, "a").unwrap();
    }
    under(&mut told, ABOVE, &[ABOVE]);
    told
}

#[test]
fn acceptance_is_carried_and_a_successor_needs_consent() {
    let superior = |told: &Told| told.now(A).unwrap().superior.map(|name| name.to_string());
    let mut told = with_superiors();
    let letter = told.issue("a.example/1", "one", "a b").unwrap();
    let warning = told.say(ABOVE, letter, Act::InError, "a").unwrap();
    let same = Keys { superior: Some(name(ABOVE)), ..told.list(A, "b c d", (2, 2), "r") };
    told.keys(same, "a b").unwrap();
    assert_eq!(superior(&told).as_deref(), Some(ABOVE), "carried over");
    for consent in [false, true] {
        let mut told = with_superiors();
        let letter = told.issue("a.example/1", "one", "a b").unwrap();
        let warning = told.say(ABOVE, letter, Act::InError, "a").unwrap();
        under(&mut told, OTHER, if consent { &[ABOVE, OTHER] } else { &[OTHER] });
        assert_eq!(superior(&told).as_deref(), Some(OTHER));
        let lifted = told.say(OTHER, letter, Act::Lift(warning), "a").map(|_| ());
        let refused = "only above.example or a voice above it can lift its word".to_owned();
        assert_eq!(lifted, if consent { Ok(()) } else { Err(refused) });
        if !consent {
            told.say(OTHER, letter, Act::Issued, "a").unwrap();
            assert_eq!(told.leads(letter), Some(Standing::InError));
            told.say(ABOVE, letter, Act::Lift(warning), "a").unwrap();
        }
        assert_eq!(told.leads(letter), Some(Standing::Issued));
    }
    // Who is not there to accept is not above; nobody stands above itself.
    told.say(ABOVE, letter, Act::Lift(warning), "a").unwrap();
    let back = Keys { superior: Some(name(A)), ..told.list(ABOVE, "a", (1, 1), "") };
    let back = told.keys(back, "a").unwrap();
    assert_eq!(
        told.put(
            Body::Acceptance(Acceptance { speaker: name(A), subordinate: name(ABOVE), keys: back }),
            "b c"
        )
        .unwrap_err(),
        "above.example already stands above a.example"
    );
}

#[test]
fn a_superior_sets_keys_and_an_accomplice_leaves_no_word() {
    let mut told = with_superiors();
    let keys =
        Keys { speaker: name(ABOVE), subordinate: Some(name(A)), ..told.list(A, "x", (1, 1), "") };
    let outsider = Keys { speaker: name(OTHER), ..keys.clone() };
    assert_eq!(told.keys(outsider, "a").unwrap_err(), "other.example does not stand above a.example");
    told.keys(Keys { superior: Some(name(ABOVE)), ..keys }, "a").unwrap();
    told.hour += 72;
    let now = told.now(A).unwrap();
    assert_eq!((now.set_by, told.usable(A)), (Some(name(ABOVE)), "x".to_owned()));
    // Thieves of two keys name an accomplice; then one of the keys is revoked.
    let mut told = with_superiors();
    let letter = told.issue("a.example/1", "one", "b c").unwrap();
    let warning = told.say(A, letter, Act::InError, "b c").unwrap();
    told.hour += 10;
    under(&mut told, OTHER, &[OTHER]);
    told.say(OTHER, letter, Act::Lift(warning), "a").unwrap();
    told.say(OTHER, letter, Act::Withdrawn, "a").unwrap();
    assert_eq!(told.leads(letter), Some(Standing::Withdrawn));
    told.revoke(A, "a", Some(72), "r").unwrap();
    assert_eq!(told.now(A).unwrap().superior, Some(name(ABOVE)));
    assert_eq!(told.leads(letter), Some(Standing::InError));
    let notes: Vec<Act> = told.seen(letter).notes().iter().map(|word| word.act).collect();
    assert_eq!(notes, [Act::Lift(warning), Act::Withdrawn]);
}

/// Somebody claims a name with his key `n` and these superiors, and waits until the claim binds.
fn buy(told: &mut Told, of: &str, superior: Option<&str>) -> Id {
    told.record(RecordBody { admit: vec![(name(of), key(of, "n"))], ..RecordBody::default() });
    let superior_name = superior.map(name);
    let keys = Keys { previous: None, superior: superior_name, ..told.list(of, "n", (1, 1), "") };
    let keys = told.keys(keys, "n").unwrap();
    if let Some(superior) = superior {
        // One that was there before has accepted already.
        let _ = told.accept(superior, of, keys, "a");
    }
    told.hour += 14 * DAY;
    keys
}

#[test]
fn who_a_new_tenure_names_is_new_to_what_was_there_before() {
    let new = |above: &str| {
        format!(
            "a.example/1 was logged before the name changed hands by which {above} stands above it: {above} \
             may warn of it and comment, and lift its own warnings"
        )
    };
    let mut told = with_superiors();
    let letter = told.issue("a.example/1", "one", "a b").unwrap();
    let warning = told.say(A, letter, Act::InError, "a b").unwrap();
    buy(&mut told, A, Some(OTHER));
    assert_eq!(told.say(OTHER, letter, Act::Issued, "a").unwrap_err(), new(OTHER));
    assert_eq!(told.say(OTHER, letter, Act::Lift(warning), "a").unwrap_err(), new(OTHER));
    let held = told.say(OTHER, letter, Act::Held, "a").unwrap();
    told.say(OTHER, letter, Act::Lift(held), "a").unwrap();
    assert_eq!(told.leads(letter), Some(Standing::InError));
    let late = told.issue("a.example/2", "two", "n").unwrap();
    told.say(OTHER, late, Act::Issued, "a").unwrap();
    // Whoever stands above the accomplice stands there by the same naming.
    let named = Keys { superior: Some(name(ABOVE)), ..told.list(OTHER, "a", (1, 1), "") };
    let named = told.keys(named, "a").unwrap();
    told.accept(ABOVE, OTHER, named, "a").unwrap();
    told.hour += 72;
    assert_eq!(told.say(ABOVE, letter, Act::Lift(warning), "a").unwrap_err(), new(ABOVE));
    // The superior of old stays one while it is named without a break.
    let mut told = with_superiors();
    let letter = told.issue("a.example/1", "one", "a b").unwrap();
    let warning = told.say(A, letter, Act::InError, "a b").unwrap();
    let bought = buy(&mut told, A, Some(ABOVE));
    told.say(ABOVE, letter, Act::Lift(warning), "a").unwrap();
    assert_eq!(told.now(A).unwrap().previous, Some(bought));
    // Named again after a break it is new.
    let none = told.list(A, "n", (1, 1), "");
    told.keys(none, "n").unwrap();
    told.hour += 72;
    let again = Keys { superior: Some(name(ABOVE)), ..told.list(A, "n", (1, 1), "") };
    let again = told.keys(again, "n").unwrap();
    told.accept(ABOVE, A, again, "a").unwrap();
    told.hour += 72;
    assert_eq!(told.say(ABOVE, letter, Act::Issued, "a").unwrap_err(), new(ABOVE));
}

#[test]
fn a_superior_of_a_new_tenure_is_new_to_the_names_below() {
    let why = |what: &str| {
        format!("above.example stands above a.example only since a name changed hands, and {what}")
    };
    let older = why("sets and revokes no keys that are older");
    let mut told = with_superiors();
    buy(&mut told, ABOVE, None);
    let set = Keys {
        speaker: name(ABOVE),
        subordinate: Some(name(A)),
        superior: Some(name(ABOVE)),
        ..told.list(A, "x y z", (2, 2), "r")
    };
    assert_eq!(told.keys(set, "n").unwrap_err(), older);
    assert_eq!(told.revoke_by(ABOVE, A, "a", None, "n").unwrap_err(), older);
    let moved = Keys { superior: Some(name(OTHER)), ..told.list(A, "a b c", (2, 2), "r") };
    let moved = told.keys(moved, "a b").unwrap();
    assert_eq!(told.accept(ABOVE, A, moved, "n").unwrap_err(), why("consents to no successor"));
    assert_eq!(told.usable(A), "a b c");
}

#[test]
fn signers_are_written_as_documented() {
    let signers = Signers { keys: 12, listed: vec![0, 10], recovery: vec![1] };
    assert_eq!(signers.to_string(), "12:0,10,r1");
    assert_eq!("12:0,10,r1".parse::<Signers>().unwrap(), signers);
}

/// Something that somebody does, by numbers.
type Deed = (u8, u8, u8, u8);

fn live_through(deeds: &[Deed], epochs: &[bool]) -> Told {
    let mut told = with_superiors();
    let letter = told.issue("a.example/1", "one", "a b").unwrap();
    let labels = ["a b", "b c", "a c", "a", "b", "r", "a b c", ""];
    for ((kind, by, what, hours), epoch) in deeds.iter().zip(epochs) {
        told.hour += u64::from(*hours);
        let by = labels[usize::from(by % 8)];
        let label = ["a", "b", "c", "r"][usize::from(what % 4)];
        // Refused or not: both are part of the history.
        let _ = match kind % 8 {
            0 => told.keys(told.list(A, labels[usize::from(what % 3)], (2, 1), "r"), by),
            1 => told.keys(told.list(A, "a b c", (1 + what % 3, 1), "r s"), by),
            2 => told.revoke(A, label, Some(u64::from(what % 30)), by),
            3 => told.revoke(A, label, None, by),
            4 => told.say(A, letter, [Act::InError, Act::Held, Act::Issued][usize::from(what % 3)], by),
            5 => told.say(ABOVE, letter, [Act::InError, Act::Issued][usize::from(what % 2)], "a"),
            6 => told.revoke_by(ABOVE, A, label, Some(u64::from(what % 30)), "a"),
            _ => told.issue(&format!("a.example/{what}"), &format!("text {what}"), by),
        };
        if *epoch {
            let map = told.state.next_map(None, told.next).unwrap();
            told.state.settle(map);
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever epochs save on the way, the facts at the end are the same.
    #[test]
    fn epochs_change_no_fact(
        deeds in proptest::collection::vec(any::<Deed>(), 1..25),
        epochs in proptest::collection::vec(any::<bool>(), 25),
    ) {
        let mut whole = live_through(&deeds, &[false; 25]);
        let mut saved = live_through(&deeds, &epochs);
        let root = |told: &mut Told| told.state.next_map(None, told.next).unwrap().root();
        prop_assert_eq!(root(&mut whole), root(&mut saved));
    }

    /// A name's own warning in force is still there after a revocation of its keys, unless that takes away
    /// an earlier revocation and so brings back what that had made void.
    #[test]
    fn revoking_clears_no_warning(deeds in proptest::collection::vec(any::<Deed>(), 1..25)) {
        for cut in 1..=deeds.len() {
            if !matches!(deeds[cut - 1].0 % 8, 2 | 3 | 6) {
                continue;
            }
            let (before, after) = (live_through(&deeds[..cut - 1], &[false; 25]), live_through(&deeds[..cut], &[false; 25]));
            let history = before.state.issuer(&name(A)).unwrap().unwrap();
            if history.revocations().next().is_some() {
                break;
            }
            let id = before.state.documents().unwrap()[0].id;
            let warnings = |told: &Told| -> Vec<Id> {
                let seen = told.seen(id);
                let live = seen.in_force();
                let warns = |word: &&&crate::rule::Word| {
                    word.voice == name(A)
                        && word.standing().is_some_and(|s| s.class() == crate::words::Class::Warning)
                };
                live.iter().filter(warns).map(|word| word.id).collect()
            };
            let after = warnings(&after);
            prop_assert!(warnings(&before).iter().all(|id| after.contains(id)));
        }
    }
}
