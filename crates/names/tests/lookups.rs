//! Names looked up and their evidence checked, on loopback: DNS with and without signatures, HTTPS with an
//! authority of its own.

mod support;

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use erratum_names::{Anchors, Found, Lookup, LookupError, Settings, check_evidence};
use erratum_record::{Name, ProofMethod, Time};
use support::{Dns, Https, line};

const NORTH: &str = "north.example";
const ID: &str = "1111111111111111111111111111111111111111111111111111111111111111";

struct World {
    folder: tempfile::TempDir,
    dns: Dns,
    https: Https,
}

fn now() -> Time {
    "2026-01-05T08:00:00.000Z".parse().unwrap()
}

fn before(seconds: u64) -> SystemTime {
    let now = u64::try_from(now().millis()).unwrap();
    SystemTime::UNIX_EPOCH + Duration::from_millis(now) - Duration::from_secs(seconds)
}

impl World {
    fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            dns: Dns::start(),
            https: Https::start(&[NORTH]),
        };
        std::fs::write(world.folder.path().join("ca.pem"), &world.https.authority).unwrap();
        world
    }

    fn lookup(&self, more: &str) -> Lookup {
        let file = self.folder.path().join("names.toml");
        let (resolver, port) = (self.dns.address, self.https.address.port());
        let text = format!("resolver = \"{resolver}\"\nca = \"ca.pem\"\nhttps-port = {port}\n{more}");
        std::fs::write(&file, text).unwrap();
        let mut settings = Settings::read(&file).unwrap();
        settings.patience = Duration::from_secs(5);
        Lookup::new(settings)
    }

    fn find(&self) -> Result<Found, LookupError> {
        self.lookup("private-addresses = true\n").find(&north(), now())
    }

    fn why(&self) -> String {
        self.find().unwrap_err().to_string()
    }

    fn signed(&self, zones: &[&str]) -> Lookup {
        let anchor = self.dns.sign(zones, before(3600));
        std::fs::write(self.folder.path().join("anchors.zone"), anchor).unwrap();
        self.lookup("anchors = \"anchors.zone\"\n")
    }
}

fn north() -> Name {
    NORTH.parse().unwrap()
}

fn check(found: &Found) -> Result<(), String> {
    let checked = check_evidence(&found.evidence, &found.proof, now(), &Anchors::default());
    checked.map_err(|error| error.to_string())
}

#[test]
fn a_txt_record_in_pieces_proves_the_name() {
    let world = World::new();
    let published = line(ID, Some("ministry.example"));
    world.dns.publish(NORTH, &["v=spf1 -all"]);
    world.dns.publish(NORTH, &[&published[..20], &published[20..]]);
    let found = world.find().unwrap();
    assert_eq!(found.proof.keys.to_string(), ID);
    assert_eq!(found.proof.superior, Some("ministry.example".parse().unwrap()));
    assert_eq!(found.proof.method, ProofMethod::Dns);
    check(&found).unwrap();
    let head = format!(
        "erratum/v1 evidence\nname north.example\nmethod dns\nfetched 2026-01-05T08:00:00.000Z\nserver {}\nquestion _erratum.north.example TXT\nmessage ",
        world.dns.address
    );
    assert!(found.evidence.starts_with(&head), "{}", found.evidence);
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_over_tcp() {
    let world = World::new();
    world.dns.truncate();
    world.dns.publish(NORTH, &[&line(ID, None)]);
    assert_eq!(world.find().unwrap().proof.keys.to_string(), ID);
}

#[test]
fn evidence_that_says_something_else_is_found_out() {
    let world = World::new();
    world.dns.publish(NORTH, &[&line(ID, Some("ministry.example"))]);
    let found = world.find().unwrap();
    let with = |change: &dyn Fn(&mut Found)| {
        let mut other = found.clone();
        change(&mut other);
        check(&other).unwrap_err()
    };
    let says = format!("published in it is: erratum/v1 keys={ID} superior=ministry.example");
    assert_eq!(with(&|f| f.proof.superior = None), says);
    assert_eq!(with(&|f| f.proof.keys = erratum_record::Id::of(b"x")), says);
    assert_eq!(with(&|f| f.proof.name = "south.example".parse().unwrap()), "it is about north.example");
    assert_eq!(with(&|f| f.proof.method = ProofMethod::Https), "it was found by dns");
    let other = |f: &mut Found| {
        f.proof.name = "south.example".parse().unwrap();
        f.evidence = f.evidence.replace("north.example", "south.example");
    };
    assert_eq!(with(&other), "it does not answer the question for _erratum.south.example. TXT");
    let dated = |f: &mut Found| f.evidence = f.evidence.replace("2026-01-05T08:00", "2026-01-05T08:01");
    assert_eq!(with(&dated), "it is of 2026-01-05T08:01:00.000Z, not of the day before it was logged");
    let raised = |f: &mut Found| {
        f.proof.method = ProofMethod::Dnssec;
        f.evidence = f.evidence.replace("method dns", "method dnssec");
    };
    assert_eq!(with(&raised), "_erratum.north.example. is not signed");
}

#[test]
fn nothing_published_is_not_the_same_as_nothing_heard() {
    let world = World::new();
    let nothing = "north.example publishes nothing: neither a TXT record _erratum.north.example nor https://north.example/.well-known/erratum.txt";
    assert_eq!(world.find(), Err(LookupError::Nothing(north())));
    assert_eq!(world.why(), nothing);
    world.dns.publish(NORTH, &["v=spf1 -all"]);
    world.dns.host(NORTH, "127.0.0.1".parse().unwrap());
    assert_eq!(world.why(), nothing);
    world.dns.fail(true);
    assert_eq!(
        world.why(),
        format!(
            "north.example could not be asked: the resolver {} could not tell of _erratum.north.example.: Server Failure",
            world.dns.address
        )
    );
}

#[test]
fn a_silent_resolver_is_waited_for_only_so_long() {
    let world = World::new();
    world.dns.silence();
    let mut settings = world.lookup("").settings().clone();
    settings.patience = Duration::from_millis(200);
    let error = Lookup::new(settings).find(&north(), now()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "north.example could not be asked: the resolver {} gave no answer: it took too long",
            world.dns.address
        )
    );
}

#[test]
fn several_or_malformed_lines_and_aliases_prove_nothing() {
    let world = World::new();
    world.dns.publish(NORTH, &[&line(ID, None)]);
    world.dns.publish(NORTH, &[&line(&"22".repeat(32), None)]);
    assert_eq!(
        world.why(),
        "what north.example publishes proves nothing: several lines begin with erratum/v1; there may be one"
    );
    world.dns.republish(NORTH, "erratum/v1 keys=");
    assert_eq!(
        world.why(),
        "what north.example publishes proves nothing: digest \"\": expected 64 lower-case hexadecimal digits"
    );
    world.dns.withdraw(NORTH);
    world.dns.alias(NORTH, "hosting.example.");
    assert_eq!(world.find(), Err(LookupError::Nothing(north())));
}

#[test]
fn a_file_under_the_name_proves_it_with_the_servers_certificates() {
    let world = World::new();
    world.dns.host(NORTH, "127.0.0.1".parse().unwrap());
    world.https.publish(NORTH, &format!("{}\n", line(ID, None)));
    let found = world.find().unwrap();
    assert_eq!((found.proof.method, found.proof.keys.to_string().as_str()), (ProofMethod::Https, ID));
    check(&found).unwrap();
    let lines: Vec<&str> = found.evidence.lines().collect();
    assert_eq!(lines[4], format!("server {}", world.https.address));
    assert_eq!(lines[5], "question https://north.example/.well-known/erratum.txt");
    assert_eq!(lines[6], "status 200");
    assert!(lines[7].starts_with("certificate ") && lines[8].starts_with("certificate "));
    assert_eq!(lines[9], "header date Mon, 05 Jan 2026 08:00:00 GMT");
    assert_eq!(lines[10], format!("body {}", BASE64.encode(format!("{}\n", line(ID, None)))));
    assert_eq!(lines.len(), 11);
}

#[test]
fn private_addresses_redirects_other_certificates_and_long_files_are_refused() {
    let world = World::new();
    world.dns.host(NORTH, "127.0.0.1".parse().unwrap());
    world.https.publish(NORTH, &line(ID, None));
    let why = |lookup: Lookup| lookup.find(&north(), now()).unwrap_err().to_string();
    assert_eq!(
        why(world.lookup("")),
        "north.example could not be asked: its address 127.0.0.1 is not one of the public internet"
    );
    world.https.answer(NORTH, "302 Found\r\nlocation: https://other.example/", "");
    assert_eq!(world.why(), "what north.example publishes proves nothing: HTTP status 302");
    world.https.publish(NORTH, &"x".repeat(16 * 1024 + 1));
    assert!(world.why().ends_with(": longer than 16384 bytes"), "{}", world.why());
    // Another authority than the one that signed.
    std::fs::write(world.folder.path().join("ca.pem"), Https::start(&[NORTH]).authority).unwrap();
    assert!(world.why().contains("invalid peer certificate"), "{}", world.why());
    std::fs::write(world.folder.path().join("ca.pem"), &world.https.authority).unwrap();
    let south: Name = "south.example".parse().unwrap();
    world.dns.host(south.as_str(), "127.0.0.1".parse().unwrap());
    let why = world.lookup("private-addresses = true\n").find(&south, now()).unwrap_err().to_string();
    assert!(why.contains("certificate not valid for name"), "{why}");
}

#[test]
fn a_signed_zone_is_proven_up_to_the_root() {
    let world = World::new();
    let lookup = world.signed(&[".", "example.", "north.example."]);
    world.dns.publish(NORTH, &[&line(ID, None)]);
    let found = lookup.find(&north(), now()).unwrap();
    assert_eq!(found.proof.method, ProofMethod::Dnssec);
    assert_eq!(
        world.dns.asked(),
        [
            "_erratum.north.example. TXT",
            "north.example. DNSKEY",
            "north.example. DS",
            "example. DNSKEY",
            "example. DS",
            ". DNSKEY"
        ]
    );
    let anchors = &lookup.settings().anchors;
    let check = |found: &Found, at: Time| {
        let checked = check_evidence(&found.evidence, &found.proof, at, anchors);
        checked.map_err(|error| error.to_string())
    };
    check(&found, now()).unwrap();
    // With the real root's keys it is nothing.
    assert_eq!(
        check_evidence(&found.evidence, &found.proof, now(), &Anchors::default())
            .unwrap_err()
            .to_string(),
        "none of the keys of . is vouched for"
    );
    // Without one link of it, or at a time when the signatures hold no more.
    let messages: Vec<&str> =
        found.evidence.lines().filter(|line| line.starts_with("message ")).collect();
    assert_eq!(messages.len(), 6);
    let without = |at: usize| Found {
        evidence: found.evidence.replace(&format!("{}\n", messages[at]), ""),
        ..found.clone()
    };
    let whys = [
        "_erratum.north.example. is not signed",
        "no keys of north.example.",
        "no signed delegation of north.example.",
        "no keys of example.",
        "no signed delegation of example.",
        "no keys of .",
    ];
    for (at, why) in whys.into_iter().enumerate() {
        assert_eq!(check(&without(at), now()).unwrap_err(), why);
    }
    let later: Time = "2026-02-05T08:00:00.000Z".parse().unwrap();
    let late = Found { evidence: found.evidence.replace("2026-01-05", "2026-02-05"), ..found.clone() };
    assert_eq!(check(&late, later).unwrap_err(), "the signature on the DNSKEY of . is not of this time");
}

#[test]
fn every_byte_of_a_signed_answer_counts() {
    let world = World::new();
    let lookup = world.signed(&[".", "example.", "north.example."]);
    world.dns.publish(NORTH, &[&line(ID, None)]);
    let found = lookup.find(&north(), now()).unwrap();
    let messages: Vec<&str> =
        found.evidence.lines().filter_map(|line| line.strip_prefix("message ")).collect();
    let original = BASE64.decode(messages[0]).unwrap();
    // The line itself begins behind the question and the head of the record.
    let at = original.windows(4).position(|window| window == b"keys").unwrap();
    for offset in [at + 5, at + 20, at + 68, original.len() - 30, original.len() - 1] {
        let mut other = original.clone();
        if let Some(byte) = other.get_mut(offset) {
            *byte = if *byte == b'1' { b'2' } else { *byte ^ 1 };
        }
        let evidence = found.evidence.replace(messages[0], &BASE64.encode(&other));
        let mut proof = found.proof.clone();
        if offset <= at + 68 {
            let text = String::from_utf8_lossy(&other[at + 5..at + 69]).into_owned();
            proof.keys = text.parse().unwrap();
        }
        let checked = check_evidence(&evidence, &proof, now(), &lookup.settings().anchors);
        assert_eq!(
            checked.unwrap_err().to_string(),
            "the signature on the TXT of _erratum.north.example. is false",
            "{offset}"
        );
    }
}

#[test]
fn a_false_signature_proves_nothing_and_a_missing_link_is_plain_dns() {
    let world = World::new();
    let lookup = world.signed(&[".", "example.", "north.example."]);
    world.dns.publish(NORTH, &[&line(ID, None)]);
    world.dns.forge();
    assert_eq!(
        lookup.find(&north(), now()).unwrap_err().to_string(),
        "what north.example publishes proves nothing: the signature on the TXT of _erratum.north.example. is false"
    );
    let world = World::new();
    let lookup = world.signed(&[".", "north.example."]);
    world.dns.publish(NORTH, &[&line(ID, None)]);
    assert_eq!(lookup.find(&north(), now()).unwrap().proof.method, ProofMethod::Dnssec);
    // No chain to the anchors that the settings name.
    std::fs::remove_file(world.folder.path().join("anchors.zone")).unwrap();
    let found = world.lookup("").find(&north(), now()).unwrap();
    assert_eq!(found.proof.method, ProofMethod::Dns);
    check(&found).unwrap();
}

#[test]
fn hostile_answers_are_passed_over() {
    let world = World::new();
    for raw in [Vec::new(), vec![0; 11], vec![0xff; 600], vec![0xc0; 512]] {
        world.dns.say(raw);
        let mut settings = world.lookup("").settings().clone();
        settings.patience = Duration::from_millis(50);
        let error = Lookup::new(settings).find(&north(), now()).unwrap_err();
        assert!(matches!(error, LookupError::Failed(..)), "{error}");
    }
}
